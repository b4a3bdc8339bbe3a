package rdf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// lineParser takes one line of N-Triples or N-Quads apart (RDF 1.1 N-Quads,
// section 6). It is reused from line to line.
type lineParser struct {
	line  Line
	found bool // there was a statement

	version Version
	deepest int // triple terms may be nested
	depth   int

	in      []byte
	at      int
	scratch []byte // terms that had to be rewritten
	fault   *fault
}

// parse returns how much of the line it used: up to a carriage return that
// ends the statement, or all. The line is valid UTF-8.
func (p *lineParser) parse(line []byte, quads bool) (int, *fault) {
	p.in, p.at, p.found, p.fault = line, 0, false, nil
	p.scratch, p.depth = p.scratch[:0], 0
	p.line = Line{}
	p.space()
	if !p.atLineEnd() && !p.announcement() {
		p.statement(quads)
	}
	if p.fault == nil && !p.atLineEnd() {
		p.fail("end of line")
	}
	if p.at < len(p.in) && p.in[p.at] == '#' {
		p.comment()
	}
	return p.at, p.fault
}

func (p *lineParser) statement(quads bool) {
	parts := p.three()
	p.line.Subject, p.line.Predicate, p.line.Object = parts[0], parts[1], parts[2]
	p.space()
	if quads && p.peek() != '.' {
		p.line.Graph = p.term("an IRI, a blank node or \".\"", false)
		p.space()
	}
	if p.peek() != '.' {
		p.fail("\".\"")
		return
	}
	p.at++
	p.space()
	p.found = p.fault == nil
}

// term parses a term and returns its canonical form, nil after a fault.
func (p *lineParser) term(expected string, literal bool) []byte {
	if p.fault != nil {
		return nil
	}
	switch c := p.peek(); {
	case c == '<' && literal && bytes.HasPrefix(p.in[p.at:], []byte("<<(")):
		return p.tripleTerm()
	case c == '<':
		return p.iri()
	case c == '_':
		return p.blank()
	case c == '"' && literal:
		return p.literal()
	}
	p.fail(expected)
	return nil
}

func (p *lineParser) iri() []byte {
	start := p.at
	i := start + 1
	for i < len(p.in) && bytesOf[p.in[i]]&notInIRI == 0 {
		i++
	}
	if i == len(p.in) {
		p.at = i
		p.fail("\">\"")
		return nil
	}
	if p.in[i] == '\\' {
		return p.escapedIRI()
	}
	p.at = i
	if p.in[i] != '>' {
		p.fail("\">\"")
		return nil
	}
	if schemeLength(p.in[start+1:i]) == 0 {
		p.at = start
		p.failWith(fmt.Sprintf("relative IRI %q", p.in[start+1:i]), "an absolute one")
		return nil
	}
	p.at++
	return p.in[start:p.at:p.at]
}

// escapedIRI parses an IRI with \u escapes in it.
func (p *lineParser) escapedIRI() []byte {
	start := p.at
	end := bytes.IndexByte(p.in[start:], '>')
	if end < 0 {
		p.at = len(p.in)
		p.fail("\">\"")
		return nil
	}
	var iri strings.Builder
	raw := p.in[start+1 : start+end]
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			iri.WriteByte(raw[i])
			i++
			continue
		}
		r, n := unicodeEscape(raw[i:])
		if n == 0 {
			p.at = start + 1 + i
			p.failWith("bad escape in IRI", "\\uXXXX or \\UXXXXXXXX")
			return nil
		}
		iri.WriteRune(r)
		i += n
	}
	if err := CheckIRI(iri.String()); err != nil {
		p.failWith(err.Error(), "")
		return nil
	}
	p.at = start + end + 1
	mark := len(p.scratch)
	p.scratch = appendIRI(p.scratch, iri.String())
	return p.scratch[mark:len(p.scratch):len(p.scratch)]
}

