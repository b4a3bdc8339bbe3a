package lint_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// codesOnly drops what the processor says beside its error code.
func codesOnly(all []string) (out []string) {
	for _, s := range all {
		if head, detail, ok := strings.Cut(s, " is refused by JSON-LD processors: "); ok {
			code, _, _ := strings.Cut(detail, " (")
			s = head + " is refused by JSON-LD processors: " + code
		}
		out = append(out, s)
	}
	return out
}

func TestContexts(t *testing.T) {
	for name, tt := range map[string]struct {
		context string
		want    []string
	}{
		"right":               {`{"@version": 1.1, "ex": "https://example.org/", "a": "ex:a", "id": "@id", "b": {"@id": "ex:b", "@type": "@id", "@container": ["@set"]}, "c": null, "d": "a"}`, []string{`context-same-iri "a" and "d" stand for the same IRI, https://example.org/a`}},
		"two classes":         {`{"A": "https://example.org/A", "B": "https://example.org/A"}`, nil},
		"twice":               {`{"a": "https://example.org/a", "a": "https://example.org/a"}`, nil},
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
		"default language":    {`{"@language": 5, "a": "https://example.org/a"}`, []string{`context-term @language is a number, expected a string`}},
		"keywords in a scope": {`{"a": {"@id": "https://example.org/a", "@context": {"@language": 5}}}`, []string{`context-term @language is a number, expected a string`}},
		"direction":           {`{"a": {"@id": "https://example.org/a", "@direction": "up"}}`, []string{`context-term the @direction of "a" is "up", expected ltr, rtl or null`}},
		"two containers":      {`{"a": {"@id": "https://example.org/a", "@container": ["@list", "@set"]}}`, []string{`context-term the @container of "a" combines @list, @set: @list is combined with nothing`}},
		"nest":                {`{"a": {"@id": "https://example.org/a", "@nest": "@type"}}`, []string{`context-term the term "a" is refused by JSON-LD processors: invalid @nest value`}},
		"index":               {`{"a": {"@id": "https://example.org/a", "@index": "https://example.org/i"}}`, []string{`context-term the term "a" is refused by JSON-LD processors: invalid term definition`}},
		"reverse list":        {`{"a": {"@reverse": "https://example.org/a", "@container": "@list"}}`, []string{`context-term the term "a" is refused by JSON-LD processors: invalid reverse property`}},
		"prefix":              {`{"a": {"@id": "https://example.org/", "@prefix": "yes"}}`, []string{`context-term the term "a" is refused by JSON-LD processors: invalid @prefix value`}},
		"another IRI":         {`{"ex": "https://example.org/", "ex:b": "ex:q"}`, []string{`context-term the term "ex:b" is refused by JSON-LD processors: invalid IRI mapping`}},
		"reverse and id":      {`{"a": {"@reverse": "https://example.org/a", "@id": null}}`, []string{`context-term "a" has @reverse and @id, of which a term can have one`}},
		"no name":             {`{"": "https://example.org/"}`, []string{"context-term a term has an empty name"}},
		"@type":               {`{"@type": {}}`, []string{"context-term @type is redefined; only its @container (@set) and @protected can be said"}},
		"the @type of sets":   {`{"@type": {"@container": "@set"}}`, nil},
		"version":             {`{"@version": "1.1", "a": "https://example.org/a"}`, []string{"context-term @version is a string, expected a number"}},
		"a newer version":     {`{"@version": 2, "a": "https://example.org/a"}`, []string{"context-term @version is refused by JSON-LD processors: invalid @version value"}},
		"protected":           {`[{"@protected": true, "a": "https://example.org/a"}, {"a": "https://example.org/b", "b": "https://example.org/c"}]`, []string{`context-term the term "a" is refused by JSON-LD processors: protected term redefinition`}},
		"protected, the same": {`[{"@protected": true, "a": "https://example.org/a"}, {"a": "https://example.org/a"}]`, nil},
		"null on protected":   {`[{"@protected": true, "a": "https://example.org/a"}, null]`, []string{"context-term null, which takes back what is protected, is refused by JSON-LD processors: invalid context nullification"}},
		"no context":          {`7`, []string{`context-term a context is a number, expected an object, a reference or null`}},
	} {
		t.Run(name, func(t *testing.T) {
			r := lintTree(t, map[string]string{"a.jsonld": `{"@context": ` + tt.context + "}"})
			if diff := cmp.Diff(tt.want, codesOnly(said(r, "context-"))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestContextsOfOtherFiles holds that contexts beside a context are read.
func TestContextsOfOtherFiles(t *testing.T) {
	const base = `{"@context": {"ex": "https://example.org/", "@protected": true, "p": "ex:p"}}`
	for name, tt := range map[string]struct {
		context string
		want    []string
	}{
		"in a list":           {`["base/b.jsonld", {"a": "ex:a"}]`, nil},
		"imported":            {`{"@version": 1.1, "@import": "base/b.jsonld", "a": "ex:a"}`, nil},
		"what it protects":    {`["base/b.jsonld", {"p": "ex:q"}]`, []string{`context-term the term "p" is refused by JSON-LD processors: protected term redefinition`}},
		"not there":           {`["base/c.jsonld", {"a": "ex:a"}]`, []string{`context-term the context "base/c.jsonld" is not there: there is no file "base/c.jsonld"`}},
		"not there, imported": {`{"@import": "c.jsonld", "a": "https://example.org/a"}`, []string{`context-term the context "c.jsonld" is not there: there is no file "c.jsonld"`}},
		"not a context":       {`["base/other.json"]`, []string{`context-term "base/other.json" has no @context`}},
		"back to itself":      {`["a.jsonld"]`, []string{`context-term the context "a.jsonld" leads back to itself`}},
		"on another host":     {`{"@import": "https://example.org/c", "a": "ex:a"}`, []string{`unchecked 1:26: the context "https://example.org/c" is not read; terms that need it are not checked`}},
	} {
		r := lintTree(t, map[string]string{"a.jsonld": `{"@context": ` + tt.context + "}", "base/b.jsonld": base, "base/other.json": "{}"})
		if diff := cmp.Diff(tt.want, codesOnly(said(r, "context-"))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
