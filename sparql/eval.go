package sparql

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// row is a solution: the number of a term for each variable, 0 for unbound.
type row []index.ID

func (r row) clone() row { return slices.Clone(r) }

// Limits end a query that asks for too much with an error, never with a short
// answer. Zero is no limit.
type Limits struct {
	// Rows is the most intermediate solutions that are held at a time.
	Rows int
	// Time is how long a query may run.
	Time time.Duration
	// Bytes is about how much memory a query may hold: solutions, groups, terms
	// that it makes. A text that it makes may have an eighth of that.
	Bytes int
}

// Options say how to run a query. Nil is the defaults.
type Options struct {
	Limits Limits
	// StrictDefault makes the default graph the quads without a graph name. By
	// default it is the union of all graphs, as the data of this project asks.
	StrictDefault bool
	// Services are the addresses that SERVICE may ask. By default it may ask
	// none: a query that does ends with a *ServiceError.
	Services []string
	// Transport asks them. Default: http.DefaultTransport.
	Transport http.RoundTripper
	// Temp is a folder for what a sort does not hold in memory, in a file that is
	// gone when the query has ended. By default a sort holds all, and ends at
	// the limits.
	Temp string
	// Now is the time that NOW() tells; the time of the call by default.
	Now time.Time

	// Bindings are values of variables by name: the query is answered as if each
	// stood in the place of its variable (SHACL, appendix A). They are for queries
	// that a Prebinding read.
	Bindings map[string]rdf.Term

	lane *lane // of a query that a Handler let in
}

// evaluator runs one query. It is for one goroutine.
type evaluator struct {
	ctx   context.Context
	query *Query
	store Store
	terms int // of the store
	opts  Options
	now   time.Time
	// made are terms that the index lacks, by number from the first it lacks.
	made      []rdf.Term
	madeIDs   map[rdf.Term]index.ID
	read      termCache
	parsed    map[index.ID]value
	triples   map[index.ID][3]index.ID // the terms of triple terms
	constants map[rdf.Term]value
	reified   reifiedTerms // nil until they are asked for
	// looked has what terms of the query were looked up as.
	looked map[rdf.Term]found
	// active is the graph that patterns are matched in.
	active dataset
	named  []index.ID // of FROM NAMED
	// start has the values from outside, which stand for their variables wherever
	// these occur: those of Options.Bindings and, inside EXISTS and LATERAL, of the
	// solution that is put into the pattern (section 18.6).
	start row
	// open says that a solution is put into a pattern. Joins are looked up there
	// then, since few solutions are expected.
	open     bool
	bgps     map[*bgp]*bgpState
	tables   map[index.ID]*predicateTable
	memos    map[node]*resultMemo
	boundKey []byte // of plans, reused
	sets     *sets
	trace    *tracer          // nil where nobody asks what was done
	asked    map[string][]row // answers of services, by what was sent
	// services counts the answers, whose blank nodes are told apart.
	services int
	held     held
	kept     int // bytes of terms and tables that stay until the end
	peak     int // the most bytes of both
	// mostParsed is how many values there were at a time, and parsedTexts the bytes of
	// the texts of those that there are.
	mostParsed, parsedTexts int
	// failures counts the expressions without a value, but for those that are handled:
	// within so many others that have one all the same.
	failures, handled int
	steps             int
	regexes           map[regexKey]*xpathRegex
	members           map[*expr]*memberSet     // of IN, by the first of its list
	negated           map[*rdf.Term][]index.ID // of negated paths, by the first of their list
	idle              []*pathScan              // that no path uses
	words             wordSearch
	// geometries are those of literals that were read.
	geometries    map[rdf.Term]geometry
	geometryBytes int // of the texts of geometries
	blank         int
	// solution numbers the solutions of basic graph patterns, labelled the blank
	// nodes that BNODE made for the one that labels are of.
	solution, labelledFor int
	labelled              map[string]value
}

// dataset is what GRAPH and FROM make of the graphs.
type dataset struct {
	scope  index.Scope
	graph  index.ID
	merged []index.ID // of several FROM
}

