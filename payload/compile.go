package payload

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/scan"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// compiler turns schemas into nodes, each schema once: what refers to itself
// becomes a circle.
type compiler struct {
	doc *yamltree.Document
	// siblings tells that keys beside a $ref count, as since OpenAPI 3.1.
	siblings bool
	schema   *Schema
	known    map[*yamltree.Node]int
	keys     []string
	err      error
	// visited tells in which visit a node was last met.
	visited []int
	visit   int
}

func compile(doc *yamltree.Document, version string, from openapi.Schema, origin func([]string) (string, []string)) (*Schema, error) {
	c := &compiler{
		doc: doc, siblings: !strings.HasPrefix(version, "2") && !strings.HasPrefix(version, "3.0"),
		schema: &Schema{Name: from.Name, doc: doc, origin: origin}, known: map[*yamltree.Node]int{},
	}
	path, err := yamltree.ParsePointer(from.At.Pointer)
	if err != nil {
		return nil, err
	}
	c.schema.root = c.node(doc.Root.At(path...), path)
	c.refuseCircles()
	if c.err != nil {
		return nil, c.err
	}
	c.link()
	c.schema.record = c.parts(c.schema.root)
	return c.schema, c.err
}

// refuseCircles refuses schemas that are composed of themselves: they say
// nothing, and judging a value by one would never end.
func (c *compiler) refuseCircles() {
	const (
		open = iota + 1
		closed
	)
	state := make([]int, len(c.schema.nodes))
	var visit func(int)
	visit = func(i int) {
		n := &c.schema.nodes[i]
		switch state[i] {
		case open:
			c.fail(n.path, "the schema is composed of itself", "a composition that ends")
			return
		case closed:
			return
		}
		state[i] = open
		for _, other := range n.also {
			visit(other)
		}
		for _, choice := range n.choices {
			for _, other := range choice.nodes {
				visit(other)
			}
		}
		state[i] = closed
	}
	for i := range c.schema.nodes {
		visit(i)
	}
}

const maxKeys = 60_000

// link numbers the keys once all are known.
func (c *compiler) link() {
	c.schema.names = scan.NewNames(c.keys)
	if c.schema.names.Len() > maxKeys {
		c.err = &source.Error{Position: c.doc.Position(c.doc.Root.Range.Start), Problem: fmt.Sprintf("the schema names %d properties", c.schema.names.Len()), Expected: fmt.Sprintf("at most %d", maxKeys)}
		return
	}
	for i := range c.schema.nodes {
		n := &c.schema.nodes[i]
		if n.object == nil && (len(n.also) > 0 || len(n.choices) > 0) && c.composed(i) {
			n.object = &object{values: none, bare: true}
		}
		if o := n.object; o != nil {
			o.members = make([]uint16, c.schema.names.Len())
			for j, f := range o.fields {
				o.members[c.schema.names.Key(f.name)] = uint16(j + 1)
			}
		}
	}
	for i := range c.schema.nodes {
		if o := c.schema.nodes[i].object; o != nil {
			o.parts = c.parts(i)
			for _, part := range o.parts {
				p := c.schema.nodes[part].object
				o.bare = o.bare && (p == nil || p.bare)
				o.free = o.free || p != nil && p.free
			}
		}
	}
}

// composed reports whether something that a node is composed of describes
// objects.
func (c *compiler) composed(i int) bool {
	return slices.ContainsFunc(c.parts(i), func(part int) bool { return c.schema.nodes[part].object != nil })
}

// parts are the nodes that hold for the same value as a node, itself first.
func (c *compiler) parts(i int) []int {
	if len(c.visited) < len(c.schema.nodes) {
		c.visited = make([]int, len(c.schema.nodes))
	}
	c.visit++
	return c.append(nil, i)
}

func (c *compiler) append(out []int, i int) []int {
	if c.visited[i] == c.visit {
		return out
	}
	c.visited[i] = c.visit
	out = append(out, i)
	n := &c.schema.nodes[i]
	for _, other := range n.also {
		out = c.append(out, other)
	}
	for _, choice := range n.choices {
		for _, other := range choice.nodes {
			out = c.append(out, other)
		}
	}
	return out
}

func (c *compiler) fail(path []string, problem, expected string) {
	if c.err == nil {
		at, _ := c.doc.RangeAt(path...)
		position := c.doc.Position(at.Start, path...)
		file, in := c.schema.origin(path)
		position.File, position.Pointer = file, yamltree.Pointer(in)
		c.err = &source.Error{Position: position, Problem: problem, Expected: expected}
	}
}

