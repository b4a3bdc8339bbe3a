package rfc9535

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// SyntaxError is a fault in a query: what is wrong, and after how many bytes.
type SyntaxError struct {
	Offset  int
	Problem string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s after %d characters", e.Problem, e.Offset)
}

// Compile reads a query. Its errors are *SyntaxError values.
func Compile(text string) (*Query, error) {
	p := &parser{text: text}
	if !p.accept("$") {
		return nil, p.fail("the query does not begin with %q", "$")
	}
	segments, err := p.segments()
	if err != nil {
		return nil, err
	}
	if p.at < len(p.text) {
		return nil, p.unexpected()
	}
	return &Query{text, segments}, nil
}

type parser struct {
	text  string
	at    int
	depth int
}

const maxDepth = 100

func (p *parser) fail(format string, args ...any) error {
	return &SyntaxError{p.at, fmt.Sprintf(format, args...)}
}

// unexpected says what stands where nothing may; the notations of other
// dialects are named.
func (p *parser) unexpected() error {
	rest := p.text[p.at:]
	switch {
	case rest == "":
		return p.fail("the query ends too early")
	case rest[0] == '^':
		return p.fail("RFC 9535 has no %q for parents", "^")
	case rest[0] == '~':
		return p.fail("RFC 9535 has no %q for keys", "~")
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return p.fail("unexpected %q", string(r))
}

func (p *parser) accept(token string) bool {
	if !strings.HasPrefix(p.text[p.at:], token) {
		return false
	}
	p.at += len(token)
	return true
}

func (p *parser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *parser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// segments reads the segments of a query; white space that no segment follows
// is left.
func (p *parser) segments() (out []segment, err error) {
	for {
		before := p.at
		p.space()
		var s segment
		switch {
		case p.accept(".."):
			s.descendant = true
			err = p.dotted(&s, true)
		case p.accept("."):
			err = p.dotted(&s, false)
		case p.accept("["):
			err = p.bracketed(&s)
		default:
			p.at = before
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
}

func (p *parser) dotted(s *segment, brackets bool) error {
	switch {
	case p.accept("*"):
		s.selectors = []selector{{kind: selectWildcard}}
		return nil
	case brackets && p.accept("["):
		return p.bracketed(s)
	}
	name := p.shorthand()
	if name == "" {
		return p.unexpected()
	}
	s.selectors = []selector{{kind: selectName, name: name}}
	return nil
}

// shorthand reads a name that needs no quotes.
func (p *parser) shorthand() string {
	start := p.at
	for p.at < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[p.at:])
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80 && r != utf8.RuneError
		if !letter && (p.at == start || r < '0' || r > '9') {
			break
		}
		p.at += size
	}
	return p.text[start:p.at]
}

func (p *parser) bracketed(s *segment) error {
	for {
		p.space()
		one, err := p.selector()
		if err != nil {
			return err
		}
		s.selectors = append(s.selectors, one)
		p.space()
		if p.accept("]") {
			return nil
		}
		if !p.accept(",") {
			return p.unexpected()
		}
	}
}

func (p *parser) selector() (selector, error) {
	switch c := p.peek(); {
	case c == '\'' || c == '"':
		name, err := p.quoted()
		return selector{kind: selectName, name: name}, err
	case p.accept("*"):
		return selector{kind: selectWildcard}, nil
	case p.accept("?"):
		p.space()
		filter, err := p.either()
		return selector{kind: selectFilter, filter: filter}, err
	case c == '-' || c == ':' || c >= '0' && c <= '9':
		return p.indexOrSlice()
	}
	if p.shorthand() != "" {
		return selector{}, p.fail("a name between brackets has no quotes")
	}
	return selector{}, p.unexpected()
}

func (p *parser) indexOrSlice() (selector, error) {
	var bounds [3]*int
	parts := 0
	for {
		if c := p.peek(); c == '-' || c >= '0' && c <= '9' {
			n, err := p.integer()
			if err != nil {
				return selector{}, err
			}
			bounds[parts] = &n
		}
		before := p.at
		p.space()
		if parts == 2 || !p.accept(":") {
			p.at = before
			break
		}
		parts++
		p.space()
	}
	if parts == 0 {
		return selector{kind: selectIndex, index: *bounds[0]}, nil
	}
	return selector{kind: selectSlice, slice: bounds}, nil
}

// integer reads a whole number in the range that JSON keeps exact.
func (p *parser) integer() (int, error) {
	start := p.at
	p.accept("-")
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.at++
	}
	text := p.text[start:p.at]
	n, err := strconv.Atoi(text)
	const most = 1<<53 - 1
	if err != nil || strconv.Itoa(n) != text || n > most || n < -most {
		return 0, p.fail("%q is not an index", text)
	}
	return n, nil
}

// quoted reads a string in quotes of either kind.
func (p *parser) quoted() (string, error) {
	quote := p.text[p.at]
	var b strings.Builder
	for p.at++; p.at < len(p.text); {
		switch c := p.text[p.at]; {
		case c == quote:
			p.at++
			return b.String(), nil
		case c < ' ':
			return "", p.fail("a control character in a string")
		case c == '\\':
			p.at++
			r, err := p.escape(quote)
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
		default:
			b.WriteByte(c)
			p.at++
		}
	}
	return "", p.fail("a string is not closed")
}

func (p *parser) escape(quote byte) (rune, error) {
	c := p.peek()
	if at := strings.IndexByte(`bfnrt/\`, c); at >= 0 && c != 0 {
		p.at++
		return rune("\b\f\n\r\t/\\"[at]), nil
	}
	if c == quote {
		p.at++
		return rune(c), nil
	}
	high, ok := p.hex()
	if !ok {
		return 0, p.fail("an escape that strings do not have")
	}
	if !utf16.IsSurrogate(high) {
		return high, nil
	}
	if p.accept(`\`) {
		if low, ok := p.hex(); ok {
			if r := utf16.DecodeRune(high, low); r != utf8.RuneError {
				return r, nil
			}
		}
	}
	return 0, p.fail("half of a surrogate pair")
}

func (p *parser) hex() (rune, bool) {
	if p.peek() != 'u' || p.at+5 > len(p.text) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.text[p.at+1:p.at+5], 16, 32)
	if err != nil {
		return 0, false
	}
	p.at += 5
	return rune(n), true
}
