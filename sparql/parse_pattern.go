package sparql

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// groupPattern reads a group in braces (section 5.2).
func (p *parser) groupPattern() node {
	defer p.nest()()
	p.need("{")
	outerBlanks, outerClosed := p.blanks, p.closed
	if p.closed == nil {
		p.closed = map[string]bool{}
	}
	p.closeBlanks()
	var n node
	if p.atWord("SELECT") {
		n = p.subSelect()
	} else {
		n = p.groupBody()
	}
	p.closeBlanks()
	p.need("}")
	p.blanks = outerBlanks
	if outerClosed != nil {
		p.closed = outerClosed
	}
	return n
}

// closeBlanks ends a basic graph pattern: its labels may not come again.
func (p *parser) closeBlanks() {
	for label := range p.blanks {
		p.closed[label] = true
	}
	p.blanks = map[string]int{}
}

// subSelect reads a sub-query: what it does not select is invisible outside.
func (p *parser) subSelect() node {
	scope, order, at := p.scope, p.order, p.tok.at
	p.enter()
	inner := p.selectQuery(false)
	names := p.query.names
	p.scope, p.order = scope, order
	var from, to []int
	var returned []string
	for _, v := range p.sets.visible(inner).list() {
		if names[v] != "" {
			from = append(from, v)
			returned = append(returned, names[v])
			to = append(to, p.variable(names[v]))
		}
	}
	p.returnsBound(at, returned)
	return &project{inner, from, to}
}

// body is a group while it is being read.
type body struct {
	done    node
	triples *bgp
	filters []expr
}

// flush joins the triples read so far to the rest.
func (b *body) flush() {
	if b.triples != nil {
		b.done = joined(b.done, b.triples)
		b.triples = nil
	}
}

// joined joins two patterns; the empty pattern is left out.
func joined(left, right node) node {
	if b, ok := left.(*bgp); ok && len(b.patterns) == 0 && len(b.filters) == 0 {
		return right
	}
	return &join{left, right}
}

func (p *parser) groupBody() node {
	b := &body{done: &bgp{}}
	for !p.at("}") {
		switch {
		case p.word("FILTER"):
			b.filters = append(b.filters, p.filterConstraint())
		case p.startsTriples():
			if b.triples == nil {
				b.triples = &bgp{}
			}
			p.triplesSameSubject(&b.triples.patterns, true)
			if !p.take(".") && !p.at("}") && p.startsTriples() {
				p.expected(`"." or "}"`)
			}
			continue
		default:
			b.flush()
			p.closeBlanks()
			p.notTriples(b)
		}
		p.take(".")
	}
	b.flush()
	out := b.done
	for _, f := range b.filters {
		out = &filter{out, f}
	}
	return out
}

func (p *parser) filterConstraint() expr {
	p.part()
	if !p.startsConstraint() {
		p.bareCondition("FILTER")
	}
	return p.constraint()
}

func (p *parser) notTriples(b *body) {
	p.part()
	at := p.tok.at
	switch {
	case p.at("{"):
		b.done = joined(b.done, p.groupOrUnion())
	case p.word("OPTIONAL"):
		b.done = optional(b.done, p.groupPattern())
	case p.word("MINUS"):
		p.without(at, "MINUS")
		b.done = &minus{b.done, p.groupPattern()}
	case p.word("LATERAL"):
		p.lateral(b)
	case p.word("GRAPH"):
		name := p.varOrIRI()
		b.done = joined(b.done, &graph{name, p.groupPattern()})
	case p.word("SERVICE"):
		b.done = joined(b.done, p.service())
	case p.word("BIND"):
		p.bind(b)
	case p.word("VALUES"):
		b.done = joined(b.done, p.valuesBlock())
	case p.atWord("AND", "OR"):
		p.instead("a pattern", "one FILTER(… "+map[bool]string{true: "&&", false: "||"}[p.atWord("AND")]+" …), or for patterns a \".\" or UNION")
	case p.tok.kind == tokWord:
		p.unknownPattern()
	default:
		p.expected("a pattern")
	}
}

