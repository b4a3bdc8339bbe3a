package sparql

import (
	"math"
	"strings"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// tripleOf makes a triple term as an index keeps it, with language tags in small
// letters; it reports whether the terms can be in one.
func tripleOf(s, p, o rdf.Term) (rdf.Term, bool) {
	if s.Kind != rdf.IRITerm && s.Kind != rdf.BlankTerm || p.Kind != rdf.IRITerm || o.IsZero() {
		return rdf.Term{}, false
	}
	o.Language = strings.ToLower(o.Language)
	return rdf.Triple(s, p, o), true
}

// directionOf is the direction of a name.
func directionOf(name string) (rdf.Direction, bool) {
	for _, d := range [...]rdf.Direction{rdf.LeftToRight, rdf.RightToLeft} {
		if name == d.String() {
			return d, true
		}
	}
	return rdf.NoDirection, false
}

// termCost is what it costs to match a pattern that says what a triple term is
// made of: nothing, but only once either side is known.
//
// Of what something reifies, the terms that have a known one in them can be had, too.
func (e *evaluator) termCost(t triple, named tripleTerm, r row) int {
	if r[named.variable] != 0 || e.fixed(t.subject, r) && e.fixed(t.predicate, r) && e.fixed(t.object, r) {
		return 0
	}
	if named.reified {
		if n, ok := e.reifiedCost(t, r); ok {
			return n
		}
	}
	return math.MaxInt
}

// matchTerm matches a pattern that says what a triple term is made of: it takes the
// term apart, or looks up the one that is made of what is known. Where neither is
// known there is nothing to match: some other pattern has the variable.
func (e *evaluator) matchTerm(t triple, named tripleTerm, r row, then func() bool) bool {
	variable := named.variable
	if cost := e.termCost(t, named, r); cost > 0 && cost < math.MaxInt {
		for _, id := range e.reifiedLike(t, r) {
			e.tick()
			r[variable] = id
			more := e.matchTerm(t, named, r, then)
			r[variable] = 0
			if !more {
				return false
			}
		}
		return true
	}
	places := [...]slot{t.subject, t.predicate, t.object}
	if r[variable] == 0 {
		var terms [3]rdf.Term
		for i, s := range places {
			if terms[i] = s.term; s.isVar() {
				terms[i] = e.term(r[s.variable])
			}
		}
		made, ok := tripleOf(terms[0], terms[1], terms[2])
		if !ok {
			return true
		}
		id, ok := e.numbered(made)
		if !ok {
			return true
		}
		r[variable] = id
		more := then()
		r[variable] = 0
		return more
	}
	found, ok := e.partsOf(r[variable])
	if !ok {
		return true
	}
	var bound [3]int
	n := 0
	for i, s := range places {
		switch {
		case !s.isVar():
			ok = ok && e.id(s.term) == found[i]
		case r[s.variable] == 0:
			r[s.variable] = found[i]
			bound[n] = s.variable
			n++
		default:
			ok = ok && r[s.variable] == found[i]
		}
	}
	more := !ok || then()
	for _, v := range bound[:n] {
		r[v] = 0
	}
	return more
}

// mostParts is how many triple terms are remembered with their parts.
const mostParts = 1 << 16

// partsOf returns the numbers of the terms of a triple term.
func (e *evaluator) partsOf(id index.ID) ([3]index.ID, bool) {
	if found, ok := e.triples[id]; ok {
		return found, true
	}
	s, p, o, ok := e.term(id).Triple()
	if !ok {
		return [3]index.ID{}, false
	}
	found := [3]index.ID{e.id(s), e.id(p), e.id(o)}
	if len(e.triples) >= mostParts {
		clear(e.triples)
	}
	if e.triples == nil {
		e.triples = map[index.ID][3]index.ID{}
	}
	e.triples[id] = found
	return found, true
}

// evalLateral evaluates the right side for each solution of the left, with what that
// binds put into it, as into EXISTS.
func (e *evaluator) evalLateral(n *lateral, in row, yield func(row) bool) bool {
	return e.run(n.left, in, func(l row) bool {
		start := l.clone()
		return e.runFrom(start, true, n.right, start, yield)
	})
}

// tripleFunctions are those on triple terms, and on languages and directions
// (SPARQL 1.2, sections 17.4.2 and 17.4.6).
var tripleFunctions = map[string]func([]value) (value, error){
	"TRIPLE": func(a []value) (value, error) {
		t, ok := tripleOf(a[0].term, a[1].term, a[2].term)
		if !ok {
			return value{}, errType
		}
		return valueOf(t), nil
	},
	"SUBJECT":   func(a []value) (value, error) { return partOf(a[0], 0) },
	"PREDICATE": func(a []value) (value, error) { return partOf(a[0], 1) },
	"OBJECT":    func(a []value) (value, error) { return partOf(a[0], 2) },
	"ISTRIPLE":  func(a []value) (value, error) { return boolean(a[0].kind == kindTriple), nil },
	"LANGDIR": func(a []value) (value, error) {
		if !a[0].literal() {
			return value{}, errType
		}
		return text(a[0].term.Direction.String()), nil
	},
	"HASLANG":    func(a []value) (value, error) { return boolean(a[0].kind == kindLang), nil },
	"HASLANGDIR": func(a []value) (value, error) { return boolean(a[0].term.Direction != rdf.NoDirection), nil },
	"STRLANGDIR": func(a []value) (value, error) {
		for _, v := range a {
			if v.kind != kindString {
				return value{}, errType
			}
		}
		d, ok := directionOf(a[2].term.Value)
		if !ok || !isLanguage(a[1].term.Value) {
			return value{}, errType
		}
		return valueOf(rdf.DirLangString(a[0].term.Value, a[1].term.Value, d)), nil
	},
}

// partOf is a term of a triple term.
func partOf(v value, which int) (value, error) {
	s, p, o, ok := v.term.Triple()
	if !ok {
		return value{}, errType
	}
	return valueOf([...]rdf.Term{s, p, o}[which]), nil
}

// sameLanguage reports whether two texts are of one language and direction.
func sameLanguage(a, b value) bool {
	return a.term.Direction == b.term.Direction && strings.EqualFold(a.term.Language, b.term.Language)
}

func partsOfValue(v value) [3]value {
	s, p, o, _ := v.term.Triple()
	return [3]value{valueOf(s), valueOf(p), valueOf(o)}
}

// equalTriples is = of triple terms: that of their terms. One that is not equal
// decides it, whatever is not known of another.
func equalTriples(a, b value) (bool, error) {
	left, right := partsOfValue(a), partsOfValue(b)
	var failed error
	for i := range left {
		same, err := equalValues(left[i], right[i])
		if err == nil && !same {
			return false, nil
		}
		if err != nil {
			failed = err
		}
	}
	return failed == nil, failed
}

// orderTriples orders triple terms by their terms, subjects first.
func orderTriples(a, b value) int {
	left, right := partsOfValue(a), partsOfValue(b)
	for i := range left {
		if c := orderValues(left[i], right[i]); c != 0 {
			return c
		}
	}
	return strings.Compare(a.term.Value, b.term.Value)
}
