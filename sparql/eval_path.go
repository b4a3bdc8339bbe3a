package sparql

import (
	"slices"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// pathNumber is a pathIRI as it is followed, by the number of the IRI.
type pathNumber struct {
	id    index.ID
	table *predicateTable // nil where the index does not have it
}

func (pathNumber) isPath() {}

// numberedPath is a path with the numbers of its IRIs.
func (e *evaluator) numberedPath(p path) path {
	switch p := p.(type) {
	case pathIRI:
		id, ok := e.numbered(p.iri)
		if !ok {
			return pathNumber{}
		}
		return pathNumber{id, e.tableOf(id)}
	case pathInverse:
		return pathInverse{e.numberedPath(p.inner)}
	case pathSequence:
		return pathSequence{e.numberedPath(p.left), e.numberedPath(p.right)}
	case pathChoice:
		return pathChoice{e.numberedPath(p.left), e.numberedPath(p.right)}
	case pathRepeat:
		return pathRepeat{e.numberedPath(p.inner), p.zero, p.many}
	}
	return p
}

// matchPath matches a path pattern, of which the path has its numbers.
func (e *evaluator) matchPath(t triple, p path, r row, then func() bool) bool {
	from, to := e.end(t.subject, r), e.end(t.object, r)
	if mayBeEmpty(p) && (e.foreign(t.subject, from) || e.foreign(t.object, to)) {
		return true
	}
	return e.follow(p, from, to, func(a, b index.ID) bool {
		e.tick()
		undoA, ok := bindEnd(t.subject, r, a)
		if !ok {
			return true
		}
		undoB, ok := bindEnd(t.object, r, b)
		more := !ok || then()
		if undoB {
			r[t.object.variable] = 0
		}
		if undoA {
			r[t.subject.variable] = 0
		}
		return more
	})
}

// bindEnd binds an end of a path, and reports whether that is to be undone, and
// whether the row has no other value there.
func bindEnd(s slot, r row, id index.ID) (undo, ok bool) {
	if !s.isVar() || r[s.variable] == id {
		return false, true
	}
	if r[s.variable] != 0 {
		return false, false
	}
	r[s.variable] = id
	return true, true
}

// mayBeEmpty reports whether a path can have no length.
func mayBeEmpty(p path) bool {
	switch p := p.(type) {
	case pathInverse:
		return mayBeEmpty(p.inner)
	case pathSequence:
		return mayBeEmpty(p.left) && mayBeEmpty(p.right)
	case pathChoice:
		return mayBeEmpty(p.left) || mayBeEmpty(p.right)
	case pathRepeat:
		return p.zero || mayBeEmpty(p.inner)
	}
	return false
}

// foreign reports whether a variable holds a term that is not a node of the graph. A
// path of no length leads from a node of the graph to itself, and from a term
// that the query names; not from what another pattern bound (section 9.3).
func (e *evaluator) foreign(s slot, id index.ID) bool {
	if !s.isVar() || id == 0 || e.start[s.variable] != 0 {
		return false
	}
	if int(id) > e.terms {
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
	case pathNumber:
		if p.table == nil || int(from) > e.terms || int(to) > e.terms {
			return true
		}
		return e.edges(index.Quad{from, p.id, to, e.active.graph}, p.table, nil, yield)
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

func (e *evaluator) followNegated(p pathNegated, from, to index.ID, yield func(a, b index.ID) bool) bool {
	if int(from) > e.terms || int(to) > e.terms {
		return true
	}
	if len(p.forward) > 0 || len(p.backward) == 0 {
		if !e.edges(index.Quad{from, 0, to, e.active.graph}, nil, e.excluded(p.forward), yield) {
			return false
		}
	}
	if len(p.backward) == 0 {
		return true
	}
	return e.edges(index.Quad{to, 0, from, e.active.graph}, nil, e.excluded(p.backward), func(a, b index.ID) bool { return yield(b, a) })
}

// excluded are the numbers of what a negated path does not follow, in order.
func (e *evaluator) excluded(list []rdf.Term) []index.ID {
	if len(list) == 0 {
		return nil
	}
	ids, ok := e.negated[&list[0]]
	if !ok {
		ids = e.known(list)
		slices.Sort(ids)
		e.negated[&list[0]] = ids
	}
	return ids
}

// edges yields the ends of the quads that fit, but of those with a predicate that
// is excluded. The table is of the predicate, where there is one.
func (e *evaluator) edges(q index.Quad, table *predicateTable, excluded []index.ID, yield func(a, b index.ID) bool) bool {
	var d *pathScan
	if last := len(e.idle) - 1; last >= 0 {
		d, e.idle = e.idle[last], e.idle[:last]
	} else {
		d = &pathScan{e: e}
		d.each = d.found
	}
	d.excluded, d.yield = excluded, yield
	var more bool
	if table != nil {
		more = e.lookup(table, q, 0, d.each)
	} else {
		more = e.quads(q, d.each)
	}
	e.idle = append(e.idle, d)
	return more
}

// pathScan is what edges calls for each quad, made once like a [frame].
type pathScan struct {
	e        *evaluator
	excluded []index.ID
	yield    func(a, b index.ID) bool
	each     func(index.Quad) bool
}

func (d *pathScan) found(q index.Quad) bool {
	d.e.tick()
	_, isExcluded := slices.BinarySearch(d.excluded, q[index.Predicate])
	return isExcluded || d.yield(q[index.Subject], q[index.Object])
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
	visit := func(_, b index.ID) bool {
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
	}
	for len(next) > 0 {
		at := next[len(next)-1]
		next = next[:len(next)-1]
		if !e.follow(p.inner, at, 0, visit) {
			return false
		}
	}
	return true
}
