package openapi

import (
	"github.com/trialweave/trialweave/yamltree"
)

// closure answers which nodes of a graph lead to one that has something. Each
// node is looked at once, whatever is asked.
type closure struct {
	next  func(*yamltree.Node) []*yamltree.Node
	has   func(*yamltree.Node) bool
	known map[*yamltree.Node]bool
}

func newClosure(next func(*yamltree.Node) []*yamltree.Node, has func(*yamltree.Node) bool) *closure {
	return &closure{next, has, map[*yamltree.Node]bool{}}
}

// reaches reports whether n, or a node that it leads to, has it.
func (c *closure) reaches(n *yamltree.Node) bool {
	if n == nil {
		return false
	}
	if _, ok := c.known[n]; !ok {
		c.explore(n)
	}
	return c.known[n]
}

// explore answers for all nodes that n leads to and that are not known yet:
// it collects them, and goes back from those that have it.
func (c *closure) explore(n *yamltree.Node) {
	from := map[*yamltree.Node][]*yamltree.Node{}
	var found []*yamltree.Node
	c.known[n] = false
	for pending := []*yamltree.Node{n}; len(pending) > 0; {
		n := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if c.has(n) {
			found = append(found, n)
		}
		for _, m := range c.next(n) {
			from[m] = append(from[m], n)
			answer, old := c.known[m]
			switch {
			case answer:
				found = append(found, n)
			case !old:
				c.known[m] = false
				pending = append(pending, m)
			}
		}
	}
	for len(found) > 0 {
		n := found[len(found)-1]
		found = found[:len(found)-1]
		if !c.known[n] {
			c.known[n] = true
			found = append(found, from[n]...)
		}
	}
}

// end is what a node leads to through references.
func (d *Description) end(n *yamltree.Node) *yamltree.Node {
	n, _ = d.follow(n, nil)
	return n
}

// composed are the schemas that a schema is composed of.
func (d *Description) composed(n *yamltree.Node) (out []*yamltree.Node) {
	for _, p := range parts(n) {
		out = append(out, d.end(p.node))
	}
	return out
}

// contents are the schemas that a schema is composed of, and those of its
// items and of the values of keys that are data.
func (d *Description) contents(n *yamltree.Node) []*yamltree.Node {
	out := d.composed(n)
	for _, keyword := range []string{"items", "additionalProperties"} {
		if values := n.Lookup(keyword); values != nil && values.Kind == yamltree.Mapping {
			out = append(out, d.end(values))
		}
	}
	return out
}

func hasProperties(n *yamltree.Node) bool {
	properties := n.Lookup("properties")
	return properties != nil && properties.Kind == yamltree.Mapping && len(properties.Keys) > 0
}

// Survey is what some schemas say about the properties of the values they
// describe, wherever those stand. Each schema is looked at once.
type Survey struct {
	// Names are the names of the properties.
	Names map[string]bool
	// Closed reports whether every value is described down to its properties.
	Closed bool
}

// Survey looks at schemas and at all that they lead to.
func (d *Description) Survey(schemas []Schema) Survey {
	out := Survey{map[string]bool{}, len(schemas) > 0}
	seen := map[*yamltree.Node]bool{}
	var pending []*yamltree.Node
	for _, s := range schemas {
		n := d.end(s.node)
		out.Closed = out.Closed && d.filled.reaches(n)
		pending = append(pending, n)
	}
	for len(pending) > 0 {
		n := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if n == nil || seen[n] {
			continue
		}
		seen[n] = true
		pending = append(pending, d.contents(n)...)
		if !hasProperties(n) {
			continue
		}
		properties := n.Lookup("properties")
		for i, key := range properties.Keys {
			out.Names[key.Name] = true
			out.Closed = out.Closed && !d.open(properties.Items[i], 0)
			pending = append(pending, d.end(properties.Items[i]))
		}
	}
	return out
}
