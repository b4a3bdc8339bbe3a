package jsonld_test

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"github.com/trialweave/trialweave/jsonld"
)

// engines are the two converters of one set of options.
type engines struct{ compiled, reference *jsonld.Converter }

func newEngines(t testing.TB, o *jsonld.Options) engines {
	t.Helper()
	e, err := jsonld.NewEngine(o)
	if err != nil {
		t.Fatal(err)
	}
	return engines{e.NewConverter(), e.NewReference()}
}

// same converts a study with both and compares all that they say.
func (e engines) same(t testing.TB, name string, study []byte) {
	t.Helper()
	var got, want jsonld.Output
	errGot, errWant := e.compiled.Convert(study, &got), e.reference.Convert(study, &want)
	if (errGot == nil) != (errWant == nil) || errGot != nil && errGot.Error() != errWant.Error() {
		t.Fatalf("%s: %s\nerror %v\nexpected %v", name, study, errGot, errWant)
	}
	sameLines(t, name+": record", got.Record, want.Record, study)
	sameLines(t, name+": shared", got.Shared, want.Shared, study)
	if !slices.Equal(got.Unknown, want.Unknown) {
		t.Fatalf("%s: unknown\n%v\nexpected\n%v\n%s", name, got.Unknown, want.Unknown, study)
	}
	if got.CommaNumbers != want.CommaNumbers {
		t.Fatalf("%s: %d comma numbers, expected %d", name, got.CommaNumbers, want.CommaNumbers)
	}
}

func sameLines(t testing.TB, name string, got, want, study []byte) {
	t.Helper()
	g, w := sorted(got), sorted(want)
	if slices.EqualFunc(g, w, bytes.Equal) {
		return
	}
	if len(study) < 3000 {
		t.Logf("%s", study)
	}
	shown := 0
	for _, l := range g {
		if _, ok := slices.BinarySearchFunc(w, l, bytes.Compare); !ok && shown < 10 {
			shown++
			t.Errorf("%s: more: %s", name, l)
		}
	}
	for _, l := range w {
		if _, ok := slices.BinarySearchFunc(g, l, bytes.Compare); !ok && shown < 20 {
			shown++
			t.Errorf("%s: less: %s", name, l)
		}
	}
	t.Fatalf("%s: %d lines, expected %d", name, len(g), len(w))
}

func sorted(lines []byte) [][]byte {
	out := bytes.SplitAfter(lines, []byte("\n"))
	slices.SortFunc(out, bytes.Compare)
	return out
}

// TestSameAsReference compares the engines on real studies: on some of them,
// or on all where TRIALWEAVE_ALL is set.
func TestSameAsReference(t *testing.T) {
	e := newEngines(t, nil)
	every, n := 100, 0
	if os.Getenv("TRIALWEAVE_ALL") != "" {
		every = 1
	}
	for name, data := range realStudies(t) {
		if n++; n%every == 0 {
			e.same(t, name, data)
		}
	}
}
