package lint

import (
	"slices"
	"strconv"

	"github.com/trialweave/trialweave/yamltree"
)

// replaced copies a tree with another value at a path, or with none there.
func replaced(n *yamltree.Node, at []string, value *yamltree.Node) *yamltree.Node {
	if len(at) == 0 && value != nil {
		return value
	}
	if len(at) == 0 || n == nil {
		return n
	}
	i, err := strconv.Atoi(at[0])
	if n.Kind == yamltree.Mapping {
		i = n.Index(at[0])
	} else if err != nil {
		return n
	}
	if i < 0 || i >= len(n.Items) {
		return n
	}
	c := *n
	c.Items = slices.Clone(n.Items)
	if len(at) > 1 || value != nil {
		c.Items[i] = replaced(n.Items[i], at[1:], value)
		return &c
	}
	c.Items = slices.Delete(c.Items, i, i+1)
	if n.Kind == yamltree.Mapping {
		c.Keys = slices.Delete(slices.Clone(n.Keys), i, i+1)
	}
	return &c
}

// merged is a value after an update: mappings are merged, lists joined.
func merged(n, update *yamltree.Node) *yamltree.Node {
	if n == nil {
		return update
	}
	c := *n
	switch {
	case n.Kind == yamltree.Sequence && update.Kind == yamltree.Sequence:
		c.Items = append(slices.Clone(n.Items), update.Items...)
	case n.Kind == yamltree.Sequence:
		c.Items = append(slices.Clone(n.Items), update)
	case n.Kind == yamltree.Mapping && update.Kind == yamltree.Mapping:
		c.Keys, c.Items = slices.Clone(n.Keys), slices.Clone(n.Items)
		for i, key := range update.Keys {
			if at := c.Index(key.Name); at >= 0 {
				c.Items[at] = merged(c.Items[at], update.Items[i])
			} else {
				c.Keys, c.Items = append(c.Keys, key), append(c.Items, update.Items[i])
			}
		}
	default:
		return update
	}
	return &c
}
