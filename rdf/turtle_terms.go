package rdf

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/trialweave/trialweave/source"
)

// iriReference reads an IRI in angle brackets and resolves it.
func (r *turtleReader) iriReference() string {
	place := r.place()
	if r.peek(0) != '<' {
		r.fail("an IRI in angle brackets")
		return ""
	}
	n, escaped := r.iriLength()
	if n == 0 {
		return ""
	}
	iri := string(r.text(n)[1 : n-1])
	r.skip(n)
	if escaped {
		var problem string
		if iri, problem = unescapeIRI(iri); problem != "" {
			r.failAt(place, problem, "")
			return ""
		}
	}
	return r.resolved(place, iri)
}

// iriLength is the length of the IRI ahead with its brackets, 0 after a fault.
func (r *turtleReader) iriLength() (n int, escaped bool) {
	for n = 1; ; {
		c := r.peek(n)
		switch {
		case c == '>':
			return n + 1, escaped
		case c == '\\':
			escaped = true
			n++
			continue
		case c == noByte || bytesOf[c]&notInIRI != 0:
			r.failAhead(n, "\">\"")
			return 0, false
		}
		_, size := r.runeAt(n)
		if size == 0 {
			return 0, false
		}
		n += size
	}
}

func (r *turtleReader) resolved(place source.Position, iri string) string {
	if schemeLength(iri) > 0 {
		return iri
	}
	if r.base == "" {
		r.failAt(place, fmt.Sprintf("relative IRI %q", iri), "an absolute one, as there is no base IRI")
		return ""
	}
	return resolveIRI(r.base, iri)
}

// unescapeIRI takes the \u escapes out of an IRI. They may not stand for what
// an IRI may not hold.
func unescapeIRI(s string) (iri, problem string) {
	var b strings.Builder
	for i := strings.IndexByte(s, '\\'); i >= 0; i = strings.IndexByte(s, '\\') {
		c, n := unicodeEscape(s[i:])
		if n == 0 {
			return "", fmt.Sprintf("bad escape in IRI %q", s)
		}
		if c < 0x80 && bytesOf[c]&notInIRI != 0 {
			return "", fmt.Sprintf("character %q in IRI", c)
		}
		b.WriteString(s[:i])
		b.WriteRune(c)
		s = s[i+n:]
	}
	b.WriteString(s)
	return b.String(), ""
}

func (r *turtleReader) blank() Term {
	if r.peek(1) != ':' {
		r.skip(1)
		r.fail("\":\"")
		return Term{}
	}
	n := 2
	first, size := r.runeAt(n)
	if size == 0 || !isLabelStart(first) {
		r.failAhead(n, "a blank node label")
		return Term{}
	}
	n = r.nameTail(n + size)
	if r.err != nil {
		return Term{}
	}
	label := string(r.text(n)[2:])
	r.skip(n)
	return r.labels.of(label)
}

// nameTail returns the end of a name that goes on at n: name characters, and
// full stops where something follows them.
func (r *turtleReader) nameTail(n int) int {
	dots := 0
	for {
		c, size := r.runeAt(n + dots)
		switch {
		case size == 0:
			return n
		case c == '.':
			dots++
		case isNameChar(c):
			n, dots = n+dots+size, 0
		default:
			return n
		}
	}
}

// nameLength is the length of the PN_PREFIX at n, 0 if there is none.
func (r *turtleReader) nameLength(n int) int {
	c, size := r.runeAt(n)
	if size == 0 || !isNameStart(c) {
		return 0
	}
	return r.nameTail(n+size) - n
}

// prefixName reads a PNAME_NS and returns the name before the colon.
func (r *turtleReader) prefixName() (string, bool) {
	n := r.nameLength(0)
	if r.peek(n) != ':' {
		r.failAhead(n, "a prefix and \":\"")
		return "", false
	}
	name := string(r.text(n))
	r.skip(n + 1)
	return name, true
}

// prefixedName reads a PNAME_LN or PNAME_NS.
func (r *turtleReader) prefixedName(expected string) Term {
	place := r.place()
	n := r.nameLength(0)
	if r.peek(n) != ':' {
		r.fail(expected)
		return Term{}
	}
	namespace, ok := r.prefixes[string(r.text(n))]
	if !ok {
		r.failAt(place, fmt.Sprintf("prefix %q", r.text(n+1)), "one that was declared before")
		return Term{}
	}
	r.skip(n + 1)
	return IRI(namespace + r.localName())
}

// localName reads a PN_LOCAL, which may be empty, and takes its escapes out.
func (r *turtleReader) localName() string {
	n, dots, escaped := 0, 0, false
	for {
		c, size := r.runeAt(n + dots)
		switch {
		case c == '.' && size == 1 && n > 0:
			dots++
			continue
		case c == '\\' && size == 1:
			if escape := r.peek(n + dots + 1); escape == noByte || strings.IndexByte(localEscapes, byte(escape)) < 0 {
				return r.badLocal(n+dots, "an escape such as \\,")
			}
			escaped = true
			size = 2
		case c == '%' && size == 1:
			if !r.isHex(n+dots+1) || !r.isHex(n+dots+2) {
				return r.badLocal(n+dots, "two hexadecimal digits after %")
			}
			size = 3
		case size == 0 || !(c == ':' || isNameChar(c) && (n > 0 || isLabelStart(c))):
			return r.takeLocal(n, escaped)
		}
		n, dots = n+dots+size, 0
	}
}