func newEvaluator(ctx context.Context, q *Query, x Store, opts *Options) *evaluator {
	e := &evaluator{
		ctx: ctx, query: q, store: x, terms: x.Terms(), madeIDs: map[rdf.Term]index.ID{}, parsed: map[index.ID]value{}, looked: map[rdf.Term]found{},
		bgps: map[*bgp]*bgpState{}, tables: map[index.ID]*predicateTable{}, memos: map[node]*resultMemo{}, constants: map[rdf.Term]value{}, sets: newSets(), regexes: map[regexKey]*xpathRegex{}, members: map[*expr]*memberSet{},
		negated: map[*rdf.Term][]index.ID{},
	}
	if x, ok := x.(*index.Index); ok { // and not a type that embeds one
		e.store = x.Reader()
	}
	if opts != nil {
		e.opts = *opts
	}
	if e.now = e.opts.Now; e.now.IsZero() {
		e.now = time.Now()
	}
	e.chooseDataset()
	e.start = make(row, len(q.names))
	for v, name := range q.names {
		if t := e.opts.Bindings[name]; name != "" && !t.IsZero() {
			e.start[v] = e.id(t)
		}
	}
	return e
}

// chooseDataset applies FROM and FROM NAMED (section 13.2).
func (e *evaluator) chooseDataset() {
	switch {
	case e.query.dataset:
		e.active = dataset{scope: index.One, merged: e.known(e.query.from)}
		if len(e.active.merged) == 0 {
			e.active.merged = []index.ID{noGraph}
		}
		e.named = e.known(e.query.fromNamed)
	case e.opts.StrictDefault:
		e.active = dataset{scope: index.One}
	}
}

// graphs are the named ones that GRAPH ?g goes through.
func (e *evaluator) graphs() []index.ID {
	if e.query.dataset {
		return e.named
	}
	return e.store.Graphs()
}

// noGraph is the number of no graph at all.
const noGraph = ^index.ID(0)

