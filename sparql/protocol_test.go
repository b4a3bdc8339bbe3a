package sparql

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

func testServer(t *testing.T, opts *Options) *httptest.Server {
	b := index.NewBuilder()
	data := `<http://e/a> <http://e/p> "1" <http://e/g1> .
<http://e/b> <http://e/p> "2" <http://e/g2> .
<http://e/c> <http://e/p> "3" .`
	for q, err := range rdf.Read(strings.NewReader(data), rdf.NQuads, nil) {
		if err != nil {
			t.Fatal(err)
		}
		b.Add(q)
	}
	server := httptest.NewServer(Handler(b.Build(), opts))
	t.Cleanup(server.Close)
	return server
}

func ask(t *testing.T, r *http.Request) (status int, kind, body string) {
	t.Helper()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("Content-Type"), string(data)
}

func request(t *testing.T, method, address, accept, kind, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"Accept": accept, "Content-Type": kind} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	return r
}

func TestProtocol(t *testing.T) {
	server := testServer(t, nil)
	const form = "application/x-www-form-urlencoded"
	query := func(q string, more ...string) string {
		return server.URL + "/sparql?query=" + url.QueryEscape(q) + strings.Join(more, "")
	}
	count := `SELECT (COUNT(*) AS ?n) { ?s ?p ?o }`
	for _, test := range []struct {
		name    string
		request *http.Request
		status  int
		kind    string
		body    string
	}{
		{"get", request(t, "GET", query(count), "", "", ""), 200, "application/sparql-results+json", `"value":"3"`},
		{"form", request(t, "POST", server.URL, "text/csv", form, "query="+url.QueryEscape(count)), 200, "text/csv; charset=utf-8", "n\r\n3"},
		{"direct", request(t, "POST", server.URL, "application/sparql-results+xml", "application/sparql-query", count), 200, "application/sparql-results+xml", ">3<"},
		{"weights", request(t, "GET", query(count), "text/html, text/tab-separated-values;q=0.9, */*;q=0.1", "", ""), 200, "text/tab-separated-values; charset=utf-8", "?n\n3"},
		{"default graph", request(t, "GET", query(count, "&default-graph-uri=http://e/g1"), "", "", ""), 200, "application/sparql-results+json", `"value":"1"`},
		{"ask", request(t, "GET", query("ASK {}"), "", "", ""), 200, "application/sparql-results+json", "true"},
		{"construct", request(t, "GET", query("CONSTRUCT WHERE { ?s ?p '2' }"), "", "", ""), 200, "text/turtle", `<http://e/b> <http://e/p> "2" .`},
		{"none", request(t, "GET", query("SELECT * { ?s ?p 'none' }"), "text/csv", "", ""), 200, "text/csv; charset=utf-8", "s,p"},
		{"syntax", request(t, "GET", query("SELECT * {"), "", "", ""), 400, "text/plain; charset=utf-8", "1:11: unexpected"},
		{"update", request(t, "POST", server.URL, "", "application/sparql-update", "CLEAR ALL"), 403, "text/plain; charset=utf-8", "only reads"},
		{"two", request(t, "GET", query(count, "&query=ASK{}"), "", "", ""), 400, "text/plain; charset=utf-8", "2 queries"},
		{"accept", request(t, "GET", query(count), "image/png", "", ""), 406, "text/plain; charset=utf-8", "image/png"},
		{"type", request(t, "POST", server.URL, "", "application/json", "{}"), 415, "text/plain; charset=utf-8", "content type"},
		{"method", request(t, "DELETE", server.URL, "", "", ""), 405, "text/plain; charset=utf-8", "DELETE"},
		{"graph", request(t, "GET", server.URL+"/data?graph=http://e/g2", "application/n-triples", "", ""), 200, "application/n-triples", `<http://e/b> <http://e/p> "2" .`},
		{"union", request(t, "GET", server.URL+"/data?default", "application/n-triples", "", ""), 200, "application/n-triples", `<http://e/a>`},
		{"no graph", request(t, "GET", server.URL+"/data?graph=http://e/none", "", "", ""), 404, "text/plain; charset=utf-8", "no graph"},
		{"write", request(t, "PUT", server.URL+"/data?default", "", "", ""), 405, "text/plain; charset=utf-8", "PUT"},
	} {
		status, kind, body := ask(t, test.request)
		if status != test.status || kind != test.kind || !strings.Contains(body, test.body) {
			t.Errorf("%s: %d %s %q, expected %d %s with %q", test.name, status, kind, body, test.status, test.kind, test.body)
		}
	}
}

func TestProtocolLimit(t *testing.T) {
	server := testServer(t, &Options{Limits: Limits{Time: time.Nanosecond}})
	slow := "SELECT * { " + strings.Repeat("?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?q . ?r ?t ?u . ?v ?w ?x FILTER(?x = 'none') ", 1) + "}"
	status, _, body := ask(t, request(t, "GET", server.URL+"?query="+url.QueryEscape(slow), "", "", ""))
	if status != http.StatusServiceUnavailable || !strings.Contains(body, "limit") {
		t.Errorf("%d %q, expected 503 and the limit", status, body)
	}
}

func TestOtherOriginsMayAsk(t *testing.T) {
	for method, want := range map[string]int{http.MethodOptions: http.StatusNoContent, http.MethodGet: http.StatusBadRequest} {
		w := httptest.NewRecorder()
		Handler(small(), nil).ServeHTTP(w, httptest.NewRequest(method, "/sparql", nil))
		if w.Code != want || w.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d %v", method, w.Code, w.Header())
		}
	}
}