// service reads what comes after SERVICE, and keeps its text.
func (p *parser) service() node {
	if p.pre != nil {
		p.fail(p.tok.at, "SERVICE is not allowed: the query is about the data graph")
	}
	n := &service{silent: p.word("SILENT"), name: p.varOrIRI()}
	start := p.tok.at
	p.services++
	n.inner = p.groupPattern()
	p.services--
	n.text = p.text[start:p.last]
	n.prologue = p.written()
	return n
}

// written is the prologue so far.
func (p *parser) written() string {
	var b strings.Builder
	if p.base != "" {
		fmt.Fprintf(&b, "BASE <%s>\n", p.base)
	}
	for _, name := range slices.Sorted(maps.Keys(p.prefixes)) {
		fmt.Fprintf(&b, "PREFIX %s: <%s>\n", name, p.prefixes[name])
	}
	return b.String()
}

// optional makes a left join: the filters of the optional group are asked of
// both sides together.
func optional(left, right node) node {
	var on expr
	for {
		f, ok := right.(*filter)
		if !ok {
			return &leftJoin{left, right, on}
		}
		if on == nil {
			on = f.by
		} else {
			on = callExpr{"&&", []expr{f.by, on}}
		}
		right = f.inner
	}
}

func (p *parser) groupOrUnion() node {
	n := p.groupPattern()
	if f, ok := n.(*filter); ok {
		n = &project{f, p.identity(f), p.identity(f)}
	}
	for p.word("UNION") {
		p.part()
		n = &union{n, p.groupPattern()}
	}
	return n
}

// identity lists the variables of a pattern, so that a projection on them
// keeps a group's filters from seeing what is outside of the group.
func (p *parser) identity(n node) []int { return p.sets.visible(n).list() }

func (p *parser) bind(b *body) {
	p.need("(")
	start := p.tok.at
	e := p.expression()
	p.needAs(e, start)
	at := p.tok.at
	v := p.assigned()
	p.need(")")
	if p.sets.visible(b.done).has(v) {
		p.fail(at, fmt.Sprintf("?%s is bound already, expected a new variable after AS", p.query.names[v]))
	}
	b.done = &extend{b.done, v, e}
}

// valuesBlock reads what comes after VALUES.
func (p *parser) valuesBlock() node {
	out := &values{}
	p.without(p.tok.at, "VALUES")
	if p.tok.kind == tokVar {
		p.parameter(out)
		return out
	}
	p.need("(")
	for !p.take(")") {
		at := p.tok.at
		v := p.needVar()
		if slices.Contains(out.variables, v) {
			p.fail(at, fmt.Sprintf("?%s comes twice in VALUES", p.query.names[v]))
		}
		out.variables = append(out.variables, v)
	}
	p.need("{")
	for !p.take("}") {
		out.rows = append(out.rows, p.valuesRow(len(out.variables)))
	}
	return out
}

// parameter reads the values of one variable, and notes where they stand.
func (p *parser) parameter(out *values) {
	known := Parameter{Name: p.tok.text, first: tokEnd}
	out.variables = []int{p.needVar()}
	p.need("{")
	known.start = p.last
	for !p.at("}") {
		at, first, end := p.tok.at, p.tok.kind, p.pos
		term := p.dataValue()
		out.rows = append(out.rows, []rdf.Term{term})
		if known.first == tokEnd {
			known.first, known.suffix = first, p.text[end:p.last]
		}
		known.terms = append(known.terms, term)
		known.Values = append(known.Values, p.text[at:p.last])
	}
	known.end = p.tok.at
	p.need("}")
	if len(known.terms) > 0 {
		p.query.parameters = append(p.query.parameters, known)
	}
}

func (p *parser) valuesRow(width int) []rdf.Term {
	at := p.tok.at
	p.need("(")
	row := []rdf.Term{}
	for !p.take(")") {
		row = append(row, p.dataValue())
	}
	if len(row) != width {
		p.fail(at, fmt.Sprintf("%d values in a row, expected %d", len(row), width))
	}
	return row
}