// ignore notes a part of the schema that is not checked.
func (c *compiler) ignore(path []string, why string) {
	at, _ := c.doc.RangeAt(path...)
	file, _ := c.schema.origin(path)
	c.schema.ignored = append(c.schema.ignored, report.Unchecked{File: file, Why: fmt.Sprintf("%d:%d: %s", at.Start.Line, at.Start.Column, why)})
}

// node compiles a schema and returns its number.
func (c *compiler) node(n *yamltree.Node, path []string) int {
	n, path = c.follow(n, path)
	if i, ok := c.known[n]; ok || n == nil {
		return i
	}
	i := len(c.schema.nodes)
	c.known[n] = i
	c.schema.nodes = append(c.schema.nodes, node{path: slices.Clone(path), items: none})
	c.notSchema(n, path)
	made := c.read(n, path)
	made.path = slices.Clone(path)
	c.schema.nodes[i] = made
	return i
}

// notSchema notes what stands in the place of a schema and says nothing that is
// checked.
func (c *compiler) notSchema(n *yamltree.Node, path []string) {
	switch {
	case n.Kind == yamltree.Mapping || n.Kind == yamltree.Bool && n.Text == "true":
	case n.Kind == yamltree.Bool:
		c.ignore(path, "that no value is allowed (false) is not checked")
	default:
		c.ignore(path, "what is not a schema is not checked, expected an object")
	}
}

const maxRefs = 100

// follow goes to the end of a chain of references.
func (c *compiler) follow(n *yamltree.Node, path []string) (*yamltree.Node, []string) {
	for range maxRefs {
		ref, ok := n.Lookup("$ref").StringValue()
		if !ok || c.siblings && len(n.Keys) > 1 && c.meaningful(n) {
			return n, path
		}
		target, at := c.target(ref, path)
		if target == nil {
			return nil, path
		}
		n, path = target, at
	}
	c.fail(path, "references that lead into each other", "a schema")
	return nil, path
}

// meaningful reports whether something beside a reference narrows it down.
func (c *compiler) meaningful(n *yamltree.Node) bool {
	return slices.ContainsFunc(n.Keys, func(k yamltree.Key) bool { return k.Name != "$ref" && !isNote(k.Name) })
}

func (c *compiler) target(ref string, path []string) (*yamltree.Node, []string) {
	fragment, local := strings.CutPrefix(ref, "#")
	if unescaped, err := url.PathUnescape(fragment); err == nil {
		fragment = unescaped
	}
	steps, err := yamltree.ParsePointer(fragment)
	if !local || err != nil || c.doc.Root.At(steps...) == nil {
		c.fail(append(slices.Clone(path), "$ref"), fmt.Sprintf("%q leads to no schema", ref), "a reference such as #/components/schemas/Study")
		return nil, nil
	}
	return c.doc.Root.At(steps...), steps
}

// read compiles what a schema says.
func (c *compiler) read(n *yamltree.Node, path []string) node {
	out := node{items: none}
	for i, key := range n.Keys {
		at := append(slices.Clone(path), key.Name)
		c.keyword(&out, key.Name, n.Items[i], at)
	}
	if textOf(n, "nullable") == "true" && out.kinds != 0 {
		out.kinds |= aNull
	}
	if n.Lookup("required") != nil {
		c.object(&out)
	}
	if out.kinds&anObject != 0 && out.object == nil && len(out.also) == 0 && len(out.choices) == 0 {
		out.object = &object{values: none, bare: true}
	}
	if out.object != nil {
		c.require(&out, n, path)
		out.object.bare = len(out.object.fields) == 0 && out.object.values == none && !out.object.free
	}
	return out
}

func textOf(n *yamltree.Node, key string) string {
	if v := n.Lookup(key); v != nil {
		return v.Text
	}
	return ""
}

// isNote tells keywords that say nothing about values.
func isNote(keyword string) bool {
	switch keyword {
	case "title", "description", "example", "examples", "default", "deprecated", "readOnly", "writeOnly", "xml", "externalDocs",
		"discriminator", "nullable", "required", "$comment", "$id", "$schema", "$anchor", "$defs", "definitions",
		"contentMediaType", "contentEncoding", "contentSchema":
		return true
	}
	return strings.HasPrefix(keyword, "x-")
}

