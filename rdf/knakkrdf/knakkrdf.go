// Package knakkrdf converts triples between package rdf and
// github.com/knakk/rdf, for programs that use both. Call [ToTriple] to hand a
// triple to knakk/rdf, and [FromTriple] to take one from it.
package knakkrdf

import (
	"fmt"

	knakk "github.com/knakk/rdf"

	"github.com/trialweave/trialweave/rdf"
)

// ToTriple converts the triple of a quad; its graph is ignored. The error is
// that of a term that knakk/rdf refuses, or that cannot stand at its position
// (RDF 1.1 Concepts, section 3.1).
func ToTriple(q rdf.Quad) (knakk.Triple, error) {
	var t knakk.Triple
	s, err := toTerm(q.Subject)
	if err != nil {
		return t, fmt.Errorf("subject: %w", err)
	}
	p, err := toTerm(q.Predicate)
	if err != nil {
		return t, fmt.Errorf("predicate: %w", err)
	}
	o, err := toTerm(q.Object)
	if err != nil {
		return t, fmt.Errorf("object: %w", err)
	}
	subject, ok := s.(knakk.Subject)
	if !ok {
		return t, fmt.Errorf("subject %s: must be an IRI or a blank node", q.Subject)
	}
	predicate, ok := p.(knakk.Predicate)
	if !ok || q.Predicate.Kind != rdf.IRITerm {
		return t, fmt.Errorf("predicate %s: must be an IRI", q.Predicate)
	}
	object, ok := o.(knakk.Object)
	if !ok {
		return t, fmt.Errorf("object %s: must be an IRI, a blank node or a literal", q.Object)
	}
	return knakk.Triple{Subj: subject, Pred: predicate, Obj: object}, nil
}

// FromTriple converts a triple to a quad of the default graph.
func FromTriple(t knakk.Triple) rdf.Quad {
	return rdf.Quad{Subject: fromTerm(t.Subj), Predicate: fromTerm(t.Pred), Object: fromTerm(t.Obj)}
}

func toTerm(t rdf.Term) (knakk.Term, error) {
	switch t.Kind {
	case rdf.IRITerm:
		return knakk.NewIRI(t.Value)
	case rdf.BlankTerm:
		return knakk.NewBlank(t.Value)
	case rdf.LiteralTerm:
		if t.Language != "" {
			return knakk.NewLangLiteral(t.Value, t.Language)
		}
		datatype, err := knakk.NewIRI(t.Datatype)
		return knakk.NewTypedLiteral(t.Value, datatype), err
	}
	return nil, fmt.Errorf("the term is missing")
}

func fromTerm(t knakk.Term) rdf.Term {
	switch t := t.(type) {
	case knakk.IRI:
		return rdf.IRI(t.String())
	case knakk.Blank:
		return rdf.Blank(t.String())
	case knakk.Literal:
		if t.Lang() != "" {
			return rdf.LangString(t.String(), t.Lang())
		}
		return rdf.Typed(t.String(), t.DataType.String())
	}
	return rdf.Term{}
}
