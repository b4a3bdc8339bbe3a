package lint

import (
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/capabilities"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// LeadKind says how one place of a document leads to another.
type LeadKind string

// The kinds of leads: a $ref, or the value of a discriminator's mapping, to what it
// refers to; a capability, or a link of a description, to the operation; an input to the
// parameter; an output to the property of the response; a property of a schema to the
// term of a context; an index, or a ruleset, to a file.
const (
	LeadReference LeadKind = "reference"
	LeadOperation LeadKind = "operation"
	LeadParameter LeadKind = "parameter"
	LeadProperty  LeadKind = "property"
	LeadTerm      LeadKind = "term"
	LeadFile      LeadKind = "file"
)

// Lead is a place of a document that leads to another, in the same document or in
// another one.
type Lead struct {
	Kind LeadKind
	// From is where the name of the other place is written, To what it means: its key,
	// where it has one.
	From, To report.Place
}

// Leads lists what leads from one place of the documents to another.
func (c *Corpus) Leads() []Lead {
	if c.leads == nil {
		c.leads = slices.Concat([]Lead{}, c.referenceLeads(), c.operationLeads(), c.linkLeads(), c.termLeads(), c.fileLeads())
	}
	return c.leads
}

func (c *Corpus) referenceLeads() (out []Lead) {
	for _, l := range c.refs.Links {
		to := l.To.Doc.KeyPlace(l.To.Path)
		if _, refers := l.From.Node.Lookup("$ref").StringValue(); refers {
			out = append(out, Lead{LeadReference, l.From.Doc.Place(append(slices.Clone(l.From.Path), "$ref")), to})
			continue
		}
		for i, item := range l.From.Node.Items { // the mapping of a discriminator
			if mappedTo(c, l, item) {
				out = append(out, Lead{LeadReference, l.From.Doc.Place(l.From.Node.Step(l.From.Path, i)), to})
			}
		}
	}
	return out
}

// mappedTo reports whether a value of the mapping of a discriminator means a schema.
func mappedTo(c *Corpus, l ruleset.Link, item *yamltree.Node) bool {
	value, ok := item.StringValue()
	if !ok || len(l.To.Path) == 0 {
		return false
	}
	if ruleset.ComponentName.MatchString(value) && value == l.To.Path[len(l.To.Path)-1] {
		return true
	}
	to, why := c.refs.Find(l.From, value)
	return why == "" && to.Node == l.To.Node
}

// operationLeads are those of capabilities.
func (c *Corpus) operationLeads() (out []Lead) {
	for _, r := range c.capabilityFiles() {
		for _, u := range slices.Concat(r.uses, r.calls) {
			if u.guessed {
				continue
			}
			from := r.at(u.Capability, "method")
			if u.OperationRef != nil {
				from = r.place(u.OperationRef.At)
			}
			out = append(out, Lead{LeadOperation, from, u.api.keyPlace(u.operation.At)})
			out = append(out, r.inputLeads(u)...)
			out = append(out, r.outputLeads(u)...)
		}
	}
	return out
}

// keyPlace is the key under which something of the description is written.
func (d *description) keyPlace(at source.Position) report.Place {
	where := d.place(at)
	if doc := d.doc.Refs.Files[where.File]; doc != nil {
		return doc.KeyPlace(where.Path)
	}
	return where
}

func (r *capabilityReader) inputLeads(u use) (out []Lead) {
	for _, input := range u.Inputs {
		for _, p := range u.operation.Parameters {
			if p.Name == input.Value {
				out = append(out, Lead{LeadParameter, r.namePlace(input), u.api.keyPlace(p.At)})
				break
			}
		}
	}
	return out
}

func (r *capabilityReader) outputLeads(u use) (out []Lead) {
	if len(u.Outputs) == 0 || u.OperationRef == nil {
		return nil
	}
	places := map[string]report.Place{}
	for _, s := range u.api.Answers() {
		if s.Name != u.operation.Key() {
			continue
		}
		u.api.Properties(s, func(p openapi.Property) {
			if _, known := places[p.Name()]; len(p.Path) == 1 && !known {
				places[p.Name()] = u.api.keyPlace(p.At)
			}
		})
	}
	for _, output := range u.Outputs {
		if to, ok := places[output.Value]; ok {
			out = append(out, Lead{LeadProperty, r.namePlace(output), to})
		}
	}
	return out
}

// linkLeads are those of the Link Objects of descriptions, which name operations.
func (c *Corpus) linkLeads() (out []Lead) {
	for _, d := range c.descriptions() {
		places := map[string]report.Place{}
		for _, o := range d.Operations {
			places[o.ID] = d.keyPlace(o.At)
		}
		for _, at := range c.linksTo(d) {
			if to, ok := places[at.id]; ok && at.id != "" {
				out = append(out, Lead{LeadOperation, at.place, to})
			}
		}
	}
	return out
}

// linkTo is the operationId that a Link Object names.
type linkTo struct {
	id    string
	place report.Place
}

func (c *Corpus) linksTo(d *description) (out []linkTo) {
	for _, p := range c.descriptionParts() {
		if p.doc != d.doc {
			continue
		}
		for _, at := range p.of("link") {
			if id, ok := at.Node.Lookup("operationId").StringValue(); ok {
				out = append(out, linkTo{id, at.Doc.Place(at.member("operationId"))})
			}
		}
	}
	return out
}

// termLeads lead from the properties of schemas to the terms of contexts.
func (c *Corpus) termLeads() (out []Lead) {
	terms := map[string][]report.Place{}
	for _, u := range c.contextUses() {
		u.eachTerm(func(t definedTerm) { terms[t.name] = append(terms[t.name], u.place(t.at)) })
	}
	if len(terms) == 0 {
		return nil
	}
	for _, d := range c.Texts() {
		if d.Kind == ruleset.OpenAPI || d.Kind == ruleset.JSONSchema || d.Kind == ruleset.Other {
			eachProperty(d.Tree.Root, nil, func(name string, at []string) {
				for _, to := range terms[name] {
					out = append(out, Lead{LeadTerm, d.KeyPlace(at), to})
				}
			})
		}
	}
	return out
}

// eachTerm visits the terms of the context, and those within scoped contexts.
func (u *contextUse) eachTerm(visit func(definedTerm)) {
	todo := terms(u.context, []string{"@context"})
	for len(todo) > 0 {
		t := todo[0]
		visit(t)
		todo = append(todo[1:], t.within()...)
	}
}

// eachProperty visits the names of the properties of all schemas below a value.
func eachProperty(n *yamltree.Node, at []string, visit func(name string, at []string)) {
	for i, item := range n.Items {
		if item.IsScalar() {
			continue
		}
		path := n.Step(at, i)
		if n.Kind == yamltree.Mapping && n.Keys[i].Name == "properties" && item.Kind == yamltree.Mapping {
			for j, key := range item.Keys {
				visit(key.Name, item.Step(path, j))
			}
		}
		eachProperty(item, path, visit)
	}
}

// fileLeads are those of indexes.
func (c *Corpus) fileLeads() (out []Lead) {
	for _, d := range c.Documents {
		if d.Kind != ruleset.APIsJSON {
			continue
		}
		for _, link := range indexLinks(d) {
			if link.File != "" && exists(c.files, link.File) {
				start := report.Mark{Line: 1, Column: 1}
				out = append(out, Lead{LeadFile, d.PointerPlace(link.At.Pointer), report.Place{File: link.File, Range: report.Range{Start: start, End: start}}})
			}
		}
	}
	return out
}

// NamedOperation is an operation of a description, as others name it.
type NamedOperation struct {
	File, ID, Method, Path, Summary string
	// Parameters and Properties are the names of its parameters, and of the properties
	// of its responses.
	Parameters, Properties []string
	// At is its place.
	At report.Place
}

// Operations lists the operations of the descriptions.
func (c *Corpus) Operations() (out []NamedOperation) {
	for _, d := range c.descriptions() {
		for _, o := range d.Operations {
			named := NamedOperation{File: d.doc.File, ID: o.ID, Method: o.Method, Path: o.Path, Summary: o.Summary, At: d.keyPlace(o.At), Properties: answer(o, "").properties}
			for _, p := range o.Parameters {
				named.Parameters = append(named.Parameters, p.Name)
			}
			out = append(out, named)
		}
	}
	return out
}

// CapabilityAt returns the operation of the capability at a path of a document; ok is
// false where there is none.
func (c *Corpus) CapabilityAt(file string, at []string) (o NamedOperation, ok bool) {
	for _, r := range c.capabilityFiles() {
		for _, u := range slices.Concat(r.uses, r.calls) {
			if path, err := yamltree.ParsePointer(u.At.Pointer); r.doc.File != file || err != nil || !yamltree.Below(path, at) {
				continue
			}
			where := u.api.keyPlace(u.operation.At)
			for _, o := range c.Operations() {
				if o.At.File == where.File && slices.Equal(o.At.Path, where.Path) {
					return o, true
				}
			}
		}
	}
	return NamedOperation{}, false
}

// Written is how a document names another file, as capabilities do: from the folder of
// the index above it, else from its own.
func (c *Corpus) Written(from, file string) string {
	if d, ok := c.Document(from); ok && d.Kind == ruleset.Capabilities {
		return (&capabilityReader{corpus: c, doc: d, file: &capabilities.File{}}).written(file)
	}
	return relativePath(path.Dir(from), file)
}

// Properties lists the names of the properties that the records have which a context is
// applied to; nil where the descriptions leave that open.
func (c *Corpus) Properties(context string) (names []string) {
	for _, u := range c.contextUses() {
		if u.doc.File == context {
			for name := range u.names {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// AIDs lists the identifiers that the indexes give to APIs, and to themselves.
func (c *Corpus) AIDs() (out []string) {
	for _, x := range c.indexes() {
		for _, api := range x.APIs {
			if api.AID != "" {
				out = append(out, api.AID)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TermIRI is what a term of a context is mapped to, prefixes written out.
func (c *Corpus) TermIRI(file string, at []string) (iri string, ok bool) {
	for _, u := range c.contextUses() {
		if u.doc.File != file {
			continue
		}
		prefixes := map[string]string{}
		u.eachTerm(func(t definedTerm) {
			if t.isPrefix() {
				prefixes[t.name] = t.means()
			}
		})
		u.eachTerm(func(t definedTerm) {
			if slices.Equal(t.at, at) {
				iri, ok = writtenOut(t.means(), prefixes), true
			}
		})
	}
	return iri, ok
}

// writtenOut replaces the prefix of a compact IRI.
func writtenOut(iri string, prefixes map[string]string) string {
	prefix, rest, ok := strings.Cut(iri, ":")
	if base := prefixes[prefix]; ok && base != "" && !strings.HasPrefix(rest, "//") {
		return base + rest
	}
	return iri
}
