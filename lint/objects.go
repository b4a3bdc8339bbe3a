package lint

import (
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/yamltree"
)

// objectKind names a kind of object of OpenAPI, as a message does: "schema",
// "path item". One that begins with "{" is a mapping of names to such objects,
// with "[" a list of them; the empty one is unknown.
type objectKind string

// objectMembers lists, for each kind of object, what its members are; "*" stands
// for all other names but those of extensions.
func objectMembers() map[objectKind]map[string]objectKind {
	described := map[string]objectKind{"schema": "schema", "content": "{media type", "examples": "{example"}
	schema := map[string]objectKind{}
	for _, key := range []string{"additionalProperties", "items", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties", "additionalItems", "contentSchema"} {
		schema[key] = "schema"
	}
	for _, key := range []string{"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"} {
		schema[key] = "{schema"
	}
	for _, key := range []string{"allOf", "anyOf", "oneOf", "prefixItems"} {
		schema[key] = "[schema"
	}
	item := map[string]objectKind{"parameters": "[parameter", "additionalOperations": "{operation", "query": "operation"}
	for _, method := range methods() {
		item[method] = "operation"
	}
	return map[objectKind]map[string]objectKind{
		"document": {
			"paths": "paths", "webhooks": "{path item", "components": "components",
			"definitions": "{schema", "parameters": "{parameter", "responses": "{response", "securityDefinitions": "{security scheme",
		},
		"components": {
			"schemas": "{schema", "responses": "{response", "parameters": "{parameter", "examples": "{example", "requestBodies": "{request body",
			"headers": "{header", "securitySchemes": "{security scheme", "links": "{link", "callbacks": "{callback", "pathItems": "{path item", "mediaTypes": "{media type",
		},
		"paths": {"*": "path item"}, "callback": {"*": "path item"}, "responses": {"*": "response"},
		"path item":    item,
		"operation":    {"parameters": "[parameter", "requestBody": "request body", "responses": "responses", "callbacks": "{callback"},
		"parameter":    described,
		"header":       described,
		"request body": {"content": "{media type"},
		"response":     {"headers": "{header", "content": "{media type", "links": "{link", "schema": "schema"},
		"media type":   {"schema": "schema", "itemSchema": "schema", "examples": "{example", "encoding": "{encoding", "prefixEncoding": "[encoding", "itemEncoding": "encoding"},
		"encoding":     {"headers": "{header", "encoding": "{encoding", "prefixEncoding": "[encoding", "itemEncoding": "encoding"},
		"schema":       schema,
	}
}

// grammar finds the kinds of objects by their places.
type grammar map[objectKind]map[string]objectKind

// below is the kind of the value at a path from an object of a kind.
func (g grammar) below(kind objectKind, path []string) objectKind {
	for _, name := range path {
		if kind == "" {
			return ""
		}
		kind = g.member(kind, name)
	}
	return kind
}

func (g grammar) member(kind objectKind, name string) objectKind {
	if kind[0] == '{' || kind[0] == '[' {
		return kind[1:]
	}
	members := g[kind]
	if member, ok := members[name]; ok {
		return member
	}
	if strings.HasPrefix(name, "x-") {
		return ""
	}
	return members["*"]
}

// objectKind is the kind of the root of a document; empty for one that is a
// piece of another, or of a kind that has no such objects.
func (d *Document) objectKind() objectKind {
	switch d.Kind {
	case OpenAPI:
		return "document"
	case JSONSchema:
		return "schema"
	}
	return ""
}

// a names an object of the kind.
func (k objectKind) a() string {
	if k[0] != '{' && k[0] != '[' {
		return article(string(k))
	}
	list := "a list of "
	if k[0] == '{' {
		list = "a mapping of "
	}
	return list + plural(string(k[1:]))
}

func plural(noun string) string {
	if strings.HasSuffix(noun, "y") {
		return strings.TrimSuffix(noun, "y") + "ies"
	}
	return noun + "s"
}

// objectUse is a reference where an object of a kind is expected.
type objectUse struct {
	link
	kind objectKind
	// main is the description that the reference is part of.
	main *Document
}

// objectUses lists the references of a description and of its pieces, with what is
// expected at each. In a piece that is known from what refers to it.
func (c *Corpus) objectUses(d *Document) []objectUse {
	g := grammar(objectMembers())
	byFile := c.linksByFile()
	var out []objectUse
	seen := map[rootKey]bool{}
	add := func(from *Document, kind objectKind, base []string) {
		for _, l := range byFile[from] {
			if !isBelow(base, l.from.path) || l.from.node.Lookup("$ref") == nil {
				continue
			}
			if k := g.below(kind, l.from.path[len(base):]); k != "" {
				out = append(out, objectUse{l, k, d})
			}
		}
	}
	add(d, d.objectKind(), nil)
	for i := 0; i < len(out); i++ { // what is added may refer to more
		u := out[i]
		key := rootKey{u.to.node, u.kind}
		if seen[key] || u.to.doc.objectKind() != "" && g.below(u.to.doc.objectKind(), u.to.path) != "" {
			continue
		}
		seen[key] = true
		add(u.to.doc, u.kind, u.to.path)
	}
	return out
}

// rootKey is an object that is used as one of a kind.
type rootKey struct {
	node *yamltree.Node
	kind objectKind
}

// linksByFile groups the references that lead somewhere by the files they stand
// in.
func (c *Corpus) linksByFile() map[*Document][]link {
	out := map[*Document][]link{}
	for _, l := range c.refs.links {
		out[l.from.doc] = append(out[l.from.doc], l)
	}
	for _, links := range out {
		slices.SortStableFunc(links, func(a, b link) int { return slices.Compare(a.from.path, b.from.path) })
	}
	return out
}
