package knakkrdf_test

import (
	"fmt"
	"testing"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/rdf/knakkrdf"
)

func ExampleToTriple() {
	t, err := knakkrdf.ToTriple(rdf.Quad{
		Subject: rdf.IRI("http://example.org/s"), Predicate: rdf.IRI("http://example.org/p"), Object: rdf.LangString("text", "en"),
	})
	fmt.Println(t.Obj, err)
	fmt.Println(knakkrdf.FromTriple(t))
	// Output:
	// text <nil>
	// <http://example.org/s> <http://example.org/p> "text"@en .
}

// TestThereAndBack holds that a triple of each kind of term is the same after
// the way to knakk/rdf and back.
func TestThereAndBack(t *testing.T) {
	p := rdf.IRI("http://example.org/p")
	for _, q := range []rdf.Quad{
		{Subject: rdf.IRI("http://example.org/s"), Predicate: p, Object: rdf.IRI("urn:a:b")},
		{Subject: rdf.Blank("b0"), Predicate: p, Object: rdf.Blank("b1")},
		{Subject: rdf.Blank("b0"), Predicate: p, Object: rdf.String("a \"b\"\nc")},
		{Subject: rdf.Blank("b0"), Predicate: p, Object: rdf.LangString("é", "fr-CA")},
		{Subject: rdf.Blank("b0"), Predicate: p, Object: rdf.Typed("1.50", rdf.XSDDecimal)},
	} {
		triple, err := knakkrdf.ToTriple(q)
		if err != nil {
			t.Errorf("%s: %v", q, err)
			continue
		}
		if got := knakkrdf.FromTriple(triple); got != q {
			t.Errorf("%s became %s", q, got)
		}
	}
}

// TestRefused holds that terms at positions where they cannot stand are errors.
func TestRefused(t *testing.T) {
	s, p := rdf.IRI("http://example.org/s"), rdf.IRI("http://example.org/p")
	for _, q := range []rdf.Quad{
		{},
		{Subject: rdf.String("x"), Predicate: p, Object: s},
		{Subject: s, Predicate: rdf.Blank("b"), Object: s},
		{Subject: s, Predicate: rdf.String("x"), Object: s},
		{Subject: s, Predicate: p},
		{Subject: s, Predicate: p, Object: rdf.IRI("")},
	} {
		if triple, err := knakkrdf.ToTriple(q); err == nil {
			t.Errorf("%v became %v", q, triple)
		}
	}
}
