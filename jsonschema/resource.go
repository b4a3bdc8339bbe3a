package jsonschema

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

// Resource is a schema resource (JSON Schema 2020-12, section 4.3.5): a
// document, or a schema in it that has an identifier of its own.
type Resource struct {
	// URI is the identifier, without a fragment.
	URI *url.URL
	// Node is the root of the resource, Path where it stands in its document.
	Node *yamltree.Node
	Path []string
	// Document is what the resource is part of, for whoever scanned it.
	Document any

	// Again are the anchors that the resource has more than once.
	Again []Again

	inner   map[*yamltree.Node]*Resource
	anchors map[string]anchor
	dynamic map[string]*yamltree.Node
}

// Again is an anchor that another schema of the resource has before.
type Again struct {
	Key, Name   string
	First, Path []string
}

type anchor struct {
	node *yamltree.Node
	path []string
}

// Place is a node with where it stands.
type Place struct {
	Node     *yamltree.Node
	Path     []string
	Resource *Resource
}

// Scan finds the resources of a document, the document itself first, and the
// anchors in them. What is data and not a schema is left alone.
func Scan(root *yamltree.Node, base *url.URL, document any, draft Draft) []*Resource {
	s := &scan{document: document, draft: draft, key: "$id"}
	if draft == Draft4 {
		s.key = "id"
	}
	r := s.resource(root, nil, base, nil)
	s.found = append([]*Resource{r}, s.found...)
	s.walk(root, nil, r, 0)
	return s.found
}

type scan struct {
	document any
	draft    Draft
	key      string
	found    []*Resource
}

func (s *scan) resource(n *yamltree.Node, path []string, base *url.URL, inner map[*yamltree.Node]*Resource) *Resource {
	if inner == nil {
		inner = map[*yamltree.Node]*Resource{}
	}
	r := &Resource{URI: base, Node: n, Path: slices.Clone(path), Document: s.document, inner: inner, anchors: map[string]anchor{}, dynamic: map[string]*yamltree.Node{}}
	if id, ok := s.id(n); ok {
		r.URI = id(base)
	}
	return r
}

// id returns how the identifier of a schema changes the base; ok is false
// where it has none.
func (s *scan) id(n *yamltree.Node) (change func(*url.URL) *url.URL, ok bool) {
	text, ok := n.Lookup(s.key).StringValue()
	if !ok || text == "" || text[0] == '#' || s.draft <= Draft7 && n.Index("$ref") >= 0 {
		return nil, false
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, false
	}
	return func(base *url.URL) *url.URL {
		out := resolveURI(base, u)
		out.Fragment = ""
		return out
	}, true
}

func resolveURI(base, u *url.URL) *url.URL {
	if base == nil {
		c := *u
		return &c
	}
	return base.ResolveReference(u)
}

const maxScanDepth = 2000

func (s *scan) walk(n *yamltree.Node, path []string, in *Resource, position Position) {
	if n.IsScalar() || len(path) > maxScanDepth || position == InData {
		return
	}
	if n.Kind == yamltree.Mapping && position == InObject {
		if _, ok := s.id(n); ok && len(path) > 0 {
			r := s.resource(n, path, in.URI, in.inner)
			s.found = append(s.found, r)
			in.inner[n] = r
			in = r
		}
		s.anchors(n, path, in)
	}
	for i, item := range n.Items {
		name := strconv.Itoa(i)
		if n.Kind == yamltree.Mapping {
			name = n.Keys[i].Name
		}
		s.walk(item, append(path, name), in, position.Next(n, name, item))
	}
}

func (s *scan) anchors(n *yamltree.Node, path []string, in *Resource) {
	add := func(key, name string) {
		first, taken := in.anchors[name]
		switch {
		case name == "":
		case !taken:
			in.anchors[name] = anchor{n, slices.Clone(path)}
		case first.node != n:
			in.Again = append(in.Again, Again{key, name, first.path, slices.Clone(path)})
		}
	}
	if s.draft <= Draft7 {
		if id, ok := n.Lookup(s.key).StringValue(); ok && strings.HasPrefix(id, "#") {
			add(s.key, id[1:])
		}
		return
	}
	if name, ok := n.Lookup("$anchor").StringValue(); ok {
		add("$anchor", name)
	}
	if name, ok := n.Lookup("$dynamicAnchor").StringValue(); ok && s.draft >= Draft2020 {
		add("$dynamicAnchor", name)
		if in.dynamic[name] == nil {
			in.dynamic[name] = n
		}
	}
}

// Find returns the place that a fragment of the resource means.
func (r *Resource) Find(fragment string) (Place, bool) {
	if fragment != "" && fragment[0] != '/' {
		a, ok := r.anchors[fragment]
		return Place{a.node, a.path, r.Inner(a.node, r)}, ok
	}
	steps, err := yamltree.ParsePointer(fragment)
	if err != nil {
		return Place{}, false
	}
	n, in := r.Node, r
	for _, step := range steps {
		if n = n.Child(step); n == nil {
			return Place{}, false
		}
		in = r.Inner(n, in)
	}
	return Place{n, append(slices.Clone(r.Path), steps...), in}, true
}

