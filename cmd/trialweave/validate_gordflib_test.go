package main

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	gordflib "github.com/tggo/goRDFlib/shacl"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shacl"
)

// graphValidator is goRDFlib's SHACL validator, an oracle of these tests. It reads the shapes anew for each
// graph, in time that grows with the square of their number, so it gets them in
// pieces: a node shape with a few of its properties. A node conforms to a shape
// where it conforms to all pieces of it.
type graphValidator struct{ pieces []*gordflib.Graph }

const propertiesInPiece = 8

func newGraphValidator(shapes []rdf.Quad) *graphValidator {
	v := &graphValidator{}
	s := shapesGraph{}
	for _, q := range shapes {
		s[q.Subject] = append(s[q.Subject], q)
	}
	for _, subject := range slices.SortedFunc(maps.Keys(s), func(a, b rdf.Term) int { return strings.Compare(a.String(), b.String()) }) {
		if s.targeted(subject) {
			v.pieces = append(v.pieces, s.pieces(subject)...)
		}
	}
	return v
}

// shapesGraph holds shapes by subject.
type shapesGraph map[rdf.Term][]rdf.Quad

func (s shapesGraph) targeted(shape rdf.Term) bool {
	return slices.ContainsFunc(s[shape], func(q rdf.Quad) bool {
		return strings.HasPrefix(q.Predicate.Value, shaclNS+"target") || q.Predicate.Value == rdf.RDFType && q.Object.Value == rdfs+"Class"
	})
}

const rdfs = "http://www.w3.org/2000/01/rdf-schema#"

// pieces divides a shape: what it says of the node itself, and its properties.
func (s shapesGraph) pieces(shape rdf.Term) []*gordflib.Graph {
	var own, target, properties []rdf.Quad
	closed := false
	for _, q := range s[shape] {
		local := strings.TrimPrefix(q.Predicate.Value, shaclNS)
		closed = closed || local == "closed"
		if local == "property" {
			properties = append(properties, q)
			continue
		}
		own = append(own, q)
		if strings.HasPrefix(local, "target") || local == "severity" || local == "deactivated" || q.Predicate.Value == rdf.RDFType {
			target = append(target, q)
		}
	}
	if closed || len(properties) <= propertiesInPiece {
		return []*gordflib.Graph{theirGraph(s.closure(append(own, properties...)))}
	}
	out := []*gordflib.Graph{theirGraph(s.closure(own))}
	for part := range slices.Chunk(properties, propertiesInPiece) {
		out = append(out, theirGraph(s.closure(append(slices.Clone(target), part...))))
	}
	return out
}

// closure adds what the objects say, and what theirs say.
func (s shapesGraph) closure(quads []rdf.Quad) []rdf.Quad {
	seen := map[rdf.Term]bool{}
	for _, q := range quads {
		seen[q.Subject] = true
	}
	for i := 0; i < len(quads); i++ {
		if o := quads[i].Object; !seen[o] && len(s[o]) > 0 {
			seen[o] = true
			quads = append(quads, s[o]...)
		}
	}
	return quads
}

func theirGraph(quads []rdf.Quad) *gordflib.Graph {
	g := gordflib.NewGraph()
	for _, q := range quads {
		g.Add(theirTerm(q.Subject), theirTerm(q.Predicate), theirTerm(q.Object))
	}
	return g
}

// Check validates the graph that the lines say together.
func (v *graphValidator) Check(_ context.Context, lines ...[]byte) (found []shacl.Result, err error) {
	var quads []rdf.Quad
	for _, part := range lines {
		for q, err := range rdf.Read(bytes.NewReader(part), rdf.NQuads, nil) {
			if err != nil {
				return nil, err
			}
			quads = append(quads, q)
		}
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the SHACL validator failed: %v", r)
		}
	}()
	seen := map[shacl.Result]bool{}
	for r := range v.results(theirGraph(quads)) {
		severity, _ := shacl.SeverityOf(r.ResultSeverity.Value()) // the shapes have no others: they were compiled
		one := shacl.Result{
			Focus: ourTerm(r.FocusNode), Path: ourTerm(r.ResultPath), Value: ourTerm(r.Value), Shape: ourTerm(r.SourceShape),
			Component: r.SourceConstraintComponent.Value(), Severity: severity,
		}
		if !seen[one] {
			seen[one] = true
			found = append(found, one)
		}
	}
	return found, nil
}

func (v *graphValidator) results(data *gordflib.Graph) iter.Seq[gordflib.ValidationResult] {
	return func(yield func(gordflib.ValidationResult) bool) {
		for _, shapes := range v.pieces {
			for _, r := range gordflib.Validate(data, shapes).Results {
				if !yield(r) {
					return
				}
			}
		}
	}
}

func theirTerm(t rdf.Term) gordflib.Term {
	switch t.Kind {
	case rdf.IRITerm:
		return gordflib.IRI(t.Value)
	case rdf.BlankTerm:
		return gordflib.BlankNode(t.Value)
	}
	return gordflib.Literal(t.Value, t.Datatype, t.Language)
}

func ourTerm(t gordflib.Term) rdf.Term {
	switch {
	case t.IsNone():
		return rdf.Term{}
	case t.IsIRI():
		return rdf.IRI(t.Value())
	case t.IsBlank():
		return rdf.Blank(t.Value())
	case t.Language() != "":
		return rdf.LangString(t.Value(), t.Language())
	}
	return rdf.Typed(t.Value(), t.Datatype())
}
