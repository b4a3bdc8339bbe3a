package sparql

import (
	"context"
	"errors"
	"hash/maphash"
	"iter"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// Rows evaluates a SELECT. Each row has a term for each of Variables, the zero
// term where it is unbound, and is good until the next one. The first error
// ends the rows: the query's limits, or the end of ctx.
func (q *Query) Rows(ctx context.Context, x Store, opts *Options) iter.Seq2[[]rdf.Term, error] {
	return func(yield func([]rdf.Term, error) bool) {
		if q.Form != Select {
			yield(nil, errors.New("the query is not a SELECT"))
			return
		}
		out, more := make([]rdf.Term, len(q.columns)), true
		err := q.evaluate(ctx, x, opts, func(e *evaluator, r row) bool {
			for i, c := range q.columns {
				out[i] = e.term(r[c])
			}
			more = yield(out, nil)
			return more
		})
		if err != nil && more {
			yield(nil, err)
		}
	}
}

// Ask evaluates an ASK.
func (q *Query) Ask(ctx context.Context, x Store, opts *Options) (bool, error) {
	if q.Form != Ask {
		return false, errors.New("the query is not an ASK")
	}
	found := false
	err := q.evaluate(ctx, x, opts, func(*evaluator, row) bool {
		found = true
		return false
	})
	return found, err
}

// Quads evaluates a CONSTRUCT or DESCRIBE. No triple comes twice.
func (q *Query) Quads(ctx context.Context, x Store, opts *Options) iter.Seq2[rdf.Quad, error] {
	return func(yield func(rdf.Quad, error) bool) {
		seen, more := newQuadSet(opts), true
		once := func(t rdf.Quad) bool {
			if seen.add(t) {
				more = yield(t, nil)
			}
			return more
		}
		var err error
		switch q.Form {
		case Construct:
			err = q.construct(ctx, x, opts, once)
		case Describe:
			err = q.describeAll(ctx, x, opts, once)
		default:
			err = errors.New("the query is not a CONSTRUCT or DESCRIBE")
		}
		if err != nil && more {
			yield(rdf.Quad{}, err)
		}
	}
}

// quadSet remembers quads by 16 bytes of hash each.
type quadSet struct {
	seeds [2]maphash.Seed
	seen  map[[2]uint64]struct{}
	most  int
	lane  *lane
}

// bytesOfHash is about what an entry of a quadSet takes.
const bytesOfHash = 40

func newQuadSet(opts *Options) *quadSet {
	s := &quadSet{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, seen: map[[2]uint64]struct{}{}}
	if opts != nil {
		s.most, s.lane = opts.Limits.Bytes/bytesOfHash, opts.lane
	}
	return s
}

// add reports whether the quad is new.
func (s *quadSet) add(q rdf.Quad) bool {
	hash := [2]uint64{maphash.Comparable(s.seeds[0], q), maphash.Comparable(s.seeds[1], q)}
	if _, ok := s.seen[hash]; ok {
		return false
	}
	if s.most > 0 && len(s.seen) >= s.most {
		panic(stop{limitReached(BoundMemory, "of %d bytes of memory", s.most*bytesOfHash)})
	}
	s.seen[hash] = struct{}{}
	if s.lane != nil {
		s.lane.hold(bytesOfHash)
	}
	return true
}

// evaluate runs the pattern of the query.
func (q *Query) evaluate(ctx context.Context, x Store, opts *Options, yield func(*evaluator, row) bool) error {
	return q.evaluateNode(ctx, x, opts, optimized(q.root), nil, yield)
}

func (q *Query) evaluateNode(ctx context.Context, x Store, opts *Options, root node, trace *tracer, yield func(*evaluator, row) bool) (err error) {
	if q.refused != nil {
		return q.refused
	}
	ctx, cancel := limited(ctx, opts)
	defer cancel()
	defer stopped(&err)
	return x.View(func() error {
		e := newEvaluator(ctx, q, x, opts)
		e.trace = trace
		defer e.counted()
		e.run(root, e.start, func(r row) bool { return yield(e, r) })
		return nil
	})
}

// counted hands on what was counted, also where a limit ended the query.
func (e *evaluator) counted() {
	if e.trace != nil {
		e.trace.bytes = e.peak
	}
	if e.opts.lane != nil {
		e.opts.lane.failures += e.failures
	}
}

// limited is ctx with the time limit of a query.
func limited(ctx context.Context, opts *Options) (context.Context, context.CancelFunc) {
	if opts == nil || opts.Limits.Time <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, opts.Limits.Time, timeLimit(opts.Limits.Time))
}

