package rdf

import (
	"bytes"
	"fmt"
	"strings"
)

// deepestTriple bounds how deep triple terms are nested, where no option does.
const deepestTriple = 1000

// three parses subject, predicate and object.
func (p *lineParser) three() (parts [3][]byte) {
	parts[0] = p.term("an IRI or a blank node", false)
	p.space()
	if p.peek() != '<' {
		p.fail("an IRI")
	}
	parts[1] = p.term("an IRI", false)
	p.space()
	parts[2] = p.term("an IRI, a blank node or a literal", true)
	return parts
}

// tripleTerm parses a triple term (RDF 1.2 N-Triples, section 2.5).
func (p *lineParser) tripleTerm() []byte {
	if p.version < RDF12 {
		p.needs12("a triple term", "an IRI, a blank node or a literal")
		return nil
	}
	if p.depth++; p.depth > p.deepest {
		p.failWith(fmt.Sprintf("triple terms nested deeper than %d", p.deepest), "")
		return nil
	}
	start := p.at
	p.at += len("<<(")
	p.space()
	parts := p.three()
	p.space()
	if p.fault == nil && !bytes.HasPrefix(p.in[p.at:], []byte(")>>")) {
		p.fail("\")>>\"")
	}
	if p.fault != nil {
		return nil
	}
	p.depth--
	p.at += len(")>>")
	return p.joined(start, parts)
}

// joined returns the canonical form of a triple term: the text itself where that
// is canonical, so that nested terms are not copied again and again.
func (p *lineParser) joined(start int, parts [3][]byte) []byte {
	text := p.in[start:p.at:p.at]
	rest, ok := bytes.CutPrefix(text, []byte("<<( "))
	for i := 0; ok && i < len(parts); i++ {
		ok = len(rest) > len(parts[i]) && &rest[0] == &parts[i][0] && rest[len(parts[i])] == ' '
		if ok {
			rest = rest[len(parts[i])+1:]
		}
	}
	if ok && string(rest) == ")>>" {
		return text
	}
	mark := len(p.scratch)
	p.scratch = append(p.scratch, "<<( "...)
	for _, part := range parts {
		p.scratch = append(append(p.scratch, part...), ' ')
	}
	p.scratch = append(p.scratch, ")>>"...)
	return p.scratch[mark:len(p.scratch):len(p.scratch)]
}

// needs12 refuses what only RDF 1.2 has.
func (p *lineParser) needs12(what, expected string) {
	if p.fault == nil {
		p.fault = &fault{p.at, beyond11(what), expected, true}
	}
}

// announcement passes over a line that says the version of RDF (RDF 1.2 N-Triples,
// section 2.1).
func (p *lineParser) announcement() bool {
	rest, ok := bytes.CutPrefix(p.in[p.at:], []byte("VERSION"))
	if !ok {
		return false
	}
	if p.version < RDF12 {
		p.needs12("a version", "an IRI or a blank node")
		return true
	}
	p.at += len("VERSION")
	p.space()
	if len(rest) == 0 || p.peek() != '"' {
		p.fail("a version in quotes")
		return true
	}
	end, _ := p.quoted()
	if p.fault == nil {
		p.at = end
		p.space()
	}
	return true
}

// directionOf is the direction that a text begins with, behind two hyphens.
func directionOf[T string | []byte](b T) Direction {
	if len(b) < 5 || len(b) > 5 && bytesOf[b[5]]&(alpha|digit) != 0 {
		return NoDirection
	}
	switch string(b[:5]) {
	case "--ltr":
		return LeftToRight
	case "--rtl":
		return RightToLeft
	}
	return NoDirection
}

// shortSubtags reports whether each part of a language tag has at most eight
// characters (BCP 47, section 2.1).
func shortSubtags[T string | []byte](tag T) bool {
	run := 0
	for i := range len(tag) {
		if run++; tag[i] == '-' {
			run = 0
		}
		if run > 8 {
			return false
		}
	}
	return true
}

// appendQuad12 appends a quad as canonical N-Quads of RDF 1.2 has it.
func appendQuad12(dst []byte, q Quad) []byte {
	q.Object = canonical12(q.Object)
	mark := len(dst)
	dst = AppendQuad(dst, q)
	line := dst[mark:]
	if !bytes.Contains(line, []byte("\uFFFE")) && !bytes.Contains(line, []byte("\uFFFF")) {
		return dst
	}
	escaped := bytes.ReplaceAll(bytes.ReplaceAll(line, []byte("\uFFFE"), []byte(`\uFFFE`)), []byte("\uFFFF"), []byte(`\uFFFF`))
	return append(dst[:mark], escaped...)
}

// canonical12 is a term with its language tags in lower case.
func canonical12(t Term) Term {
	switch {
	case t.Language != "":
		t.Language = strings.ToLower(t.Language)
	case t.Kind == TripleTerm:
		if s, p, o, ok := t.Triple(); ok {
			return Triple(s, p, canonical12(o))
		}
	}
	return t
}
