package sparql

import (
	"github.com/trialweave/trialweave/words"
)

// needleOf returns what the words of the text of a variable must be like for a
// condition to be true, and whether the variable may be an IRI then.
func needleOf(by expr, variable int) (n words.Needle, iris, ok bool) {
	switch by := by.(type) {
	case castExpr:
		return wordsNeedle(by, variable)
	case callExpr:
		switch by.name {
		case "&&", "||":
			return bothNeedles(by, variable)
		case "CONTAINS", "STRSTARTS", "STRENDS", "=", "REGEX":
			return callNeedle(by, variable)
		}
	}
	return words.Needle{}, false, false
}

func bothNeedles(by callExpr, variable int) (n words.Needle, iris, ok bool) {
	left, leftIRIs, okLeft := needleOf(by.args[0], variable)
	right, rightIRIs, okRight := needleOf(by.args[1], variable)
	switch {
	case okLeft && okRight && by.name == "||":
		n, ok = left.Or(right)
		return n, leftIRIs || rightIRIs, ok
	case by.name == "||":
		return n, false, false
	case okLeft && okRight:
		return left.And(right), leftIRIs && rightIRIs, true
	case okLeft:
		return left, leftIRIs, true
	}
	return right, rightIRIs, okRight
}

// edge stands in a needle for the beginning and the end of a text, and for any
// character that is not part of a word.
const edge = "\n"

func callNeedle(by callExpr, variable int) (n words.Needle, iris, ok bool) {
	iris, ok = isTextOf(by.args[0], variable)
	c, isConst := by.args[1].(constExpr)
	if !ok || !isConst || !valueOf(c.term).textual() {
		return n, false, false
	}
	text := c.term.Value
	switch by.name {
	case "STRSTARTS":
		text = edge + text
	case "STRENDS":
		text += edge
	case "=":
		text = edge + text + edge
	case "REGEX":
		n, ok = regexNeedle(by)
		return n, iris, ok
	}
	n, ok = words.NeedleOf(text)
	return n, iris, ok
}

// isTextOf reports whether an expression is the text of a variable, but for the
// case of its letters, and whether it has one where that is an IRI.
func isTextOf(by expr, variable int) (iris, ok bool) {
	switch by := by.(type) {
	case varExpr:
		return false, by.variable == variable
	case callExpr:
		if len(by.args) == 1 && (by.name == "STR" || by.name == "LCASE" || by.name == "UCASE") {
			iris, ok = isTextOf(by.args[0], variable)
			return iris || by.name == "STR", ok
		}
	}
	return false, false
}

func wordsNeedle(by castExpr, variable int) (n words.Needle, iris, ok bool) {
	if by.iri != matchesIRI || len(by.args) != 2 {
		return n, false, false
	}
	c, isConst := by.args[1].(constExpr)
	iris, ok = isTextOf(by.args[0], variable)
	if !isConst || !ok {
		return n, false, false
	}
	q, err := words.Parse(c.term.Value)
	if err != nil {
		return n, false, false
	}
	n, ok = queryNeedle(q)
	return n, iris, ok
}

// queryNeedle is what a text has to have that matches a query.
func queryNeedle(q *words.Query) (n words.Needle, ok bool) {
	switch q.Op {
	case words.Not:
		return n, false
	case words.Phrase:
		var pieces []words.Piece
		for i, word := range q.Words {
			pieces = append(pieces, words.Piece{Text: word, OpenRight: q.Prefix && i == len(q.Words)-1})
		}
		return words.Needle{Any: [][]words.Piece{pieces}}, true
	}
	for _, part := range q.Parts {
		next, known := queryNeedle(part)
		switch {
		case q.Op == words.Any && !known:
			return n, false
		case !known:
		case !ok:
			n, ok = next, true
		case q.Op == words.Every:
			n = n.And(next)
		default:
			if n, ok = n.Or(next); !ok {
				return n, false
			}
		}
	}
	return n, ok
}

// regexNeedle is what a text has to have that a pattern matches.
func regexNeedle(by callExpr) (words.Needle, bool) {
	flags := ""
	if len(by.args) > 2 {
		c, ok := by.args[2].(constExpr)
		if !ok {
			return words.Needle{}, false
		}
		flags = c.term.Value
	}
	re := compileXPath(by.args[1].(constExpr).term.Value, flags)
	if re.err != nil {
		return words.Needle{}, false
	}
	var t literalParts
	t.read(re.tree)
	t.end()
	return t.needle, t.any
}

// literalParts collects the texts that every match of a pattern has.
type literalParts struct {
	run    []rune
	needle words.Needle
	any    bool
}

// end ends a text: something else may follow.
func (t *literalParts) end() {
	if n, ok := words.NeedleOf(string(t.run)); ok {
		t.add(n)
	}
	t.run = t.run[:0]
}

func (t *literalParts) add(n words.Needle) {
	if t.any {
		n = t.needle.And(n)
	}
	t.needle, t.any = n, true
}

func (t *literalParts) read(n regexNode) {
	switch n := n.(type) {
	case regexSet:
		t.set(n.set)
	case regexConcat:
		for _, part := range n.parts {
			t.read(part)
		}
	case regexGroup:
		t.read(n.inner)
	case regexAnchor:
		t.run = append(t.run, '\n')
	case regexRepeat:
		if n.least > 0 {
			t.read(n.inner)
		}
		if s, ok := n.inner.(regexSet); ok && n.least > 0 && separates(s.set) {
			return // however many: no word goes on
		}
		t.end()
	case regexChoice:
		t.end()
		if n, ok := choiceNeedle(n); ok {
			t.add(n)
		}
	default:
		t.end()
	}
}

func choiceNeedle(n regexChoice) (out words.Needle, ok bool) {
	for i, branch := range n.branches {
		var t literalParts
		t.read(branch)
		if t.end(); !t.any {
			return out, false
		}
		if i == 0 {
			out = t.needle
		} else if out, ok = out.Or(t.needle); !ok {
			return out, false
		}
	}
	return out, len(n.branches) > 0
}

func (t *literalParts) set(set runeSet) {
	list := charactersOf(set)
	switch {
	case len(list) > 0 && words.Same(list):
		t.run = append(t.run, list[0])
	case separates(set):
		t.run = append(t.run, '\n')
	default:
		t.end()
	}
}

func separates(set runeSet) bool {
	list := charactersOf(set)
	return len(list) > 0 && words.Separates(list)
}

// charactersOf lists the characters of a set, none where there are many.
func charactersOf(set runeSet) []rune {
	const many = 64
	var list []rune
	for _, r := range set {
		if r.to-r.from >= many || len(list) > many {
			return nil
		}
		for c := r.from; c <= r.to; c++ {
			list = append(list, c)
		}
	}
	return list
}
