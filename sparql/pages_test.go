package sparql_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// TestPages: pages answer what the service does not, behind the same guard.
func TestPages(t *testing.T) {
	pages := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/panic" {
			panic("a fault of a page")
		}
		fmt.Fprintf(w, "page %s", r.URL.Path)
	})
	h := sparql.Handler(index.NewBuilder().Build(), nil, &sparql.HandlerOptions{Pages: pages, CheckHost: true})
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, c := range []struct {
		method, target, accept, host string
		status                       int
		want                         string
	}{
		{"GET", "/", browser, "localhost", 200, "page /"},
		{"GET", "/", "*/*", "localhost", 200, "page /"},
		{"GET", "/?q=asthma", "", "localhost", 200, "page /"},
		{"GET", "/", "text/turtle", "localhost", 200, "Service"},
		{"GET", "/sparql", browser, "localhost", 200, "page /sparql"},
		{"GET", "/sparql", "*/*", "localhost", 200, "Service"},
		{"GET", "/sparql", "", "localhost", 200, "Service"},
		{"GET", "/sparql?query=ASK%7B%7D", browser, "localhost", 200, "true"},
		{"GET", "/?query=ASK%7B%7D", "text/csv", "localhost", 200, "true"},
		{"POST", "/sparql", browser, "localhost", 415, "expected"},
		{"GET", "/study/NCT01234567", browser, "localhost", 200, "page /study/NCT01234567"},
		{"GET", "/study/NCT01234567", browser, "evil.example", 421, "does not answer for the host"},
		{"GET", "/panic", browser, "localhost", 500, "failed"},
		{"GET", "/healthz", browser, "localhost", 200, "ok"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, c.target, nil)
		r.Host = c.host
		if c.accept != "" {
			r.Header.Set("Accept", c.accept)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s %s, %s: status %d, %q, expected %d and %q", c.method, c.target, c.accept, w.Code, w.Body, c.status, c.want)
		}
	}
}

// TestExplainOverHTTP: with the parameter explain a query is answered with what
// was done for it.
func TestExplainOverHTTP(t *testing.T) {
	b := index.NewBuilder()
	b.Add(rdf.Quad{Subject: rdf.IRI("http://example.org/s"), Predicate: rdf.IRI("http://example.org/p"), Object: rdf.IRI("http://example.org/o")})
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/sparql", strings.NewReader("explain=1&query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	sparql.Handler(b.Build(), nil, nil).ServeHTTP(w, r)
	var plan struct {
		Operator string
		Rows     int
	}
	if err := json.Unmarshal(w.Body.Bytes(), &plan); err != nil || w.Code != 200 || plan.Operator == "" || plan.Rows != 1 {
		t.Errorf("status %d, %v, %+v", w.Code, err, plan)
	}
}
