package sparql

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/nearest"
)

// Faults that come from another language, or are usual in this one, say what to
// write.

// instead is the fault of the token at hand, with what to write in its place.
func (p *parser) instead(expected, write string) {
	p.fail(p.tok.at, fmt.Sprintf("unexpected %q, expected %s; write %s", p.tok.text, expected, write))
}

// textOf reads something and returns how it is written; it returns "…" where it
// cannot be read.
func (p *parser) textOf(read func()) (text string) {
	start := p.tok.at
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(fault); !ok {
				panic(r)
			}
			text = "…"
		}
	}()
	read()
	return strings.Join(strings.Fields(p.text[start:p.last]), " ")
}

// checkBareExpression refuses a call that stands in SELECT without parentheses and a
// name.
func (p *parser) checkBareExpression() {
	if p.tok.kind != tokWord || !isAggregate(p.tok.text) && !isBuiltin(p.tok.text) {
		return
	}
	tok := p.tok
	call := p.textOf(func() { p.expression() })
	name := "?" + strings.ToLower(tok.text)
	if p.word("AS") && p.tok.kind == tokVar {
		name = "?" + p.tok.text
	}
	p.fail(tok.at, fmt.Sprintf("unexpected %q, expected a variable, an expression in parentheses, or *; write (%s AS %s)", tok.text, call, name))
}

// checkTop refuses what other languages have in place of LIMIT.
func (p *parser) checkTop() {
	if !p.atWord("TOP", "FIRST") {
		return
	}
	word := p.tok
	p.advance()
	if p.tok.kind != tokInteger {
		p.fail(word.at, fmt.Sprintf("unexpected %q, expected a variable, an expression in parentheses, or *", word.text))
	}
	p.fail(word.at, fmt.Sprintf("unexpected %q, expected a variable, an expression in parentheses, or *; write LIMIT %s at the end of the query", word.text, p.tok.text))
}

// checkComma refuses a comma in a list that has none.
func (p *parser) checkComma(clause string) {
	if p.at(",") {
		p.instead("the next one without a comma", clause+" ?one ?other")
	}
}

// needAs takes the AS between an expression and its name.
func (p *parser) needAs(e expr, start int) {
	if p.word("AS") {
		return
	}
	written := strings.Join(strings.Fields(p.text[start:p.last]), " ")
	v, isVar := e.(varExpr)
	isVar = isVar && p.query.names[v.variable] != "" // and no aggregate
	switch {
	case p.tok.kind == tokVar:
		p.fail(p.tok.at, fmt.Sprintf("unexpected %q, expected AS; write %s AS ?%s", "?"+p.tok.text, written, p.tok.text))
	case p.at(")") && isVar:
		p.fail(p.tok.at, fmt.Sprintf(`unexpected ")", expected AS and a new variable; write %s without parentheses, or %s AS ?other`, written, written))
	case p.at(")"):
		p.fail(p.tok.at, fmt.Sprintf(`unexpected ")", expected AS and a new variable; write %s AS ?value`, written))
	}
	p.expected("AS")
}

// checkOperator refuses operators of other languages behind an operand.
func (p *parser) checkOperator(start int) {
	left := strings.Join(strings.Fields(p.text[start:p.last]), " ")
	switch {
	case p.tok.kind == tokIRI && p.tok.text == "":
		p.fail(p.tok.at, fmt.Sprintf(`unexpected "<>", expected an operator; write %s != …`, left))
	case p.atWord("LIKE", "ILIKE", "RLIKE", "REGEXP", "MATCHES"):
		p.like(left)
	case p.atWord("BETWEEN"):
		p.instead("an operator", left+" >= … && "+left+" <= …")
	case p.atWord("IS"):
		p.isNull(left)
	case p.atWord("AND"):
		p.instead("an operator", "&&")
	case p.atWord("OR"):
		p.instead("an operator", "||")
	case p.atWord("MOD", "DIV"):
		p.instead("an operator", left+" - … * FLOOR("+left+" / …) for the rest of a division")
	}
}

