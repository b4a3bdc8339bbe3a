// Package sparql answers SPARQL 1.2 queries over an index, with LATERAL (SEP-0006).
//
// Begin with [Parse], and with [Query.Rows], [Query.Ask] or [Query.Quads], which
// evaluate the query. [NewResultWriter] writes rows in one of the standard
// forms; [Handler] answers over HTTP.
package sparql

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/trialweave/trialweave/rdf"
)

// parser is a recursive descent over the grammar of section 19.8.
type parser struct {
	lexer
	tok      token
	query    *Query
	prefixes map[string]string
	base     string
	// scope has the variables of the SELECT that is being read.
	scope map[string]int
	order []string // of scope, as they first came
	// blanks has the labels of the basic graph pattern that is being read,
	// closed those of the ones before it.
	blanks map[string]int
	closed map[string]bool
	// aggregates collects those of the SELECT, where they are allowed.
	aggregates *[]aggregate
	nested     bool // inside an aggregate
	depth      int
	parts      int // of the query so far
	sets       *sets
	services   int // around what is being read
	offered    []rdf.Prefix
	last       int // where the token before tok ends
	pre        *Prebinding
	tokens     int   // so far
	lane       *lane // nil where there is none
}

// maxDepth bounds how deep a query may nest.
const maxDepth = 200

// maxParts bounds how many patterns, operators and function calls a query may
// have, and maxVariables how many variables; terms in lists are not counted.
const (
	maxParts     = 10_000
	maxVariables = 1_000
)

// part counts a pattern, an operator or a call.
func (p *parser) part() {
	if p.parts++; p.parts > maxParts {
		p.tooMuch(p.tok.at, "the query has more than "+strconv.Itoa(maxParts)+" patterns and operators, expected lists of terms in VALUES, or several queries")
	}
}

// Parse reads a query (SPARQL 1.1 Query Language, section 19). Relative IRIs
// are resolved against base. The error is an *Error with line and column.
func Parse(text, base string) (q *Query, err error) {
	return ParseWith(text, base, nil)
}

// ParseWith is Parse with prefixes that a query may use without declaring them;
// what it declares itself wins. Query.Implied lists those that it used.
func ParseWith(text, base string, prefixes []rdf.Prefix) (*Query, error) {
	return parseWith(text, base, prefixes, nil, nil)
}

// parseWith is ParseWith of a query with pre-bound variables, and of one that runs in a
// lane; either may be nil.
func parseWith(text, base string, prefixes []rdf.Prefix, pre *Prebinding, l *lane) (q *Query, err error) {
	if !utf8.ValidString(text) {
		return nil, &Error{Line: 1, Column: 1, Problem: "the query is not valid UTF-8"}
	}
	text = plain(text)
	defer func() {
		switch f := recover().(type) {
		case nil:
		case fault:
			q, err = nil, locate(text, f)
		default:
			panic(f)
		}
	}()
	p := &parser{lexer: lexer{text: text}, query: &Query{base: base}, prefixes: map[string]string{}, base: base, sets: newSets(), offered: prefixes, pre: pre, lane: l}
	p.query.prefixes = p.prefixes
	p.enter()
	p.advance()
	p.readQuery()
	p.query.nameHidden()
	p.query.tokens = p.tokens
	return p.query, nil
}

// plain is the text that positions count in.
func plain(text string) string { return strings.TrimPrefix(text, "\ufeff") }

func locate(text string, f fault) *Error {
	before := text[:min(f.at, len(text))]
	line := 1 + strings.Count(before, "\n")
	column := 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return &Error{line, column, f.problem, f.prefix, f.bound}
}

// enter begins a scope of variables of its own.
func (p *parser) enter() {
	p.scope, p.order = map[string]int{}, nil
}

func (p *parser) advance() {
	p.last = p.pos
	p.tok = p.next()
	if p.tokens++; p.lane != nil && p.tokens%tokensAtOnce == 0 {
		p.lane.hold(tokensAtOnce * bytesOfToken)
		p.lane.pass()
		if p.lane.ctx.Err() != nil {
			panic(stop{context.Cause(p.lane.ctx)})
		}
	}
}

// bytesOfToken is about what is kept of a token, and tokensAtOnce are read between two
// looks at the lane.
const (
	bytesOfToken = 128
	tokensAtOnce = 256
)

func (p *parser) expected(what string) {
	p.fail(p.tok.at, fmt.Sprintf("unexpected %q, expected %s", p.tok.text, what))
}

// word takes a keyword if it comes next.
func (p *parser) word(w string) bool {
	if p.tok.kind == tokWord && strings.EqualFold(p.tok.text, w) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) needWord(w string) {
	if !p.word(w) {
		p.expected(w)
	}
}

func (p *parser) atWord(words ...string) bool {
	return p.tok.kind == tokWord && slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, p.tok.text) })
}

func (p *parser) at(punct string) bool { return p.tok.kind == tokPunct && p.tok.text == punct }

func (p *parser) take(punct string) bool {
	if p.at(punct) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) need(punct string) {
	if !p.take(punct) {
		p.expected(strconv.Quote(punct))
	}
}

// nest guards the recursion.
func (p *parser) nest() func() {
	if p.depth++; p.depth > maxDepth {
		p.tooMuch(p.tok.at, "the query nests deeper than "+strconv.Itoa(maxDepth))
	}
	return func() { p.depth-- }
}