func (p *parser) dataValue() rdf.Term {
	switch {
	case p.word("UNDEF"):
		return rdf.Term{}
	case p.at("<<("):
		return p.tripleData()
	}
	t, ok := p.term()
	if !ok || t.Kind == rdf.BlankTerm {
		p.expected("an IRI, a literal or UNDEF")
	}
	return t
}

func (p *parser) startsTriples() bool {
	switch p.tok.kind {
	case tokVar, tokIRI, tokName, tokBlank, tokInteger, tokDecimal, tokDouble, tokString:
		return true
	case tokWord:
		return p.atWord("true", "false")
	}
	return p.at("(") || p.at("[") || p.at("+") || p.at("-") || p.at("<<") || p.at("<<(")
}

// templateBlock reads triples in braces, without paths.
func (p *parser) templateBlock() []triple {
	p.need("{")
	var out []triple
	for !p.take("}") {
		p.triplesSameSubject(&out, false)
		if !p.take(".") && !p.at("}") {
			p.expected(`"." or "}"`)
		}
	}
	return out
}

func (p *parser) triplesSameSubject(out *[]triple, paths bool) {
	defer p.nest()()
	node := p.at("[") || p.at("(") || p.at("<<")
	subject, plain := p.graphNode(out, paths)
	if node && !plain && !p.startsVerb(paths) {
		return // [ … ], ( … ) and << … >> may stand alone
	}
	p.propertyList(subject, out, paths)
}

func (p *parser) startsVerb(paths bool) bool {
	switch p.tok.kind {
	case tokVar, tokIRI, tokName:
		return true
	case tokWord:
		return p.tok.text == "a"
	}
	return paths && (p.at("^") || p.at("!") || p.at("("))
}

func (p *parser) propertyList(subject slot, out *[]triple, paths bool) {
	for {
		t := triple{subject: subject}
		at := p.tok.at
		p.verb(&t, paths)
		for {
			t.object, _ = p.graphNode(out, paths)
			p.part()
			made := split(t, p)
			if paths && p.services == 0 {
				p.checkMatches(at, made)
			}
			*out = append(*out, made...)
			p.annotations(made, out, paths)
			if !p.take(",") {
				break
			}
		}
		if !p.take(";") {
			return
		}
		for p.take(";") {
		}
		if !p.startsVerb(paths) {
			return
		}
	}
}

func (p *parser) verb(t *triple, paths bool) {
	switch {
	case p.pre != nil && paths && p.tok.kind == tokVar && p.tok.text == pathVariable:
		t.predicate = slot{variable: -1}
		t.path = p.boundPath()
	case p.tok.kind == tokVar:
		t.predicate = slot{variable: p.needVar()}
	case !p.startsVerb(paths):
		p.expected("a predicate")
	case paths:
		t.predicate = slot{variable: -1}
		t.path = p.pathChoice()
	case p.tok.kind == tokWord:
		p.advance()
		t.predicate = slot{-1, rdf.IRI(rdf.RDFType)}
	default:
		t.predicate = slot{-1, p.needIRI()}
	}
}

// split turns what a path says that plain triples can say into triples
// (section 18.2.2.4).
func split(t triple, p *parser) []triple {
	switch path := t.path.(type) {
	case pathIRI:
		return []triple{{t.subject, slot{-1, path.iri}, t.object, nil}}
	case pathInverse:
		return split(triple{t.object, t.predicate, t.subject, path.inner}, p)
	case pathSequence:
		middle := slot{variable: p.hidden()}
		left := split(triple{t.subject, t.predicate, middle, path.left}, p)
		return append(left, split(triple{middle, t.predicate, t.object, path.right}, p)...)
	}
	return []triple{t}
}

