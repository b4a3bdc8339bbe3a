//go:build unix

package lint_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
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

// BenchmarkSession types into the descriptions of a document of 3 MB, and compares the time
// of processors of an edit with that of a run.
func BenchmarkSession(b *testing.B) {
	text := bigDescription(b)
	files := fstest.MapFS{"openapi.yaml": {Data: text}}
	start := processor()
	for range 3 {
		whole(b, files)
	}
	run := (processor() - start) / 3
	s := lint.NewSession(files, nil)
	if _, err := s.Run(b.Context()); err != nil {
		b.Fatal(err)
	}
	var places []int
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte("description: "))
		if i < 0 {
			break
		}
		at += i + len("description: ")
		if c := text[at]; c >= 'A' && c <= 'Z' {
			places = append(places, at+1)
		}
	}
	random := rand.New(rand.NewPCG(1, 1))
	start = processor()
	for b.Loop() {
		text = slices.Clone(text)
		text[places[random.IntN(len(places))]] = byte('a' + random.IntN(26))
		s.Set("openapi.yaml", text)
		if _, err := s.Run(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	edit := (processor() - start) / time.Duration(b.N)
	b.ReportMetric(float64(edit.Microseconds())/1000, "cpu-ms/edit")
	b.ReportMetric(100*float64(edit)/float64(run), "%-of-a-run")
}
