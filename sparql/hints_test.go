package sparql_test

import (
	"strings"
	"testing"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// TestGroupingHints holds that an error of grouping says what to write.
func TestGroupingHints(t *testing.T) {
	for query, want := range map[string]string{
		`SELECT (YEAR(?d) AS ?y) (COUNT(*) AS ?n) { ?s ?p ?d } GROUP BY YEAR(?d)`:         "?d is neither grouped by nor inside an aggregate; write GROUP BY (YEAR(?d) AS ?y) and SELECT ?y",
		`SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?d }`:                                         "write GROUP BY ?s, or one of each group: (SAMPLE(?s) AS ?one)",
		`SELECT (YEAR(?d) AS ?y) (COUNT(*) AS ?n) { ?s ?p ?d } GROUP BY (YEAR(?d) AS ?y)`: "?y is bound already, expected a new variable after AS; GROUP BY binds it: write SELECT ?y",
		`SELECT ?s (EXISTS { ?s ?q ?x } AS ?e) { ?s ?p ?d } GROUP BY ?s`:                  "; write BIND(… AS ?e) at the end of WHERE, GROUP BY ?e and SELECT ?e",
		`SELECT ?s ?e { ?s ?p ?d BIND(EXISTS { ?s ?q ?x } AS ?e) } GROUP BY ?s ?e`:        "",
		`SELECT (1 AS ?d) { ?s ?p ?d }`:                                                   "?d is bound already, expected a new variable after AS",
		`SELECT ?y (COUNT(*) AS ?n) { ?s ?p ?d } GROUP BY (YEAR(?d) AS ?y)`:               "",
	} {
		_, err := sparql.Parse(query, "")
		if (err == nil) != (want == "") || err != nil && !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v, want %q", query, err, want)
		}
	}
}

