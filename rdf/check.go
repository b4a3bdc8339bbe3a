package rdf

import (
	"fmt"
	"unicode/utf8"
)

// checkQuad says what keeps a quad from being written: terms where RDF does not
// allow them (RDF 1.1 Concepts, sections 3.1 and 4), and terms that no syntax
// can write.
func checkQuad(q Quad, v Version) error {
	switch {
	case q.Subject.Kind != IRITerm && q.Subject.Kind != BlankTerm:
		return fmt.Errorf("subject %s is neither IRI nor blank node", q.Subject)
	case q.Predicate.Kind != IRITerm:
		return fmt.Errorf("predicate %s is not an IRI", q.Predicate)
	case v < RDF12 && q.Object.Kind == TripleTerm:
		return fmt.Errorf("object %s is a triple term, which RDF 1.1 does not have", q.Object)
	case v < RDF12 && q.Object.Direction != NoDirection:
		return fmt.Errorf("object %s has a direction, which RDF 1.1 does not have", q.Object)
	case q.Object.IsZero():
		return fmt.Errorf("no object beside %s %s", q.Subject, q.Predicate)
	case q.Graph.Kind == LiteralTerm || q.Graph.Kind == TripleTerm:
		return fmt.Errorf("graph name %s is neither IRI nor blank node", q.Graph)
	}
	for _, t := range [...]*Term{&q.Subject, &q.Predicate, &q.Object, &q.Graph} {
		if err := checkTerm(t); err != nil {
			return err
		}
	}
	return nil
}

func checkTerm(t *Term) error {
	switch t.Kind {
	case IRITerm:
		return CheckIRI(t.Value)
	case BlankTerm:
		return checkLabel(t.Value)
	case LiteralTerm:
		return checkLiteral(t)
	case TripleTerm:
		s, p, o, ok := t.Triple()
		if !ok {
			return fmt.Errorf("%s is not a triple term", *t)
		}
		return checkQuad(Quad{Subject: s, Predicate: p, Object: o}, RDF12)
	}
	return nil
}

func checkLiteral(t *Term) error {
	if !utf8.ValidString(t.Value) {
		return fmt.Errorf("literal %q is not UTF-8", t.Value)
	}
	if t.Language != "" {
		return checkLanguage(t.Language)
	}
	return CheckIRI(t.Datatype)
}
