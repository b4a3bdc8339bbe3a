package sparql

import (
	"math"

	"github.com/trialweave/trialweave/index"
)

// bgpState is what an evaluator knows of a BGP.
type bgpState struct {
	n           *bgp
	variables   []int // that it binds
	transparent bool  // see sets.transparent
	plans       map[string]*plan
	last        *plan    // that was asked for last
	filters     []varSet // variables of the filters
}

func (e *evaluator) state(n *bgp) *bgpState {
	s := e.bgps[n]
	if s == nil {
		s = &bgpState{n: n, variables: e.sets.certain(n).list(), transparent: e.sets.transparent(n), plans: map[string]*plan{}}
		for _, f := range n.filters {
			var used varSet
			addVariables(f, &used)
			s.filters = append(s.filters, used)
		}
		e.bgps[n] = s
	}
	return s
}

// plan is an order of the patterns of a BGP, once all of them have a place, and
// the matchers of it that are at rest.
type plan struct {
	bound string // which variables are bound before
	steps []planned
	idle  []*matcher
}

// evalBGP matches the patterns one after the other. Which comes first is chosen
// by how many quads match it with what is bound then, counted exactly the first
// time, or by how many do on average if that is more, and kept for other rows
// that bind the same variables.
func (e *evaluator) evalBGP(s *bgpState, in row, yield func(row) bool) bool {
	p := e.planOf(s, in)
	m := p.matcher(e, s)
	m.restart(p.steps, in, yield)
	more := m.step(0)
	if p.steps == nil && m.matched == len(s.n.patterns) {
		p.steps = m.plan
	}
	p.idle = append(p.idle, m)
	return more
}

// planOf returns the plan of a BGP for rows that bind what the row does.
func (e *evaluator) planOf(s *bgpState, in row) *plan {
	e.boundKey = e.boundKey[:0]
	for i, v := range s.variables {
		if in[v] != 0 {
			e.boundKey = append(e.boundKey, byte(i), byte(i>>8))
		}
	}
	if s.last != nil && s.last.bound == string(e.boundKey) {
		return s.last
	}
	p := s.plans[string(e.boundKey)]
	if p == nil {
		p = &plan{bound: string(e.boundKey)}
		s.plans[p.bound] = p
	}
	s.last = p
	return p
}

// matcher returns a matcher that no evaluation uses: patterns are matched for
// each row of what is around them, and may be again below themselves.
func (p *plan) matcher(e *evaluator, s *bgpState) *matcher {
	if last := len(p.idle) - 1; last >= 0 {
		m := p.idle[last]
		p.idle = p.idle[:last]
		return m
	}
	return &matcher{e: e, n: s.n, state: s}
}

// planned is one step of a plan: a pattern, or a hint by which a variable is
// bound, and the filters that can be asked then.
type planned struct {
	pattern int // -1 for none
	hint    *hint
	// expected is how often it is matched for a row of what is around the BGP, and
	// matches how many there are each time, as it is estimated.
	expected, matches int
	filters           []expr
	memos             []*memo // of the filters
}

// matcher matches the patterns of a BGP beside one row at a time.
type matcher struct {
	e     *evaluator
	n     *bgp
	state *bgpState
	out   row
	yield func(row) bool
	plan  []planned
	// matched counts the patterns in the plan.
	matched int
	start   row
	frames  []*frame // of the steps

	// What follows is of planning.
	placed []bool   // patterns that have a place
	costs  []int    // of the patterns, with what is bound
	uses   []varSet // variables of the patterns
	bound  varSet   // by the row and the steps so far
}

// restart makes a matcher ready for a row, with the steps of a plan if there is
// one already.
func (m *matcher) restart(steps []planned, in row, yield func(row) bool) {
	m.out, m.start, m.yield = append(m.out[:0], in...), in, yield
	m.plan, m.matched = steps, 0
	if steps != nil {
		m.matched = len(m.n.patterns)
	}
	m.placed, m.costs, m.uses, m.bound = nil, nil, nil, nil
}

// frame is a step of a plan that is being matched. Its functions are made once,
// since a Store may keep what it is given, so that each would be allocated.
type frame struct {
	m       *matcher
	depth   int
	seen    *counts // of the step, where somebody asks
	pattern int     // that the frame is prepared for; -1 for none
	terms   index.Quad
	known   bool            // whether the index has the terms of the pattern
	places  [3]int          // variables; -1 for a term
	free    [3]bool         // places whose variable the step binds
	path    path            // with the numbers of its terms
	table   *predicateTable // of the predicate, where it is a term
	next    func() bool
	each    func(index.Quad) bool
}

func (m *matcher) frame(depth int) *frame {
	for len(m.frames) <= depth {
		f := &frame{m: m, depth: len(m.frames), pattern: -1}
		f.next, f.each = f.goOn, f.found
		m.frames = append(m.frames, f)
	}
	return m.frames[depth]
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
	at, f := &m.plan[depth], m.frame(depth)
	f.seen = m.e.trace.matching(m.n, at)
	if at.hint != nil {
		return at.hint.try(m.e, m.out, f.next)
	}
	return f.match(at.pattern)
}

