package lint_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestContexts(t *testing.T) {
	for name, tt := range map[string]struct {
		context string
		want    []string
	}{
		"right":               {`{"@version": 1.1, "ex": "https://example.org/", "a": "ex:a", "id": "@id", "b": {"@id": "ex:b", "@type": "@id", "@container": ["@set"]}, "c": null, "d": "a"}`, []string{`context-same-iri "a" and "d" stand for the same IRI, https://example.org/a`}},
		"vocabulary":          {`{"@vocab": "https://example.org/", "a": {"@type": "@id"}, "b": "bee"}`, nil},
		"prefix not declared": {`{"a": "schema:name"}`, []string{`context-term the term "a" does not map to an IRI: "schema:name" uses the prefix "schema", which is not declared`}},
		"no vocabulary":       {`{"a": {"@type": "@id"}}`, []string{`context-term the term "a" does not map to an IRI: "a" is neither a term nor an IRI, and there is no @vocab`}},
		"a blank in an IRI":   {`{"a": "https://example.org/a b"}`, []string{`context-term the term "a" does not map to an IRI: " " must not stand in the IRI "https://example.org/a b"`}},
		"a circle":            {`{"a": "b:x", "b": "a:y"}`, []string{`context-term the term "a" does not map to an IRI: its definition leads back to itself`, `context-term the term "b" does not map to an IRI: its definition leads back to itself`}},
		"a number":            {`{"a": 7}`, []string{`context-term the definition of "a" is a number, expected a string, an object or null`}},
		"unknown keys":        {`{"@vocabulary": "x", "a": {"@id": "https://example.org/a", "@typ": "@id"}}`, []string{`context-term unknown key "@typ" in the definition of a term`, `context-term unknown key "@vocabulary" in a context`}},
		"container":           {`{"a": {"@id": "https://example.org/a", "@container": "@bag"}}`, []string{`context-term the @container of "a" is "@bag", expected @set, @list, @index, @language, @graph, @id or @type`}},
		"type":                {`{"a": {"@id": "https://example.org/a", "@type": "xsd:date"}}`, []string{`context-term the @type of "a" is not an IRI: "xsd:date" uses the prefix "xsd", which is not declared`}},
		"scoped":              {`{"ex": "https://example.org/", "A": {"@id": "ex:A", "@context": {"a": "ex:a", "b": "ey:b"}}}`, []string{`context-term the term "b" does not map to an IRI: "ey:b" uses the prefix "ey", which is not declared`}},
		"another scope":       {`{"ex": "https://example.org/", "A": {"@id": "ex:A", "@context": {"a": "ex:a"}}, "b": "ex:a"}`, nil},
		"remote":              {`["https://example.org/context", {"a": "ex:a"}]`, []string{`unchecked 1:15: the context "https://example.org/context" is not read; terms that need it are not checked`}},
		"no context":          {`7`, []string{`context-term a context is a number, expected an object, a reference or null`}},
	} {
		t.Run(name, func(t *testing.T) {
			r := lintTree(t, map[string]string{"a.jsonld": `{"@context": ` + tt.context + "}"})
			if diff := cmp.Diff(tt.want, said(r, "context-")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
