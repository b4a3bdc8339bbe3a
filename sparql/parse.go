// Package sparql answers SPARQL 1.2 queries over an index, with LATERAL (SEP-0006).
//
// Begin with [Parse], and with [Query.Rows], [Query.Ask] or [Query.Quads], which
// evaluate the query. [NewResultWriter] writes rows in one of the standard
// forms; [Handler] answers over HTTP.
package sparql

import (
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
		p.fail(p.tok.at, "the query has more than "+strconv.Itoa(maxParts)+" patterns and operators, expected lists of terms in VALUES, or several queries")
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
	return parseWith(text, base, prefixes, nil)
}

func parseWith(text, base string, prefixes []rdf.Prefix, pre *Prebinding) (q *Query, err error) {
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
	p := &parser{lexer: lexer{text: text}, query: &Query{base: base}, prefixes: map[string]string{}, base: base, sets: newSets(), offered: prefixes, pre: pre}
	p.enter()
	p.advance()
	p.readQuery()
	p.query.prefixes = p.prefixes
	return p.query, nil
}

// plain is the text that positions count in.
func plain(text string) string { return strings.TrimPrefix(text, "\ufeff") }

func locate(text string, f fault) *Error {
	before := text[:min(f.at, len(text))]
	line := 1 + strings.Count(before, "\n")
	column := 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return &Error{line, column, f.problem, f.prefix}
}

// enter begins a scope of variables of its own.
func (p *parser) enter() {
	p.scope, p.order = map[string]int{}, nil
}

func (p *parser) advance() {
	p.last = p.pos
	p.tok = p.next()
}

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
		p.fail(p.tok.at, "the query nests deeper than "+strconv.Itoa(maxDepth))
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
		p.fail(p.tok.at, "the query has more than "+strconv.Itoa(maxVariables)+" variables")
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

// selection is what a SELECT clause asks for.
type selection struct {
	star  bool
	items []selectItem
	at    int
}

type selectItem struct {
	variable int
	by       expr // nil for a plain variable
	at       int
}

// selectQuery reads a query or sub-query.
func (p *parser) selectQuery(top bool) node {
	var aggregates []aggregate
	outer := p.aggregates
	p.aggregates = &aggregates
	defer func() { p.aggregates = outer }()
	p.needWord("SELECT")
	unique := p.word("DISTINCT")
	if !unique {
		p.word("REDUCED") // which permits duplicates to stay
	}
	s := p.selectClause()
	if top {
		p.datasets()
	}
	p.aggregates = nil
	pattern := p.where()
	p.aggregates = &aggregates
	return p.finishSelect(pattern, s, unique, top)
}

func (p *parser) selectClause() selection {
	s := selection{at: p.tok.at}
	if p.take("*") {
		s.star = true
		return s
	}
	for {
		at := p.tok.at
		switch {
		case p.tok.kind == tokVar:
			s.items = append(s.items, selectItem{variable: p.needVar(), at: at})
		case p.take("("):
			e := p.expression()
			p.needWord("AS")
			s.items = append(s.items, selectItem{variable: p.assigned(), by: e, at: at})
			p.need(")")
		case len(s.items) == 0:
			p.expected("a variable, an expression in parentheses, or *")
		default:
			return s
		}
	}
}

// finishSelect reads what comes after WHERE and puts the operators together
// (section 18.2.4).
func (p *parser) finishSelect(pattern node, s selection, unique, top bool) node {
	m := p.readModifiers()
	inner, grouped := p.grouped(pattern, m)
	p.checkSelection(s, pattern, m, grouped)
	for _, h := range m.having {
		p.part()
		inner = &filter{inner, h}
	}
	if p.word("VALUES") {
		inner = joined(inner, p.valuesBlock())
	}
	var columns []int
	if s.star {
		for _, name := range p.order {
			if v := p.scope[name]; p.sets.visible(inner).has(v) {
				columns = append(columns, v)
			}
		}
	}
	for _, item := range s.items {
		if item.by != nil {
			inner = &extend{inner, item.variable, item.by}
		}
		columns = append(columns, item.variable)
	}
	if len(m.order) > 0 {
		inner = &orderBy{inner, m.order}
	}
	var out node = &project{inner, columns, columns}
	if unique {
		out = &distinct{out}
	}
	if top {
		p.query.columns = columns
		for _, c := range columns {
			p.query.Variables = append(p.query.Variables, p.query.names[c])
		}
	}
	return sliced(out, m)
}

func sliced(n node, m modifiers) node {
	if m.offset > 0 || m.limit >= 0 {
		return &slice{n, m.offset, m.limit}
	}
	return n
}

// modifiers are the clauses after WHERE.
type modifiers struct {
	keys          []groupKey
	isGrouped     bool
	having        []expr
	order         []orderKey
	offset, limit int
}

func (p *parser) readModifiers() modifiers {
	m := modifiers{limit: -1}
	if p.word("GROUP") {
		p.needWord("BY")
		m.isGrouped = true
		p.groupKeys(&m)
	}
	if p.word("HAVING") {
		m.having = append(m.having, p.constraint())
		for p.startsConstraint() {
			m.having = append(m.having, p.constraint())
		}
	}
	if p.word("ORDER") {
		p.needWord("BY")
		p.orderKeys(&m)
	}
	for {
		switch {
		case p.word("LIMIT"):
			m.limit = p.integer()
		case p.word("OFFSET"):
			m.offset = p.integer()
		default:
			return m
		}
	}
}