// variable returns the number of a variable of the scope.
func (p *parser) variable(name string) int {
	if p.pre != nil && name == pathVariable {
		p.fail(p.tok.at, "?PATH may only be the predicate of a triple pattern")
	}
	if v, ok := p.scope[name]; ok {
		return v
	}
	v := p.hidden()
	p.query.names[v] = name
	p.scope[name] = v
	p.order = append(p.order, name)
	return v
}

// hidden makes a variable that no query can name.
func (p *parser) hidden() int {
	if len(p.query.names) >= maxVariables {
		p.tooMuch(p.tok.at, "the query has more than "+strconv.Itoa(maxVariables)+" variables")
	}
	p.query.names = append(p.query.names, "")
	return len(p.query.names) - 1
}

func (p *parser) needVar() int {
	if p.tok.kind != tokVar {
		p.expected("a variable")
	}
	v := p.variable(p.tok.text)
	p.advance()
	return v
}

func (p *parser) readQuery() {
	p.prologue()
	var root node
	switch {
	case p.atWord("SELECT"):
		root = p.selectQuery(true)
	case p.word("ASK"):
		p.query.Form = Ask
		p.datasets()
		root = p.where()
		root = p.modifiers(root)
	case p.word("CONSTRUCT"):
		root = p.construct()
	case p.word("DESCRIBE"):
		root = p.describeQuery()
	default:
		p.expected("SELECT, ASK, CONSTRUCT or DESCRIBE")
	}
	if p.tok.kind != tokEnd {
		p.expected("the end of the query")
	}
	p.query.root = root
}

func (p *parser) prologue() {
	for {
		switch {
		case p.word("BASE"):
			if p.tok.kind != tokIRI {
				p.expected("an IRI")
			}
			p.base = p.resolve(p.tok.text)
			p.query.base = p.base
			p.advance()
		case p.word("PREFIX"):
			p.prefix()
		case p.word("VERSION"):
			p.version()
		default:
			return
		}
	}
}

func (p *parser) prefix() {
	name, local, ok := strings.Cut(p.tok.text, ":")
	if p.tok.kind != tokName || !ok || local != "" {
		p.expected("a prefix that ends in a colon")
	}
	p.advance()
	if p.tok.kind != tokIRI {
		p.expected("an IRI")
	}
	p.prefixes[name] = p.resolve(p.tok.text)
	p.advance()
}

func (p *parser) datasets() {
	for at := p.tok.at; p.word("FROM"); at = p.tok.at {
		if p.pre != nil {
			p.fail(at, "FROM is not allowed: the query is about the data graph")
		}
		named := p.word("NAMED")
		g := p.needIRI()
		p.query.dataset = true
		if named {
			p.query.fromNamed = append(p.query.fromNamed, g)
		} else {
			p.query.from = append(p.query.from, g)
		}
	}
}

// modifiers are the clauses after WHERE.
type modifiers struct {
	keys          []groupKey
	isGrouped     bool
	having        []expr
	order         []orderKey
	offset, limit int
}

// modifiers reads what comes after WHERE in a query that is no SELECT.
func (p *parser) modifiers(root node) node {
	var none []aggregate
	p.aggregates = &none
	m := p.readModifiers()
	inner, _ := p.grouped(root, m)
	for _, h := range m.having {
		p.part()
		inner = &filter{inner, h}
	}
	if p.word("VALUES") {
		inner = joined(inner, p.valuesBlock())
	}
	if len(m.order) > 0 {
		inner = &orderBy{inner, m.order}
	}
	return sliced(inner, m)
}

func (p *parser) construct() node {
	p.query.Form = Construct
	if p.at("{") {
		p.blanks, p.closed = map[string]int{}, map[string]bool{}
		p.query.template = p.templateBlock()
		p.blanks = nil
		p.datasets()
		return p.modifiers(p.where())
	}
	p.datasets()
	p.needWord("WHERE")
	p.blanks, p.closed = map[string]int{}, map[string]bool{}
	p.query.template = p.templateBlock()
	for _, t := range p.query.template {
		if _, named := t.path.(tripleTerm); t.path != nil && !named {
			p.expected("triples without paths")
		}
	}
	p.blanks = nil
	return p.modifiers(&bgp{patterns: p.query.template})
}

func (p *parser) describeQuery() node {
	p.query.Form = Describe
	star := p.take("*")
	for !star && (p.tok.kind == tokVar || p.tok.kind == tokIRI || p.tok.kind == tokName) {
		if p.tok.kind == tokVar {
			p.query.describe = append(p.query.describe, slot{variable: p.needVar()})
		} else {
			p.query.describe = append(p.query.describe, slot{-1, p.needIRI()})
		}
	}
	if !star && len(p.query.describe) == 0 {
		p.expected("an IRI, a variable or *")
	}
	p.datasets()
	var root node = &bgp{}
	if p.atWord("WHERE") || p.at("{") {
		root = p.where()
	}
	if star {
		for _, name := range p.order {
			p.query.describe = append(p.query.describe, slot{variable: p.scope[name]})
		}
	}
	return p.modifiers(root)
}

func (p *parser) where() node {
	p.word("WHERE")
	return p.groupPattern()
}
