// Package jsonpath evaluates the dialect of JSONPath that Spectral rulesets
// are written in: Goessner's syntax with unions of bare names, "~" for keys,
// "^" for parents, and filters in a subset of JavaScript over "@",
// "@property", "@parent", "@path", "@parentProperty" and "@root".
//
// A path is compiled once and is then safe for use by several goroutines.
package jsonpath

import (
	"errors"
	"math"
	"strconv"

	"github.com/trialweave/trialweave/yamltree"
)

// Path is a compiled expression.
type Path struct {
	text  string
	steps []step
	bare  bool
}

// BareFilter reports whether the path has a filter without parentheses,
// [?@.a] for [?(@.a)], which selects nothing.
func (p *Path) BareFilter() bool { return p.bare }

// String returns the expression as it was written.
func (p *Path) String() string { return p.text }

// Match is one value that a path selects.
type Match struct {
	// Value is the selected value. For a path that ends in "~" it is a string
	// node with the name of the key.
	Value *yamltree.Node
	// Path leads from the root to the value (or to the key's value).
	Path []string
}

// ErrBudget is returned by Select when a path visits more places than allowed.
var ErrBudget = errors.New("the path visits too many places of the document")

// Limits is what Select may do; nil means no limits.
type Limits struct {
	// Places bounds the places that are looked at; default no bound.
	Places int
	// Once tells that a value can be reached by several ways, of which ".."
	// needs to take only the first; default: it takes every way.
	Once func(*yamltree.Node) bool
	// Enter returns the state of a member of a collection from that of the
	// collection, 0 for the root; the path leaves members out for which ok is
	// false. Default: it goes into all.
	Enter func(state int, in *yamltree.Node, name string, member *yamltree.Node) (next int, ok bool)
	// Sealed tells that all nodes are sealed, so that ".." can pass over what
	// cannot hold what is looked for.
	Sealed bool
}

// Select visits what the path selects, in the order of the document, until
// visit returns false. The path of a match is only valid during the call.
func (p *Path) Select(root *yamltree.Node, limits *Limits, visit func(Match) bool) error {
	w := &walk{root: root, budget: math.MaxInt, visit: visit}
	if limits != nil {
		w.once, w.seen, w.enter = limits.Once, map[visitKey]bool{}, limits.Enter
		w.sealed = limits.Sealed
		if limits.Places > 0 {
			w.budget = limits.Places
		}
	}
	w.step(place{value: root}, p.steps)
	return w.err
}

type kind uint8

const (
	stepNames     kind = iota // .a  ['a','b']  [0]
	stepAll                   // .*  [*]
	stepSlice                 // [1:3]
	stepFilter                // [?()]
	stepScript                // [()]
	stepDeep                  // ..
	stepKey                   // ~
	stepParent                // ^
	stepType                  // @string()
	stepContainer             // what a path ends in that ends in ..
)

type step struct {
	kind  kind
	names []string
	slice [3]*int
	expr  expr
	// needs are sets of names; what ".." comes to has one of each at or below it,
	// or nothing is selected there. collections tells that nothing is selected
	// in what is no collection.
	needs       []yamltree.KeySet
	collections bool
	// named tells that a filter asks for the name of the member, too.
	named bool
}

// lacks reports whether a value has nothing that the step looks for.
func (s *step) lacks(n *yamltree.Node) bool {
	below := n.Below()
	for _, names := range s.needs {
		if below&names == 0 {
			return true
		}
	}
	return false
}

