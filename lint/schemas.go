package lint

import (
	"fmt"
	"sync"

	"github.com/trialweave/trialweave/internal/jsonschema"
	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/report"
)

// schemaKind is a way in which the schemas of documents are read.
type schemaKind struct {
	draft jsonschema.Draft
	// relaxed names the keyword of properties that may be left out although
	// they are required.
	relaxed string
	// nullable names the keyword that allows null.
	nullable string
}

// schemaCache holds schemas of documents, compiled and judged once.
type schemaCache struct {
	refs     *references
	draft    jsonschema.Draft
	compiler *jsonschema.Compiler

	lock sync.Mutex
	// faults says what is wrong with a schema, or with one that it leads to;
	// sound are those of which nothing that they lead to is invalid.
	faults map[*yamltree.Node]string
	sound  map[*yamltree.Node]bool
}

// schemas returns the schemas of a document, read in one of the ways.
func (r *references) schemas(d *Document, relaxed string) *schemaCache {
	r.lock.Lock()
	defer r.lock.Unlock()
	kind := schemaKind{draft: d.schemaDraft(), relaxed: relaxed}
	if d.oas2() {
		kind.nullable = "x-nullable"
	}
	c := r.caches[kind]
	if c == nil {
		c = &schemaCache{refs: r, draft: kind.draft, faults: map[*yamltree.Node]string{}, sound: map[*yamltree.Node]bool{}}
		c.compiler = &jsonschema.Compiler{Draft: kind.draft, Resolver: r, Nullable: kind.nullable}
		if relaxed != "" {
			c.compiler.Omits = func(property *yamltree.Node) bool {
				v := property.Lookup(relaxed)
				return v != nil && v.Kind == yamltree.Bool && v.Text == "true"
			}
		}
		r.caches[kind] = c
	}
	return c
}

// fault says the first thing that is wrong with a schema, or with one that it
// refers to; a reference that leads nowhere is reported by itself.
func (c *schemaCache) fault(at location) string {
	c.lock.Lock()
	defer c.lock.Unlock()
	from := map[*yamltree.Node]*yamltree.Node{at.node: nil}
	for pending := []location{at}; len(pending) > 0; {
		at := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if c.sound[at.node] {
			continue
		}
		if fault := c.own(at.node); fault != "" {
			for n := at.node; n != nil; n = from[n] {
				c.faults[n] = fault
			}
			return fault
		}
		for _, target := range c.targets(at) {
			if _, seen := from[target.node]; !seen {
				from[target.node] = at.node
				pending = append(pending, target)
			}
		}
	}
	for n := range from {
		c.sound[n] = true
	}
	return ""
}

func (c *schemaCache) own(n *yamltree.Node) string {
	fault, known := c.faults[n]
	if !known {
		fault = schemaFault(n, c.draft)
		c.faults[n] = fault
	}
	return fault
}

// targets are the schemas that the references in a schema lead to.
func (c *schemaCache) targets(at location) []location {
	var out []location
	var visit func(at location, in jsonschema.Position)
	visit = func(at location, in jsonschema.Position) {
		if in == jsonschema.InData {
			return
		}
		if ref, ok := at.node.Lookup("$ref").StringValue(); ok && in == jsonschema.InObject {
			if target, why := c.refs.find(at, ref); why == "" {
				out = append(out, target)
			}
		}
		for i, item := range at.node.Items {
			if !item.IsScalar() {
				name := stepName(at.node, i)
				visit(location{at.doc, append(at.path[:len(at.path):len(at.path)], name), item}, in.Next(at.node, name, item))
			}
		}
	}
	visit(at, jsonschema.InObject)
	return out
}

// schemaDraft is the draft that the examples of a document are judged by.
func (d *Document) schemaDraft() jsonschema.Draft {
	if d.Kind == OpenAPI {
		return d.draft()
	}
	return jsonschema.Draft2020
}

func (d *Document) oas2() bool { return d.tree.Root.Index("swagger") >= 0 }

// foreignDialects are the dialects of JSON Schema that documents name and that
// are not known: schemas of such a dialect are not checked.
func (c *Corpus) foreignDialects() []report.Unchecked {
	var out []report.Unchecked
	for _, d := range c.Texts() {
		if d.Kind == OpenAPI && d.draft() == jsonschema.Draft4 && d.tree.Root.Lookup("jsonSchemaDialect") == nil {
			continue // before 3.1, schemas have no dialect
		}
		d.dialects(d.tree.Root, nil, jsonschema.InObject, func(path []string, uri string) {
			at := d.place(path).Range.Start
			out = append(out, report.Unchecked{File: d.File, Why: fmt.Sprintf("%d:%d: schemas of the dialect %q are not checked; known are OpenAPI's, and JSON Schema's drafts 4, 6, 7, 2019-09 and 2020-12", at.Line, at.Column, uri)})
		})
	}
	return out
}

// dialectKeys are the keys that name dialects.
var dialectKeys = yamltree.KeyBit("$schema") | yamltree.KeyBit("jsonSchemaDialect")

// dialects visits the dialects that are named and not known.
func (d *Document) dialects(n *yamltree.Node, path []string, in jsonschema.Position, visit func([]string, string)) {
	if n.IsScalar() || in == jsonschema.InData || d.sealed && n.Below()&dialectKeys == 0 {
		return
	}
	for i, item := range n.Items {
		name := stepName(n, i)
		at := append(path[:len(path):len(path)], name)
		named := in == jsonschema.InObject && (name == "$schema" && (d.Kind == OpenAPI || d.Kind == JSONSchema) || name == "jsonSchemaDialect" && len(path) == 0 && d.Kind == OpenAPI)
		if uri, ok := item.StringValue(); ok && named && !baseDialect.MatchString(uri) {
			if _, known := jsonschema.DraftOf(uri); !known {
				visit(at, uri)
			}
		}
		d.dialects(item, at, in.Next(n, name, item), visit)
	}
}
