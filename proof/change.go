package proof

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// change is a document made of another one, and what was done to it.
type change struct {
	root *yamltree.Node
	what string
}

// changer makes documents of one document by changing what a rule looks at.
type changer struct {
	root  *yamltree.Node
	yield func(change) bool
	done  bool
}

// changed passes a document on, unless nothing changed.
func (c *changer) changed(root *yamltree.Node, what string, at []string) bool {
	if c.done || root == c.root {
		return !c.done
	}
	c.done = !c.yield(change{root, what + " #" + yamltree.Pointer(at)})
	return !c.done
}

// near are the changes of the value that a rule judged and of what it is in.
func near(root *yamltree.Node, look ruleset.Look, thens []rules.Then, d donors) iter.Seq[change] {
	return func(yield func(change) bool) {
		if look.Given == nil {
			return
		}
		c := &changer{root: root, yield: yield}
		wanted := wantedBy(thens, look.Then)
		if n := len(look.Missing); n > 0 {
			wanted = append(wanted, d[look.Missing[n-1]]...)
		} else if n := len(look.Target); n > 0 && !look.Key {
			wanted = append(wanted, d[look.Target[n-1]]...)
		}
		switch {
		case len(look.Missing) > 0:
			c.add(look.Target, look.Missing, wanted)
		case look.Key:
			c.keys(look.Target, wanted)
		default:
			c.values(look.Target, wanted)
			c.members(look.Target, thens[look.Then])
		}
		c.around(look)
	}
}

// wantedBy are the values that one entry of then speaks of, and those of the
// entries that judge the same field.
func wantedBy(thens []rules.Then, i int) []*yamltree.Node {
	out := wantedValues(thens[i])
	for j, then := range thens {
		if j != i && then.Field == thens[i].Field {
			out = append(out, wantedValues(then)...)
		}
	}
	return out
}

// add puts values where there is none.
func (c *changer) add(at, missing []string, wanted []*yamltree.Node) {
	where := below(at, missing...)
	for _, v := range append(wanted, plainValues()...) {
		c.changed(build(c.root, at, missing, v), "added", where)
	}
}

// keys renames a key.
func (c *changer) keys(at []string, wanted []*yamltree.Node) {
	if len(at) == 0 {
		return
	}
	name := at[len(at)-1]
	for _, w := range append(textsOf(wanted), spoiled([]string{name})...) {
		c.changed(rename(c.root, at, w), "renamed", at)
		if strings.HasPrefix(name, "/") && !strings.HasPrefix(w, "/") {
			c.changed(rename(c.root, at, "/"+w), "renamed", at)
		}
	}
	for _, w := range []string{name + "x/", name + "?x=1", name + "/{}", name + "/someWords", name + "/some-words", name + "/some_words", name + " x"} {
		c.changed(rename(c.root, at, w), "renamed", at)
	}
	c.changed(remove(c.root, at), "removed", at)
}

func textsOf(values []*yamltree.Node) []string {
	var out []string
	for _, v := range values {
		if v.Kind == yamltree.String {
			out = append(out, v.Text)
		}
	}
	return out
}

// values puts other values in the place of one.
func (c *changer) values(at []string, wanted []*yamltree.Node) {
	n := c.root.At(at...)
	c.changed(remove(c.root, at), "removed", at)
	for _, v := range wanted {
		c.changed(set(c.root, at, v), "replaced", at)
		if m := c.merged(n, v); m != nil {
			c.changed(set(c.root, at, m), "extended", at)
		}
	}
	if n.Kind == yamltree.String {
		for _, w := range spoiled([]string{n.Text}) {
			c.changed(set(c.root, at, text(w)), "changed", at)
		}
	}
	for _, v := range plainValues() {
		c.changed(set(c.root, at, v), "replaced", at)
	}
}

