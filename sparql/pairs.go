package sparql

import (
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// Operand is a side of an operator, as far as the text of a query says what its values
// are: those of properties, or of a datatype.
type Operand struct {
	// Text is how the query has it.
	Text string
	// Properties have the values; none where Datatype is known.
	Properties []rdf.Term
	// Thing reports that the values are subjects of triples, and so no literals.
	Thing bool
	// Datatype is an IRI.
	Datatype string
	// Constant is the value where it is written in the query, else the zero Term.
	Constant rdf.Term
	// Guarded reports that the query asks for the datatypes of the values, and so
	// knows of several.
	Guarded bool
}

// Pair is an operator that compares, adds or subtracts, with both of its sides.
type Pair struct {
	Operator    string
	Left, Right Operand
}

// Pairs lists the comparisons, differences and sums of a query of which it says of both
// sides what they are, each once; sums of constants, which [Query.Failing] lists, are
// not among them.
func (q *Query) Pairs() []Pair {
	known := q.bindings()
	var out []Pair
	var seen unique[[3]string]
	eachPart(q.root, func(node) {}, func(e expr) {
		call, ok := e.(callExpr)
		if _, compares := turnedOperators[call.name]; !ok || len(call.args) != 2 || !compares && call.name != "-" && call.name != "+" || len(out) >= mostAsked {
			return
		}
		p := Pair{call.name, q.operand(known, call.args[0]), q.operand(known, call.args[1])}
		if !p.Left.known() || !p.Right.known() || call.name == "+" && p.Left.Datatype != "" && p.Right.Datatype != "" {
			return
		}
		p.Left.Text, p.Right.Text = q.expression(call.args[0]), q.expression(call.args[1])
		if seen.add([3]string{p.Operator, p.Left.Text, p.Right.Text}) {
			out = append(out, p)
		}
	})
	return out
}

func (o Operand) known() bool { return o.Datatype != "" || o.Thing || len(o.Properties) > 0 }

// Argument is one that a function or aggregate of SPARQL takes of one kind of values alone.
type Argument struct {
	// Function is its name.
	Function string
	// Takes is string, date or number.
	Takes string
	Operand
}

// takes are the kinds of values that functions take: of all arguments, but for those
// of which the first alone is a value and the others say what to do with it.
var takes = func() map[string]string {
	out := map[string]string{}
	for kind, names := range map[string][]string{
		"string": {"STRLEN", "UCASE", "LCASE", "ENCODE_FOR_URI", "CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "CONCAT", "REGEX", "REPLACE", "SUBSTR", "LANGMATCHES"},
		"date":   {"YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TIMEZONE", "TZ"},
		"number": {"ABS", "CEIL", "FLOOR", "ROUND"},
	} {
		for _, name := range names {
			out[name] = kind
		}
	}
	return out
}()

// Arguments lists the arguments of which a query says what they are, each once.
func (q *Query) Arguments() []Argument {
	known := q.bindings()
	var out []Argument
	var seen unique[[2]string]
	list := func(name, kind string, args ...expr) {
		for _, arg := range args {
			if len(out) >= mostAsked {
				return
			}
			a := Argument{name, kind, q.operand(known, arg)}
			if !a.known() {
				continue
			}
			if a.Text = q.expression(arg); seen.add([2]string{a.Function, a.Text}) {
				out = append(out, a)
			}
		}
	}
	eachPart(q.root, func(n node) {
		g, ok := n.(*group)
		if !ok {
			return
		}
		for _, a := range g.aggregates {
			if a.name == "SUM" || a.name == "AVG" {
				list(a.name, "number", a.of)
			}
		}
	}, func(e expr) {
		call, ok := e.(callExpr)
		kind := takes[call.name]
		switch {
		case !ok || kind == "":
		case call.name == "SUBSTR":
			list(call.name, kind, call.args[0])
		default:
			list(call.name, kind, call.args...)
		}
	})
	return out
}

// operand is what a query says of an expression; the text is left to who uses it.
func (q *Query) operand(known bindings, e expr) Operand {
	var out Operand
	switch e := known.inlined(e).(type) {
	case varExpr:
		out.Properties = known.properties[e.variable]
		out.Guarded = known.guarded[e.variable]
		_, assigned := known.by[e.variable]
		out.Thing = len(out.Properties) == 0 && !assigned && known.things.has(e.variable)
	case constExpr:
		if e.term.Kind == rdf.LiteralTerm && e.term.Language == "" {
			out.Datatype, out.Constant = e.term.Datatype, e.term
		}
	default:
		if local := staticType(e); local != "" {
			out.Datatype = xsd + local
		}
	}
	return out
}

// functionTypes are the datatypes of the values of functions that have one alone.
var functionTypes = map[string]string{
	"NOW": "dateTime", "YEAR": "integer", "MONTH": "integer", "DAY": "integer", "HOURS": "integer", "MINUTES": "integer", "SECONDS": "decimal", "STRLEN": "integer",
	"STR": "string", "LANG": "string", "TZ": "string", "TIMEZONE": "dayTimeDuration",
}

// staticType is the datatype of XSD that every value of an expression has; empty where
// the expression does not say.
func staticType(e expr) string {
	switch e := e.(type) {
	case constExpr:
		local, _ := strings.CutPrefix(e.term.Datatype, xsd)
		return local
	case castExpr:
		if local, ok := strings.CutPrefix(e.iri, xsd); ok {
			return local
		}
	case callExpr:
		if len(e.args) == 2 && (e.name == "+" || e.name == "-") {
			return typeOfSum(e.name, staticType(e.args[0]), staticType(e.args[1]))
		}
		if e.name == "ADJUST" && len(e.args) > 0 {
			return staticType(e.args[0])
		}
		return functionTypes[e.name]
	}
	return ""
}

// typeOfSum is the datatype of the sum or difference of a date or time and something.
func typeOfSum(op, a, b string) string {
	_, isMoment := layouts[a]
	switch {
	case isMoment && a == b && op == "-":
		return "dayTimeDuration"
	case isMoment && strings.HasSuffix(b, "uration"):
		return a
	}
	return ""
}
