package sparql

import (
	"fmt"
	"math"
	"slices"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/words"
)

// textNS is the namespace of what is here beside the standards.
const textNS = "https://w3id.org/trialweave/ns#"

// matchesIRI names the property that a literal has for the words that it
// matches, and the function that reports whether it does.
const matchesIRI = textNS + "matches"

// wordFunctions are those on the words of literals.
var wordFunctions = map[string]function{
	matchesIRI: {2, 2, "", func(e *evaluator, a []value) (value, error) {
		return e.withWords(a, func(q *words.Query, t *words.Text) value { return boolean(q.Matches(t)) })
	}},
	textNS + "score": {2, 2, "", func(e *evaluator, a []value) (value, error) {
		return e.withWords(a, func(q *words.Query, t *words.Text) value { return floatValue(e.score(q, t), kindDouble) })
	}},
	textNS + "snippet": {2, 4, "", snippet},
}

// wordSearch is what an evaluator keeps of words.
type wordSearch struct {
	scanner     words.Scanner
	queries     map[string]*wordQuery
	frequencies map[*words.Query]float64
	counted     bool
	literals    float64
	length      float64 // of a literal, on average
	hints       map[*bgp][]*hint
}

// wordQuery is a query that was read, and the literals that match it, in order.
type wordQuery struct {
	*words.Query
	err   error
	found []index.ID
	asked bool
}

func (e *evaluator) wordQuery(text string) *wordQuery {
	q := e.words.queries[text]
	if q == nil {
		if e.words.queries == nil || len(e.words.queries) >= maxRegexes {
			e.words.queries = map[string]*wordQuery{}
		}
		q = &wordQuery{}
		if q.Query, q.err = words.Parse(text); q.err != nil {
			q.err = errType
		}
		e.words.queries[text] = q
	}
	return q
}

func (e *evaluator) withWords(a []value, f func(*words.Query, *words.Text) value) (value, error) {
	if !a[0].literal() || a[1].kind != kindString {
		return value{}, errType
	}
	q := e.wordQuery(a[1].term.Value)
	if q.err != nil {
		return value{}, q.err
	}
	return f(q.Query, e.wordsOf(a[0].term.Value)), nil
}

// wordsOf takes a text apart, which takes several times its memory.
func (e *evaluator) wordsOf(text string) *words.Text {
	const long, share = 1 << 20, 8
	if len(text) > long {
		e.checkText(share * len(text))
	}
	e.words.scanner.Tick = e.interrupted
	return e.words.scanner.Read(text)
}

func snippet(e *evaluator, a []value) (value, error) {
	before, behind := "**", "**"
	for i, mark := range a[2:] {
		if mark.kind != kindString {
			return value{}, errType
		}
		if behind = mark.term.Value; i == 0 {
			before = mark.term.Value
		}
	}
	return e.withWords(a, func(q *words.Query, t *words.Text) value {
		s := q.Snippet(t, before, behind)
		e.checkText(len(s))
		return like(a[0], s)
	})
}

// The parameters of BM25 as most engines have them.
const (
	bm25Frequency = 1.2
	bm25Length    = 0.75
)

// score is the relevance of a text by Okapi BM25: of each phrase how often the
// text has it, for its length, and how few literals of the index do.
func (e *evaluator) score(q *words.Query, t *words.Text) float64 {
	s := &e.words
	if !s.counted {
		literals, count := e.store.Literals(e.tick)
		s.counted, s.literals, s.length = true, float64(literals), float64(count)/float64(max(1, literals))
		s.frequencies = map[*words.Query]float64{}
	}
	sum := 0.0
	q.Phrases(t, func(phrase *words.Query, times int) {
		if times == 0 {
			return
		}
		n, known := s.frequencies[phrase]
		if !known {
			n = math.Min(float64(e.store.Frequency(phrase, e.tick)), s.literals)
			s.frequencies[phrase] = n
		}
		rarity := math.Log(1 + (s.literals-n+0.5)/(n+0.5))
		f := float64(times)
		sum += rarity * f * (bm25Frequency + 1) / (f + bm25Frequency*(1-bm25Length+bm25Length*float64(t.Len())/math.Max(1, s.length)))
	})
	return sum
}

// matchesWords reports whether a pattern asks for words, and not for a triple.
func (t triple) matchesWords() bool { return t.path == nil && t.predicate.term.Value == matchesIRI }