func (c *compiler) keyword(out *node, name string, n *yamltree.Node, at []string) {
	switch name {
	case "$ref":
		if target, where := c.target(n.Text, at[:len(at)-1]); target != nil {
			out.also = append(out.also, c.node(target, where))
		}
	case "type":
		out.kinds = c.kinds(n, at)
	case "enum", "const":
		out.enum = enumOf(n)
	case "properties":
		c.properties(c.object(out), n, at)
	case "additionalProperties":
		c.additional(c.object(out), n, at)
	case "items":
		if n.Kind == yamltree.Mapping {
			out.items = c.node(n, at)
		} else {
			c.ignore(at, "items that are not a schema are not checked")
		}
	case "allOf":
		out.also = append(out.also, c.list(n, at)...)
	case "anyOf", "oneOf":
		out.choices = append(out.choices, choice{c.list(n, at), name == "oneOf"})
	case "pattern":
		out.pattern = c.pattern(n, at)
	case "format":
		c.format(out, n.Text)
	case "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems":
		c.limit(out, name, n, at)
	default:
		if !isNote(name) {
			out.partly = true
			c.ignore(at, fmt.Sprintf("the keyword %q of the schema is not checked", name))
		}
	}
}

func (c *compiler) list(n *yamltree.Node, at []string) (out []int) {
	for i, item := range n.Items {
		out = append(out, c.node(item, append(slices.Clone(at), strconv.Itoa(i))))
	}
	return out
}

func (c *compiler) object(out *node) *object {
	if out.object == nil {
		out.object = &object{values: none}
	}
	return out.object
}

func (c *compiler) properties(o *object, n *yamltree.Node, at []string) {
	for i, key := range n.Keys {
		o.fields = append(o.fields, field{name: key.Name, id: c.schema.members, node: c.node(n.Items[i], append(slices.Clone(at), key.Name))})
		c.schema.members++
		c.keys = append(c.keys, key.Name)
	}
}

func (c *compiler) additional(o *object, n *yamltree.Node, at []string) {
	switch {
	case n.Kind == yamltree.Mapping && len(n.Items) > 0:
		o.values, o.free = c.node(n, at), true
	case n.Kind == yamltree.Mapping || n.Text == "true":
		o.free = true
	}
}

// require marks the fields that must be there; one that is not among the
// properties is added, as a field of any kind.
func (c *compiler) require(out *node, n *yamltree.Node, path []string) {
	list := n.Lookup("required")
	if list == nil || list.Kind != yamltree.Sequence {
		return
	}
	for _, name := range list.Items {
		i := slices.IndexFunc(out.object.fields, func(f field) bool { return f.name == name.Text })
		if i < 0 {
			i = len(out.object.fields)
			c.properties(out.object, &yamltree.Node{Kind: yamltree.Mapping, Keys: []yamltree.Key{{Name: name.Text}}, Items: []*yamltree.Node{{Kind: yamltree.Mapping}}}, path)
		}
		out.object.fields[i].required = true
		out.object.required = append(out.object.required, i)
	}
}

func (c *compiler) kinds(n *yamltree.Node, at []string) (out kinds) {
	names := []*yamltree.Node{n}
	if n.Kind == yamltree.Sequence {
		names = n.Items
	}
	for _, name := range names {
		kind, ok := map[string]kinds{
			"null": aNull, "boolean": aBoolean, "integer": anInteger, "number": anInteger | aNumber,
			"string": aString, "array": anArray, "object": anObject,
		}[name.Text]
		if !ok {
			c.fail(at, fmt.Sprintf("unknown type %q", name.Text), "null, boolean, integer, number, string, array or object")
		}
		out |= kind
	}
	return out
}

func enumOf(n *yamltree.Node) map[string]bool {
	values := n.Items
	if n.IsScalar() {
		values = []*yamltree.Node{n}
	}
	out := map[string]bool{}
	for _, v := range values {
		text := v.Text
		if v.Kind == yamltree.Null {
			text = "null"
		}
		out[text] = true
	}
	return out
}

func (c *compiler) pattern(n *yamltree.Node, at []string) *regexp.Regexp {
	p, err := regexp.Compile(n.Text)
	if err != nil {
		c.ignore(at, fmt.Sprintf("the pattern %q cannot be checked: %v", n.Text, err))
		return nil
	}
	return p
}
