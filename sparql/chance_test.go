package sparql_test

import (
	"fmt"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// TestJoinsByChance holds that a side of a join is looked up for each solution that
// binds something of it, though the other side need not bind that: by BIND, by
// OPTIONAL, or in one branch of UNION. Otherwise all its solutions would be compared
// with each of the other side.
func TestJoinsByChance(t *testing.T) {
	const subjects = 300
	b := index.NewBuilder()
	for i := range subjects {
		s, o := rdf.IRI(fmt.Sprintf("http://example.org/s%d", i)), rdf.IRI(fmt.Sprintf("http://example.org/o%d", i))
		b.Add(rdf.Quad{Subject: s, Predicate: rdf.IRI("http://example.org/name"), Object: rdf.String(fmt.Sprint(i))})
		b.Add(rdf.Quad{Subject: s, Predicate: rdf.IRI("http://example.org/has"), Object: o})
		b.Add(rdf.Quad{Subject: o, Predicate: rdf.IRI("http://example.org/measure"), Object: rdf.String(fmt.Sprint("measure ", i))})
	}
	x := b.Build()
	for _, tt := range []struct {
		pattern string
		rows    int
	}{
		{`?s :has ?first BIND(?first AS ?o) ?o :measure ?m`, subjects},
		{`?s :name ?n BIND(IRI(CONCAT("http://example.org/o", ?n)) AS ?o) ?o :measure ?m`, subjects},
		{`?s :name ?n BIND(IRI(CONCAT("http://example.org/o", ?n)) AS ?o) OPTIONAL { ?o :measure ?m }`, subjects},
		{`?s :name ?n { ?s :has ?first BIND(?first AS ?o) ?o :measure ?m } UNION { ?s :has ?o }`, 2 * subjects},
		{`?s :name ?n OPTIONAL { ?s :has ?o } ?o :measure ?m`, subjects},
		// Where the left side binds nothing of it, all solutions of the right fit.
		{`?s :name ?n BIND(?none AS ?o) ?o :measure ?m FILTER(?n = "7")`, subjects},
	} {
		q, err := sparql.Parse("PREFIX : <http://example.org/> SELECT * { "+tt.pattern+" }", "")
		if err != nil {
			t.Fatal(err)
		}
		plan, err := q.Explain(t.Context(), x, nil)
		if err != nil {
			t.Fatal(err)
		}
		if plan.Rows != tt.rows {
			t.Errorf("%s: %d rows, expected %d", tt.pattern, plan.Rows, tt.rows)
		}
		if most := mostRows(plan); most > 4*subjects {
			t.Errorf("%s: a step has %d rows, expected %d or fewer:\n%s", tt.pattern, most, 4*subjects, planText(t, plan))
		}
	}
}

// mostRows returns the rows of the step that has most.
func mostRows(p *sparql.Plan) int {
	most := p.Rows
	for _, s := range p.Steps {
		most = max(most, mostRows(s))
	}
	return most
}