func (e *evaluator) known(graphs []rdf.Term) []index.ID {
	var out []index.ID
	for _, g := range graphs {
		if id, ok := e.store.Lookup(g); ok {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

type found struct {
	id    index.ID
	known bool
}

// numbered is the number of a term of the query, and whether the index has it.
func (e *evaluator) numbered(t rdf.Term) (index.ID, bool) {
	f, ok := e.looked[t]
	if !ok {
		f.id, f.known = e.store.Lookup(t)
		e.looked[t] = f
	}
	return f.id, f.known
}

// id numbers a term, which may be one that the index lacks.
func (e *evaluator) id(t rdf.Term) index.ID {
	if id, ok := e.store.Lookup(t); ok {
		return id
	}
	if id, ok := e.madeIDs[t]; ok {
		return id
	}
	const overhead = 160
	e.keep(len(t.Value) + overhead)
	id := index.ID(e.terms + 1 + len(e.made))
	e.made = append(e.made, t)
	e.madeIDs[t] = id
	return id
}

func (e *evaluator) term(id index.ID) rdf.Term {
	if id == 0 {
		return rdf.Term{}
	}
	if n := int(id) - e.terms - 1; n >= 0 {
		return e.made[n]
	}
	return e.read.term(e.store, id)
}

// run evaluates a pattern beside a row: it yields the row joined with every
// solution that is compatible with it. What the pattern does not bind for
// certain it does not get to see, but for the values from outside, so that the
// outcome is that of the algebra, which evaluates from the inside out. A yielded
// row is good for the call.
func (e *evaluator) run(n node, in row, yield func(row) bool) bool {
	e.tick()
	yield = e.trace.counted(n, yield)
	if b, ok := n.(*bgp); ok {
		if s := e.state(b); s.transparent || e.isStart(in) {
			return e.evalBGP(s, in, yield)
		}
	}
	if e.isStart(in) || e.sets.transparent(n) {
		return e.eval(n, in, yield)
	}
	cut := e.cut(n, in)
	if cut == nil {
		return e.eval(n, in, yield)
	}
	out := make(row, len(in))
	return e.eval(n, cut, func(r row) bool {
		for v := range r {
			switch {
			case in[v] == 0:
				out[v] = r[v]
			case r[v] == 0 || r[v] == in[v]:
				out[v] = in[v]
			default:
				return true // not compatible
			}
		}
		return yield(out)
	})
}

// isStart reports whether a row is the values from outside themselves.
func (e *evaluator) isStart(in row) bool {
	return len(in) == 0 || &in[0] == &e.start[0]
}

// cut returns a row without the values that a pattern does not get to see, nil where
// there are none.
func (e *evaluator) cut(n node, in row) row {
	certain := e.sets.certain(n)
	var out row
	for v, id := range in {
		if id != 0 && e.start[v] == 0 && !certain.has(v) {
			if out == nil {
				out = in.clone()
			}
			out[v] = 0
		}
	}
	return out
}

// runFrom runs a pattern with other values from outside; what is yielded to has its
// own again.
func (e *evaluator) runFrom(start row, open bool, n node, in row, yield func(row) bool) bool {
	outer, outerOpen := e.start, e.open
	defer func() { e.start, e.open = outer, outerOpen }()
	e.start, e.open = start, open
	return e.run(n, in, func(r row) bool {
		e.start, e.open = outer, outerOpen
		more := yield(r)
		e.start, e.open = start, open
		return more
	})
}

func (e *evaluator) eval(n node, in row, yield func(row) bool) bool {
	switch n := n.(type) {
	case *bgp:
		return e.evalBGP(e.state(n), in, yield)
	case *join:
		return e.evalJoin(n, in, yield)
	case *leftJoin:
		return e.evalLeftJoin(n, in, yield)
	case *lateral:
		return e.evalLateral(n, in, yield)
	case *union:
		return e.run(n.left, in, yield) && e.run(n.right, in, yield)
	case *minus:
		return e.evalMinus(n, in, yield)
	case *filter:
		m := e.resultsOf(n, n.by)
		return e.run(n.inner, in, func(r row) bool { return !e.holdsOnce(m, n.by, r) || yield(r) })
	case *extend:
		return e.evalExtend(n, in, yield)
	case *values:
		return e.evalValues(n, in, yield)
	case *graph:
		return e.evalGraph(n, in, yield)
	case *group:
		return e.evalGroup(n, in, yield)
	case *project:
		return e.evalProject(n, in, yield)
	case *distinct:
		return e.evalDistinct(n, in, yield)
	case *orderBy:
		return e.evalOrder(n, in, -1, yield)
	case *slice:
		return e.evalSlice(n, in, yield)
	case *service:
		return e.evalService(n, in, yield)
	}
	panic(stop{fmt.Errorf("there is no operator %T", n)})
}

func (e *evaluator) evalExtend(n *extend, in row, yield func(row) bool) bool {
	out, m := make(row, len(in)), e.resultsOf(n, n.by)
	return e.run(n.inner, in, func(r row) bool {
		copy(out, r)
		if id := e.idOnce(m, n.by, r); id != 0 {
			if out[n.variable] != 0 && out[n.variable] != id {
				return true
			}
			out[n.variable] = id
		}
		return yield(out)
	})
}

func (e *evaluator) evalValues(n *values, in row, yield func(row) bool) bool {
	out := make(row, len(in))
	for _, terms := range n.rows {
		copy(out, in)
		ok := true
		for i, v := range n.variables {
			if terms[i].IsZero() {
				continue
			}
			id := e.id(terms[i])
			ok = ok && (out[v] == 0 || out[v] == id)
			out[v] = id
		}
		e.solution++
		if ok && !yield(out) {
			return false
		}
	}
	return true
}

// evalGraph matches inside of named graphs (section 13.3).
func (e *evaluator) evalGraph(n *graph, in row, yield func(row) bool) bool {
	outer := e.active
	defer func() { e.active = outer }()
	inGraph := func(g index.ID, r row) bool {
		e.active = dataset{scope: index.One, graph: g}
		return e.run(n.inner, r, func(r row) bool {
			inner := e.active
			e.active = outer
			more := yield(r)
			e.active = inner
			return more
		})
	}
	if !n.name.isVar() {
		id, ok := e.numbered(n.name.term)
		return !ok || !e.isNamed(id) || inGraph(id, in)
	}
	if g := in[n.name.variable]; g != 0 {
		return !e.isNamed(g) || inGraph(g, in)
	}
	out := make(row, len(in))
	for _, g := range e.graphsFor(n.inner, in) {
		copy(out, in)
		out[n.name.variable] = g
		if !inGraph(g, out) {
			return false
		}
	}
	return true
}

// graphsFor returns the named graphs that can match: where the pattern begins
// with a triple, those that hold it.
func (e *evaluator) graphsFor(inner node, in row) []index.ID {
	b, ok := inner.(*bgp)
	if !ok || e.query.dataset || len(b.patterns) == 0 {
		return e.graphs()
	}
	best, pattern := -1, index.Quad{}
	for _, t := range b.patterns {
		if t.path != nil || t.matchesWords() {
			continue
		}
		q, known := e.bind(t, in)
		if !known {
			return nil
		}
		if n := e.store.Estimate(q, index.Each); best < 0 || n < best {
			best, pattern = n, q
		}
	}
	if best < 0 || best > len(e.graphs())*4 {
		return e.graphs()
	}
	var out []index.ID
	e.store.Match(pattern, index.Each, func(q index.Quad) bool {
		out = append(out, q[index.Graph])
		return true
	})
	slices.Sort(out)
	return slices.Compact(out)
}

func (e *evaluator) isNamed(g index.ID) bool {
	if !e.query.dataset {
		return int(g) <= e.terms && e.store.HasGraph(g)
	}
	_, found := slices.BinarySearch(e.named, g)
	return found
}
