package sparql

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// numbers are nodes with a value, a label, and a next one; the last has no label.
func numbers(n int) *index.Index {
	b := index.NewBuilder()
	node := func(i int) rdf.Term { return rdf.IRI(fmt.Sprintf("http://e/n%d", i)) }
	for i := range n {
		b.Add(rdf.Quad{Subject: node(i), Predicate: rdf.IRI("http://e/value"), Object: rdf.Typed(fmt.Sprint(i), rdf.XSDInteger)})
		b.Add(rdf.Quad{Subject: node(i), Predicate: rdf.IRI("http://e/next"), Object: node((i + 1) % n)})
		if i < n-1 {
			b.Add(rdf.Quad{Subject: node(i), Predicate: rdf.IRI("http://e/label"), Object: rdf.LangString(fmt.Sprintf("n\"\\%d\n", i), "en")})
		}
		b.Add(rdf.Quad{Subject: rdf.Blank(fmt.Sprint("b", i)), Predicate: rdf.IRI("http://e/of"), Object: node(i)})
	}
	return b.Build()
}

const there = "http://there/sparql"

// rowsOf answers a query, and sorts the rows.
func rowsOf(t *testing.T, text string, x *index.Index, opts *Options) ([]string, error) {
	t.Helper()
	q, err := Parse("PREFIX : <http://e/>\n"+text, "")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for row, err := range q.Rows(context.Background(), x, opts) {
		if err != nil {
			return nil, err
		}
		var cells []string
		for i, c := range row {
			if !c.IsZero() {
				cells = append(cells, q.Variables[i]+"="+c.String())
			}
		}
		out = append(out, strings.Join(cells, " "))
	}
	slices.Sort(out)
	return out, nil
}

// TestServiceIsAGroup asks with SERVICE and without: a service with the same
// data answers as a group does.
func TestServiceIsAGroup(t *testing.T) {
	x := numbers(450)
	for _, text := range []string{
		`SELECT * { ?s :value ?v SERVICE <@> { ?s :label ?l } }`,
		`SELECT * { ?s :value ?v OPTIONAL { SERVICE <@> { ?s :label ?l } } }`,
		`SELECT * { ?s :value ?v OPTIONAL { SERVICE <@> { ?s :label ?l } FILTER(?v > 440) } }`,
		`SELECT * { SERVICE <@> { ?s :label ?l } ?s :value ?v }`,
		`SELECT * { ?s :value ?v MINUS { SERVICE <@> { ?s :label ?l } } }`,
		`SELECT * { ?s :value ?v FILTER(?v < 5) FILTER NOT EXISTS { SERVICE <@> { ?s :next/:value 3 } } }`,
		`SELECT * { { ?s :value 1 } UNION { SERVICE <@> { ?s :value 2 } } }`,
		`SELECT * { ?s :value ?v SERVICE <@> { SELECT ?s (COUNT(?x) AS ?n) { ?s :next|:label ?x } GROUP BY ?s } }`,
		`SELECT * { ?s :value ?v SERVICE <@> { OPTIONAL { ?s :label ?l } } }`,
		`SELECT * { VALUES (?s ?l) { (:n1 UNDEF) (UNDEF "x") (:n2 UNDEF) } SERVICE <@> { ?s :value ?v } }`,
		`SELECT * { ?s :label ?l SERVICE <@> { ?t :label ?l } }`,
		`SELECT (COUNT(*) AS ?n) { SERVICE <@> { ?s :value ?v FILTER(?v >= 200) } ?s :next ?t }`,
		`SELECT * { ?s :value ?v SERVICE <@> { ?s :label ?l } } ORDER BY ?v LIMIT 3`,
	} {
		opts := &Options{Services: []string{there}, Transport: hosts{there: Handler(x, nil, nil)}}
		got, err := rowsOf(t, strings.ReplaceAll(text, "@", there), x, opts)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		want, err := rowsOf(t, strings.ReplaceAll(text, "SERVICE <@>", ""), x, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d rows, expected %d: %.300q %.300q", text, len(got), len(want), got, want)
		}
	}
}

// counted counts what is asked.
type counted struct {
	http.Handler
	queries []string
}

func (c *counted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.queries = append(c.queries, r.FormValue("query"))
	c.Handler.ServeHTTP(w, r)
}

func TestServiceIsAskedInBatches(t *testing.T) {
	x := numbers(450)
	service := &counted{Handler: Handler(x, nil, nil)}
	opts := &Options{Services: []string{there}, Transport: hosts{there: service}}
	got, err := rowsOf(t, `SELECT * { ?s :value ?v SERVICE <`+there+`> { ?s :label ?l } }`, x, opts)
	if err != nil || len(got) != 449 {
		t.Fatal(len(got), err)
	}
	if len(service.queries) != 3 || !strings.Contains(service.queries[0], "VALUES (?s ) { (<http://e/") {
		t.Errorf("%d requests, expected 3: %.200q", len(service.queries), service.queries)
	}
	service.queries = nil
	if _, err := rowsOf(t, `SELECT * { ?s :value ?v FILTER EXISTS { SERVICE <`+there+`> { ?x :value 1 } } }`, x, opts); err != nil {
		t.Fatal(err)
	}
	if len(service.queries) != 1 {
		t.Errorf("what was asked before is asked %d times", len(service.queries))
	}
}

