package sparql

import (
	"slices"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// mostAsked bounds what is listed of a query: who asks of more is a program, and
// the lists are made for people.
const mostAsked = 1000

// Comparison is a constant that a query compares with the values of a property.
type Comparison struct {
	Property rdf.Term
	// Operator is one of = != < > <= >=, or IN, or VALUES.
	Operator string
	Value    rdf.Term
}

// Comparisons lists the constants that a query compares with a variable that is
// the value of a property, each once.
func (q *Query) Comparisons() []Comparison {
	m := q.mentioning()
	seen := map[Comparison]bool{}
	var out []Comparison
	for _, use := range m.compared {
		for _, p := range m.properties[use.variable] {
			if c := (Comparison{p, use.operator, use.value}); !seen[c] && !use.value.IsZero() {
				seen[c] = true
				out = append(out, c)
			}
		}
		if len(out) >= mostAsked {
			break
		}
	}
	return out
}

// Required lists the properties without which a query finds nothing, each once: those of
// patterns that are neither in OPTIONAL, UNION, MINUS or EXISTS nor of a path that has
// other ways.
func (q *Query) Required() []rdf.Term {
	var out termList
	var ofPath func(path)
	ofPath = func(p path) {
		switch p := p.(type) {
		case pathIRI:
			out.add(p.iri)
		case pathInverse:
			ofPath(p.inner)
		case pathSequence:
			ofPath(p.left)
			ofPath(p.right)
		}
	}
	var ofNode func(node)
	ofNode = func(n node) {
		switch n := n.(type) {
		case *union:
			return
		case *leftJoin:
			ofNode(n.left)
			return
		case *minus:
			ofNode(n.left)
			return
		case *bgp:
			for _, t := range n.patterns {
				switch {
				case t.path != nil:
					ofPath(t.path)
				case !t.matchesWords():
					out.add(t.predicate.term)
				}
			}
		}
		for _, part := range parts(n) {
			ofNode(part)
		}
	}
	ofNode(q.root)
	return out.all
}

// GraphNames lists the graphs that a query names: in FROM, FROM NAMED and GRAPH.
func (q *Query) GraphNames() []rdf.Term {
	var out termList
	add := func(t rdf.Term) {
		if t.Kind == rdf.IRITerm {
			out.add(t)
		}
	}
	for _, t := range slices.Concat(q.from, q.fromNamed) {
		add(t)
	}
	walk(q.root, func(n node) {
		if g, ok := n.(*graph); ok && !g.name.isVar() {
			add(g.name.term)
		}
	}, func(expr) {})
	return out.all
}

// Unbound lists the variables that a query, or a query in it, selects, describes
// or puts into a template, and that none of its patterns binds.
func (q *Query) Unbound() []string {
	known := newSets()
	var out unique[string]
	add := func(v int, bound varSet) {
		if name := q.names[v]; name != "" && !bound.has(v) {
			out.add(name)
		}
	}
	walk(q.root, func(n node) {
		if p, ok := n.(*project); ok {
			bound := known.visible(p.inner)
			for _, v := range p.from {
				add(v, bound)
			}
		}
	}, func(expr) {})
	var used varSet
	for _, t := range q.template {
		used.addAll(t.variables())
	}
	for _, s := range q.describe {
		used.addAll(slotSet(s))
	}
	bound := known.visible(q.root)
	for _, v := range used.list() {
		add(v, bound)
	}
	return out.all
}

// PropertyOf is a property that a query asks of things of some classes.
type PropertyOf struct {
	Classes  []rdf.Term
	Property rdf.Term
}

// PropertiesOf lists the properties that a query asks of a variable or term for
// which it also asks that it be of a class; of a query of very many patterns,
// none.
func (q *Query) PropertiesOf() []PropertyOf {
	size := 0
	walk(q.root, func(n node) {
		if size++; size <= mostAsked {
			if b, ok := n.(*bgp); ok {
				size += len(b.patterns)
			}
		}
	}, func(expr) {})
	if size > mostAsked {
		return nil
	}
	a := asking{known: map[node]classesOf{}}
	a.pattern(q.root, nil)
	return a.out
}

// asking goes down a pattern with the classes of what is around.
type asking struct {
	out   []PropertyOf
	known map[node]classesOf
}

// classesOf are the classes that slots must have.
type classesOf map[slot][]rdf.Term

func (c classesOf) with(more classesOf) classesOf {
	if len(more) == 0 {
		return c
	}
	out := classesOf{}
	for _, from := range [...]classesOf{c, more} {
		for s, classes := range from {
			out[s] = append(slices.Clone(out[s]), classes...)
		}
	}
	return out
}

var typeIRI = rdf.IRI("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

// certain returns the classes that all solutions of a pattern have.
func (a *asking) certain(n node) classesOf {
	c, met := a.known[n]
	if !met {
		c = a.findCertain(n)
		a.known[n] = c
	}
	return c
}

func (a *asking) findCertain(n node) classesOf {
	switch n := n.(type) {
	case *bgp:
		out := classesOf{}
		for _, t := range n.patterns {
			if t.path == nil && t.predicate.term == typeIRI && t.object.term.Kind == rdf.IRITerm {
				out[t.subject] = append(out[t.subject], t.object.term)
			}
		}
		return out
	case *join:
		return a.certain(n.left).with(a.certain(n.right))
	case *lateral:
		return a.certain(n.left).with(a.certain(n.right))
	case *leftJoin:
		return a.certain(n.left)
	case *filter:
		return a.certain(n.inner)
	case *extend:
		return a.certain(n.inner)
	case *graph:
		return a.certain(n.inner)
	}
	return nil
}

func (a *asking) pattern(n node, around classesOf) {
	switch n := n.(type) {
	case *bgp:
		a.triples(n, around.with(a.certain(n)))
	case *join:
		around = around.with(a.certain(n.left)).with(a.certain(n.right))
		a.pattern(n.left, around)
		a.pattern(n.right, around)
	case *lateral:
		around = around.with(a.certain(n.left)).with(a.certain(n.right))
		a.pattern(n.left, around)
		a.pattern(n.right, around)
	case *leftJoin:
		around = around.with(a.certain(n.left))
		a.pattern(n.left, around)
		a.pattern(n.right, around)
	case *minus:
		a.pattern(n.left, around)
		a.pattern(n.right, around.with(a.certain(n.left)))
	case *union:
		a.pattern(n.left, around)
		a.pattern(n.right, around)
	case *filter:
		a.pattern(n.inner, around)
	case *extend:
		a.pattern(n.inner, around)
	case *graph:
		a.pattern(n.inner, around)
	case *group:
		a.pattern(n.inner, nil)
	case *project:
		a.pattern(n.inner, nil)
	case *distinct:
		a.pattern(n.inner, around)
	case *orderBy:
		a.pattern(n.inner, around)
	case *slice:
		a.pattern(n.inner, around)
	}
}

func (a *asking) triples(n *bgp, around classesOf) {
	for _, t := range n.patterns {
		property := t.predicate.term
		if t.path != nil {
			p, ok := t.path.(pathIRI)
			if !ok {
				continue
			}
			property = p.iri
		}
		classes := around[t.subject]
		if property.Kind != rdf.IRITerm || t.matchesWords() || property == typeIRI || len(classes) == 0 {
			continue
		}
		classes = slices.Clone(classes)
		slices.SortFunc(classes, func(a, b rdf.Term) int { return strings.Compare(a.Value, b.Value) })
		a.out = append(a.out, PropertyOf{slices.Compact(classes), property})
	}
}