// checkMatches refuses patterns that ask for words in a way that has no meaning.
func (p *parser) checkMatches(at int, made []triple) {
	for _, t := range made {
		switch {
		case t.path != nil:
			if names(t.path, matchesIRI) {
				p.fail(at, "tw:matches within a path, expected it alone as a predicate")
			}
		case !t.matchesWords():
		case !t.subject.isVar() || p.query.names[t.subject.variable] == "":
			p.fail(at, "tw:matches of a term, expected a variable, of which literals are the values")
		case t.object.isVar() || valueOf(t.object.term).kind != kindString:
			p.fail(at, `the words of tw:matches must be a constant string, such as "diabetes AND insulin"`)
		default:
			p.checkQuery(at, t.object.term)
		}
	}
}

func (p *parser) checkQuery(at int, text rdf.Term) {
	if _, err := words.Parse(text.Value); err != nil {
		p.fail(at, fmt.Sprintf("the words %q: %v", text.Value, err))
	}
}

// checkWords refuses words that a query has as a constant and that are invalid:
// they would be an error in every row.
func (p *parser) checkWords(at int, call castExpr) {
	if _, ok := wordFunctions[call.iri]; !ok || len(call.args) < 2 || p.services > 0 {
		return
	}
	c, ok := call.args[1].(constExpr)
	switch {
	case !ok:
	case valueOf(c.term).kind != kindString:
		p.fail(at, `the words must be a string, such as "diabetes AND insulin"`)
	default:
		p.checkQuery(at, c.term)
	}
}

// names reports whether an IRI is part of a path.
func names(p path, iri string) bool {
	has := func(t rdf.Term) bool { return t.Value == iri }
	switch p := p.(type) {
	case pathIRI:
		return has(p.iri)
	case pathInverse:
		return names(p.inner, iri)
	case pathSequence:
		return names(p.left, iri) || names(p.right, iri)
	case pathChoice:
		return names(p.left, iri) || names(p.right, iri)
	case pathRepeat:
		return names(p.inner, iri)
	case pathNegated:
		return slices.ContainsFunc(p.forward, has) || slices.ContainsFunc(p.backward, has)
	}
	return false
}

// matchWords binds a variable to the literals that match the words and are
// objects of the active graph, or asks whether the one that it has does and is.
func (e *evaluator) matchWords(t triple, r row, then func() bool) bool {
	v := t.subject.variable
	q := e.wordQuery(t.object.term.Value)
	if q.err != nil {
		return true
	}
	if id := r[v]; id != 0 {
		return !e.wordsMatch(q, id) || !e.isObject(id) || then()
	}
	for _, id := range e.matching(q) {
		e.tick()
		if !e.isObject(id) {
			continue
		}
		r[v] = id
		more := then()
		r[v] = 0
		if !more {
			return false
		}
	}
	return true
}

func (e *evaluator) isObject(id index.ID) bool {
	return int(id) <= e.terms && !e.quads(index.Quad{index.Object: id, index.Graph: e.active.graph}, func(index.Quad) bool { return false })
}

// matching lists the literals of the index that match, in order.
func (e *evaluator) matching(q *wordQuery) []index.ID {
	if !q.asked {
		q.found, q.asked = e.store.Matching(q.Query, e.reading), true
		const bytesOfNumber = 4
		e.keep(bytesOfNumber * len(q.found))
	}
	return q.found
}

// reading is called before numbers of literals are read: it ends a query that is
// over, or that would hold too many.
func (e *evaluator) reading(n int) {
	const bytesOfNumber, many, share = 4, 1 << 10, 4
	if n >= many {
		e.interrupted()
	} else {
		e.tick()
	}
	if most := e.opts.Limits.Bytes; most > 0 && n*bytesOfNumber > most/share {
		panic(stop{limitReached(BoundMemory, "of %d bytes of memory", most)})
	}
}

// wordsMatch reports whether a term is a literal that matches.
func (e *evaluator) wordsMatch(q *wordQuery, id index.ID) bool {
	if int(id) > e.terms {
		return false // it is not in the graph
	}
	if q.asked || e.store.HasText() {
		_, found := slices.BinarySearch(e.matching(q), id)
		return found
	}
	t := e.term(id)
	return t.Kind == rdf.LiteralTerm && q.Matches(e.wordsOf(t.Value))
}

// wordsCost is how many literals a pattern of words has to look at.
func (e *evaluator) wordsCost(t triple, r row) int {
	switch {
	case r[t.subject.variable] != 0:
		return 1
	case e.store.HasText():
		return len(e.matching(e.wordQuery(t.object.term.Value)))
	}
	return e.terms
}