// goOn goes on with the next step, if the filters hold that can be asked now.
func (f *frame) goOn() bool {
	at := &f.m.plan[f.depth]
	for i, by := range at.filters {
		if !at.memos[i].holds(f.m.e, by, f.m.out) {
			return true
		}
	}
	if f.seen != nil {
		f.seen.rows++
	}
	return f.m.step(f.depth + 1)
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
	at.expected, at.matches = 1, estimate
	if n := len(m.plan); n > 0 {
		before := &m.plan[n-1]
		at.expected = min(before.expected*max(1, before.matches), math.MaxInt32)
	}
	at.filters = m.filtersFor(m.binds(at))
	for _, f := range at.filters {
		at.memos = append(at.memos, m.e.memoOf(f, estimate))
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
	before := append(varSet{}, m.bound...)
	m.bound.addAll(variables)
	var out []expr
	for i, used := range m.state.filters {
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
		return e.termCost(t, named, r)
	}
	q, known := e.bind(t, r)
	if t.path == nil {
		if !known {
			return 0
		}
		return max(e.store.Estimate(q, e.active.scope), e.avgMatches(t, q))
	}
	if e.fixed(t.subject, r) || e.fixed(t.object, r) {
		return 1000
	}
	return e.store.Len() * 4
}

// avgMatches is how many quads match a pattern on average, where a variable of it is
// bound: the row at hand may be an odd one. It is 0 where nothing is known.
func (e *evaluator) avgMatches(t triple, q index.Quad) int {
	subject, object := t.subject.isVar() && q[index.Subject] != 0, t.object.isVar() && q[index.Object] != 0
	if t.predicate.isVar() || subject == object || q[index.Subject] != 0 && q[index.Object] != 0 {
		return 0
	}
	c := e.store.Predicate(q[index.Predicate])
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
		known = known && int(q[i]) <= e.terms
	}
	q[index.Graph] = e.active.graph
	return q, known
}

// prepare looks up the terms of a pattern.
func (f *frame) prepare(pattern int) {
	e, t := f.m.e, &f.m.n.patterns[pattern]
	f.pattern, f.known, f.terms, f.path = pattern, true, index.Quad{}, e.numberedPath(t.path)
	for i, s := range [...]slot{t.subject, t.predicate, t.object} {
		if f.places[i] = -1; s.isVar() {
			f.places[i] = s.variable
		} else if t.path == nil {
			id, ok := e.numbered(s.term)
			f.terms[i], f.known = id, f.known && ok
		}
	}
	if f.table = nil; f.known && f.terms[index.Predicate] != 0 {
		f.table = e.tableOf(f.terms[index.Predicate])
	}
}

// match binds the free variables of a pattern in the row to each match in turn,
// and takes them back afterwards.
func (f *frame) match(pattern int) bool {
	e, r := f.m.e, f.m.out
	if f.pattern != pattern {
		f.prepare(pattern)
	}
	if t := &f.m.n.patterns[pattern]; f.path != nil {
		if named, ok := f.path.(tripleTerm); ok {
			return e.matchTerm(*t, named, r, f.next)
		}
		return e.matchPath(*t, f.path, r, f.next)
	} else if t.matchesWords() {
		return e.matchWords(*t, r, f.next)
	}
	q, known := f.terms, f.known
	for i, v := range f.places {
		if f.free[i] = false; v >= 0 {
			q[i] = r[v]
			f.free[i] = q[i] == 0
			known = known && int(q[i]) <= e.terms
		}
	}
	if !known {
		return true
	}
	q[index.Graph] = e.active.graph
	if f.table != nil {
		return e.lookup(f.table, q, f.m.plan[f.depth].expected, f.each)
	}
	return e.quads(q, f.each)
}

// found goes on with a quad that matches the pattern of the step.
func (f *frame) found(q index.Quad) bool {
	r := f.m.out
	f.m.e.tick()
	ok := true
	for i, v := range f.places {
		if f.free[i] {
			if r[v] != 0 && r[v] != q[i] {
				ok = false // the same variable twice
			} else {
				r[v] = q[i]
			}
		}
	}
	more := !ok || f.goOn()
	for i, v := range f.places {
		if f.free[i] {
			r[v] = 0
		}
	}
	return more
}

// quads matches a pattern in the active graph.
func (e *evaluator) quads(q index.Quad, yield func(index.Quad) bool) bool {
	if len(e.active.merged) == 0 {
		return e.store.Match(q, e.active.scope, yield)
	}
	seen := map[[3]index.ID]bool{}
	for _, g := range e.active.merged {
		q[index.Graph] = g
		if !e.store.Match(q, index.One, func(found index.Quad) bool {
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
