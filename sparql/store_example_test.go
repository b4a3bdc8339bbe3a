package sparql_test

import (
	"context"
	"fmt"
	"log"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// without is an index of which some quads are not to be seen.
type without struct {
	*index.Index
	predicate index.ID
}

func (s without) Match(pattern index.Quad, scope index.Scope, yield func(index.Quad) bool) bool {
	return s.Index.Match(pattern, scope, func(q index.Quad) bool {
		return q[index.Predicate] == s.predicate || yield(q)
	})
}

// A Store that has another below it can hide what that has.
func ExampleStore() {
	study, title, email := rdf.IRI("http://example.org/study"), rdf.IRI("http://example.org/title"), rdf.IRI("http://example.org/email")
	b := index.NewBuilder()
	b.Add(rdf.Quad{Subject: study, Predicate: title, Object: rdf.String("Aspirin in Healthy Adults")})
	b.Add(rdf.Quad{Subject: study, Predicate: email, Object: rdf.String("someone@example.org")})
	x := b.Build()
	hidden, _ := x.Lookup(email)

	q, err := sparql.Parse("SELECT ?o { ?s ?p ?o }", "")
	if err != nil {
		log.Fatal(err)
	}
	for row, err := range q.Rows(context.Background(), without{x, hidden}, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(row[0])
	}
	// Output: "Aspirin in Healthy Adults"
}
