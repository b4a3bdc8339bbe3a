package commandline_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/trialweave/trialweave/internal/commandline"
)

type grammar struct {
	Convert struct {
		Inputs []string `arg:"" optional:"" name:"INPUT" help:"Files."`
		Output string   `short:"o" placeholder:"FILE" help:"Where to write."`
		Format string   `enum:",turtle,trig" default:"" help:"The syntax."`
		Quiet  bool     `help:"Say nothing."`
	} `cmd:"" help:"Convert files."`
	Rules struct {
		List  struct{} `cmd:"" help:"List them."`
		Prove struct {
			Rule string `arg:"" help:"The rule."`
		} `cmd:"" help:"Prove them."`
	} `cmd:"" help:"Look at rules."`
	Secret struct{} `cmd:"" hidden:"" help:"Not shown."`
}

func model(t testing.TB) *kong.Application {
	t.Helper()
	var g grammar
	k, err := kong.New(&g, kong.Name("tool"), kong.Description("A tool."))
	if err != nil {
		t.Fatal(err)
	}
	return k.Model
}

func values(name string) []commandline.Candidate {
	if name == "rule" {
		return []commandline.Candidate{{Word: "tag-missing", Help: "A tag."}, {Word: "title", Help: "A title."}}
	}
	return nil
}

func TestComplete(t *testing.T) {
	for typed, want := range map[string]string{
		"":                          "convert rules",
		"con":                       "convert",
		"sec":                       "",
		"convert -":                 "--format --help --output --quiet",
		"convert --f":               "--format",
		"convert --format ":         "turtle trig",
		"convert --format tri":      "trig",
		"convert --format=t":        "--format=turtle --format=trig",
		"convert --output ":         "", // a file
		"convert -o x --q":          "--quiet",
		"convert --quiet ":          "", // an input, which is a file
		"convert --format trig --o": "--output",
		"rules ":                    "list prove",
		"rules prove ":              "tag-missing title",
		"rules prove ti":            "title",
		"nonsense --unknown=":       "",
	} {
		var got []string
		for _, c := range commandline.Complete(model(t), strings.Split(typed, " "), values) {
			got = append(got, c.Word)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is completed to %q, expected %q", typed, strings.Join(got, " "), want)
		}
	}
}

func TestScript(t *testing.T) {
	for _, shell := range commandline.Shells() {
		script, err := commandline.Script(shell, "tool")
		if err != nil || !strings.Contains(script, "tool "+commandline.Asked) || strings.Contains(script, "COMMAND ") {
			t.Errorf("%s: %v\n%s", shell, err, script)
		}
	}
	if _, err := commandline.Script("tcsh", "tool"); err == nil {
		t.Error("there is a script for tcsh")
	}
}

// TestManual holds that the page has every command and flag that is not hidden,
// and nothing that man(7) reads otherwise than it is meant.
func TestManual(t *testing.T) {
	page := commandline.Manual(model(t), commandline.Page{Version: "tool 1.2", Date: "2026-01-02", Status: [][2]string{{"0", ".done"}}})
	for _, part := range []string{
		`.TH TOOL 1 "2026-01-02" "tool 1.2"`, ".SS convert [OPTIONS] [INPUT...]", `\fB\-o\fR, \fB\-\-output\fR=\fIFILE\fR`,
		`\fB\-\-format\fR=\fIturtle|trig\fR`, `\fB\-\-quiet\fR` + "\n", ".SS rules prove rule", "\n\\&.done\n",
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %q:\n%s", part, page)
		}
	}
	if strings.Contains(page, "secret") {
		t.Error("the page has a hidden command")
	}
}

// What can follow the words that are typed.
func TestReference(t *testing.T) {
	page := commandline.Reference(model(t), commandline.Page{Environment: [][2]string{{"A, B", "x | y"}}})
	for _, want := range []string{
		"# Commands of tool\n", "\n## convert\n\n    tool convert [OPTIONS] [INPUT...]\n\nConvert files.\n", "\n| `-o`, `--output=FILE` | Where to write. |\n",
		"\n| `--format=turtle\\|trig` | The syntax. |\n", "\n## rules prove\n", "\n| `A`, `B` | x \\| y |\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "secret") || strings.Contains(page, "| `--help`") {
		t.Errorf("the page has what is hidden:\n%s", page)
	}
}

func ExampleComplete() {
	var g grammar
	k, err := kong.New(&g, kong.Name("tool"))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := commandline.WriteCandidates(os.Stdout, commandline.Complete(k.Model, []string{"rules", "p"}, nil)); err != nil {
		fmt.Println(err)
	}
	// Output: prove	Prove them.
}
