package proof

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/trialweave/trialweave/yamltree"
)

// Trees are not changed in place: an edit copies the nodes on the way to the
// place that it changes and shares all others.

func text(s string) *yamltree.Node { return &yamltree.Node{Kind: yamltree.String, Text: s} }

func number(n int) *yamltree.Node {
	return &yamltree.Node{Kind: yamltree.Number, Text: strconv.Itoa(n), Number: float64(n)}
}

func boolean(b bool) *yamltree.Node {
	return &yamltree.Node{Kind: yamltree.Bool, Text: strconv.FormatBool(b)}
}

func null() *yamltree.Node { return &yamltree.Node{} }

func list(items ...*yamltree.Node) *yamltree.Node {
	return &yamltree.Node{Kind: yamltree.Sequence, Items: items}
}

func object() *yamltree.Node { return &yamltree.Node{Kind: yamltree.Mapping} }

// member adds a pair to a copy of a mapping.
func member(n *yamltree.Node, key string, value *yamltree.Node) *yamltree.Node {
	c := *n
	c.Keys = append(slices.Clone(n.Keys), yamltree.Key{Name: key, Kind: yamltree.String})
	c.Items = append(slices.Clone(n.Items), value)
	return &c
}

// childAt is the place of a step among the items of a node, -1 for none.
func childAt(n *yamltree.Node, step string) int {
	if n == nil {
		return -1
	}
	if n.Kind == yamltree.Mapping {
		return n.Index(step)
	}
	i, err := strconv.Atoi(step)
	if err != nil || n.Kind != yamltree.Sequence || i < 0 || i >= len(n.Items) {
		return -1
	}
	return i
}

// edit returns the tree with the node at a path replaced by what f makes of
// it; a nil result removes it. Where the path leads nowhere the tree stays.
func edit(root *yamltree.Node, path []string, f func(*yamltree.Node) *yamltree.Node) *yamltree.Node {
	if len(path) == 0 {
		if out := f(root); out != nil {
			return out
		}
		return root
	}
	i := childAt(root, path[0])
	if i < 0 {
		return root
	}
	if len(path) > 1 {
		changed := edit(root.Items[i], path[1:], f)
		if changed == root.Items[i] {
			return root
		}
		return withItem(root, i, changed)
	}
	switch changed := f(root.Items[i]); changed {
	case nil:
		return withoutItem(root, i)
	case root.Items[i]:
		return root
	default:
		return withItem(root, i, changed)
	}
}

func withItem(n *yamltree.Node, i int, item *yamltree.Node) *yamltree.Node {
	c := *n
	c.Items = slices.Clone(n.Items)
	c.Items[i] = item
	return &c
}

func withoutItem(n *yamltree.Node, i int) *yamltree.Node {
	c := *n
	c.Items = slices.Delete(slices.Clone(n.Items), i, i+1)
	if n.Kind == yamltree.Mapping {
		c.Keys = slices.Delete(slices.Clone(n.Keys), i, i+1)
	}
	return &c
}

func set(root *yamltree.Node, path []string, value *yamltree.Node) *yamltree.Node {
	return edit(root, path, func(*yamltree.Node) *yamltree.Node { return value })
}

func remove(root *yamltree.Node, path []string) *yamltree.Node {
	if len(path) == 0 {
		return root
	}
	return edit(root, path, func(*yamltree.Node) *yamltree.Node { return nil })
}

// rename gives the last step of a path, a key, another name.
func rename(root *yamltree.Node, path []string, name string) *yamltree.Node {
	if len(path) == 0 {
		return root
	}
	last := len(path) - 1
	return edit(root, path[:last], func(n *yamltree.Node) *yamltree.Node {
		i := n.Index(path[last])
		if i < 0 || n.Index(name) >= 0 {
			return n
		}
		c := *n
		c.Keys = slices.Clone(n.Keys)
		c.Keys[i] = yamltree.Key{Name: name, Kind: yamltree.String}
		return &c
	})
}

// insert adds a value below a path: under a key that the mapping does not
// have, or at the end of a list.
func insert(root *yamltree.Node, path []string, key string, value *yamltree.Node) *yamltree.Node {
	return edit(root, path, func(n *yamltree.Node) *yamltree.Node {
		switch {
		case n.Kind == yamltree.Mapping && n.Index(key) < 0:
			return member(n, key, value)
		case n.Kind == yamltree.Sequence:
			c := *n
			c.Items = append(slices.Clone(n.Items), value)
			return &c
		}
		return n
	})
}

// build adds a value below a path, with mappings for the steps in between.
func build(root *yamltree.Node, path, steps []string, value *yamltree.Node) *yamltree.Node {
	for i := len(steps) - 1; i > 0; i-- {
		value = member(object(), steps[i], value)
	}
	return insert(root, path, steps[0], value)
}

// size counts the nodes of a tree.
func size(n *yamltree.Node) int {
	total := 1
	for _, item := range n.Items {
		total += size(item)
	}
	return total
}

// sizeUpTo counts the nodes of a tree, but not far beyond a limit.
func sizeUpTo(n *yamltree.Node, limit int) int {
	total := 1
	for _, item := range n.Items {
		if total > limit {
			break
		}
		total += sizeUpTo(item, limit-total)
	}
	return total
}

// stepName names the place of item i of a collection.
func stepName(n *yamltree.Node, i int) string {
	if n.Kind == yamltree.Mapping {
		return n.Keys[i].Name
	}
	return strconv.Itoa(i)
}

func below(path []string, steps ...string) []string {
	return append(path[:len(path):len(path)], steps...)
}

// walk visits the nodes below a node, level by level, until visit returns
// false.
func walk(n *yamltree.Node, visit func(path []string, n *yamltree.Node) bool) {
	type entry struct {
		path []string
		node *yamltree.Node
	}
	queue := []entry{{nil, n}}
	for len(queue) > 0 {
		e := queue[0]
		queue = queue[1:]
		if !visit(e.path, e.node) {
			return
		}
		for i, item := range e.node.Items {
			queue = append(queue, entry{below(e.path, stepName(e.node, i)), item})
		}
	}
}

func hasPrefix(path, prefix []string) bool {
	return len(prefix) <= len(path) && slices.Equal(path[:len(prefix)], prefix)
}

func comparePaths(a, b []string) int {
	return cmp.Or(slices.Compare(a, b), cmp.Compare(len(a), len(b)))
}
