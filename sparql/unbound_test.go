package sparql_test

import (
	"strings"
	"testing"

	"github.com/trialweave/trialweave/sparql"
)

func TestUnboundInExpressions(t *testing.T) {
	for text, want := range map[string]string{
		`SELECT ?s { ?s :p ?o FILTER(?o > 1) }`:                                                  "",
		`SELECT ?s { ?s :p ?o FILTER(?0 > 1) }`:                                                  "0",
		`SELECT (COUNT(?x) AS ?n) { ?s :p ?o }`:                                                  "x",
		`SELECT ?s (SUM(?v * ?w) AS ?n) { ?s :p ?v } GROUP BY ?s HAVING (AVG(?u) > 1)`:           "w u",
		`SELECT (COUNT(*) AS ?n) { ?s :p ?o } GROUP BY ?t`:                                       "t",
		`SELECT ?s { ?s :p ?o } ORDER BY ?t`:                                                     "t",
		`SELECT ?s { ?s :p ?o BIND(?t + 1 AS ?u) }`:                                              "t",
		`SELECT ?s { ?s :p ?o OPTIONAL { ?s :q ?w FILTER(?w < ?o) } FILTER(!BOUND(?w)) }`:        "",
		`SELECT ?s { ?s :p ?o { ?x :q ?y FILTER(?y = ?o) } }`:                                    "o",
		`SELECT ?s { ?s :p ?o FILTER EXISTS { ?x :q ?y FILTER(?y = ?o && ?z) } }`:                "z",
		`SELECT ?s { ?s :p ?o FILTER(?o IN (?z, 1)) } `:                                          "z",
		`SELECT ?s (STR(?o) AS ?t) (CONCAT(?t, "x") AS ?u) { ?s :p ?o } ORDER BY ?u`:             "",
		`SELECT ?s (COUNT(?o) AS ?n) { ?s :p ?o } GROUP BY ?s HAVING (?n > 1) ORDER BY DESC(?n)`: "n",
		`SELECT ?y (COUNT(*) AS ?n) { ?s :p ?o } GROUP BY (YEAR(?o) AS ?y) ORDER BY ?y`:          "",
		`SELECT * { VALUES (?a ?b) { (1 UNDEF) } FILTER(?a = ?b) }`:                              "",
		`SELECT ?s { SERVICE <http://e/> { ?s :p ?o } FILTER(?o > 1) }`:                          "",
		`SELECT ?n { { SELECT ?s (COUNT(?o) AS ?n) { ?s :p ?o } GROUP BY ?s } FILTER(?o > 1) }`:  "o",
	} {
		q, err := sparql.ParseWith("PREFIX : <urn:>\n"+text, "", nil)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := strings.Join(q.UnboundInExpressions(), " "); got != want {
			t.Errorf("%s: %q, expected %q", text, got, want)
		}
	}
}
