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

// concepts are the properties that have the concept of the code of another one.
var concepts = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, f := range model.Default().Fields {
		for _, derived := range f.Derived() {
			if derived.Role == "concept" && f.Property != "" {
				out[model.Expand(f.Property)] = derived.Property
			}
		}
	}
	return out
})

// askForConcept says which property has the concept in place of the code.
func (d *doubting) askForConcept(property rdf.Term) string {
	name := concepts()[property.Value]
	if name == "" || !has(d.x, rdf.IRI(model.Expand(name))) {
		return ""
	}
	return fmt.Sprintf("; ask for %s in place of %s", name, prefixed(property))
}

// unknownTerms says of which terms of the model's namespaces, and of which
// codes, a query asks that neither the model nor the data has: it finds nothing
// by them.
func (d *doubting) unknownTerms() {
	var others []rdf.Term
	for _, t := range slices.Concat(d.constants, d.q.Constructed(), d.q.Described()) {
		if ours(t.Value) && t.Kind == rdf.IRITerm {
			others = append(others, t)
		}
	}
	for iri := range looked(d, slices.Concat(d.iris, others)) {
		switch {
		case sparql.IsFunction(iri.Value): // which misused reports
		case d.has(iri):
		case ours(iri.Value) && !modelTerms()[iri.Value]:
			d.unknownTerm(iri)
		case !ours(iri.Value):
			d.misspelt(iri.Value)
		}
	}
	for iri := range looked(d, d.q.Required()) {
		d.missing(iri)
	}
	for m := range looked(d, d.mentions) {
		scheme := schemes()[m.Property.Value]
		if m.Value.Kind != rdf.LiteralTerm || scheme == "" || model.Default().Concept(scheme, m.Value.Value) != nil || hasValue(d.x, m) {
			continue
		}
		d.add(fmt.Sprintf("%s of %s is not a code of %s and not in the data", prefixed(m.Value), prefixed(m.Property), scheme) + orMeant(d.meantCode(scheme, m.Value.Value)))
	}
}

// misspelt says of a term of another vocabulary that the data lacks it, where the
// data has a property of the same vocabulary with nearly the same name.
func (d *doubting) misspelt(iri string) {
	at := strings.LastIndexAny(iri, "/#") + 1
	names := d.vocabulary(iri[:at])
	if at == 0 || len(names) == 0 || !d.mayAsk(iri[at:]) {
		return
	}
	if near := nearest.Certain(iri[at:], names); near != "" {
		d.misnamed[iri] = true
		shown := func(iri string) string { return compact(mapping.Prefixes(), rdf.IRI(iri)) }
		d.add(fmt.Sprintf("%s is not in the data; did you mean %s?", shown(iri), shown(iri[:at]+near)))
	}
}

// missing says of a property of a well-known vocabulary that the data and the model lack
// it, where the query finds nothing without it: a term that is spelled right, but used
// elsewhere, such as schema:latitude, among them.
func (d *doubting) missing(iri rdf.Term) {
	wellKnown := slices.ContainsFunc(mapping.Prefixes(), func(p rdf.Prefix) bool {
		return strings.HasPrefix(iri.Value, p.IRI) && p.Name != "rdf" // whose terms lists and << >> stand for
	})
	if !wellKnown || ours(iri.Value) || d.misnamed[iri.Value] || modelProperties()[iri.Value] || d.has(iri) {
		return
	}
	local, meant := iri.Value[strings.LastIndexAny(iri.Value, "/#")+1:], ""
	if d.mayAsk(local) {
		meant = model.Default().Meant(local)
	}
	if !has(d.x, rdf.IRI(model.Expand(meant))) {
		meant = ""
	}
	d.add(prefixed(iri) + " is not in the data: the query finds nothing by it" + orMeant(meant))
}

// vocabulary are the names of the first properties of the data that are in a namespace.
func (d *doubting) vocabulary(namespace string) []string {
	if d.names == nil {
		d.names = map[string][]string{}
		for id := range looked(d, d.x.Predicates()) {
			iri := d.x.Term(id).Value
			at := strings.LastIndexAny(iri, "/#") + 1
			d.names[iri[:at]] = append(d.names[iri[:at]], iri[at:])
		}
		for namespace, names := range d.names {
			slices.Sort(names)
			d.names[namespace] = names[:min(len(names), mostNames)]
		}
	}
	return d.names[namespace]
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

func (d *doubting) unknownTerm(t rdf.Term) {
	written, meant := prefixed(t), ""
	if d.mayAsk(written) {
		if near := nearest.Certain(strings.TrimPrefix(t.Value, model.NSTool), sparql.NamesIn(model.NSTool)); near != "" {
			meant = "tw:" + near
		} else {
			meant = model.Default().Meant(written)
		}
	}
	d.add(written + " is not a term of the model and not in the data" + orMeant(meant))
}

// orMeant is the end of a warning that has a suggestion.
func orMeant(word string) string {
	if word == "" {
		return ""
	}
	return "; did you mean " + word + "?"
}

func (d *doubting) suggestion(written string, words []string) string {
	if !d.mayAsk(written) {
		return ""
	}
	if word, ok := nearest.Of(written, words); ok {
		return orMeant(word)
	}
	return ""
}
