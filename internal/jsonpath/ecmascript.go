package jsonpath

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// errUnsupported is that of an expression that is valid in JavaScript and cannot
// be run here.
var errUnsupported = errors.New("valid in JavaScript, but not supported here")

const (
	anyCharacter = `[\s\S]`
	noCharacter  = `[^\s\S]`
	// lineTerminators and spaces are those of ECMA-262, sections 12.2 and 12.3.
	lineTerminators = "\n\r\u2028\u2029"
	spaces          = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
	digits          = "0-9"
	wordCharacters  = "0-9A-Z_a-z"
	// deepest is how deep groups may be nested: Go's engine takes no more.
	deepest = 900
)

// pattern is a regular expression of ECMA-262, section 22.2.1 (with the flag u) or
// annex B.1.2 (without), that is judged and written in the syntax which Go and
// regexp2 share.
type pattern struct {
	text    []rune
	at      int
	unicode bool
	dotAll  bool
	// multiline is whether ^ and $ are the borders of lines, here; exact asks for
	// all line terminators, of which Go knows one.
	multiline, exact bool
	// folds is whether letters of both cases are the same.
	folds bool
	out   strings.Builder
	// groups is how many capturing groups there are, names those of the named by
	// number; opened is how many have been read.
	groups, opened, depth int
	names                 map[string]int
	// lines is true of what asks for borders of lines.
	lines bool
	// backtracks is true of what only a backtracking engine can run.
	backtracks bool
	// unsupported names what neither engine can run.
	unsupported string
}

// fault is a syntax error; it ends the reading.
type fault struct{ text string }

func (p *pattern) fail(format string, args ...any) {
	panic(fault{fmt.Sprintf(format, args...)})
}

// readPattern judges a pattern and writes it for the engines; exact is for texts
// with line terminators that Go's engine does not take for such.
func readPattern(text, flags string, exact bool) (p *pattern, err error) {
	p = &pattern{
		text: []rune(text), exact: exact, folds: strings.ContainsRune(flags, 'i'),
		unicode: strings.ContainsRune(flags, 'u'), dotAll: strings.ContainsRune(flags, 's'), multiline: strings.ContainsRune(flags, 'm'),
	}
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(fault)
			if !ok {
				panic(r)
			}
			err = errors.New(f.text)
		}
	}()
	p.countGroups()
	p.disjunction()
	if p.more() {
		p.fail("unmatched )")
	}
	return p, nil
}

func (p *pattern) more() bool { return p.at < len(p.text) }

// peek is the character at some distance, or 0 behind the end.
func (p *pattern) peek(distance int) rune {
	if p.at+distance < len(p.text) {
		return p.text[p.at+distance]
	}
	return 0
}

func (p *pattern) follows(s string) bool {
	for i, r := range []rune(s) {
		if p.peek(i) != r {
			return false
		}
	}
	return true
}

func (p *pattern) take(s string) bool {
	if !p.follows(s) {
		return false
	}
	p.at += len([]rune(s))
	return true
}

// countGroups looks for the groups before all else: what a back-reference is
// depends on those behind it.
func (p *pattern) countGroups() {
	p.names = map[string]int{}
	inClass := false
	for p.at = 0; p.more(); p.at++ {
		switch {
		case p.peek(0) == '\\':
			p.at++
		case p.peek(0) == '[':
			inClass = true
		case p.peek(0) == ']':
			inClass = false
		case inClass || p.peek(0) != '(':
		case !p.follows("(?"):
			p.groups++
		case p.follows("(?<") && p.peek(3) != '=' && p.peek(3) != '!':
			p.groups++
			p.at += 3
			name := p.groupName()
			if _, again := p.names[name]; again {
				p.fail("the group %q occurs twice", name)
			}
			p.names[name] = p.groups
			p.at--
		}
	}
	p.at = 0
}

// groupName reads the name of a group and the > behind it.
func (p *pattern) groupName() string {
	var b strings.Builder
	for p.more() && p.peek(0) != '>' {
		r := p.peek(0)
		p.at++
		if r == '\\' {
			code, length := codePoint(string(p.text[p.at:min(len(p.text), p.at+12)]), true)
			if length == 0 {
				p.fail("invalid name of a group")
			}
			r, p.at = code, p.at+length
		}
		if r != '$' && r != '_' && !unicode.IsLetter(r) && !unicode.Is(unicode.Nl, r) &&
			(b.Len() == 0 || !unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc) && r != '\u200c' && r != '\u200d') {
			p.fail("invalid name of a group")
		}
		b.WriteRune(r)
	}
	if !p.take(">") || b.Len() == 0 {
		p.fail("invalid name of a group")
	}
	return b.String()
}

func (p *pattern) disjunction() {
	if p.depth++; p.depth > deepest {
		p.fail("groups nested more than %d deep", deepest)
	}
	for p.more() && p.peek(0) != ')' {
		if p.take("|") {
			p.out.WriteByte('|')
			continue
		}
		p.term()
	}
	p.depth--
}

