package sparql

import (
	"slices"

	"github.com/trialweave/trialweave/rdf"
)

// Mention is a property that a query asks for and, where it says so, a value
// that it asks it for: in a pattern, in VALUES, or compared by = or IN with the
// variable in the pattern.
type Mention struct {
	Property rdf.Term
	// Value is the zero Term where none is named.
	Value rdf.Term
}

// Mentions lists what a query asks for, each once, and the IRIs that it names
// elsewhere in patterns. What SERVICE sends elsewhere is not among it.
func (q *Query) Mentions() (mentions []Mention, iris []rdf.Term) {
	m := q.mentioning()
	for _, use := range m.compared {
		if !use.asksEqual() {
			continue
		}
		for _, p := range m.properties[use.variable] {
			if len(m.mentions.all) >= mostMentions {
				return m.mentions.all, m.iris.all
			}
			m.mentions.add(Mention{p, use.value})
		}
	}
	return m.mentions.all, m.iris.all
}

// mostMentions bounds what a query lists that compares many values with variables of
// many properties.
const mostMentions = 100_000

func (q *Query) mentioning() *mentioning {
	m := &mentioning{properties: map[int][]rdf.Term{}}
	m.pattern(q.root)
	return m
}

type mentioning struct {
	mentions   unique[Mention]
	iris       termList
	properties map[int][]rdf.Term // of which a variable is the value
	compared   []comparison
}

type comparison struct {
	variable int
	operator string
	value    rdf.Term
}

// asksEqual reports whether a value is asked for, and not an order.
func (c comparison) asksEqual() bool { return c.operator[0] != '<' && c.operator[0] != '>' }

func (m *mentioning) iri(t rdf.Term) {
	if t.Kind == rdf.IRITerm {
		m.iris.add(t)
	}
}

func (m *mentioning) pattern(n node) {
	walk(n, func(n node) {
		switch n := n.(type) {
		case *bgp:
			for _, t := range n.patterns {
				m.triple(t)
			}
		case *values:
			for _, row := range n.rows {
				for i, v := range n.variables {
					m.iri(row[i])
					m.compared = append(m.compared, comparison{v, "VALUES", row[i]})
				}
			}
		}
	}, m.expression)
	m.assigned(n)
}

// assigned notes the constants that BIND gives variables, which are joined with what
// else binds them. In UNION another pattern may bind them alone.
func (m *mentioning) assigned(n node) {
	switch n := n.(type) {
	case *union:
		return
	case *extend:
		m.comparison(varExpr{n.variable}, "=", n.by)
	}
	for _, part := range parts(n) {
		m.assigned(part)
	}
}

func (m *mentioning) triple(t triple) {
	if t.matchesWords() {
		return
	}
	m.iri(t.subject.term)
	m.iri(t.object.term)
	if _, named := t.path.(tripleTerm); t.path != nil && !named {
		m.path(t.path)
		return
	}
	if t.predicate.isVar() {
		return
	}
	p := t.predicate.term
	if t.object.isVar() {
		m.properties[t.object.variable] = append(m.properties[t.object.variable], p)
	}
	m.mentions.add(Mention{p, t.object.term})
}

func (m *mentioning) path(p path) {
	switch p := p.(type) {
	case pathIRI:
		m.mentions.add(Mention{Property: p.iri})
	case pathInverse:
		m.path(p.inner)
	case pathSequence:
		m.path(p.left)
		m.path(p.right)
	case pathChoice:
		m.path(p.left)
		m.path(p.right)
	case pathRepeat:
		m.path(p.inner)
	case pathNegated:
		for _, iri := range append(slices.Clone(p.forward), p.backward...) {
			m.mentions.add(Mention{Property: iri})
		}
	}
}

func (m *mentioning) expression(e expr) {
	switch e := e.(type) {
	case callExpr:
		if turned, ok := turnedOperators[e.name]; ok && len(e.args) == 2 {
			m.comparison(e.args[0], e.name, e.args[1])
			m.comparison(e.args[1], turned, e.args[0])
		}
		for _, a := range e.args {
			m.expression(a)
		}
	case castExpr:
		for _, a := range e.args {
			m.expression(a)
		}
	case inExpr:
		for _, item := range e.list {
			m.comparison(e.of, "IN", item)
		}
	case existsExpr:
		m.pattern(e.pattern)
	}
}

// turnedOperators are the operators that compare, and what each is with its
// sides exchanged.
var turnedOperators = map[string]string{"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}

func (m *mentioning) comparison(a expr, operator string, b expr) {
	v, isVar := a.(varExpr)
	c, isConst := b.(constExpr)
	if isVar && isConst {
		m.iri(c.term)
		m.compared = append(m.compared, comparison{v.variable, operator, c.term})
	}
}
