package sparql

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trialweave/trialweave/rdf"
)

// Plan is what a query did: an operator of the algebra (section 18.2), or a
// pattern of a basic graph pattern, and what it takes its solutions from.
type Plan struct {
	// Operator names it, in the words of the query language where it has some.
	Operator string
	// Times is how often it was evaluated, Rows how many solutions it gave in
	// all.
	Times, Rows int
	// Estimate is the number of matches of a pattern by which the planner chose
	// its place, when it first did so: for the row at hand, or on average where
	// that is more; -1 where nothing was estimated.
	Estimate int
	// Steps are the parts, patterns in the order in which they are matched.
	Steps []*Plan
	// Errors are, in the Plan of a whole query, the expressions without a value, Took
	// is its time, and Bytes the most memory that it held, about.
	Errors []ExpressionError
	Took   time.Duration
	Bytes  int
}

// Explain answers the query and returns what it did in place of the answer. Where a
// limit ended it, both what it did until then and the error, a *LimitError.
func (q *Query) Explain(ctx context.Context, x Store, opts *Options) (*Plan, error) {
	t := &tracer{operators: map[node]*counts{}, patterns: map[*bgp][]*step{}, errors: map[string]*ExpressionError{}}
	root := optimized(q.root)
	began := time.Now()
	err := q.evaluateNode(ctx, x, opts, root, t, func(*evaluator, row) bool { return q.Form != Ask })
	if err != nil && !errors.Is(err, ErrLimit) {
		return nil, err
	}
	plan := t.plan(q, root)
	plan.Errors, plan.Took, plan.Bytes = t.failures(), time.Since(began), t.bytes
	return plan, err
}

// counts are those of an operator.
type counts struct{ times, rows int }

// step is a pattern in its place.
type step struct {
	counts
	planned
	estimate int
}

// tracer counts what an evaluator does. Its methods do nothing on nil.
type tracer struct {
	operators map[node]*counts
	patterns  map[*bgp][]*step // in the order in which they were first chosen
	errors    map[string]*ExpressionError
	bytes     int // the most that were held
}

// counted returns yield, and notes an evaluation and what it yields.
func (t *tracer) counted(n node, yield func(row) bool) func(row) bool {
	if t == nil {
		return yield
	}
	c := t.operators[n]
	if c == nil {
		c = &counts{}
		t.operators[n] = c
	}
	c.times++
	return func(r row) bool {
		c.rows++
		return yield(r)
	}
}

// chosen notes that a pattern got a place, and why.
func (t *tracer) chosen(n *bgp, at planned, estimate int) {
	if t == nil || slices.ContainsFunc(t.patterns[n], func(s *step) bool { return s.is(&at) }) {
		return
	}
	t.patterns[n] = append(t.patterns[n], &step{planned: at, estimate: estimate})
}

// is reports whether a step is of the same pattern or hint.
func (s *step) is(at *planned) bool { return s.pattern == at.pattern && s.hint == at.hint }

// matching returns the counts of a step, after an evaluation is noted.
func (t *tracer) matching(n *bgp, at *planned) *counts {
	if t == nil {
		return nil
	}
	for _, s := range t.patterns[n] {
		if s.is(at) {
			s.times++
			return &s.counts
		}
	}
	return nil
}

func (t *tracer) plan(q *Query, n node) *Plan {
	p := &Plan{Operator: q.operator(n), Estimate: -1}
	if c := t.operators[n]; c != nil {
		p.Times, p.Rows = c.times, c.rows
	}
	if b, ok := n.(*bgp); ok {
		p.Steps = t.steps(q, b)
		return p
	}
	for _, part := range append(parts(n), inExpressions(n)...) {
		p.Steps = append(p.Steps, t.plan(q, part))
	}
	return p
}

func (t *tracer) steps(q *Query, b *bgp) []*Plan {
	var out []*Plan
	for _, s := range t.patterns[b] {
		out = append(out, &Plan{Operator: q.step(b, s) + q.filters(s.filters), Times: s.times, Rows: s.rows, Estimate: s.estimate})
		for _, f := range s.filters {
			for _, pattern := range existing(f) {
				out = append(out, t.plan(q, pattern))
			}
		}
	}
	for i, pattern := range b.patterns {
		if !slices.ContainsFunc(t.patterns[b], func(s *step) bool { return s.pattern == i }) {
			out = append(out, &Plan{Operator: q.triple(pattern), Estimate: -1})
		}
	}
	return out
}

// step says what a step of a basic graph pattern does.
func (q *Query) step(b *bgp, s *step) string {
	if s.hint != nil {
		return q.words(s.hint)
	}
	return q.triple(b.patterns[s.pattern])
}