func (p *lineParser) blank() []byte {
	start := p.at
	if !bytes.HasPrefix(p.in[start:], []byte("_:")) {
		p.fail("\"_:\"")
		return nil
	}
	n := labelLength(p.in[start+2:])
	p.at = start + 2 + n
	if n == 0 {
		p.fail("a blank node label")
		return nil
	}
	return p.in[start:p.at:p.at]
}

// labelLength is the length of the blank node label that b begins with.
func labelLength(b []byte) int {
	n, dots := 0, 0
	for n+dots < len(b) {
		r, size := rune(b[n+dots]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(b[n+dots:])
		}
		switch {
		case n == 0 && !isLabelStart(r):
			return 0
		case r == '.':
			dots++ // counts only if something follows
		case isNameChar(r):
			n, dots = n+dots+size, 0
		default:
			return n
		}
	}
	return n
}

func (p *lineParser) literal() []byte {
	start := p.at
	end, canonical := p.quoted()
	if p.fault != nil {
		return nil
	}
	p.at = end
	if p.version == RDF12 {
		p.space()
	}
	tail := p.at
	switch {
	case p.peek() == '@':
		if !p.language() {
			return nil
		}
	case bytes.HasPrefix(p.in[p.at:], []byte("^^")):
		return p.typedLiteral(start, end, canonical)
	default:
		p.at, tail = end, end
	}
	if canonical && tail == end {
		return p.in[start:p.at:p.at]
	}
	return p.rewritten(start, end, p.in[tail:p.at])
}

// language passes over a language tag, and in RDF 1.2 over a direction.
func (p *lineParser) language() bool {
	p.at++
	n := languageLength(p.in[p.at:])
	if p.version == RDF12 && !shortSubtags(p.in[p.at:p.at+n]) {
		p.fail("a language tag of parts of at most 8 characters")
		return false
	}
	p.at += n
	if n == 0 {
		p.fail("a language tag")
		return false
	}
	if rest := p.in[p.at:]; bytes.HasPrefix(rest, []byte("--")) {
		if p.version < RDF12 {
			p.needs12("a direction", "a language tag alone")
			return false
		}
		if directionOf(rest) == NoDirection {
			p.at += 2
			p.fail("ltr or rtl")
			return false
		}
		p.at += len("--ltr")
	}
	return true
}

func (p *lineParser) typedLiteral(start, end int, canonical bool) []byte {
	p.at += 2
	if p.version == RDF12 {
		p.space()
	}
	if p.peek() != '<' {
		p.fail("an IRI")
		return nil
	}
	from := p.at
	datatype := p.iri()
	if p.fault != nil {
		return nil
	}
	same := from == end+2 && bytes.Equal(datatype, p.in[from:p.at])
	if name := datatype[1 : len(datatype)-1]; p.version == RDF12 && (string(name) == RDFLangString || string(name) == RDFDirLangString) {
		p.at = from
		p.failWith("a literal of this datatype without a language", "a language tag")
		return nil
	}
	switch plain := string(datatype) == "<"+XSDString+">"; {
	case plain && canonical:
		return p.in[start:end:end]
	case plain:
		return p.rewritten(start, end, nil)
	case canonical && same:
		return p.in[start:p.at:p.at]
	}
	return p.rewritten(start, end, append([]byte("^^"), datatype...))
}

// quoted returns the end of the string behind its closing quote, and whether
// its escapes are those of the canonical form.
func (p *lineParser) quoted() (end int, canonical bool) {
	canonical = true
	in := p.in
	for i := p.at + 1; i < len(in); i++ {
		c := in[i]
		if bytesOf[c]&escapedInLiteral == 0 {
			continue
		}
		switch c {
		case '"':
			return i + 1, canonical
		case '\\':
			n, plain := escapeLength(in[i:])
			if n == 0 {
				p.at = i
				p.failWith("bad escape in string", "one of \\t \\b \\n \\r \\f \\\" \\' \\\\ \\uXXXX \\UXXXXXXXX")
				return 0, false
			}
			canonical = canonical && plain
			i += n - 1
		case '\r':
			p.at = i
			p.fail("\"\\\"\"")
			return 0, false
		default:
			canonical = false
		}
	}
	p.at = len(in)
	p.fail("\"\\\"\"")
	return 0, false
}

