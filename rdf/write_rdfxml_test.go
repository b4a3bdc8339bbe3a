package rdf_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/rdf"
)

// TestRDFXML reads back what is written.
func TestRDFXMLIsWritten(t *testing.T) {
	subject, blank := rdf.IRI("http://e/a?b=1&c"), rdf.Blank("x")
	triples := []rdf.Quad{
		{Subject: subject, Predicate: rdf.IRI("http://e/ns#p"), Object: rdf.String("<&\"'\n\r\t é")},
		{Subject: subject, Predicate: rdf.IRI("http://e/ns/p-1.x"), Object: rdf.LangString("a", "en")},
		{Subject: subject, Predicate: rdf.IRI("http://e/12p"), Object: rdf.Typed("1", rdf.XSDInteger)},
		{Subject: blank, Predicate: rdf.IRI(rdf.RDFType), Object: rdf.IRI("http://e/C")},
		{Subject: subject, Predicate: rdf.IRI("http://e/ns#p"), Object: blank},
	}
	var text bytes.Buffer
	out, err := rdf.NewWriter(&text, rdf.RDFXML, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range triples {
		if err := out.Write(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	var back []rdf.Quad
	for q, err := range rdf.Read(bytes.NewReader(text.Bytes()), rdf.RDFXML, nil) {
		if err != nil {
			t.Fatalf("%v\n%s", err, &text)
		}
		back = append(back, q)
	}
	if err := w3c.SameGraphs(back, triples); err != nil {
		t.Errorf("%v\n%s", err, &text)
	}
	for _, bad := range []rdf.Quad{
		{Subject: subject, Predicate: rdf.IRI("http://e/1"), Object: subject},
		{Subject: subject, Predicate: rdf.IRI("http://e/p"), Object: rdf.String("\u0001")},
		{Subject: subject, Predicate: rdf.IRI("http://e/p"), Object: subject, Graph: subject},
	} {
		if out.Check(bad) == nil {
			t.Errorf("%s was taken", bad)
		}
	}
	text.Reset()
	empty, _ := rdf.NewWriter(&text, rdf.RDFXML, nil)
	if err := empty.Close(); err != nil || !strings.Contains(text.String(), "</rdf:RDF>") {
		t.Errorf("nothing is written as %q, %v", &text, err)
	}
}
