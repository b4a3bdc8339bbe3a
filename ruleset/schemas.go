package ruleset

import (
	"sync"

	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/yamltree"
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
	refs     *References
	draft    jsonschema.Draft
	compiler *jsonschema.Compiler

	lock sync.Mutex
	// faults says what is wrong with a schema, or with one that it leads to;
	// sound are those of which nothing that they lead to is invalid.
	faults map[*yamltree.Node]string
	sound  map[*yamltree.Node]bool
}

// schemas returns the schemas of a document, read in one of the ways.
func (r *References) schemas(d *Document, relaxed string) *schemaCache {
	r.lock.Lock()
	defer r.lock.Unlock()
	kind := schemaKind{draft: d.schemaDraft(), relaxed: relaxed}
	if d.IsSwagger() {
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
func (c *schemaCache) fault(at Location) string {
	c.lock.Lock()
	defer c.lock.Unlock()
	from := map[*yamltree.Node]*yamltree.Node{at.Node: nil}
	for pending := []Location{at}; len(pending) > 0; {
		at := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if c.sound[at.Node] {
			continue
		}
		if fault := c.own(at.Node); fault != "" {
			for n := at.Node; n != nil; n = from[n] {
				c.faults[n] = fault
			}
			return fault
		}
		for _, target := range c.targets(at) {
			if _, seen := from[target.Node]; !seen {
				from[target.Node] = at.Node
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
func (c *schemaCache) targets(at Location) []Location {
	var out []Location
	var visit func(at Location, in jsonschema.Position)
	visit = func(at Location, in jsonschema.Position) {
		if in == jsonschema.InData {
			return
		}
		if ref, ok := at.Node.Lookup("$ref").StringValue(); ok && in == jsonschema.InObject {
			if target, why := c.refs.Find(at, ref); why == "" {
				out = append(out, target)
			}
		}
		for i, item := range at.Node.Items {
			if !item.IsScalar() {
				name := at.Node.StepName(i)
				visit(Location{at.Doc, append(at.Path[:len(at.Path):len(at.Path)], name), item}, in.Next(at.Node, name, item))
			}
		}
	}
	visit(at, jsonschema.InObject)
	return out
}

// schemaDraft is the draft that the examples of a document are judged by.
func (d *Document) schemaDraft() jsonschema.Draft {
	if d.Kind == OpenAPI {
		return d.Draft()
	}
	return jsonschema.Draft2020
}

// IsSwagger reports whether the document is a description of OpenAPI 2.0.
func (d *Document) IsSwagger() bool { return d.Tree.Root.Index("swagger") >= 0 }
