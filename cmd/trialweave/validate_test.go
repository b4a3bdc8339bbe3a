package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/record"
	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shacl"
	"github.com/trialweave/trialweave/validate"
)

// engines are both, with the shapes of the model.
type engines struct {
	shapes   *shacl.Shapes
	quads    []rdf.Quad
	compiled validate.Engine
	gordflib validate.Engine
	convert  interface {
		Convert([]byte, *mapping.Output) error
	}
}

func newEngines(t *testing.T) *engines {
	t.Helper()
	quads, err := validate.Shapes("")
	if err != nil {
		t.Fatal(err)
	}
	shapes, err := shacl.Compile(quads)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := newEngine(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &engines{shapes, quads, shapes.NewChecker(nil), newGraphValidator(quads), engine.converter(false)}
}

// both checks lines with both engines, which have to agree.
func (e *engines) both(t *testing.T, name string, lines ...[]byte) []string {
	t.Helper()
	fast, slow := verdict(t, e.compiled, lines...), verdict(t, e.gordflib, lines...)
	if diff := cmp.Diff(slow, fast); diff != "" {
		t.Errorf("%s: the engines disagree (- gordflib, + compiled):\n%s", name, diff)
	}
	return fast
}

func verdict(t *testing.T, v validate.Engine, lines ...[]byte) []string {
	t.Helper()
	results, err := v.Check(t.Context(), lines...)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, r := range results {
		out = append(out, strings.TrimSpace(fmt.Sprintln(r.Shape.Value, r.Constraint(), r.Severity, r.Focus, r.Path, r.Value)))
	}
	slices.Sort(out)
	return out
}

// lines converts a study.
func (e *engines) lines(t *testing.T, record []byte) (shared, own []byte) {
	t.Helper()
	var out mapping.Output
	if err := e.convert.Convert(record, &out); err != nil {
		t.Fatal(err)
	}
	return out.Shared, out.Record
}

func TestEnginesAgreeOnSyntheticStudies(t *testing.T) {
	e := newEngines(t)
	files, err := filepath.Glob("../../testdata/studies/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range portion.Of(files, 4) {
		record, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		shared, own := e.lines(t, record)
		e.both(t, name, shared, own)
	}
}

// TestEnginesAgreeOnRealStudies takes one study in 500; all with
// TRIALWEAVE_FULL=1, which takes minutes.
func TestEnginesAgreeOnRealStudies(t *testing.T) {
	e := newEngines(t)
	n := 0
	for f, err := range record.Archive(w3c.Dir(t, "data/ctg-studies-visible.json.zip"), portion.Count(500, 1)) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		shared, own := e.lines(t, f.Text)
		e.both(t, f.Name, shared, own)
	}
	t.Logf("%d studies", n)
}

// unnamed is a study with an intervention of type OTHER without a name, as served.
const unnamed = "NCT07040332"

// TestNoViolationOfOurs validates what the registry served. What is left there
// is the registry's own data, and explained.
func TestNoViolationOfOurs(t *testing.T) {
	e := newEngines(t)
	found := map[string]bool{}
	some := func(i int, name string) bool { return i%portion.Count(40, 1) == 0 || name == unnamed+".json" }
	for f, err := range record.Choose(w3c.Dir(t, "data/ctg-studies-visible.json.zip"), some) {
		if err != nil {
			t.Fatal(err)
		}
		shared, own := e.lines(t, f.Text)
		results, err := e.compiled.Check(t.Context(), shared, own)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r.Severity == shacl.Violation {
				study, _, _ := strings.Cut(r.Focus.Value, "#")
				found[filepath.Base(study)+" "+compact(shapePrefixes(), r.Shape)+" "+r.Constraint()] = true
			}
		}
	}
	want := map[string]bool{
		unnamed + " tws:Named-name sh:minCount": true,
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
}

func TestGordflibConformance(t *testing.T) {
	tests := map[string]w3c.ShapesTest{}
	var list []w3c.Test
	for _, test := range w3c.LoadShapes(t, "core") {
		tests[test.ID] = test
		list = append(list, test.Test)
	}
	expected := map[string]string{"misc/severity-002": "a result has one of the three severities of the standard"}
	w3c.Run(t, "SHACL Core by goRDFlib", list, expected, func(test w3c.Test) error {
		var lines []byte
		for _, q := range tests[test.ID].Data {
			lines = rdf.AppendQuad(lines, q)
		}
		results, err := newGraphValidator(tests[test.ID].Shapes).Check(t.Context(), lines)
		if err != nil {
			return err
		}
		var got []string
		for _, r := range results {
			got = append(got, w3c.ShapesResult(r.Focus, r.Path, r.Value, r.Shape, rdf.IRI(r.Component), rdf.IRI(r.Severity.IRI()), rdf.Term{}))
		}
		slices.Sort(got)
		got = slices.Compact(got) // it leaves out results that are equal
		if want := slices.Compact(tests[test.ID].Results); !slices.Equal(got, want) {
			return fmt.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		return nil
	})
}
