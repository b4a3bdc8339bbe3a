package mapping_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"golang.org/x/text/unicode/norm"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
)

// engines are the two converters of one set of options.
type engines struct{ compiled, reference *mapping.Converter }

func newEngines(t testing.TB, o *mapping.Options) engines {
	t.Helper()
	e := engine(t, o)
	return engines{e.NewConverter(), e.NewReference()}
}

// same converts a study with both and compares all that they say.
func (e engines) same(t testing.TB, name string, study []byte) {
	t.Helper()
	var got, want mapping.Output
	errGot, errWant := e.compiled.Convert(study, &got), e.reference.Convert(study, &want)
	if (errGot == nil) != (errWant == nil) || errGot != nil && errGot.Error() != errWant.Error() {
		t.Fatalf("%s: %s\nerror %v\nexpected %v", name, study, errGot, errWant)
	}
	sameQuads(t, name+": record", got.Record, want.Record, study)
	sameQuads(t, name+": shared", got.Shared, want.Shared, study)
	if !slices.Equal(got.Unknown, want.Unknown) {
		t.Fatalf("%s: unknown\n%v\nexpected\n%v\n%s", name, got.Unknown, want.Unknown, study)
	}
	if !slices.Equal(got.UnknownCodes, want.UnknownCodes) {
		t.Fatalf("%s: unknown codes\n%v\nexpected\n%v\n%s", name, got.UnknownCodes, want.UnknownCodes, study)
	}
	if diff := cmp.Diff(sortedInvalid(want.Invalid), sortedInvalid(got.Invalid)); diff != "" {
		t.Fatalf("%s: invalid values (-want +got)\n%s\n%s", name, diff, study)
	}
	if n := bytes.Count(got.Record, []byte("\n")); got.Quads != n || want.Quads != n {
		t.Fatalf("%s: %d lines, counted as %d and %d", name, n, got.Quads, want.Quads)
	}
	if got.Mixed != want.Mixed {
		t.Fatalf("%s: %d mixed values, expected %d", name, got.Mixed, want.Mixed)
	}
	if got.CommaNumbers != want.CommaNumbers {
		t.Fatalf("%s: %d comma numbers, expected %d", name, got.CommaNumbers, want.CommaNumbers)
	}
	e.samePieces(t, name, study, &got)
	e.sameBatch(t, name, study, &got)
}

// sameBatch converts a study into a batch, which has to say what the lines say, in
// their order, and so has one that is made of lines.
func (e engines) sameBatch(t testing.TB, name string, study []byte, whole *mapping.Output) {
	t.Helper()
	out := mapping.Output{Batch: new(rdf.Batch)}
	if err := e.compiled.Convert(study, &out); err != nil {
		return // which has been compared
	}
	if len(out.Record) > 0 || len(out.Full) > 0 {
		t.Fatalf("%s: %d bytes of lines beside the batch", name, len(out.Record))
	}
	if out.Quads != whole.Quads || out.Bytes != len(whole.Record) || len(out.Batch.Rows) != whole.Quads {
		t.Fatalf("%s: a batch of %d rows, counted as %d quads of %d bytes, expected %d of %d", name, len(out.Batch.Rows), out.Quads, out.Bytes, whole.Quads, len(whole.Record))
	}
	if !bytes.Equal(out.Shared, whole.Shared) {
		t.Fatalf("%s: shared\n%s\nexpected\n%s", name, out.Shared, whole.Shared)
	}
	sameLines(t, name+": batch", out.Batch, whole.Record)
	made := mapping.Output{Record: whole.Record, Batch: new(rdf.Batch)}
	if err := made.Complete(); err != nil {
		t.Fatal(name, err)
	}
	sameLines(t, name+": batch of lines", made.Batch, whole.Record)
}

// sameLines compares a batch with lines, and its IRIs with one another.
func sameLines(t testing.TB, name string, b *rdf.Batch, lines []byte) {
	t.Helper()
	var line []byte
	rest := lines
	for q := range b.Quads() {
		line = rdf.AppendQuad(line[:0], q)
		if !bytes.HasPrefix(rest, line) {
			want, _, _ := bytes.Cut(rest, []byte("\n"))
			t.Fatalf("%s: %sexpected %s", name, line, want)
		}
		rest = rest[len(line):]
	}
	if len(rest) > 0 {
		t.Fatalf("%s: no row for %s", name, rest)
	}
	seen := map[string]bool{}
	for i := range b.Names {
		text := string(b.NameText(&b.Names[i]))
		if seen[text] || b.Names[i].Kind == rdf.IRITerm && b.AddIRI(text) != uint32(b.Vocabulary.Len()+i+1) { //nolint:gosec // few
			t.Fatalf("%s: several numbers for %s", name, text)
		}
		seen[text] = true
	}
}

func sortedInvalid(values []mapping.Invalid) []mapping.Invalid {
	return slices.SortedFunc(slices.Values(values), func(a, b mapping.Invalid) int {
		return strings.Compare(a.Kind+a.Path+a.Example, b.Kind+b.Path+b.Example)
	})
}

