// Package rfc9535 evaluates JSONPath queries as RFC 9535 has them: the notation
// of overlays. Rulesets are written in another dialect, that of
// internal/jsonpath.
//
// A query is compiled once and is then safe for use by several goroutines.
package rfc9535

import (
	"errors"
	"math"
	"strconv"

	"github.com/trialweave/trialweave/yamltree"
)

// Query is a compiled query.
type Query struct {
	text     string
	segments []segment
}

// String returns the query as it was written.
func (q *Query) String() string { return q.text }

// Match is a node that a query selects, with its path from the root.
type Match struct {
	Value *yamltree.Node
	Path  []string
}

// ErrBudget is returned by Select when a query visits more nodes than allowed.
var ErrBudget = errors.New("the query visits too many nodes of the document")

// Select returns the nodes that the query selects, in order; budget bounds the
// nodes that are looked at.
func (q *Query) Select(root *yamltree.Node, budget int) ([]Match, error) {
	w := &walk{root: root, budget: budget}
	found := w.query(q.segments, place{value: root})
	if w.budget < 0 {
		return nil, ErrBudget
	}
	out := make([]Match, len(found))
	for i, p := range found {
		out[i] = Match{p.value, p.path()}
	}
	return out, nil
}

// place is a node with the way to it.
type place struct {
	value *yamltree.Node
	up    *place
	name  string
}

func (p *place) path() []string {
	depth := 0
	for q := p; q.up != nil; q = q.up {
		depth++
	}
	out := make([]string, depth)
	for q := p; q.up != nil; q = q.up {
		depth--
		out[depth] = q.name
	}
	return out
}

type segment struct {
	descendant bool
	selectors  []selector
}

type selectorKind uint8

const (
	selectName selectorKind = iota
	selectWildcard
	selectIndex
	selectSlice
	selectFilter
)

type selector struct {
	kind   selectorKind
	name   string
	index  int
	slice  [3]*int
	filter condition
}

type walk struct {
	root   *yamltree.Node
	budget int
}

// spent reports whether the budget is used up, and counts one more node.
func (w *walk) spent() bool {
	w.budget--
	return w.budget < 0
}

func (w *walk) query(segments []segment, from place) []place {
	at := []place{from}
	for _, s := range segments {
		var next []place
		for _, p := range at {
			if s.descendant {
				w.descend(s, p, &next)
			} else {
				w.selected(s, p, &next)
			}
		}
		at = next
	}
	return at
}

func (w *walk) descend(s segment, p place, out *[]place) {
	w.selected(s, p, out)
	w.children(p, func(child place) { w.descend(s, child, out) })
}

func (w *walk) selected(s segment, p place, out *[]place) {
	for _, one := range s.selectors {
		if w.spent() {
			return
		}
		w.selector(one, p, out)
	}
}

func (w *walk) selector(s selector, p place, out *[]place) {
	switch s.kind {
	case selectName:
		if i := p.value.Index(s.name); i >= 0 {
			*out = append(*out, place{p.value.Items[i], &p, s.name})
		}
	case selectWildcard:
		w.children(p, func(child place) { *out = append(*out, child) })
	case selectIndex:
		i := s.index
		if i < 0 {
			i += len(p.value.Items)
		}
		w.item(p, i, out)
	case selectSlice:
		for _, i := range sliced(s.slice, p.value) {
			w.item(p, i, out)
		}
	case selectFilter:
		w.children(p, func(child place) {
			if s.filter.holds(w, child.value) {
				*out = append(*out, child)
			}
		})
	}
}

func (w *walk) item(p place, i int, out *[]place) {
	if p.value.Kind == yamltree.Sequence && i >= 0 && i < len(p.value.Items) && !w.spent() {
		*out = append(*out, place{p.value.Items[i], &p, strconv.Itoa(i)})
	}
}

func (w *walk) children(p place, visit func(place)) {
	for i, item := range p.value.Items {
		if w.spent() {
			return
		}
		if p.value.Kind == yamltree.Sequence {
			visit(place{item, &p, strconv.Itoa(i)})
		} else if name := p.value.Keys[i].Name; p.value.Index(name) == i {
			visit(place{item, &p, name})
		}
	}
}

// sliced lists the indexes of a slice (section 2.3.4.2.2).
func sliced(s [3]*int, n *yamltree.Node) (out []int) {
	step, size := 1, len(n.Items)
	if s[2] != nil {
		step = *s[2]
	}
	if n.Kind != yamltree.Sequence || step == 0 {
		return nil
	}
	from, to := 0, size
	if step < 0 {
		from, to = size-1, -size-1
	}
	if s[0] != nil {
		from = *s[0]
	}
	if s[1] != nil {
		to = *s[1]
	}
	from, to = normal(from, size), normal(to, size)
	if step > 0 {
		for i := min(max(from, 0), size); i < min(max(to, 0), size); i += min(step, size) {
			out = append(out, i)
		}
		return out
	}
	for i := min(max(from, -1), size-1); i > min(max(to, -1), size-1); i += max(step, -size) {
		out = append(out, i)
	}
	return out
}

func normal(i, size int) int {
	if i >= 0 {
		return i
	}
	if i < math.MinInt/2 {
		return -1
	}
	return size + i
}
