package convert_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/study"
)

// fixtures are the synthetic studies, one that cannot be read, and one of them again.
func fixtures(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../testdata/studies/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	broken := filepath.Join(t.TempDir(), "broken.ndjson")
	if err := os.WriteFile(broken, []byte("{\"protocolSection\": 1}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return append(files, broken, files[0])
}

// converted are studies in a syntax, by way of lines or of batches.
func converted(t *testing.T, format rdf.Format, batches bool, model *mapping.Options, reference bool, workers int) ([]byte, convert.Summary) {
	t.Helper()
	engine, err := mapping.NewEngine(model)
	if err != nil {
		t.Fatal(err)
	}
	converter := func() convert.Converter {
		if reference {
			return engine.NewReference()
		}
		return engine.NewConverter()
	}
	files := fixtures(t)
	if reference { // which is slow
		files = append(files[:1], files[len(files)-2:]...)
	}
	in, err := study.Open(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	o := &convert.Options{Workers: workers, HistoryGraph: "https://example.org/history"}
	if !model.History {
		o.HistoryGraph = ""
	}
	wo := &rdf.WriteOptions{Version: rdf.RDF12}
	if format == rdf.NQuads { // whose lines are those of RDF 1.1, but for triple terms
		wo = &rdf.WriteOptions{Extend: true}
	}
	var summary convert.Summary
	if batches {
		summary, err = convert.RunJelly(t.Context(), in, converter, &out, wo, o)
	} else {
		sink, fault := convert.NewSink(&out, format, wo)
		if fault != nil {
			t.Fatal(fault)
		}
		summary, err = convert.Run(t.Context(), in, converter, sink, o)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), summary
}

// quadsIn are the quads in Jelly as lines, sorted.
func quadsIn(t *testing.T, jelly []byte) []string {
	t.Helper()
	var out []string
	for q, err := range rdf.Read(bytes.NewReader(jelly), rdf.Jelly, &rdf.ReadOptions{Version: rdf.RDF12}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, q.String()+"\n")
	}
	slices.Sort(out)
	return out
}

// TestBatches: batches say what lines say, and count what they count, whatever makes
// them; their Jelly is the same bytes for any number of workers.
func TestBatches(t *testing.T) {
	for name, c := range map[string]struct {
		options   mapping.Options
		reference bool
	}{
		"usual":      {},
		"reduced":    {options: mapping.Options{Profile: mapping.Core, Without: []string{"contacts"}}},
		"versions":   {options: mapping.Options{History: true}},
		"statements": {options: mapping.Options{Statements: true}},
		"json-gold":  {reference: true},
	} {
		t.Run(name, func(t *testing.T) {
			lines, want := converted(t, rdf.NQuads, false, &c.options, c.reference, 2)
			jelly, summary := converted(t, rdf.Jelly, true, &c.options, c.reference, 1)
			byLines, _ := converted(t, rdf.Jelly, false, &c.options, c.reference, 1)
			if diff := cmp.Diff(want, summary); diff != "" {
				t.Errorf("(-lines +batches)\n%s", diff)
			}
			expected := slices.Sorted(strings.Lines(string(lines)))
			if diff := cmp.Diff(expected, quadsIn(t, jelly)); diff != "" {
				t.Errorf("(-lines +Jelly)\n%.4000s", diff)
			}
			if again, _ := converted(t, rdf.Jelly, true, &c.options, c.reference, 4); !bytes.Equal(jelly, again) {
				t.Error("other bytes with four workers")
			}
			if diff := cmp.Diff(expected, quadsIn(t, byLines)); diff != "" {
				t.Errorf("(-lines +Jelly of lines)\n%.4000s", diff)
			}
		})
	}
}
