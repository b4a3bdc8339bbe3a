package sparql_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// TestAsked: what a query asks for, as far as its text says it.
func TestAsked(t *testing.T) {
	for text, want := range map[string]string{
		`SELECT ?x { ?x :p ?v FILTER(?v > "a" && "b" >= ?v || ?v IN ("c", 1)) }`: `p > "a"; p <= "b"; p IN "c"; p IN "1"`,
		`SELECT ?x { ?x :p ?v . VALUES ?v { "a" UNDEF } FILTER(STR(?v) = "b") }`: `p VALUES "a"`,
		`SELECT ?x ?y { ?x :p ?v }`: "unbound y",
		`SELECT ?x (COUNT(?v) AS ?n) (1 AS ?one) { ?x :p ?v BIND(2 AS ?two) } GROUP BY ?x`: "",
		`SELECT * { { SELECT ?a ?b { ?a :p ?c } } }`:                                       "unbound b",
		`SELECT ?g ?z { GRAPH ?g { ?x :p ?v } OPTIONAL { ?x :q ?z } }`:                     "",
		`CONSTRUCT { ?x :q ?nothing } { ?x :p ?v }`:                                        "unbound nothing",
		`DESCRIBE ?x ?nothing { ?x :p ?v }`:                                                "unbound nothing",
		`SELECT ?x FROM :g FROM NAMED :h { GRAPH :i { ?x :p ?v } GRAPH :g { ?x :p ?v } }`:  "graph g; graph h; graph i",
		`SELECT ?x { ?x a :C ; :p ?v OPTIONAL { ?x :q ?w } FILTER(?v = ?w) }`:              "C p; C q",
		`SELECT ?x { { ?x a :C } UNION { ?x :p ?v } }`:                                     "",
		`SELECT ?x { ?x a :C { ?x :p ?v } UNION { ?x a :D ; :q ?v } MINUS { ?x :r 1 } }`:   "C p; C D q; C r",
		`SELECT ?x { ?x a :C { SELECT ?x { ?x :p ?v } } }`:                                 "",
	} {
		q, err := sparql.ParseWith("PREFIX : <urn:>\n"+text, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range q.Comparisons() {
			got = append(got, fmt.Sprintf("%s %s %q", plainName(c.Property), c.Operator, c.Value.Value))
		}
		for _, name := range q.Unbound() {
			got = append(got, "unbound "+name)
		}
		for _, g := range q.GraphNames() {
			got = append(got, "graph "+plainName(g))
		}
		for _, p := range q.PropertiesOf() {
			var names []string
			for _, c := range append(slices.Clone(p.Classes), p.Property) {
				names = append(names, plainName(c))
			}
			got = append(got, strings.Join(names, " "))
		}
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("%s: %s, expected %s", text, s, want)
		}
	}
}

func plainName(t rdf.Term) string { return strings.TrimPrefix(t.Value, "urn:") }

// TestAskedOfBigQueries: a query of very many patterns is looked through in no
// time.
func TestAskedOfBigQueries(t *testing.T) {
	var b strings.Builder
	b.WriteString("SELECT ?x { ")
	for i := range 1500 {
		fmt.Fprintf(&b, "?x a <urn:c%d> ; <urn:p%d> ?v . FILTER(?v > %d) ", i, i, i)
	}
	q, err := sparql.ParseWith(b.String()+"}", "", nil)
	if err != nil {
		t.Skip(err) // then it is refused
	}
	if n := len(q.Comparisons()); n > 6000 {
		t.Errorf("%d comparisons", n)
	}
	if n := len(q.PropertiesOf()); n > 0 {
		t.Errorf("%d properties of classes", n)
	}
}

// TestListsOfManyTerms: the lists of a query of very many terms are whole, and each has
// a term once.
func TestListsOfManyTerms(t *testing.T) {
	const n = 20_000
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<urn:%d> ", i)
	}
	names := b.String()
	items, path := strings.ReplaceAll(strings.TrimSpace(names), " ", ","), strings.ReplaceAll(strings.TrimSpace(names), " ", "|")
	q, err := sparql.ParseWith("SELECT * { VALUES ?x { "+names+names+"} FILTER(?x IN ("+items+")) ?x !("+path+") ?y }", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	mentions, iris := q.Mentions()
	if len(mentions) != n || len(iris) != n || len(q.Constants()) != n {
		t.Errorf("%d mentions, %d IRIs, %d constants, expected %d of each", len(mentions), len(iris), len(q.Constants()), n)
	}
}
