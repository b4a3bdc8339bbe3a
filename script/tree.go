package script

import (
	"fmt"
	"math"
	"strconv"

	"github.com/trialweave/trialweave/yamltree"
)

// node is a value as it travels. Nodes that stand in several places are sent
// once: the resolved form of a document shares much.
type node struct {
	Kind  yamltree.Kind `json:"k"`
	Text  string        `json:"t,omitempty"`
	Keys  []string      `json:"n,omitempty"`
	Items []int         `json:"i,omitempty"`
}

// tree is a value of its own.
type tree struct {
	Nodes []node `json:"nodes"`
	Root  int    `json:"root"`
}

// packer numbers nodes.
type packer struct {
	nodes  []node
	number map[*yamltree.Node]int
}

func newPacker() *packer { return &packer{number: map[*yamltree.Node]int{}} }

// add packs a node and returns its number. What a node has comes before it.
func (p *packer) add(n *yamltree.Node) int {
	if at, ok := p.number[n]; ok {
		return at
	}
	out := node{Kind: n.Kind}
	if n.IsScalar() {
		out.Text = n.Text
		if n.Kind == yamltree.Number {
			out.Text = strconv.FormatFloat(n.Number, 'g', -1, 64)
		}
	}
	for _, key := range n.Pairs() {
		out.Keys = append(out.Keys, key.Name)
	}
	for _, item := range n.Items {
		out.Items = append(out.Items, p.add(item))
	}
	p.nodes = append(p.nodes, out)
	p.number[n] = len(p.nodes) - 1
	return len(p.nodes) - 1
}

// pack packs a value; nil stays nil.
func pack(n *yamltree.Node) *tree {
	if n == nil {
		return nil
	}
	p := newPacker()
	root := p.add(n)
	return &tree{Nodes: p.nodes, Root: root}
}

// unpack makes the nodes that were packed.
func unpack(nodes []node) ([]*yamltree.Node, error) {
	out := make([]*yamltree.Node, len(nodes))
	for i, from := range nodes {
		n := &yamltree.Node{Kind: from.Kind, Text: from.Text}
		if n.Kind == yamltree.Number {
			n.Number, _ = strconv.ParseFloat(from.Text, 64) // as it was written
		}
		for j, item := range from.Items {
			if item < 0 || item >= i {
				return nil, fmt.Errorf("node %d has node %d", i, item)
			}
			n.Items = append(n.Items, out[item])
			if n.Kind == yamltree.Mapping {
				n.Keys = append(n.Keys, yamltree.Key{Name: from.Keys[j], Kind: yamltree.String})
			}
		}
		out[i] = n
	}
	return out, nil
}

func (t *tree) value() (*yamltree.Node, error) {
	if t == nil {
		return nil, nil
	}
	nodes, err := unpack(t.Nodes)
	if err != nil || t.Root < 0 || t.Root >= len(nodes) {
		return nil, fmt.Errorf("a damaged value: %w", err)
	}
	return nodes[t.Root], nil
}

// number makes a number, as a document has one.
func number(f float64) *yamltree.Node {
	text := strconv.FormatFloat(f, 'g', -1, 64)
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		text = strconv.FormatFloat(f, 'f', -1, 64)
	}
	return &yamltree.Node{Kind: yamltree.Number, Text: text, Number: f}
}