// parts are the patterns that an operator takes its solutions from.
func parts(n node) []node {
	switch n := n.(type) {
	case *join:
		return []node{n.left, n.right}
	case *leftJoin:
		return []node{n.left, n.right}
	case *lateral:
		return []node{n.left, n.right}
	case *union:
		return []node{n.left, n.right}
	case *minus:
		return []node{n.left, n.right}
	case *filter:
		return []node{n.inner}
	case *extend:
		return []node{n.inner}
	case *graph:
		return []node{n.inner}
	case *group:
		return []node{n.inner}
	case *project:
		return []node{n.inner}
	case *distinct:
		return []node{n.inner}
	case *orderBy:
		return []node{n.inner}
	case *slice:
		return []node{n.inner}
	}
	return nil
}

// inExpressions are the patterns of EXISTS in the expression of an operator.
func inExpressions(n node) []node {
	switch n := n.(type) {
	case *filter:
		return existing(n.by)
	case *extend:
		return existing(n.by)
	case *leftJoin:
		return existing(n.on)
	}
	return nil
}

func existing(e expr) []node {
	switch e := e.(type) {
	case existsExpr:
		return []node{e.pattern}
	case callExpr:
		return existingIn(e.args)
	case castExpr:
		return existingIn(e.args)
	case inExpr:
		return append(existing(e.of), existingIn(e.list)...)
	}
	return nil
}

func existingIn(list []expr) []node {
	var out []node
	for _, e := range list {
		out = append(out, existing(e)...)
	}
	return out
}

// Write prints the plan as a table: rows, times, the estimate, and the
// operators, indented; then the expressions that had no value.
func (p *Plan) Write(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "%10s %10s %10s\n", "rows", "times", "estimate"); err != nil {
		return err
	}
	if err := p.write(w, 1); err != nil {
		return err
	}
	const megabyte = 1 << 20 // less is of no interest
	if p.Bytes >= megabyte {
		if _, err := fmt.Fprintf(w, "\n%10d  MB of memory, about, at most\n", p.Bytes/megabyte); err != nil {
			return err
		}
	}
	return p.writeErrors(w)
}

