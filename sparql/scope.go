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
	for len(*s) < len(other) {
		*s = append(*s, 0)
	}
	for i, w := range other {
		(*s)[i] |= w
	}
}

// boundIn reports whether a row binds one of the variables.
func (s varSet) boundIn(r row) bool {
	for v, id := range r {
		if id != 0 && s.has(v) {
			return true
		}
	}
	return false
}

func (s varSet) meets(other varSet) bool {
	for i := range min(len(s), len(other)) {
		if s[i]&other[i] != 0 {
			return true
		}
	}
	return false
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

// sets remembers what is known of the variables of patterns, each of which is
// looked at once. A pattern does not change once it was asked for.
type sets struct {
	visibleIn, certainIn, usedIn, chanceIn map[node]varSet
	plainIn, transparentIn                 map[node]bool
}

func newSets() *sets {
	return &sets{visibleIn: map[node]varSet{}, certainIn: map[node]varSet{}, usedIn: map[node]varSet{}, chanceIn: map[node]varSet{}, plainIn: map[node]bool{}, transparentIn: map[node]bool{}}
}

// visible returns the variables that solutions of a pattern may bind
// (section 18.2.1).
func (m *sets) visible(n node) varSet {
	s, ok := m.visibleIn[n]
	if !ok {
		s = m.findVisible(n)
		m.visibleIn[n] = s
	}
	return s
}

func (m *sets) findVisible(n node) varSet {
	var s varSet
	switch n := n.(type) {
	case *bgp:
		for _, t := range n.patterns {
			s.addAll(t.variables())
		}
	case *join:
		s = m.both(n.left, n.right)
	case *leftJoin:
		s = m.both(n.left, n.right)
	case *lateral:
		s = m.both(n.left, n.right)
	case *union:
		s = m.both(n.left, n.right)
	case *minus:
		return m.visible(n.left)
	case *filter:
		return m.visible(n.inner)
	case *extend:
		s.addAll(m.visible(n.inner))
		s.add(n.variable)
	case *values:
		return setOf(n.variables...)
	case *graph:
		s.addAll(m.visible(n.inner))
		s.addAll(slotSet(n.name))
	case *service:
		s.addAll(m.visible(n.inner))
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
		return m.visible(n.inner)
	case *orderBy:
		return m.visible(n.inner)
	case *slice:
		return m.visible(n.inner)
	}
	return s
}

func (m *sets) both(left, right node) varSet {
	var s varSet
	s.addAll(m.visible(left))
	s.addAll(m.visible(right))
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
	if named, ok := t.path.(tripleTerm); ok {
		s.add(named.variable)
	}
	return s
}

// certain returns the variables that every solution of a pattern binds by
// matching, so that fixing one to a value beforehand only leaves out the
// solutions with another.
func (m *sets) certain(n node) varSet {
	s, ok := m.certainIn[n]
	if !ok {
		s = m.findCertain(n)
		m.certainIn[n] = s
	}
	return s
}

func (m *sets) findCertain(n node) varSet {
	var s varSet
	switch n := n.(type) {
	case *bgp:
		return m.visible(n)
	case *join:
		s.addAll(m.certain(n.left))
		s.addAll(m.certain(n.right))
	case *lateral:
		s.addAll(m.certain(n.left))
		s.addAll(m.certain(n.right))
	case *leftJoin:
		return m.certain(n.left)
	case *minus:
		return m.certain(n.left)
	case *union:
		return m.certain(n.left).intersect(m.certain(n.right))
	case *filter:
		return m.certain(n.inner)
	case *extend:
		return m.certain(n.inner)
	case *values:
		return n.certain()
	case *graph:
		s.addAll(m.certain(n.inner))
		s.addAll(slotSet(n.name))
	case *group:
		return n.certain(m.certain(n.inner))
	case *service:
		s.addAll(slotSet(n.name))
		if !n.silent {
			s.addAll(m.certain(n.inner))
		}
	case *project:
		return n.certain(m.certain(n.inner))
	case *distinct:
		return m.certain(n.inner)
	case *orderBy:
		return m.certain(n.inner)
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
func (n *group) certain(inner varSet) varSet {
	var s varSet
	for _, k := range n.keys {
		if k.by == nil && inner.has(k.variable) {
			s.add(k.variable)
		}
	}
	return s
}

func (n *project) certain(inner varSet) varSet {
	var s varSet
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
	m := newSets()
	walk(n, func(n node) { s.addAll(m.visible(n)) }, func(e expr) { addVariables(e, &s) })
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
	case *lateral:
		walk(n.left, visit, visitExpr)
		walk(n.right, visit, visitExpr)
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

// transparent reports whether a pattern can be given any row: it binds all that
// it mentions for certain, so what it does not mention cannot change it.
func (m *sets) transparent(n node) bool {
	ok, known := m.transparentIn[n]
	if !known {
		ok = m.plain(n) && m.used(n).within(m.certain(n))
		m.transparentIn[n] = ok
	}
	return ok
}

// chance returns the variables that the left side of a join may bind, by an
// expression or in some of its solutions, and that fix something of the right side,
// where that is cheap to look up.
func (m *sets) chance(n, left, right node) varSet {
	s, known := m.chanceIn[n]
	if !known {
		if m.transparent(right) {
			s = m.visible(left).intersect(m.certain(right))
		}
		m.chanceIn[n] = s
	}
	return s
}

// plain reports whether a pattern has only operators that may be transparent,
// and only filters that ask what their own side binds.
func (m *sets) plain(n node) bool {
	ok, known := m.plainIn[n]
	if !known {
		switch n := n.(type) {
		case *bgp:
			ok = true
		case *join:
			ok = m.plain(n.left) && m.plain(n.right)
		case *filter:
			var s varSet
			addVariables(n.by, &s)
			ok = m.plain(n.inner) && s.within(m.certain(n.inner))
		case *graph:
			ok = m.plain(n.inner)
		case *distinct:
			ok = m.plain(n.inner)
		}
		m.plainIn[n] = ok
	}
	return ok
}

// used returns the variables of the expressions in a plain pattern.
func (m *sets) used(n node) varSet {
	s, known := m.usedIn[n]
	if !known {
		switch n := n.(type) {
		case *bgp:
			for _, f := range n.filters {
				addVariables(f, &s)
			}
		case *join:
			s.addAll(m.used(n.left))
			s.addAll(m.used(n.right))
		case *filter:
			s.addAll(m.used(n.inner))
			addVariables(n.by, &s)
		case *graph:
			s = m.used(n.inner)
		case *distinct:
			s = m.used(n.inner)
		}
		m.usedIn[n] = s
	}
	return s
}
