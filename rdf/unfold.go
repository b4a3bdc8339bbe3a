package rdf

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"
)

// i18nNS is the namespace of datatypes that say language and direction (JSON-LD
// 1.1, section 10.2).
const i18nNS = "https://www.w3.org/ns/i18n#"

// maxUnfolded bounds how many triple terms To11 remembers as described.
const maxUnfolded = 1 << 20

// To11 says in RDF 1.1 what a dataset says in RDF 1.2: a triple term becomes a
// blank node that is described by the reification vocabulary (RDF Schema 1.1,
// section 5.3), what rdf:reifies a triple is itself described so, and a text with a
// direction gets a datatype of the i18n namespace. Equal triple terms of a graph
// become one node; its label begins with "triple". A description may be repeated
// where there are more than a million.
func To11(quads iter.Seq2[Quad, error]) iter.Seq2[Quad, error] {
	return func(yield func(Quad, error) bool) {
		u := unfolder{yield: yield, described: map[described]bool{}}
		for q, err := range quads {
			if err != nil {
				yield(q, err)
				return
			}
			if !u.quad(q) {
				return
			}
		}
	}
}

type unfolder struct {
	yield     func(Quad, error) bool
	described map[described]bool
}

// described is a node with a triple that it was said to be, in a graph.
type described struct{ graph, node, triple Term }

func (u *unfolder) quad(q Quad) bool {
	switch {
	case q.Object.Kind == TripleTerm && q.Predicate.Value == RDFReifies:
		return u.describe(q.Graph, q.Subject, q.Object)
	case q.Object.Kind == TripleTerm:
		node := tripleNode(q.Object)
		if !u.describe(q.Graph, node, q.Object) {
			return false
		}
		q.Object = node
	}
	q.Object = undirected(q.Object)
	return u.yield(q, nil)
}

// describe says what triple a node stands for.
func (u *unfolder) describe(graph, node, triple Term) bool {
	key := described{graph, node, triple}
	s, p, o, ok := triple.Triple()
	if !ok || u.described[key] {
		return true
	}
	if len(u.described) >= maxUnfolded {
		clear(u.described)
	}
	u.described[key] = true
	if o.Kind == TripleTerm {
		inner := tripleNode(o)
		if !u.describe(graph, inner, o) {
			return false
		}
		o = inner
	}
	for _, part := range [...]struct {
		predicate string
		object    Term
	}{{RDFType, IRI(rdfNS + "Statement")}, {rdfNS + "subject", s}, {rdfNS + "predicate", p}, {rdfNS + "object", undirected(o)}} {
		if !u.yield(Quad{Subject: node, Predicate: IRI(part.predicate), Object: part.object, Graph: graph}, nil) {
			return false
		}
	}
	return true
}

// tripleNode is the blank node that stands for a triple term. Its label is made of
// the term, so that it is the same in every run.
func tripleNode(t Term) Term {
	sum := sha256.Sum256([]byte(t.Value))
	return Blank("triple" + hex.EncodeToString(sum[:12]))
}

func undirected(t Term) Term {
	if t.Direction == NoDirection {
		return t
	}
	return Typed(t.Value, i18nNS+t.Language+"_"+t.Direction.String())
}