// localEscapes is what PN_LOCAL_ESC allows after the backslash.
const localEscapes = "_~.-!$&'()*+,;=/?#@%"

func (r *turtleReader) isHex(n int) bool {
	c := r.peek(n)
	return c != noByte && bytesOf[c]&hexByte != 0
}

func (r *turtleReader) badLocal(n int, expected string) string {
	r.failAhead(n, expected)
	return ""
}

func (r *turtleReader) takeLocal(n int, escaped bool) string {
	if r.err != nil {
		return ""
	}
	local := string(r.text(n))
	r.skip(n)
	if escaped {
		return strings.ReplaceAll(local, "\\", "") // no backslash stands for itself
	}
	return local
}

// number reads an integer, a decimal or a double and keeps its lexical form.
func (r *turtleReader) number() Term {
	n := 0
	if c := r.peek(0); c == '+' || c == '-' {
		n++
	}
	whole := r.digits(n)
	n += whole
	datatype, fraction := XSDInteger, 0
	if r.peek(n) == '.' {
		fraction = r.digits(n + 1)
		// A full stop with nothing behind it ends the statement, but in 1.e0.
		if fraction > 0 || whole > 0 && r.exponent(n+1) > 0 {
			n += 1 + fraction
			datatype = XSDDecimal
		}
	}
	if whole+fraction == 0 {
		r.failAhead(n, "a number")
		return Term{}
	}
	if exponent := r.exponent(n); exponent > 0 {
		n += exponent
		datatype = XSDDouble
	}
	if r.err != nil {
		return Term{}
	}
	lexical := string(r.text(n))
	r.skip(n)
	return Typed(lexical, datatype)
}

func (r *turtleReader) digits(from int) int {
	n := from
	for {
		if c := r.peek(n); c < '0' || c > '9' {
			return n - from
		}
		n++
	}
}

func (r *turtleReader) exponent(from int) int {
	if c := r.peek(from); c != 'e' && c != 'E' {
		return 0
	}
	n := from + 1
	if c := r.peek(n); c == '+' || c == '-' {
		n++
	}
	digits := r.digits(n)
	if digits == 0 {
		return 0
	}
	return n + digits - from
}

// literal reads a string and what follows it.
func (r *turtleReader) literal() Term {
	value := r.quoted()
	r.space()
	switch r.peek(0) {
	case '@':
		r.skip(1)
		language := r.language()
		return DirLangString(value, language, r.direction())
	case '^':
		r.skip(1)
		r.expect('^')
		r.space()
		place := r.place()
		datatype := r.datatype()
		if r.options.Version == RDF12 && (datatype == RDFLangString || datatype == RDFDirLangString) {
			r.failAt(place, "a literal of this datatype without a language", "a language tag")
		}
		return Typed(value, datatype)
	}
	return String(value)
}

func (r *turtleReader) datatype() string {
	if r.peek(0) == '<' {
		return r.iriReference()
	}
	return r.prefixedName("a datatype").Value
}

func (r *turtleReader) language() string {
	n := 0
	for c := r.peek(n); c != noByte && (c == '-' || bytesOf[c]&(alpha|digit) != 0); c = r.peek(n) {
		n++
	}
	n = languageLength(r.text(n))
	if n == 0 {
		r.fail("a language tag")
		return ""
	}
	tag := string(r.text(n))
	r.skip(n)
	return tag
}

// quoted reads a string in one or three quotes of either kind.
func (r *turtleReader) quoted() string {
	quote := r.peek(0)
	if r.peek(1) != quote {
		r.skip(1)
		return r.stringBody(byte(quote), false)
	}
	if r.peek(2) != quote {
		r.skip(2)
		return ""
	}
	r.skip(3)
	return r.stringBody(byte(quote), true)
}

// stringBody reads up to the closing quotes and over them.
func (r *turtleReader) stringBody(quote byte, long bool) string {
	r.scratch = r.scratch[:0]
	for {
		c, size := r.runeAt(0)
		switch {
		case size == 0:
			r.fail("the end of the string")
			return ""
		case c == rune(quote) && (!long || r.peek(1) == int(quote) && r.peek(2) == int(quote)):
			if long {
				size = 3
			}
			r.skip(size)
			return string(r.scratch)
		case c == '\\':
			r.stringEscape()
			continue
		case !long && (c == '\n' || c == '\r'):
			r.failWith("line end", "the end of the string")
			return ""
		}
		r.takeText(size, quote)
	}
}

// takeText adds the next character, and the plain ones after it.
func (r *turtleReader) takeText(n int, quote byte) {
	for r.at+n < r.end {
		c := r.buffer[r.at+n]
		if c == quote || c == '\\' || c < 0x20 || c >= 0x80 {
			break
		}
		n++
	}
	r.scratch = append(r.scratch, r.text(n)...)
	r.skip(n)
	if len(r.scratch) > r.options.MaxTerm {
		r.failWith(fmt.Sprintf("term of more than %d bytes", r.options.MaxTerm), "")
	}
}

func (r *turtleReader) stringEscape() {
	n := 2
	switch r.peek(1) {
	case 'u':
		n = 6
	case 'U':
		n = 10
	}
	if !r.ahead(n) {
		r.fail("a complete escape")
		return
	}
	c, n := escapedRune(string(r.text(n)))
	if n == 0 {
		r.failWith("bad escape in string", "one of \\t \\b \\n \\r \\f \\\" \\' \\\\ \\uXXXX \\UXXXXXXXX")
		return
	}
	r.scratch = utf8.AppendRune(r.scratch, c)
	r.skip(n)
}
