package rdf

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/trialweave/trialweave/source"
)

const xmlNS = "http://www.w3.org/XML/1998/namespace"

// xmlElement is a start tag with its namespaces resolved.
type xmlElement struct {
	prefix, space, local string
	attributes           []xmlAttribute
	scope                *xmlScope
	place                source.Position
}

type xmlAttribute struct{ prefix, space, local, value string }

func (e *xmlElement) isRDF(local string) bool { return e.space == rdfNS && e.local == local }

// xmlScope is what an element hands down: the namespaces, base, language and
// direction, and the version of RDF.
type xmlScope struct {
	outer *xmlScope
	names map[string]string // prefix -> namespace, of this element alone
	base  string
	lang  string
	// announced says that RDF 1.2 was, by rdf:version; then a direction counts.
	announced bool
	direction Direction
}

func (s *xmlScope) namespace(prefix string) (string, bool) {
	if prefix == "xml" {
		return xmlNS, true
	}
	for ; s != nil; s = s.outer {
		if space, ok := s.names[prefix]; ok {
			return space, space != "" || prefix == ""
		}
	}
	return "", prefix == ""
}

// xmlTokens reads the tokens of an XML document (Namespaces in XML 1.0) and
// knows the place of each. encoding/xml can resolve namespaces too, but forgets
// the prefixes, which XML literals have to keep.
type xmlTokens struct {
	decoder *xml.Decoder
	counter *countingReader
	options ReadOptions
	open    []xml.Name
	place   source.Position // where the current token begins
	err     error
}

func newXMLTokens(in io.Reader, o ReadOptions) *xmlTokens {
	counter := &countingReader{in: bufio.NewReaderSize(in, 64<<10), line: 1, column: 1}
	if mark, _ := counter.in.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = counter.in.Discard(len(byteOrderMark)) // they were peeked at
		counter.offset += int64(len(byteOrderMark))
	}
	t := &xmlTokens{decoder: xml.NewDecoder(counter), counter: counter, options: o}
	t.decoder.Entity = make(map[string]string)
	return t
}

// next returns the next token: xml.StartElement, xml.EndElement, xml.CharData,
// xml.Comment or xml.ProcInst; nil at the end, and after a fault. Names have
// their prefix in place of the namespace.
func (t *xmlTokens) next() xml.Token {
	for t.err == nil {
		t.place = t.counter.position(t.options.File)
		token, err := t.decoder.RawToken()
		if err != nil {
			t.stop(err)
			return nil
		}
		switch token := token.(type) {
		case xml.StartElement:
			t.open = append(t.open, token.Name)
			if len(t.open) > 2*t.options.MaxDepth {
				t.fail(fmt.Sprintf("nesting deeper than %d", t.options.MaxDepth), "")
				return nil
			}
		case xml.EndElement:
			if len(t.open) == 0 || t.open[len(t.open)-1] != token.Name {
				t.fail(fmt.Sprintf("end tag %q", qualified(token.Name)), t.wantedEnd())
				return nil
			}
			t.open = t.open[:len(t.open)-1]
		case xml.Directive:
			t.entities(string(token))
			continue
		}
		return token
	}
	return nil
}

func (t *xmlTokens) wantedEnd() string {
	if len(t.open) == 0 {
		return "none"
	}
	return fmt.Sprintf("that of %q", qualified(t.open[len(t.open)-1]))
}

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func (t *xmlTokens) stop(err error) {
	var syntax *xml.SyntaxError
	switch {
	case t.counter.err != nil && !errors.Is(t.counter.err, io.EOF):
		t.err = readError(t.options.File, t.counter.err)
	case errors.Is(err, io.EOF) && len(t.open) == 0:
	case errors.Is(err, io.EOF):
		t.fail("end of input", "the end tag of "+fmt.Sprintf("%q", qualified(t.open[len(t.open)-1])))
	case errors.As(err, &syntax):
		t.fail(syntax.Msg, "")
	default:
		t.fail(err.Error(), "")
	}
}

func (t *xmlTokens) fail(problem, expected string) {
	if t.err == nil {
		t.err = (&fault{problem: problem, expected: expected}).at(t.place)
	}
}

