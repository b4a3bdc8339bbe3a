package mapping_test

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/mapping"
)

// general returns a processor of a context that has more than plain terms, one that
// nothing uses: the algorithms of json-gold do all that it is asked for.
func general(t *testing.T, context map[string]any) *jsonld.Processor {
	t.Helper()
	more := maps.Clone(context)
	more["unused"] = map[string]any{"@reverse": "http://example.org/unused"}
	return jsonld.NewProcessor(more)
}

func contextOf(t *testing.T, document []byte) map[string]any {
	t.Helper()
	var d struct {
		Context map[string]any `json:"@context"`
	}
	if err := json.Unmarshal(document, &d); err != nil || len(d.Context) == 0 {
		t.Fatalf("the context cannot be read: %v", err)
	}
	return d.Context
}

// TestPlainTermsAsJSONGold holds that studies are expanded and compacted by our own
// algorithms, for contexts of plain terms, as by those of json-gold.
func TestPlainTermsAsJSONGold(t *testing.T) {
	full := contextOf(t, jsonld.BundledContext())
	plain, other := jsonld.NewProcessor(full), general(t, full)
	engine := engine(t, nil)
	c, err := engine.NewFormConverter(mapping.Annotated)
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, fixture := range portion.Of(fixtures(t), 5) {
		var out mapping.Output
		if c.Convert(fixture.data, &out) != nil {
			continue // it is not a study
		}
		var document any
		if err := json.Unmarshal(out.Record, &document); err != nil {
			t.Fatal(err)
		}
		sameForms(t, fixture.name, document, plain, other)
		compared++
	}
	if compared < 4 {
		t.Errorf("%d studies were compared", compared)
	}
}

// TestOtherDocumentsAsJSONGold holds the same of documents that need more than plain
// terms, which our own algorithms leave to json-gold.
func TestOtherDocumentsAsJSONGold(t *testing.T) {
	context := map[string]any{
		"@version": 1.1, "ex": "http://example.org/", "xsd": "http://www.w3.org/2001/XMLSchema#", "mesh": "http://example.org/mesh/",
		"T": map[string]any{"@id": "ex:T", "@context": map[string]any{
			"name": "ex:name", "date": map[string]any{"@id": "ex:date", "@type": "xsd:date"}, "link": map[string]any{"@id": "ex:link", "@type": "@id"},
			"module": "@nest", "anyDate": "ex:date", "label": "ex:name",
		}},
		"U":    map[string]any{"@id": "ex:U", "@context": map[string]any{"@propagate": true, "size": map[string]any{"@id": "ex:size", "@type": "xsd:integer"}}},
		"tags": map[string]any{"@id": "ex:tag", "@container": "@set"},
	}
	plain, other := jsonld.NewProcessor(context), general(t, context)
	for name, text := range map[string]string{
		"values of several types": `{"@id": "http://x/1", "@type": "T", "name": ["a", 1, true, 2.5, null], "date": ["2020-01-01", {"@value": "2020", "@type": "xsd:gYear"}], "unknown": 1}`,
		"nested":                  `{"@id": "http://x/1", "@type": ["T", "ex:Other"], "module": {"name": "a", "module": {"link": ["http://example.org/mesh/D1", "mesh:D2", "http://x/2"]}}, "label": "b"}`,
		"nodes in nodes":          `{"@id": "http://x/1", "@type": "T", "link": {"@id": "http://x/2", "@type": "U", "size": 3, "link": "http://x/3", "ex:in": {"@id": "http://x/4", "size": 4, "name": "x"}}}`,
		"a set":                   `{"@id": "http://x/1", "tags": "one", "ex:tag": "two"}`,
		"no type":                 `{"@id": "http://x/1", "name": "not a term here", "ex:name": "a"}`,
		"empty lists":             `{"@id": "http://x/1", "@type": "T", "name": [], "link": []}`,
		"a language":              `{"@id": "http://x/1", "@type": "T", "name": {"@value": "a", "@language": "en"}}`,
		"a list":                  `{"@id": "http://x/1", "@type": "T", "name": {"@list": ["a", "b"]}}`,
		"a graph":                 `{"@id": "http://x/g", "@graph": [{"@id": "http://x/1", "@type": "T", "name": "a"}, {"@id": "http://x/2"}]}`,
		"a term as a node":        `{"@id": "http://x/1", "@type": "T", "link": ["ex:T", "http://example.org/name"]}`,
		"the same for two":        `{"@id": "http://x/1", "@type": "T", "anyDate": ["2020-01-01", 5], "date": "2021-01-01"}`,
		"a blank node":            `{"@id": "_:b", "@type": "T", "link": {"@type": "T", "name": "inner"}}`,
		"a context of its own":    `{"@context": {"more": "ex:more"}, "@id": "http://x/1", "more": "a"}`,
	} {
		var document any
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(name, err)
		}
		sameForms(t, name, document, plain, other)
	}
}

func sameForms(t *testing.T, name string, document any, plain, other *jsonld.Processor) {
	t.Helper()
	got, gotErr := plain.Expand(document)
	want, wantErr := other.Expand(document)
	if diff := cmp.Diff(want, got); diff != "" || (gotErr == nil) != (wantErr == nil) {
		t.Errorf("%s expanded: %v, %v (-json-gold +ours):\n%s", name, wantErr, gotErr, diff)
	}
	got, gotErr = plain.Compact(document)
	want, wantErr = other.Compact(document)
	if diff := cmp.Diff(want, got); diff != "" || (gotErr == nil) != (wantErr == nil) {
		t.Errorf("%s compacted: %v, %v (-json-gold +ours):\n%s", name, wantErr, gotErr, diff)
	}
}
