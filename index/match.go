package index

// Scope says which graphs a pattern is matched in.
type Scope uint8

// The scopes of a match.
const (
	// Union matches in all graphs together; a triple that several graphs hold
	// comes once.
	Union Scope = iota
	// One matches in the graph that the pattern names; the zero graph is the
	// default graph.
	One
	// Each matches in every named graph in turn; a triple comes once for each
	// graph that holds it.
	Each
)

// Match calls yield with every quad that has the numbers of the pattern in the
// places where those are not zero, until yield returns false. Under Union what
// comes has the zero graph.
func (x *Index) Match(pattern Quad, scope Scope, yield func(Quad) bool) bool {
	if scope != One {
		pattern[Graph] = 0
	}
	which, depth := x.choose(pattern, scope)
	var last Quad
	first := true
	return x.scan(which, pattern, depth, scope != Union, func(q Quad) bool {
		switch {
		case !fits(q, pattern) || scope == One && q[Graph] != pattern[Graph] || scope == Each && q[Graph] == 0:
			return true
		case scope == Union && !first && sameTriple(q, last):
			return true
		}
		if last, first = q, false; scope == Union {
			q[Graph] = 0
		}
		return yield(q)
	})
}

func fits(q, pattern Quad) bool {
	return (pattern[0] == 0 || q[0] == pattern[0]) && (pattern[1] == 0 || q[1] == pattern[1]) && (pattern[2] == 0 || q[2] == pattern[2])
}

func sameTriple(a, b Quad) bool { return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] }

// Estimate returns an upper bound of how many quads match, without looking at
// them: exact but for the graphs, where the pattern is a prefix of an order.
func (x *Index) Estimate(pattern Quad, scope Scope) int {
	if scope != One {
		pattern[Graph] = 0
	}
	which, depth := x.choose(pattern, scope)
	return x.count(which, pattern, depth)
}

func (x *Index) count(which int, pattern Quad, depth int) int {
	if which == inGraph {
		return x.countInGraph(pattern, depth)
	}
	key := orders[which].row(pattern)
	n := 0
	for _, s := range x.segments {
		n += s.orders[which].run(&key, depth)
	}
	return n
}

// choose finds the order in which the fewest quads are to be looked at, and how
// many of its leading places the pattern binds.
func (x *Index) choose(pattern Quad, scope Scope) (which, depth int) {
	for i := range orders {
		if d := min(3, orders[i].depth(pattern)); d > depth {
			which, depth = i, d
		}
	}
	if scope != One {
		return which, depth
	}
	within := orders[spog].depth(pattern)
	if within == 4 {
		within = 3
	}
	switch {
	case depth == 0 || within >= depth:
		return inGraph, within
	case depth == 3 || x.graphSize(pattern[Graph]) > x.count(which, pattern, depth):
		return which, depth
	}
	return inGraph, within
}

// countInGraph counts the quads of a graph that agree with a pattern in their
// first places.
func (x *Index) countInGraph(pattern Quad, depth int) int {
	key, n := orders[spog].row(pattern), 0
	for i, s := range x.segments {
		if x.dropped[pattern[Graph]] <= i {
			n += s.countInGraph(pattern[Graph], &key, depth)
		}
	}
	return n
}

// scan calls yield with the quads, in an order, that agree with a pattern in
// its first places; their graphs only if these are asked for.
func (x *Index) scan(which int, pattern Quad, depth int, graphs bool, yield func(Quad) bool) bool {
	if which == inGraph {
		return x.scanGraph(pattern, depth, yield)
	}
	key := orders[which].row(pattern)
	if len(x.segments) == 1 {
		return x.scanOne(x.segments[0].orders[which], &key, depth, graphs, yield)
	}
	var parts []source
	defer func() {
		for _, p := range parts {
			c := p.(*rangeScan).cursor
			c.release(c, true)
		}
	}()
	for i, s := range x.segments {
		parts = append(parts, x.rangeScan(i, s.orders[which], &key, depth))
	}
	for m := newMerger(parts); len(m) > 0; m = m.advance() {
		if !yield(orders[which].quad(m[0].row)) {
			return false
		}
	}
	return true
}

// scanGraph is scan for the quads of a graph.
func (x *Index) scanGraph(pattern Quad, depth int, yield func(Quad) bool) bool {
	key := orders[spog].row(pattern)
	var parts []source
	defer func() {
		for _, p := range parts {
			c := p.(*graphScan).cursor
			c.release(c, true)
		}
	}()
	for i, s := range x.segments {
		if x.dropped[pattern[Graph]] <= i {
			parts = append(parts, s.inGraph(pattern[Graph], &key, depth))
		}
	}
	if len(parts) == 1 {
		for r := parts[0].next(); r != nil; r = parts[0].next() {
			if !yield(orders[spog].quad(r)) {
				return false
			}
		}
		return true
	}
	for m := newMerger(parts); len(m) > 0; m = m.advance() {
		if !yield(orders[spog].quad(m[0].row)) {
			return false
		}
	}
	return true
}

func (x *Index) scanOne(s *sorted, key *row, depth int, graphs bool, yield func(Quad) bool) bool {
	c := s.cursor(graphs)
	defer s.release(c, graphs)
	c.seek(key, depth, false)
	for r := c.next(); r != nil && prefixed(r, key, depth) == 0; r = c.next() {
		if !yield(s.order.quad(r)) {
			return false
		}
	}
	return true
}

// rangeScan is the rows of a segment that agree with a key in the first places,
// without those that a later segment dropped.
type rangeScan struct {
	*cursor
	key     *row
	depth   int
	segment int
	dropped map[ID]int
	graph   ID // that was looked up last, and what came of it
	gone    bool
}

func (x *Index) rangeScan(segment int, s *sorted, key *row, depth int) *rangeScan {
	c := &rangeScan{cursor: s.cursor(true), key: key, depth: depth, segment: segment, dropped: x.dropped}
	c.seek(key, depth, false)
	return c
}

func (s *rangeScan) next() *row {
	for {
		r := s.cursor.next()
		if r == nil || prefixed(r, s.key, s.depth) != 0 {
			return nil
		}
		if g := ID(r[s.order.at[Graph]]); g != s.graph {
			s.graph, s.gone = g, s.dropped[g] > s.segment
		}
		if !s.gone {
			return r
		}
	}
}
