package sparql_test

import (
	"strings"
	"testing"

	"github.com/trialweave/trialweave/sparql"
)

// TestGroupingHints holds that an error of grouping says what to write.
func TestGroupingHints(t *testing.T) {
	for query, want := range map[string]string{
		`SELECT (YEAR(?d) AS ?y) (COUNT(*) AS ?n) { ?s ?p ?d } GROUP BY YEAR(?d)`:         "?d is neither grouped by nor inside an aggregate; write GROUP BY (YEAR(?d) AS ?y) and SELECT ?y",
		`SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?d }`:                                         "write GROUP BY ?s, or one of each group: (SAMPLE(?s) AS ?one)",
		`SELECT (YEAR(?d) AS ?y) (COUNT(*) AS ?n) { ?s ?p ?d } GROUP BY (YEAR(?d) AS ?y)`: "?y is bound already, expected a new variable after AS; GROUP BY binds it: write SELECT ?y",
		`SELECT (1 AS ?d) { ?s ?p ?d }`:                                                   "?d is bound already, expected a new variable after AS",
		`SELECT ?y (COUNT(*) AS ?n) { ?s ?p ?d } GROUP BY (YEAR(?d) AS ?y)`:               "",
	} {
		_, err := sparql.Parse(query, "")
		if (err == nil) != (want == "") || err != nil && !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v, want %q", query, err, want)
		}
	}
}
