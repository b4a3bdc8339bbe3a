package sparql

// varSet is a set of variables by number.
type varSet []uint64

func (s *varSet) add(v int) {
	for len(*s) <= v/64 {
		*s = append(*s, 0)
	}
	(*s)[v/64] |= 1 << (v % 64)
}

func (s varSet) has(v int) bool { return v/64 < len(s) && s[v/64]&(1<<(v%64)) != 0 }

func (s *varSet) addAll(other varSet) {
	for v := range len(other) * 64 {
		if other.has(v) {
			s.add(v)
		}
	}
}

func (s varSet) within(other varSet) bool {
	for i, w := range s {
		if i < len(other) {
			w &^= other[i]
		}
		if w != 0 {
			return false
		}
	}
	return true
}

func (s varSet) intersect(other varSet) varSet {
	out := make(varSet, min(len(s), len(other)))
	for i := range out {
		out[i] = s[i] & other[i]
	}
	return out
}

func (s varSet) list() []int {
	var out []int
	for v := range len(s) * 64 {
		if s.has(v) {
			out = append(out, v)
		}
	}
	return out
}

func setOf(vs ...int) varSet {
	var s varSet
	for _, v := range vs {
		s.add(v)
	}
	return s
}

// visible returns the variables that solutions of a pattern may bind
// (section 18.2.1).
func visible(n node) varSet {
	var s varSet
	switch n := n.(type) {
	case *bgp:
		for _, t := range n.patterns {
			s.addAll(t.variables())
		}
	case *join:
		s = both(n.left, n.right)
	case *leftJoin:
		s = both(n.left, n.right)
	case *union:
		s = both(n.left, n.right)
	case *minus:
		return visible(n.left)
	case *filter:
		return visible(n.inner)
	case *extend:
		s.addAll(visible(n.inner))
		s.add(n.variable)
	case *values:
		return setOf(n.variables...)
	case *graph:
		s.addAll(visible(n.inner))
		s.addAll(slotSet(n.name))
	case *service:
		s.addAll(visible(n.inner))
		s.addAll(slotSet(n.name))
	case *group:
		for _, k := range n.keys {
			s.add(k.variable)
		}
		for _, a := range n.aggregates {
			s.add(a.variable)
		}
	case *project:
		return setOf(n.to...)
	case *distinct:
		return visible(n.inner)
	case *orderBy:
		return visible(n.inner)
	case *slice:
		return visible(n.inner)
	}
	return s
}

func both(left, right node) varSet {
	var s varSet
	s.addAll(visible(left))
	s.addAll(visible(right))
	return s
}

func slotSet(s slot) varSet {
	if s.isVar() {
		return setOf(s.variable)
	}
	return nil
}

func (t triple) variables() varSet {
	var s varSet
	for _, place := range []slot{t.subject, t.predicate, t.object} {
		if place.isVar() {
			s.add(place.variable)
		}
	}
	return s
}

// certain returns the variables that every solution of a pattern binds by
// matching, so that fixing one to a value beforehand only leaves out the
// solutions with another.
func certain(n node) varSet {
	var s varSet
	switch n := n.(type) {
	case *bgp:
		return visible(n)
	case *join:
		s.addAll(certain(n.left))
		s.addAll(certain(n.right))
	case *leftJoin:
		return certain(n.left)
	case *minus:
		return certain(n.left)
	case *union:
		return certain(n.left).intersect(certain(n.right))
	case *filter:
		return certain(n.inner)
	case *extend:
		return certain(n.inner)
	case *values:
		return n.certain()
	case *graph:
		s.addAll(certain(n.inner))
		s.addAll(slotSet(n.name))
	case *group:
		return n.certain()
	case *service:
		s.addAll(slotSet(n.name))
		if !n.silent {
			s.addAll(certain(n.inner))
		}
	case *project:
		return n.certain()
	case *distinct:
		return certain(n.inner)
	case *orderBy:
		return certain(n.inner)
	}
	return s
}

