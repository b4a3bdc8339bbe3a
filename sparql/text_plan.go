package sparql

import (
	"fmt"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/words"
)

// hint is a variable of a basic graph pattern whose values have to have certain
// words, so that they may be found by these.
type hint struct {
	variable int
	needle   words.Needle
	iris     bool
	found    []index.ID
	known    bool
	tried    int // how many candidates would have been few enough, but were not
}

// hintsOf finds the hints in the filters of a pattern.
func (e *evaluator) hintsOf(n *bgp) []*hint {
	out, known := e.words.hints[n]
	if known || !e.store.HasText() {
		return out
	}
	for _, v := range e.sets.certain(n).list() {
		h := &hint{variable: v}
		any := false
		for _, f := range n.filters {
			switch needle, iris, ok := needleOf(f, v); {
			case !ok:
			case !any:
				h.needle, h.iris, any = needle, iris, true
			default:
				h.needle, h.iris = h.needle.And(needle), h.iris && iris
			}
		}
		if any {
			out = append(out, h)
		}
	}
	if e.words.hints == nil {
		e.words.hints = map[*bgp][]*hint{}
	}
	e.words.hints[n] = out
	return out
}

// Looking for a text by its words pays where the patterns have many matches: at
// leastCost, for hintGain of each candidate, and for some words of the vocabulary,
// which may all have to be looked at.
const (
	leastCost  = 256
	hintGain   = 4
	wordsAPart = 16
	// mostCandidates bounds the memory that they take.
	mostCandidates = 1 << 22
)

// hint returns the best hint that costs less than the best pattern; nil for
// none.
func (m *matcher) hint(cost int) *hint {
	if cost < leastCost || len(m.n.filters) == 0 {
		return nil
	}
	var best *hint
	for _, h := range m.e.hintsOf(m.n) {
		if m.bound.has(h.variable) || m.e.store.Vocabulary() > wordsAPart*cost {
			continue
		}
		m.e.look(h, min(cost/hintGain, mostCandidates))
		if h.known && len(h.found) < cost/hintGain && (best == nil || len(h.found) < len(best.found)) {
			best = h
		}
	}
	return best
}

// look finds the candidates of a hint, unless they are more than most.
func (e *evaluator) look(h *hint, most int) {
	if h.known || most <= 2*h.tried {
		return
	}
	e.interrupted()
	h.tried = most
	if h.found, h.known = e.store.Candidates(h.needle, h.iris, most, e.reading); h.known {
		const bytesOfNumber = 4
		e.keep(bytesOfNumber * len(h.found))
	}
}

// try binds the variable of a hint to each candidate.
func (h *hint) try(e *evaluator, r row, then func() bool) bool {
	defer func() { r[h.variable] = 0 }()
	for _, id := range h.found {
		e.tick()
		r[h.variable] = id
		if !then() {
			return false
		}
	}
	return true
}

// words says what a hint looks for.
func (q *Query) words(h *hint) string {
	return fmt.Sprintf("texts of %s by their words", q.variable(h.variable))
}
