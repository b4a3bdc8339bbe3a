package sparql

import (
	"fmt"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

func (p *parser) expression() expr {
	defer p.nest()()
	left := p.conjunction()
	for p.take("||") {
		p.part()
		left = callExpr{"||", []expr{left, p.conjunction()}}
	}
	return left
}

func (p *parser) conjunction() expr {
	left := p.relation()
	for p.take("&&") {
		p.part()
		left = callExpr{"&&", []expr{left, p.relation()}}
	}
	return left
}

func (p *parser) relation() expr {
	start := p.tok.at
	left := p.sum()
	for _, op := range []string{"=", "!=", "<", ">", "<=", ">="} {
		if p.take(op) {
			p.checkDouble(op)
			e := callExpr{op, []expr{left, p.sum()}}
			p.checkOperator(start)
			return e
		}
	}
	p.checkOperator(start)
	negated := p.atWord("NOT")
	if negated {
		p.advance()
		if !p.atWord("IN") {
			p.notIn(start)
		}
	}
	if p.word("IN") {
		return inExpr{left, p.arguments(), negated}
	}
	return left
}

func (p *parser) sum() expr {
	left := p.product()
	for {
		switch {
		case p.take("+"):
			left = callExpr{"+", []expr{left, p.product()}}
		case p.take("-"):
			left = callExpr{"-", []expr{left, p.product()}}
		default:
			return left
		}
	}
}

func (p *parser) product() expr {
	left := p.unary()
	for {
		switch {
		case p.take("*"):
			left = callExpr{"*", []expr{left, p.unary()}}
		case p.take("/"):
			left = callExpr{"/", []expr{left, p.unary()}}
		default:
			return left
		}
	}
}

func (p *parser) unary() expr {
	defer p.nest()()
	if !p.startsTerm() {
		p.part()
	}
	switch {
	case p.take("!"):
		return callExpr{"!", []expr{p.unary()}}
	case p.at("-"), p.at("+"):
		if p.signsNumber() {
			t, _ := p.signed()
			return constExpr{t}
		}
		name := map[string]string{"-": "NEG", "+": "POS"}[p.tok.text]
		p.advance()
		return callExpr{name, []expr{p.unary()}}
	}
	return p.primary()
}

// signsNumber reports whether the sign at hand stands right before a number, of
// which it is a part (the production NumericLiteralNegative).
func (p *parser) signsNumber() bool {
	rest := strings.TrimPrefix(p.text[p.pos:], ".")
	return rest != "" && rest[0] >= '0' && rest[0] <= '9'
}

// startsTerm reports whether a literal comes next, which is not counted as a
// part: lists of terms may be long.
func (p *parser) startsTerm() bool {
	switch p.tok.kind {
	case tokInteger, tokDecimal, tokDouble, tokString, tokIRI, tokName:
		return true
	}
	return false
}

func (p *parser) primary() expr {
	switch {
	case p.take("("):
		e := p.expression()
		p.need(")")
		return e
	case p.tok.kind == tokVar:
		return varExpr{p.needVar()}
	case p.tok.kind == tokIRI || p.tok.kind == tokName:
		iri := p.needIRI()
		if p.at("(") {
			return p.functionCall(iri)
		}
		return constExpr{iri}
	case p.tok.kind == tokWord && !p.atWord("true", "false"):
		return p.builtin()
	case p.at("<<("):
		return p.tripleExpression()
	}
	t, ok := p.term()
	if !ok || t.Kind == rdf.BlankTerm {
		p.expected("an expression")
	}
	return constExpr{t}
}

// functionCall reads the arguments of a function named by an IRI: the casts of
// section 17.5.
func (p *parser) functionCall(iri rdf.Term) expr {
	if !p.at("(") {
		p.expected(`"("`)
	}
	p.part()
	at := p.last
	call := castExpr{iri.Value, p.arguments()}
	problem := wrongCall(iri.Value, len(call.args))
	if problem == "" {
		problem = p.query.wrongArgument(call)
	}
	if problem != "" && p.query.refused == nil && p.services == 0 {
		p.query.refused = locate(p.text, fault{at: at, problem: problem})
	}
	p.checkWords(at, call)
	return call
}

func (p *parser) arguments() []expr {
	p.need("(")
	var out []expr
	for !p.take(")") {
		out = append(out, p.expression())
		if !p.take(",") {
			p.need(")")
			break
		}
		if p.at(")") {
			p.expected("an expression")
		}
	}
	return out
}

// builtins are the functions of section 17.4 by the fewest and the most
// arguments that they take; -1 is any number.
var builtins = map[string][2]int{
	"STR": {1, 1}, "LANG": {1, 1}, "LANGMATCHES": {2, 2}, "DATATYPE": {1, 1}, "BOUND": {1, 1}, "IRI": {1, 1}, "URI": {1, 1},
	"BNODE": {0, 1}, "RAND": {0, 0}, "ABS": {1, 1}, "CEIL": {1, 1}, "FLOOR": {1, 1}, "ROUND": {1, 1}, "CONCAT": {0, -1},
	"STRLEN": {1, 1}, "UCASE": {1, 1}, "LCASE": {1, 1}, "ENCODE_FOR_URI": {1, 1}, "CONTAINS": {2, 2}, "STRSTARTS": {2, 2},
	"STRENDS": {2, 2}, "STRBEFORE": {2, 2}, "STRAFTER": {2, 2}, "YEAR": {1, 1}, "MONTH": {1, 1}, "DAY": {1, 1}, "HOURS": {1, 1},
	"MINUTES": {1, 1}, "SECONDS": {1, 1}, "TIMEZONE": {1, 1}, "TZ": {1, 1}, "NOW": {0, 0}, "UUID": {0, 0}, "STRUUID": {0, 0},
	"MD5": {1, 1}, "SHA1": {1, 1}, "SHA256": {1, 1}, "SHA384": {1, 1}, "SHA512": {1, 1}, "COALESCE": {0, -1}, "IF": {3, 3},
	"STRLANG": {2, 2}, "STRDT": {2, 2}, "SAMETERM": {2, 2}, "ISIRI": {1, 1}, "ISURI": {1, 1}, "ISBLANK": {1, 1}, "ISLITERAL": {1, 1},
	"ISNUMERIC": {1, 1}, "REGEX": {2, 3}, "SUBSTR": {2, 3}, "REPLACE": {3, 4}, "ADJUST": {1, 2},
	"TRIPLE": {3, 3}, "SUBJECT": {1, 1}, "PREDICATE": {1, 1}, "OBJECT": {1, 1}, "ISTRIPLE": {1, 1},
	"LANGDIR": {1, 1}, "HASLANG": {1, 1}, "HASLANGDIR": {1, 1}, "STRLANGDIR": {3, 3},
}

func isBuiltin(word string) bool {
	_, ok := builtins[strings.ToUpper(word)]
	return ok
}

func isAggregate(word string) bool {
	switch strings.ToUpper(word) {
	case "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT":
		return true
	}
	return false
}

func (p *parser) builtin() expr {
	at, name := p.tok.at, strings.ToUpper(p.tok.text)
	negated := p.word("NOT")
	switch {
	case negated && !p.atWord("EXISTS"):
		p.fail(at, fmt.Sprintf("unexpected \"NOT\" before %q, expected NOT EXISTS; write !", p.tok.text))
	case p.word("EXISTS"):
		return p.exists(negated)
	case isAggregate(name):
		return p.aggregate(name)
	}
	limits, known := builtins[name]
	if !known {
		p.unknownWord()
	}
	p.advance()
	args := p.arguments()
	if len(args) < limits[0] || limits[1] >= 0 && len(args) > limits[1] {
		p.fail(at, fmt.Sprintf("%s with %d arguments", name, len(args)))
	}
	if _, isVar := first(args).(varExpr); name == "BOUND" && !isVar {
		p.fail(at, "BOUND of something that is not a variable")
	}
	p.checkRegex(at, name, args)
	return callExpr{name, args}
}

func first(args []expr) expr {
	if len(args) == 0 {
		return nil
	}
	return args[0]
}

func (p *parser) exists(negated bool) expr {
	aggregates := p.aggregates
	p.aggregates = nil
	defer func() { p.aggregates = aggregates }()
	blanks, closed := p.blanks, p.closed
	pattern := p.groupPattern()
	p.blanks, p.closed = blanks, closed
	return existsExpr{pattern, negated}
}

// aggregate reads a set function. Its value is that of a hidden variable, which
// the group binds.
func (p *parser) aggregate(name string) expr {
	if p.aggregates == nil || p.nested {
		p.fail(p.tok.at, name+" where no aggregate may stand")
	}
	p.nested = true
	p.advance()
	p.need("(")
	a := aggregate{name: name, distinct: p.word("DISTINCT"), separator: " ", variable: p.hidden()}
	if name != "COUNT" || !p.take("*") {
		a.of = p.expression()
	}
	if name == "GROUP_CONCAT" && p.take(";") {
		p.needWord("SEPARATOR")
		p.need("=")
		if p.tok.kind != tokString {
			p.expected("a string")
		}
		a.separator = p.tok.text
		p.advance()
	}
	p.need(")")
	p.nested = false
	for _, b := range *p.aggregates {
		if a.same(b) {
			return varExpr{b.variable}
		}
	}
	*p.aggregates = append(*p.aggregates, a)
	return varExpr{a.variable}
}

// same reports whether two aggregates are of one variable and have one value, so
// that it is computed once.
func (a aggregate) same(b aggregate) bool {
	x, isVariable := a.of.(varExpr)
	y, isOther := b.of.(varExpr)
	a.of, b.of, a.variable = nil, nil, b.variable
	return isVariable && isOther && x == y && a == b
}

func (p *parser) needIRI() rdf.Term {
	if p.tok.kind != tokIRI && p.tok.kind != tokName {
		p.expected("an IRI")
	}
	t, _ := p.term()
	return t
}

// term reads an IRI or a literal.
func (p *parser) term() (rdf.Term, bool) {
	tok := p.tok
	switch tok.kind {
	case tokIRI:
		p.advance()
		return rdf.IRI(p.resolve(tok.text)), true
	case tokName:
		p.advance()
		name, local, _ := strings.Cut(tok.text, ":")
		ns, ok := p.prefixes[name]
		if !ok {
			ns, ok = p.implied(name)
		}
		if !ok {
			p.unknownPrefix(tok.at, name)
		}
		return rdf.IRI(ns + local), true
	case tokInteger, tokDecimal, tokDouble:
		p.advance()
		return numeric(tok.kind, tok.text), true
	case tokString:
		p.advance()
		return p.literal(tok.text), true
	case tokWord:
		if p.atWord("true", "false") {
			p.advance()
			return rdf.Typed(strings.ToLower(tok.text), xsd+"boolean"), true
		}
	case tokPunct:
		return p.signed()
	}
	return rdf.Term{}, false
}

// implied declares a prefix that the query may use without.
func (p *parser) implied(name string) (string, bool) {
	for _, o := range p.offered {
		if o.Name == name {
			p.prefixes[name] = o.IRI
			p.query.Implied = append(p.query.Implied, o)
			return o.IRI, true
		}
	}
	return "", false
}

// resolve resolves a relative IRI; one with a scheme stays as it is.
func (p *parser) resolve(iri string) string {
	if rdf.CheckIRI(iri) == nil {
		return iri
	}
	return rdf.ResolveIRI(p.base, iri)
}

// signed reads a number with a sign before it.
func (p *parser) signed() (rdf.Term, bool) {
	sign := p.tok.text
	if sign != "+" && sign != "-" {
		return rdf.Term{}, false
	}
	p.advance()
	tok := p.tok
	if tok.kind != tokInteger && tok.kind != tokDecimal && tok.kind != tokDouble {
		p.expected("a number")
	}
	p.advance()
	return numeric(tok.kind, sign+tok.text), true
}

func numeric(kind tokenKind, text string) rdf.Term {
	switch kind {
	case tokInteger:
		return rdf.Typed(text, xsd+"integer")
	case tokDecimal:
		return rdf.Typed(text, xsd+"decimal")
	}
	return rdf.Typed(text, xsd+"double")
}

// literal reads what may follow a string.
func (p *parser) literal(text string) rdf.Term {
	if p.tok.kind == tokLang {
		lang, direction, directed := strings.Cut(p.tok.text, "--")
		d, ok := directionOf(direction)
		if directed && !ok {
			p.fail(p.tok.at, fmt.Sprintf("the direction %q, expected ltr or rtl", direction))
		}
		p.advance()
		return rdf.DirLangString(text, strings.ToLower(lang), d)
	}
	if p.take("^^") {
		return rdf.Typed(text, p.needIRI().Value)
	}
	return rdf.String(text)
}

const xsd = "http://www.w3.org/2001/XMLSchema#"