func TestServiceByVariable(t *testing.T) {
	x := numbers(3)
	opts := &Options{Services: []string{there, "http://other/"}, Transport: hosts{there: Handler(x, nil, nil), "http://other/": Handler(numbers(5), nil, nil)}}
	got, err := rowsOf(t, `SELECT * { VALUES ?e { <`+there+`> <http://other/> } SERVICE ?e { SELECT (COUNT(*) AS ?n) { ?s :value ?v } } }`, x, opts)
	want := []string{`e=<http://other/> n="5"^^<http://www.w3.org/2001/XMLSchema#integer>`, `e=<` + there + `> n="3"^^<http://www.w3.org/2001/XMLSchema#integer>`}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err = rowsOf(t, `SELECT * { SERVICE ?e { ?s :value ?v } }`, x, opts); err == nil || !strings.Contains(err.Error(), "no address is bound") {
		t.Error(err)
	}
}

func TestBlankNodesOfServicesAreTheirOwn(t *testing.T) {
	x := numbers(3)
	opts := &Options{Services: []string{there}, Transport: hosts{there: Handler(x, nil, nil)}}
	got, err := rowsOf(t, `SELECT * { ?b :of ?s SERVICE <`+there+`> { ?b :of ?t } }`, x, opts)
	if err != nil || len(got) != 0 {
		t.Errorf("%q, %v: expected no row", got, err)
	}
}

func TestServiceThatCannotBeAsked(t *testing.T) {
	x := numbers(3)
	answering := func(status int, body string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", there)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body)) // to a recorder
		})
	}
	for name, c := range map[string]struct {
		handler http.Handler
		want    string
	}{
		"http://refused/":  {nil, "not one of the services that may be asked"},
		"http://lost/":     {nil, "there is no host"},
		"http://broken/":   {answering(500, "out of\nmemory"), "it answered 500 Internal Server Error: out of memory"},
		"http://moved/":    {answering(302, ""), "it answered 302"},
		"http://cut/":      {answering(200, `{"results":{"bindings":[{"s":{"type":"uri","value":"http://e/n0"}}`), "unexpected EOF"},
		"http://page/":     {answering(200, `<html>`), "invalid character"},
		"http://boolean/":  {answering(200, `{"head":{},"boolean":true}`), "a result without rows"},
		"http://list/":     {answering(200, `[]`), `expected "{"`},
		"http://odd-term/": {answering(200, `{"results":{"bindings":[{"s":{"type":"triple","value":"x"}}]}}`), `a term of type "triple"`},
	} {
		opts := &Options{Transport: hosts{there: Handler(x, nil, nil), name: c.handler}}
		if c.handler == nil {
			opts.Transport = hosts{}
		}
		if name != "http://refused/" {
			opts.Services = []string{name}
		}
		_, err := rowsOf(t, `SELECT * { ?s :value 1 SERVICE <`+name+`> { ?s :label ?l } }`, x, opts)
		var known *ServiceError
		if !errors.As(err, &known) || known.Endpoint != name || !strings.Contains(err.Error(), c.want) || known.Refused != (name == "http://refused/") {
			t.Errorf("%s: %v, expected %q", name, err, c.want)
		}
		got, err := rowsOf(t, `SELECT ?v { ?s :value ?v SERVICE SILENT <`+name+`> { ?s :label ?l } }`, x, opts)
		if err != nil || len(got) != 3 {
			t.Errorf("%s: silent: %q, %v", name, got, err)
		}
	}
}

func TestServiceKeepsTheLimits(t *testing.T) {
	x := numbers(100)
	slow := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm() // so that the end of the connection is noticed
		<-r.Context().Done()
	})
	server := httptest.NewServer(slow)
	defer server.Close()
	_, err := rowsOf(t, `SELECT * { SERVICE SILENT <`+server.URL+`> { ?s ?p ?o } }`, x, &Options{Services: []string{server.URL}, Limits: Limits{Time: 50 * time.Millisecond}})
	if !errors.Is(err, ErrLimit) {
		t.Errorf("time: %v", err)
	}
	_, err = rowsOf(t, `SELECT * { SERVICE SILENT <`+there+`> { ?s ?p ?o } }`, x, &Options{Services: []string{there}, Transport: hosts{there: Handler(x, nil, nil)}, Limits: Limits{Rows: 50}})
	if !errors.Is(err, ErrLimit) {
		t.Errorf("rows: %v", err)
	}
}

// TestHandlerAsksNoService: what is served does not ask others unless told to.
func TestHandlerAsksNoService(t *testing.T) {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/sparql?query=SELECT+*+%7BSERVICE+%3Chttp%3A%2F%2Fx%2F%3E+%7B%3Fs+%3Fp+%3Fo%7D%7D", nil)
	Handler(numbers(1), nil, nil).ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "http://x/") {
		t.Error(w.Code, w.Body)
	}
}
