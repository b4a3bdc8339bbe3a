package rdf_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/rdf"
)

// quadsOfAllKinds are quads with every kind of term.
func quadsOfAllKinds() []rdf.Quad {
	s, p, g := rdf.IRI("http://e/s"), rdf.IRI("http://e/p"), rdf.IRI("http://e/g")
	objects := []rdf.Term{
		rdf.IRI("http://e/s"), rdf.Blank("http://e/s"), rdf.Blank("b"), rdf.String("http://e/s"), rdf.String(""), rdf.String("a\"b\\c\n\x00\x7f\ufffe"),
		rdf.Typed("1", rdf.XSDInteger), rdf.Typed("1", "http://e/p"), rdf.Typed("", "http://e/other"), rdf.LangString("a", "en"), rdf.LangString("", "de-AT"),
		rdf.DirLangString("b", "ar", rdf.RightToLeft), rdf.Triple(s, p, rdf.LangString("c", "en")), rdf.String("a"),
	}
	var out []rdf.Quad
	for i, o := range objects {
		q := rdf.Quad{Subject: s, Predicate: p, Object: o, Graph: g}
		if i%2 > 0 {
			q.Subject, q.Graph = rdf.Blank("b"), rdf.Term{}
		}
		out = append(out, q)
	}
	return out
}

// TestBatch: quads come out of a batch as they went in, whatever its vocabulary, and
// once more after it was reset; IRIs and blank nodes have one number each.
func TestBatch(t *testing.T) {
	vocabulary := new(rdf.Vocabulary)
	for _, iri := range [...]string{"http://e/p", rdf.XSDInteger, "http://e/p", "http://e/unused"} {
		vocabulary.Add(iri)
	}
	if n := vocabulary.Len(); n != 3 {
		t.Errorf("%d IRIs, expected 3", n)
	}
	var b rdf.Batch
	for i, v := range []*rdf.Vocabulary{nil, vocabulary, nil, vocabulary} {
		b.Reset(v)
		want := quadsOfAllKinds()
		for _, q := range want {
			b.Add(q)
		}
		for i := range 1000 { // the table of names grows
			q := rdf.Quad{Subject: rdf.IRI(fmt.Sprintf("http://e/%d", i%600)), Predicate: rdf.IRI("http://e/p"), Object: rdf.Typed("1", rdf.XSDInteger)}
			b.Add(q)
			want = append(want, q)
		}
		n := 0
		for q := range b.Quads() {
			if q != want[n] {
				t.Fatalf("round %d: %v, expected %v", i, q, want[n])
			}
			n++
		}
		if n != len(want) {
			t.Errorf("round %d: %d quads, expected %d", i, n, len(want))
		}
		if p := b.AddIRI("http://e/p"); (p == 1) != (v != nil) || b.IsOwn(p) != (v == nil) {
			t.Errorf("round %d: the predicate has the number %d", i, p)
		}
		if x, y := b.AddIRI("http://e/s"), b.AddBlank("http://e/s"); x == y || x != b.Rows[0][0] {
			t.Errorf("round %d: %d and %d", i, x, y)
		}
	}
}

// TestBatchOfLines: lines come out of a batch as they went in, and what is no line
// is refused.
func TestBatchOfLines(t *testing.T) {
	var lines []byte
	for _, q := range quadsOfAllKinds() {
		if q.Object == rdf.Blank("http://e/s") {
			continue // not a label that lines have
		}
		lines = rdf.AppendQuad(lines, q)
	}
	var b rdf.Batch
	if err := b.AddLines(lines); err != nil {
		t.Fatal(err)
	}
	var got []byte
	for q := range b.Quads() {
		got = rdf.AppendQuad(got, q)
	}
	if string(got) != string(lines) {
		t.Errorf("%s\nexpected\n%s", got, lines)
	}
	for _, line := range []string{"<http://e/s> <http://e/p> .\n", "<http://e/s> <http://e/p> \"\xff\" .\n", "<s> <http://e/p> \"a\" .", "<http://e/s> <http://e/p> \"a\" .\r<http://e/s>\n"} {
		if err := b.AddLines([]byte(line)); err == nil || !strings.Contains(err.Error(), "<") {
			t.Errorf("%q: %v, expected an error that shows the line", line, err)
		}
	}
}
