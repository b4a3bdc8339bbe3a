package sparql

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// tokenKind says what a token is.
type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokIRI
	tokName  // prefix:local
	tokBlank // _:label
	tokVar
	tokLang
	tokInteger
	tokDecimal
	tokDouble
	tokString
	tokWord // keywords, functions, a
	tokPunct
)

// token is a piece of the query. Text is what it means: the IRI without its
// brackets, the string without its quotes.
type token struct {
	kind tokenKind
	text string
	at   int
}

// Error is a fault of a query: where, and what was expected there.
type Error struct {
	// Line and Column count from 1; columns count characters.
	Line, Column int
	Problem      string
	// Prefix is the one that is not declared, with its colon, if that is the fault.
	Prefix string

	bound Bound // that was reached, if one was
}

func (e *Error) Error() string {
	return strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Column) + ": " + e.Problem
}

// lexer cuts a query into tokens (SPARQL 1.1, section 19.8).
type lexer struct {
	text string
	pos  int
}

// fault is the panic by which lexer and parser stop; Parse turns it into an
// *Error.
type fault struct {
	at      int
	problem string
	prefix  string // of an Error
	bound   Bound
}

func (l *lexer) fail(at int, problem string) { panic(fault{at: at, problem: problem}) }

// tooMuch fails as the query has too much of something.
func (l *lexer) tooMuch(at int, problem string) {
	panic(fault{at: at, problem: problem, bound: BoundParts})
}

func (l *lexer) skip() {
	for l.pos < len(l.text) {
		switch c := l.text[l.pos]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			l.pos++
		case c == '#':
			if end := strings.IndexAny(l.text[l.pos:], "\n\r"); end >= 0 {
				l.pos += end
			} else {
				l.pos = len(l.text)
			}
		default:
			return
		}
	}
}

func (l *lexer) next() token {
	l.skip()
	start := l.pos
	if start == len(l.text) {
		return token{tokEnd, "the end of the query", start}
	}
	rest := l.text[start:]
	switch c := rest[0]; {
	case c == '<':
		if iri, ok := l.iri(rest); ok {
			return token{tokIRI, iri, start}
		}
	case c == '?' || c == '$':
		if n := varLength(rest[1:]); n > 0 {
			l.pos += 1 + n
			return token{tokVar, rest[1 : 1+n], start}
		}
	case c == '"' || c == '\'':
		return token{tokString, l.quoted(rest), start}
	case c == '@':
		return l.language(rest)
	case c >= '0' && c <= '9' || c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		return l.number(rest)
	case strings.HasPrefix(rest, "_:"):
		return l.blank(rest)
	}
	if t, ok := l.word(rest); ok {
		return t
	}
	return l.punct(rest)
}

func (l *lexer) iri(rest string) (string, bool) {
	end := strings.IndexAny(rest[1:], "<>\"{}|^`\\ \t\n\r")
	if end >= 0 && rest[1+end] == '\\' {
		return l.escapedIRI(rest)
	}
	if end < 0 || rest[1+end] != '>' {
		return "", false
	}
	l.pos += end + 2
	return rest[1 : 1+end], true
}

// escapedIRI reads an IRI with escapes of code points (SPARQL 1.2, section 19.2).
func (l *lexer) escapedIRI(rest string) (string, bool) {
	end := strings.IndexAny(rest[1:], "<>\"{}|^` \t\n\r")
	if end < 0 || rest[1+end] != '>' {
		return "", false
	}
	var b strings.Builder
	for n := 1; n <= end; {
		if rest[n] != '\\' {
			b.WriteByte(rest[n])
			n++
			continue
		}
		r, size := l.codepoint(rest[n:1+end], n)
		if size == 0 || notInIRI(r) {
			l.fail(l.pos+n, "a backslash in an IRI that is not an escape of a character that it may have")
		}
		b.WriteRune(r)
		n += size
	}
	l.pos += end + 2
	return b.String(), true
}

func varLength(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !nameStart(r) && r != '_' && !(r >= '0' && r <= '9') && !(n > 0 && combining(r)) {
			break
		}
		n += size
	}
	return n
}