// TestSyntaxHints holds that usual errors of syntax, and the habits of other
// languages, are one error with its place, what was expected, and what to write.
func TestSyntaxHints(t *testing.T) {
	prefixes := []rdf.Prefix{{Name: "ctg", IRI: "http://e/"}, {Name: "schema", IRI: "http://s/"}}
	for query, want := range map[string]string{
		`SELECT COUNT(*) { ?s ?p ?o }`:                                                                       `1:8: unexpected "COUNT", expected a variable, an expression in parentheses, or *; write (COUNT(*) AS ?count)`,
		`SELECT COUNT(DISTINCT ?s) AS ?n WHERE { ?s ?p ?o }`:                                                 `1:8: unexpected "COUNT", expected a variable, an expression in parentheses, or *; write (COUNT(DISTINCT ?s) AS ?n)`,
		`SELECT ?p COUNT(?s) { ?s ?p ?o } GROUP BY ?p`:                                                       `1:11: unexpected "COUNT", expected a variable, an expression in parentheses, or *; write (COUNT(?s) AS ?count)`,
		`SELECT DISTINCT YEAR(?d) { ?s ?p ?d }`:                                                              `write (YEAR(?d) AS ?year)`,
		`SELECT (COUNT(*)) { ?s ?p ?o }`:                                                                     `1:17: unexpected ")", expected AS and a new variable; write COUNT(*) AS ?value`,
		`SELECT (COUNT(*) ?n) { ?s ?p ?o }`:                                                                  `1:18: unexpected "?n", expected AS; write COUNT(*) AS ?n`,
		`SELECT (?s) { ?s ?p ?o }`:                                                                           `write ?s without parentheses, or ?s AS ?other`,
		`SELECT * { ?s ?p ?o BIND(STR(?s) ?x) }`:                                                             `expected AS; write STR(?s) AS ?x`,
		`SELECT * { ?s ?p ?o FILTER(?o == 1) }`:                                                              `1:31: unexpected "==", expected an operator; write =`,
		`SELECT * { ?s ?p ?o FILTER(?o <> 1) }`:                                                              `unexpected "<>", expected an operator; write ?o != …`,
		`SELECT * { ?s ?p ?o FILTER(?o LIKE "%asthma%") }`:                                                   `1:31: unexpected "LIKE", expected an operator; write CONTAINS(?o, "asthma"), or in any case of letters REGEX(?o, "asthma", "iq")`,
		`SELECT * { ?s ?p ?o FILTER(STR(?o) like 'asthma%') }`:                                               `write STRSTARTS(STR(?o), "asthma"), or`,
		`SELECT * { ?s ?p ?o FILTER(?o NOT LIKE "%a%") }`:                                                    `write !CONTAINS(?o, "…")`,
		`SELECT * { ?s ?p ?o FILTER(?o BETWEEN 1 AND 2) }`:                                                   `write ?o >= … && ?o <= …`,
		`SELECT * { ?s ?p ?o FILTER ?o > 1 }`:                                                                `1:28: a condition without parentheses, expected FILTER(…); write FILTER(?o > 1)`,
		`SELECT * { ?s ?p ?o FILTER !BOUND(?o) }`:                                                            `write FILTER(!BOUND(?o))`,
		`SELECT ?p { ?s ?p ?o } GROUP BY ?p HAVING ?n > 1`:                                                   `expected HAVING(…); write HAVING(?n > 1)`,
		`SELECT ?x, ?y { ?x ?p ?y }`:                                                                         `1:10: unexpected ",", expected the next one without a comma; write SELECT ?one ?other`,
		`SELECT ?x ?y { ?x ?p ?y } GROUP BY ?x, ?y`:                                                          `write GROUP BY ?one ?other`,
		`SELECT ?x ?y { ?x ?p ?y } ORDER BY ?x, ?y`:                                                          `write ORDER BY ?one ?other`,
		`SELECT ?x { ?x ?p ?y } ORDER BY ?x DESC`:                                                            `1:36: unexpected "DESC", expected it before the key; write DESC(?x)`,
		`SELECT * { ?s ?p ?a ; ?q ?b BIND(DATEDIFF(?b, ?a) AS ?d) }`:                                         `1:34: unexpected "DATEDIFF", expected a function of SPARQL; write ?end - ?start, which is a duration`,
		`SELECT * { ?s ?p ?a FILTER(LOWER(?a) = "x") }`:                                                      `write LCASE(…)`,
		`SELECT * { ?s ?p ?a FILTER(STRSTART(?a, "x")) }`:                                                    `did you mean STRSTARTS?`,
		`SELECT * { ?s ?p ?a FILTER(?a = NULL) }`:                                                            `expected an expression; write no value: leave the variable unbound`,
		`SELECT * { ?s ?p ?a FILTER(?a > 1 AND ?a < 2) }`:                                                    `1:35: unexpected "AND", expected an operator; write &&`,
		`SELECT * { ?s ?p ?a FILTER(?a > 1 or ?a < 2) }`:                                                     `unexpected "or", expected an operator; write ||`,
		`SELECT * { ?s ?p ?a FILTER(?a > 1) AND FILTER(?a < 2) }`:                                            `expected a pattern; write one FILTER(… && …)`,
		`SELECT * { ?s ?p ?a FILTER(?a IS NULL) }`:                                                           `1:31: unexpected "IS", expected an operator; write !BOUND(?a)`,
		`SELECT * { ?s ?p ?a FILTER(?a IS NOT NULL) }`:                                                       `write BOUND(?a)`,
		`SELECT * { ?s ?p ?a FILTER(NOT BOUND(?a)) }`:                                                        `unexpected "NOT" before "BOUND", expected NOT EXISTS; write !`,
		`SELECT ?s { ?s ?p ?o } LIMIT 10 ORDER BY ?s`:                                                        `1:33: ORDER BY after LIMIT, expected before it; write ORDER BY … LIMIT …`,
		`SELECT ?s { ?s ?p ?o } ORDER BY ?s GROUP BY ?s`:                                                     `GROUP BY after ORDER BY, expected before it`,
		`SELECT ?s { ?s ?p ?o } LIMIT 10, 20`:                                                                `write OFFSET 10 LIMIT …`,
		`SELECT TOP 10 ?s { ?s ?p ?o }`:                                                                      `write LIMIT 10 at the end of the query`,
		`SELECT ?s { ?s ctgg:p ?o }`:                                                                         `1:16: the prefix "ctgg:" is not declared; did you mean ctg:?`,
		`PREFIX trial: <http://e/> SELECT ?s { ?s trail:p ?o }`:                                              `the prefix "trail:" is not declared; did you mean trial:?`,
		`SELECT ?s { ?s zzzzz:p ?o }`:                                                                        `the prefix "zzzzz:" is not declared`,
		`SELECT ?s { ?s ?p ?o OPTIONL { ?s ?q ?r } }`:                                                        `unexpected "OPTIONL", expected a pattern; did you mean OPTIONAL?`,
		`SELECT ?s { ?s ?p ?o ORDER BY ?s }`:                                                                 `expected a pattern, or } before it`,
		`SELECT (COUNT(*) AS ?n) ?p { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n) LIMIT 1`:                      "",
		`SELECT * { ?s ?p ?o FILTER(?o NOT IN (1, 2)) FILTER NOT EXISTS { ?s ?q <> } } ORDER BY ?s DESC(?o)`: "",
	} {
		_, err := sparql.ParseWith(query, "http://base/", prefixes)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", query, err, want)
		}
	}
}
