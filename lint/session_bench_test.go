//go:build unix

package lint_test

import (
	"compress/gzip"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/trialweave/trialweave/lint"
)

// bigDescription is the biggest description at hand; without it the benchmark is skipped.
func bigDescription(tb testing.TB) []byte {
	tb.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "data", "oas-big", "stripe.yaml.gz"))
	if err != nil {
		tb.Skipf("the big descriptions are not beside the checkout: %v", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// processor is the time that the process has had.
func processor() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// typing are kinds of edits: each gives, at a place where a line of the text begins with its
// indentation, the texts that the line becomes one after the other; the last is the line as it
// was. It gives nothing where the line does not suit.
func typing() map[string]func(line string) []string {
	indent := func(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " "))] }
	key := func(line string) bool {
		_, value, ok := strings.Cut(line, ": ")
		return ok && value != "" && !strings.ContainsAny(value[:1], "|>{[\"'") && !strings.Contains(line, "$ref") && !strings.HasPrefix(strings.TrimLeft(line, " "), "-")
	}
	when := func(suits bool, texts ...string) []string {
		if !suits {
			return nil
		}
		return texts
	}
	return map[string]func(line string) []string{
		"text": func(line string) []string {
			return when(strings.Contains(line, " description: ") && key(line), line+" x", line+" xy", line)
		},
		"value": func(line string) []string {
			return when(key(line) && !strings.Contains(line, "description: "), line+"x", line)
		},
		"type": func(line string) []string {
			return when(strings.HasSuffix(line, " type: string"), strings.TrimSuffix(line, "string")+"integer", line)
		},
		"key":  func(line string) []string { return when(key(line), line+"\n"+indent(line)+"x-note: 1", line) },
		"less": func(line string) []string { return when(key(line), "", line) },
		"item": func(line string) []string {
			return when(strings.HasPrefix(strings.TrimLeft(line, " "), "- ") && !strings.Contains(line, ":"), line+"\n"+indent(line)+"- another", line)
		},
		"broken key": func(line string) []string {
			more := line + "\n" + indent(line)
			return when(key(line), more+"s", more+"sum", more+"summary", more+"summary:", more+"summary: x", more, line)
		},
		"broken quote": func(line string) []string {
			name, value, _ := strings.Cut(line, ": ")
			return when(key(line) && !strings.Contains(line, "'"), name+": '"+value, name+": '"+value+"'", line)
		},
	}
}

// BenchmarkSession types into a document of 3 MB, and compares the time of processors of an
// edit with that of a run.
func BenchmarkSession(b *testing.B) {
	text := bigDescription(b)
	files := fstest.MapFS{"openapi.yaml": {Data: text}}
	start := processor()
	for range 3 {
		whole(b, files)
	}
	run := (processor() - start) / 3
	lines := strings.SplitAfter(string(text), "\n")
	kinds := typing()
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		b.Run(kind, func(b *testing.B) {
			s := lint.NewSession(files, nil)
			if _, err := s.Run(b.Context()); err != nil {
				b.Fatal(err)
			}
			random := rand.New(rand.NewPCG(1, 1))
			var steps []string
			at := 0
			edits, start := 0, processor()
			for b.Loop() {
				for len(steps) == 0 {
					at = random.IntN(len(lines))
					steps = kinds[kind](strings.TrimSuffix(lines[at], "\n"))
				}
				step := steps[0] + "\n"
				if steps = steps[1:]; step == "\n" {
					step = ""
				}
				s.Set("openapi.yaml", []byte(strings.Join(lines[:at], "")+step+strings.Join(lines[at+1:], "")))
				if _, err := s.Run(b.Context()); err != nil {
					b.Fatal(err)
				}
				edits++
			}
			edit := (processor() - start) / time.Duration(edits)
			whole, partial := s.Runs()
			b.ReportMetric(float64(edit.Microseconds())/1000, "cpu-ms/edit")
			b.ReportMetric(100*float64(edit)/float64(run), "%-of-a-run")
			b.ReportMetric(100*float64(partial)/float64(whole+partial), "%-taken-over")
		})
	}
}
