//go:build integration

package integration

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/tools"
)

var updatePages = flag.Bool("update-pages", false, "write what the commands of pages print into the pages")

// TestPages runs the console blocks of each page of docs, in the order in which they
// stand there, in one shell and an empty folder, beside a link to the checkout, and
// compares what is printed with what is shown. A line of three dots stands for any lines, … for any
// text of a line. A command that fails has to be followed by "echo $?". Of the pages
// of the bundled questions, which go test holds too, some are run here.
func TestPages(t *testing.T) {
	root := tools.Root(t)
	bin := commands(t)
	var pages, questions []string
	err := filepath.WalkDir(filepath.Join(root, "docs"), func(name string, d fs.DirEntry, err error) error {
		switch {
		case filepath.Ext(name) != ".md":
		case filepath.Base(filepath.Dir(name)) == "questions":
			questions = append(questions, name)
		default:
			pages = append(pages, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, page := range append(pages, portion.Of(questions, 6)...) {
		steps := stepsOf(t, page)
		if len(steps) == 0 {
			continue
		}
		ran += len(steps)
		t.Run(strings.TrimPrefix(page, root+"/docs/"), func(t *testing.T) {
			runPage(t, root, bin, page, steps)
		})
	}
	if ran < 50 {
		t.Errorf("%d commands were run, expected the pages to show more", ran)
	}
}

// step is a command of a page with what is shown of its output.
type step struct {
	block         int // which console block of the page
	command, want string
	got           string
	status        int
}

var consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")

// stepsOf are the commands of a page but those that are run from a checkout by the
// tests of the commands and of the packages.
func stepsOf(t *testing.T, page string) []*step {
	var steps []*step
	for i, block := range consoleBlock.FindAllStringSubmatch(string(load(t, page)), -1) {
		if strings.HasPrefix(block[1], "$ go run ./") {
			continue
		}
		for line := range strings.Lines(block[1]) {
			command, begins := strings.CutPrefix(line, "$ ")
			more, goesOn := strings.CutPrefix(line, "> ")
			switch {
			case begins:
				steps = append(steps, &step{block: i, command: command})
			case len(steps) == 0 || steps[len(steps)-1].block != i:
				t.Fatalf("%s: a console block begins with %q, expected a command", page, line)
			case goesOn && steps[len(steps)-1].want == "":
				steps[len(steps)-1].command += more
			default:
				steps[len(steps)-1].want += line
			}
		}
	}
	return steps
}

// runPage runs the commands of a page in one shell, and compares.
func runPage(t *testing.T, root, bin, page string, steps []*step) {
	dir := t.TempDir()
	if err := os.Symlink(root, filepath.Join(dir, "trialweave")); err != nil {
		t.Fatal(err)
	}
	path := bin + ":" + os.Getenv("PATH")
	var script strings.Builder
	script.WriteString("exec 2>&1\ntrap 'kill $(jobs -p) 2>/dev/null' EXIT\nstatus=0\n")
	port := tools.Port(t)
	for i, s := range steps {
		if strings.Contains(s.command, "oxigraph serve") {
			path = filepath.Dir(oxigraph(t)) + ":" + path
		}
		fmt.Fprintf(&script, "printf '\\036%d\\036'\n(exit $status)\n%s\nstatus=$?\nprintf '\\036%%d\\036' $status\n", i, strings.ReplaceAll(strings.TrimSpace(s.command), "7878", port))
		if strings.HasSuffix(strings.TrimSpace(s.command), "&") { // a reader is slower than the store
			fmt.Fprintf(&script, "for _ in $(seq 150); do (exec 3<>/dev/tcp/localhost/%s) 2> /dev/null && break; sleep 0.2; done\n", port)
		}
	}
	file := filepath.Join(t.TempDir(), "page.sh")
	save(t, file, []byte(script.String()))
	out := tools.Run(t, dir, "env", "PATH="+path, "HOME="+t.TempDir(), "NO_COLOR=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "timeout", "120", "bash", file)
	parts := strings.Split(strings.NewReplacer(port, "7878", "\r\n", "\n").Replace(out), "\036")
	if len(parts) != 4*len(steps)+1 {
		t.Fatalf("the shell ended early:\n%s", out)
	}
	for i, s := range steps {
		s.got = parts[4*i+2]
		var err error
		if s.status, err = strconv.Atoi(parts[4*i+3]); err != nil {
			t.Fatal(err)
		}
		if s.status != 0 && (i+1 == len(steps) || strings.TrimSpace(steps[i+1].command) != "echo $?") {
			t.Errorf("$ %sexits with %d:\n%s", s.command, s.status, s.got)
		}
	}
	if *updatePages {
		rewrite(t, page, steps)
		return
	}
	for _, s := range steps {
		if s.want != "" && !fits(s.want, s.got) {
			t.Errorf("$ %sprints\n%s\nthe page shows\n%s", s.command, s.got, s.want)
		}
	}
}

// fits reports whether an output is what a page shows.
func fits(want, got string) bool {
	pattern := regexp.QuoteMeta(want)
	pattern = regexp.MustCompile(`(?m)^\\\.\\\.\\\.$\n?`).ReplaceAllString(pattern, `(?s:.*)`)
	return regexp.MustCompile(`\A` + strings.ReplaceAll(pattern, "…", ".*") + `\z`).MatchString(got)
}

// changing are the numbers of an output that differ in each run, or with each
// change of the model: seconds, sizes, and quads.
var changing = regexp.MustCompile(`\b\d+(?:\.\d+)? (s|MB|kB|ms|bytes a quad|quads)\b`)

// rewrite writes a page whose blocks show what was printed, where they show something.
func rewrite(t *testing.T, page string, steps []*step) {
	block := -1
	text := consoleBlock.ReplaceAllStringFunc(string(load(t, page)), func(old string) string {
		block++
		var b strings.Builder
		b.WriteString("```console\n")
		known := false
		for _, s := range steps {
			if s.block != block {
				continue
			}
			known = true
			b.WriteString("$ " + strings.ReplaceAll(strings.TrimSuffix(s.command, "\n"), "\n", "\n> ") + "\n")
			switch {
			case s.want == "":
			case fits(s.want, s.got) && s.want != "...\n":
				b.WriteString(s.want)
			default:
				b.WriteString(changing.ReplaceAllString(s.got, "… $1"))
			}
		}
		if !known {
			return old
		}
		return b.String() + "```"
	})
	save(t, page, []byte(text))
}