// graphNode reads a subject or object. The second result reports whether it was
// empty brackets or a term, after which a predicate has to come.
func (p *parser) graphNode(out *[]triple, paths bool) (slot, bool) {
	switch {
	case p.tok.kind == tokVar:
		return slot{variable: p.needVar()}, true
	case p.tok.kind == tokBlank:
		return p.blankSlot(), true
	case p.take("["):
		s := slot{variable: p.hidden()}
		if p.take("]") {
			return s, true
		}
		p.propertyList(s, out, paths)
		p.need("]")
		return s, false
	case p.take("("):
		if p.take(")") {
			return slot{-1, rdf.IRI(rdf.RDFNil)}, true
		}
		return p.collection(out, paths), false
	case p.at("<<"):
		return p.reifiedTriple(out), false
	case p.at("<<("):
		return p.tripleTerm(out), true
	}
	t, ok := p.term()
	if !ok {
		p.expected("a term or variable")
	}
	return slot{-1, t}, true
}

// blankSlot is the hidden variable of a blank node label.
func (p *parser) blankSlot() slot {
	label := p.tok.text
	if p.closed[label] {
		p.fail(p.tok.at, fmt.Sprintf("the label _:%s comes in two basic graph patterns", label))
	}
	v, ok := p.blanks[label]
	if !ok {
		v = p.hidden()
		p.blanks[label] = v
	}
	p.advance()
	return slot{variable: v}
}

func (p *parser) collection(out *[]triple, paths bool) slot {
	defer p.nest()()
	first := slot{variable: p.hidden()}
	cell := first
	for {
		item, _ := p.graphNode(out, paths)
		p.part()
		*out = append(*out, triple{subject: cell, predicate: slot{-1, rdf.IRI(rdf.RDFFirst)}, object: item})
		rest := slot{-1, rdf.IRI(rdf.RDFNil)}
		end := p.take(")")
		if !end {
			rest = slot{variable: p.hidden()}
		}
		*out = append(*out, triple{subject: cell, predicate: slot{-1, rdf.IRI(rdf.RDFRest)}, object: rest})
		if end {
			return first
		}
		cell = rest
	}
}

func (p *parser) varOrIRI() slot {
	if p.tok.kind == tokVar {
		return slot{variable: p.needVar()}
	}
	return slot{-1, p.needIRI()}
}

// Property paths (section 9.1), from the loosest operator to the tightest.

func (p *parser) pathChoice() path {
	defer p.nest()()
	left := p.pathSequence()
	for p.take("|") {
		left = pathChoice{left, p.pathSequence()}
	}
	return left
}

func (p *parser) pathSequence() path {
	left := p.pathElement()
	for p.take("/") {
		left = pathSequence{left, p.pathElement()}
	}
	return left
}

func (p *parser) pathElement() path {
	p.part()
	if p.take("^") {
		return pathInverse{p.pathRepeated()}
	}
	return p.pathRepeated()
}

func (p *parser) pathRepeated() path {
	inner := p.pathPrimary()
	switch {
	case p.take("?"):
		return pathRepeat{inner, true, false}
	case p.take("*"):
		return pathRepeat{inner, true, true}
	case p.take("+"):
		return pathRepeat{inner, false, true}
	}
	return inner
}

func (p *parser) pathPrimary() path {
	switch {
	case p.take("("):
		inner := p.pathChoice()
		p.need(")")
		return inner
	case p.take("!"):
		return p.pathNegated()
	}
	return pathIRI{p.pathTerm()}
}

func (p *parser) pathTerm() rdf.Term {
	if p.tok.kind == tokWord && p.tok.text == "a" {
		p.advance()
		return rdf.IRI(rdf.RDFType)
	}
	return p.needIRI()
}

func (p *parser) pathNegated() path {
	var out pathNegated
	one := func() {
		if p.take("^") {
			out.backward = append(out.backward, p.pathTerm())
		} else {
			out.forward = append(out.forward, p.pathTerm())
		}
	}
	if !p.take("(") {
		one()
		return out
	}
	for !p.take(")") {
		one()
		if !p.take("|") {
			p.need(")")
			break
		}
	}
	return out
}
