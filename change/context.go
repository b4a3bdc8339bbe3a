package change

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// vocabulary is one version of a context.
type vocabulary struct {
	doc *yamltree.Document
	// text is the context itself, as JSON.
	text json.RawMessage
	// terms are all definitions, by scope and name.
	terms map[string]definition
	// whole tells that the context has something that makes it unsafe to try it
	// on parts of a record.
	whole bool
}

// definition is a term of a context, brought into a form to compare.
type definition struct {
	// scope is the term that brings it; empty for one of the context itself.
	scope, name string
	path        []string
	iri         string
	// rest are the other members of the definition.
	rest string
}

// String names the term.
func (d definition) String() string {
	if d.scope == "" {
		return fmt.Sprintf("%q", d.name)
	}
	return fmt.Sprintf("%q of %s", d.name, d.scope)
}

func (d definition) key() string { return d.scope + "\x00" + d.name }

func readVocabulary(f File) (*vocabulary, error) {
	doc, err := yamltree.Parse(f.Name, f.Text, nil)
	if err != nil {
		return nil, err
	}
	var wrapped struct {
		Context json.RawMessage `json:"@context"`
	}
	if err := json.Unmarshal(f.Text, &wrapped); err != nil || wrapped.Context == nil {
		return nil, &source.Error{Position: doc.Position(doc.Root.Range.Start), Problem: "this is not a JSON-LD context", Expected: "a JSON object with @context"}
	}
	v := &vocabulary{doc: doc, text: wrapped.Context, terms: map[string]definition{}}
	v.read(doc.Root.Lookup("@context"), []string{"@context"}, "", map[string]string{})
	return v, nil
}

// read collects the terms of a context; prefixes are what names stand for so
// far.
func (v *vocabulary) read(n *yamltree.Node, at []string, scope string, prefixes map[string]string) {
	if n.Kind != yamltree.Mapping {
		for i, item := range n.Items {
			v.read(item, append(slices.Clone(at), fmt.Sprint(i)), scope, prefixes)
		}
		if n.IsScalar() {
			v.add(definition{scope: scope, name: "@context", path: at, iri: n.Text})
		}
		return
	}
	known := maps.Clone(prefixes)
	for i, key := range n.Keys {
		known[key.Name] = written(key.Name, n.Items[i])
	}
	for i, key := range n.Keys {
		item, path := n.Items[i], append(slices.Clone(at), key.Name)
		d := definition{scope: scope, name: key.Name, path: path, iri: written(key.Name, item)}
		if !strings.HasPrefix(key.Name, "@") {
			d.iri = expand(d.iri, known, key.Name)
			d.rest = v.members(item, known)
		}
		v.add(d)
		if inner := item.Lookup("@context"); inner != nil {
			v.read(inner, append(path, "@context"), strings.TrimPrefix(scope+"."+key.Name, "."), known)
		}
	}
}

func (v *vocabulary) add(d definition) { v.terms[d.key()] = d }

// written is what a definition says that its term stands for.
func written(name string, n *yamltree.Node) string {
	if n.IsScalar() {
		return n.Text
	}
	for _, key := range []string{"@id", "@reverse"} {
		if id := n.Lookup(key); id != nil {
			return id.Text
		}
	}
	return name
}

const deepest = 20

// expand makes the IRI of what is written in a context.
func expand(iri string, known map[string]string, self string) string {
	for range deepest {
		prefix, suffix, colon := strings.Cut(iri, ":")
		next, ok := known[prefix]
		switch {
		case strings.HasPrefix(iri, "@"), colon && strings.HasPrefix(suffix, "//"), !ok && colon:
			return iri
		case !colon && (!ok || iri == self):
			if known["@vocab"] != "" && iri != "" {
				return known["@vocab"] + iri
			}
			return iri
		}
		iri, self = next+suffix, prefix
	}
	return iri
}