// escapeLength is the length of the escape that b begins with, 0 if it is none;
// plain says that the canonical form has it.
func escapeLength(b []byte) (n int, plain bool) {
	if len(b) < 2 {
		return 0, false
	}
	switch b[1] {
	case 't', 'b', 'n', 'r', 'f', '"', '\\':
		return 2, true
	case '\'':
		return 2, false
	}
	_, n = unicodeEscape(b)
	return n, false
}

// rewritten brings a string with other escapes than the canonical ones into
// canonical form; tail is what follows the closing quote.
func (p *lineParser) rewritten(start, end int, tail []byte) []byte {
	value := unescape(string(p.in[start+1 : end-1]))
	mark := len(p.scratch)
	p.scratch = appendEscaped(append(p.scratch, '"'), value)
	p.scratch = append(append(p.scratch, '"'), tail...)
	return p.scratch[mark:len(p.scratch):len(p.scratch)]
}

func (p *lineParser) peek() byte {
	if p.at < len(p.in) {
		return p.in[p.at]
	}
	return 0
}

func (p *lineParser) space() {
	for p.at < len(p.in) && (p.in[p.at] == ' ' || p.in[p.at] == '\t') {
		p.at++
	}
}

func (p *lineParser) atLineEnd() bool {
	return p.at == len(p.in) || p.in[p.at] == '\r' || p.in[p.at] == '#'
}

func (p *lineParser) comment() {
	if end := bytes.IndexByte(p.in[p.at:], '\r'); end >= 0 {
		p.at += end
		return
	}
	p.at = len(p.in)
}

// fail records what stands at the current place instead of what should.
func (p *lineParser) fail(expected string) {
	if p.at >= len(p.in) {
		p.failWith("end of line", expected)
		return
	}
	r, _ := utf8.DecodeRune(p.in[p.at:])
	p.failWith(fmt.Sprintf("%q", r), expected)
}

func (p *lineParser) failWith(problem, expected string) {
	if p.fault == nil {
		p.fault = &fault{p.at, problem, expected, false}
	}
}

// ParseTerm parses one term as N-Triples of RDF 1.2 writes it, with any of its
// escapes.
func ParseTerm(b []byte) (Term, error) {
	if !utf8.Valid(b) {
		return Term{}, errors.New("term is not UTF-8")
	}
	p := lineParser{in: b, version: RDF12, deepest: deepestTriple}
	canonical := p.term("an IRI, a blank node or a literal", true)
	if p.fault == nil && p.at != len(b) {
		p.fail("the end of the term")
	}
	if p.fault != nil {
		return Term{}, fmt.Errorf("term %q: %s, expected %s", b, p.fault.problem, p.fault.expected)
	}
	return canonicalTerm(canonical), nil
}

// canonicalTerm makes the term of its canonical form, the zero Term of none.
func canonicalTerm(b []byte) Term {
	if len(b) == 0 {
		return Term{}
	}
	return termOfText(string(b))
}

// termOfText is canonicalTerm of a text that is not empty; the term has parts of it.
func termOfText(s string) Term {
	switch s[0] {
	case '<':
		if s[1] == '<' {
			return Term{Kind: TripleTerm, Value: s[len("<<( ") : len(s)-len(" )>>")]}
		}
		return IRI(unescape(s[1 : len(s)-1]))
	case '_':
		return Blank(s[2:])
	}
	end := strings.LastIndexByte(s, '"')
	value, tail := unescape(s[1:end]), s[end+1:]
	switch {
	case tail == "":
		return String(value)
	case tail[0] == '@':
		language, _, _ := strings.Cut(tail[1:], "--")
		return DirLangString(value, language, directionOf(tail[1+len(language):]))
	}
	return Typed(value, tail[3:len(tail)-1])
}
