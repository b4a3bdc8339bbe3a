package sparql_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

const annotated = `PREFIX : <http://e/>
:a :phase 1 ~ :r1 {| :from "x" |} .
:a :phase 2 {| :from "y" |} {| :from "z" |} .
:b :phase 3 .
:b :says <<( :a :phase <<( :a :phase 1 )>> )>> .
:b :label "text"@AR--rtl, "text"@ar--ltr, "text"@ar, "text" .
<< :never :stated 1.0 ~ :r2 >> :from "w" .
<< :a :phase 01 ~ :r3 >> :from "v" .
`

func indexOf(t testing.TB, turtle string) *index.Index {
	b := index.NewBuilder()
	for q, err := range rdf.Read(strings.NewReader(turtle), rdf.Turtle, &rdf.ReadOptions{Version: rdf.RDF12}) {
		if err != nil {
			t.Fatal(err)
		}
		b.Add(q)
	}
	return b.Build()
}

// answerOf returns the rows of a SELECT in an order, or what CONSTRUCT makes.
func answerOf(t testing.TB, x *index.Index, query string) []string {
	q, err := sparql.Parse("PREFIX : <http://e/>\n"+query, "")
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	var out []string
	if q.Form == sparql.Select {
		for row, err := range q.Rows(context.Background(), x, nil) {
			if err != nil {
				t.Fatalf("%s: %v", query, err)
			}
			var cells []string
			for _, term := range row {
				cells = append(cells, strings.ReplaceAll(term.String(), "http://www.w3.org/2001/XMLSchema#", "xsd:"))
			}
			out = append(out, strings.ReplaceAll(strings.Join(cells, " "), "http://e/", ":"))
		}
		if !strings.Contains(query, "ORDER BY") {
			slices.Sort(out)
		}
		return out
	}
	for quad, err := range q.Quads(context.Background(), x, nil) {
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		out = append(out, strings.ReplaceAll(quad.String(), "http://e/", ":"))
	}
	slices.Sort(out)
	return out
}

