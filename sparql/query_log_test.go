package sparql

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// TestQueryLog: every query is noted once it has ended, with what became of it.
func TestQueryLog(t *testing.T) {
	b := index.NewBuilder()
	for i := range 3000 {
		b.Add(rdf.Quad{Subject: rdf.IRI("http://e/s"), Predicate: rdf.IRI("http://e/p"), Object: integer(int64(i)).term})
	}
	var got []QueryRecord
	handler := Handler(b.Build(), &Options{Limits: Limits{Rows: 5000, Time: time.Minute}}, &HandlerOptions{Log: func(q QueryRecord) { got = append(got, q) }})
	for _, c := range []struct {
		path, query, problem string
		status, rows         int
	}{
		{"/sparql", "SELECT ?o { ?s ?p ?o } LIMIT 7", "", 200, 7},
		{"/sparql", "CONSTRUCT { ?o ?p ?s . ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 2", "", 200, 2},
		{"/sparql", "ASK {}", "", 200, 0},
		{"/sparql", "SELECT ?x {", "expected", 400, 0},
		{"/sparql", "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c", "limit of 5000 rows", 503, 0},
		{"/sparql", "", "", 200, -1},
		{"/data", "", "expected the parameter", 400, 0},
		{"/data?default", "", "", 200, 3000},
		{"/data?graph=http://e/none", "", "no graph", 404, 0},
		{"/healthz", "", "", 200, -1},
	} {
		got = nil
		address := c.path
		if c.query != "" {
			address += "?query=" + url.QueryEscape(c.query)
		}
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, address, nil))
		if c.rows < 0 {
			if len(got) != 0 {
				t.Errorf("%s: %+v, expected no record", address, got)
			}
			continue
		}
		if len(got) != 1 {
			t.Fatalf("%s: %d records, expected one", address, len(got))
		}
		q := got[0]
		if q.Query != c.query || q.Status != c.status || q.Rows != c.rows || !strings.Contains(q.Problem, c.problem) || (q.Problem == "") != (c.problem == "") || q.Time.IsZero() || q.Duration <= 0 {
			t.Errorf("%s: %+v, expected status %d, %d rows and the problem %q", address, q, c.status, c.rows, c.problem)
		}
	}
}

// TestVoID: the data is described in every syntax, with the counts of what it has.
func TestVoID(t *testing.T) {
	b := index.NewBuilder()
	for _, q := range []rdf.Quad{
		{Subject: rdf.IRI("http://e/a"), Predicate: rdf.IRI(rdf.RDFType), Object: rdf.IRI("http://e/C")},
		{Subject: rdf.IRI("http://e/b"), Predicate: rdf.IRI(rdf.RDFType), Object: rdf.IRI("http://e/C"), Graph: rdf.IRI("http://e/g")},
		{Subject: rdf.IRI("http://e/b"), Predicate: rdf.IRI("http://e/p"), Object: rdf.String("x"), Graph: rdf.IRI("http://e/g")},
	} {
		b.Add(q)
	}
	r := httptest.NewRequest(http.MethodGet, "http://data.example/.well-known/void", nil)
	r.Header.Set("Accept", "application/n-triples")
	w := httptest.NewRecorder()
	Handler(b.Build(), nil, nil).ServeHTTP(w, r)
	found := index.NewBuilder()
	for q, err := range rdf.Read(w.Body, rdf.NTriples, nil) {
		if err != nil {
			t.Fatal(err)
		}
		found.Add(q)
	}
	q, err := Parse(`PREFIX void: <http://rdfs.org/ns/void#>
ASK { <http://data.example/.well-known/void#dataset> a void:Dataset ; void:triples 3 ; void:sparqlEndpoint <http://data.example/sparql> ; void:properties 2 ; void:classes 1 ;
  void:classPartition [ void:class <http://e/C> ; void:entities 2 ] ; void:propertyPartition [ void:property <http://e/p> ; void:triples 1 ] }`, "")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := q.Ask(t.Context(), found.Build(), nil); err != nil || !ok {
		t.Errorf("the description lacks something: %v", err)
	}
}
