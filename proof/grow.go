package proof

import (
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/yamltree"
)

// grow makes documents that a rule's paths select something in, of those that
// they select nothing in: it follows the path, and where a step leads nowhere
// it adds what the step asks for, as a copy of what is beside it where there
// is something.
func (h *search) grow() {
	for _, b := range h.bases {
		if h.left <= 0 || h.err != nil || len(h.excerpts) >= maxExcerpts {
			break
		}
		root := b.root
		if b.own {
			root = excerpt(h.validator, b.kind, b.root, nil)
		}
		for _, given := range h.rule.Given {
			path, err := jsonpath.Compile(given)
			if err != nil {
				continue
			}
			g := &grower{search: h, base: b, left: 1500}
			if s := g.step(root, nil, path.Steps()); s != nil {
				h.take(s)
				h.excerpts = append(h.excerpts, s)
			}
		}
	}
	h.changes()
}

type grower struct {
	*search
	base base
	left int
}

// step follows the rest of a path from a place; its result is a valid document
// that the rule looks at something in.
func (g *grower) step(root *yamltree.Node, at []string, steps []jsonpath.Step) *sample {
	n := root.At(at...)
	if g.left--; g.left < 0 || n == nil {
		return nil
	}
	if len(steps) == 0 || steps[0].Kind == jsonpath.Key || steps[0].Kind == jsonpath.Parent {
		return g.end(root)
	}
	rest := steps[1:]
	switch steps[0].Kind {
	case jsonpath.Names:
		return g.names(root, at, steps[0].Names, rest)
	case jsonpath.All:
		return g.children(root, at, n, rest)
	case jsonpath.Filter:
		return g.filter(root, at, n, steps[0].Filter, rest)
	case jsonpath.Deep:
		return g.deep(root, at, rest)
	}
	return nil
}

func (g *grower) end(root *yamltree.Node) *sample {
	s := g.try(root, g.base.String()+", with what its path asks for", g.base.own)
	if s == nil || len(s.looks) == 0 || !g.isValid(s) {
		return nil
	}
	return s
}

func (g *grower) names(root *yamltree.Node, at, names []string, rest []jsonpath.Step) *sample {
	n := root.At(at...)
	for _, name := range names {
		if n.Child(name) != nil {
			if s := g.step(root, below(at, name), rest); s != nil {
				return s
			}
		}
	}
	for _, name := range names {
		if n.Child(name) != nil || n.IsScalar() {
			continue
		}
		for _, v := range g.candidates(n, name) {
			if s := g.step(insert(root, at, name, v), below(at, name), rest); s != nil {
				return s
			}
		}
	}
	return nil
}

// candidates are values for a new member: what specimens have under its name,
// what is beside it, and one of each kind.
func (g *grower) candidates(n *yamltree.Node, name string) []*yamltree.Node {
	out := slices.Concat(g.donors[name], n.Items[:min(len(n.Items), 3)])
	return append(out, text("x"), object(), list(), boolean(true), list(text("x")), list(object()), number(1))
}

func (g *grower) children(root *yamltree.Node, at []string, n *yamltree.Node, rest []jsonpath.Step) *sample {
	for i := range min(len(n.Items), 4) {
		if s := g.step(root, below(at, stepName(n, i)), rest); s != nil {
			return s
		}
	}
	if len(n.Items) > 0 || n.IsScalar() {
		return nil
	}
	name := "x"
	if n.Kind == yamltree.Sequence {
		name = "0"
	} else if len(at) > 0 && at[len(at)-1] == "paths" {
		name = "/x"
	}
	for _, v := range g.candidates(n, name) {
		if s := g.step(insert(root, at, name, v), below(at, name), rest); s != nil {
			return s
		}
	}
	return nil
}