// term reads an assertion, or an atom with its quantifier.
func (p *pattern) term() {
	quantifiable := p.atom()
	low, high, found := p.quantifier()
	if !found {
		return
	}
	if !quantifiable {
		p.fail("nothing to repeat")
	}
	switch [2]int{low, high} {
	case [2]int{0, -1}:
		p.out.WriteByte('*')
	case [2]int{1, -1}:
		p.out.WriteByte('+')
	case [2]int{0, 1}:
		p.out.WriteByte('?')
	default:
		p.repeat(low, high)
	}
	if p.take("?") {
		p.out.WriteByte('?')
	}
}

// repeat writes {low,high}.
func (p *pattern) repeat(low, high int) {
	p.out.WriteString("{" + strconv.Itoa(low))
	switch {
	case high < 0:
		p.out.WriteByte(',')
	case high != low:
		p.out.WriteString("," + strconv.Itoa(high))
	}
	p.out.WriteByte('}')
}

// quantifier reads what repeats an atom; high is -1 where there is no bound.
func (p *pattern) quantifier() (low, high int, found bool) {
	switch {
	case p.take("*"):
		return 0, -1, true
	case p.take("+"):
		return 1, -1, true
	case p.take("?"):
		return 0, 1, true
	}
	return p.braces()
}

// braces reads {n}, {n,} or {n,m}, or nothing.
func (p *pattern) braces() (low, high int, found bool) {
	start := p.at
	if !p.take("{") {
		return 0, 0, false
	}
	low, ok := p.number()
	high = low
	if ok && p.take(",") {
		if high, found = p.number(); !found {
			high = -1
		}
	}
	if !ok || !p.take("}") {
		p.at = start
		return 0, 0, false
	}
	if high >= 0 && low > high {
		p.fail("the numbers of {%d,%d} are out of order", low, high)
	}
	return low, high, true
}

// number reads digits; what is too large for any text is as large as may be.
func (p *pattern) number() (int, bool) {
	n, found := 0, false
	for p.peek(0) >= '0' && p.peek(0) <= '9' {
		n, found = min(n*10+int(p.peek(0)-'0'), 1<<30), true
		p.at++
	}
	return n, found
}

// atom reads one assertion or atom and reports whether it may be repeated.
func (p *pattern) atom() (quantifiable bool) {
	r := p.peek(0)
	switch r {
	case '^', '$':
		p.at++
		p.border(r)
		return false
	case '(':
		return p.group()
	case '.':
		p.at++
		if p.dotAll {
			p.out.WriteString(anyCharacter)
		} else {
			p.out.WriteString("[^" + lineTerminators + "]")
		}
		return true
	case '[':
		p.class()
		return true
	case '\\':
		return p.escape()
	case '*', '+', '?':
		p.fail("nothing to repeat")
	case '{':
		if _, _, found := p.braces(); found || p.unicode {
			p.fail("nothing to repeat")
		}
	case '}', ']':
		if p.unicode {
			p.fail("unescaped %c", r)
		}
	}
	p.at++
	p.out.WriteString(literally(r))
	return true
}

// border writes ^ or $.
func (p *pattern) border(r rune) {
	p.lines = p.lines || p.multiline
	switch {
	case p.multiline && p.exact && r == '^':
		p.backtracks = true
		p.out.WriteString(`(?:\A|(?<=[` + lineTerminators + `]))`)
	case p.multiline && p.exact:
		p.backtracks = true
		p.out.WriteString(`(?:\z|(?=[` + lineTerminators + `]))`)
	case p.multiline:
		p.out.WriteString("(?m:" + string(r) + ")")
	case r == '^':
		p.out.WriteString(`\A`)
	default:
		p.out.WriteString(`\z`)
	}
}

// group reads what is in brackets: a group, or what looks around.
func (p *pattern) group() (quantifiable bool) {
	quantifiable = true
	defer func(multiline, dotAll bool) { p.multiline, p.dotAll = multiline, dotAll }(p.multiline, p.dotAll)
	switch {
	case !p.follows("(?"):
		p.at++
		p.opened++
		p.out.WriteByte('(')
	case p.take("(?:"):
		p.out.WriteString("(?:")
	case p.take("(?="), p.take("(?!"):
		p.out.WriteString(string(p.text[p.at-3 : p.at]))
		p.backtracks, quantifiable = true, !p.unicode
	case p.take("(?<="), p.take("(?<!"):
		p.out.WriteString(string(p.text[p.at-4 : p.at]))
		p.backtracks, quantifiable = true, false
	case p.take("(?<"):
		p.groupName()
		p.opened++
		p.out.WriteByte('(')
	default:
		p.modifiers()
	}
	p.disjunction()
	if !p.take(")") {
		p.fail("unterminated group")
	}
	p.out.WriteByte(')')
	return quantifiable
}