// samePieces converts a study into buffers of a few nodes each, which have to
// be the one buffer cut between lines.
func (e engines) samePieces(t testing.TB, name string, study []byte, whole *mapping.Output) {
	t.Helper()
	pieces := mapping.Output{More: func() []byte { return make([]byte, 0, 10_000) }}
	pieces.Record = pieces.More()
	if err := e.compiled.Convert(study, &pieces); err != nil {
		return // which has been compared
	}
	for i, piece := range pieces.Full {
		if !bytes.HasSuffix(piece, []byte("\n")) {
			t.Fatalf("%s: piece %d ends within a line", name, i)
		}
	}
	if got := slices.Concat(append(pieces.Full, pieces.Record)...); !bytes.Equal(got, whole.Record) || pieces.Quads != whole.Quads {
		t.Fatalf("%s: %d pieces of %d bytes and %d quads, expected %d and %d", name, len(pieces.Full)+1, len(got), pieces.Quads, len(whole.Record), whole.Quads)
	}
}

// TestPieces: a study of many lines is cut, and one whose lines have to be
// compared as a whole is not.
func TestPieces(t *testing.T) {
	e := newEngines(t, nil)
	room := func() []byte { return make([]byte, 0, 10_000) }
	cut, whole := 0, 0
	for _, f := range fixtures(t) {
		out := mapping.Output{More: room, Record: room()}
		if err := e.compiled.Convert(f.data, &out); err != nil {
			t.Fatal(f.name, err)
		}
		switch {
		case len(out.Unknown) > 0 && len(out.Full) > 0:
			t.Errorf("%s: %d pieces of a study with unknown paths", f.name, len(out.Full)+1)
		case len(out.Unknown) > 0:
			whole++
		case len(out.Full) > 0:
			cut++
		}
	}
	if cut == 0 || whole == 0 {
		t.Errorf("%d studies cut and %d whole, expected some of both", cut, whole)
	}
}

func sameQuads(t testing.TB, name string, got, want, study []byte) {
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

// optionSets are the options that the engines are compared under, the usual
// ones first.
func optionSets() []*mapping.Options {
	sets := []*mapping.Options{
		nil,
		{Profile: mapping.Core},
		{Concepts: true},
		{NoComputed: true},
		{Base: "https://example.org/trials#", Concepts: true, NoWKT: true},
		{NoWGS84: true, Without: []string{"browse", "mesh"}},
		{Without: mapping.Parts()},
		{Without: []string{"contacts"}, NoComputed: true, Concepts: true},
		{Profile: mapping.Core, Base: "http://example.org/", Without: []string{"contacts"}, NoComputed: true},
	}
	for _, part := range mapping.Parts() {
		sets = append(sets, &mapping.Options{Without: []string{part}})
	}
	return sets
}

func allEngines(t testing.TB) []engines {
	var out []engines
	for _, o := range optionSets() {
		out = append(out, newEngines(t, o))
	}
	return out
}

// TestSameAsReference compares the engines on the synthetic studies, under all
// sets of options, of which a sample has each study under the first and every
// fourth.
func TestSameAsReference(t *testing.T) {
	all := allEngines(t)
	for n, study := range fixtures(t) {
		for i, e := range all {
			if i == 0 || (n+i)%portion.Count(20, 1) == 0 {
				e.same(t, fmt.Sprintf("%s, options %d", study.name, i), study.data)
			}
		}
	}
}

// TestSameOnRealStudies compares them on real studies: each of a sample under
// a few sets of options, and all of them under the first where full says so.
func TestSameOnRealStudies(t *testing.T) {
	all, n := allEngines(t), 0
	compare := func(name string, data []byte) {
		n++
		if full() {
			all[0].same(t, name, data)
			all[1+n%(len(all)-1)].same(t, name, data)
		} else {
			all[n%len(all)].same(t, name, data)
		}
	}
	for name, data := range sampled(t, 300) {
		compare(name, data)
	}
	for _, dir := range [...]string{"data/golden", "data/v2-older"} {
		for _, study := range portion.Of(studiesIn(t, w3c.Dir(t, dir)), 2) {
			compare(study.name, study.data)
		}
	}
}

// TestBatchesOfRealStudies compares the batches of real studies with their lines,
// under the usual options and, for each, one set of others.
func TestBatchesOfRealStudies(t *testing.T) {
	all, n := allEngines(t), 0
	for name, data := range sampled(t, 150) {
		n++
		for _, e := range []engines{all[0], all[n%len(all)]} {
			var whole mapping.Output
			if err := e.compiled.Convert(data, &whole); err != nil {
				t.Fatal(name, err)
			}
			e.sameBatch(t, name, data, &whole)
		}
	}
}

// TestSteadyState proves that a converter does not allocate once it has seen
// studies of the kind.
func TestSteadyState(t *testing.T) {
	c := newEngines(t, nil).compiled
	var out mapping.Output
	for _, study := range fixtures(t) {
		if !norm.NFC.IsNormal(study.data) {
			continue // text that has to be normalized costs a little
		}
		run := func() {
			out.Reset()
			if err := c.Convert(study.data, &out); err != nil {
				t.Fatal(err)
			}
		}
		run()
		if n := testing.AllocsPerRun(5, run); n > 1 && len(out.Unknown) == 0 && len(out.Invalid) == 0 {
			t.Errorf("%s: %v allocations", study.name, n)
		}
	}
}
