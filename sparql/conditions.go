package sparql

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/trialweave/trialweave/rdf"
)

// unique lists things, each once, in the order in which they came. What is listed of
// a query goes into it, so that the time of a query of very many terms is in
// proportion to them.
type unique[T comparable] struct {
	all  []T
	seen map[T]struct{}
}

// add reports whether it is new.
func (u *unique[T]) add(x T) bool {
	if _, ok := u.seen[x]; ok {
		return false
	}
	if u.seen == nil {
		u.seen = map[T]struct{}{}
	}
	u.seen[x] = struct{}{}
	u.all = append(u.all, x)
	return true
}

// termList lists terms, each once.
type termList struct{ unique[rdf.Term] }

func (l *termList) add(t rdf.Term) {
	if !t.IsZero() {
		l.unique.add(t)
	}
}

func (l *termList) triples(list []triple) {
	for _, t := range list {
		l.add(t.subject.term)
		l.add(t.predicate.term)
		l.add(t.object.term)
		eachOfPath(t.path, l.add)
	}
}

// Constructed lists the terms that the template of a CONSTRUCT names.
func (q *Query) Constructed() []rdf.Term {
	var out termList
	out.triples(q.template)
	return out.all
}

// Subjects lists the terms of which the template of a CONSTRUCT says something.
func (q *Query) Subjects() []rdf.Term {
	var out termList
	for _, t := range q.template {
		out.add(t.subject.term)
	}
	return out.all
}

// Constants lists the terms that the patterns of a query name, each once, also in
// their expressions; what SERVICE sends elsewhere is not among them.
func (q *Query) Constants() []rdf.Term {
	var out termList
	eachPart(q.root, func(n node) {
		switch n := n.(type) {
		case *bgp:
			out.triples(n.patterns)
		case *values:
			for _, row := range n.rows {
				for _, t := range row {
					out.add(t)
				}
			}
		}
	}, func(e expr) {
		if c, ok := e.(constExpr); ok {
			out.add(c.term)
		}
	})
	return out.all
}

// Described lists the IRIs that a DESCRIBE names.
func (q *Query) Described() []rdf.Term {
	var out []rdf.Term
	for _, s := range q.describe {
		if !s.isVar() {
			out = append(out, s.term)
		}
	}
	return out
}

// IsFunction reports whether a function is named by an IRI.
func IsFunction(iri string) bool {
	_, ok := functions[iri]
	return ok
}

