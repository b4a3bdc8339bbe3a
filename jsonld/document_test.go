package jsonld_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

func TestDocumentReadsBack(t *testing.T) {
	engine, err := mapping.NewEngine(nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../testdata/sample.json")
	if err != nil {
		t.Fatal(err)
	}
	var out mapping.Output
	if err := engine.NewConverter().Convert(data, &out); err != nil {
		t.Fatal(err)
	}
	var want []rdf.Quad
	for q, err := range rdf.Read(bytes.NewReader(slices.Concat(out.Shared, out.Record)), rdf.NQuads, nil) {
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, q)
	}
	want = append(want, rdf.Quad{Subject: rdf.Blank("b0"), Predicate: rdf.IRI("http://example.org/p"), Object: rdf.LangString("x", "en")})
	var doc bytes.Buffer
	w := jsonld.NewWriter(&doc)
	for _, q := range want {
		if err := w.Write(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var got, sorted []string
	for q, err := range jsonld.ReadDocument(&doc, "doc.jsonld", "") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, q.String())
	}
	for _, q := range want {
		sorted = append(sorted, q.String())
	}
	slices.Sort(got)
	slices.Sort(sorted)
	if diff := cmp.Diff(sorted, got); diff != "" {
		t.Error(diff)
	}
}

func TestDocumentFetchesNothing(t *testing.T) {
	for _, doc := range []string{`{"@context":"http://127.0.0.1:1/context","a":1}`, `{"@context":{"@import":"file:///etc/passwd"}}`, `{`, `{"@id":5}`} {
		var fault *source.Error
		for _, err := range jsonld.ReadDocument(strings.NewReader(doc), "doc.jsonld", "") {
			if !errors.As(err, &fault) {
				t.Errorf("%s: %v, expected a fault of the document", doc, err)
			}
		}
		if fault == nil || fault.File != "doc.jsonld" {
			t.Errorf("%s: no fault that names the file", doc)
		}
	}
}

func ExampleNewWriter() {
	w := jsonld.NewWriter(os.Stdout)
	_ = w.Write(rdf.Quad{Subject: rdf.IRI("http://example.org/s"), Predicate: rdf.IRI("http://example.org/p"), Object: rdf.String("o")})
	_ = w.Close()
	// Output:
	// [
	// {"@id":"http://example.org/s","http://example.org/p":[{"@value":"o"}]}
	// ]
}

func ExampleReadDocument() {
	doc := strings.NewReader(`{"@id":"http://example.org/s","http://example.org/p":"o"}`)
	for q, err := range jsonld.ReadDocument(doc, "doc.jsonld", "") {
		fmt.Println(q, err)
	}
	// Output: <http://example.org/s> <http://example.org/p> "o" . <nil>
}
