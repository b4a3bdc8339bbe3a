package lint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// Bundle is a description in one: what it refers to in other files stands
// among its components, and path items stand where they are referred to.
type Bundle struct {
	// Root is the value of the bundle. Its values have the places that they
	// have in their files.
	Root *yamltree.Node

	main *ruleset.Document
	// means holds what each reference leads to.
	means map[*yamltree.Node]ruleset.Location
	// parts are the components that were added, inlined the path items.
	parts   []bundled
	inlined []bundled
}

// bundled is something of another file, with its place in the bundle.
type bundled struct {
	path []string
	from ruleset.Location
}

// Bundle makes one description of a document and its pieces; it is nil for a
// file that is not a document of the corpus.
func (c *Corpus) Bundle(file string) *Bundle {
	at := slices.IndexFunc(c.Documents, func(d *ruleset.Document) bool { return d.File == file })
	if at < 0 {
		return nil
	}
	b := &Bundle{main: c.Documents[at], means: map[*yamltree.Node]ruleset.Location{}}
	for _, l := range c.refs.Links {
		if l.From.Node.Lookup("$ref") != nil {
			b.means[l.From.Node] = l.To
		}
	}
	b.Root = b.rewrite(b.main.Tree.Root, nil, b.main)
	for i := 0; i < len(b.parts); i++ { // rewriting one may add others
		p := b.parts[i]
		b.Root = withValue(b.Root, p.path, b.rewrite(p.from.Node, p.path, p.from.Doc))
	}
	return b
}

// withValue returns a copy of a tree that has a value at a path, all steps of
// which are keys.
func withValue(n *yamltree.Node, path []string, value *yamltree.Node) *yamltree.Node {
	if len(path) == 0 {
		return value
	}
	c := yamltree.Node{Kind: yamltree.Mapping}
	if n != nil && n.Kind == yamltree.Mapping {
		c = *n
		c.Keys, c.Items = slices.Clone(n.Keys), slices.Clone(n.Items)
	}
	i := c.Index(path[0])
	if i < 0 {
		i = len(c.Items)
		c.Keys = append(c.Keys, yamltree.Key{Name: path[0], Kind: yamltree.String})
		c.Items = append(c.Items, nil)
	}
	c.Items[i] = withValue(c.Items[i], path[1:], value)
	return &c
}

// Split reports whether the description refers to other files.
func (b *Bundle) Split() bool { return len(b.parts)+len(b.inlined) > 0 }

// rewrite makes references lead to where the bundle holds what they mean. It
// copies what changes. The value is at a path of the bundle, from a document.
func (b *Bundle) rewrite(n *yamltree.Node, path []string, doc *ruleset.Document) *yamltree.Node {
	if n.IsScalar() {
		return n
	}
	to, refers := b.means[n]
	if refers && to.Doc != b.main && holdsPathItems(path) {
		b.inlined = append(b.inlined, bundled{slices.Clone(path), to})
		delete(b.means, n) // one that leads back to itself stays
		return b.rewrite(to.Node, path, to.Doc)
	}
	var items []*yamltree.Node
	set := func(i int, item *yamltree.Node) {
		if items == nil {
			items = slices.Clone(n.Items)
		}
		items[i] = item
	}
	for i, item := range n.Items {
		if changed := b.rewrite(item, append(path[:len(path):len(path)], n.StepName(i)), doc); changed != item {
			set(i, changed)
		}
	}
	if refers {
		i := n.Index("$ref")
		if ref := "#" + yamltree.Pointer(b.path(to, path)); ref != n.Items[i].Text {
			changed := *n.Items[i]
			changed.Text = ref
			set(i, &changed)
		}
	}
	if items == nil {
		return n
	}
	c := *n
	c.Items = items
	return &c
}

// holdsPathItems reports whether a path of the bundle is that of a path item.
func holdsPathItems(path []string) bool {
	return len(path) == 2 && (path[0] == "paths" || path[0] == "webhooks") || len(path) == 3 && path[0] == "components" && path[1] == "pathItems"
}

// path is where the bundle holds what a reference at another path means.
func (b *Bundle) path(to ruleset.Location, from []string) []string {
	if to.Doc == b.main {
		return to.Path
	}
	kind := componentKind(from)
	base := []string{"components", kind}
	if b.main.IsSwagger() {
		base = []string{kind}
		if kind == "schemas" {
			base = []string{"definitions"}
		}
	}
	for _, p := range b.parts {
		if p.from.Node == to.Node && slices.Equal(p.path[:len(p.path)-1], base) {
			return p.path
		}
	}
	path := append(base, b.name(to, base))
	b.parts = append(b.parts, bundled{path, to})
	return path
}

