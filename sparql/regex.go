package sparql

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"
)

// regexKey names a compiled pattern.
type regexKey struct{ pattern, flags string }

// xpathRegex is a compiled pattern: as one of Go's linear engine or, with back
// references, as the tree that a matcher with counted steps walks.
type xpathRegex struct {
	linear *regexp.Regexp
	size   int // instructions of the linear engine
	tree   regexNode
	groups int
	fold   bool
	lines  bool
	parts  []part // of which every match has one
	plain  bool   // what has the only part matches
	err    error
}

// maxRegexes bounds how many patterns a query keeps compiled.
const maxRegexes = 1000

// regex compiles a pattern once.
func (e *evaluator) regex(pattern, flags string) (*xpathRegex, error) {
	key := regexKey{pattern, flags}
	re, ok := e.regexes[key]
	if !ok {
		if len(e.regexes) >= maxRegexes {
			clear(e.regexes)
		}
		re = compileXPath(pattern, flags)
		e.regexes[key] = re
	}
	return re, re.err
}

// checkRegex refuses a pattern that a query has as a constant and that is
// invalid or not supported: it would be an error in every row.
func (p *parser) checkRegex(at int, name string, args []expr) {
	last := map[string]int{"REGEX": 2, "REPLACE": 3}[name]
	if last == 0 {
		return
	}
	texts, known := []string{"", ""}, true // pattern and flags
	for i := 1; i < len(args); i++ {
		c, ok := args[i].(constExpr)
		if ok && valueOf(c.term).kind != kindString {
			what := map[int]string{1: "pattern", 2: "replacement", last: "flags"}[i]
			p.fail(at, fmt.Sprintf("the %s of %s must be a string, not %s", what, name, p.query.shown(c.term)))
		}
		switch {
		case i == 1 && ok:
			texts[0] = c.term.Value
		case i == last && ok:
			texts[1] = c.term.Value
		case i == 1:
			known = false
		}
	}
	if !known {
		texts[0] = "" // the flags alone, where they are constant
	}
	if re := compileXPath(texts[0], texts[1]); re.err != nil {
		if !known {
			p.fail(at, fmt.Sprintf("the flags of %s: %v", name, re.err))
		}
		p.fail(at, fmt.Sprintf("regular expression %q: %v", texts[0], re.err))
	}
}

func compileXPath(pattern, flags string) (re *xpathRegex) {
	re = &xpathRegex{}
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case *regexError:
			re.err = fault
		default:
			panic(fault)
		}
	}()
	if bad := strings.Trim(flags, "smixq"); bad != "" {
		panic(&regexError{fmt.Sprintf("unknown flag %q, expected s, m, i, x or q", bad)})
	}
	re.fold, re.lines = strings.Contains(flags, "i"), strings.Contains(flags, "m")
	p := &regexParser{text: pattern, closed: map[int]bool{}, space: strings.Contains(flags, "x"), dotAll: strings.Contains(flags, "s")}
	if strings.Contains(flags, "q") {
		var parts []regexNode
		for _, r := range pattern {
			parts = append(parts, regexSet{single(r)})
		}
		re.tree = regexConcat{parts}
	} else {
		re.tree = p.choice()
		if p.peek() >= 0 {
			p.fail("unexpected %q", p.text[p.at:])
		}
	}
	re.groups = p.groups
	re.parts = re.partsOf(false)
	re.plain = re.literal()
	if !p.back {
		re.compileLinear()
	}
	return re
}

func (re *xpathRegex) compileLinear() {
	var b strings.Builder
	if re.fold {
		b.WriteString("(?i)")
	}
	if re.lines {
		b.WriteString("(?m)")
	}
	writeRegex(&b, re.tree)
	source := b.String()
	linear, err := regexp.Compile(source)
	if err != nil {
		panic(&regexError{"it is too large or nests too many repetitions: " + err.Error()})
	}
	re.linear = linear
	if tree, err := syntax.Parse(source, syntax.Perl); err == nil {
		if prog, err := syntax.Compile(tree.Simplify()); err == nil {
			re.size = len(prog.Inst)
		}
	}
}

// writeRegex writes a tree in Go's syntax.
func writeRegex(b *strings.Builder, n regexNode) {
	switch n := n.(type) {
	case regexSet:
		writeSet(b, n.set)
	case regexConcat:
		for _, part := range n.parts {
			writeRegex(b, part)
		}
	case regexChoice:
		b.WriteString("(?:")
		for i, branch := range n.branches {
			if i > 0 {
				b.WriteByte('|')
			}
			writeRegex(b, branch)
		}
		b.WriteByte(')')
	case regexGroup:
		b.WriteByte('(')
		writeRegex(b, n.inner)
		b.WriteByte(')')
	case regexAnchor:
		b.WriteByte(map[bool]byte{false: '^', true: '$'}[n.end])
	case regexRepeat:
		writeRepeat(b, n)
	}
}

// mostRepeat is the largest count that Go's engine takes; a larger one is
// written as several.
const mostRepeat = 1000