func (p *Plan) write(w io.Writer, depth int) error {
	estimate := ""
	if p.Estimate >= 0 {
		estimate = strconv.Itoa(p.Estimate)
	}
	if _, err := fmt.Fprintf(w, "%10d %10d %10s%s%s\n", p.Rows, p.Times, estimate, strings.Repeat("  ", depth), p.Operator); err != nil {
		return err
	}
	for _, s := range p.Steps {
		if err := s.write(w, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// operator says what an operator is.
func (q *Query) operator(n node) string {
	switch n := n.(type) {
	case *bgp:
		return "patterns"
	case *join:
		return "join"
	case *leftJoin:
		if n.on != nil {
			return "OPTIONAL, where " + q.expression(n.on)
		}
		return "OPTIONAL"
	case *lateral:
		return "LATERAL"
	case *union:
		return "UNION"
	case *minus:
		return "MINUS"
	case *filter:
		return "FILTER " + q.expression(n.by)
	case *extend:
		return "BIND " + q.expression(n.by) + " AS " + q.variable(n.variable)
	case *values:
		return fmt.Sprintf("VALUES %s, %d rows", q.variables(n.variables), len(n.rows))
	case *graph:
		return "GRAPH " + q.slot(n.name)
	case *group:
		return q.grouping(n)
	case *project:
		return "SELECT " + q.variables(n.to)
	case *distinct:
		return "DISTINCT"
	case *orderBy:
		var keys []string
		for _, k := range n.by {
			if k.descending {
				keys = append(keys, "DESC "+q.expression(k.by))
			} else {
				keys = append(keys, q.expression(k.by))
			}
		}
		return "ORDER BY " + strings.Join(keys, ", ")
	case *slice:
		if n.limit < 0 {
			return fmt.Sprintf("OFFSET %d", n.offset)
		}
		return fmt.Sprintf("OFFSET %d LIMIT %d", n.offset, n.limit)
	case *service:
		return "SERVICE " + q.slot(n.name)
	}
	return fmt.Sprintf("%T", n)
}

func (q *Query) grouping(n *group) string {
	var keys, sets []string
	for _, k := range n.keys {
		keys = append(keys, q.variable(k.variable))
	}
	for _, a := range n.aggregates {
		sets = append(sets, q.aggregate(a))
	}
	if len(keys) == 0 {
		return "group: " + strings.Join(sets, ", ")
	}
	return strings.TrimSuffix("GROUP BY "+strings.Join(keys, " ")+": "+strings.Join(sets, ", "), ": ")
}

func (q *Query) variable(v int) string {
	if name := q.names[v]; name != "" {
		return "?" + name
	}
	return q.hidden[v]
}

// nameHidden finds how variables are shown that the query does not name: what an
// aggregate or a key of GROUP BY is computed into by its expression, and those of
// blank nodes and of the steps of paths as blank nodes.
func (q *Query) nameHidden() {
	q.hidden = map[int]string{}
	eachPart(q.root, func(n node) {
		g, ok := n.(*group)
		if !ok {
			return
		}
		for _, k := range g.keys {
			if k.by != nil && q.names[k.variable] == "" {
				q.hidden[k.variable] = q.expression(k.by)
			}
		}
		for _, a := range g.aggregates {
			q.hidden[a.variable] = q.aggregate(a)
		}
	}, func(expr) {})
	nodes := 0
	for v, name := range q.names {
		if _, known := q.hidden[v]; name == "" && !known {
			nodes++
			q.hidden[v] = "_:b" + strconv.Itoa(nodes)
		}
	}
}

// aggregate is an aggregate as a query has it.
func (q *Query) aggregate(a aggregate) string {
	of := "*"
	if a.of != nil {
		of = q.expression(a.of)
	}
	if a.distinct {
		of = "DISTINCT " + of
	}
	return a.name + "(" + of + ")"
}

func (q *Query) variables(list []int) string {
	var names []string
	for _, v := range list {
		if q.names[v] != "" {
			names = append(names, q.variable(v))
		}
	}
	return strings.Join(names, " ")
}

func (q *Query) slot(s slot) string {
	if s.isVar() {
		return q.variable(s.variable)
	}
	return q.shown(s.term)
}

func (q *Query) triple(t triple) string {
	predicate := q.slot(t.predicate)
	_, named := t.path.(tripleTerm)
	switch {
	case t.path != nil && !named:
		predicate = q.path(t.path)
	case t.predicate.term.Value == "http://www.w3.org/1999/02/22-rdf-syntax-ns#type":
		predicate = "a"
	}
	text := q.slot(t.subject) + " " + predicate + " " + q.slot(t.object)
	if named, ok := t.path.(tripleTerm); ok {
		return q.variable(named.variable) + " is <<( " + text + " )>>"
	}
	return text
}

// shown writes a term with the prefixes of the query.
func (q *Query) shown(t rdf.Term) string {
	switch t.Datatype {
	case xsd + "integer", xsd + "decimal", xsd + "boolean":
		return t.Value
	}
	if t.Kind == rdf.LiteralTerm && t.Language == "" && t.Datatype != rdf.XSDString {
		return rdf.String(t.Value).String() + "^^" + q.shown(rdf.IRI(t.Datatype))
	}
	if t.Kind != rdf.IRITerm {
		return t.String()
	}
	best, short := -1, t.String()
	for prefix, ns := range q.prefixes {
		local, ok := strings.CutPrefix(t.Value, ns)
		if name := prefix + ":" + local; ok && !strings.ContainsAny(local, "/#?:") && (len(ns) > best || len(ns) == best && name < short) {
			best, short = len(ns), name
		}
	}
	return short
}

func (q *Query) path(p path) string {
	switch p := p.(type) {
	case pathIRI:
		return q.shown(p.iri)
	case pathInverse:
		return "^" + q.path(p.inner)
	case pathSequence:
		return "(" + q.path(p.left) + "/" + q.path(p.right) + ")"
	case pathChoice:
		return "(" + q.path(p.left) + "|" + q.path(p.right) + ")"
	case pathRepeat:
		sign := "?"
		switch {
		case p.many && p.zero:
			sign = "*"
		case p.many:
			sign = "+"
		}
		return q.path(p.inner) + sign
	case pathNegated:
		var not []string
		for _, iri := range p.forward {
			not = append(not, q.shown(iri))
		}
		for _, iri := range p.backward {
			not = append(not, "^"+q.shown(iri))
		}
		return "!(" + strings.Join(not, "|") + ")"
	}
	return fmt.Sprintf("%T", p)
}

func (q *Query) filters(list []expr) string {
	var b strings.Builder
	for _, f := range list {
		b.WriteString("  FILTER " + q.expression(f))
	}
	return b.String()
}

func (q *Query) expression(e expr) string {
	switch e := e.(type) {
	case varExpr:
		return q.variable(e.variable)
	case constExpr:
		return q.shown(e.term)
	case castExpr:
		return q.shown(rdf.IRI(e.iri)) + "(" + q.list(e.args, ", ") + ")"
	case callExpr:
		if len(e.args) == 2 && strings.Trim(e.name, "=<>!+-*/&|") == "" {
			return "(" + q.list(e.args, " "+e.name+" ") + ")"
		}
		return e.name + "(" + q.list(e.args, ", ") + ")"
	case inExpr:
		in := " IN ("
		if e.negated {
			in = " NOT IN ("
		}
		return q.expression(e.of) + in + q.list(e.list, ", ") + ")"
	case existsExpr:
		if e.negated {
			return "NOT EXISTS"
		}
		return "EXISTS"
	}
	return fmt.Sprintf("%T", e)
}

func (q *Query) list(args []expr, between string) string {
	var all []string
	for _, a := range args {
		all = append(all, q.expression(a))
	}
	return strings.Join(all, between)
}
