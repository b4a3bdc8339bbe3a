package jsonld

import (
	"encoding/json"
	"errors"
	"testing"
)

// TestPlainTerms holds which contexts our own algorithms take: the bundled ones among
// them.
func TestPlainTerms(t *testing.T) {
	for name, tt := range map[string]struct {
		context string
		plain   bool
	}{
		"full profile": {string(BundledContext()), true},
		"core profile": {string(CoreContext()), true},
		"terms":        {`{"@context": {"@version": 1.1, "ex": "http://e/", "a": "ex:a", "b": {"@id": "ex:b", "@type": "@id"}, "c": {"@id": "ex:c", "@container": "@set"}}}`, true},
		"vocabulary":   {`{"@context": {"@vocab": "http://e/"}}`, false},
		"language":     {`{"@context": {"a": {"@id": "http://e/a", "@language": "en"}}}`, false},
		"default":      {`{"@context": {"@language": "en"}}`, false},
		"list":         {`{"@context": {"a": {"@id": "http://e/a", "@container": "@list"}}}`, false},
		"reverse":      {`{"@context": {"a": {"@reverse": "http://e/a"}}}`, false},
		"json":         {`{"@context": {"a": {"@id": "http://e/a", "@type": "@json"}}}`, false},
		"alias":        {`{"@context": {"id": "@id"}}`, false},
		"several":      {`{"@context": [{"a": "http://e/a"}]}`, false},
		"address":      {`{"@context": "http://e/context"}`, false},
		"deep":         {`{"@context": {"T": {"@id": "http://e/T", "@context": {"U": {"@id": "http://e/U", "@context": {}}}}}}`, false},
	} {
		var document struct {
			Context any `json:"@context"`
		}
		if err := json.Unmarshal([]byte(tt.context), &document); err != nil {
			t.Fatal(name, err)
		}
		if _, plain := newScopes(document.Context); plain != tt.plain {
			t.Errorf("%s: plain terms %v, expected %v", name, plain, tt.plain)
		}
	}
}

// TestGeneral holds that documents with more than plain terms are left to json-gold.
func TestGeneral(t *testing.T) {
	s, plain := newScopes(map[string]any{"ex": "http://e/", "a": "ex:a"})
	if !plain {
		t.Fatal("the context has plain terms")
	}
	for _, text := range []string{
		`{"@id": "ex:1", "a": {"@list": ["b"]}}`, `{"@id": "ex:1", "a": {"@value": "b", "@language": "en"}}`, `{"@id": "ex:1", "@reverse": {"a": {"@id": "ex:2"}}}`,
		`{"@context": {}, "@id": "ex:1", "a": "b"}`, `{"@id": "ex:1", "@included": []}`, `{"@id": "ex:1", "@index": "b", "a": "c"}`,
	} {
		var document map[string]any
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		if out, err := s.expand(document); !errors.Is(err, errGeneral) {
			t.Errorf("%s: %v, %v", text, out, err)
		}
	}
	if out, err := s.expand(map[string]any{"@id": "ex:1", "a": "b"}); err != nil || out["@id"] != "http://e/1" {
		t.Errorf("%v, %v", out, err)
	}
}