// element resolves the namespaces of a start tag and opens its scope.
func (t *xmlTokens) element(start xml.StartElement, outer *xmlScope) *xmlElement {
	scope := &xmlScope{outer: outer, base: outer.base, lang: outer.lang, announced: outer.announced, direction: outer.direction}
	e := &xmlElement{prefix: start.Name.Space, local: start.Name.Local, scope: scope, place: t.place}
	for _, a := range start.Attr {
		switch {
		case a.Name.Space == "xmlns":
			scope.declare(a.Name.Local, a.Value)
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			scope.declare("", a.Value)
		default:
			e.attributes = append(e.attributes, xmlAttribute{prefix: a.Name.Space, local: a.Name.Local, value: a.Value})
		}
	}
	e.space = t.resolve(scope, e.prefix)
	t.name(e.local)
	for i := range e.attributes {
		a := &e.attributes[i]
		t.name(a.local)
		if a.prefix != "" {
			a.space = t.resolve(scope, a.prefix)
		}
		t.inherit(scope, a)
	}
	return e
}

// name checks a local name: the decoder looks at the whole of "a:1" only.
func (t *xmlTokens) name(local string) {
	if !isNCName(local) {
		t.fail(fmt.Sprintf("name %q", local), "one that begins with a letter")
	}
}

func (s *xmlScope) declare(prefix, space string) {
	if s.names == nil {
		s.names = make(map[string]string)
	}
	s.names[prefix] = space
}

func (t *xmlTokens) resolve(scope *xmlScope, prefix string) string {
	space, ok := scope.namespace(prefix)
	if !ok {
		t.fail(fmt.Sprintf("prefix %q", prefix), "one that is declared")
	}
	return space
}

// inherit notes the base and the language that an attribute sets, or what is of RDF 1.2.
func (t *xmlTokens) inherit(scope *xmlScope, a *xmlAttribute) {
	if t.options.Version == RDF12 && is12(*a) {
		scope.inherit12(a)
		return
	}
	if a.space != xmlNS {
		return
	}
	switch a.local {
	case "base":
		scope.base = resolveIRI(scope.outer.base, a.value)
		if err := CheckIRI(scope.base); err != nil {
			t.fail(err.Error(), "an absolute base")
		}
	case "lang":
		scope.lang = a.value
		if a.value != "" && checkLanguage(a.value) != nil {
			t.fail(fmt.Sprintf("language tag %q", a.value), "")
		}
	}
}

// maxEntity bounds what an entity may stand for, so that entities made of
// entities cannot grow without end.
const maxEntity = 64 << 10

// entities takes up the general entities of a document type declaration.
func (t *xmlTokens) entities(directive string) {
	for {
		_, after, found := strings.Cut(directive, "<!ENTITY")
		if !found {
			return
		}
		directive = after
		name, rest, _ := strings.Cut(strings.TrimLeft(after, " \t\r\n"), " ")
		rest = strings.TrimLeft(rest, " \t\r\n")
		if rest == "" || rest[0] != '"' && rest[0] != '\'' {
			continue // of parameters, or external: neither is read
		}
		value, _, closed := strings.Cut(rest[1:], rest[:1])
		if _, known := t.decoder.Entity[name]; !known && closed {
			t.decoder.Entity[name] = t.expanded(value)
		}
	}
}

// expanded puts the entities declared before into the value of a new one.
func (t *xmlTokens) expanded(value string) string {
	for name, known := range t.decoder.Entity {
		value = strings.ReplaceAll(value, "&"+name+";", known)
		if len(value) > maxEntity {
			t.fail(fmt.Sprintf("entity of more than %d bytes", maxEntity), "")
			return ""
		}
	}
	return value
}

// countingReader gives the XML decoder byte after byte, so that it never reads
// ahead and the place of a token is where the reader stands.
type countingReader struct {
	in           *bufio.Reader
	offset       int64
	line, column int
	err          error
}

// ReadByte is what encoding/xml reads through where there is one.
func (c *countingReader) ReadByte() (byte, error) {
	b, err := c.in.ReadByte()
	if err != nil {
		c.err = err
		return 0, err
	}
	c.offset++
	switch {
	case b == '\n':
		c.line++
		c.column = 1
	case b&0xC0 != 0x80:
		c.column++
	}
	return b, nil
}

// Read is never called by encoding/xml, which asks for an io.Reader all the same.
func (c *countingReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := c.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

func (c *countingReader) position(file string) source.Position {
	return source.Position{File: file, Offset: c.offset, Line: c.line, Column: c.column}
}