// stopped makes an error of the panic by which evaluation ends early.
func stopped(err *error) {
	switch s := recover().(type) {
	case nil:
	case stop:
		*err = s.err
	default:
		panic(s)
	}
}

// optimized asks filters where their variables are bound: a filter on a basic
// graph pattern becomes part of it.
func optimized(n node) node {
	switch n := n.(type) {
	case *filter:
		return optimizedFilters(n)
	case *join:
		return &join{optimized(n.left), optimized(n.right)}
	case *leftJoin:
		return &leftJoin{optimized(n.left), optimized(n.right), n.on}
	case *lateral:
		return &lateral{optimized(n.left), optimized(n.right)}
	case *union:
		return &union{optimized(n.left), optimized(n.right)}
	case *minus:
		return &minus{optimized(n.left), optimized(n.right)}
	case *extend:
		return &extend{optimized(n.inner), n.variable, n.by}
	case *graph:
		return &graph{n.name, optimized(n.inner)}
	case *group:
		return &group{optimized(n.inner), n.keys, n.aggregates}
	case *project:
		return &project{optimized(n.inner), n.from, n.to}
	case *distinct:
		return &distinct{optimized(n.inner)}
	case *orderBy:
		return &orderBy{optimized(n.inner), n.by}
	case *slice:
		return &slice{optimized(n.inner), n.offset, n.limit}
	}
	return n
}

// optimizedFilters takes the filters that stand one above the other together.
func optimizedFilters(n *filter) node {
	chain, inner := []expr{n.by}, n.inner
	for {
		f, ok := inner.(*filter)
		if !ok {
			break
		}
		chain, inner = append(chain, f.by), f.inner
	}
	inner, chain = sunk(inner, chain)
	inner = optimized(inner)
	at := len(chain) - 1 // the innermost comes first
	if b, ok := inner.(*bgp); ok && len(b.patterns) > 0 {
		bound := newSets().visible(b)
		within := &bgp{b.patterns, append([]expr{}, b.filters...)}
		for ; at >= 0; at-- {
			var used varSet
			if addVariables(chain[at], &used); !used.within(bound) {
				break
			}
			within.filters = append(within.filters, chain[at])
		}
		inner = within
	}
	for ; at >= 0; at-- {
		inner = &filter{inner, chain[at]}
	}
	return inner
}

// sunk moves the conditions that ask for words down to the pattern that binds what
// they ask for, where the words may be looked up; the others are left.
func sunk(inner node, chain []expr) (node, []expr) {
	sets := newSets()
	var rest []expr
	for _, by := range chain {
		var used varSet
		addVariables(by, &used)
		list := used.list()
		if len(list) == 1 {
			if _, _, ok := needleOf(by, list[0]); ok {
				if n, ok := sink(sets, inner, by, list[0]); ok {
					inner = n
					continue
				}
			}
		}
		rest = append(rest, by)
	}
	return inner, rest
}

// sink puts a condition of one variable above the innermost pattern that binds it
// for certain; what is around it cannot change whether it holds.
func sink(sets *sets, n node, by expr, variable int) (node, bool) {
	into := func(part node) (node, bool) {
		if !sets.certain(part).has(variable) {
			return nil, false
		}
		if deeper, ok := sink(sets, part, by, variable); ok {
			return deeper, true
		}
		return &filter{part, by}, true
	}
	switch n := n.(type) {
	case *join:
		if left, ok := into(n.left); ok {
			return &join{left, n.right}, true
		}
		if right, ok := into(n.right); ok {
			return &join{n.left, right}, true
		}
	case *leftJoin:
		if left, ok := into(n.left); ok {
			return &leftJoin{left, n.right, n.on}, true
		}
	case *minus:
		if left, ok := into(n.left); ok {
			return &minus{left, n.right}, true
		}
	case *extend:
		if inner, ok := into(n.inner); ok && n.variable != variable {
			return &extend{inner, n.variable, n.by}, true
		}
	case *graph:
		if inner, ok := into(n.inner); ok {
			return &graph{n.name, inner}, true
		}
	}
	return nil, false
}

