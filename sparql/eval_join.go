package sparql

// evalJoin looks the right side up for each solution of the left that binds
// variables of both, and otherwise keeps the right side.
func (e *evaluator) evalJoin(n *join, in row, yield func(row) bool) bool {
	if s, ok := n.right.(*service); ok && !e.open {
		return e.joinService(n.left, s, in, func(l row, answers []row) bool { return e.merge(l, answers, yield) })
	}
	if e.looksUp(n.left, n.right, in) {
		return e.run(n.left, in, func(l row) bool { return e.run(n.right, l, yield) })
	}
	defer e.release(e.held)
	chance, kept := e.sets.chance(n, n.left, n.right), e.keeper(n.right, in)
	return e.run(n.left, in, func(l row) bool {
		if chance.boundIn(l) {
			return e.run(n.right, l, yield)
		}
		return e.merge(l, kept(), yield)
	})
}

// looksUp reports whether solutions of the left side fix something of the right.
func (e *evaluator) looksUp(left, right node, in row) bool {
	if e.open {
		return true
	}
	c := e.sets.certain(right)
	for v := range in {
		if c.has(v) && e.sets.certain(left).has(v) {
			return true
		}
	}
	return false
}

// keeper returns a function that collects the solutions of a pattern beside a row,
// when it is first called.
func (e *evaluator) keeper(n node, in row) func() []row {
	var kept []row
	filled := false
	return func() []row {
		if !filled {
			kept, filled = e.collect(n, in), true
		}
		return kept
	}
}

func (e *evaluator) collect(n node, in row) []row {
	var kept []row
	e.run(n, in, func(r row) bool {
		e.hold(1, 0)
		kept = append(kept, r.clone())
		return true
	})
	return kept
}

// merge yields the row joined with each kept row that is compatible.
func (e *evaluator) merge(l row, kept []row, yield func(row) bool) bool {
	out := make(row, len(l))
	for _, r := range kept {
		e.tick()
		if !joinRows(out, l, r) {
			continue
		}
		e.solution++
		if !yield(out) {
			return false
		}
	}
	return true
}

// joinRows writes the union of two rows, and reports whether they agree.
func joinRows(out, l, r row) bool {
	for v := range l {
		switch {
		case l[v] == 0:
			out[v] = r[v]
		case r[v] == 0 || r[v] == l[v]:
			out[v] = l[v]
		default:
			return false
		}
	}
	return true
}

func (e *evaluator) evalLeftJoin(n *leftJoin, in row, yield func(row) bool) bool {
	if s, ok := n.right.(*service); ok && !e.open {
		return e.joinService(n.left, s, in, func(l row, answers []row) bool { return e.mergeLeft(n, l, answers, yield) })
	}
	defer e.release(e.held)
	look := e.looksUp(n.left, n.right, in)
	var chance varSet
	var kept func() []row
	if !look {
		chance, kept = e.sets.chance(n, n.left, n.right), e.keeper(n.right, in)
	}
	l := make(row, len(in))
	x := e.extending(n, l, yield)
	return e.run(n.left, in, func(left row) bool {
		copy(l, left)
		if !look && !chance.boundIn(l) {
			return x.ends(e.merge(l, kept(), x.begins()))
		}
		return x.ends(e.run(n.right, l, x.begins()))
	})
}

// mergeLeft yields the row joined with each kept row that fits, or else alone.
func (e *evaluator) mergeLeft(n *leftJoin, l row, kept []row, yield func(row) bool) bool {
	x := e.extending(n, l, yield)
	return x.ends(e.merge(l, kept, x.begins()))
}

// extension yields the joined rows of a row that meet the condition, or else the row
// alone. One is for the rows of a left side, one after the other.
type extension struct {
	row   row
	found bool
	yield func(row) bool
	each  func(row) bool
}

func (e *evaluator) extending(n *leftJoin, l row, yield func(row) bool) *extension {
	x := &extension{row: l, yield: yield}
	x.each = func(r row) bool {
		if n.on != nil && !e.holds(n.on, r) {
			return true
		}
		x.found = true
		return yield(r)
	}
	return x
}

// begins returns what to call with the joined rows of the next row.
func (x *extension) begins() func(row) bool {
	x.found = false
	return x.each
}

// ends is called after the joined rows, with whether more are asked for.
func (x *extension) ends(more bool) bool { return more && (x.found || x.yield(x.row)) }

// evalMinus leaves out solutions that agree with one of the right side in a
// variable that both bind (section 8.3). A value from outside is no such variable
// where one of the sides does not have it.
func (e *evaluator) evalMinus(n *minus, in row, yield func(row) bool) bool {
	defer e.release(e.held)
	kept := e.keeper(n.right, e.start)
	shared := e.sets.certain(n.left).intersect(e.sets.certain(n.right))
	both := e.sets.visible(n.left).intersect(e.sets.visible(n.right)).list()
	look := len(shared.list()) > 0 && e.sets.transparent(n.right)
	return e.run(n.left, in, func(l row) bool {
		if look {
			cut := e.start.clone()
			for _, v := range e.sets.certain(n.right).list() {
				cut[v] = l[v]
			}
			return !e.run(n.right, cut, func(row) bool { return false }) || yield(l)
		}
		for _, r := range kept() {
			e.tick()
			if excludes(l, r, both) {
				return true
			}
		}
		return yield(l)
	})
}

func excludes(l, r row, both []int) bool {
	shared := false
	for _, v := range both {
		if l[v] != 0 && r[v] != 0 {
			if l[v] != r[v] {
				return false
			}
			shared = true
		}
	}
	return shared
}
