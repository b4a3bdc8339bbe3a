package sparql

import (
	"context"
	"slices"
	"time"

	"github.com/trialweave/trialweave/rdf"
)

// Failing is an expression of constants that has no value.
type Failing struct {
	// Text is how the query has it.
	Text string
	// Function is the function, operator or datatype that has none.
	Function string
}

// unsteady are the functions whose value is not that of their arguments alone, or that
// take arguments without a value.
var unsteady = []string{"COALESCE", "IF", "BOUND", "RAND", "NOW", "BNODE", "UUID", "STRUUID", "&&", "||"}

// Failing lists the functions and operators of constants alone, also through BIND, that
// have no value though their arguments have one, each once. What COALESCE is asked of is
// not among them, nor are the comparisons and differences that [Query.Pairs] lists.
func (q *Query) Failing(ctx context.Context, x Store) []Failing {
	known := q.bindings()
	var asked unique[Failing]
	by := map[Failing]expr{}
	eachUnguarded(q.root, func(e expr) {
		var name string
		args := operands(e)
		switch e := e.(type) {
		case callExpr:
			name = e.name
		case castExpr:
			name = q.shown(rdf.IRI(e.iri))
		default:
			return
		}
		_, compares := turnedOperators[name]
		if len(asked.all) >= mostAsked || len(args) == 0 || compares || name == "-" || slices.Contains(unsteady, name) {
			return
		}
		left := mostInlined
		if inlined := known.inlined(e); constant(inlined, &left) {
			f := Failing{q.expression(e), name}
			if asked.add(f) {
				by[f] = inlined
			}
		}
	})
	if len(asked.all) == 0 {
		return nil
	}
	var out []Failing
	opts := &Options{Limits: Limits{Time: time.Second, Bytes: bytesOfCondition}}
	_ = q.evaluateNode(ctx, x, opts, &bgp{}, nil, func(e *evaluator, r row) bool { // what it does not come to is not listed
		for _, f := range asked.all {
			if q.fails(e, by[f], r) {
				out = append(out, f)
			}
		}
		return false
	})
	return out
}

// eachUnguarded visits the expressions of a pattern and their parts, but for what
// COALESCE is asked of and what IF chooses from: 1/0 stands for no value there.
func eachUnguarded(n node, visit func(expr)) {
	var expression func(expr)
	expression = func(e expr) {
		if exists, ok := e.(existsExpr); ok {
			eachUnguarded(exists.pattern, visit)
		}
		visit(e)
		args := operands(e)
		if call, ok := e.(callExpr); ok {
			switch call.name {
			case "COALESCE":
				args = nil
			case "IF":
				args = args[:1]
			}
		}
		for _, a := range args {
			expression(a)
		}
	}
	walk(n, func(node) {}, expression)
}

// fails reports whether an expression has no value though its operands have one.
func (q *Query) fails(e *evaluator, by expr, r row) bool {
	for _, a := range operands(by) {
		if _, err := e.value(a, r); err != nil {
			return false
		}
	}
	_, err := e.value(by, r)
	return err != nil
}

// constant reports whether an expression is of constants alone, and of few.
func constant(e expr, left *int) bool {
	if *left--; *left < 0 {
		return false
	}
	switch e := e.(type) {
	case constExpr:
		return true
	case callExpr, castExpr:
		if call, ok := e.(callExpr); ok && slices.Contains(unsteady, call.name) {
			return false
		}
		return !slices.ContainsFunc(operands(e), func(a expr) bool { return !constant(a, left) })
	}
	return false
}
