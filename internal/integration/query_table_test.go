//go:build integration

package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// tableQueries are what TestQueryTable asks, by name. A query with words asks
// what the one before it asks, in the form that only we have.
var tableQueries = []struct{ name, text string }{
	{"COUNT(*)", `SELECT (COUNT(*) AS ?n) { ?s ?p ?o }`},
	{"COUNT(DISTINCT ?s)", `SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }`},
	{"COUNT(DISTINCT ?o)", `SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }`},
	{"GROUP BY ?p", `SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p`},
	{"REGEX i, all literals", `SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(isLiteral(?o) && REGEX(STR(?o), "asthma", "i")) }`},
	{"CONTAINS, all literals", `SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(isLiteral(?o) && CONTAINS(LCASE(STR(?o)), "pembrolizumab")) }`},
	{"CONTAINS, all terms", `SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(CONTAINS(STR(?o), "double-blind, placebo")) }`},
	{"REGEX |, names", `SELECT ?s { ?s <https://schema.org/name> ?o FILTER REGEX(?o, "heart\\s+failure|cardiomyopathy", "i") }`},
	{"ORDER BY names", `SELECT ?o { ?s <https://schema.org/name> ?o } ORDER BY ?o`},
	{"(p|q)* free", `SELECT (COUNT(*) AS ?n) { ?s (<http://www.w3.org/2004/02/skos/core#broader>|<http://www.w3.org/2004/02/skos/core#related>)* ?o }`},
	{"NOT EXISTS", `SELECT (COUNT(*) AS ?n) { ?s a ?c FILTER NOT EXISTS { ?s <https://schema.org/name> ?x } }`},
	{"GRAPH ?g", `SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?c } }`},
}

// TestQueryTable prints the CPU seconds of queries over all studies: of the whole
// process of query over an index with words and over one without, and of
// oxigraph for the query alone. The numbers of rows have to agree. It is
// make bench-query.
func TestQueryTable(t *testing.T) {
	if os.Getenv("TRIALWEAVE_QUERY_TABLE") == "" {
		t.Skip("part of make bench-query")
	}
	dir := t.TempDir()
	command := trialweave(t)
	words, plain := filepath.Join(dir, "words"), filepath.Join(dir, "plain")
	for _, args := range [][]string{{"--text=on", "-o", words}, {"--text=off", "-o", plain}} {
		took := median(t, append([]string{command, "index", allStudies(t)}, args...)...)
		fmt.Printf("index %s: %.2f CPU s, %d MB\n", args[0], took.seconds, took.megabytes)
	}
	theirs := oxigraphTable(t, dir)
	fmt.Printf("%-24s %8s %9s %9s %9s %7s %7s\n", "query", "rows", "words s", "plain s", "oxigraph", "words", "plain")
	for _, q := range tableQueries {
		with, without := median(t, command, "query", q.text, words), median(t, command, "query", q.text, plain)
		other := theirs[q.name]
		fmt.Printf("%-24s %8d %9.3f %9.3f %9.3f %7.3f %7.3f\n", q.name, other.Rows, with.seconds, without.seconds, other.Seconds, with.seconds/other.Seconds, without.seconds/other.Seconds)
		var answers [2][]byte
		for i, x := range []string{words, plain} {
			answers[i] = []byte(tools.Run(t, dir, command, "query", "--format", "csv", q.text, x))
		}
		if !bytes.Equal(answers[0], answers[1]) && !strings.Contains(q.name, "|") {
			t.Errorf("%s: other rows with words than without", q.name)
		}
		if rows := bytes.Count(answers[0], []byte("\r\n")) - 1; rows != other.Rows {
			t.Errorf("%s: %d rows, oxigraph %d", q.name, rows, other.Rows)
		}
	}
}

// oxigraphTable asks the queries of oxigraph, which holds what an index holds.
func oxigraphTable(t *testing.T, dir string) map[string]struct {
	Seconds float64
	Rows    int
} {
	t.Helper()
	quads, queries := filepath.Join(dir, "all.nq"), filepath.Join(dir, "queries.json")
	tools.Run(t, ".", trialweave(t), "convert", allStudies(t), "-o", quads)
	appendTo(t, quads, modelLines(t))
	list := map[string]string{}
	for _, q := range tableQueries {
		list[q.name] = q.text
	}
	data, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	save(t, queries, data)
	var out map[string]struct {
		Seconds float64
		Rows    int
	}
	if err := json.Unmarshal([]byte(tools.Run(t, dir, python(t), script(t, "oxigraph_table.py"), quads, queries)), &out); err != nil {
		t.Fatal(err)
	}
	return out
}