// filter follows the members that a condition holds for; where it holds for
// none, it adds one: a copy with another name, or other members.
func (g *grower) filter(root *yamltree.Node, at []string, n *yamltree.Node, c *jsonpath.Condition, rest []jsonpath.Step) *sample {
	for i, item := range n.Items {
		if c.Holds(root, n, stepName(n, i), item) {
			if s := g.step(root, below(at, stepName(n, i)), rest); s != nil {
				return s
			}
		}
	}
	if n.IsScalar() {
		return nil
	}
	for _, model := range g.models(n, at) {
		for _, m := range memberVariants(model.value, c) {
			for _, name := range nameVariants(model.name, c) {
				if n.Kind == yamltree.Mapping && n.Index(name) >= 0 || !c.Holds(root, n, name, m) {
					continue
				}
				grown := insert(root, at, name, m)
				if n.Kind == yamltree.Sequence {
					name = stepName(n, len(n.Items))
				}
				if s := g.step(grown, below(at, name), rest); s != nil {
					return s
				}
			}
		}
	}
	return nil
}

// model is a member that others are made after.
type model struct {
	name  string
	value *yamltree.Node
}

// models are members of a collection, and of those that specimens have under
// the same name.
func (g *grower) models(n *yamltree.Node, at []string) []model {
	var out []model
	for i := range min(len(n.Items), 3) {
		out = append(out, model{stepName(n, i), n.Items[i]})
	}
	if len(at) == 0 {
		return out
	}
	for _, d := range g.donors[at[len(at)-1]] {
		for i := range d.Items {
			if d.Kind == n.Kind && d.Items[i].Index("$ref") < 0 && len(out) < 12 {
				out = append(out, model{stepName(d, i), d.Items[i]})
			}
		}
	}
	return out
}

// nameVariants are names that a condition may hold for.
func nameVariants(name string, c *jsonpath.Condition) []string {
	out := append([]string{name + "x"}, c.Texts()...)
	for _, p := range c.Patterns() {
		for _, w := range words(p) {
			out = append(out, w, "/"+w, "/x"+w, "/x/"+w)
		}
	}
	for _, t := range c.Texts() {
		out = append(out, "/"+t, "/x"+t, name+t)
	}
	if strings.HasPrefix(name, "/") { // the others do too
		out = slices.DeleteFunc(out, func(w string) bool { return !strings.HasPrefix(w, "/") })
	}
	return out
}

// memberVariants are copies of a value with the members that a condition looks
// at set to values that it may hold for.
func memberVariants(n *yamltree.Node, c *jsonpath.Condition) []*yamltree.Node {
	out := []*yamltree.Node{n}
	var values []*yamltree.Node
	for _, t := range c.Texts() {
		values = append(values, text(t), text("https://"+t), text("https://"+t+"/x"))
	}
	if all := strings.Join(c.Texts(), "."); len(c.Texts()) > 1 {
		values = append(values, text(all), text("https://"+all+"/x"))
	}
	for _, p := range c.Patterns() {
		values = append(values, texts(words(p))...)
	}
	values = append(values, text("x"), boolean(true), number(1), list(), object(), list(text("x")))
	for _, path := range c.Members() {
		for _, before := range slices.Clone(out) {
			for _, v := range values {
				if before.Kind != yamltree.Mapping || len(out) > 300 {
					continue
				}
				out = append(out, withMember(before, path, v))
			}
		}
	}
	return out
}

func withMember(n *yamltree.Node, path []string, v *yamltree.Node) *yamltree.Node {
	at := 0
	for at < len(path) && n.At(path[:at+1]...) != nil {
		at++
	}
	if at == len(path) {
		return set(n, path, v)
	}
	return build(n, path[:at], path[at:], v)
}

// deep follows the rest of a path from any place below one.
func (g *grower) deep(root *yamltree.Node, at []string, rest []jsonpath.Step) *sample {
	var places [][]string
	walk(root.At(at...), func(path []string, n *yamltree.Node) bool {
		if !n.IsScalar() && (len(at)+len(path) == 0 || below(at, path...)[0] != "info") {
			places = append(places, below(at, path...))
		}
		return len(places) < 40
	})
	for _, at := range places {
		if s := g.step(root, at, rest); s != nil {
			return s
		}
	}
	return nil
}
