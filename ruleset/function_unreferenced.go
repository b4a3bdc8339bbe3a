package ruleset

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

func prepareUnreferenced(options *yamltree.Node) (judge, error) {
	Location := options.Lookup("reusableObjectsLocation").TextValue()
	if !strings.HasPrefix(Location, "#") {
		return nil, fmt.Errorf("option reusableObjectsLocation is %q, expected a JSON pointer with # before it", Describe(options.Lookup("reusableObjectsLocation")))
	}
	return func(in input) ([]outcome, error) {
		if in.value == nil || in.value.Kind != yamltree.Mapping {
			return nil, nil
		}
		return unreferenced(in.value, Location, usedIn(in.doc)), nil
	}, nil
}

// unreferenced says which entries of a mapping at a Location ("#/a/b") no
// reference of the document leads to.
func unreferenced(n *yamltree.Node, Location string, used map[string]bool) []outcome {
	base, err := yamltree.ParsePointer(strings.TrimPrefix(Location, "#"))
	if err != nil {
		return nil
	}
	var out []outcome
	for _, key := range n.Keys {
		path := append(slices.Clone(base), key.Name)
		if !used[yamltree.Pointer(path)] {
			out = append(out, outcome{fmt.Sprintf("%q is not referenced in this document", key.Name), path})
		}
	}
	return out
}

// usedIn are the pointers of what is used in a document: by a reference of the
// document, or from another file, by the mapping of a discriminator, or as one
// of the schemas that a discriminator tells apart.
func usedIn(d *Document) map[string]bool {
	used := d.refTargets()
	for _, l := range d.Refs.Links {
		if l.To.Doc == d && (l.From.Doc != d || !yamltree.Below(l.To.Path, l.From.Path)) {
			used[yamltree.Pointer(l.To.Path)] = true
		}
	}
	for _, base := range [][]string{{"components", "schemas"}, {"definitions"}} {
		list := d.Tree.Root.At(base...)
		if list == nil || list.Kind != yamltree.Mapping {
			continue
		}
		k := kinds{d: d, known: map[*yamltree.Node]bool{}}
		for i, key := range list.Keys {
			at := Location{d, append(slices.Clone(base), key.Name), list.Items[i]}
			if k.below(at) {
				used[yamltree.Pointer(at.Path)] = true
			}
		}
	}
	return used
}

// kinds finds the schemas that a discriminator tells apart by their names:
// those that are composed of one that has it.
type kinds struct {
	d     *Document
	known map[*yamltree.Node]bool
}

// below reports whether a schema is composed, by allOf, of one with a
// discriminator.
func (k kinds) below(at Location) bool {
	if answer, ok := k.known[at.Node]; ok {
		return answer
	}
	k.known[at.Node] = false // one that leads back to itself is none
	all := at.Node.Lookup("allOf")
	if all == nil {
		return false
	}
	for _, part := range all.Items {
		base := k.d.Refs.end(Location{at.Doc, at.Path, part})
		if base.Node != part && base.Node.Index("discriminator") >= 0 || k.below(base) {
			k.known[at.Node] = true
			return true
		}
	}
	return false
}

// refTargets are the pointers that references within the document lead to.
func (d *Document) refTargets() map[string]bool {
	c := refCollector{sealed: d.Sealed, out: map[string]bool{}, seen: map[*yamltree.Node]bool{}}
	c.visit(d.Tree.Root)
	return c.out
}

// refCollector notes where references lead; one that leads to something it is
// part of itself does not count.
type refCollector struct {
	sealed bool
	path   []string
	out    map[string]bool
	seen   map[*yamltree.Node]bool
}

func (c *refCollector) visit(n *yamltree.Node) {
	if n.IsScalar() || c.sealed && n.Below()&yamltree.KeyBit("$ref") == 0 || c.seen[n] {
		return
	}
	c.seen[n] = true
	if ref, ok := n.Lookup("$ref").StringValue(); ok && strings.HasPrefix(ref, "#") {
		steps, err := yamltree.ParsePointer(yamltree.Unescape(ref[1:]))
		if target := yamltree.Pointer(steps); err == nil && !yamltree.Below(steps, c.path) {
			c.out[target] = true
		}
	}
	for i, item := range n.Items {
		c.path = append(c.path, n.StepName(i))
		c.visit(item)
		c.path = c.path[:len(c.path)-1]
	}
}
