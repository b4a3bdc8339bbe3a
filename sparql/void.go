package sparql

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

const nsVoID = "http://rdfs.org/ns/void#"

// describeData answers with what the data is, in VoID: how many triples there are,
// of which properties, and how many entities of which classes (Describing Linked
// Datasets with the VoID Vocabulary, sections 4 and 6.1).
func (s *endpoint) describeData(w http.ResponseWriter, r *http.Request) {
	s.recorded(w, r, func(rec *QueryRecord) error {
		rec.Graph = r.URL.Path
		return s.run(w, r, func(ctx context.Context, _ *Options) error {
			quads, err := s.dataset(ctx, s.base(r))
			if err != nil {
				return err
			}
			return s.writeGraph(w, r, noted(rec, sequence(quads)))
		})
	})
}

func sequence(quads []rdf.Quad) func(func(rdf.Quad, error) bool) {
	return func(yield func(rdf.Quad, error) bool) {
		for _, q := range quads {
			if !yield(q, nil) {
				return
			}
		}
	}
}

// base is the address of the service, or of the dataset.
func (s *endpoint) base(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + s.prefix
}

func (s *endpoint) dataset(ctx context.Context, base string) (quads []rdf.Quad, err error) {
	node := rdf.IRI(base + "/.well-known/void#dataset")
	say := func(subject rdf.Term, property string, object rdf.Term) {
		quads = append(quads, rdf.Quad{Subject: subject, Predicate: rdf.IRI(property), Object: object})
	}
	count := func(subject rdf.Term, property string, n int) { say(subject, nsVoID+property, integer(int64(n)).term) }
	say(node, rdf.RDFType, rdf.IRI(nsVoID+"Dataset"))
	say(node, nsVoID+"sparqlEndpoint", rdf.IRI(base+"/sparql"))
	err = s.store.View(func() error {
		properties, classes, err := s.parts(ctx)
		if err != nil {
			return err
		}
		count(node, "triples", s.store.Len())
		count(node, "properties", len(properties))
		count(node, "classes", len(classes))
		for i, p := range properties {
			part := rdf.Blank("p" + integer(int64(i+1)).term.Value)
			say(node, nsVoID+"propertyPartition", part)
			say(part, nsVoID+"property", p.term)
			count(part, "triples", p.n)
		}
		for i, c := range classes {
			part := rdf.Blank("c" + integer(int64(i+1)).term.Value)
			say(node, nsVoID+"classPartition", part)
			say(part, nsVoID+"class", c.term)
			count(part, "entities", c.n)
		}
		return nil
	})
	return quads, err
}

// tallied is a term with how often it is used.
type tallied struct {
	term rdf.Term
	n    int
}

// parts counts the triples of properties, and the entities of classes.
func (s *endpoint) parts(ctx context.Context) (properties, classes []tallied, err error) {
	for _, p := range s.store.Predicates() {
		if n := s.store.Estimate(index.Quad{index.Predicate: p}, index.Union); n > 0 {
			properties = append(properties, tallied{s.store.Term(p), n})
		}
	}
	if a, ok := s.store.Lookup(rdf.IRI(rdf.RDFType)); ok {
		counts := map[index.ID]int{}
		steps := 0
		s.store.Match(index.Quad{index.Predicate: a}, index.Union, func(q index.Quad) bool {
			if steps++; steps%(1<<14) == 0 && ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			counts[q[index.Object]]++
			return err == nil
		})
		for id, n := range counts {
			classes = append(classes, tallied{s.store.Term(id), n})
		}
	}
	byName := func(a, b tallied) int { return strings.Compare(a.term.String(), b.term.String()) }
	slices.SortFunc(properties, byName)
	slices.SortFunc(classes, byName)
	return properties, classes, err
}