// like is the fault of LIKE, which has a pattern with % behind it.
func (p *parser) like(left string) {
	word := p.tok
	p.advance()
	call := `CONTAINS(` + left + `, "…"), or REGEX(` + left + `, "…", "i")`
	if p.tok.kind == tokString && !strings.EqualFold(word.text, "REGEXP") {
		part := strings.Trim(p.tok.text, "%")
		name := map[[2]bool]string{{false, true}: "STRSTARTS", {true, false}: "STRENDS"}[[2]bool{strings.HasPrefix(p.tok.text, "%"), strings.HasSuffix(p.tok.text, "%")}]
		if name == "" {
			name = "CONTAINS"
		}
		call = fmt.Sprintf(`%s(%s, %q), or in any case of letters REGEX(%s, %q, "iq")`, name, left, part, left, part)
	}
	p.fail(word.at, fmt.Sprintf("unexpected %q, expected an operator; write %s", word.text, call))
}

func (p *parser) isNull(left string) {
	is := p.tok
	p.advance()
	bound := "!BOUND(" + left + ")"
	if p.word("NOT") {
		bound = "BOUND(" + left + ")"
	}
	p.fail(is.at, fmt.Sprintf("unexpected %q, expected an operator; write %s", is.text, bound))
}

// checkDouble refuses == and the like, where the first sign was read.
func (p *parser) checkDouble(op string) {
	if p.at("=") && op == "=" && p.tok.at == p.last {
		p.fail(p.tok.at-1, `unexpected "==", expected an operator; write =`)
	}
}

// elsewhere are functions of other languages, and what SPARQL has in their place.
var elsewhere = map[string]string{
	"DATEDIFF": "?end - ?start, which is a duration", "DATE_DIFF": "?end - ?start, which is a duration", "TIMESTAMPDIFF": "?end - ?start, which is a duration",
	"DATEADD": `?date + "P1D"^^xsd:dayTimeDuration`, "DATE_ADD": `?date + "P1D"^^xsd:dayTimeDuration`, "DATE": "xsd:date(…)", "TO_DATE": "xsd:date(…)", "CAST": "xsd:integer(…), or another datatype so", "CONVERT": "xsd:integer(…), or another datatype so",
	"GETDATE": "NOW()", "TODAY": "xsd:date(NOW())", "CURDATE": "xsd:date(NOW())", "CURRENT_DATE": "xsd:date(NOW())", "CURRENT_TIMESTAMP": "NOW()", "SYSDATE": "NOW()",
	"LOWER": "LCASE(…)", "UPPER": "UCASE(…)", "LENGTH": "STRLEN(…)", "LEN": "STRLEN(…)", "SUBSTRING": "SUBSTR(…)", "TRIM": `REPLACE(…, "^\\s+|\\s+$", "")`, "STARTSWITH": "STRSTARTS(…, …)", "STARTS_WITH": "STRSTARTS(…, …)",
	"ENDSWITH": "STRENDS(…, …)", "ENDS_WITH": "STRENDS(…, …)", "INSTR": "CONTAINS(…, …)", "CHARINDEX": "CONTAINS(…, …)", "REGEXP_LIKE": "REGEX(…, …)", "REGEXP": "REGEX(…, …)", "MATCHES": "REGEX(…, …)",
	"ISNULL": "!BOUND(…)", "IFNULL": "COALESCE(…, …)", "NVL": "COALESCE(…, …)", "CASE": "IF(condition, …, …)", "IIF": "IF(condition, …, …)", "DECODE": "IF(condition, …, …)",
	"CEILING": "CEIL(…)", "COUNT_DISTINCT": "COUNT(DISTINCT …)", "STRING_AGG": `GROUP_CONCAT(…; SEPARATOR=", ")`, "LISTAGG": `GROUP_CONCAT(…; SEPARATOR=", ")`, "ARRAY_AGG": `GROUP_CONCAT(…; SEPARATOR=", ")`, "AVERAGE": "AVG(…)", "MEAN": "AVG(…)",
	"LABEL": "rdfs:label as a property", "NULL": "no value: leave the variable unbound, in VALUES with UNDEF",
}

