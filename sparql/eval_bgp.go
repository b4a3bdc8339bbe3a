package sparql

import (
	"slices"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// planKey names an order of the patterns of a BGP: which BGP, with which of its
// variables bound.
type planKey struct {
	bgp   *bgp
	bound string
}

// evalBGP matches the patterns one after the other. Which comes first is chosen
// by how many quads match it with what is bound then, counted exactly the first
// time, or by how many do on average if that is more, and kept for other rows
// that bind the same variables.
func (e *evaluator) evalBGP(n *bgp, in row, yield func(row) bool) bool {
	key := planKey{n, boundKey(e.sets.certain(n), in)}
	m := matcher{e: e, n: n, out: in.clone(), yield: yield, plan: e.plans[key], start: in}
	known := len(m.plan) > 0
	if known {
		m.matched = len(n.patterns)
	}
	more := m.step(0)
	if !known && m.matched == len(n.patterns) {
		e.plans[key] = m.plan
	}
	return more
}

// planned is one step of a plan: a pattern, or a hint by which a variable is
// bound, and the filters that can be asked then.
type planned struct {
	pattern int // -1 for none
	hint    *hint
	filters []expr
	memos   []*memo // of the filters
}

// boundKey tells which variables of a BGP are bound; it binds all that it names.
func boundKey(variables varSet, in row) string {
	var key []byte
	for v, id := range in {
		if id != 0 && variables.has(v) {
			key = append(key, byte(v), byte(v>>8))
		}
	}
	return string(key)
}

type matcher struct {
	e     *evaluator
	n     *bgp
	out   row
	yield func(row) bool
	plan  []planned
	// matched counts the patterns in the plan.
	matched int
	start   row

	// What follows is of planning.
	placed []bool   // patterns that have a place
	costs  []int    // of the patterns, with what is bound
	uses   []varSet // variables of the patterns
	bound  varSet   // by the row and the steps so far
}

// step matches the pattern at a depth of the plan, and the rest below it.
func (m *matcher) step(depth int) bool {
	if depth == len(m.plan) {
		if m.matched == len(m.n.patterns) {
			m.e.solution++
			return m.yield(m.out)
		}
		m.plan = append(m.plan, m.next())
	}
	at := m.plan[depth]
	seen := m.e.trace.matching(m.n, at)
	then := func() bool {
		for i, f := range at.filters {
			if !at.memos[i].holds(m.e, f, m.out) {
				return true
			}
		}
		if seen != nil {
			seen.rows++
		}
		return m.step(depth + 1)
	}
	if at.hint != nil {
		return at.hint.try(m.e, m.out, then)
	}
	return m.e.match(m.n.patterns[at.pattern], m.out, then)
}

// next plans a further step: the pattern with the fewest matches of those that
// are left. Only of patterns with a variable that the step before bound is the
// cost not what it was.
func (m *matcher) next() planned {
	first := m.costs == nil
	if first {
		m.begin()
	}
	last := varSet(nil)
	if len(m.plan) > 0 {
		last = m.binds(m.plan[len(m.plan)-1])
	}
	best := -1
	for i, t := range m.n.patterns {
		if m.placed[i] {
			continue
		}
		m.e.tick()
		if first || m.uses[i].meets(last) {
			m.costs[i] = m.e.cost(t, m.out)
		}
		if best < 0 || m.costs[i] < m.costs[best] {
			best = i
		}
	}
	at, estimate := planned{pattern: best}, m.costs[best]
	if at.hint = m.hint(estimate); at.hint != nil {
		at.pattern, estimate = -1, len(at.hint.found)
	} else {
		m.placed[best] = true
		m.matched++
	}
	at.filters = m.filtersFor(m.binds(at))
	for _, f := range at.filters {
		at.memos = append(at.memos, memoOf(f))
	}
	m.e.trace.chosen(m.n, at, estimate)
	return at
}

// binds returns the variables that a step binds.
func (m *matcher) binds(at planned) varSet {
	if at.hint != nil {
		return setOf(at.hint.variable)
	}
	return m.uses[at.pattern]
}

func (m *matcher) begin() {
	n := len(m.n.patterns)
	m.placed, m.costs, m.uses = make([]bool, n), make([]int, n), make([]varSet, n)
	for i, t := range m.n.patterns {
		m.uses[i] = t.variables()
	}
	for v, id := range m.start {
		if id != 0 {
			m.bound.add(v)
		}
	}
	for _, at := range m.plan {
		if at.hint == nil {
			m.placed[at.pattern] = true
		}
		m.bound.addAll(m.binds(at))
	}
}

// filtersFor returns the filters that can be asked once variables are bound, and
// could not before.
func (m *matcher) filtersFor(variables varSet) []expr {
	sets, known := m.e.filterSets[m.n]
	if !known {
		for _, f := range m.n.filters {
			var used varSet
			addVariables(f, &used)
			sets = append(sets, used)
		}
		m.e.filterSets[m.n] = sets
	}
	before := append(varSet{}, m.bound...)
	m.bound.addAll(variables)
	var out []expr
	for i, used := range sets {
		if used.within(m.bound) && (len(m.plan) == 0 || !used.within(before)) {
			out = append(out, m.n.filters[i])
		}
	}
	return out
}

// cost counts the quads that match a pattern with what the row binds. Paths
// come late; those with an end bound before those with none.
func (e *evaluator) cost(t triple, r row) int {
	if t.matchesWords() {
		return e.wordsCost(t, r)
	}
	if named, ok := t.path.(tripleTerm); ok {
		return e.termCost(t, named.variable, r)
	}
	q, known := e.bind(t, r)
	if t.path == nil {
		if !known {
			return 0
		}
		return max(e.index.Estimate(q, e.active.scope), e.avgMatches(t, q))
	}
	if e.fixed(t.subject, r) || e.fixed(t.object, r) {
		return 1000
	}
	return e.index.Len() * 4
}

// avgMatches is how many quads match a pattern on average, where a variable of it is
// bound: the row at hand may be an odd one. It is 0 where nothing is known.
func (e *evaluator) avgMatches(t triple, q index.Quad) int {
	subject, object := t.subject.isVar() && q[index.Subject] != 0, t.object.isVar() && q[index.Object] != 0
	if t.predicate.isVar() || subject == object || q[index.Subject] != 0 && q[index.Object] != 0 {
		return 0
	}
	c := e.index.Predicate(q[index.Predicate])
	if subject {
		return c.Quads / max(1, c.Subjects)
	}
	return c.Quads / max(1, c.Objects)
}

func (e *evaluator) fixed(s slot, r row) bool { return !s.isVar() || r[s.variable] != 0 }

// bind puts the terms of a pattern and of the row into a quad of numbers. It
// reports whether the index has them all.
func (e *evaluator) bind(t triple, r row) (index.Quad, bool) {
	var q index.Quad
	known := true
	for i, s := range [...]slot{t.subject, t.predicate, t.object} {
		switch {
		case s.isVar():
			q[i] = r[s.variable]
		case t.path != nil && i == index.Predicate:
		default:
			id, ok := e.numbered(s.term)
			known = known && ok
			q[i] = id
		}
		known = known && int(q[i]) <= e.index.Terms()
	}
	q[index.Graph] = e.active.graph
	return q, known
}

// match binds the free variables of a pattern in the row to each match in turn,
// and takes them back afterwards.
func (e *evaluator) match(t triple, r row, then func() bool) bool {
	if t.path != nil {
		if named, ok := t.path.(tripleTerm); ok {
			return e.matchTerm(t, named.variable, r, then)
		}
		return e.matchPath(t, r, then)
	}
	if t.matchesWords() {
		return e.matchWords(t, r, then)
	}
	q, known := e.bind(t, r)
	if !known {
		return true
	}
	places := [...]slot{t.subject, t.predicate, t.object}
	var free [3]bool
	for i, s := range places {
		free[i] = s.isVar() && r[s.variable] == 0
	}
	return e.quads(q, func(found index.Quad) bool {
		e.tick()
		ok := true
		for i, s := range places {
			if free[i] {
				if r[s.variable] != 0 && r[s.variable] != found[i] {
					ok = false // the same variable twice
				} else {
					r[s.variable] = found[i]
				}
			}
		}
		more := !ok || then()
		for i, s := range places {
			if free[i] {
				r[s.variable] = 0
			}
		}
		return more
	})
}

// quads matches a pattern in the active graph.
func (e *evaluator) quads(q index.Quad, yield func(index.Quad) bool) bool {
	if len(e.active.merged) == 0 {
		return e.index.Match(q, e.active.scope, yield)
	}
	seen := map[[3]index.ID]bool{}
	for _, g := range e.active.merged {
		q[index.Graph] = g
		if !e.index.Match(q, index.One, func(found index.Quad) bool {
			triple := [3]index.ID{found[0], found[1], found[2]}
			e.tick()
			if seen[triple] {
				return true
			}
			e.keep(bytesOfHash)
			seen[triple] = true
			return yield(found)
		}) {
			return false
		}
	}
	return true
}

// matchPath matches a path pattern.
func (e *evaluator) matchPath(t triple, r row, then func() bool) bool {
	from, to := e.end(t.subject, r), e.end(t.object, r)
	if !e.open && (e.foreign(t.subject, from) || e.foreign(t.object, to)) {
		return true
	}
	set := func(s slot, id index.ID) (undo func(), ok bool) {
		if !s.isVar() || r[s.variable] == id {
			return func() {}, true
		}
		if r[s.variable] != 0 {
			return nil, false
		}
		r[s.variable] = id
		return func() { r[s.variable] = 0 }, true
	}
	return e.follow(t.path, from, to, func(a, b index.ID) bool {
		e.tick()
		undoA, ok := set(t.subject, a)
		if !ok {
			return true
		}
		undoB, ok := set(t.object, b)
		more := true
		if ok {
			more = then()
			undoB()
		}
		undoA()
		return more
	})
}

// foreign reports whether a variable holds a term that is not a node of the graph. A
// path of no length leads from a node of the graph to itself, and from a term
// that the query names; not from what another pattern bound (section 9.3).
func (e *evaluator) foreign(s slot, id index.ID) bool {
	if !s.isVar() || id == 0 || e.bound.has(s.variable) {
		return false
	}
	if int(id) > e.index.Terms() {
		return true
	}
	none := func(index.Quad) bool { return false }
	return e.quads(index.Quad{id, 0, 0, e.active.graph}, none) && e.quads(index.Quad{0, 0, id, e.active.graph}, none)
}

// end is the number of an end of a path, 0 where it is free.
func (e *evaluator) end(s slot, r row) index.ID {
	if s.isVar() {
		return r[s.variable]
	}
	return e.id(s.term)
}

// follow yields the pairs of ends of a path; an end that is not 0 is fixed.
func (e *evaluator) follow(p path, from, to index.ID, yield func(a, b index.ID) bool) bool {
	switch p := p.(type) {
	case pathIRI:
		return e.followIRI(p.iri, from, to, yield)
	case pathInverse:
		return e.follow(p.inner, to, from, func(a, b index.ID) bool { return yield(b, a) })
	case pathChoice:
		return e.follow(p.left, from, to, yield) && e.follow(p.right, from, to, yield)
	case pathSequence:
		if from == 0 && to != 0 {
			return e.follow(p.right, 0, to, func(m, b index.ID) bool {
				return e.follow(p.left, 0, m, func(a, _ index.ID) bool { return yield(a, b) })
			})
		}
		return e.follow(p.left, from, 0, func(a, m index.ID) bool {
			return e.follow(p.right, m, to, func(_, b index.ID) bool { return yield(a, b) })
		})
	case pathNegated:
		return e.followNegated(p, from, to, yield)
	case pathRepeat:
		return e.followRepeat(p, from, to, yield)
	}
	return true
}

func (e *evaluator) followIRI(iri rdf.Term, from, to index.ID, yield func(a, b index.ID) bool) bool {
	id, ok := e.numbered(iri)
	if !ok || int(from) > e.index.Terms() || int(to) > e.index.Terms() {
		return true
	}
	return e.quads(index.Quad{from, id, to, e.active.graph}, func(q index.Quad) bool {
		e.tick()
		return yield(q[0], q[2])
	})
}

func (e *evaluator) followNegated(p pathNegated, from, to index.ID, yield func(a, b index.ID) bool) bool {
	if int(from) > e.index.Terms() || int(to) > e.index.Terms() {
		return true
	}
	except := func(list []rdf.Term, id index.ID) bool {
		return slices.Contains(list, e.index.Term(id))
	}
	if len(p.forward) > 0 || len(p.backward) == 0 {
		if !e.quads(index.Quad{from, 0, to, e.active.graph}, func(q index.Quad) bool {
			e.tick()
			return except(p.forward, q[1]) || yield(q[0], q[2])
		}) {
			return false
		}
	}
	if len(p.backward) == 0 {
		return true
	}
	return e.quads(index.Quad{to, 0, from, e.active.graph}, func(q index.Quad) bool {
		e.tick()
		return except(p.backward, q[1]) || yield(q[2], q[0])
	})
}

// followRepeat yields each pair once, however many ways lead from one end to
// the other (section 9.3).
func (e *evaluator) followRepeat(p pathRepeat, from, to index.ID, yield func(a, b index.ID) bool) bool {
	switch {
	case from != 0:
		return e.reach(p, from, func(b index.ID) bool { return to != 0 && to != b || yield(from, b) })
	case to != 0:
		back := pathRepeat{pathInverse{p.inner}, p.zero, p.many}
		return e.reach(back, to, func(a index.ID) bool { return yield(a, to) })
	}
	for _, start := range e.starts(p) {
		if !e.reach(p, start, func(b index.ID) bool { return yield(start, b) }) {
			return false
		}
	}
	return true
}

// starts returns where a path with two free ends can begin: every node of the
// graph where it can have no length.
func (e *evaluator) starts(p pathRepeat) []index.ID {
	var out []index.ID
	if p.zero {
		e.quads(index.Quad{index.Graph: e.active.graph}, func(q index.Quad) bool {
			e.tick()
			out = append(out, q[0], q[2])
			return true
		})
	} else {
		e.follow(p.inner, 0, 0, func(a, _ index.ID) bool {
			out = append(out, a)
			return true
		})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// reach yields every node that a repeated path leads to, each once.
func (e *evaluator) reach(p pathRepeat, start index.ID, yield func(index.ID) bool) bool {
	defer e.release(e.held)
	seen := map[index.ID]bool{}
	next := []index.ID{start}
	if p.zero {
		seen[start] = true
		if !yield(start) {
			return false
		}
	}
	for len(next) > 0 {
		at := next[len(next)-1]
		next = next[:len(next)-1]
		if !e.follow(p.inner, at, 0, func(_, b index.ID) bool {
			e.tick()
			if seen[b] {
				return true
			}
			e.hold(1, 0)
			seen[b] = true
			if p.many {
				next = append(next, b)
			}
			return yield(b)
		}) {
			return false
		}
	}
	return true
}