func (p *parser) integer() int {
	n, err := strconv.Atoi(p.tok.text)
	if p.tok.kind != tokInteger || err != nil {
		p.expected("a whole number")
	}
	p.advance()
	return n
}

func (p *parser) groupKeys(m *modifiers) {
	outer := p.aggregates
	p.aggregates = nil
	defer func() { p.aggregates = outer }()
	for {
		switch {
		case p.tok.kind == tokVar:
			m.keys = append(m.keys, groupKey{variable: p.needVar()})
		case p.take("("):
			key := groupKey{by: p.expression(), variable: -1}
			if p.word("AS") {
				key.variable = p.assigned()
			} else {
				key.variable = p.hidden()
			}
			p.need(")")
			m.keys = append(m.keys, key)
		case p.startsConstraint():
			m.keys = append(m.keys, groupKey{by: p.constraint(), variable: p.hidden()})
		case len(m.keys) == 0:
			p.expected("a key to group by")
		default:
			return
		}
	}
}

func (p *parser) orderKeys(m *modifiers) {
	for {
		key := orderKey{descending: p.atWord("DESC")}
		switch {
		case p.atWord("ASC", "DESC"):
			p.advance()
			p.need("(")
			key.by = p.expression()
			p.need(")")
		case p.tok.kind == tokVar:
			key.by = varExpr{p.needVar()}
		case p.startsConstraint():
			key.by = p.constraint()
		case len(m.order) == 0:
			p.expected("a key to order by")
		default:
			return
		}
		m.order = append(m.order, key)
	}
}

// startsConstraint reports whether an expression in parentheses or a call comes.
func (p *parser) startsConstraint() bool {
	return p.at("(") || p.tok.kind == tokIRI || p.tok.kind == tokName ||
		p.tok.kind == tokWord && (isBuiltin(p.tok.text) || isAggregate(p.tok.text) || p.atWord("EXISTS", "NOT")) &&
			!p.atWord("LIMIT", "OFFSET", "ORDER", "HAVING", "GROUP", "VALUES")
}

func (p *parser) constraint() expr {
	if p.take("(") {
		e := p.expression()
		p.need(")")
		return e
	}
	if p.tok.kind == tokIRI || p.tok.kind == tokName {
		return p.functionCall(p.needIRI())
	}
	return p.builtin()
}

// grouped puts a group under the query where it has keys or aggregates.
func (p *parser) grouped(pattern node, m modifiers) (node, bool) {
	if !m.isGrouped && len(*p.aggregates) == 0 {
		return pattern, false
	}
	return &group{pattern, m.keys, *p.aggregates}, true
}

func (p *parser) checkSelection(s selection, pattern node, m modifiers, grouped bool) {
	if s.star && grouped {
		p.fail(s.at, "SELECT * with GROUP BY, expected variables that are grouped by")
	}
	known := p.sets.visible(pattern)
	keys := make(varSet, 0)
	if grouped { // what is not grouped by is not seen outside of the group
		known = nil
	}
	for _, k := range m.keys {
		keys.add(k.variable)
		if grouped {
			known.add(k.variable)
		}
	}
	for _, a := range *p.aggregates {
		keys.add(a.variable)
	}
	seen := make(varSet, 0)
	for _, item := range s.items {
		if seen.has(item.variable) && item.by != nil || item.by != nil && known.has(item.variable) {
			p.fail(item.at, fmt.Sprintf("?%s is bound already, expected a new variable after AS%s", p.query.names[item.variable], p.groupedAs(item, m.keys)))
		}
		if grouped {
			p.checkGrouped(item, keys)
		}
		seen.add(item.variable)
		if item.by != nil {
			keys.add(item.variable)
		}
	}
}

func (p *parser) checkGrouped(item selectItem, keys varSet) {
	used := varSet{}
	if item.by == nil {
		used.add(item.variable)
	} else {
		addVariables(item.by, &used)
	}
	for v := range p.query.names {
		if used.has(v) && !keys.has(v) {
			p.fail(item.at, fmt.Sprintf("?%s is neither grouped by nor inside an aggregate; %s", p.query.names[v], p.howToGroup(item, v)))
		}
	}
}

// howToGroup says what to write for a variable that is not grouped by.
func (p *parser) howToGroup(item selectItem, v int) string {
	name := p.query.names[v]
	if item.by == nil {
		return fmt.Sprintf("write GROUP BY ?%s, or one of each group: (SAMPLE(?%s) AS ?one)", name, name)
	}
	as := p.query.names[item.variable]
	return fmt.Sprintf("write GROUP BY (%s AS ?%s) and SELECT ?%s", p.query.expression(item.by), as, as)
}

// groupedAs says that GROUP BY has named what is selected.
func (p *parser) groupedAs(item selectItem, keys []groupKey) string {
	name := p.query.names[item.variable]
	for _, k := range keys {
		if k.variable == item.variable && k.by != nil {
			return fmt.Sprintf("; GROUP BY binds it: write SELECT ?%s", name)
		}
	}
	return ""
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
