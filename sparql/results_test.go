package sparql

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// TestResultsReadBack writes rows in each standard form and reads them with a
// reader of the test's own.
func TestResultsReadBack(t *testing.T) {
	variables := []string{"a", "b"}
	rows := [][]rdf.Term{
		{rdf.IRI("http://example.org/x"), rdf.LangString("dé \"à\"\n\t&<", "fr")},
		{rdf.Typed("5", xsd+"integer"), rdf.Typed("+5.50", xsd+"decimal")},
		{{}, rdf.String("")},
		{rdf.Blank("b1"), rdf.Typed("x", "http://example.org/type")},
		{rdf.Typed("1e6", xsd+"double"), {}},
	}
	readers := map[ResultFormat]func([]byte) (results, error){
		JSON: readJSON, XML: readXML, TSV: func(b []byte) (results, error) { return readTSV(string(b)) },
	}
	for format, read := range readers {
		var want results
		var out bytes.Buffer
		w, err := NewResultWriter(&out, format, variables)
		if err != nil {
			t.Fatal(err)
		}
		for n, r := range rows {
			want.addRow(n, variables, r)
			if err := w.Row(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := read(out.Bytes())
		if err != nil {
			t.Fatalf("%s: %v\n%s", format, err, &out)
		}
		if err := sameResults(got, want); err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func small() *index.Index {
	b := index.NewBuilder()
	data := `<http://example.org/a> <http://example.org/knows> <http://example.org/b> .
<http://example.org/b> <http://example.org/knows> <http://example.org/c> .
<http://example.org/b> <http://example.org/age> "41"^^<http://www.w3.org/2001/XMLSchema#integer> .`
	for q := range rdf.Read(strings.NewReader(data), rdf.NTriples, nil) {
		b.Add(q)
	}
	return b.Build()
}

func ExampleQuery_Rows() {
	q, err := Parse(`PREFIX : <http://example.org/> SELECT ?who ?age { :a :knows+ ?who OPTIONAL { ?who :age ?age } } ORDER BY ?who`, "")
	if err != nil {
		panic(err)
	}
	for row, err := range q.Rows(context.Background(), small(), nil) {
		fmt.Println(row, err)
	}
	// Output:
	// [<http://example.org/b> "41"^^<http://www.w3.org/2001/XMLSchema#integer>] <nil>
	// [<http://example.org/c> ] <nil>
}

func ExampleParse() {
	_, err := Parse("SELECT ?s\nWHERE { ?s ?p }", "")
	fmt.Println(err)
	// Output: 2:15: unexpected "}", expected a term or variable
}

func ExampleNewResultWriter() {
	w, err := NewResultWriter(os.Stdout, Table, []string{"nct", "n"})
	if err != nil {
		panic(err)
	}
	_ = w.Row([]rdf.Term{rdf.String("NCT99990001"), rdf.Typed("7", xsd+"integer")})
	_ = w.Close()
	// Output:
	// nct          n
	// --------------
	// NCT99990001  7
}

func ExampleQuery_Ask() {
	q, err := Parse(`ASK { ?s <http://example.org/age> ?age FILTER(?age > 40) }`, "")
	if err != nil {
		panic(err)
	}
	fmt.Println(q.Ask(context.Background(), small(), nil))
	// Output: true <nil>
}

func ExampleQuery_Quads() {
	q, err := Parse(`PREFIX : <http://example.org/> CONSTRUCT { ?b :knownBy ?a } { ?a :knows ?b }`, "")
	if err != nil {
		panic(err)
	}
	for quad := range q.Quads(context.Background(), small(), nil) {
		fmt.Println(quad)
	}
	// Output:
	// <http://example.org/b> <http://example.org/knownBy> <http://example.org/a> .
	// <http://example.org/c> <http://example.org/knownBy> <http://example.org/b> .
}

func TestLimits(t *testing.T) {
	q, err := Parse(`SELECT DISTINCT ?a ?b ?c { ?a ?x ?p . ?b ?y ?q . ?c ?z ?r }`, "")
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for _, err := range q.Rows(context.Background(), small(), &Options{Limits: Limits{Rows: 3}}) {
		last = err
	}
	if last == nil || !strings.Contains(last.Error(), "limit of 3 rows") {
		t.Errorf("a query of more than three rows ended with %v", last)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("SELECT * { ?s ?p ?o }")
	f.Add("PREFIX : <http://e/> ASK { :a (:p|^:q)+ ?x FILTER NOT EXISTS { ?x :p 'a'@en } }")
	f.Add("SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE { VALUES (?x ?y) { (1 UNDEF) } } GROUP BY ?y HAVING (?n > 1.5e0) LIMIT 1")
	f.Add("CONSTRUCT { ?s ?p [ :q ( 1 2 ) ] } WHERE { { SELECT ?s { ?s ?p ?o } } UNION { GRAPH ?g { ?s a ?o } } MINUS { ?s :p ?o } BIND(1 AS ?z) }")
	f.Add("BASE <http://e/> PREFIX : <p#> SELECT * { ?s :p ?o SERVICE SILENT ?e { ?s <q> 'a\\\"' , \"\\u00e9\" . # end }\n BIND(1 AS ?z) { SELECT ?s { ?s a _:b } } } }")
	f.Fuzz(func(t *testing.T, text string) {
		q, err := Parse(text, "http://example.org/")
		switch {
		case err != nil:
			return
		case q.root == nil:
			t.Fatal("a query without a pattern")
		}
		walk(q.root, func(n node) {
			if s, ok := n.(*service); ok { // what is sent is a query too
				sent := s.prologue + "SELECT * WHERE { " + s.text + " }"
				if _, err := Parse(sent, ""); err != nil {
					t.Errorf("%v: %q", err, sent)
				}
			}
		}, func(expr) {})
	})
}

// TestSpreadsheetSafe: no cell begins with what a spreadsheet runs, and numbers
// are what they were.
func TestSpreadsheetSafe(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+1 234": "'+1 234", "-2+3": "'-2+3", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "\"'\r=1\"", "  =1": "'  =1", "\ufeff=1": "'\ufeff=1", "＝1": "'＝1", "-INF": "'-INF", "-0044-03-15": "'-0044-03-15",
		"-5": "-5", "+1.5e3": "+1.5e3", "-.5": "-.5", "5": "5", "a=b": "a=b", "": "", "'=1": "'=1", "NCT01": "NCT01",
	} {
		var b strings.Builder
		out, err := NewResultWriter(&b, CSV, []string{"x"})
		if err != nil {
			t.Fatal(err)
		}
		row := []rdf.Term{rdf.String(text)}
		out = SpreadsheetSafe(out)
		if err := errors.Join(out.Row(row), out.Close()); err != nil || row[0].Value != text {
			t.Fatal(err, row)
		}
		if got := b.String(); got != "x\r\n"+want+"\r\n" {
			t.Errorf("%q: %q, expected %q", text, got, want)
		}
	}
}