// componentKind is the kind of component that stands at a path: the kind of
// the nearest key above that holds some.
func componentKind(path []string) string {
	for i, step := range slices.Backward(path) {
		switch {
		case i == len(path)-1 && step == "requestBody":
			return "requestBodies"
		case i == len(path)-1:
		case i == len(path)-2 && slices.Contains([]string{"parameters", "responses", "headers", "examples", "requestBodies", "links", "callbacks", "securitySchemes", "pathItems", "mediaTypes"}, step):
			return step
		}
	}
	return "schemas"
}

var notInName = regexp.MustCompile(`[^a-zA-Z0-9._-]+`)

// name makes the name of a component after its file, and its place there.
func (b *Bundle) name(to ruleset.Location, base []string) string {
	name := strings.TrimSuffix(to.Doc.File, path.Ext(to.Doc.File))
	if dir := path.Dir(b.main.File); dir != "." {
		name = strings.TrimPrefix(name, dir+"/")
	}
	for _, step := range to.Path {
		name += "." + step
	}
	name = strings.Trim(notInName.ReplaceAllString(name, "."), ".")
	taken := func(name string) bool {
		path := append(slices.Clone(base), name)
		return b.main.Tree.Root.At(path...) != nil || slices.ContainsFunc(b.parts, func(p bundled) bool { return slices.Equal(p.path, path) })
	}
	unique := name
	for i := 2; taken(unique); i++ {
		unique = fmt.Sprintf("%s-%d", name, i)
	}
	return unique
}

// Main is the file of the description itself.
func (b *Bundle) Main() string { return b.main.File }

// Origin returns the file that a path of the bundle leads into, and the path
// there.
func (b *Bundle) Origin(path []string) (file string, at []string) {
	d, at := b.origin(path)
	return d.File, at
}

func (b *Bundle) origin(path []string) (*ruleset.Document, []string) {
	for _, list := range [][]bundled{b.inlined, b.parts} {
		for _, p := range slices.Backward(list) {
			if yamltree.Below(p.path, path) {
				return p.from.Doc, append(slices.Clone(p.from.Path), path[len(p.path):]...)
			}
		}
	}
	return b.main, path
}

// Place is where the value at a path of the bundle is written.
func (b *Bundle) Place(path []string) report.Place {
	d, at := b.origin(path)
	return d.Place(at)
}

// Document is the bundle as a document that was read.
func (b *Bundle) Document() *yamltree.Document {
	d := *b.main.Tree
	d.Root = b.Root
	return &d
}

// JSON writes the bundle as JSON, each value on a line of its own.
func (b *Bundle) JSON() []byte {
	var out bytes.Buffer
	writeJSON(&out, b.Root)
	return out.Bytes()
}

func writeJSON(out *bytes.Buffer, n *yamltree.Node) {
	opening, closing := byte('['), byte(']')
	switch n.Kind {
	case yamltree.Null:
		out.WriteString("null")
		return
	case yamltree.Bool:
		out.WriteString(n.Text)
		return
	case yamltree.Number:
		out.WriteString(numberJSON(n))
		return
	case yamltree.String:
		out.WriteString(quoteJSON(n.Text))
		return
	case yamltree.Mapping:
		opening, closing = '{', '}'
	}
	out.WriteByte(opening)
	for i, item := range n.Items {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		if n.Kind == yamltree.Mapping {
			out.WriteString(quoteJSON(n.Keys[i].Name) + ": ")
		}
		writeJSON(out, item)
	}
	out.WriteByte(closing)
}

// numberJSON writes a number, of which JSON has fewer notations than YAML.
func numberJSON(n *yamltree.Node) string {
	switch {
	case json.Valid([]byte(n.Text)):
		return n.Text
	case math.IsInf(n.Number, 0) || math.IsNaN(n.Number):
		return "null"
	}
	return strconv.FormatFloat(n.Number, 'g', -1, 64)
}

func quoteJSON(s string) string {
	text, err := json.Marshal(s)
	if err != nil { // it never is: s is valid UTF-8
		return strconv.Quote(s)
	}
	return string(text)
}
