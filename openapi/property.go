package openapi

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// Property is a property that a schema describes, at one path through it.
type Property struct {
	// Path are the names from the root of the schema; lists leave no trace, nor
	// do keys that are data.
	Path []string
	// Type is the type that the description gives the values, Format their
	// format; of a list, those of its items. Empty where nothing is said.
	Type, Format string
	// Open tells that the values are objects of which no property is named, or
	// of which the description says nothing.
	Open bool
	At   source.Position
}

// Name is the last part of the path.
func (p Property) Name() string { return p.Path[len(p.Path)-1] }

// Schema is a schema of a description with its name, or with the operation
// whose response it is.
type Schema struct {
	Name string
	At   source.Position

	node *yamltree.Node
	path []string
}

// Schemas lists the schemas that the description names, in its order.
func (d *Description) Schemas() []Schema {
	var out []Schema
	for _, base := range [][]string{{"components", "schemas"}, {"definitions"}} {
		list := d.doc.Root.At(base...)
		if list == nil || list.Kind != yamltree.Mapping {
			continue
		}
		for i, key := range list.Keys {
			at := append(slices.Clone(base), key.Name)
			out = append(out, Schema{Name: key.Name, At: d.position(at...), node: list.Items[i], path: at})
		}
	}
	return out
}

// Answers lists the schemas of the JSON that successful responses carry: of
// plain JSON where there is some, else of what is written in JSON.
func (d *Description) Answers() []Schema {
	var out []Schema
	for _, o := range d.Operations {
		plain := slices.ContainsFunc(o.Responses, func(r Response) bool { return r.Success() && r.MediaType == plainJSON })
		for _, r := range o.Responses {
			if !r.Success() || !r.JSON() || plain && r.MediaType != plainJSON {
				continue
			}
			if path, err := yamltree.ParsePointer(r.At.Pointer); err == nil {
				out = append(out, Schema{Name: o.Key(), At: r.At, node: d.doc.Root.At(path...), path: path})
			}
		}
	}
	return out
}

const plainJSON = "application/json"

// Success reports whether the status is one of success.
func (r Response) Success() bool { return strings.HasPrefix(r.Status, "2") || r.Status == "default" }

// JSON reports whether the representation is JSON, or may be.
func (r Response) JSON() bool {
	return r.MediaType == "" || strings.Contains(r.MediaType, "json") || strings.Contains(r.MediaType, "*")
}

// Record returns the schema of the objects that have a property: that of a
// record of which one key is known. Named schemas come before others.
func (d *Description) Record(property string) (Schema, bool) {
	with := newClosure(d.composed, func(n *yamltree.Node) bool { return n.Lookup("properties").Index(property) >= 0 })
	for _, s := range append(d.Schemas(), d.Answers()...) {
		if with.reaches(d.end(s.node)) {
			return s, true
		}
	}
	return Schema{}, false
}

// maxVisited bounds a walk by paths: schemas that share much have more paths
// than anyone can look at.
const maxVisited = 50_000

// Properties visits the properties that are reachable from a schema, each path
// once, through references, lists and compositions. A schema that leads back
// into itself is not entered again. It is false where there are too many, and
// not all were visited. Where the paths do not matter, see Survey.
func (d *Description) Properties(s Schema, visit func(Property)) bool {
	w := &propertyWalk{d: d, visit: visit, busy: map[*yamltree.Node]bool{}, seen: map[string]bool{}, left: maxVisited}
	w.schema(s.node, s.path, nil)
	return w.left > 0
}

type propertyWalk struct {
	d     *Description
	visit func(Property)
	busy  map[*yamltree.Node]bool
	seen  map[string]bool
	left  int
}

// schema visits what a schema has below a path of names; at is its place.
func (w *propertyWalk) schema(n *yamltree.Node, at, path []string) {
	n, at = w.d.follow(n, at)
	w.left--
	if n == nil || w.busy[n] || w.left <= 0 {
		return
	}
	w.busy[n] = true
	defer delete(w.busy, n)
	if properties := n.Lookup("properties"); properties != nil && properties.Kind == yamltree.Mapping {
		for i, key := range properties.Keys {
			w.property(properties.Items[i], append(slices.Clone(at), "properties", key.Name), append(slices.Clone(path), key.Name))
		}
	}
	for _, keyword := range []string{"items", "additionalProperties"} {
		if items := n.Lookup(keyword); items != nil && items.Kind == yamltree.Mapping {
			w.schema(items, append(slices.Clone(at), keyword), path)
		}
	}
	for i, part := range parts(n) {
		w.schema(part.node, append(slices.Clone(at), part.keyword, strconv.Itoa(i)), path)
	}
}

