package sparql

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

const shop = `<http://example.org/a> <http://example.org/knows> <http://example.org/b> .
<http://example.org/a> <http://example.org/knows> <http://example.org/c> .
<http://example.org/b> <http://example.org/knows> <http://example.org/c> .
<http://example.org/b> <http://example.org/age> "41"^^<http://www.w3.org/2001/XMLSchema#integer> .
<http://example.org/c> <http://example.org/age> "7"^^<http://www.w3.org/2001/XMLSchema#integer> .
`

func shopIndex(t testing.TB) *index.Index {
	t.Helper()
	b := index.NewBuilder()
	for q, err := range rdf.Read(strings.NewReader(shop), rdf.NTriples, nil) {
		if err != nil {
			t.Fatal(err)
		}
		b.Add(q)
	}
	return b.Build()
}

// TestExplain counts by hand: the rows that each operator gave.
func TestExplain(t *testing.T) {
	for query, want := range map[string]string{
		// The two ages come first, since they are fewer; one is over 20, of one
		// whom one knows. An OPTIONAL is estimated by those who have an age, though
		// the first has none.
		`SELECT ?who { ?x :knows ?who . ?who :age ?age FILTER(?age > 20) }`: `
1 1 SELECT ?who
1 1 patterns
1 1 2 ?who :age ?age  FILTER (?age > 20)
1 1 1 ?x :knows ?who
`,
		`SELECT ?x { ?x :knows ?y } ORDER BY DESC(?y) LIMIT 2`: `
2 1 OFFSET 0 LIMIT 2
2 1 SELECT ?x
2 1 ORDER BY DESC ?y
3 1 patterns
3 1 3 ?x :knows ?y
`,
		`SELECT ?x (COUNT(*) AS ?n) { ?x :knows+ ?y OPTIONAL { ?x :age ?age } FILTER NOT EXISTS { ?y :age 7 } } GROUP BY ?x`: `
1 1 SELECT ?x ?n
1 1 BIND COUNT(*) AS ?n
1 1 GROUP BY ?x: COUNT(*)
1 1 FILTER NOT EXISTS
3 1 OPTIONAL
3 1 patterns
3 1 20 ?x :knows+ ?y
1 3 patterns
1 3 1 ?x :age ?age
2 3 patterns
2 3 0 ?y :age 7
`,
		`ASK { ?x a :Person . ?x :knows ?y }`: `
0 1 patterns
0 1 0 ?x a :Person
0 0 ?x :knows ?y
`,
		// What no variable of the query holds is shown as the query has it.
		`SELECT (AVG(?n) AS ?m) { ?x :knows [ :age ?a ] BIND(STR(?a) AS ?n) } GROUP BY (?a > 20)`: `
2 1 SELECT ?m
2 1 BIND AVG(?n) AS ?m
2 1 GROUP BY (?a > 20): AVG(?n)
3 1 BIND STR(?a) AS ?n
3 1 patterns
2 1 2 _:b1 :age ?a
3 2 1 ?x :knows _:b1

errors expression without a value, and the first values that it has none for
2 AVG(?n): "41"
`,
		`ASK { ?x :knows ?y }`: `
1 1 patterns
1 1 3 ?x :knows ?y
`,
	} {
		_, body, _ := strings.Cut(planText(t, query), "\n")
		got := "\n"
		for line := range strings.Lines(body) {
			got += strings.TrimSpace(line) + "\n"
		}
		if got, want = squeezed(got), squeezed(want); got != want {
			t.Errorf("%s\ngot %s\nwant %s", query, got, want)
		}
	}
}

func squeezed(s string) string {
	for strings.Contains(s, "  ") {
		s = strings.ReplaceAll(s, "  ", " ")
	}
	return s
}

// What ends an answer ends its explanation.
func TestExplainKeepsLimits(t *testing.T) {
	q, err := Parse("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.Explain(t.Context(), shopIndex(t), &Options{Limits: Limits{Rows: 10}}); err == nil {
		t.Error("the limit was not told")
	}
	q, err = Parse("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.Explain(t.Context(), shopIndex(t), nil); err == nil {
		t.Error("SERVICE was explained")
	}
}

func ExampleQuery_Explain() {
	q, err := Parse(`PREFIX : <http://example.org/> SELECT ?who { ?who :age ?age . :a :knows ?who FILTER(?age > 20) }`, "")
	if err != nil {
		panic(err)
	}
	plan, err := q.Explain(context.Background(), small(), nil)
	if err != nil {
		panic(err)
	}
	_ = plan.Write(os.Stdout)
	// Output:
	//       rows      times   estimate
	//          1          1             SELECT ?who
	//          1          1               patterns
	//          1          1          1      ?who :age ?age  FILTER (?age > 20)
	//          1          1          1      :a :knows ?who
}

// planText is the printed plan of a query of the shop.
func planText(t *testing.T, query string) string {
	t.Helper()
	q, err := Parse("PREFIX : <http://example.org/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"+query, "")
	if err != nil {
		t.Fatal(err)
	}
	plan, err := q.Explain(t.Context(), shopIndex(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := plan.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestExplainErrors holds that expressions without a value are counted, each with
// the first values that it has none for.
func TestExplainErrors(t *testing.T) {
	for query, want := range map[string]string{
		`SELECT * { ?x :age ?age FILTER (xsd:integer(CONCAT("a", STR(?age))) > 3) }`:    `2 xsd:integer(CONCAT("a", STR(?age))): "a41"`,
		`SELECT * { ?x :age ?age FILTER (?age > 100 || ?x > 3) }`:                       `2 (?x > 3): `,
		`SELECT (?age + "x" AS ?y) { ?x :age ?age }`:                                    `2 (?age + "x"): `,
		`SELECT * { ?x :age ?age OPTIONAL { ?x :none ?y } BIND (STRLEN(?y) AS ?n) }`:    `2 ?y: unbound`,
		`SELECT * { ?x :age ?age FILTER (?x) }`:                                         `2 ?x: `,
		`SELECT * { ?x :age ?age BIND (COALESCE(?age + "x", STRLEN(?none), 0) AS ?n) }`: ``,
		`SELECT * { ?x :age ?age FILTER (?age > 3) }`:                                   ``,
	} {
		_, errors, _ := strings.Cut(planText(t, query), "\n\n")
		_, row, _ := strings.Cut(errors, "\n")
		if got := strings.Join(strings.Fields(row), " "); !strings.HasPrefix(got, want) || (got == "") != (want == "") || strings.Count(row, "\n") > 1 {
			t.Errorf("%s\n%q, expected %q", query, row, want)
		}
	}
}