// members writes the members of a definition that matter beside its IRI.
func (v *vocabulary) members(n *yamltree.Node, known map[string]string) string {
	var out []string
	for i, key := range n.Keys {
		value := n.Items[i]
		switch key.Name {
		case "@id", "@context":
			continue
		case "@type":
			out = append(out, "@type "+expand(value.Text, known, ""))
			continue
		case "@container":
			v.whole = v.whole || value.Text != "@set"
		case "@index", "@nest":
			v.whole = true
		}
		out = append(out, strings.TrimSpace(key.Name+" "+flat(value)))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func flat(n *yamltree.Node) string {
	parts := []string{n.Text}
	for _, item := range n.Items {
		parts = append(parts, flat(item))
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}

// termChange is a term that is not what it was; one of the two is missing where
// it came or went.
type termChange struct {
	old, now *definition
}

func (t termChange) definition() definition {
	if t.now != nil {
		return *t.now
	}
	return *t.old
}

// global tells changes that are not of one term: they may touch everything.
func (t termChange) global() bool { return strings.HasPrefix(t.definition().name, "@") }

func (t termChange) message() string {
	switch {
	case t.now == nil:
		return fmt.Sprintf("the term %s is dropped; it stood for %s", t.old, t.old.iri)
	case t.old == nil:
		return fmt.Sprintf("the term %s is added; it stands for %s", t.now, t.now.iri)
	case t.old.iri != t.now.iri:
		return fmt.Sprintf("the term %s stands for %s, before for %s", t.now, t.now.iri, t.old.iri)
	}
	return fmt.Sprintf("the term %s has %s, before %s", t.now, cmp.Or(t.now.rest, "neither type nor container"), cmp.Or(t.old.rest, "neither type nor container"))
}

// compare lists the terms that changed, in the order of the new context, those
// that are no more after them.
func compare(old, now *vocabulary) (out []termChange) {
	for _, key := range slices.Sorted(maps.Keys(now.terms)) {
		is := now.terms[key]
		was, ok := old.terms[key]
		switch {
		case !ok:
			out = append(out, termChange{now: &is})
		case was.iri != is.iri || was.rest != is.rest:
			out = append(out, termChange{&was, &is})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(old.terms)) {
		if _, ok := now.terms[key]; !ok {
			was := old.terms[key]
			out = append(out, termChange{old: &was})
		}
	}
	return out
}

// Contexts compares two versions of a JSON-LD context by the triples that they
// make of annotated studies; in may be nil, then only the terms are compared.
// done is told how many studies have been read, and may be nil.
func Contexts(ctx context.Context, old, now File, in Studies, done func(int64)) ([]report.Finding, error) {
	was, err := readVocabulary(old)
	if err != nil {
		return nil, err
	}
	is, err := readVocabulary(now)
	if err != nil {
		return nil, err
	}
	t := &trial{old: was, now: is, changes: compare(was, is)}
	t.effects = make([]effect, len(t.changes))
	if in != nil && len(t.changes) > 0 {
		if err := t.run(ctx, in, done); err != nil {
			return nil, err
		}
	}
	return t.findings(in != nil), nil
}

// findings makes a finding of each change.
func (t *trial) findings(tried bool) (out []report.Finding) {
	for i, change := range t.changes {
		doc, check := t.now.doc, checkTriples()
		if change.now == nil {
			doc = t.old.doc
		}
		e := t.effects[i]
		if change.old == nil || tried && e.studies == 0 {
			check = checkTerm()
		}
		if e.studies > 0 {
			check = checkTriples()
		}
		f := check.finding(keyPlace(doc, change.definition().path), change.message())
		if change.old != nil && change.now != nil {
			f.Related = append(f.Related, report.Related{Message: "before", Place: keyPlace(t.old.doc, change.old.path)})
		}
		if tried {
			f.Related = append(f.Related, e.evidence(t.studies)...)
		}
		out = append(out, f)
	}
	return out
}

// evidence says how many studies change, and how.
func (e effect) evidence(studies int64) []report.Related {
	out := []report.Related{{Message: fmt.Sprintf("the triples of %d of %d studies change", e.studies, studies)}}
	if e.studies == 0 {
		return out
	}
	if e.before != "" {
		out = append(out, report.Related{Message: "before: " + e.before})
	}
	if e.after != "" {
		out = append(out, report.Related{Message: "after:  " + e.after})
	}
	if e.removed > 0 || e.added > 0 {
		out[0].Message += fmt.Sprintf(" (triples: %d go, %d come); first in", e.removed, e.added)
		out[0].Place = report.Place{File: e.file}
	}
	return out
}
