package sparql

import (
	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// reifiedTerms are the triple terms that something reifies, by each of the terms in
// them. A store numbers terms and does not look into them, so this is made for a
// query that asks for statements by what they say.
type reifiedTerms map[reifiedPart][]index.ID

// reifiedPart is a term at a place of a triple term.
type reifiedPart struct {
	place int
	id    index.ID
}

const (
	// mostReified is how many reified triple terms are taken apart. Where there are
	// more, patterns take apart the terms that others find.
	mostReified = 1 << 22
	// bytesOfReified is about what one takes.
	bytesOfReified = 3 * (bytesOfID + 4)
	// reifiedShare is for how many reified terms one match is expected, before they
	// are taken apart: few enough to do so rather than to go through all of them.
	reifiedShare = 4
)

// reifiedCost is about how many triple terms have what is known of one, and reports
// whether they are to be had.
func (e *evaluator) reifiedCost(t triple, r row) (int, bool) {
	if !e.fixed(t.subject, r) && !e.fixed(t.predicate, r) && !e.fixed(t.object, r) {
		return 0, false
	}
	if e.reified != nil {
		return len(e.reifiedLike(t, r)), true
	}
	reifies, known := e.numbered(rdf.IRI(rdf.RDFReifies))
	if !known {
		return 0, true
	}
	n := e.store.Predicate(reifies).Quads
	return n/reifiedShare + 1, n <= mostReified
}

// reifiedLike returns the shortest list of triple terms that have one of the terms
// that are known. They have to be compared with the others.
func (e *evaluator) reifiedLike(t triple, r row) []index.ID {
	if e.reified == nil {
		e.takeApart()
	}
	var best []index.ID
	some := false
	for place, s := range [...]slot{t.subject, t.predicate, t.object} {
		if !e.fixed(s, r) {
			continue
		}
		var id index.ID
		if s.isVar() {
			id = r[s.variable]
		} else {
			id = e.id(s.term)
		}
		if list := e.reified[reifiedPart{place, id}]; !some || len(list) < len(best) {
			best, some = list, true
		}
	}
	return best
}

// takeApart fills reified, from all graphs: what a query does not see of them, the
// pattern of what reifies them does not match.
func (e *evaluator) takeApart() {
	e.reified = reifiedTerms{}
	reifies, known := e.numbered(rdf.IRI(rdf.RDFReifies))
	if !known {
		return
	}
	var seen idSet
	e.store.Match(index.Quad{index.Predicate: reifies}, index.Union, func(q index.Quad) bool {
		e.tick()
		id := q[index.Object]
		if !seen.add(id, e.terms) {
			return true
		}
		parts, ok := e.partsOf(id)
		if !ok {
			return true
		}
		e.keep(bytesOfReified)
		for place, part := range parts {
			key := reifiedPart{place, part}
			e.reified[key] = append(e.reified[key], id)
		}
		return true
	})
}
