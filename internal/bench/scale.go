package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/trialweave/trialweave/mapping/model"
)

// scaleCommand does all that one does with a registry on a corpus that is like one
// (see writeLike), and prints what each step took. What is not needed any more is
// removed on the way.
func scaleCommand(args []string) error {
	flags := flag.NewFlagSet("scale", flag.ContinueOnError)
	studies := flags.Int("studies", 57_725, "how many studies")
	like := flags.String("like", realStudies, "a folder or ZIP of studies that the corpus is like")
	dir := flags.String("dir", filepath.Join("build", "scale"), "where corpus, index and Jelly go")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := os.MkdirAll(*dir, 0o755); err != nil {
		return err
	}
	// Measured: 6 kB of corpus, 24 of index, and as much twice to compact it, or 42 of
	// Jelly.
	need := int64(*studies) * 85_000
	free, err := freeBytes(*dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d studies need %d MB in %s, where %d MB are free\n", *studies, need/1e6, *dir, free/1e6)
	if free < need {
		return fmt.Errorf("%d MB are free in %s, expected %d: give fewer -studies, or another -dir", free/1e6, *dir, need/1e6)
	}
	s := &scale{dir: *dir, command: filepath.Join(*dir, "trialweave")}
	self := s.path("bench")
	for path, pkg := range map[string]string{self: "./internal/bench", s.command: "./cmd/trialweave"} {
		if err := shell("go", "build", "-o", path, pkg); err != nil {
			return err
		}
	}
	started := time.Now()
	// In processes of their own: what this one holds would count for those that it starts.
	day := max(1, *studies/min(1500, *studies))
	for name, step := range map[string]int{"corpus.ndjson.zst": 1, "day.ndjson": day, "tenth.ndjson": tenthOf} {
		if err := shell(self, "corpus", "-like", *like, "-studies", fmt.Sprint(*studies), "-step", fmt.Sprint(step), "-o", s.path(name)); err != nil {
			return err
		}
	}
	fmt.Printf("%d studies, made in %.0f s\n\n%s", *studies, time.Since(started).Seconds(), scaleHead)
	return s.run()
}

// scaleHead is the head of a table of steps.
const scaleHead = "| step | CPU seconds | elapsed seconds | peak memory, MB | written, MB |\n|---|---:|---:|---:|---:|\n"

// scale is the corpus in the making of everything.
type scale struct{ dir, command string }

func (s *scale) path(name string) string { return filepath.Join(s.dir, name) }

func (s *scale) run() error {
	corpus, jelly, index, day, packed := s.path("corpus.ndjson.zst"), s.path("all.jelly"), s.path("index"), s.path("day.ndjson"), s.path("all.nq.zst")
	err := s.steps(
		scaleStep{"convert to N-Quads, thrown away", "", []string{"convert", "--quiet", corpus}},
		scaleStep{"convert to `.nq.zst`", packed, []string{"convert", "--quiet", corpus, "-o", packed}},
	)
	if err != nil {
		return err
	}
	if err := os.Remove(packed); err != nil {
		return err
	}
	err = s.steps(
		scaleStep{"validate", "", []string{"validate", "--quiet", corpus}},
		scaleStep{"index without words", index, []string{"index", "--quiet", "--text=off", corpus, "-o", index}},
		scaleStep{"verify it", "", []string{"index", "verify", index}},
		scaleStep{"update it with 1,500 studies of a day", "", []string{"index", "--quiet", "--update", day, "-o", index}},
		scaleStep{"compact it, with words", index, []string{"index", "compact", "--text=on", index}},
	)
	if err != nil {
		return err
	}
	if err := s.questions(index); err != nil {
		return err
	}
	if err := s.killed(index, day); err != nil {
		return err
	}
	if err := os.RemoveAll(index); err != nil {
		return err
	}
	fmt.Printf("\nAll studies again, without the index:\n\n%s", scaleHead)
	err = s.steps(
		scaleStep{"convert to Jelly", jelly, []string{"convert", "--quiet", corpus, "-o", jelly}},
		scaleStep{"restore the Jelly, each record compared with its hash", "", []string{"restore", jelly}},
	)
	if err != nil {
		return err
	}
	if err := os.Remove(jelly); err != nil {
		return err
	}
	return s.tenth()
}

// scaleStep is a command, and the file or folder that it writes, "" for none.
type scaleStep struct {
	name, out string
	args      []string
}

// steps runs commands one after the other and prints a row for each.
func (s *scale) steps(all ...scaleStep) error {
	for _, step := range all {
		if err := s.step(step.name, step.out, step.args); err != nil {
			return err
		}
	}
	return nil
}

// step runs a command and prints its row.
func (s *scale) step(name, out string, args []string) error {
	return s.row(&task{name: name, args: append([]string{s.command}, args...), finds: args[0] == "validate"}, out)
}

// row runs a task and prints its row.
func (s *scale) row(t *task, out string) error {
	c, err := t.once()
	if err != nil {
		return err
	}
	written := "–"
	if out != "" {
		n, err := bytesIn(out)
		if err != nil {
			return err
		}
		written = fmt.Sprintf("%.0f", float64(n)/1e6)
	}
	fmt.Printf("| %s | %.1f | %.1f | %d | %s |\n", t.name, c.cpu.Seconds(), c.wall.Seconds(), c.peak/1e6, written)
	return nil
}

// questions asks the bundled questions, and for words, of the index.
func (s *scale) questions(index string) error {
	var costs []cost
	slowest, name := time.Duration(0), ""
	peak := int64(0)
	for _, q := range model.Queries() {
		t := task{name: q.Name, args: []string{s.command, "query", q.Name, index, "--timeout", "10m"}}
		c, err := t.once()
		if err != nil {
			return err
		}
		costs, peak = append(costs, c), max(peak, c.peak)
		if c.cpu > slowest {
			slowest, name = c.cpu, q.Name
		}
	}
	fmt.Printf("\n%d questions: CPU %.2f s at the median, %.2f s at most (%s); peak %d MB\n",
		len(costs), median(costs, func(c cost) time.Duration { return c.cpu }).Seconds(), slowest.Seconds(), name, peak/1e6)
	const search = `SELECT (COUNT(*) AS ?n) { ?text tw:matches "quality life" }`
	t := task{name: "search", args: []string{s.command, "query", search, index}}
	c, err := t.once()
	if err != nil {
		return err
	}
	fmt.Printf("a search for two words in all texts: CPU %.2f s\n", c.cpu.Seconds())
	return nil
}

// bytesIn is the size of a file, or of those in a folder.
func bytesIn(path string) (int64, error) {
	total := int64(0)
	err := filepath.WalkDir(path, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n, err := size(p)
		total += n
		return err
	})
	return total, err
}

