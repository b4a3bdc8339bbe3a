package web

import (
	"context"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// Store is the graph that is shown. An *index.Index is one.
type Store interface {
	// Len counts the quads.
	Len() int
	// Lookup returns the number of a term, Term the term of a number.
	Lookup(rdf.Term) (index.ID, bool)
	Term(index.ID) rdf.Term
	// Match yields the quads that agree with a pattern, until yield returns
	// false. Estimate is an upper bound of how many there are.
	Match(pattern index.Quad, scope index.Scope, yield func(index.Quad) bool) bool
	Estimate(pattern index.Quad, scope index.Scope) int
	// Predicate counts the quads of a predicate.
	Predicate(index.ID) index.Counts
	// HasGraph reports whether a named graph holds quads.
	HasGraph(index.ID) bool
	// View calls what reads the graph, and makes an error of a fault of its files.
	View(read func() error) error
}

// graph reads a store by terms.
type graph struct{ Store }

// checkEvery is after how many quads a loop looks whether its time is over.
const checkEvery = 1024

// iri returns the number of an IRI, zero where the store does not have it.
func (g graph) iri(iri string) index.ID {
	id, _ := g.Lookup(rdf.IRI(iri))
	return id
}

// term is iri of a compact IRI of the model.
func (g graph) term(compact string) index.ID { return g.iri(model.Expand(compact)) }

// first returns the object of a property of a node, the zero Term where it has
// none.
func (g graph) first(subject, property index.ID) rdf.Term {
	var out rdf.Term
	if subject == 0 || property == 0 {
		return out
	}
	g.Match(index.Quad{index.Subject: subject, index.Predicate: property}, index.Union, func(q index.Quad) bool {
		out = g.Term(q[index.Object])
		return false
	})
	return out
}

// labels are the properties that name a node, the best first.
var labels = []string{
	model.Expand("rdfs:label"), model.Expand("schema:name"), "http://www.w3.org/2004/02/skos/core#prefLabel",
	model.Expand("ctg:measure"), model.Expand("ctg:term"), model.Expand("dcterms:title"),
}

// all returns the objects of a property of a node, at most so many.
func (g graph) all(subject, property index.ID, most int) []rdf.Term {
	if subject == 0 || property == 0 {
		return nil
	}
	var out []rdf.Term
	g.Match(index.Quad{index.Subject: subject, index.Predicate: property}, index.Union, func(q index.Quad) bool {
		if t := g.Term(q[index.Object]); !slices.Contains(out, t) {
			out = append(out, t)
		}
		return len(out) < most
	})
	return out
}

// label names a node; it is empty where nothing does.
func (g graph) label(node index.ID) string {
	for _, property := range labels {
		if t := g.first(node, g.iri(property)); t.Value != "" {
			return t.Value
		}
	}
	return ""
}

// count is the number of quads of a property with this object.
func (g graph) count(property, object index.ID) int {
	if property == 0 || object == 0 {
		return 0
	}
	return g.Estimate(index.Quad{index.Predicate: property, index.Object: object}, index.Union)
}

// collect returns the quads of a pattern, at most so many, with their terms.
// More reports whether there are others.
func (g graph) collect(ctx context.Context, pattern index.Quad, scope index.Scope, most int) (quads []rdf.Quad, more bool, err error) {
	return g.part(ctx, pattern, scope, 0, most)
}

// part is collect from the quad with a number on.
func (g graph) part(ctx context.Context, pattern index.Quad, scope index.Scope, from, most int) (quads []rdf.Quad, more bool, err error) {
	terms := map[index.ID]rdf.Term{}
	term := func(id index.ID) rdf.Term {
		t, ok := terms[id]
		if !ok {
			t = g.Term(id)
			terms[id] = t
		}
		return t
	}
	n := 0
	g.Match(pattern, scope, func(q index.Quad) bool {
		if len(quads) == most {
			more = true
			return false
		}
		if n%checkEvery == 0 {
			if err = context.Cause(ctx); err != nil {
				return false
			}
		}
		if n++; n <= from {
			return true
		}
		out := rdf.Quad{Subject: term(q[index.Subject]), Predicate: term(q[index.Predicate]), Object: g.Term(q[index.Object])}
		if q[index.Graph] != 0 {
			out.Graph = term(q[index.Graph])
		}
		quads = append(quads, out)
		return true
	})
	return quads, more, err
}

// base finds out where the nodes live that are not fragments of a study: below
// the IRI that the organisation of a study has before its own part. It is empty
// where no study has one.
func (g graph) base() string {
	out := ""
	for _, property := range []string{"schema:sponsor", "ctg:organization"} {
		id := g.term(property)
		if id == 0 {
			continue
		}
		g.Match(index.Quad{index.Predicate: id}, index.Union, func(q index.Quad) bool {
			iri := g.Term(q[index.Object]).Value
			if at := strings.LastIndex(iri, organizationPath); at > 0 {
				out = iri[:at]
			}
			return false
		})
	}
	return out
}

const organizationPath = "organization/"