func writeRepeat(b *strings.Builder, n regexRepeat) {
	var inner strings.Builder
	inner.WriteString("(?:")
	writeRegex(&inner, n.inner)
	inner.WriteByte(')')
	lazy := ""
	if n.lazy {
		lazy = "?"
	}
	if (n.least > mostRepeat || n.most > mostRepeat) && strings.Contains(strings.ReplaceAll(inner.String(), "(?:", ""), "(") {
		panic(&regexError{fmt.Sprintf("a group repeated more than %d times", mostRepeat)})
	}
	least, most := n.least, n.most
	for ; least > mostRepeat; least -= mostRepeat {
		fmt.Fprintf(b, "%s{%d}", inner.String(), mostRepeat)
		if most >= 0 {
			most -= mostRepeat
		}
	}
	for ; most-least > mostRepeat || most > mostRepeat; most -= mostRepeat {
		fmt.Fprintf(b, "%s{0,%d}%s", inner.String(), mostRepeat, lazy)
	}
	if most < 0 {
		fmt.Fprintf(b, "%s{%d,}%s", inner.String(), least, lazy)
		return
	}
	fmt.Fprintf(b, "%s{%d,%d}%s", inner.String(), least, max(least, most), lazy)
}

func writeSet(b *strings.Builder, set runeSet) {
	switch {
	case len(set) == 0:
		b.WriteString(`[^\x00-\x{10FFFF}]`)
		return
	case len(set) == 1 && set[0].from == set[0].to:
		b.WriteString(regexp.QuoteMeta(string(set[0].from)))
		return
	}
	b.WriteByte('[')
	for _, r := range set {
		b.WriteString(`\x{` + strconv.FormatInt(int64(r.from), 16) + `}-\x{` + strconv.FormatInt(int64(r.to), 16) + `}`)
	}
	b.WriteByte(']')
}

// muchWork is the product of a pattern's size and a text's length above which
// the matching is interrupted when the query is.
const muchWork = 1 << 22

// matches reports whether a pattern matches somewhere in a text.
func (e *evaluator) matches(re *xpathRegex, text string) bool {
	switch {
	case noneIn(re.parts, text):
		return false
	case re.plain && (!re.fold || hasFolded(text, re.parts[0].text)):
		return true
	case re.linear == nil:
		return e.backtrack(re, text, 0) != nil
	case re.size*len(text) < muchWork:
		return re.linear.MatchString(text)
	}
	return re.linear.MatchReader(&tickingReader{e: e, text: text})
}

// tickingReader hands a text to the linear engine and ends a query that is over.
type tickingReader struct {
	e    *evaluator
	text string
	n    int
}

func (t *tickingReader) ReadRune() (rune, int, error) {
	if t.n++; t.n%64 == 0 {
		t.e.interrupted()
	}
	if t.text == "" {
		return 0, 0, io.EOF
	}
	r, size := utf8.DecodeRuneInString(t.text)
	t.text = t.text[size:]
	return r, size, nil
}

// most matches of one REPLACE; work is looked at before it is done.
const (
	mostMatches = 1 << 20
	mostWork    = 1 << 30
)

// errEmptyMatch is the error of a REPLACE whose pattern matches the empty text
// (XPath error FORX0003).
var errEmptyMatch = errors.New("the pattern matches the empty text")

// replaceAll replaces every match; template has the text between groups.
func (e *evaluator) replaceAll(re *xpathRegex, text string, template []replacementPart) (string, error) {
	if e.matches(re, "") {
		return "", errEmptyMatch
	}
	if re.size*len(text) > mostWork {
		panic(stop{limitReached(BoundRegex, "of work in REPLACE of a text of %d bytes", len(text))})
	}
	var found [][]int
	if re.linear != nil {
		found = re.linear.FindAllStringSubmatchIndex(text, mostMatches)
	} else {
		for at := 0; at <= len(text) && len(found) < mostMatches; {
			m := e.backtrack(re, text, at)
			if m == nil {
				break
			}
			found = append(found, m)
			at = m[1]
		}
	}
	if len(found) == mostMatches {
		panic(stop{limitReached(BoundRegex, "of %d matches of a pattern", mostMatches)})
	}
	var b strings.Builder
	last := 0
	for _, m := range found {
		b.WriteString(text[last:m[0]])
		for _, part := range template {
			if g := part.group; 2*g+1 < len(m) && g >= 0 && m[2*g] >= 0 {
				b.WriteString(text[m[2*g]:m[2*g+1]])
			}
			b.WriteString(part.text)
		}
		last = m[1]
		e.checkText(b.Len())
	}
	b.WriteString(text[last:])
	e.checkText(b.Len())
	return b.String(), nil
}

// replacementPart is the text of a group, none where that is -1, and a text
// behind it.
type replacementPart struct {
	group int
	text  string
}

// replacement reads the replacement of REPLACE: $N is a group, of which as many
// digits count as there are groups for; \$ and \\ are themselves.
func replacement(s string, groups int) ([]replacementPart, bool) {
	parts := []replacementPart{{group: -1}}
	add := func(c byte) { parts[len(parts)-1].text += string([]byte{c}) }
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '$' || s[i+1] == '\\'):
			i++
			add(s[i])
		case s[i] == '$' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9':
			i++
			n := int(s[i] - '0')
			for i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' && n*10+int(s[i+1]-'0') <= groups {
				i++
				n = n*10 + int(s[i]-'0')
			}
			parts = append(parts, replacementPart{group: n})
		case s[i] == '\\' || s[i] == '$':
			return nil, false
		default:
			add(s[i])
		}
	}
	return parts, true
}
