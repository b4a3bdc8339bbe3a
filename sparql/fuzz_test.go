package sparql_test

import (
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// FuzzEvaluate answers any query that can be parsed, of whatever tree, within its
// limits: it ends, and it ends the same way when it is asked again, but for what
// is random and for limits.
func FuzzEvaluate(f *testing.F) {
	f.Add("SELECT * { ?s ?p ?o }")
	f.Add("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?o > 1 || !BOUND(?x)) } GROUP BY ?s HAVING(COUNT(*) > 1) ORDER BY DESC(?n) LIMIT 2 OFFSET 1")
	f.Add("SELECT DISTINCT ?a { { ?a <urn:p>+/^<urn:q>|<urn:p>? ?b } UNION { GRAPH ?g { ?a ?p ?b } } MINUS { ?a <urn:p> 1 } OPTIONAL { ?b ?q ?c FILTER(?c != ?a) } }")
	f.Add("CONSTRUCT { ?s ?p [ <urn:q> ?o ] } WHERE { ?s ?p ?o BIND(CONCAT(STR(?s), \"x\") AS ?x) VALUES ?o { 1 2 UNDEF } }")
	f.Add("DESCRIBE ?s { ?s <urn:p> ?o FILTER EXISTS { ?o ?p ?s } }")
	f.Add("ASK { FILTER(REGEX(\"aaaa\", \"(a+)+b\")) FILTER NOT EXISTS { SELECT (SUM(?o) AS ?t) { ?s ?p ?o } } }")
	f.Add("ASK{FILTER(1" + strings.Repeat("+1", 300) + ")}")
	f.Add("ASK{" + strings.Repeat("{", 100) + strings.Repeat("}", 100) + strings.Repeat("UNION{}", 50) + "}")
	f.Add("SELECT*{" + strings.Repeat("OPTIONAL{?s ?p ?o}", 60) + strings.Repeat("MINUS{?s ?p ?o}", 60) + "}")
	f.Add("SELECT (1" + strings.Repeat("||false", 200) + " AS ?x) {?s " + strings.Repeat("<urn:p>/", 60) + "<urn:p> ?o}")
	x := fewQuads()
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10_000 {
			return
		}
		q, err := sparql.Parse(text, "http://example.org/")
		if err != nil {
			return
		}
		const limit = time.Second
		start := time.Now()
		first, errFirst := count(t, q, x, limit)
		if took := time.Since(start); took > 5*limit {
			t.Errorf("it took %v, the limit being %v", took, limit)
		}
		if errFirst != nil || strings.Contains(strings.ToUpper(text), "RAND") || strings.Contains(strings.ToUpper(text), "UUID") || strings.Contains(strings.ToUpper(text), "NOW") {
			return
		}
		if again, err := count(t, q, x, 10*limit); err == nil && again != first {
			t.Errorf("%d rows, and %d the second time", first, again)
		}
	})
}

// fewQuads has a loop, blank nodes, and graphs.
func fewQuads() *index.Index {
	b, p, iri := index.NewBuilder(), rdf.IRI("urn:p"), func(s string) rdf.Term { return rdf.IRI("urn:" + s) }
	for _, q := range []rdf.Quad{
		{Subject: iri("a"), Predicate: p, Object: iri("b")}, {Subject: iri("b"), Predicate: p, Object: iri("a")}, {Subject: iri("b"), Predicate: iri("q"), Object: rdf.Blank("x")},
		{Subject: rdf.Blank("x"), Predicate: p, Object: rdf.Typed("1", rdf.XSDInteger)}, {Subject: iri("a"), Predicate: iri("q"), Object: rdf.LangString("text", "en"), Graph: iri("g")},
		{Subject: iri("a"), Predicate: p, Object: rdf.Typed("2", rdf.XSDInteger), Graph: iri("h")},
	} {
		b.Add(q)
	}
	return b.Build()
}

// count answers a query, and counts what comes.
func count(t *testing.T, q *sparql.Query, x *index.Index, limit time.Duration) (n int, err error) {
	t.Helper()
	opts := &sparql.Options{Limits: sparql.Limits{Time: limit, Rows: 20_000, Bytes: 1 << 22}}
	switch q.Form {
	case sparql.Ask:
		var yes bool
		if yes, err = q.Ask(t.Context(), x, opts); yes {
			n = 1
		}
	case sparql.Select:
		for _, err = range q.Rows(t.Context(), x, opts) {
			n++
		}
	default:
		for _, err = range q.Quads(t.Context(), x, opts) {
			n++
		}
	}
	return n, err
}