func (w *propertyWalk) property(n *yamltree.Node, at, path []string) {
	if id := yamltree.Pointer(path); !w.seen[id] {
		w.seen[id] = true
		p := Property{Path: path, At: w.d.position(at...)}
		p.Type, p.Format = w.d.typeOf(n, 0)
		p.Open = w.d.open(n, 0)
		w.visit(p)
	}
	w.schema(n, at, path)
}

type part struct {
	keyword string
	node    *yamltree.Node
}

// parts are what a schema is composed of.
func parts(n *yamltree.Node) []part {
	var out []part
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		if list := n.Lookup(keyword); list != nil {
			for _, item := range list.Items {
				out = append(out, part{keyword, item})
			}
		}
	}
	return out
}

// typeOf is the type and format of the values, or of their items.
func (d *Description) typeOf(n *yamltree.Node, depth int) (kind, format string) {
	n, _ = d.follow(n, nil)
	if n == nil || depth > maxSchemaDepth {
		return "", ""
	}
	if items := n.Lookup("items"); items != nil {
		return d.typeOf(items, depth+1)
	}
	if list := n.Lookup("type"); list != nil && list.Kind == yamltree.Sequence && len(list.Items) > 0 {
		return list.Items[0].Text, textOf(n, "format")
	}
	return textOf(n, "type"), textOf(n, "format")
}

// open reports whether a schema describes objects of which it names no property,
// or nothing at all.
func (d *Description) open(n *yamltree.Node, depth int) bool {
	n, _ = d.follow(n, nil)
	if n == nil || depth > maxSchemaDepth {
		return n == nil
	}
	if items := n.Lookup("items"); items != nil {
		return d.open(items, depth+1)
	}
	kind, _ := d.typeOf(n, depth)
	if kind != "" && kind != "object" || n.Index("enum") >= 0 || n.Index("const") >= 0 || isMap(n) {
		return false
	}
	return !d.named.reaches(n)
}

// isMap reports whether a schema describes the values of an object whose keys are
// data.
func isMap(n *yamltree.Node) bool {
	values := n.Lookup("additionalProperties")
	return values != nil && (values.Kind == yamltree.Mapping && len(values.Items) > 0 || values.Text == "false")
}

// Reached counts the named schemas that some operations lead to.
func (d *Description) Reached(operations func(Operation) bool) int {
	seen := map[*yamltree.Node]bool{}
	named := map[*yamltree.Node]bool{}
	for _, s := range d.Schemas() {
		named[s.node] = true
	}
	for _, o := range d.Operations {
		if path, err := yamltree.ParsePointer(o.At.Pointer); err == nil && operations(o) {
			d.reach(d.doc.Root.At(path...), seen, 0)
		}
	}
	n := 0
	for node := range seen {
		if named[node] {
			n++
		}
	}
	return n
}

// reach marks what a node leads to.
func (d *Description) reach(n *yamltree.Node, seen map[*yamltree.Node]bool, depth int) {
	n, _ = d.follow(n, nil)
	if n == nil || n.IsScalar() || seen[n] || depth > 10*maxSchemaDepth {
		return
	}
	seen[n] = true
	for _, item := range n.Items {
		d.reach(item, seen, depth+1)
	}
}

const maxInlined = 2000

// Inline returns a copy of the value at a JSON pointer in which references
// within the document are replaced by what they lead to; nil where there is
// nothing, or the value leads back into itself or is huge.
func (d *Description) Inline(pointer string) *yamltree.Node {
	path, err := yamltree.ParsePointer(pointer)
	if err != nil {
		return nil
	}
	left := maxInlined
	return d.inline(d.doc.Root.At(path...), 0, &left)
}

func (d *Description) inline(n *yamltree.Node, depth int, left *int) *yamltree.Node {
	n, _ = d.follow(n, nil)
	*left--
	if n == nil || depth > maxSchemaDepth || *left < 0 || n.Index("$ref") >= 0 {
		return nil
	}
	c := *n
	c.Items = make([]*yamltree.Node, len(n.Items))
	for i, item := range n.Items {
		if c.Items[i] = d.inline(item, depth+1, left); c.Items[i] == nil {
			return nil
		}
	}
	return &c
}
