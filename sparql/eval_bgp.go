package sparql

import "github.com/trialweave/trialweave/index"

// plan is an order of the patterns of a BGP, once all of them have a place, and
// the matchers of it that are at rest.
type plan struct {
	steps []planned
	idle  []*matcher
}

// evalBGP matches the patterns one after the other. Which comes first is chosen
// by how many quads match it with what is bound then, counted exactly the first
// time, or by how many do on average if that is more, and kept for other rows
// that bind the same variables.
func (e *evaluator) evalBGP(n *bgp, in row, yield func(row) bool) bool {
	p := e.planOf(n, in)
	m := p.matcher(e, n)
	m.restart(p.steps, in, yield)
	more := m.step(0)
	if p.steps == nil && m.matched == len(n.patterns) {
		p.steps = m.plan
	}
	p.idle = append(p.idle, m)
	return more
}

// planOf returns the plan of a BGP for rows that bind what the row does.
func (e *evaluator) planOf(n *bgp, in row) *plan {
	e.boundKey = appendBound(e.boundKey[:0], e.sets.certain(n), in)
	plans := e.plans[n]
	if plans == nil {
		plans = map[string]*plan{}
		e.plans[n] = plans
	}
	p := plans[string(e.boundKey)]
	if p == nil {
		p = &plan{}
		plans[string(e.boundKey)] = p
	}
	return p
}

// matcher returns a matcher that no evaluation uses: patterns are matched for
// each row of what is around them, and may be again below themselves.
func (p *plan) matcher(e *evaluator, n *bgp) *matcher {
	if last := len(p.idle) - 1; last >= 0 {
		m := p.idle[last]
		p.idle = p.idle[:last]
		return m
	}
	return &matcher{e: e, n: n}
}

// planned is one step of a plan: a pattern, or a hint by which a variable is
// bound, and the filters that can be asked then.
type planned struct {
	pattern int // -1 for none
	hint    *hint
	filters []expr
	memos   []*memo // of the filters
}

// appendBound appends which variables of a BGP are bound; it binds all that it
// names.
func appendBound(key []byte, variables varSet, in row) []byte {
	for v, id := range in {
		if id != 0 && variables.has(v) {
			key = append(key, byte(v), byte(v>>8))
		}
	}
	return key
}

// matcher matches the patterns of a BGP beside one row at a time.
type matcher struct {
	e     *evaluator
	n     *bgp
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
	m      *matcher
	depth  int
	seen   *counts // of the step, where somebody asks
	places [3]slot
	free   [3]bool // places whose variable the step binds
	next   func() bool
	each   func(index.Quad) bool
}

func (m *matcher) frame(depth int) *frame {
	for len(m.frames) <= depth {
		f := &frame{m: m, depth: len(m.frames)}
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
	return f.match(m.n.patterns[at.pattern])
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

// match binds the free variables of a pattern in the row to each match in turn,
// and takes them back afterwards.
func (f *frame) match(t triple) bool {
	e, r := f.m.e, f.m.out
	if t.path != nil {
		if named, ok := t.path.(tripleTerm); ok {
			return e.matchTerm(t, named, r, f.next)
		}
		return e.matchPath(t, r, f.next)
	}
	if t.matchesWords() {
		return e.matchWords(t, r, f.next)
	}
	q, known := e.bind(t, r)
	if !known {
		return true
	}
	f.places = [...]slot{t.subject, t.predicate, t.object}
	for i, s := range f.places {
		f.free[i] = s.isVar() && r[s.variable] == 0
	}
	return e.quads(q, f.each)
}

// found goes on with a quad that matches the pattern of the step.
func (f *frame) found(q index.Quad) bool {
	r := f.m.out
	f.m.e.tick()
	ok := true
	for i, s := range f.places {
		if f.free[i] {
			if r[s.variable] != 0 && r[s.variable] != q[i] {
				ok = false // the same variable twice
			} else {
				r[s.variable] = q[i]
			}
		}
	}
	more := !ok || f.goOn()
	for i, s := range f.places {
		if f.free[i] {
			r[s.variable] = 0
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
