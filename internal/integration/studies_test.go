//go:build integration

package integration

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
)

// studies returns the files of the fixtures, and of the golden real studies
// where they are there.
func studies(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/studies/NCT*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	golden, err := filepath.Glob(filepath.Join(shared(), "data/golden/NCT*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(golden) == 0 {
		t.Logf("no golden studies in %s: the fixtures alone", shared())
	}
	return append(files, golden...)
}

func shared() string {
	if dir := os.Getenv("TRIALWEAVE_SHARED"); dir != "" {
		return dir
	}
	return "../../../shared"
}

// allStudies is the file of the real studies; without it, the fixtures.
func allStudies(t testing.TB) string {
	t.Helper()
	path := filepath.Join(shared(), "data/ctg-studies-visible.json.zip")
	if _, err := os.Stat(path); err != nil {
		t.Logf("%v: the fixtures stand in", err)
		path = "../../testdata/studies"
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// allQuads converts all studies into build/…/all.nq.gz and returns its path.
func allQuads(t testing.TB) string {
	t.Helper()
	path := filepath.Join(tools.Dir(t), "all.nq.gz")
	tools.Run(t, ".", trialweave(t), "convert", allStudies(t), "-o", path)
	return path
}

// lines are the canonical lines of N-Quads, sorted, each once.
func lines(t testing.TB, data []byte) []string {
	t.Helper()
	var out []string
	for q, err := range rdf.Read(bytes.NewReader(data), rdf.NQuads, nil) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(rdf.AppendQuad(nil, q)))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// convert returns the lines that our converter writes of a study.
func convert(t testing.TB, e *mapping.Engine, data []byte) []string {
	t.Helper()
	var out mapping.Output
	if err := e.NewConverter().Convert(data, &out); err != nil {
		t.Fatal(err)
	}
	return lines(t, append(out.Record, out.Shared...))
}

// differences shows the first lines that one of two sorted lists lacks.
func differences(want, got []string) string {
	var b strings.Builder
	n := 0
	show := func(sign string, from, in []string) {
		for _, line := range from {
			if _, ok := slices.BinarySearch(in, line); !ok {
				if n++; n <= 6 {
					b.WriteString(sign + " " + line)
				}
			}
		}
	}
	show("lost", want, got)
	show("new ", got, want)
	return b.String()
}

func engine(t testing.TB, o *mapping.Options) *mapping.Engine {
	t.Helper()
	e, err := mapping.NewEngine(o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
