package sparql_test

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// TestGraphFormats writes a graph in each syntax and reads it back.
func TestGraphFormats(t *testing.T) {
	quads := []rdf.Quad{
		{Subject: rdf.IRI("http://e/a"), Predicate: rdf.IRI(rdf.RDFType), Object: rdf.IRI("http://e/C")},
		{Subject: rdf.IRI("http://e/a"), Predicate: rdf.IRI("http://e/p"), Object: rdf.LangString("text", "en")},
		{Subject: rdf.Blank("b"), Predicate: rdf.IRI("http://e/p"), Object: rdf.Typed("01", rdf.XSDInteger)},
	}
	for _, name := range sparql.GraphFormats() {
		var b bytes.Buffer
		w, err := sparql.NewGraphWriter(&b, name, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range quads {
			if err := w.Write(q); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := w.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		read := rdf.Read(&b, rdf.FormatByName(name), nil)
		if name == "jsonld" {
			read = jsonld.ReadDocument(&b, "graph", "")
		}
		found := 0
		for q, err := range read {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if slices.Contains(quads[:2], q) || q.Object == quads[2].Object {
				found++
			}
		}
		if found != len(quads) {
			t.Errorf("%s: %d quads were read back, expected %d", name, found, len(quads))
		}
		if kind := sparql.GraphMediaType(name); kind != "application/ld+json" && rdf.FormatByName(kind).String() != name {
			t.Errorf("%s has the media type %q", name, kind)
		}
	}
	if _, err := sparql.NewGraphWriter(io.Discard, "n3", nil); err == nil || !strings.Contains(err.Error(), "expected one of turtle") {
		t.Errorf("unknown format: %v", err)
	}
}

// counting counts the bytes that have come so far.
type counting int

func (c *counting) Write(b []byte) (int, error) { *c += counting(len(b)); return len(b), nil }

// TestStreamedJSONLD holds that JSON-LD is written as its quads come, also those
// of one graph.
func TestStreamedJSONLD(t *testing.T) {
	var sent counting
	w, err := sparql.NewGraphWriter(&sent, "jsonld", nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20_000 {
		if err := w.Write(rdf.Quad{Subject: rdf.IRI("http://e/" + strconv.Itoa(i/10)), Predicate: rdf.IRI("http://e/p"), Object: rdf.String(strconv.Itoa(i))}); err != nil {
			t.Fatal(err)
		}
	}
	if sent < 100_000 {
		t.Errorf("%d bytes were written of 20,000 quads before the end", sent)
	}
}