// Inner returns the resource that begins at a node, or the outer one.
func (r *Resource) Inner(n *yamltree.Node, outer *Resource) *Resource {
	if in := r.inner[n]; in != nil {
		return in
	}
	return outer
}

// At returns the resource that a place of the document is in.
func (r *Resource) At(path []string) *Resource {
	if len(r.inner) == 0 {
		return r
	}
	n, in := r.Node, r
	for _, step := range path {
		if n = n.Child(step); n == nil {
			break
		}
		in = r.Inner(n, in)
	}
	return in
}

// Dynamic reports whether a fragment is the name of a dynamic anchor.
func (r *Resource) Dynamic(fragment string) bool { return r.dynamic[fragment] != nil }

// Position is what the keys of an object are.
type Position uint8

// The positions: the keys are keywords; the keys are names, as below
// "properties"; everything is data, as below "enum".
const (
	InObject Position = iota
	InNames
	InData
	// InExamples is below "examples": the keys are names, or media types whose
	// values are data.
	InExamples
)

// Next is the position of a value, named by the step from n that leads to it.
func (p Position) Next(n *yamltree.Node, step string, value *yamltree.Node) Position {
	switch {
	case p == InData, p == InExamples && strings.Contains(step, "/") && value.Index("$ref") < 0:
		return InData
	case p != InObject || n.Kind != yamltree.Mapping:
		return InObject
	}
	switch step {
	case "enum", "const", "default", "example", "value", "dataValue", "x-example", "x-examples", "mapping":
		return InData
	case "examples":
		if value.Kind == yamltree.Sequence {
			return InData
		}
		return InExamples
	case "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies",
		"schemas", "parameters", "responses", "headers", "requestBodies", "securitySchemes", "links", "callbacks", "pathItems",
		"mediaTypes", "paths", "webhooks", "content", "encoding", "variables":
		if value.Kind == yamltree.Mapping {
			return InNames
		}
	}
	return InObject
}

// PositionAt is the position of the value at a path.
func PositionAt(root *yamltree.Node, path []string) Position {
	n, p := root, InObject
	for _, step := range path {
		child := n.Child(step)
		if child == nil {
			return p
		}
		p = p.Next(n, step, child)
		n = child
	}
	return p
}

// Alone resolves the references of a schema that stands by itself.
type Alone struct {
	root  *Resource
	named map[string]*Resource
}

// NewAlone makes the resolver of a schema, and returns its resource.
func NewAlone(root *yamltree.Node, draft Draft) (*Alone, *Resource) {
	base := &url.URL{Scheme: "mem", Path: "/schema"}
	resources := Scan(root, base, nil, draft)
	a := &Alone{root: resources[0], named: map[string]*Resource{}}
	for _, r := range resources {
		if uri := r.URI.String(); a.named[uri] == nil {
			a.named[uri] = r
		}
	}
	return a, a.root
}

// Within returns the resource of a schema.
func (a *Alone) Within(n *yamltree.Node, outer *Resource) *Resource {
	return a.root.Inner(n, outer)
}

// Resolve finds what a reference means within the schema, or in a metaschema.
func (a *Alone) Resolve(from *Resource, ref string) (Target, bool) {
	resource, uri, fragment := a.resource(from, ref)
	if resource != nil {
		return resource.Target(fragment)
	}
	if draft, known := DraftOf(uri); known {
		return standard().target(draft, fragment)
	}
	return Target{}, false
}

// Find finds the place within the schema that a reference leads to.
func (a *Alone) Find(from *Resource, ref string) (Place, bool) {
	resource, _, fragment := a.resource(from, ref)
	if resource == nil {
		return Place{}, false
	}
	return resource.Find(fragment)
}

// resource is the resource that a reference names, nil where the schema has
// none of that name, with the two parts of the reference.
func (a *Alone) resource(from *Resource, ref string) (r *Resource, uri, fragment string) {
	u, err := url.Parse(ref)
	if err != nil {
		return nil, "", ""
	}
	fragment, u.Fragment, u.RawFragment = u.Fragment, "", ""
	if uri = u.String(); uri == "" {
		return from, "", fragment
	}
	return a.named[resolveURI(from.URI, u).String()], uri, fragment
}

// Target returns what a fragment of the resource means to a schema.
func (r *Resource) Target(fragment string) (Target, bool) {
	p, ok := r.Find(fragment)
	if !ok {
		return Target{}, false
	}
	t := Target{Node: p.Node, Resource: p.Resource}
	if r.Dynamic(fragment) {
		t.Dynamic = fragment
	}
	return t, true
}

// NewResource makes the resource of a document in which nothing has an
// identifier of its own.
func NewResource(root *yamltree.Node, base *url.URL, document any) *Resource {
	return &Resource{URI: base, Node: root, Document: document}
}
