package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// manyTerms are queries of n terms, none of which is in the data.
var manyTerms = map[string]func(n int) string{
	"studies in VALUES": func(n int) string {
		return "SELECT * { VALUES ?x { " + numbered("<https://clinicaltrials.gov/study/NCT%08d> ", 90_000_000, n) + "} ?x ?p ?o }"
	},
	"IRIs in VALUES and IN": func(n int) string {
		return "SELECT * { VALUES ?x { " + numbered("<http://a.example/%d> ", 0, n) + "} FILTER(?x IN (" + strings.TrimRight(numbered("<http://a.example/%d>, ", 0, n), ", ") + ")) }"
	},
	"a negated path": func(n int) string {
		return "SELECT * { ?s !(" + strings.TrimRight(numbered("<http://a.example/%d>|", 0, n), "|") + ") ?o }"
	},
	"terms of the model": func(n int) string { return "SELECT * { VALUES ?x { " + numbered("ctg:phase%d ", 0, n) + "} }" },
	"terms of another vocabulary": func(n int) string {
		return "SELECT * { VALUES ?x { " + numbered("schema:nam%d ", 0, n) + "} }"
	},
	"codes": func(n int) string {
		return "SELECT * { ?s ctg:overall_status ?v VALUES ?v { " + numbered(`"Recruit%d" `, 0, n) + "} }"
	},
	"conditions": func(n int) string {
		return "SELECT * { ?s ctg:overall_status ?v FILTER(LCASE(?v) IN (" + strings.TrimRight(numbered(`"recruit%d", `, 0, n), ", ") + ")) }"
	},
	"what is described": func(n int) string { return "DESCRIBE " + numbered("<http://a.example/%d> ", 0, n) },
	"graphs": func(n int) string {
		return "SELECT * " + numbered("FROM <http://a.example/%d> ", 0, n) + "{ ?s ?p ?o }"
	},
}

func numbered(format string, from, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, from+i)
	}
	return b.String()
}

func doubtingOf(ctx context.Context, t *testing.T, text string) *doubting {
	t.Helper()
	b := index.NewBuilder()
	for _, p := range []string{"http://schema.org/name", "https://clinicaltrials.gov/ns#overall_status"} {
		b.Add(rdf.Quad{Subject: rdf.IRI("http://a.example/s"), Predicate: rdf.IRI(p), Object: rdf.String("x")})
	}
	q, err := sparql.ParseWith(text, "", mapping.QueryPrefixes())
	if err != nil {
		t.Fatal(err)
	}
	return newDoubting(ctx, q, b.Build())
}

// TestDoubtsOfManyTerms: what is looked at before a query runs is in proportion to the
// number of its terms, suggestions are sought for some, and the warnings are bounded.
func TestDoubtsOfManyTerms(t *testing.T) {
	for name, query := range manyTerms {
		var steps [2]int
		for i, n := range []int{500, 2000} {
			d := doubtingOf(t.Context(), t, query(n))
			d.look()
			steps[i] = d.steps
			if n := len(d.list()); n > mostDoubts+2 || d.sought > mostSought {
				t.Errorf("%s: %d warnings, %d suggestions sought", name, n, d.sought)
			}
		}
		if steps[1] > 5*steps[0] || steps[0] < 250 {
			t.Errorf("%s: %d and %d steps for 500 and 2000 terms", name, steps[0], steps[1])
		}
	}
	d := doubtingOf(t.Context(), t, manyTerms["studies in VALUES"](300))
	d.look()
	if list := d.list(); !slices.Contains(list, "200 more warnings, not listed here") {
		t.Errorf("%d warnings, the last %q", len(list), list[len(list)-1])
	}
}

// TestDoubtsEnd: nothing is looked at once the time of the query is over, and the query
// is not answered.
func TestDoubtsEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, query := range manyTerms {
		d := doubtingOf(ctx, t, query(1000))
		if d.look(); d.steps > 100 {
			t.Errorf("%s: %d steps after the end", name, d.steps)
		}
	}
}
