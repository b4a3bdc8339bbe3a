package lint

import (
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
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
	for _, method := range ruleset.Methods() {
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

// objectKindOf is the kind of the root of a document; empty for one that is a
// piece of another, or of a kind that has no such objects.
func objectKindOf(d *ruleset.Document) objectKind {
	switch d.Kind {
	case ruleset.OpenAPI:
		return "document"
	case ruleset.JSONSchema:
		return "schema"
	}
	return ""
}

// a names an object of the kind.
func (k objectKind) a() string {
	if k[0] != '{' && k[0] != '[' {
		return wording.Article(string(k))
	}
	list := "a list of "
	if k[0] == '{' {
		list = "a mapping of "
	}
	return list + wording.Plural(string(k[1:]))
}

// objectUse is a reference where an object of a kind is expected.
type objectUse struct {
	ruleset.Link
	kind objectKind
	// main is the description that the reference is part of.
	main *ruleset.Document
}

// objectUses lists the references of a description and of its pieces, with what is
// expected at each. In a piece that is known from what refers to it.
func (c *Corpus) objectUses(d *ruleset.Document) []objectUse {
	g := grammar(objectMembers())
	byFile := c.linksByFile()
	var out []objectUse
	seen := map[rootKey]bool{}
	add := func(from *ruleset.Document, kind objectKind, base []string) {
		for _, l := range byFile[from] {
			if !yamltree.Below(base, l.From.Path) || l.From.Node.Lookup("$ref") == nil {
				continue
			}
			if k := g.below(kind, l.From.Path[len(base):]); k != "" {
				out = append(out, objectUse{l, k, d})
			}
		}
	}
	add(d, objectKindOf(d), nil)
	for i := 0; i < len(out); i++ { // what is added may refer to more
		u := out[i]
		key := rootKey{u.To.Node, u.kind}
		if seen[key] || objectKindOf(u.To.Doc) != "" && g.below(objectKindOf(u.To.Doc), u.To.Path) != "" {
			continue
		}
		seen[key] = true
		add(u.To.Doc, u.kind, u.To.Path)
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
func (c *Corpus) linksByFile() map[*ruleset.Document][]ruleset.Link {
	if c.links != nil { // a session makes no change that touches one
		return c.links
	}
	out := map[*ruleset.Document][]ruleset.Link{}
	for _, l := range c.refs.Links {
		out[l.From.Doc] = append(out[l.From.Doc], l)
	}
	for _, links := range out {
		slices.SortStableFunc(links, func(a, b ruleset.Link) int { return slices.Compare(a.From.Path, b.From.Path) })
	}
	c.links = out
	return out
}
