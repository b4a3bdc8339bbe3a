package words

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Op is what a Query asks of its parts.
type Op uint8

// The operators.
const (
	// Phrase asks for words that stand one after the other.
	Phrase Op = iota
	// Every asks for all of the parts.
	Every
	// Any asks for one of the parts.
	Any
	// Not asks that the only part does not match.
	Not
)

// Query is what a text is asked for.
type Query struct {
	Op    Op
	Parts []*Query
	// Words are those of a phrase, folded. Of the last one only the beginning is
	// given if Prefix is set.
	Words  []string
	Prefix bool
}

// QueryError is what is wrong with the text of a Query.
type QueryError struct {
	// Offset is a place in the text.
	Offset  int
	Problem string
}

func (e *QueryError) Error() string {
	return fmt.Sprintf("character %d of the words: %s", e.Offset+1, e.Problem)
}

// Bounds of a query.
const (
	mostParts   = 256
	mostNesting = 32
)

// Parse reads a query: words, of which a text has to have every one; "phrases
// in quotes"; beginnings of words, pre*; AND, OR and NOT in capitals, or - for
// NOT, where AND binds tighter than OR; and parentheses. What is asked for must
// not be met by a text with other words alone, such as by NOT x.
func Parse(text string) (q *Query, err error) {
	p := &queryParser{text: text}
	defer func() {
		if fault, ok := recover().(*QueryError); ok {
			q, err = nil, fault
		}
	}()
	q = p.any()
	if p.space(); p.at < len(text) {
		p.fail(`unexpected ")"`)
	}
	if q == nil {
		p.at = 0
		p.fail("no word, expected at least one")
	}
	if !q.Positive() {
		p.at = 0
		p.fail("every text without some words would match, expected a word beside NOT")
	}
	return q, nil
}

// Positive reports whether a text that matches has to have some word.
func (q *Query) Positive() bool {
	switch q.Op {
	case Every:
		return slices.ContainsFunc(q.Parts, (*Query).Positive)
	case Any:
		return !slices.ContainsFunc(q.Parts, func(part *Query) bool { return !part.Positive() })
	}
	return q.Op == Phrase
}

type queryParser struct {
	text    string
	at      int
	parts   int
	nesting int
	scanner Scanner
}

func (p *queryParser) fail(problem string) {
	panic(&QueryError{utf8.RuneCountInString(p.text[:min(p.at, len(p.text))]), problem})
}

func (p *queryParser) space() {
	p.at += len(p.text[p.at:]) - len(strings.TrimLeft(p.text[p.at:], " \t\r\n"))
}

// take reads a word of the language, or a sign.
func (p *queryParser) take(token string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.text[p.at:], token)
	if !ok || isKeyword(token) && rest != "" && !strings.ContainsAny(rest[:1], " \t\r\n()\"") {
		return false
	}
	p.at += len(token)
	return true
}

func isKeyword(token string) bool { return token == "AND" || token == "OR" || token == "NOT" }

func (p *queryParser) any() *Query {
	out := p.every()
	for p.take("OR") {
		next := p.every()
		if out == nil || next == nil {
			p.fail("OR with nothing on one side, expected words on both")
		}
		out = group(Any, out, next)
	}
	return out
}

func (p *queryParser) every() *Query {
	var out *Query
	for {
		and := p.take("AND")
		if and && out == nil {
			p.fail("AND with nothing before it, expected words on both sides")
		}
		before := p.at
		next := p.one()
		switch {
		case next == nil && and:
			p.fail("AND with nothing behind it, expected words on both sides")
		case next == nil && p.at == before:
			return out
		case next == nil:
		case out == nil:
			out = next
		default:
			out = group(Every, out, next)
		}
	}
}

// group joins two queries, and flattens what is joined in the same way.
func group(op Op, left, right *Query) *Query {
	if left.Op == op {
		left.Parts = append(left.Parts, right)
		return left
	}
	return &Query{Op: op, Parts: []*Query{left, right}}
}

