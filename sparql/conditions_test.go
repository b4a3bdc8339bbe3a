package sparql_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

func parsed(t *testing.T, text string) *sparql.Query {
	t.Helper()
	q, err := sparql.ParseWith(xsdPrefix+"PREFIX tw: <https://w3id.org/trialweave/ns#> "+text, "", nil)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return q
}

// TestConditions holds which conditions hold for one of three values, through BIND and
// functions.
func TestConditions(t *testing.T) {
	x := index.NewBuilder().Build()
	values := []rdf.Term{rdf.String("OPEN"), rdf.String("CLOSED"), rdf.String("NOT_YET")}
	for text, want := range map[string]string{
		`?s :p ?v FILTER(?v = "open")`:                                         "", // which Comparisons lists
		`?s :p ?v FILTER(LCASE(?v) = "open")`:                                  `LCASE(?v) = "open": yes`,
		`?s :p ?v FILTER("Open" = LCASE(?v))`:                                  `"Open" = LCASE(?v): no`,
		`?s :p ?v BIND(LCASE(?v) AS ?w) BIND(STR(?w) AS ?x) FILTER(?x != "O")`: `?x != "O": no`,
		`?s :p ?v BIND(STR(?v) AS ?w) FILTER(?w IN ("OPEN", "open"))`:          `?w = "OPEN": yes; ?w = "open": no`,
		`?s :p ?v FILTER(REGEX(?v, "^op") || REGEX(?v, "^op", "i"))`:           `REGEX(?v, "^op"): no; REGEX(?v, "^op", "i"): yes`,
		`?s :p ?v FILTER(!CONTAINS(?v, "yet") && STRSTARTS(?v, "NOT"))`:        `CONTAINS(?v, "yet"): no; STRSTARTS(?v, "NOT"): yes`,
		`?s :p ?v FILTER NOT EXISTS { ?s :q ?w FILTER(STRENDS(?w, "ed")) }`:    `STRENDS(?w, "ed"): no`,
		`VALUES ?v { "x" } FILTER(LCASE(?v) = "open")`:                         "",
		`?s :p ?v . ?s :q ?w FILTER(CONCAT(?v, ?w) = "open")`:                  "",
	} {
		var got []string
		for _, c := range parsed(t, "SELECT * { "+text+" }").Conditions() {
			holds := map[bool]string{true: "yes", false: "no"}[c.MayHold(t.Context(), x, values, func(rdf.Term, rdf.Term) {})]
			got = append(got, c.Text+": "+holds)
		}
		slices.Sort(got)
		if strings.Join(got, "; ") != want {
			t.Errorf("%s: %s, want %s", text, strings.Join(got, "; "), want)
		}
	}
}

// TestPairs holds what a query says of the sides of a comparison.
func TestPairs(t *testing.T) {
	for text, want := range map[string]string{
		`?s :p ?d FILTER(?d > NOW())`: "?d(:p) > NOW()(dateTime)",
		`?s :p ?d BIND(xsd:date(NOW()) - "P1D"^^xsd:dayTimeDuration AS ?x) FILTER(?d < ?x)`: `?d(:p) < ?x(date)`,
		`?s :p ?d ; :q ?e FILTER(?e - ?d > "P1D"^^xsd:dayTimeDuration)`:                     "?e(:q) - ?d(:p)",
		`FILTER(YEAR(?d) > 2020)`:                          "YEAR(?d)(integer) > 2020(integer)",
		`?s :p ?d FILTER(?d > ?unknown)`:                   "",
		`{ ?s :p ?d } UNION { ?s :q ?d } FILTER(?d = "x")`: `?d(:p :q) = "x"(string)`,
	} {
		var got []string
		for _, p := range parsed(t, "SELECT * { "+text+" }").Pairs() {
			side := func(o sparql.Operand) string {
				var of []string
				for _, property := range o.Properties {
					of = append(of, strings.Replace(property.Value, "http://e/", ":", 1))
				}
				if o.Datatype != "" {
					of = append(of, strings.TrimPrefix(o.Datatype, "http://www.w3.org/2001/XMLSchema#"))
				}
				return strings.ReplaceAll(o.Text, "http://www.w3.org/2001/XMLSchema#", "xsd:") + "(" + strings.Join(of, " ") + ")"
			}
			got = append(got, side(p.Left)+" "+p.Operator+" "+side(p.Right))
		}
		if joined := strings.Join(got, "; "); !strings.Contains(joined, want) || (want == "") != (joined == "") {
			t.Errorf("%s: %s, want %s", text, joined, want)
		}
	}
}

