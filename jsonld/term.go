package jsonld

import (
	"errors"
	"fmt"

	"github.com/piprate/json-gold/ld"

	"github.com/trialweave/trialweave/rdf"
)

func quadOf(q *ld.Quad, graph string) (rdf.Quad, error) {
	s, errS := termOf(q.Subject)
	p, errP := termOf(q.Predicate)
	o, errO := termOf(q.Object)
	quad := rdf.Quad{Subject: s, Predicate: p, Object: o}
	if graph != "@default" {
		quad.Graph = rdf.IRI(graph)
	}
	return quad, errors.Join(errS, errP, errO)
}

func termOf(n ld.Node) (rdf.Term, error) {
	switch n := n.(type) {
	case *ld.IRI:
		return rdf.IRI(n.Value), nil
	case ld.IRI:
		return rdf.IRI(n.Value), nil
	case *ld.BlankNode:
		return rdf.Blank(n.Attribute[len("_:"):]), nil
	case ld.BlankNode:
		return rdf.Blank(n.Attribute[len("_:"):]), nil
	case *ld.Literal:
		return literalOf(*n), nil
	case ld.Literal:
		return literalOf(n), nil
	}
	return rdf.Term{}, fmt.Errorf("json-gold returned a %T", n)
}

func literalOf(l ld.Literal) rdf.Term {
	if l.Language != "" {
		return rdf.LangString(l.Value, l.Language)
	}
	if l.Datatype == "" {
		return rdf.String(l.Value)
	}
	return rdf.Typed(l.Value, l.Datatype)
}
