package proof

import (
	"slices"

	"github.com/trialweave/trialweave/yamltree"
)

// minimise removes from a document whatever it can do without, the biggest
// parts first, as long as holds stays true.
func minimise(root *yamltree.Node, holds func(*yamltree.Node) bool) *yamltree.Node {
	for range 6 {
		before := root
		root = removeParts(root, holds)
		if root == before {
			break
		}
	}
	return shorten(root, holds)
}

// removeParts tries each part of a document, from the top.
func removeParts(root *yamltree.Node, holds func(*yamltree.Node) bool) *yamltree.Node {
	queue := [][]string{nil}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		root = removeItems(root, path, holds)
		n := root.At(path...)
		if n == nil {
			continue
		}
		for i, item := range n.Items {
			if !item.IsScalar() {
				queue = append(queue, below(path, stepName(n, i)))
			}
		}
	}
	return root
}

// removeItems removes items of one collection: all that can go at once, then
// one by one, from the end so that indexes stay.
func removeItems(root *yamltree.Node, path []string, holds func(*yamltree.Node) bool) *yamltree.Node {
	n := root.At(path...)
	if n == nil || len(n.Items) == 0 {
		return root
	}
	for chunk := len(n.Items); chunk >= 1; chunk /= 2 {
		for end := len(root.At(path...).Items); end > 0; end -= chunk {
			from := max(end-chunk, 0)
			without := edit(root, path, func(n *yamltree.Node) *yamltree.Node { return cut(n, from, end) })
			if holds(without) {
				root = without
			}
		}
	}
	return root
}

func cut(n *yamltree.Node, from, to int) *yamltree.Node {
	if to > len(n.Items) {
		return n
	}
	c := *n
	c.Items = slices.Delete(slices.Clone(n.Items), from, to)
	if n.Kind == yamltree.Mapping {
		c.Keys = slices.Delete(slices.Clone(n.Keys), from, to)
	}
	return &c
}

// shorten replaces long texts by short ones where that changes nothing.
func shorten(root *yamltree.Node, holds func(*yamltree.Node) bool) *yamltree.Node {
	var long [][]string
	walk(root, func(path []string, n *yamltree.Node) bool {
		if n.Kind == yamltree.String && len(n.Text) > 24 {
			long = append(long, path)
		}
		return true
	})
	for _, path := range long {
		for _, word := range []string{"text", "/text", "https://a.test/"} {
			if shorter := set(root, path, text(word)); holds(shorter) {
				root = shorter
				break
			}
		}
	}
	return root
}
