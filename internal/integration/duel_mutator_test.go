//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

// mutator changes a document at one place.
type mutator struct {
	*rand.Rand
	what string
	// data tells that what was changed is data, and not part of the description.
	data bool
	// root is the main file, once it was split.
	root *yamltree.Node
}

// mutate returns a changed copy.
func (m *mutator) mutate(root *yamltree.Node) *yamltree.Node {
	var paths [][]int
	var visit func(n *yamltree.Node, path []int)
	visit = func(n *yamltree.Node, path []int) {
		for i, item := range n.Items {
			at := append(slices.Clone(path), i)
			paths = append(paths, at)
			visit(item, at)
		}
	}
	visit(root, nil)
	return m.change(root, paths[m.IntN(len(paths))])
}

// change copies the nodes on a path, and changes the member that it ends in.
func (m *mutator) change(n *yamltree.Node, path []int) *yamltree.Node {
	c := *n
	c.Keys, c.Items = slices.Clone(n.Keys), slices.Clone(n.Items)
	i := path[0]
	if n.Kind == yamltree.Mapping && slices.Contains([]string{"example", "default", "enum", "const", "value"}, n.Keys[i].Name) {
		m.data = true
	}
	if len(path) > 1 {
		c.Items[i] = m.change(n.Items[i], path[1:])
		return &c
	}
	name := strconv.Itoa(i)
	if n.Kind == yamltree.Mapping {
		name = n.Keys[i].Name
	}
	switch kind := m.IntN(6); {
	case kind == 0:
		m.what = "without " + name
		c.Items = slices.Delete(c.Items, i, i+1)
		if n.Kind == yamltree.Mapping {
			c.Keys = slices.Delete(c.Keys, i, i+1)
		}
	case kind == 1 && n.Kind == yamltree.Mapping && len(name) > 1:
		c.Keys[i].Name = m.misspelt(name)
		m.what = fmt.Sprintf("%s named %s", name, c.Keys[i].Name)
	case kind == 2 && n.Items[i].Kind == yamltree.String && len(n.Items[i].Text) > 1:
		text := *n.Items[i]
		text.Text = m.misspelt(text.Text)
		c.Items[i] = &text
		m.what = fmt.Sprintf("%s: %q", name, text.Text)
	case kind == 3 && n.Items[i].Kind == yamltree.Mapping:
		other := *n.Items[i]
		other.Keys = append(slices.Clone(other.Keys), yamltree.Key{Name: "extra"})
		other.Items = append(slices.Clone(other.Items), &yamltree.Node{Kind: yamltree.Bool, Text: "true"})
		c.Items[i] = &other
		m.what = name + " with extra"
	default:
		values := []*yamltree.Node{
			{Kind: yamltree.Null}, {Kind: yamltree.Bool, Text: "true"}, {Kind: yamltree.Number, Text: "7", Number: 7}, {Kind: yamltree.Number, Text: "-1", Number: -1},
			{Kind: yamltree.String, Text: "x"}, {Kind: yamltree.String}, {Kind: yamltree.Sequence}, {Kind: yamltree.Mapping},
			{Kind: yamltree.Sequence, Items: []*yamltree.Node{{Kind: yamltree.Number, Text: "1", Number: 1}}},
			{Kind: yamltree.Mapping, Keys: []yamltree.Key{{Name: "$ref"}}, Items: []*yamltree.Node{{Kind: yamltree.String, Text: "#/nowhere"}}},
		}
		c.Items[i] = values[m.IntN(len(values))]
		m.what = fmt.Sprintf("%s is %s", name, m.json(c.Items[i]))
	}
	return &c
}

// misspelt swaps two letters, or leaves one out.
func (m *mutator) misspelt(s string) string {
	r := []rune(s)
	i := m.IntN(len(r) - 1)
	if m.IntN(2) == 0 {
		return string(slices.Delete(r, i, i+1))
	}
	r[i], r[i+1] = r[i+1], r[i]
	return string(r)
}

// json writes a value, each member on a line of its own.
func (m *mutator) json(n *yamltree.Node) []byte {
	var b strings.Builder
	writeMutant(&b, n, "\n")
	return []byte(b.String())
}

func writeMutant(b *strings.Builder, n *yamltree.Node, indent string) {
	quote := func(s string) string {
		text, _ := json.Marshal(s)
		return string(text)
	}
	switch n.Kind {
	case yamltree.Sequence, yamltree.Mapping:
		brackets := map[yamltree.Kind]string{yamltree.Sequence: "[]", yamltree.Mapping: "{}"}[n.Kind]
		b.WriteString(brackets[:1])
		for i, item := range n.Items {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString(indent + " ")
			if n.Kind == yamltree.Mapping {
				b.WriteString(quote(n.Keys[i].Name) + ": ")
			}
			writeMutant(b, item, indent+" ")
		}
		b.WriteString(brackets[1:])
	case yamltree.String:
		b.WriteString(quote(n.Text))
	case yamltree.Null:
		b.WriteString("null")
	default:
		b.WriteString(n.Text)
	}
}

// split moves some path items and components into files of their own, each
// with the references that it has, and returns what is left and the files.
func (m *mutator) split(root *yamltree.Node, main string) (*yamltree.Node, map[string]*yamltree.Node) {
	var places [][]string
	for _, list := range [][]string{{"paths"}, {"components", "schemas"}, {"components", "responses"}, {"components", "parameters"}, {"definitions"}, {"responses"}, {"parameters"}} {
		n := root.At(list...)
		if n == nil || n.Kind != yamltree.Mapping {
			continue
		}
		for i, key := range n.Keys {
			if n.Items[i].Kind == yamltree.Mapping && n.Items[i].Index("$ref") < 0 {
				places = append(places, append(slices.Clone(list), key.Name))
			}
		}
	}
	files := map[string]*yamltree.Node{}
	for i := range min(3, len(places)) {
		at := places[m.IntN(len(places))]
		name := fmt.Sprintf("parts/p%d.json", i)
		moved := root.At(at...)
		if moved.Index("$ref") >= 0 {
			continue // it was moved before
		}
		files[name] = outside(moved, "../"+main)
		ref := &yamltree.Node{Kind: yamltree.Mapping, Keys: []yamltree.Key{{Name: "$ref"}}, Items: []*yamltree.Node{{Kind: yamltree.String, Text: name}}}
		root = replaced(root, at, ref)
	}
	return root, files
}

// outside makes the references of a value those of another file.
func outside(n *yamltree.Node, main string) *yamltree.Node {
	c := *n
	c.Items = slices.Clone(n.Items)
	for i, item := range c.Items {
		if n.Kind == yamltree.Mapping && n.Keys[i].Name == "$ref" && item.Kind == yamltree.String && strings.HasPrefix(item.Text, "#") {
			ref := *item
			ref.Text = main + ref.Text
			c.Items[i] = &ref
			continue
		}
		c.Items[i] = outside(item, main)
	}
	return &c
}

// replaced returns a copy with another value at a path.
func replaced(n *yamltree.Node, path []string, value *yamltree.Node) *yamltree.Node {
	if len(path) == 0 {
		return value
	}
	c := *n
	c.Items = slices.Clone(n.Items)
	i := n.Index(path[0])
	c.Items[i] = replaced(n.Items[i], path[1:], value)
	return &c
}
