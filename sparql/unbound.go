package sparql

// UnboundInExpressions lists the variables of conditions, aggregates, orders and
// other expressions that nothing binds which an expression can see: neither the
// patterns of its group nor, within EXISTS, what is around it.
func (q *Query) UnboundInExpressions() []string {
	u := &unbound{query: q, known: newSets()}
	u.node(q.root, nil)
	return u.names.all
}

// BoundNames lists the variables that the patterns of a query bind.
func (q *Query) BoundNames() []string {
	known := newSets()
	var all varSet
	walk(q.root, func(n node) { all.addAll(known.visible(n)) }, func(expr) {})
	var out unique[string]
	for _, v := range all.list() {
		if name := q.names[v]; name != "" {
			out.add(name)
		}
	}
	return out.all
}

// unbound goes down a query with the variables that are bound around EXISTS.
type unbound struct {
	query *Query
	known *sets
	names unique[string]
}

func (u *unbound) seen(around varSet, nodes ...node) varSet {
	s := append(varSet{}, around...)
	for _, n := range nodes {
		s.addAll(u.known.visible(n))
	}
	return s
}

func (u *unbound) node(n node, around varSet) {
	if l, ok := n.(*lateral); ok {
		u.node(l.left, around)
		u.node(l.right, u.seen(around, l.left))
		return
	}
	for _, part := range parts(n) {
		u.node(part, around)
	}
	switch n := n.(type) {
	case *bgp:
		for _, f := range n.filters {
			u.expr(f, u.seen(around, n))
		}
	case *leftJoin:
		if n.on != nil {
			u.expr(n.on, u.seen(around, n.left, n.right))
		}
	case *filter:
		u.expr(n.by, u.seen(around, n.inner))
	case *extend:
		u.expr(n.by, u.seen(around, n.inner))
	case *group:
		bound := u.seen(around, n.inner)
		for _, k := range n.keys {
			if k.by == nil {
				u.expr(varExpr{k.variable}, bound)
			} else {
				u.expr(k.by, bound)
			}
		}
		for _, a := range n.aggregates {
			if a.of != nil {
				u.expr(a.of, bound)
			}
		}
	case *orderBy:
		for _, k := range n.by {
			u.expr(k.by, u.seen(around, n.inner))
		}
	}
}

func (u *unbound) expr(e expr, bound varSet) {
	switch e := e.(type) {
	case varExpr:
		if name := u.query.names[e.variable]; name != "" && !bound.has(e.variable) {
			u.names.add(name)
		}
	case callExpr:
		u.exprs(e.args, bound)
	case castExpr:
		u.exprs(e.args, bound)
	case inExpr:
		u.expr(e.of, bound)
		u.exprs(e.list, bound)
	case existsExpr:
		u.node(e.pattern, bound)
	}
}

func (u *unbound) exprs(list []expr, bound varSet) {
	for _, e := range list {
		u.expr(e, bound)
	}
}
