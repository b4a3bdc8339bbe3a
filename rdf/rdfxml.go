package rdf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	knakk "github.com/knakk/rdf"
	"github.com/trialweave/trialweave/source"
)

// readXML reads RDF/XML in two steps. The statements of the document are first
// written flat: one rdf:Description for each, with nothing in it but one
// property element, every IRI absolute, every blank node named. Flat RDF/XML
// is then decoded by knakk/rdf. That decoder reads it right, and much else
// wrong: it gives up on most nested elements, takes urn:a:b for a prefixed
// name, loses text beside comments and CDATA sections, lets made labels meet
// those of the document, and keeps a language for the element after.
func readXML(in io.Reader, o ReadOptions, yield func(Quad, error) bool) {
	r := &xmlReader{
		tokens:  newXMLTokens(in, o),
		options: o,
		ids:     make(map[string]bool),
		yield:   yield,
	}
	r.document()
	r.decode()
	if err := r.failure(); err != nil && !errors.Is(err, errBroken) {
		yield(Quad{}, err)
	}
}

func (r *xmlReader) failure() error {
	if r.err != nil {
		return r.err
	}
	return r.tokens.err
}

// Before an absolute IRI, this keeps the decoder from looking at its scheme.
const flatIRI = "iri://"

// emit writes a statement flat.
func (r *xmlReader) emit(s, p, o Term) {
	if r.failure() != nil {
		return
	}
	if err := checkQuad(Quad{s, p, o, Term{}}); err != nil {
		r.fail(err.Error(), "")
		return
	}
	split := nameStart(p.Value)
	b := &r.flat
	b.WriteString("<rdf:Description ")
	flatNode(b, "about", s)
	b.WriteString("><" + p.Value[split:] + " xmlns=\"")
	escapeXML(b, p.Value[:split])
	b.WriteString("\" ")
	if o.Kind == LiteralTerm {
		flatLiteral(b, o)
	} else {
		flatNode(b, "resource", o)
		b.WriteByte('>')
	}
	b.WriteString("</" + p.Value[split:] + "></rdf:Description>\n")
	// A language outlives an empty string in the decoder, so a new one begins.
	if r.flat.Len() > 32<<10 || o.Kind == LiteralTerm && o.Value == "" {
		r.decode()
	}
}

// nameStart is where to cut the IRI of a property so that the end is a name.
// The IRI came from a name in a document, so there is such a place; the shortest
// end that begins with an ASCII letter is a name in every edition of XML.
func nameStart(iri string) int {
	start := len(iri)
	for start > 0 {
		r, size := utf8.DecodeLastRuneInString(iri[:start])
		if !isNameChar(r) && r != '.' {
			break
		}
		start -= size
		if r == '_' || r < utf8.RuneSelf && bytesOf[r]&alpha != 0 {
			return start
		}
	}
	for start < len(iri) {
		r, size := utf8.DecodeRuneInString(iri[start:])
		if isNameStart(r) {
			break
		}
		start += size
	}
	return start
}

func flatNode(b *bytes.Buffer, attribute string, t Term) {
	if t.Kind == BlankTerm {
		b.WriteString("rdf:nodeID=\"" + t.Value + "\"")
		return
	}
	b.WriteString("rdf:" + attribute + "=\"" + flatIRI)
	escapeXML(b, t.Value)
	b.WriteByte('"')
}

func flatLiteral(b *bytes.Buffer, t Term) {
	switch {
	case t.Language != "":
		b.WriteString("xml:lang=\"" + t.Language + "\"")
	case t.Datatype != XSDString:
		b.WriteString("rdf:datatype=\"" + flatIRI)
		escapeXML(b, t.Datatype)
		b.WriteByte('"')
	}
	b.WriteByte('>')
	escapeXML(b, t.Value)
}

// escapeXML cannot fail: a buffer takes everything.
func escapeXML(b *bytes.Buffer, s string) { _ = xml.EscapeText(b, []byte(s)) }

// decode has the decoder read what was written flat, and yields it.
func (r *xmlReader) decode() {
	if r.flat.Len() == 0 || r.err != nil {
		return
	}
	document := io.MultiReader(
		strings.NewReader("<rdf:RDF xmlns:rdf=\""+rdfNS+"\">\n"), &r.flat, strings.NewReader("</rdf:RDF>"))
	decoder := knakk.NewTripleDecoder(document, knakk.RDFXML)
	for {
		triple, err := decodeTriple(decoder)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.err = &source.Error{Position: r.tokens.place, Problem: "statement before this place", Err: err}
			return
		}
		if !r.yield(Quad{Subject: termOf(triple.Subj), Predicate: termOf(triple.Pred), Object: termOf(triple.Obj)}, nil) {
			r.err = errBroken
			return
		}
	}
	r.flat.Reset()
}

// decodeTriple stops the panics of the decoder.
func decodeTriple(d knakk.TripleDecoder) (t knakk.Triple, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the decoder gave up: %v", cause)
		}
	}()
	return d.Decode()
}

// termOf makes our term of the decoder's.
func termOf(t knakk.Term) Term {
	switch t := t.(type) {
	case knakk.IRI:
		return IRI(strings.TrimPrefix(t.String(), flatIRI))
	case knakk.Blank:
		return Blank(t.String())
	case knakk.Literal:
		if t.Lang() != "" {
			return LangString(t.String(), t.Lang())
		}
		return Typed(t.String(), strings.TrimPrefix(t.DataType.String(), flatIRI))
	}
	return Term{}
}