func nameStart(r rune) bool {
	switch {
	case r < 0x80:
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	case r == 0xD7 || r == 0xF7 || r < 0xC0 || r >= 0x300 && r <= 0x36F || r == 0x37E:
		return false
	case r >= 0x2000 && r <= 0x200B || r >= 0x200E && r <= 0x206F || r >= 0x2190 && r <= 0x2BFF || r >= 0x2FF0 && r <= 0x3000 || r == utf8.RuneError:
		return false
	}
	return true
}

func combining(r rune) bool {
	return r == 0xB7 || r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040
}

func nameChar(r rune) bool {
	return nameStart(r) || r == '_' || r == '-' || r >= '0' && r <= '9' || combining(r)
}

// language reads a language tag, and the direction behind it (the production
// LANG_DIR).
func (l *lexer) language(rest string) token {
	n := letters(rest, 1, false)
	if n == 1 {
		l.fail(l.pos, "a language tag without a language")
	}
	for n < len(rest) && rest[n] == '-' && letters(rest, n+1, true) > n+1 {
		n = letters(rest, n+1, true)
	}
	if strings.HasPrefix(rest[n:], "--") && letters(rest, n+2, false) > n+2 {
		n = letters(rest, n+2, false)
	}
	start := l.pos
	l.pos += n
	return token{tokLang, rest[1:n], start}
}

// letters returns where the letters that begin at a place end, digits among them
// where they may be.
func letters(s string, n int, withDigits bool) int {
	for n < len(s) && (s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z' || withDigits && s[n] >= '0' && s[n] <= '9') {
		n++
	}
	return n
}

// number reads an unsigned number; signs are operators until the parser says
// otherwise.
func (l *lexer) number(rest string) token {
	n, kind := digits(rest, 0), tokInteger
	if n < len(rest) && rest[n] == '.' && (n+1 < len(rest) && (rest[n+1] >= '0' && rest[n+1] <= '9' || exponent(rest[n+1:]) > 0)) {
		kind = tokDecimal
		n = digits(rest, n+1)
	}
	if e := exponent(rest[n:]); e > 0 {
		kind = tokDouble
		n += e
	}
	start := l.pos
	l.pos += n
	return token{kind, rest[:n], start}
}