func (n *values) certain() varSet {
	var s varSet
	for i, v := range n.variables {
		bound := true
		for _, row := range n.rows {
			bound = bound && !row[i].IsZero()
		}
		if bound {
			s.add(v)
		}
	}
	return s
}

// certain of a group: keys that are plain variables. A group without keys has
// a solution even where nothing matches, so nothing can be fixed beforehand.
func (n *group) certain() varSet {
	var s varSet
	inner := certain(n.inner)
	for _, k := range n.keys {
		if k.by == nil && inner.has(k.variable) {
			s.add(k.variable)
		}
	}
	return s
}

func (n *project) certain() varSet {
	var s varSet
	inner := certain(n.inner)
	for i, v := range n.from {
		if inner.has(v) {
			s.add(n.to[i])
		}
	}
	return s
}

// addVariables collects the variables of an expression; those of a pattern in
// EXISTS are among them.
func addVariables(e expr, s *varSet) {
	switch e := e.(type) {
	case varExpr:
		s.add(e.variable)
	case callExpr:
		for _, a := range e.args {
			addVariables(a, s)
		}
	case castExpr:
		for _, a := range e.args {
			addVariables(a, s)
		}
	case inExpr:
		addVariables(e.of, s)
		for _, a := range e.list {
			addVariables(a, s)
		}
	case existsExpr:
		s.addAll(mentioned(e.pattern))
	}
}

// mentioned returns every variable of a pattern, in its expressions too.
func mentioned(n node) varSet {
	var s varSet
	s.addAll(visible(n))
	walk(n, func(n node) { s.addAll(visible(n)) }, func(e expr) { addVariables(e, &s) })
	return s
}

// walk visits a pattern and the patterns and expressions in it.
func walk(n node, visit func(node), visitExpr func(expr)) {
	visit(n)
	switch n := n.(type) {
	case *bgp:
		for _, f := range n.filters {
			visitExpr(f)
		}
	case *join:
		walk(n.left, visit, visitExpr)
		walk(n.right, visit, visitExpr)
	case *leftJoin:
		walk(n.left, visit, visitExpr)
		walk(n.right, visit, visitExpr)
		if n.on != nil {
			visitExpr(n.on)
		}
	case *union:
		walk(n.left, visit, visitExpr)
		walk(n.right, visit, visitExpr)
	case *minus:
		walk(n.left, visit, visitExpr)
		walk(n.right, visit, visitExpr)
	case *filter:
		walk(n.inner, visit, visitExpr)
		visitExpr(n.by)
	case *extend:
		walk(n.inner, visit, visitExpr)
		visitExpr(n.by)
	case *graph:
		walk(n.inner, visit, visitExpr)
	case *group:
		walk(n.inner, visit, visitExpr)
		for _, k := range n.keys {
			if k.by != nil {
				visitExpr(k.by)
			}
		}
	case *project:
		walk(n.inner, visit, visitExpr)
	case *distinct:
		walk(n.inner, visit, visitExpr)
	case *orderBy:
		walk(n.inner, visit, visitExpr)
	case *slice:
		walk(n.inner, visit, visitExpr)
	}
}

// transparent says whether a pattern can be given any row: it binds all that
// it mentions for certain, so what it does not mention cannot change it.
func transparent(n node) bool {
	ok := true
	walk(n, func(inner node) {
		switch inner.(type) {
		case *bgp, *join, *filter, *graph, *distinct:
		default:
			ok = false
		}
	}, func(e expr) {
		var s varSet
		addVariables(e, &s)
		ok = ok && s.within(certain(n))
	})
	if !ok {
		return false
	}
	// A filter inside of a join sees only what its own side binds.
	walk(n, func(inner node) {
		if f, is := inner.(*filter); is {
			var s varSet
			addVariables(f.by, &s)
			ok = ok && s.within(certain(f.inner))
		}
	}, func(expr) {})
	return ok
}
