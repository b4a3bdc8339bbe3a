package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// recordKey is a key that tells the schema of a study from all others.
const recordKey = "protocolSection"

// contextUse compares a context with what it is applied to: records as a
// service returns them, or as trialweave annotate writes them.
type contextUse struct {
	doc       *ruleset.Document
	context   *yamltree.Node
	annotated bool
	// names are the names of all properties; nil where the descriptions at
	// hand leave open what there is.
	names map[string]bool
	// study are the properties of the schema of a study; nil where none is
	// described.
	study []openapi.Property
	from  string
	// unchecked is what could not be compared.
	unchecked []report.Unchecked
}

// contextUses are the contexts with something to compare them with.
func (c *Corpus) contextUses() []*contextUse {
	if c.uses != nil {
		return c.uses
	}
	for _, d := range c.Documents {
		if d.Kind == ruleset.Context {
			u := &contextUse{doc: d, context: d.Tree.Root.Lookup("@context"), annotated: c.Annotated(d.File)}
			u.describe(c)
			c.uses = append(c.uses, u)
		}
	}
	return c.uses
}

// Annotated reports whether the configuration says of a context that it is for
// records as trialweave annotate writes them.
func (c *Corpus) Annotated(file string) bool { return matchAny(c.Config.Annotated, file) }

// describe finds what the context is applied to: in the descriptions beside
// it, and where they leave something open, in the official ones.
func (u *contextUse) describe(c *Corpus) {
	var described, officials []*openapi.Description
	x, governed := c.governing(u.doc.File)
	for _, d := range c.descriptions() {
		if y, ok := c.governing(d.doc.File); governed && (!ok || y.doc != x.doc) {
			continue
		}
		described = append(described, d.Description)
		if o := c.officialOf(d); o != nil && !slices.Contains(officials, o.Description) {
			officials = append(officials, o.Description)
		}
	}
	if !u.take(described) && !u.take(officials) {
		u.names = nil
	}
	if u.names != nil && u.annotated {
		u.addAnnotations()
	}
}

// take uses some descriptions; it is false where they leave open what records
// have. A complete description of studies is enough, whatever else is open.
func (u *contextUse) take(all []*openapi.Description) bool {
	names, closed := map[string]bool{}, len(all) > 0
	for _, d := range all {
		survey := d.Survey(d.Answers())
		maps.Copy(names, survey.Names)
		closed = closed && survey.Closed
	}
	u.takeStudy(all)
	u.names = names
	return closed || u.study != nil
}

// takeStudy uses the first schema of a study of which nothing is left open.
func (u *contextUse) takeStudy(all []*openapi.Description) {
	for _, d := range all {
		s, ok := d.Record(recordKey)
		if !ok || u.study != nil {
			continue
		}
		closed := true
		var study []openapi.Property
		whole := d.Properties(s, func(p openapi.Property) {
			study = append(study, p)
			closed = closed && !p.Open
		})
		switch {
		case !whole:
			u.unchecked = append(u.unchecked, report.Unchecked{Rule: "context-coverage", File: u.doc.File, Why: fmt.Sprintf("the schema %s of a study has too many paths to compare with the context", s.Name)})
		case closed:
			u.study, u.from = study, s.Name
		}
	}
}

// addAnnotations adds the names that annotating a study adds.
func (u *contextUse) addAnnotations() {
	m := model.Default()
	for _, f := range m.Fields {
		u.names[f.Term] = true
		for _, d := range f.Derived() {
			u.names[d.Term] = true
		}
	}
	for _, added := range m.Computed {
		u.names[added.Term] = true
	}
}

// definedTerm is a term of the context.
type definedTerm struct {
	name string
	at   []string
	node *yamltree.Node
	// scoped is the context that the term brings with it; nil for none.
	scoped *yamltree.Node
}

// terms lists the terms of a context, but not those within scoped ones.
func terms(context *yamltree.Node, at []string) (out []definedTerm) {
	switch {
	case context == nil:
	case context.Kind == yamltree.Sequence:
		for i, item := range context.Items {
			out = append(out, terms(item, context.Step(at, i))...)
		}
	case context.Kind == yamltree.Mapping:
		for i, key := range context.Keys {
			if !isKeywordLike(key.Name) {
				out = append(out, definedTerm{key.Name, context.Step(at, i), context.Items[i], context.Items[i].Lookup("@context")})
			}
		}
	}
	return out
}

// within lists the terms of the scoped context of a term.
func (t definedTerm) within() []definedTerm {
	return terms(t.scoped, append(slices.Clone(t.at), "@context"))
}

// means is what the term is mapped to, as written.
func (t definedTerm) means() string { return writtenIRI(t.name, t.node) }

// isPrefix reports whether the term is there to begin other IRIs with.
func (t definedTerm) isPrefix() bool {
	iri := t.means()
	if p := t.node.Lookup("@prefix"); p != nil {
		return p.Text == "true"
	}
	return t.scoped == nil && iri != "" && strings.ContainsRune("/#:?=_-", rune(iri[len(iri)-1])) && strings.Contains(iri, ":")
}

// isType reports whether the term stands for a class: it brings terms for the
// nodes of that class, or is written as classes are.
func (u *contextUse) isType(t definedTerm) bool {
	plain := t.node.Lookup("@type") == nil && t.node.Lookup("@container") == nil
	return !u.names[t.name] && plain && (t.scoped != nil || t.name[0] >= 'A' && t.name[0] <= 'Z')
}

// typed reports whether records say what they are in a way that the context
// understands.
func (u *contextUse) typed() bool {
	if u.annotated || u.names["@type"] {
		return true
	}
	return slices.ContainsFunc(terms(u.context, nil), func(t definedTerm) bool { return t.means() == "@type" && u.names[t.name] })
}

// place is the place of a path that begins with @context.
func (u *contextUse) place(at []string) report.Place { return u.doc.KeyPlace(at) }
