package rdf

import (
	"errors"
	"io"
)

// readXML reads RDF/XML: it yields each statement as soon as the productions
// of RDF 1.1 XML Syntax, section 7.2, have its subject, predicate and object.
func readXML(in io.Reader, o ReadOptions, yield func(Quad, error) bool) {
	r := &xmlReader{
		tokens:  newXMLTokens(in, o),
		options: o,
		ids:     make(map[string]bool),
		yield:   yield,
	}
	r.document()
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

// emit yields a statement.
func (r *xmlReader) emit(s, p, o Term) {
	if r.failure() != nil {
		return
	}
	quad := Quad{Subject: s, Predicate: p, Object: o}
	if err := checkQuad(quad, r.options.Version); err != nil {
		r.fail(err.Error(), "")
		return
	}
	if !r.yield(quad, nil) {
		r.err = errBroken
	}
}