// modifiers reads the flags of (?ims-ims: of ECMA-262 of 2025.
func (p *pattern) modifiers() {
	p.at += len("(?")
	start := p.at
	for strings.ContainsRune("ims-", p.peek(0)) && p.peek(0) != 0 {
		p.at++
	}
	flags := string(p.text[start:p.at])
	on, off, minus := strings.Cut(flags, "-")
	all := on + off
	for _, flag := range all {
		if strings.Count(all, string(flag)) > 1 || flag == '-' {
			p.fail("invalid group")
		}
	}
	if !p.take(":") || all == "" && minus || all == "" {
		p.fail("invalid group")
	}
	if strings.Contains(all, "m") {
		p.multiline = strings.Contains(on, "m")
	}
	if strings.Contains(all, "s") {
		p.dotAll = strings.Contains(on, "s")
	}
	switch {
	case strings.Contains(on, "i"):
		p.out.WriteString("(?i:")
	case strings.Contains(off, "i"):
		p.out.WriteString("(?-i:")
	default:
		p.out.WriteString("(?:")
	}
}

// escape reads a backslash outside of a class, and what is behind it.
func (p *pattern) escape() (quantifiable bool) {
	p.at++
	r := p.peek(0)
	switch {
	case r == 'b' || r == 'B':
		p.at++
		p.wordBorder(r)
		return false
	case r >= '1' && r <= '9' && p.backReference():
		return true
	case r == 'k' && (p.unicode || len(p.names) > 0):
		p.at++
		if !p.take("<") {
			p.fail("invalid named reference")
		}
		name := p.groupName()
		n, known := p.names[name]
		if !known {
			p.fail("there is no group %q", name)
		}
		p.refer(n)
		return true
	}
	if set, found := p.setEscape(); found {
		p.out.WriteString(set.class())
		return true
	}
	p.out.WriteString(literally(p.characterEscape(false)))
	return true
}

// wordBorder writes \b or \B, for the backtracking engine in full: its words have
// other letters than those of ASCII.
func (p *pattern) wordBorder(r rune) {
	const in, behind, ahead = "[" + wordCharacters + "]", "(?<=[" + wordCharacters + "])", "(?=[" + wordCharacters + "])"
	switch {
	case !p.exact:
		p.out.WriteString(`\` + string(r))
	case r == 'b':
		p.out.WriteString("(?:" + behind + "(?!" + in + ")|(?<!" + in + ")" + ahead + ")")
	default:
		p.out.WriteString("(?:" + behind + ahead + "|(?<!" + in + ")(?!" + in + "))")
	}
}

// backReference reads \1 and the like, if there is such a group.
func (p *pattern) backReference() bool {
	start := p.at
	n, _ := p.number()
	if n <= p.groups {
		p.refer(n)
		return true
	}
	if p.unicode {
		p.fail(`there is no group \%d`, n)
	}
	p.at = start
	return false
}

// refer writes a reference to a group. One that is not closed yet matches the
// empty text in JavaScript and nothing in the engine here.
func (p *pattern) refer(n int) {
	p.backtracks = true
	if n > p.opened {
		p.out.WriteString("(?:)")
		return
	}
	fmt.Fprintf(&p.out, `(?:\%d)`, n)
}

// characterEscape reads the escape of one character.
func (p *pattern) characterEscape(inClass bool) rune {
	if !p.more() {
		p.fail(`\ at the end`)
	}
	rest := string(p.text[p.at:min(len(p.text), p.at+12)])
	if code, length := codePoint(rest, p.unicode); length > 0 {
		if code > unicode.MaxRune {
			p.fail(`invalid \u`)
		}
		p.at += length
		return code
	}
	r := p.peek(0)
	if at := strings.IndexRune("fnrtv", r); at >= 0 {
		p.at++
		return rune("\f\n\r\t\v"[at])
	}
	switch {
	case r == 'c':
		return p.controlEscape(inClass)
	case r == 'x' && len(rest) >= 3 && isHex(rest[1:3]):
		n, _ := strconv.ParseUint(rest[1:3], 16, 8)
		p.at += 3
		return rune(n)
	case r == '0' && (p.peek(1) < '0' || p.peek(1) > '9'):
		p.at++
		return 0
	case r >= '0' && r <= '7' && !p.unicode:
		return p.octal()
	case p.unicode && !strings.ContainsRune(`^$\.*+?()[]{}|/`, r) && (!inClass || r != '-'):
		p.fail(`invalid escape \%c`, r)
	case r == 'k' && len(p.names) > 0:
		p.fail("invalid named reference")
	}
	p.at++
	return r
}

// controlEscape reads \cA; without the flag u, a \c that no letter follows is a backslash.
func (p *pattern) controlEscape(inClass bool) rune {
	r := p.peek(1)
	letter := r < 0x80 && unicode.IsLetter(r)
	if letter || inClass && !p.unicode && (r >= '0' && r <= '9' || r == '_') {
		p.at += 2
		return r % 32
	}
	if p.unicode {
		p.fail(`invalid \c`)
	}
	return '\\'
}

// octal reads up to three octal digits, of a value up to 0377.
func (p *pattern) octal() rune {
	n := rune(0)
	for i := 0; i < 3 && p.peek(0) >= '0' && p.peek(0) <= '7' && n*8+p.peek(0)-'0' <= 0o377; i++ {
		n = n*8 + p.peek(0) - '0'
		p.at++
	}
	return n
}
