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
	starts := make([]int, len(lines)+1)
	for i, line := range lines {
		starts[i+1] = starts[i] + len(line)
	}
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
				s.Set("openapi.yaml", slices.Concat(text[:starts[at]], []byte(step), text[starts[at]+len(lines[at]):]))
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