// one reads a part; nil where none comes, or only signs without a word.
func (p *queryParser) one() *Query {
	if p.parts++; p.parts > mostParts {
		p.fail(fmt.Sprintf("more than %d parts", mostParts))
	}
	p.nesting++
	defer func() { p.nesting-- }()
	if p.nesting > mostNesting {
		p.fail(fmt.Sprintf("more than %d parts within one another", mostNesting))
	}
	p.space()
	at := p.at
	switch {
	case p.at == len(p.text) || strings.HasPrefix(p.text[p.at:], ")") || p.take("OR"):
		p.at = at
		return nil
	case p.take("NOT"), p.text[p.at] == '-' && p.take("-"):
		inner := p.one()
		if inner == nil {
			p.fail("NOT with nothing behind it, expected a word")
		}
		return &Query{Op: Not, Parts: []*Query{inner}}
	case p.take("("):
		inner := p.any()
		if !p.take(")") {
			p.fail(`expected ")"`)
		}
		if inner == nil {
			p.fail("nothing between parentheses, expected words")
		}
		return inner
	case p.take(`"`):
		text, _, closed := strings.Cut(p.text[p.at:], `"`)
		if !closed {
			p.fail(`a phrase without an end, expected "`)
		}
		p.at += len(text) + 1
		return p.phrase(text, false)
	}
	end := strings.IndexAny(p.text[p.at:], " \t\r\n()\"")
	if end < 0 {
		end = len(p.text) - p.at
	}
	word := p.text[p.at : p.at+end]
	p.at += end
	return p.phrase(word, true)
}

// phrase reads words, and an asterisk behind the last one.
func (p *queryParser) phrase(text string, single bool) *Query {
	q := &Query{}
	body, star := strings.CutSuffix(strings.TrimRight(text, " \t\r\n"), "*")
	Each(&p.scanner, body, func(word []byte, _, to int) {
		q.Words = append(q.Words, string(word))
		q.Prefix = star && to == len(body)
	})
	if single && strings.Contains(body, "*") {
		p.fail("an asterisk within a word, expected it at the end")
	}
	if len(q.Words) > mostParts {
		p.fail(fmt.Sprintf("a phrase of more than %d words", mostParts))
	}
	if len(q.Words) == 0 {
		return nil
	}
	return q
}

// Matches reports whether a text is what the query asks for.
func (q *Query) Matches(t *Text) bool {
	switch q.Op {
	case Every:
		return !slices.ContainsFunc(q.Parts, func(part *Query) bool { return !part.Matches(t) })
	case Any:
		return slices.ContainsFunc(q.Parts, func(part *Query) bool { return part.Matches(t) })
	case Not:
		return !q.Parts[0].Matches(t)
	}
	return q.find(t, 0) >= 0
}

// Phrases lists the phrases that a text is asked to have, each with how often
// that text has it.
func (q *Query) Phrases(t *Text, yield func(phrase *Query, times int)) {
	if q.Op == Not {
		return
	}
	for _, part := range q.Parts {
		part.Phrases(t, yield)
	}
	if q.Op == Phrase {
		times := 0
		for at := q.find(t, 0); at >= 0; at = q.find(t, at+1) {
			times++
		}
		yield(q, times)
	}
}

// find returns the word of a text, from one on, at which a phrase begins, -1 for
// none.
func (q *Query) find(t *Text, from int) int {
	for at := from; at+len(q.Words) <= t.Len(); at++ {
		if q.begins(t, at) {
			return at
		}
	}
	return -1
}

func (q *Query) begins(t *Text, at int) bool {
	t.scanner.step(1)
	for i, want := range q.Words {
		word := t.word(at + i)
		if i > 0 {
			t.scanner.step(1)
		}
		if string(word) != want && !(q.Prefix && i == len(q.Words)-1 && bytes.HasPrefix(word, []byte(want))) {
			return false
		}
	}
	return true
}