// place is a node with the way to it.
type place struct {
	value  *yamltree.Node
	up     *place
	name   string
	number bool
	state  int
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

// visitKey is a value with the steps that are still to be taken below it.
type visitKey struct {
	node *yamltree.Node
	left int
}

type walk struct {
	root   *yamltree.Node
	once   func(*yamltree.Node) bool
	enter  func(int, *yamltree.Node, string, *yamltree.Node) (int, bool)
	seen   map[visitKey]bool
	sealed bool
	budget int
	visit  func(Match) bool
	done   bool
	err    error
}

func (w *walk) stop(err error) {
	if !w.done {
		w.done, w.err = true, err
	}
}

func (w *walk) step(at place, steps []step) {
	if w.budget--; w.budget < 0 {
		w.stop(ErrBudget)
	}
	if w.done {
		return
	}
	if len(steps) == 0 {
		if !w.visit(Match{at.value, at.path()}) {
			w.stop(nil)
		}
		return
	}
	w.take(at, steps[0], steps[1:])
}

// again reports whether a value that needs only one visit had it.
func (w *walk) again(n *yamltree.Node, left int) bool {
	if w.once == nil || n.IsScalar() || !w.once(n) {
		return false
	}
	key := visitKey{n, left}
	if w.seen[key] {
		return true
	}
	w.seen[key] = true
	return false
}

func (w *walk) take(at place, s step, rest []step) {
	switch s.kind {
	case stepNames:
		w.names(at, s.names, rest)
	case stepAll:
		w.children(at, func(child place) { w.step(child, rest) })
	case stepSlice:
		w.slice(at, s.slice, rest)
	case stepFilter:
		w.filter(at, s, rest)
	case stepType:
		w.children(at, func(child place) {
			if typeTests[s.names[0]](fromNode(child.value)) {
				w.step(child, rest)
			}
		})
	case stepContainer:
		if !at.value.IsScalar() {
			w.step(at, rest)
		}
	case stepScript:
		w.script(at, s.expr, rest)
	case stepDeep:
		w.deep(at, s, rest)
	case stepKey:
		w.step(place{value: keyNode(at), up: at.up, name: at.name, number: at.number}, rest)
	case stepParent:
		if at.up != nil {
			w.step(*at.up, rest)
		}
	}
}

// filter takes the members that a condition holds for.
func (w *walk) filter(at place, s step, rest []step) {
	w.childrenThat(at, func(n *yamltree.Node) bool { return !w.sealed || s.named || !s.lacks(n) }, func(child place) {
		if w.holds(s.expr, child) {
			w.step(child, rest)
		}
	})
}

// deep takes the steps that are left at a value and at all that is in it.
func (w *walk) deep(at place, s step, rest []step) {
	if w.sealed && s.lacks(at.value) || w.again(at.value, len(rest)) {
		return
	}
	w.step(at, rest)
	w.childrenThat(at, func(n *yamltree.Node) bool {
		return (!s.collections || !n.IsScalar()) && (!w.sealed || !s.lacks(n))
	}, func(child place) { w.deep(child, s, rest) })
}

func keyNode(at place) *yamltree.Node {
	r := yamltree.Range{}
	if at.up != nil {
		if i := at.up.value.Index(at.name); i >= 0 {
			r = at.up.value.Keys[i].Range
		}
	}
	if at.number {
		n, _ := strconv.ParseFloat(at.name, 64)
		return &yamltree.Node{Kind: yamltree.Number, Text: at.name, Number: n, Range: r}
	}
	return &yamltree.Node{Kind: yamltree.String, Text: at.name, Range: r}
}

// typeTests are the types that a step can ask for; a list is an object, too.
var typeTests = map[string]func(value) bool{
	"string":  func(v value) bool { return v.kind == text },
	"number":  func(v value) bool { return v.kind == number },
	"integer": func(v value) bool { return v.kind == number && v.num == math.Trunc(v.num) && !math.IsInf(v.num, 0) },
	"boolean": func(v value) bool { return v.kind == boolean },
	"null":    func(v value) bool { return v.kind == null },
	"array":   func(v value) bool { return v.isArray() },
	"object":  func(v value) bool { return v.kind == node },
	"scalar":  func(v value) bool { return v.kind != node },
}

// names follows the names in the order of the document, as Spectral does.
func (w *walk) names(at place, names []string, rest []step) {
	if len(names) == 1 {
		if child := at.value.Child(names[0]); child != nil {
			w.member(&at, child, names[0], func(child place) { w.step(child, rest) })
		}
		return
	}
	w.children(at, func(child place) {
		for _, name := range names {
			if name == child.name {
				w.step(child, rest)
				return
			}
		}
	})
}

func (w *walk) children(at place, visit func(place)) { w.childrenThat(at, nil, visit) }

// childrenThat visits the members of a collection that a function wants.
func (w *walk) childrenThat(at place, wants func(*yamltree.Node) bool, visit func(place)) {
	for i, item := range at.value.Items {
		if w.done {
			return
		}
		if wants != nil && !wants(item) {
			continue
		}
		if w.budget--; w.budget < 0 {
			w.stop(ErrBudget)
			return
		}
		if at.value.Kind == yamltree.Sequence {
			w.member(&at, item, strconv.Itoa(i), visit)
		} else if w.sealed && !at.value.Twice() || at.value.Index(at.value.Keys[i].Name) == i {
			w.member(&at, item, at.value.Keys[i].Name, visit)
		}
	}
}

// member visits a member of a collection, unless the path leaves it out.
func (w *walk) member(in *place, value *yamltree.Node, name string, visit func(place)) {
	state := 0
	if w.enter != nil {
		var ok bool
		if state, ok = w.enter(in.state, in.value, name, value); !ok {
			return
		}
	}
	visit(place{value, in, name, in.value.Kind == yamltree.Sequence, state})
}

func (w *walk) slice(at place, s [3]*int, rest []step) {
	if at.value.Kind != yamltree.Sequence {
		return
	}
	n := len(at.value.Items)
	from, to, by := bound(s[0], 0, n), bound(s[1], n, n), 1
	if s[2] != nil && *s[2] > 0 {
		by = *s[2]
	}
	for i := from; i < to; i += by {
		w.member(&at, at.value.Items[i], strconv.Itoa(i), func(child place) { w.step(child, rest) })
	}
}

func bound(v *int, otherwise, n int) int {
	if v == nil {
		return otherwise
	}
	if *v < 0 {
		return max(*v+n, 0)
	}
	return min(*v, n)
}

func (w *walk) holds(e expr, at place) bool {
	v, err := e.eval(&scope{at: &at, root: w.root})
	if err != nil {
		w.stop(err)
		return false
	}
	return v.truthy()
}

// script follows the name or index that an expression such as
// (@.length-1) gives.
func (w *walk) script(at place, e expr, rest []step) {
	v, err := e.eval(&scope{at: &at, root: w.root})
	if err != nil {
		w.stop(err)
		return
	}
	w.names(at, []string{v.text()}, rest)
}