// merged adds the members, or items, of a wanted value to an existing one, so
// that what else it needs to be valid is still there; nil where the kinds
// differ.
func (c *changer) merged(n, wanted *yamltree.Node) *yamltree.Node {
	if n.Kind != wanted.Kind || len(wanted.Items) == 0 {
		return nil
	}
	if n.Kind == yamltree.Mapping {
		return overlaid(n, wanted)
	}
	if n.Kind != yamltree.Sequence {
		return nil
	}
	model := c.model(n)
	out := *n
	out.Items = slices.Clone(n.Items)
	for _, item := range wanted.Items {
		if model != nil && model.Kind == yamltree.Mapping && item.Kind == yamltree.Mapping {
			item = overlaid(model, item)
		}
		out.Items = append(out.Items, item)
	}
	return &out
}

// model is an item of a list that others can be made after.
func (c *changer) model(n *yamltree.Node) *yamltree.Node {
	for _, item := range n.Items {
		if item.Index("$ref") < 0 {
			return item
		}
	}
	for _, item := range n.Items {
		if target := c.target(item); target != nil {
			return target
		}
	}
	return nil
}

// target is what a reference within the document leads to.
func (c *changer) target(n *yamltree.Node) *yamltree.Node {
	ref, _ := n.Lookup("$ref").StringValue()
	path, err := yamltree.ParsePointer(strings.TrimPrefix(ref, "#"))
	if err != nil || !strings.HasPrefix(ref, "#/") {
		return nil
	}
	return c.root.At(path...)
}

func overlaid(n, over *yamltree.Node) *yamltree.Node {
	for i, key := range over.Keys {
		if at := n.Index(key.Name); at >= 0 {
			n = withItem(n, at, over.Items[i])
		} else {
			n = member(n, key.Name, over.Items[i])
		}
	}
	return n
}

// members adds and removes the members that the options of the function name.
func (c *changer) members(at []string, then rules.Then) {
	n := c.root.At(at...)
	if n == nil || n.Kind != yamltree.Mapping || then.Options == nil {
		return
	}
	without, all := c.root, c.root
	for _, name := range optionTexts(then.Options) {
		if n.Index(name) >= 0 {
			c.changed(remove(c.root, below(at, name)), "removed", below(at, name))
			without = remove(without, below(at, name))
			continue
		}
		for i := range min(len(n.Items), 2) {
			c.changed(insert(c.root, at, name, n.Items[i]), "added", below(at, name))
		}
		for _, v := range []*yamltree.Node{text("x"), object(), list(), boolean(true)} {
			c.changed(insert(c.root, at, name, v), "added", below(at, name))
		}
		if len(n.Items) > 0 {
			all = insert(all, at, name, n.Items[0])
		}
	}
	c.changed(without, "removed members of", at)
	c.changed(all, "added members to", at)
	c.changed(edit(c.root, at, func(n *yamltree.Node) *yamltree.Node {
		return cut(n, min(1, len(n.Items)), len(n.Items))
	}), "removed members of", at)
}

// optionTexts are the names and texts that the options of a function hold.
func optionTexts(options *yamltree.Node) []string {
	var out []string
	walk(options, func(path []string, n *yamltree.Node) bool {
		if n.Kind == yamltree.String && len(path) > 0 && !slices.Contains(out, n.Text) {
			out = append(out, n.Text)
		}
		if len(path) > 1 && path[len(path)-2] == "properties" && !slices.Contains(out, path[len(path)-1]) {
			out = append(out, path[len(path)-1])
		}
		return len(out) < 60
	})
	return out
}

// around changes what the judged value is in: it removes, renames, repeats and
// empties the selected value and those above it.
func (c *changer) around(look ruleset.Look) {
	for depth := len(look.Given); depth > 0; depth-- {
		at := look.Given[:depth]
		c.changed(remove(c.root, at), "removed", at)
		c.repeat(at)
		if name := at[depth-1]; c.root.At(at[:depth-1]...).Kind == yamltree.Mapping {
			c.changed(rename(c.root, at, name+"x"), "renamed", at)
		}
	}
	if n := c.root.At(look.Given...); n != nil && !n.IsScalar() {
		for _, v := range plainValues()[:6] {
			c.changed(set(c.root, look.Given, v), "replaced", look.Given)
		}
	}
	if n := c.root.At(look.Target...); n != nil && len(look.Missing) == 0 {
		for i := range min(len(n.Items), 30) {
			at := below(look.Target, stepName(n, i))
			c.changed(remove(c.root, at), "removed", at)
		}
	}
}

