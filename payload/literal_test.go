package payload_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/payload"
	"github.com/trialweave/trialweave/study"
)

func TestLiterals(t *testing.T) {
	const prefixes = `"xsd": "http://www.w3.org/2001/XMLSchema#", "ex": "https://example.org/", `
	for name, tt := range map[string]struct {
		context, records string
		want             []string
	}{
		"right":        {`"a": {"@id": "ex:a", "@type": "xsd:date"}`, `{"a":"2024-02-29"}`, nil},
		"a month":      {`"a": {"@id": "ex:a", "@type": "xsd:date"}`, `{"a":"2024-02"}` + "\n" + `{"a":"2024-02-01"}`, []string{`literal the term "a" makes invalid xsd:date literals | 1 of 2 records (50.0 %), 1 of 2 values; first "2024-02" in /a`}},
		"no such day":  {`"a": {"@id": "ex:a", "@type": "http://www.w3.org/2001/XMLSchema#date"}`, `{"a":"2023-02-29"}`, []string{`literal the term "a" makes invalid xsd:date literals | 1 of 1 record (100.0 %), 1 of 1 value; first "2023-02-29" in /a`}},
		"items":        {`"a": {"@id": "ex:a", "@type": "xsd:integer"}`, `{"a":[1,"2","three"]}`, []string{`literal the term "a" makes invalid xsd:integer literals | 1 of 1 record (100.0 %), 1 of 3 values; first "three" in /a`}},
		"unreachable":  {`"a": {"@id": "ex:a", "@type": "xsd:date"}`, `{"b":{"a":"x"}}`, nil},
		"below a term": {`"b": "ex:b", "a": {"@id": "ex:a", "@type": "xsd:date"}`, `{"b":[{"a":"x"}]}`, []string{`literal the term "a" makes invalid xsd:date literals | 1 of 1 record (100.0 %), 1 of 1 value; first "x" in /b/0/a`}},
		"of a class":   {`"B": {"@id": "ex:B", "@context": {"a": {"@id": "ex:a", "@type": "xsd:date"}}}, "b": "ex:b"`, `{"b":{"a":"x"}}`, nil},
		"of a property": {`"b": {"@id": "ex:b", "@context": {"a": {"@id": "ex:a", "@type": "xsd:boolean"}}}`, `{"b":{"a":"yes"}}`,
			[]string{`literal the term "a" makes invalid xsd:boolean literals | 1 of 1 record (100.0 %), 1 of 1 value; first "yes" in /b/a`}},
		"of another kind": {`"a": {"@id": "ex:a", "@type": "@id"}, "c": {"@id": "ex:c", "@type": "ex:mine"}`, `{"a":"x","c":"y"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			schema, err := payload.Compile("api.yml", []byte(head+"    A: {}\n"), "A")
			if err != nil {
				t.Fatal(err)
			}
			c, err := payload.ReadContext("c.jsonld", []byte(`{"@context": {`+prefixes+tt.context+`}}`), false)
			if err != nil {
				t.Fatal(err)
			}
			in, err := study.Open([]string{"-"}, &study.Options{Stdin: strings.NewReader(tt.records)})
			if err != nil {
				t.Fatal(err)
			}
			r, _, err := payload.Judge(context.Background(), schema, in, &payload.Options{Context: c})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, said(r)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestBundledContextLiterals holds that the bundled context makes no ill-typed
// literal of an annotated study, and that this is because of what it says.
func TestBundledContextLiterals(t *testing.T) {
	for text, want := range map[string]int{
		string(jsonld.BundledContext()): 0,
		strings.Replace(string(jsonld.BundledContext()), `"overallStatus": "ctg:overall_status"`, `"overallStatus": { "@id": "ctg:overall_status", "@type": "xsd:date" }`, 1): 1,
	} {
		c, err := payload.ReadContext("c.jsonld", []byte(text), true)
		if err != nil {
			t.Fatal(err)
		}
		schema, err := payload.Compile("api.yml", openapi.Bundled(), "")
		if err != nil {
			t.Fatal(err)
		}
		in, err := study.Open([]string{"../testdata/studies"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, _, err := payload.Judge(context.Background(), schema, in, &payload.Options{Context: c})
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, f := range r.Findings {
			if f.Rule == "payload-literal" {
				got++
			}
		}
		if got != want {
			t.Errorf("%d findings, want %d", got, want)
		}
	}
}