// unknownWord is the fault of a word where an expression is expected.
func (p *parser) unknownWord() {
	name := strings.ToUpper(p.tok.text)
	what, called := "an expression", strings.HasPrefix(strings.TrimLeft(p.text[p.pos:], " \t\r\n"), "(")
	if called {
		what = "a function of SPARQL"
	}
	if write, ok := elsewhere[name]; ok {
		p.instead(what, write)
	}
	if name == "NOT" {
		p.instead("EXISTS", "!")
	}
	known := append(slices.Sorted(maps.Keys(builtins)), "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "EXISTS")
	if near, ok := nearest.Of(name, known); ok && called {
		p.fail(p.tok.at, fmt.Sprintf("unexpected %q, expected %s; did you mean %s?", p.tok.text, what, near))
	}
	p.expected(what)
}

// bareCondition is the fault of a condition without parentheses.
func (p *parser) bareCondition(clause string) {
	tok := p.tok
	if p.tok.kind == tokWord && !p.atWord("true", "false") || tok.kind == tokEnd || p.at("{") || p.at("}") {
		p.unknownCondition()
	}
	condition := p.textOf(func() { p.expression() })
	p.fail(tok.at, fmt.Sprintf("a condition without parentheses, expected %s(…); write %s(%s)", clause, clause, condition))
}

func (p *parser) unknownCondition() {
	if p.tok.kind == tokWord {
		p.unknownWord()
	}
	p.expected("a condition")
}

// checkOrder refuses a clause that comes after one that it has to come before.
func (p *parser) checkOrder(after string) {
	if after == "" || !p.atWord("GROUP", "HAVING", "ORDER") {
		return
	}
	clause := map[string]string{"GROUP": "GROUP BY", "HAVING": "HAVING", "ORDER": "ORDER BY"}[strings.ToUpper(p.tok.text)]
	p.fail(p.tok.at, fmt.Sprintf("%s after %s, expected before it; write %s … %s …", clause, after, clause, after))
}

// unknownPrefix is the fault of a prefix that is not declared.
func (p *parser) unknownPrefix(at int, name string) {
	problem := fmt.Sprintf("the prefix %q is not declared", name+":")
	known := slices.Collect(maps.Keys(p.prefixes))
	for _, o := range p.offered {
		known = append(known, o.Name)
	}
	slices.Sort(known)
	best, least := "", 1+len(name)/3
	for _, other := range known {
		if d := nearest.Distance(strings.ToLower(name), strings.ToLower(other)); other != "" && other != name && d <= least && (best == "" || d < least) {
			best, least = other, d
		}
	}
	if best != "" {
		problem += fmt.Sprintf("; did you mean %s:?", best)
	}
	panic(fault{at: at, problem: problem, prefix: name + ":"})
}

// notIn is the fault of NOT behind an operand without IN.
func (p *parser) notIn(start int) {
	left := strings.Join(strings.Fields(p.text[start:p.last-len("NOT")]), " ")
	if p.atWord("LIKE", "ILIKE", "RLIKE", "REGEXP") {
		p.instead("IN", "!CONTAINS("+left+`, "…")`)
	}
	p.expected("IN")
}

// unknownPattern is the fault of a word where a pattern is expected.
func (p *parser) unknownPattern() {
	if near, ok := nearest.Of(strings.ToUpper(p.tok.text), []string{"FILTER", "OPTIONAL", "UNION", "MINUS", "GRAPH", "SERVICE", "BIND", "VALUES", "LATERAL"}); ok {
		p.fail(p.tok.at, fmt.Sprintf("unexpected %q, expected a pattern; did you mean %s?", p.tok.text, near))
	}
	if p.atWord("WHERE", "ORDER", "GROUP", "LIMIT", "HAVING", "OFFSET") {
		p.fail(p.tok.at, fmt.Sprintf("unexpected %q, expected a pattern, or } before it", p.tok.text))
	}
	p.expected("a pattern")
}