func digits(s string, n int) int {
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func exponent(s string) int {
	if s == "" || s[0] != 'e' && s[0] != 'E' {
		return 0
	}
	n := 1
	if n < len(s) && (s[n] == '+' || s[n] == '-') {
		n++
	}
	if end := digits(s, n); end > n {
		return end
	}
	return 0
}

func (l *lexer) blank(rest string) token {
	n := 2
	for n < len(rest) {
		r, size := utf8.DecodeRuneInString(rest[n:])
		if !nameChar(r) && r != '.' || n == 2 && (r == '-' || r == '.' || combining(r)) {
			break
		}
		n += size
	}
	for rest[n-1] == '.' {
		n--
	}
	if n == 2 {
		l.fail(l.pos, "a blank node without a label")
	}
	start := l.pos
	l.pos += n
	return token{tokBlank, rest[2:n], start}
}

// word reads a keyword or a prefixed name.
func (l *lexer) word(rest string) (token, bool) {
	start, n := l.pos, 0
	for n < len(rest) {
		r, size := utf8.DecodeRuneInString(rest[n:])
		if !nameChar(r) && r != '.' || n == 0 && !nameStart(r) {
			break
		}
		n += size
	}
	for n > 0 && rest[n-1] == '.' {
		n--
	}
	if n < len(rest) && rest[n] == ':' {
		local, size := l.local(rest[n+1:])
		l.pos += n + 1 + size
		return token{tokName, rest[:n] + ":" + local, start}, true
	}
	if n == 0 {
		return token{}, false
	}
	if dot := strings.IndexByte(rest[:n], '.'); dot > 0 { // only prefixes may have one
		n = dot
	}
	l.pos += n
	return token{tokWord, rest[:n], start}, true
}

// local reads the local part of a prefixed name, with its escapes undone.
func (l *lexer) local(s string) (string, int) {
	var b strings.Builder
	n, end := 0, 0
	kept := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		switch {
		case r == '\\' && n+1 < len(s) && strings.IndexByte("_~.-!$&'()*+,;=/?#@%", s[n+1]) >= 0:
			b.WriteByte(s[n+1])
			n += 2
			end, kept = n, b.Len()
			continue
		case r == '%':
			if n+2 >= len(s) || !isHex(s[n+1]) || !isHex(s[n+2]) {
				l.fail(l.pos+n, "a percent sign without two hex digits")
			}
			b.WriteString(s[n : n+3])
			n += 3
			end, kept = n, b.Len()
			continue
		case r == '.' && n > 0:
			b.WriteByte('.')
			n++
			continue
		case r != ':' && !nameChar(r) || n == 0 && (r == '-' || combining(r)):
			return b.String()[:kept], end
		}
		b.WriteString(s[n : n+size])
		n += size
		end, kept = n, b.Len()
	}
	return b.String()[:kept], end
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// quoted reads a string in any of the four kinds of quotes.
func (l *lexer) quoted(rest string) string {
	quote := rest[:1]
	long := strings.HasPrefix(rest, quote+quote+quote)
	if long {
		quote = rest[:3]
	}
	var b strings.Builder
	n := len(quote)
	for {
		switch {
		case n >= len(rest):
			l.fail(l.pos, "a string without an end")
		case strings.HasPrefix(rest[n:], quote):
			l.pos += n + len(quote)
			return b.String()
		case rest[n] == '\\':
			n += l.escape(rest[n:], n, &b)
			continue
		case !long && (rest[n] == '\n' || rest[n] == '\r'):
			l.fail(l.pos+n, "a line break in a string in single quotes")
		}
		b.WriteByte(rest[n])
		n++
	}
}

func (l *lexer) escape(s string, at int, b *strings.Builder) int {
	if len(s) > 1 {
		if i := strings.IndexByte(`tbnrf\"'`, s[1]); i >= 0 {
			b.WriteByte("\t\b\n\r\f\\\"'"[i])
			return 2
		}
	}
	r, size := l.codepoint(s, at)
	if size == 0 {
		l.fail(l.pos+at, `a backslash in a string that escapes nothing`)
	}
	b.WriteRune(r)
	return size
}

// codepoint reads \uXXXX or \UXXXXXXXX, which may stand in IRIs and strings
// (SPARQL 1.2, section 19.2). The size is 0 where there is neither.
func (l *lexer) codepoint(s string, at int) (r rune, size int) {
	switch {
	case len(s) >= 6 && s[1] == 'u':
		size = 6
	case len(s) >= 10 && s[1] == 'U':
		size = 10
	default:
		return 0, 0
	}
	code, err := strconv.ParseUint(s[2:size], 16, 32)
	if err != nil {
		return 0, 0
	}
	if code > utf8.MaxRune || !utf8.ValidRune(rune(code)) {
		l.fail(l.pos+at, s[:size]+" is not a character")
	}
	return rune(code), size
}

// marks are the marks of more than one character, the longer ones first.
var marks = [...]string{"<<(", ")>>", "^^", "&&", "||", "!=", "<=", ">=", "<<", ">>", "{|", "|}"}

func (l *lexer) punct(rest string) token {
	start := l.pos
	if len(rest) > 1 && strings.IndexByte("&|=<>(^}", rest[1]) >= 0 || strings.HasPrefix(rest, ")>>") {
		for _, p := range marks {
			if strings.HasPrefix(rest, p) {
				l.pos += len(p)
				return token{tokPunct, p, start}
			}
		}
	}
	r, size := utf8.DecodeRuneInString(rest)
	if !strings.ContainsRune("{}()[].,;=<>+-*/|^!?:$~", r) {
		l.fail(start, "unexpected "+strconv.QuoteRune(r))
	}
	l.pos += size
	return token{tokPunct, rest[:size], start}
}
