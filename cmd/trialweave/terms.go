package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// modelTerms are the terms of the model's namespaces.
var modelTerms = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for q, err := range rdf.Read(bytes.NewReader(model.Ontology()), rdf.Turtle, nil) {
		if err != nil {
			break // the tests of the model read it
		}
		if ours(q.Subject.Value) {
			out[q.Subject.Value] = true
		}
	}
	return out
})

// modelProperties are the properties of the model, also those of other vocabularies,
// which some data happens not to have.
var modelProperties = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, p := range model.Default().Properties() {
		out[model.Expand(p.Name)] = true
	}
	return out
})

// ours reports whether an IRI is in a namespace of the model's terms.
func ours(iri string) bool {
	return strings.HasPrefix(iri, model.NSRegistry) || strings.HasPrefix(iri, model.NSTool)
}

// schemes are the schemes of the properties that have codes.
var schemes = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, f := range model.Default().Fields {
		if f.Enum != "" && f.Property != "" {
			out[model.Expand(f.Property)] = f.Enum
		}
	}
	return out
})

// unknownTerms says of which terms of the model's namespaces, and of which
// codes, a query asks that neither the model nor the data has: it finds nothing
// by them.
func unknownTerms(q *sparql.Query, x *index.Index) []string {
	var out []string
	mentions, iris := q.Mentions()
	for _, m := range mentions {
		if !slices.Contains(iris, m.Property) {
			iris = append(iris, m.Property)
		}
	}
	for _, t := range slices.Concat(q.Constants(), q.Constructed(), q.Described()) {
		if ours(t.Value) && t.Kind == rdf.IRITerm && !slices.Contains(iris, t) {
			iris = append(iris, t)
		}
	}
	for _, iri := range iris {
		switch {
		case sparql.IsFunction(iri.Value): // which misused reports
		case has(x, iri):
		case ours(iri.Value) && !modelTerms()[iri.Value]:
			out = append(out, unknownTerm(iri.Value))
		case !ours(iri.Value):
			out = append(out, misspelt(iri.Value, x)...)
		}
	}
	for _, m := range mentions {
		scheme := schemes()[m.Property.Value]
		if m.Value.Kind != rdf.LiteralTerm || scheme == "" || model.Default().Concept(scheme, m.Value.Value) != nil || hasValue(x, m) {
			continue
		}
		out = append(out, unknownCode(m, scheme))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// misspelt says of a term of another vocabulary that the data lacks it, where the
// data has a property of the same vocabulary with nearly the same name.
func misspelt(iri string, x *index.Index) []string {
	at := strings.LastIndexAny(iri, "/#") + 1
	var names []string
	for _, id := range x.Predicates() {
		if name, ok := strings.CutPrefix(x.Term(id).Value, iri[:at]); ok && !strings.ContainsAny(name, "/#") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	near := nearest.Certain(iri[at:], names)
	if at == 0 || near == "" {
		return nil
	}
	shown := func(iri string) string { return compact(mapping.Prefixes(), rdf.IRI(iri)) }
	return []string{fmt.Sprintf("%s is not in the data; did you mean %s?", shown(iri), shown(iri[:at]+near))}
}

func has(x *index.Index, t rdf.Term) bool {
	_, ok := x.Lookup(t)
	return ok
}

func hasValue(x *index.Index, m sparql.Mention) bool {
	p, known := x.Lookup(m.Property)
	o, ok := x.Lookup(m.Value)
	return known && ok && x.Estimate(index.Quad{index.Predicate: p, index.Object: o}, index.Union) > 0
}

func unknownTerm(iri string) string {
	written := compact(mapping.Prefixes(), rdf.IRI(iri))
	return written + " is not a term of the model and not in the data" + orMeant(model.Default().Meant(written))
}

func unknownCode(m sparql.Mention, scheme string) string {
	return fmt.Sprintf("%s of %s is not a code of %s and not in the data", m.Value, prefixed(m.Property), scheme) + orMeant(model.Default().MeantCode(scheme, m.Value.Value))
}

// orMeant is the end of a warning that has a suggestion.
func orMeant(word string) string {
	if word == "" {
		return ""
	}
	return "; did you mean " + word + "?"
}

func suggestion(written string, words []string) string {
	if word, ok := nearest.Of(written, words); ok {
		return orMeant(word)
	}
	return ""
}
