package index_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/words"
)

// TestRDF12 holds that an index gives back triple terms and directions, whichever
// way they came into it, and that words are those of literals alone.
func TestRDF12(t *testing.T) {
	s, p := rdf.IRI("http://e/s"), rdf.IRI("http://e/p")
	inner := rdf.Triple(rdf.Blank("n"), p, rdf.DirLangString("needle )>> \"", "AR", rdf.RightToLeft))
	low := rdf.Triple(rdf.Blank("n"), p, rdf.DirLangString("needle )>> \"", "ar", rdf.RightToLeft))
	quads := []rdf.Quad{
		{Subject: s, Predicate: rdf.IRI(rdf.RDFReifies), Object: inner},
		{Subject: s, Predicate: p, Object: rdf.Triple(s, p, inner), Graph: rdf.IRI("http://e/g")},
		{Subject: s, Predicate: p, Object: rdf.DirLangString("hay", "en", rdf.LeftToRight)},
		{Subject: s, Predicate: p, Object: rdf.DirLangString("hay", "en", rdf.RightToLeft)},
		{Subject: s, Predicate: p, Object: rdf.LangString("hay", "en")},
		{Subject: s, Predicate: p, Object: rdf.String("hay")},
	}
	want := slices.Clone(quads)
	want[0].Object, want[1].Object = low, rdf.Triple(s, p, low)
	var lines []byte
	for _, q := range quads {
		lines = rdf.AppendQuad(lines, q)
	}
	check := func(how string, x *index.Index) {
		var got []string
		for q, err := range x.Quads(func(rdf.Term) bool { return false }) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, q.String())
		}
		var expected []string
		for _, q := range want {
			expected = append(expected, q.String())
		}
		slices.Sort(got)
		slices.Sort(expected)
		if !slices.Equal(got, expected) {
			t.Errorf("%s: got\n%s\nexpected\n%s", how, strings.Join(got, "\n"), strings.Join(expected, "\n"))
		}
		for _, q := range quads {
			if _, ok := x.Lookup(q.Object); !ok {
				t.Errorf("%s: %s is not found", how, q.Object)
			}
		}
		for word, n := range map[string]int{"needle": 0, "hay": 4} {
			q, err := words.Parse(word)
			if err != nil {
				t.Fatal(err)
			}
			if ids := x.Matching(q, func(int) {}); len(ids) != n {
				t.Errorf("%s: %d literals have %q, expected %d", how, len(ids), word, n)
			}
		}
	}
	b := index.NewBuilder()
	for _, q := range quads {
		b.Add(q)
	}
	check("in memory", b.Build())
	var packet index.Packet
	if err := new(index.Packer).Pack(&packet, lines); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	w, err := index.Create(dir)
	if err == nil {
		err = w.AddPacket(&packet)
	}
	if err == nil {
		err = w.Commit(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	x, err := index.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	check("in a folder", x)
}