// construct fills the template with each solution (section 16.2). Blank nodes
// of the template are new ones for each.
func (q *Query) construct(ctx context.Context, x Store, opts *Options, yield func(rdf.Quad) bool) error {
	return q.evaluate(ctx, x, opts, func(e *evaluator, r row) bool {
		blanks := map[int]rdf.Term{}
		for _, t := range q.template {
			if named, ok := t.path.(tripleTerm); ok {
				blanks[named.variable], _ = tripleOf(q.fill(e, t.subject, r, blanks), q.fill(e, t.predicate, r, blanks), q.fill(e, t.object, r, blanks))
				continue
			}
			quad := rdf.Quad{Subject: q.fill(e, t.subject, r, blanks), Predicate: q.fill(e, t.predicate, r, blanks), Object: q.fill(e, t.object, r, blanks)}
			valid := (quad.Subject.Kind == rdf.IRITerm || quad.Subject.Kind == rdf.BlankTerm) && quad.Predicate.Kind == rdf.IRITerm && !quad.Object.IsZero()
			if valid && !yield(quad) {
				return false
			}
		}
		return true
	})
}

func (q *Query) fill(e *evaluator, s slot, r row, blanks map[int]rdf.Term) rdf.Term {
	switch {
	case !s.isVar():
		return s.term
	case q.names[s.variable] != "":
		return e.term(r[s.variable])
	}
	b, ok := blanks[s.variable]
	if !ok {
		made, err := e.makeBlank(nil)
		if err != nil {
			return rdf.Term{}
		}
		b = made.term
		blanks[s.variable] = b
	}
	return b
}

// describeAll yields what the graphs say of each resource, and of the blank
// nodes that this leads to.
func (q *Query) describeAll(ctx context.Context, x Store, opts *Options, yield func(rdf.Quad) bool) (err error) {
	defer stopped(&err)
	ctx, cancel := limited(ctx, opts)
	defer cancel()
	var resources []rdf.Term
	seen := map[rdf.Term]bool{}
	add := func(t rdf.Term) {
		if (t.Kind == rdf.IRITerm || t.Kind == rdf.BlankTerm) && !seen[t] {
			seen[t] = true
			resources = append(resources, t)
		}
	}
	err = q.evaluate(ctx, x, opts, func(e *evaluator, r row) bool {
		for _, s := range q.describe {
			if s.isVar() {
				add(e.term(r[s.variable]))
			} else {
				add(s.term)
			}
		}
		return true
	})
	if err != nil {
		return err
	}
	return x.View(func() error {
		q.describeEach(newEvaluator(ctx, q, x, opts), x, &resources, add, yield)
		return nil
	})
}

// describeEach yields the triples of resources, which add makes more.
func (q *Query) describeEach(e *evaluator, x Store, resources *[]rdf.Term, add func(rdf.Term), yield func(rdf.Quad) bool) {
	for more := true; more && len(*resources) > 0; {
		e.tick()
		id, ok := x.Lookup((*resources)[0])
		*resources = (*resources)[1:]
		if !ok {
			continue
		}
		more = e.quads(index.Quad{index.Subject: id, index.Graph: e.active.graph}, func(found index.Quad) bool {
			e.tick()
			t := rdf.Quad{Subject: x.Term(found[0]), Predicate: x.Term(found[1]), Object: x.Term(found[2])}
			if t.Object.Kind == rdf.BlankTerm || t.Object.Kind == rdf.TripleTerm {
				t.Object.Relabel(func(label string) string {
					add(rdf.Blank(label))
					return label
				})
			}
			return yield(t)
		})
	}
}