// TestTripleTerms asks for triple terms in each place that a query has for them.
func TestTripleTerms(t *testing.T) {
	x := indexOf(t, annotated)
	for _, c := range []struct {
		query string
		want  []string
	}{
		{`SELECT ?o ?f { :a :phase ?o {| :from ?f |} }`, []string{`"1"^^<xsd:integer> "x"`, `"2"^^<xsd:integer> "y"`, `"2"^^<xsd:integer> "z"`}},
		{`SELECT ?r ?f { :a :phase 1 ~ ?r {| :from ?f |} }`, []string{`<:r1> "x"`}},
		{`SELECT ?s ?p { << ?s ?p ?o ~ :r2 >> }`, []string{`<:never> <:stated>`}},
		{`SELECT ?s { ?r <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( ?s :stated ?s )>> }`, nil},
		{`SELECT ?x ?y { :b :says <<( ?x :phase <<( ?x ?y 1 )>> )>> }`, []string{`<:a> <:phase>`}},
		{`SELECT ?t { VALUES ?t { <<( :a :phase <<( :a :phase 1 )>> )>> <<( :a :a :a )>> } ?s :says ?t }`, []string{`<<( <:a> <:phase> <<( <:a> <:phase> "1"^^<xsd:integer> )>> )>>`}},
		{`SELECT ?f { ?s :phase ?o BIND(<<( ?s :phase ?o )>> AS ?t) ?r <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> ?t ; :from ?f }`, []string{`"x"`, `"y"`, `"z"`}},
		{`SELECT ?o { :b :says ?t BIND(OBJECT(OBJECT(?t)) AS ?o) FILTER(isTRIPLE(?t) && SUBJECT(?t) = :a && PREDICATE(?t) = :phase) }`, []string{`"1"^^<xsd:integer>`}},
		{`SELECT (TRIPLE("s", :p, 1) AS ?a) (TRIPLE(:s, :p, 1) AS ?b) (STR(TRIPLE(:s, :p, 1)) AS ?c) (SUBJECT(1) AS ?d) { }`, []string{` <<( <:s> <:p> "1"^^<xsd:integer> )>>  `}},
		// = of triple terms is that of what is in them, sameTerm is not.
		{`SELECT (<<( :a :phase 01 )>> = <<( :a :phase 1.0 )>> AS ?e) (sameTerm(<<( :a :phase 01 )>>, <<( :a :phase 1 )>>) AS ?s) (<<( :a :b "x"^^:t )>> = <<( :a :b "y"^^:t )>> AS ?u) (<<( :a :b "x"^^:t )>> = <<( :a :c "y"^^:t )>> AS ?v) { }`,
			[]string{`"true"^^<xsd:boolean> "false"^^<xsd:boolean>  "false"^^<xsd:boolean>`}},
		{`SELECT ?v { VALUES ?v { <<( :a :p 2 )>> "x" :i <<( :a :p 10 )>> <<( :a :o 11 )>> UNDEF } } ORDER BY ?v`,
			[]string{``, `<:i>`, `"x"`, `<<( <:a> <:o> "11"^^<xsd:integer> )>>`, `<<( <:a> <:p> "2"^^<xsd:integer> )>>`, `<<( <:a> <:p> "10"^^<xsd:integer> )>>`}},
		{`SELECT ?l (LANG(?l) AS ?g) (LANGDIR(?l) AS ?d) (hasLANG(?l) AS ?h) (hasLANGDIR(?l) AS ?i) { :b :label ?l FILTER(?l != "text" && LANGDIR(?l) != "ltr") }`,
			[]string{`"text"@ar "ar" "" "true"^^<xsd:boolean> "false"^^<xsd:boolean>`, `"text"@ar--rtl "ar" "rtl" "true"^^<xsd:boolean> "true"^^<xsd:boolean>`}},
		{`SELECT ?s { ?s :label ?l FILTER(sameTerm(?l, STRLANGDIR("text", "ar", "rtl"))) }`, []string{`<:b>`}},
		{`SELECT (STRLANGDIR("a", "en", "up") AS ?a) (CONCAT("a"@en--ltr, "b"@en--ltr) AS ?b) (CONCAT("a"@en--ltr, "b"@en) AS ?c) (CONTAINS("a"@en--ltr, "a"@en) AS ?d) ("a"@en--ltr IN ("a"@en) AS ?e) { }`,
			[]string{` "ab"@en--ltr "ab"  "false"^^<xsd:boolean>`}},
		{`CONSTRUCT { ?s :had ?o ~ _:r {| :for ?f |} } { ?s :phase ?o ~ :r1 {| :from ?f |} }`, []string{
			`<:a> <:had> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .`, `_:made1 <:for> "x" .`,
			`_:made1 <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( <:a> <:had> "1"^^<http://www.w3.org/2001/XMLSchema#integer> )>> .`}},
		{`CONSTRUCT { :x :y <<( ?o :p 1 )>> } { :b :phase ?o }`, nil},
		{`SELECT ?a { "\u0061" <http://e/\u0070> ?a }`, nil},
		{`VERSION "1.2" SELECT ("\u0022\\u0061" AS ?a) { }`, []string{`"\"\\u0061"`}},
	} {
		if got := answerOf(t, x, c.query); !slices.Equal(got, c.want) {
			t.Errorf("%s\ngot\n%s\nexpected\n%s", c.query, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// TestLateral holds that each solution of the left side is put into the right.
func TestLateral(t *testing.T) {
	x := indexOf(t, `PREFIX : <http://e/> :a :n 3, 1, 2 ; :in :g . :b :n 5, 4 ; :in :g . :c :in :g .`)
	for query, want := range map[string][]string{
		`SELECT ?s ?n { ?s :in :g LATERAL { SELECT * { ?s :n ?n } ORDER BY DESC(?n) LIMIT 1 } }`:                                   {`<:a> "3"^^<xsd:integer>`, `<:b> "5"^^<xsd:integer>`},
		`SELECT ?s ?n { ?s :in :g LATERAL { OPTIONAL { SELECT * { ?s :n ?n } ORDER BY ?n LIMIT 1 } } }`:                            {`<:a> "1"^^<xsd:integer>`, `<:b> "4"^^<xsd:integer>`, `<:c> `},
		`SELECT ?s ?m { ?s :in :g LATERAL { SELECT ?s (MAX(?n) AS ?m) { ?s :n ?n } GROUP BY ?s } }`:                                {`<:a> "3"^^<xsd:integer>`, `<:b> "5"^^<xsd:integer>`},
		`SELECT ?s ?m { ?s :n ?n LATERAL { BIND(?n * 10 AS ?m) FILTER(?n > 3) } }`:                                                 {`<:b> "40"^^<xsd:integer>`, `<:b> "50"^^<xsd:integer>`},
		`SELECT ?s ?k { ?s :in :g LATERAL { SELECT ?k { ?s :n ?k } ORDER BY ?k LIMIT 1 } }`:                                        {`<:a> "1"^^<xsd:integer>`, `<:b> "1"^^<xsd:integer>`, `<:c> "1"^^<xsd:integer>`},
		`SELECT ?s ?n ?u { ?s :in :g LATERAL { ?s :n ?n FILTER(?n < 2) } OPTIONAL { ?u :n 5 FILTER(?s = :a && ?n = 1) } }`:         {`<:a> "1"^^<xsd:integer> <:b>`},
		`SELECT ?s { ?s :in :g LATERAL { { SELECT * { ?t :n ?n } } FILTER(?t = ?s && ?n = 4) } OPTIONAL { ?x :n 99 FILTER(?s) } }`: {`<:b>`},
	} {
		if got := answerOf(t, x, query); !slices.Equal(got, want) {
			t.Errorf("%s\ngot\n%s\nexpected\n%s", query, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	for _, query := range []string{
		`SELECT * { ?s ?p ?o LATERAL { BIND(1 AS ?o) } }`,
		`SELECT * { ?s ?p ?o LATERAL { SELECT (1 AS ?o) { } } }`,
		`SELECT * { ?s ?p ?o LATERAL { VALUES ?o { 1 } } }`,
	} {
		if _, err := sparql.Parse(query, ""); err == nil || !strings.Contains(err.Error(), "?o is bound before LATERAL") {
			t.Errorf("%s: %v", query, err)
		}
	}
}

// TestResults12 writes triple terms and directions in each format, and reads back
// what can be read.
func TestResults12(t *testing.T) {
	row := []rdf.Term{rdf.Triple(rdf.Blank("b"), rdf.IRI("http://e/p"), rdf.DirLangString("a,\tb", "en", rdf.LeftToRight))}
	var text strings.Builder
	for format, want := range map[sparql.ResultFormat]string{
		sparql.JSON: `{"type":"triple","value":{"subject":{"type":"bnode","value":"b"},"predicate":{"type":"uri","value":"http://e/p"},"object":{"type":"literal","value":"a,\tb","xml:lang":"en","its:dir":"ltr"}}}`,
		sparql.XML:  `<triple><subject><bnode>b</bnode></subject><predicate><uri>http://e/p</uri></predicate><object><literal xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0" xml:lang="en" its:dir="ltr">a,&#x9;b</literal></object></triple>`,
		sparql.CSV:  `"<<( _:b <http://e/p> ""a,\tb""@en--ltr )>>"`,
		sparql.TSV:  `<<( _:b <http://e/p> "a,\tb"@en--ltr )>>`,
	} {
		text.Reset()
		w, err := sparql.NewResultWriter(&text, format, []string{"x"})
		if err == nil {
			err = w.Row(row)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil || !strings.Contains(text.String(), want) {
			t.Errorf("%s: %v, got\n%s\nexpected\n%s", format, err, text.String(), want)
		}
		if format != sparql.JSON {
			continue
		}
		var back rows
		if err := sparql.CopyRows(strings.NewReader(text.String()), []string{"x"}, &back); err != nil || len(back) != 1 || back[0] != row[0] {
			t.Errorf("read back %v, %v", back, err)
		}
	}
	for _, bad := range []string{`{"type":"triple","value":"x"}`, `{"type":"triple","value":{"subject":{"type":"literal","value":"x"}}}`, `{"type":"literal","value":"x","xml:lang":"en","its:dir":"up"}`} {
		var back rows
		if err := sparql.CopyRows(strings.NewReader(`{"results":{"bindings":[{"x":`+bad+`}]}}`), []string{"x"}, &back); err == nil {
			t.Errorf("%s is read as %v", bad, back)
		}
	}
}

type rows []rdf.Term

func (r *rows) Row(terms []rdf.Term) error {
	*r = append(*r, terms...)
	return nil
}

func (r *rows) Close() error { return nil }

// TestPlanOfAnnotation holds that the annotation of a triple that is found is
// looked up, and not searched among all reifiers.
func TestPlanOfAnnotation(t *testing.T) {
	var b strings.Builder
	b.WriteString("PREFIX : <http://e/>\n:a :phase 1 {| :from \"x\" |} .\n")
	for range 500 {
		b.WriteString(":other :says [] {| :from \"y\" |} .\n")
	}
	x := indexOf(t, b.String())
	q, err := sparql.Parse(`PREFIX : <http://e/> SELECT * { ?s :phase ?o {| :from ?f |} }`, "")
	if err != nil {
		t.Fatal(err)
	}
	plan, err := q.Explain(t.Context(), x, nil)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := plan.Write(&text); err != nil || !strings.Contains(text.String(), "is <<( ?s :phase ?o )>>") {
		t.Fatalf("%v\n%s", err, text.String())
	}
	var check func(p *sparql.Plan)
	check = func(p *sparql.Plan) {
		if p.Rows > 1 {
			t.Errorf("%s gave %d rows\n%s", p.Operator, p.Rows, text.String())
		}
		for _, s := range p.Steps {
			check(s)
		}
	}
	check(plan)
}

// TestReifiedByParts: statements that are asked for by what is in them are found in
// the graphs that a query sees, whatever else is known, and an explained plan begins
// with them.
func TestReifiedByParts(t *testing.T) {
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, "<http://e/r%d> <%s> <<( <http://e/s%d> <http://e/p%d> \"%d\" )>> <http://e/g%d> .\n", i, rdf.RDFReifies, i%20, i%7, i%3, i%2)
		fmt.Fprintf(&b, "<http://e/r%d> <http://e/day> \"%d\" <http://e/g%d> .\n", i, i, i%2)
	}
	builder := index.NewBuilder()
	for q, err := range rdf.Read(strings.NewReader(b.String()), rdf.NQuads, &rdf.ReadOptions{Version: rdf.RDF12}) {
		if err != nil {
			t.Fatal(err)
		}
		builder.Add(q)
	}
	x := builder.Build()
	count := func(pattern string) int {
		n := 0
		q, err := sparql.Parse("PREFIX : <http://e/> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> SELECT * { "+pattern+" }", "")
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range q.Rows(t.Context(), x, nil) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	const all = "?r rdf:reifies ?t ; :day ?d "
	for pattern, same := range map[string]string{
		"<< :s3 ?p ?o >> :day ?d":                          all + "FILTER(SUBJECT(?t) = :s3)",
		"<< ?s :p3 ?o >> :day ?d":                          all + "FILTER(PREDICATE(?t) = :p3)",
		`<< ?s ?p "1" >> :day ?d`:                          all + `FILTER(OBJECT(?t) = "1")`,
		"<< :s3 :p3 ?o >> :day ?d":                         all + "FILTER(SUBJECT(?t) = :s3 && PREDICATE(?t) = :p3)",
		"GRAPH :g1 { << :s3 ?p ?o >> :day ?d }":            "GRAPH :g1 { " + all + "FILTER(SUBJECT(?t) = :s3) }",
		"GRAPH :g0 { << :s3 ?p ?o >> :day ?d }":            "GRAPH :g0 { " + all + "FILTER(SUBJECT(?t) = :s3) }",
		"GRAPH ?g { << :s3 ?p ?o >> :day ?d }":             "GRAPH ?g { " + all + "FILTER(SUBJECT(?t) = :s3) }",
		"<< :none ?p ?o >> :day ?d":                        all + "FILTER(SUBJECT(?t) = :none)",
		"?r :day '3' . << ?s ?p ?o ~ ?r >> :day ?d":        all + "FILTER(?d = '3')",
		"<< ?s :p3 ?o >> :day ?d . << ?s :p4 ?o >> :d2 ?e": all + "FILTER(false)",
		"<< ?s :p3 ?o >> :day ?d . << ?s :p4 ?o >> :day ?e": `?r rdf:reifies ?t ; :day ?d . ?r2 rdf:reifies ?t2 ; :day ?e .
			FILTER(PREDICATE(?t) = :p3 && PREDICATE(?t2) = :p4 && SUBJECT(?t) = SUBJECT(?t2) && OBJECT(?t) = OBJECT(?t2))`,
	} {
		if got, want := count(pattern), count(same); got != want {
			t.Errorf("%s: %d rows, expected %d", pattern, got, want)
		}
	}
	if n := count("<< ?s :p3 ?o >> :day ?d"); n < 20 {
		t.Errorf("%d rows", n)
	}
}
