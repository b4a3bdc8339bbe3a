package sparql

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The regular expressions of XPath (XQuery and XPath Functions and Operators,
// section 7.6.1; XML Schema Part 2, appendix F).

// regexNode is a part of a parsed expression.
type regexNode interface{ isRegex() }

type (
	regexSet    struct{ set runeSet }
	regexConcat struct{ parts []regexNode }
	regexChoice struct{ branches []regexNode }
	// regexRepeat is inner repeated; most is -1 for any number.
	regexRepeat struct {
		inner       regexNode
		least, most int
		lazy        bool
	}
	regexGroup struct {
		inner  regexNode
		number int
	}
	regexBack   struct{ group int }
	regexAnchor struct{ end bool }
)

func (regexSet) isRegex()    {}
func (regexConcat) isRegex() {}
func (regexChoice) isRegex() {}
func (regexRepeat) isRegex() {}
func (regexGroup) isRegex()  {}
func (regexBack) isRegex()   {}
func (regexAnchor) isRegex() {}

// regexParser reads a pattern.
type regexParser struct {
	text   string
	at     int
	groups int
	closed map[int]bool // groups that a reference may name
	back   bool         // there are back references
	space  bool         // flag x: white space outside of classes means nothing
	dotAll bool
	depth  int
}

// regexError is the fault of a pattern.
type regexError struct{ problem string }

func (e *regexError) Error() string { return e.problem }

func (p *regexParser) fail(format string, args ...any) { //nolint:unparam // every caller ends
	panic(&regexError{fmt.Sprintf(format, args...)})
}

// maxRepeat bounds a counted repetition, maxGroups how many groups nest.
const (
	maxRepeat = 10_000
	maxGroups = 100
)

func (p *regexParser) peek() rune {
	for p.at < len(p.text) {
		r, n := utf8.DecodeRuneInString(p.text[p.at:])
		if !p.space || !strings.ContainsRune(" \t\n\r", r) {
			return r
		}
		p.at += n
	}
	return -1
}

func (p *regexParser) next() rune {
	r := p.peek()
	if r >= 0 {
		p.at += utf8.RuneLen(r)
	}
	return r
}

func (p *regexParser) choice() regexNode {
	if p.depth++; p.depth > maxGroups {
		p.fail("groups nest deeper than %d", maxGroups)
	}
	defer func() { p.depth-- }()
	branches := []regexNode{p.branch()}
	for p.peek() == '|' {
		p.next()
		branches = append(branches, p.branch())
	}
	if len(branches) == 1 {
		return branches[0]
	}
	return regexChoice{branches}
}

func (p *regexParser) branch() regexNode {
	var parts []regexNode
	for {
		switch p.peek() {
		case -1, '|', ')':
			return regexConcat{parts}
		}
		parts = append(parts, p.quantified(p.atom()))
	}
}

func (p *regexParser) quantified(inner regexNode) regexNode {
	var least, most int
	switch p.peek() {
	case '?':
		least, most = 0, 1
	case '*':
		least, most = 0, -1
	case '+':
		least, most = 1, -1
	case '{':
		p.next()
		least, most = p.quantity()
		return p.repeated(inner, least, most)
	default:
		return inner
	}
	p.next()
	return p.repeated(inner, least, most)
}

func (p *regexParser) repeated(inner regexNode, least, most int) regexNode {
	lazy := p.peek() == '?'
	if lazy {
		p.next()
	}
	if strings.ContainsRune("?*+{", p.peek()) && p.peek() >= 0 {
		p.fail("a quantifier follows a quantifier at %q", p.text[p.at:])
	}
	return regexRepeat{inner, least, most, lazy}
}

// quantity reads n}, n,} or n,m}.
func (p *regexParser) quantity() (least, most int) {
	end := strings.IndexByte(p.text[p.at:], '}')
	if end < 0 {
		p.fail("a { without }")
	}
	text := p.text[p.at : p.at+end]
	p.at += end + 1
	from, to, open := strings.Cut(text, ",")
	least, err := strconv.Atoi(from)
	most = least
	if open && to == "" {
		most = -1
	} else if open && err == nil {
		most, err = strconv.Atoi(to)
	}
	if err != nil || least < 0 || most >= 0 && most < least {
		p.fail("invalid quantity {%s}", text)
	}
	if least > maxRepeat || most > maxRepeat {
		p.fail("quantity {%s}, expected at most %d", text, maxRepeat)
	}
	return least, most
}

func (p *regexParser) atom() regexNode {
	switch r := p.next(); r {
	case '(':
		return p.group()
	case '[':
		return regexSet{p.class()}
	case '.':
		if p.dotAll {
			return regexSet{allRunes()}
		}
		return regexSet{single('\n').complement()}
	case '^', '$':
		return regexAnchor{r == '$'}
	case '\\':
		if c := p.peekRaw(); c >= '1' && c <= '9' {
			return p.backReference()
		}
		return regexSet{p.escape()}
	case '?', '*', '+', '{', '}', ']':
		p.fail("unexpected %q", r)
		return nil
	default:
		return regexSet{single(r)}
	}
}

func (p *regexParser) peekRaw() rune {
	if p.at >= len(p.text) {
		return -1
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return r
}

func (p *regexParser) nextRaw() rune {
	r := p.peekRaw()
	if r < 0 {
		p.fail("the pattern ends early")
	}
	p.at += utf8.RuneLen(r)
	return r
}

func (p *regexParser) group() regexNode {
	capture := true
	if strings.HasPrefix(p.text[p.at:], "?") {
		if !strings.HasPrefix(p.text[p.at:], "?:") {
			p.fail("unsupported group (%.3s", p.text[p.at:])
		}
		p.at += 2
		capture = false
	}
	number := 0
	if capture {
		p.groups++
		number = p.groups
	}
	inner := p.choice()
	if p.next() != ')' {
		p.fail("a ( without )")
	}
	if !capture {
		return inner
	}
	p.closed[number] = true
	return regexGroup{inner, number}
}

// backReference reads \N: as many digits as name a group that is closed.
func (p *regexParser) backReference() regexNode {
	n := int(p.nextRaw() - '0')
	for c := p.peekRaw(); c >= '0' && c <= '9' && p.closed[n*10+int(c-'0')]; c = p.peekRaw() {
		n = n*10 + int(p.nextRaw()-'0')
	}
	if !p.closed[n] {
		p.fail("\\%d refers to a group that is not closed before it", n)
	}
	p.back = true
	return regexBack{n}
}

// escape reads what follows a backslash.
func (p *regexParser) escape() runeSet {
	switch c := p.nextRaw(); c {
	case 'n':
		return single('\n')
	case 'r':
		return single('\r')
	case 't':
		return single('\t')
	case '\\', '|', '.', '?', '*', '+', '(', ')', '{', '}', '-', '[', ']', '^', '$':
		return single(c)
	case 's', 'S', 'i', 'I', 'c', 'C', 'd', 'D', 'w', 'W':
		set := classEscape(unicode.ToLower(c))
		if unicode.IsUpper(c) {
			set = set.complement()
		}
		return set
	case 'p', 'P':
		return p.property(c == 'P')
	default:
		p.fail("unknown escape \\%c", c)
		return nil
	}
}

// property reads {Lu} or {IsGreek}.
func (p *regexParser) property(negated bool) runeSet {
	end := strings.IndexByte(p.text[p.at:], '}')
	if !strings.HasPrefix(p.text[p.at:], "{") || end < 0 {
		p.fail("\\p without {…}")
	}
	name := p.text[p.at+1 : p.at+end]
	p.at += end + 1
	set, ok := propertySet(name)
	if !ok {
		p.fail("unknown property \\p{%s}", name)
	}
	if negated {
		return set.complement()
	}
	return set
}

// class reads a character class behind its [ (XML Schema Part 2, appendix F.1).
func (p *regexParser) class() runeSet {
	if p.depth++; p.depth > maxGroups {
		p.fail("classes nest deeper than %d", maxGroups)
	}
	defer func() { p.depth-- }()
	negated := p.peekRaw() == '^'
	if negated {
		p.at++
	}
	var set runeSet
	for first := true; ; first = false {
		switch c := p.nextRaw(); {
		case c == ']' && !first:
			return finishClass(set, negated)
		case c == '-' && p.peekRaw() == '[' && !first:
			p.at++
			less := p.class()
			if p.nextRaw() != ']' {
				p.fail("a subtraction is the last part of a class")
			}
			return finishClass(set, negated).minus(less)
		case c == '[':
			p.fail("a [ in a class, expected \\[")
		default:
			set = append(set, p.member(c)...)
		}
	}
}

func finishClass(set runeSet, negated bool) runeSet {
	set = set.normal()
	if negated {
		return set.complement()
	}
	return set
}

// member reads a character, a range or an escape of a class.
func (p *regexParser) member(c rune) runeSet {
	from := single(c)
	if c == '\\' {
		from = p.escape()
	}
	rest := p.text[p.at:]
	if len(rest) < 2 || rest[0] != '-' || rest[1] == ']' || rest[1] == '[' {
		return from
	}
	if len(from) != 1 || from[0].from != from[0].to {
		p.fail("a range that begins with a class of characters")
	}
	p.at++
	to := single(p.nextRaw())
	if to[0].from == '\\' {
		to = p.escape()
	}
	if len(to) != 1 || to[0].from != to[0].to || to[0].from < from[0].from {
		p.fail("invalid range")
	}
	return runeSet{{from[0].from, to[0].to}}
}
