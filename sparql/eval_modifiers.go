package sparql

import (
	"encoding/binary"
	"slices"
)

// The solution modifiers (section 15) and projection.

func (e *evaluator) evalProject(n *project, in row, yield func(row) bool) bool {
	start := e.startOf(n)
	inner := start.clone()
	for i, to := range n.to {
		inner[n.from[i]] = in[to]
	}
	out := make(row, len(in))
	return e.runFrom(start, e.open, n.inner, inner, func(r row) bool {
		copy(out, in)
		for i, to := range n.to {
			id := r[n.from[i]]
			if out[to] != 0 && id != 0 && out[to] != id {
				return true
			}
			if id != 0 {
				out[to] = id
			}
		}
		return yield(out)
	})
}

// startOf returns the values from outside as a sub-query has them: of the variables
// that it returns, under the numbers that these have in it. Another variable of it
// is not the one of the same name outside (section 12).
func (e *evaluator) startOf(n *project) row {
	start := e.start
	for i, to := range n.to {
		if from := n.from[i]; from != to && e.start[to] != start[from] && e.start[to] != 0 {
			if e.isStart(start) {
				start = start.clone()
			}
			start[from] = e.start[to]
		}
	}
	return start
}

// rowKey is a row as a map key.
func rowKey(r row, variables []int, buf []byte) []byte {
	buf = buf[:0]
	for _, v := range variables {
		buf = binary.LittleEndian.AppendUint32(buf, uint32(r[v]))
	}
	return buf
}

func (e *evaluator) evalDistinct(n *distinct, in row, yield func(row) bool) bool {
	variables := e.sets.visible(n.inner).list()
	defer e.release(e.held)
	if len(variables) == 1 {
		return e.evalDistinctOne(n, variables[0], in, yield)
	}
	seen := map[string]bool{}
	var key []byte
	return e.run(n.inner, in, func(r row) bool {
		key = rowKey(r, variables, key)
		if seen[string(key)] {
			return true
		}
		e.solution++
		e.hold(1, len(key))
		seen[string(key)] = true
		return yield(r)
	})
}

// evalDistinctOne is evalDistinct of solutions of one variable.
func (e *evaluator) evalDistinctOne(n *distinct, variable int, in row, yield func(row) bool) bool {
	var seen idSet
	return e.run(n.inner, in, func(r row) bool {
		if !seen.add(r[variable], e.terms) {
			return true
		}
		e.solution++
		e.hold(1, 0)
		return yield(r)
	})
}

func (e *evaluator) evalSlice(n *slice, in row, yield func(row) bool) bool {
	if n.limit == 0 {
		return true
	}
	at, more := 0, true
	e.runTop(n, in, func(r row) bool {
		at++
		if at <= n.offset {
			return true
		}
		more = yield(r)
		return more && (n.limit < 0 || at < n.offset+n.limit)
	})
	return more
}

// runTop runs what is below a slice; where that is an order below a plain
// projection, only as many rows are kept as are asked for.
func (e *evaluator) runTop(n *slice, in row, yield func(row) bool) {
	p, isProject := n.inner.(*project)
	if isProject && n.limit >= 0 {
		if o, isOrder := p.inner.(*orderBy); isOrder && slices.Equal(p.from, p.to) {
			e.evalOrder(o, in, n.offset+n.limit, e.trace.counted(o, e.trace.counted(p, yield)))
			return
		}
	}
	e.run(n.inner, in, yield)
}
