package sparql

import (
	"slices"

	"github.com/trialweave/trialweave/index"
)

// idSet is a set of numbers of terms: a list as long as there are very few, a map as
// long as there are few, then a bit for each term of the index.
type idSet struct {
	list []index.ID
	few  map[index.ID]struct{}
	bits []uint64
}

// bytesOfID is about what a number takes in a map, and mostListed how many numbers are
// a list.
const bytesOfID, mostListed = 32, 16

// add reports whether a number is new.
func (s *idSet) add(id index.ID, terms int) bool {
	if word := int(id) / 64; word < len(s.bits) {
		bit := uint64(1) << (id % 64)
		if s.bits[word]&bit != 0 {
			return false
		}
		s.bits[word] |= bit
		return true
	}
	if s.few == nil {
		if slices.Contains(s.list, id) {
			return false
		}
		if len(s.list) < mostListed {
			s.list = append(s.list, id)
			return true
		}
		s.few = map[index.ID]struct{}{}
		for _, other := range s.list {
			s.few[other] = struct{}{}
		}
		s.list = nil
	}
	if _, has := s.few[id]; has {
		return false
	}
	s.few[id] = struct{}{}
	if s.bits == nil && len(s.few)*bytesOfID > terms/8+1<<10 {
		s.bits = make([]uint64, terms/64+1)
		few := s.few
		s.few = nil
		for id := range few {
			s.add(id, terms)
		}
	}
	return true
}

// memo is what a condition was found to be for the values of its only variable.
type memo struct {
	variable int
	asked    int
	known    []uint64 // a bit for each term
	truth    []uint64
	many     bool // many terms are expected
	scanned  bool
}

// memoAfter is how often a condition is asked before answers are kept.
const memoAfter = 1 << 12

// manyOfTerms is the share of all terms from which on looking at all of them takes
// less than asking about each that comes.
const manyOfTerms = 4

// memoOf returns a memo for a condition that depends on one variable alone; nil
// for others. It is asked about as many values as is estimated.
func (e *evaluator) memoOf(by expr, estimate int) *memo {
	var used varSet
	addVariables(by, &used)
	list := used.list()
	if len(list) != 1 || !pure(by) {
		return nil
	}
	return &memo{variable: list[0], many: estimate > e.terms/manyOfTerms}
}

// pure reports whether an expression has one value for the same values of its
// variables, throughout a query.
func pure(e expr) bool {
	switch e := e.(type) {
	case varExpr, constExpr:
		return true
	case callExpr:
		switch e.name {
		case "RAND", "UUID", "STRUUID", "BNODE":
			return false
		}
		return allPure(e.args)
	case castExpr:
		return allPure(e.args)
	case inExpr:
		return pure(e.of) && allPure(e.list)
	}
	return false
}

func allPure(list []expr) bool {
	for _, e := range list {
		if !pure(e) {
			return false
		}
	}
	return true
}

// holds asks a condition, or remembers what it was.
func (m *memo) holds(e *evaluator, by expr, r row) bool {
	if m == nil || e.trace != nil { // which counts each error
		return e.holds(by, r)
	}
	if m.known == nil {
		if m.asked++; m.asked > memoAfter {
			n := e.terms/64 + 1
			const bytesOfWord = 8
			e.keep(2 * bytesOfWord * n)
			m.known, m.truth = make([]uint64, n), make([]uint64, n)
		}
		return e.holds(by, r)
	}
	id := r[m.variable]
	word, bit := int(id)/64, uint64(1)<<(id%64)
	if word >= len(m.known) {
		return e.holds(by, r)
	}
	if m.known[word]&bit == 0 {
		if m.asked++; (m.many || m.asked > e.terms/manyOfTerms) && !m.scanned {
			m.scanned = true
			m.scan(e, by)
			return m.holds(e, by, r)
		}
		m.known[word] |= bit
		if e.holds(by, r) {
			m.truth[word] |= bit
		}
	}
	return m.truth[word]&bit != 0
}
