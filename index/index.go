// Package index holds a set of quads so that every pattern of them is found
// fast: terms are numbered, quads are rows of numbers, and sorted in four orders.
//
// A Builder takes quads; Build makes the Index, which never changes and may be
// read from several goroutines.
package index

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// ID is the number of a term of an index. The zero ID is no term: in a
// pattern it stands for any, as a graph for the default graph.
type ID uint32

// Quad is a quad as numbers: subject, predicate, object, graph.
type Quad [4]ID

// Places of a term in a quad.
const (
	Subject = iota
	Predicate
	Object
	Graph
)

// order is a sequence of places by which quads are sorted.
type order [4]uint8

// The orders that an index keeps. Each pattern of bound places but those with
// a graph and no subject is a prefix of one of them; the rest are scanned
// within a graph.
var orders = [...]order{
	{Subject, Predicate, Object, Graph},
	{Predicate, Object, Subject, Graph},
	{Object, Subject, Predicate, Graph},
	{Graph, Subject, Predicate, Object},
}

// Index is an immutable set of quads.
type Index struct {
	terms  []rdf.Term // terms[0] is not used
	ids    map[rdf.Term]ID
	sorted [len(orders)][]Quad
	graphs []ID
	// distinct counts the triples whatever their graph.
	distinct int
}

// Builder collects quads for an index.
type Builder struct {
	terms []rdf.Term
	ids   map[rdf.Term]ID
	quads []Quad
}

// NewBuilder returns an empty builder.
func NewBuilder() *Builder {
	return &Builder{terms: make([]rdf.Term, 1), ids: map[rdf.Term]ID{}}
}

// Add takes a quad; the same quad may come several times.
func (b *Builder) Add(q rdf.Quad) {
	b.quads = append(b.quads, Quad{b.id(q.Subject), b.id(q.Predicate), b.id(q.Object), b.id(q.Graph)})
}

// AddGraph makes a named graph known that may hold no quad.
func (b *Builder) AddGraph(name rdf.Term) { b.id(name) }

func (b *Builder) id(t rdf.Term) ID {
	if t.IsZero() {
		return 0
	}
	// Language tags mean the same in capitals (RDF 1.1 Concepts, section 3.3).
	t.Language = strings.ToLower(t.Language)
	if id, ok := b.ids[t]; ok {
		return id
	}
	id := ID(len(b.terms))
	b.terms = append(b.terms, t)
	b.ids[t] = id
	return id
}

// Build makes the index. The builder is empty afterwards.
func (b *Builder) Build() *Index {
	x := &Index{terms: b.terms, ids: b.ids}
	quads := b.quads
	*b = *NewBuilder()
	for i, o := range orders {
		if i > 0 {
			quads = slices.Clone(quads)
		}
		slices.SortFunc(quads, o.compare)
		quads = slices.Compact(quads)
		x.sorted[i] = quads
	}
	x.summarize()
	return x
}

func (x *Index) summarize() {
	for i, q := range x.sorted[0] {
		if i == 0 || !sameTriple(q, x.sorted[0][i-1]) {
			x.distinct++
		}
	}
	for i, q := range x.sorted[3] {
		if q[Graph] != 0 && (i == 0 || q[Graph] != x.sorted[3][i-1][Graph]) {
			x.graphs = append(x.graphs, q[Graph])
		}
	}
}

func sameTriple(a, b Quad) bool { return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] }

func (o order) compare(a, b Quad) int {
	for _, p := range o {
		if c := cmp.Compare(a[p], b[p]); c != 0 {
			return c
		}
	}
	return 0
}

// Len counts the quads.
func (x *Index) Len() int { return len(x.sorted[0]) }

// Terms counts the terms; their IDs are 1 to Terms.
func (x *Index) Terms() int { return len(x.terms) - 1 }

// Term returns a term by its number.
func (x *Index) Term(id ID) rdf.Term { return x.terms[id] }

// Lookup returns the number of a term, and whether the index has it.
func (x *Index) Lookup(t rdf.Term) (ID, bool) {
	id, ok := x.ids[t]
	return id, ok
}

// Graphs returns the named graphs that hold quads, by number.
func (x *Index) Graphs() []ID { return x.graphs }

// HasGraph says whether a named graph holds quads.
func (x *Index) HasGraph(g ID) bool {
	_, found := slices.BinarySearch(x.graphs, g)
	return found
}

// Scope says which graphs a pattern is matched in.
type Scope uint8

// The scopes of a match.
const (
	// Union matches in all graphs together; a triple that several graphs hold
	// comes once.
	Union Scope = iota
	// One matches in the graph that the pattern names; the zero graph is the
	// default graph.
	One
	// Each matches in every named graph in turn; a triple comes once for each
	// graph that holds it.
	Each
)

// Match calls yield with every quad that has the numbers of the pattern in the
// places where those are not zero, until yield returns false. Under Union the
// graph of what comes is any of those that hold the triple.
func (x *Index) Match(pattern Quad, scope Scope, yield func(Quad) bool) bool {
	if scope != One {
		pattern[Graph] = 0
	}
	var last Quad
	first := true
	for _, q := range x.candidates(pattern, scope) {
		switch {
		case !fits(q, pattern) || scope == One && q[Graph] != pattern[Graph] || scope == Each && q[Graph] == 0:
			continue
		case scope == Union && !first && sameTriple(q, last):
			continue
		}
		last, first = q, false
		if !yield(q) {
			return false
		}
	}
	return true
}

func fits(q, pattern Quad) bool {
	return (pattern[0] == 0 || q[0] == pattern[0]) && (pattern[1] == 0 || q[1] == pattern[1]) && (pattern[2] == 0 || q[2] == pattern[2])
}

// Estimate returns an upper bound of how many quads match, without looking at
// them.
func (x *Index) Estimate(pattern Quad, scope Scope) int {
	return len(x.candidates(pattern, scope))
}

// candidates returns the shortest run of a sorted order that holds all matches.
func (x *Index) candidates(pattern Quad, scope Scope) []Quad {
	which, depth := bestOrder(pattern)
	run := x.run(which, pattern, depth)
	if scope == One {
		inGraph := 1
		for inGraph < 4 && pattern[orders[3][inGraph]] != 0 {
			inGraph++
		}
		if g := x.run(3, pattern, inGraph); len(g) < len(run) {
			return g
		}
	}
	return run
}

// bestOrder finds the order of which the most leading places are bound.
func bestOrder(pattern Quad) (which, depth int) {
	for i, o := range orders[:3] {
		d := 0
		for d < 3 && pattern[o[d]] != 0 {
			d++
		}
		if d > depth {
			which, depth = i, d
		}
	}
	return which, depth
}

// run returns the quads of an order that agree with the pattern in the first
// places.
func (x *Index) run(which int, pattern Quad, depth int) []Quad {
	o, all := orders[which], x.sorted[which]
	if depth == 0 {
		return all
	}
	compare := func(q Quad) int {
		for _, p := range o[:depth] {
			if c := cmp.Compare(q[p], pattern[p]); c != 0 {
				return c
			}
		}
		return 0
	}
	from := sort.Search(len(all), func(i int) bool { return compare(all[i]) >= 0 })
	to := from + sort.Search(len(all)-from, func(i int) bool { return compare(all[from+i]) > 0 })
	return all[from:to]
}
