package sparql

import (
	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// resultMemo is what an expression was found to be for values of its variables, the
// last of each place that these have. It grows where many are asked for.
type resultMemo struct {
	variables []int
	places    []memoPlace
	missed    int // since it grew
}

type memoPlace struct {
	values [mostMemoized]index.ID
	known  bool
	truth  bool     // of a condition
	id     index.ID // of the value of another expression
}

const (
	// mostMemoized is how many variables the expressions have that are remembered.
	mostMemoized = 4
	fewestPlaces = 1 << 4
	mostPlaces   = 1 << 13
)

// resultsOf returns a memo for the expression of an operator; nil where it depends on
// more than a few variables, or is to be evaluated each time.
func (e *evaluator) resultsOf(n node, by expr) *resultMemo {
	m, known := e.memos[n]
	if !known {
		var used varSet
		addVariables(by, &used)
		if _, isVar := by.(varExpr); isVar {
			used = nil // it takes no time
		}
		if list := used.list(); len(list) > 0 && len(list) <= mostMemoized && e.trace == nil && pure(by) {
			m = &resultMemo{variables: list}
		}
		e.memos[n] = m
	}
	return m
}

// place returns where the result for a row is, or is to be where it is not known.
func (m *resultMemo) place(r row) *memoPlace {
	var values [mostMemoized]index.ID
	hash := uint64(0)
	for i, v := range m.variables {
		const golden = 0x9E3779B97F4A7C15 // 2^64 over the golden ratio
		values[i] = r[v]
		hash = (hash ^ uint64(values[i])) * golden
	}
	hash >>= 32
	if n := len(m.places); n > 0 {
		if at := &m.places[int(hash)&(n-1)]; at.known && at.values == values {
			return at
		}
	}
	if m.missed++; m.missed > 2*len(m.places) && len(m.places) < mostPlaces {
		m.places = make([]memoPlace, max(fewestPlaces, 4*len(m.places)))
		m.missed = 0
	}
	at := &m.places[int(hash)&(len(m.places)-1)]
	*at = memoPlace{values: values}
	return at
}

// holdsOnce is holds, or what that was for the same values. What failed in part is
// evaluated each time, so that the failures are counted.
func (e *evaluator) holdsOnce(m *resultMemo, by expr, r row) bool {
	if m == nil {
		return e.holds(by, r)
	}
	e.tick()
	at := m.place(r)
	if !at.known {
		failures := e.failures
		at.truth = e.holds(by, r)
		at.known = e.failures == failures
	}
	return at.truth
}

// idOnce returns the number of the value of an expression, 0 where it has none.
func (e *evaluator) idOnce(m *resultMemo, by expr, r row) index.ID {
	if m == nil {
		return e.idOf(by, r)
	}
	at := m.place(r)
	if !at.known {
		failures := e.failures
		at.id = e.idOf(by, r)
		at.known = at.id != 0 && e.failures == failures
	}
	return at.id
}

func (e *evaluator) idOf(by expr, r row) index.ID {
	if v, ok := by.(varExpr); ok {
		if r[v.variable] == 0 {
			e.failed(by)
		}
		return r[v.variable]
	}
	v, err := e.value(by, r)
	if err != nil {
		return 0
	}
	return e.id(v.rdf())
}

// constant is the value of a term of the query.
func (e *evaluator) constant(t rdf.Term) value {
	v, ok := e.constants[t]
	if !ok {
		v = valueOf(t)
		e.constants[t] = v
	}
	return v
}
