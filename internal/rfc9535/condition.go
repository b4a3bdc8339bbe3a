package rfc9535

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/trialweave/trialweave/yamltree"
)

// condition is a logical expression of a filter.
type condition interface {
	holds(w *walk, current *yamltree.Node) bool
}

type (
	either []condition
	all    []condition
	not    struct{ of condition }
	// exists is a query by itself: it holds where it selects something.
	exists struct{ of nested }
	// comparison compares two values.
	comparison struct {
		op          string
		left, right comparable
	}
	// matches is match() or search().
	matches struct {
		whole         bool
		text, pattern comparable
	}
)

func (c either) holds(w *walk, current *yamltree.Node) bool {
	for _, one := range c {
		if one.holds(w, current) {
			return true
		}
	}
	return false
}

func (c all) holds(w *walk, current *yamltree.Node) bool {
	for _, one := range c {
		if !one.holds(w, current) {
			return false
		}
	}
	return true
}

func (c not) holds(w *walk, current *yamltree.Node) bool { return !c.of.holds(w, current) }

func (c exists) holds(w *walk, current *yamltree.Node) bool { return len(c.of.nodes(w, current)) > 0 }

func (c comparison) holds(w *walk, current *yamltree.Node) bool {
	left, right := c.left.value(w, current), c.right.value(w, current)
	switch c.op {
	case "==":
		return equal(left, right)
	case "!=":
		return !equal(left, right)
	case "<":
		return less(left, right)
	case ">":
		return less(right, left)
	case "<=":
		return less(left, right) || equal(left, right)
	}
	return less(right, left) || equal(left, right)
}

func (c matches) holds(w *walk, current *yamltree.Node) bool {
	text, ok := c.text.value(w, current).StringValue()
	if !ok {
		return false
	}
	pattern, ok := c.pattern.value(w, current).StringValue()
	if !ok {
		return false
	}
	re, err := regexp.Compile(goPattern(pattern, c.whole))
	return err == nil && re.MatchString(text)
}

// goPattern writes an I-Regexp (RFC 9485) as Go has it: a dot is any character
// but the ends of lines.
func goPattern(pattern string, whole bool) string {
	var b strings.Builder
	class := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			b.WriteString(pattern[i : i+2])
			i++
			continue
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '.' && !class:
			b.WriteString(`[^\n\r]`)
			continue
		}
		b.WriteByte(pattern[i])
	}
	if whole {
		return `\A(?:` + b.String() + `)\z`
	}
	return b.String()
}

// comparable is something with a value; nil is Nothing.
type comparable interface {
	value(w *walk, current *yamltree.Node) *yamltree.Node
}

type (
	literal struct{ of *yamltree.Node }
	// nested is a query within a filter.
	nested struct {
		absolute bool
		segments []segment
	}
	// call is a function that gives a value.
	call struct {
		name     string
		argument comparable
		nodes    nested
	}
)

func (l literal) value(*walk, *yamltree.Node) *yamltree.Node { return l.of }

func (n nested) nodes(w *walk, current *yamltree.Node) []place {
	if n.absolute {
		current = w.root
	}
	return w.query(n.segments, place{value: current})
}

// value is that of the only node.
func (n nested) value(w *walk, current *yamltree.Node) *yamltree.Node {
	if found := n.nodes(w, current); len(found) == 1 {
		return found[0].value
	}
	return nil
}

func (c call) value(w *walk, current *yamltree.Node) *yamltree.Node {
	switch c.name {
	case "count":
		return number(len(c.nodes.nodes(w, current)))
	case "value":
		return c.nodes.value(w, current)
	}
	v := c.argument.value(w, current)
	switch {
	case v == nil:
		return nil
	case v.Kind == yamltree.String:
		return number(utf8.RuneCountInString(v.Text))
	case v.Kind == yamltree.Sequence || v.Kind == yamltree.Mapping:
		return number(members(v))
	}
	return nil
}

func members(n *yamltree.Node) int {
	if n.Kind == yamltree.Sequence {
		return len(n.Items)
	}
	count := 0
	for i, key := range n.Keys {
		if n.Index(key.Name) == i {
			count++
		}
	}
	return count
}

func number(n int) *yamltree.Node {
	return &yamltree.Node{Kind: yamltree.Number, Number: float64(n)}
}

func equal(a, b *yamltree.Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case yamltree.Number:
		return a.Number == b.Number
	case yamltree.String, yamltree.Bool:
		return a.Text == b.Text
	case yamltree.Sequence:
		if len(a.Items) != len(b.Items) {
			return false
		}
		for i := range a.Items {
			if !equal(a.Items[i], b.Items[i]) {
				return false
			}
		}
	case yamltree.Mapping:
		if members(a) != members(b) {
			return false
		}
		for _, key := range a.Keys {
			if other := b.Lookup(key.Name); other == nil || !equal(a.Lookup(key.Name), other) {
				return false
			}
		}
	}
	return true
}

func less(a, b *yamltree.Node) bool {
	if a == nil || b == nil || a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case yamltree.Number:
		return a.Number < b.Number
	case yamltree.String:
		return a.Text < b.Text
	}
	return false
}