// freeBytes is how much room a folder has, as df says it.
func freeBytes(dir string) (int64, error) {
	out, err := exec.Command("df", "-Pk", dir).Output()
	if err != nil {
		return 0, fmt.Errorf("df: %w", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	fields := strings.Fields(lines[len(lines)-1])
	if len(fields) < 4 {
		return 0, fmt.Errorf("df: %q, expected a row of a file system", lines[len(lines)-1])
	}
	kilobytes := int64(0)
	_, err = fmt.Sscan(fields[3], &kilobytes)
	return kilobytes << 10, err
}

// growthCommand prints how the different terms of indexes grow with the studies, real
// and made.
func growthCommand(args []string) error {
	flags := flag.NewFlagSet("growth", flag.ContinueOnError)
	like := flags.String("like", realStudies, "a folder or ZIP of studies")
	if err := flags.Parse(args); err != nil {
		return err
	}
	l, err := likenessOf(*like)
	if err != nil {
		return err
	}
	all := len(l.studies)
	fmt.Println("| studies | values | different | power since the row before |\n|---:|---:|---:|---:|")
	seen, values, before, at := map[uint64]bool{}, 0, 0.0, 0
	marks := []int{all / 4, all / 2, all, 2 * all, 5 * all, 10 * all}
	for n := range marks[len(marks)-1] {
		var out bytes.Buffer
		if err := l.study(n, &out); err != nil {
			return err
		}
		if err := walk(out.Bytes(), func(_ string, v []byte) []byte { values++; seen[hashOf(v)] = true; return v }, io.Discard); err != nil {
			return err
		}
		if slices.Contains(marks, n+1) {
			power := "–"
			if before > 0 {
				power = fmt.Sprintf("%.2f", logRatio(float64(len(seen))/before, float64(n+1)/float64(at)))
			}
			fmt.Printf("| %d | %d | %d | %s |\n", n+1, values, len(seen), power)
			before, at = float64(len(seen)), n+1
		}
	}
	return nil
}
