package rdf_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/rdf"
)

func ExampleTriple() {
	t := rdf.Triple(rdf.IRI("http://example.org/s"), rdf.IRI("http://example.org/p"), rdf.DirLangString("x", "ar", rdf.RightToLeft))
	fmt.Println(t)
	_, _, object, _ := t.Triple()
	fmt.Println(object.Value, object.Language, object.Direction, t == rdf.Triple(rdf.IRI("http://example.org/s"), rdf.IRI("http://example.org/p"), object))
	// Output:
	// <<( <http://example.org/s> <http://example.org/p> "x"@ar--rtl )>>
	// x ar rtl true
}

func ExampleTo11() {
	document := `PREFIX : <http://example.org/>
:trial :phase 3 {| :from "designModule/phases" |} .`
	quads := rdf.Read(strings.NewReader(document), rdf.Turtle, &rdf.ReadOptions{Version: rdf.RDF12})
	for q := range rdf.To11(quads) {
		fmt.Println(q)
	}
	// Output:
	// <http://example.org/trial> <http://example.org/phase> "3"^^<http://www.w3.org/2001/XMLSchema#integer> .
	// _:anon1 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement> .
	// _:anon1 <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> <http://example.org/trial> .
	// _:anon1 <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> <http://example.org/phase> .
	// _:anon1 <http://www.w3.org/1999/02/22-rdf-syntax-ns#object> "3"^^<http://www.w3.org/2001/XMLSchema#integer> .
	// _:anon1 <http://example.org/from> "designModule/phases" .
}

// TestVersion holds that what only RDF 1.2 has is refused, and where, unless it
// was asked for.
func TestVersion(t *testing.T) {
	for _, c := range []struct {
		format   rdf.Format
		document string
		column   string
	}{
		{rdf.NTriples, "<http://e/s> <http://e/p> <<( <http://e/s> <http://e/p> \"o\" )>> .", "1:27: a triple term, which RDF 1.1 does not have"},
		{rdf.NTriples, `<http://e/s> <http://e/p> "o"@en--ltr .`, `1:33: a direction, which RDF 1.1 does not have`},
		{rdf.NTriples, `VERSION "1.2"`, `1:1: a version, which RDF 1.1 does not have`},
		{rdf.Turtle, "<http://e/s> <http://e/p> <<( <http://e/s> <http://e/p> 1 )>> .", "1:27: a triple term, which RDF 1.1 does not have"},
		{rdf.Turtle, "<< <http://e/s> <http://e/p> 1 >> <http://e/p> 2 .", "1:1: a reified triple, which RDF 1.1 does not have"},
		{rdf.Turtle, "<http://e/s> <http://e/p> 1 {| <http://e/q> 2 |} .", "1:29: an annotation, which RDF 1.1 does not have"},
		{rdf.Turtle, "<http://e/s> <http://e/p> 'o'@en--ltr .", "1:33: a direction, which RDF 1.1 does not have"},
		{rdf.Turtle, "@version '1.2' .", "1:1: a version, which RDF 1.1 does not have"},
	} {
		_, err := readAll([]byte(c.document), c.format, &rdf.ReadOptions{})
		if err == nil || !strings.HasPrefix(err.Error(), ":"+c.column) {
			t.Errorf("%s: %v, expected %s", c.document, err, c.column)
		}
		quads, err := readAll([]byte(c.document), c.format, &rdf.ReadOptions{Version: rdf.RDF12})
		if err != nil {
			t.Errorf("%s: %v", c.document, err)
		}
		for _, q := range quads {
			w := slices.Clone([]rdf.Quad{q})
			_, err := write(w, rdf.NQuads, nil)
			if needs := q.Object.Kind == rdf.TripleTerm || q.Object.Direction != rdf.NoDirection; needs != (err != nil) {
				t.Errorf("writing %s as RDF 1.1: %v", q, err)
			}
			if _, err := write(w, rdf.RDFXML, &rdf.WriteOptions{Version: rdf.RDF12}); err != nil {
				t.Errorf("writing %s as RDF/XML: %v", q, err)
			}
		}
	}
}

// TestXMLKeepsTripleTerms writes RDF/XML of RDF 1.2 and reads it back.
func TestXMLKeepsTripleTerms(t *testing.T) {
	s, p := rdf.IRI("http://e/s"), rdf.IRI("http://e/p")
	inner := rdf.Triple(rdf.Blank("n"), p, rdf.DirLangString("x < y", "he", rdf.RightToLeft))
	quads := []rdf.Quad{
		{Subject: s, Predicate: rdf.IRI(rdf.RDFReifies), Object: inner},
		{Subject: rdf.Blank("n"), Predicate: p, Object: rdf.Triple(s, rdf.IRI(rdf.RDFReifies), inner)},
		{Subject: s, Predicate: p, Object: rdf.LangString("x", "en")},
	}
	text, err := write(quads, rdf.RDFXML, &rdf.WriteOptions{Version: rdf.RDF12})
	if err != nil {
		t.Fatal(err)
	}
	got, err := readAll(text, rdf.RDFXML, &rdf.ReadOptions{Version: rdf.RDF12})
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i].Subject, got[i].Object = got[i].Subject.Relabel(func(string) string { return "n" }), got[i].Object.Relabel(func(string) string { return "n" })
	}
	if !slices.Equal(got, quads) {
		t.Errorf("got %v\nwant %v\nof %s", got, quads, text)
	}
}

// TestDeepTripleTerms holds that nesting is bounded, and that terms nested to the
// bound are read in no more than linear work.
func TestDeepTripleTerms(t *testing.T) {
	nested := func(depth int) []byte {
		return []byte("<http://e/s> <http://e/p> " + strings.Repeat("<<( <http://e/s> <http://e/p> ", depth) + `"o"` + strings.Repeat(" )>>", depth) + " .\n")
	}
	for _, f := range []rdf.Format{rdf.NTriples, rdf.Turtle} {
		options := &rdf.ReadOptions{Version: rdf.RDF12}
		if quads, err := readAll(nested(900), f, options); err != nil || len(quads) != 1 {
			t.Errorf("%s: %d quads, %v", f, len(quads), err)
		}
		if _, err := readAll(nested(1100), f, options); err == nil || !strings.Contains(err.Error(), "nest") {
			t.Errorf("%s: %v, expected a bound", f, err)
		}
	}
}