// repeat puts a copy of a value beside it.
func (c *changer) repeat(at []string) {
	parent, last := at[:len(at)-1], at[len(at)-1]
	n := c.root.At(at...)
	c.changed(insert(c.root, parent, copyName(last), n), "repeated", at)
}

// copyName is a name for the copy of what has a name.
func copyName(name string) string {
	if strings.HasPrefix(name, "/") {
		return strings.TrimSuffix(name, "/") + "/copy"
	}
	if _, err := strconv.Atoi(name); err == nil {
		if len(name) == 3 { // a status
			return name[:2] + string('0'+(name[2]-'0'+1)%10)
		}
		return name + "1"
	}
	return name + "Copy"
}

// far are changes of everything below a place, of each kind.
func far(root *yamltree.Node, at []string, limit int) iter.Seq[change] {
	return func(yield func(change) bool) {
		c := &changer{root: root, yield: yield}
		n := root.At(at...)
		if n == nil {
			return
		}
		alike := map[string][]*yamltree.Node{}
		walk(n, func(path []string, n *yamltree.Node) bool {
			if len(path) > 0 && n.IsScalar() {
				name := path[len(path)-1]
				alike[name] = append(alike[name], n)
			}
			return true
		})
		seen := 0
		walk(n, func(path []string, n *yamltree.Node) bool {
			if seen++; seen > limit || c.done {
				return false
			}
			if len(path) > 0 {
				c.everything(below(at, path...), n, alike[path[len(path)-1]])
			}
			return true
		})
	}
}

// everything changes one value in each of the ways that need no rule.
func (c *changer) everything(at []string, n *yamltree.Node, alike []*yamltree.Node) {
	c.changed(remove(c.root, at), "removed", at)
	c.repeat(at)
	c.changed(rename(c.root, at, copyName(at[len(at)-1])), "renamed", at)
	switch n.Kind {
	case yamltree.String:
		for _, w := range []string{"", n.Text + "/", n.Text + "x", "{x}", n.Text + "{x}", strings.ToUpper(n.Text), "<script>eval()</script>", "https://example.com"} {
			c.changed(set(c.root, at, text(w)), "changed", at)
		}
		for _, other := range alike[:min(len(alike), 6)] {
			c.changed(set(c.root, at, other), "replaced", at)
		}
		c.changed(set(c.root, at, number(7)), "replaced", at)
	case yamltree.Number:
		c.changed(set(c.root, at, number(-1)), "replaced", at)
		c.changed(set(c.root, at, text("x")), "replaced", at)
	case yamltree.Bool:
		c.changed(set(c.root, at, boolean(n.Text != "true")), "replaced", at)
	case yamltree.Sequence, yamltree.Mapping:
		c.changed(edit(c.root, at, func(n *yamltree.Node) *yamltree.Node { return cut(n, 0, len(n.Items)) }), "emptied", at)
		c.extend(at, n)
		if len(n.Items) > 1 {
			c.changed(edit(c.root, at, reversed), "reversed", at)
		}
	}
	c.changed(set(c.root, at, null()), "replaced", at)
}

// extend adds something that was not there, by the kind of what is there.
func (c *changer) extend(at []string, n *yamltree.Node) {
	v := text("x")
	if len(n.Items) > 0 {
		v = n.Items[0]
	}
	c.changed(insert(c.root, at, "x-added", text("x")), "extended", at)
	c.changed(insert(c.root, at, "added", v), "extended", at)
	for _, name := range []string{"callbacks", "servers", "anyOf", "oneOf", "items", "example", "variables"} {
		if n.Kind == yamltree.Mapping && n.Index(name) < 0 {
			for _, v := range []*yamltree.Node{object(), list(object()), list(text("x"))} {
				c.changed(insert(c.root, at, name, v), "extended", at)
			}
		}
	}
}

func reversed(n *yamltree.Node) *yamltree.Node {
	out := *n
	out.Items = slices.Clone(n.Items)
	slices.Reverse(out.Items)
	if n.Kind == yamltree.Mapping {
		out.Keys = slices.Clone(n.Keys)
		slices.Reverse(out.Keys)
	}
	return &out
}