// NamesIn lists the local names of the functions in a namespace, in order; tw:matches is
// one of them.
func NamesIn(namespace string) []string {
	var out []string
	for iri := range functions {
		if name, ok := strings.CutPrefix(iri, namespace); ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// IllTyped reports whether a literal is not one that its datatype has, such as
// "2020-13-01"^^xsd:date: it equals nothing but itself and has no order.
func IllTyped(t rdf.Term) bool {
	local, ok := strings.CutPrefix(t.Datatype, xsd)
	_, isMoment := layouts[local]
	known := ok && (isMoment || strings.HasSuffix(local, "uration") || local == "boolean" || isNumericType(t.Datatype))
	return t.Kind == rdf.LiteralTerm && known && valueOf(t).kind == kindOther
}

func eachOfPath(p path, visit func(rdf.Term)) {
	m := &mentioning{}
	if _, named := p.(tripleTerm); p != nil && !named {
		m.path(p)
	}
	for _, mention := range m.mentions.all {
		visit(mention.Property)
	}
}

// eachPart visits a pattern, the patterns and expressions in it, those in EXISTS and
// the parts of each expression.
func eachPart(n node, visit func(node), visitExpr func(expr)) {
	var expression func(expr)
	expression = func(e expr) {
		visitExpr(e)
		if exists, ok := e.(existsExpr); ok {
			eachPart(exists.pattern, visit, visitExpr)
		}
		for _, a := range operands(e) {
			expression(a)
		}
	}
	walk(n, visit, expression)
}

// operands are the expressions that an expression is made of.
func operands(e expr) []expr {
	switch e := e.(type) {
	case callExpr:
		return e.args
	case castExpr:
		return e.args
	case inExpr:
		return append([]expr{e.of}, e.list...)
	}
	return nil
}

// MatchedThings lists the variables that tw:matches is asked of and that are the
// subject of a pattern, too, so that they are no literals.
func (q *Query) MatchedThings() []string {
	matched, subjects := varSet{}, varSet{}
	eachPart(q.root, func(n node) {
		b, ok := n.(*bgp)
		if !ok {
			return
		}
		for _, t := range b.patterns {
			switch {
			case t.matchesWords():
				matched.addAll(slotSet(t.subject))
			default:
				subjects.addAll(slotSet(t.subject))
			}
		}
	}, func(expr) {})
	var out []string
	for _, v := range matched.intersect(subjects).list() {
		out = append(out, q.names[v])
	}
	return out
}

// bindings are the expressions of BIND and AS, of the variables that nothing else
// binds.
type bindings struct {
	by         map[int]expr
	properties map[int][]rdf.Term // of which other variables are the value
	things     varSet             // the subjects of patterns
	guarded    map[int]bool       // whose DATATYPE is asked for
}

func (q *Query) bindings() bindings {
	a := bindings{by: map[int]expr{}, properties: q.mentioning().properties, guarded: map[int]bool{}}
	twice := map[int]bool{}
	eachPart(q.root, func(n node) {
		switch n := n.(type) {
		case *extend:
			if _, again := a.by[n.variable]; again {
				twice[n.variable] = true
			}
			a.by[n.variable] = n.by
		case *values:
			for _, v := range n.variables {
				twice[v] = true
			}
		case *bgp:
			for _, t := range n.patterns {
				if !t.matchesWords() {
					a.things.addAll(slotSet(t.subject))
				}
			}
		}
	}, func(e expr) {
		if call, ok := e.(callExpr); ok && call.name == "DATATYPE" {
			if v, ok := call.args[0].(varExpr); ok {
				a.guarded[v.variable] = true
			}
		}
	})
	for v := range twice {
		delete(a.by, v)
		delete(a.properties, v)
	}
	for v := range a.by {
		if len(a.properties[v]) > 0 {
			delete(a.by, v)
			delete(a.properties, v)
		}
	}
	return a
}

// mostInlined bounds the parts of an expression in which assigned variables are
// followed.
const mostInlined = 200

// inlined puts what variables are assigned in their places. An expression that
// becomes too large stays as it is.
func (a bindings) inlined(e expr) expr {
	left := mostInlined
	out := a.expand(e, &left)
	if left <= 0 {
		return e
	}
	return out
}

func (a bindings) expand(e expr, left *int) expr {
	if *left--; *left <= 0 {
		return e
	}
	list := func(args []expr) []expr {
		out := make([]expr, len(args))
		for i, arg := range args {
			out[i] = a.expand(arg, left)
		}
		return out
	}
	switch e := e.(type) {
	case varExpr:
		if by, ok := a.by[e.variable]; ok {
			return a.expand(by, left)
		}
	case callExpr:
		return callExpr{e.name, list(e.args)}
	case castExpr:
		return castExpr{e.iri, list(e.args)}
	case inExpr:
		return inExpr{a.expand(e.of, left), list(e.list), e.negated}
	}
	return e
}

// Condition is a comparison of what functions make of a value of a property with a
// constant, such as LCASE(?status) = "recruiting" or REGEX(?status, "recruit").
type Condition struct {
	// Text is how the query has it.
	Text string
	// Side is what the constant is compared with.
	Side string
	// Properties have the value.
	Properties []rdf.Term
	// Constant is the text that it is compared with.
	Constant rdf.Term

	query    *Query
	variable int
	side, by expr // what is compared, and the whole
	negated  bool
}

// comparing are the functions and operators that compare two texts.
var comparing = []string{"=", "!=", "CONTAINS", "STRSTARTS", "STRENDS", "REGEX"}

// Conditions lists the conditions of a query on a single value of a property, each
// once. A plain comparison of the value, which Comparisons lists, is not among them.
func (q *Query) Conditions() []Condition {
	known := q.bindings()
	var out []Condition
	type key struct {
		text     string
		variable int
	}
	var seen unique[key]
	add := func(c Condition) {
		if len(out) < mostAsked && seen.add(key{c.Text, c.variable}) {
			out = append(out, c)
		}
	}
	eachPart(q.root, func(node) {}, func(e expr) {
		switch e := e.(type) {
		case callExpr:
			if len(e.args) >= 2 && len(out) < mostAsked && slices.Contains(comparing, e.name) {
				q.condition(known, e.name, e.args[0], e.args[1:2], e.args, add)
				if e.name == "=" || e.name == "!=" {
					q.condition(known, e.name, e.args[1], e.args[:1], e.args, add)
				}
			}
		case inExpr:
			if len(out) < mostAsked {
				q.condition(known, map[bool]string{false: "=", true: "!="}[e.negated], e.of, e.list[:min(len(e.list), mostAsked)], nil, add)
			}
		}
	})
	return out
}

// condition lists the comparisons of a side with some constants. All arguments are
// those of the comparison, where they are more or others than the two sides.
func (q *Query) condition(known bindings, name string, side expr, constants, all []expr, add func(Condition)) {
	inlined := known.inlined(side)
	var used varSet
	addVariables(inlined, &used)
	list := used.list()
	if len(list) != 1 || len(known.properties[list[0]]) == 0 {
		return
	}
	if _, plain := side.(varExpr); plain {
		if _, same := inlined.(varExpr); same && (name == "=" || name == "!=") {
			return
		}
	}
	text := q.expression(side)
	for _, constant := range constants {
		c, ok := constant.(constExpr)
		if !ok || c.term.Kind != rdf.LiteralTerm {
			continue
		}
		whole := callExpr{name, all}
		if all == nil {
			whole.args = []expr{side, constant}
		}
		add(Condition{Text: strings.TrimSuffix(strings.TrimPrefix(q.expression(whole), "("), map[bool]string{true: ")"}[strings.Trim(name, "=!") == ""]),
			Side: text, Properties: known.properties[list[0]], Constant: c.term, query: q, variable: list[0], side: inlined, by: known.inlined(whole), negated: name == "!="})
	}
}

// bytesOfCondition bounds the memory of a condition that is asked of some values.
const bytesOfCondition = 16 << 20

// MayHold reports whether the comparison holds for one of some values: for !=, whether
// there is one that is equal. What is compared, of each value, goes to sides.
func (c Condition) MayHold(ctx context.Context, x Store, all []rdf.Term, sides func(value, side rdf.Term)) bool {
	rows := make([][]rdf.Term, len(all))
	for i, t := range all {
		rows[i] = []rdf.Term{t}
	}
	found := false
	opts := &Options{Limits: Limits{Time: time.Second, Bytes: bytesOfCondition}}
	err := c.query.evaluateNode(ctx, x, opts, &values{variables: []int{c.variable}, rows: rows}, nil, func(e *evaluator, r row) bool {
		holds, err := e.truth(c.by, r)
		found = found || err == nil && holds != c.negated
		if v, err := e.value(c.side, r); err == nil {
			sides(e.term(r[c.variable]), v.rdf())
		}
		return true
	})
	return found || err != nil
}
