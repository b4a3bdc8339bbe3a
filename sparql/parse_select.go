package sparql

import (
	"fmt"
	"strconv"
	"strings"
)

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
			start := p.tok.at
			e := p.expression()
			p.needAs(e, start)
			s.items = append(s.items, selectItem{variable: p.assigned(), by: e, at: at})
			p.need(")")
		default:
			p.checkBareExpression()
			p.checkTop()
			p.checkComma("SELECT")
			if len(s.items) == 0 {
				p.expected("a variable, an expression in parentheses, or *")
			}
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

func (p *parser) readModifiers() modifiers {
	m := modifiers{limit: -1}
	after := ""
	if p.word("GROUP") {
		p.needWord("BY")
		m.isGrouped = true
		p.groupKeys(&m)
	}
	if p.word("HAVING") {
		after = "HAVING"
		if !p.startsConstraint() {
			p.bareCondition("HAVING")
		}
		for p.startsConstraint() {
			m.having = append(m.having, p.constraint())
		}
	}
	if p.word("ORDER") {
		after = "ORDER BY"
		p.needWord("BY")
		p.orderKeys(&m)
	}
	for {
		switch {
		case p.word("LIMIT"):
			m.limit, after = p.integer(), "LIMIT"
			if p.at(",") {
				p.instead("OFFSET", "OFFSET "+strconv.Itoa(m.limit)+" LIMIT …")
			}
		case p.word("OFFSET"):
			m.offset, after = p.integer(), "OFFSET"
		default:
			p.checkOrder(after)
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
			p.checkComma("GROUP BY")
			return
		}
	}
}

func (p *parser) orderKeys(m *modifiers) {
	for {
		key, at := orderKey{descending: p.atWord("DESC")}, p.tok.at
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
			p.checkComma("ORDER BY")
			return
		}
		if _, isVar := key.by.(varExpr); isVar && p.atWord("ASC", "DESC") && !strings.HasPrefix(strings.TrimLeft(p.text[p.pos:], " \t\r\n"), "(") {
			p.instead("it before the key", strings.ToUpper(p.tok.text)+"("+p.text[at:p.last]+")")
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
	if len(existing(item.by)) > 0 {
		return fmt.Sprintf("write BIND(… AS ?%s) at the end of WHERE, GROUP BY ?%s and SELECT ?%s", as, as, as)
	}
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