// TestConstants lists what a query names.
func TestConstants(t *testing.T) {
	q := parsed(t, `CONSTRUCT { ?s :made :x } { ?s :a/:b ?o . VALUES ?o { :v } BIND(IF(?o = :c, :d, "e") AS ?z) FILTER EXISTS { ?s :f 1 } }`)
	names := func(list []rdf.Term) string {
		var out []string
		for _, term := range list {
			out = append(out, strings.TrimPrefix(term.Value, "http://e/"))
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	if got := names(q.Constants()); got != "1 a b c d e f v" {
		t.Error(got)
	}
	if got := names(q.Constructed()); got != "made x" {
		t.Error(got)
	}
	if got := names(parsed(t, `CONSTRUCT { :x :made ?o } { :x :p ?o }`).Subjects()); got != "x" {
		t.Error(got)
	}
	if got := names(parsed(t, `DESCRIBE :x ?y { ?y :p :z }`).Described()); got != "x" {
		t.Error(got)
	}
	if got := parsed(t, `SELECT * { ?s tw:matches "a" . ?s :p ?n . ?n tw:matches "b" }`).MatchedThings(); !slices.Equal(got, []string{"s"}) {
		t.Error(got)
	}
	for text, want := range map[string]bool{"2020-13-01 date": true, "2020-02-30 date": true, "2020-02-29 date": false, "P1 duration": true, "1.5 integer": true, "300 byte": true, "maybe boolean": true, "x token": false, "2020 gYear": false, "abc double": true} {
		value, datatype, _ := strings.Cut(text, " ")
		if sparql.IllTyped(rdf.Typed(value, "http://www.w3.org/2001/XMLSchema#"+datatype)) != want {
			t.Errorf("%s: ill-typed is %t", text, !want)
		}
	}
	if !sparql.IsFunction("https://w3id.org/trialweave/ns#score") || sparql.IsFunction("http://e/p") {
		t.Error("tw:score is a function, and :p is not")
	}
}

// TestConstantArguments holds that constants that no call can have are refused, also
// where no row comes.
func TestConstantArguments(t *testing.T) {
	for text, want := range map[string]string{
		`FILTER(REGEX(?o, 5))`:                   "the pattern of REGEX must be a string, not 5",
		`FILTER(REGEX(?o, "a", true))`:           "the flags of REGEX must be a string, not true",
		`FILTER(REGEX(?o, ?p, "g"))`:             `the flags of REGEX: unknown flag "g", expected s, m, i, x or q`,
		`BIND(REPLACE(?o, "a", 5) AS ?x)`:        "the replacement of REPLACE must be a string, not 5",
		`BIND(REPLACE(?o, ?o, "b", "ig") AS ?x)`: `the flags of REPLACE: unknown flag "g"`,
		`BIND(tw:score(?o, 5) AS ?x)`:            "the words must be a string",
		`BIND(tw:point("48", 2) AS ?x)`:          `argument 1 of tw:point must be a number, not "48"`,
		`FILTER(REGEX(?o, "a", "i"))`:            "",
		`BIND(REPLACE(?o, ?p, ?q) AS ?x)`:        "",
	} {
		q, err := sparql.Parse(xsdPrefix+"PREFIX tw: <https://w3id.org/trialweave/ns#> SELECT * { ?s :p ?o . ?s :q ?p . ?s :r ?q "+text+" }", "")
		if err == nil {
			for _, err = range q.Rows(t.Context(), index.NewBuilder().Build(), nil) {
				break
			}
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// TestManyConditions holds that expressions that double are not followed for ever.
func TestManyConditions(t *testing.T) {
	var b strings.Builder
	b.WriteString("SELECT * { ?s :p ?v0 ")
	for i := range 40 {
		fmt.Fprintf(&b, "BIND(CONCAT(?v%d, ?v%d, ?v%d) AS ?v%d) FILTER(STRSTARTS(?v%d, \"x\")) ", i, i, i, i+1, i+1)
	}
	q := parsed(t, b.String()+"}")
	if n, m := len(q.Conditions()), len(q.Pairs()); n == 0 || n > 40 || m > 0 {
		t.Errorf("%d conditions, %d pairs", n, m)
	}
}

// TestArguments lists what functions take, and what they are given.
func TestArguments(t *testing.T) {
	var got []string
	for _, a := range parsed(t, `SELECT * { ?s :p ?v BIND(STRLEN(?s) + YEAR(?v) + ABS("x") AS ?n) FILTER(CONTAINS(?unknown, SUBSTR("a", 1))) FILTER(REGEX(STR(?v), "a")) }`).Arguments() {
		got = append(got, fmt.Sprintf("%s %s %s %t %d", a.Function, a.Takes, a.Text, a.Thing, len(a.Properties)))
	}
	want := []string{"STRLEN string ?s true 0", "YEAR date ?v false 1", `ABS number "x" false 0`, `SUBSTR string "a" false 0`, "REGEX string STR(?v) false 0", `REGEX string "a" false 0`}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
