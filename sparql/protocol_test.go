package sparql

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/test/portion"
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
	server := httptest.NewServer(Handler(b.Build(), opts, nil))
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
		{"long form", request(t, "POST", server.URL, "", form, "query="+strings.Repeat("a", 1<<20)), 413, "text/plain; charset=utf-8", "longer than"},
		{"no IRI", request(t, "GET", query(count, "&default-graph-uri=not+an+iri"), "", "", ""), 400, "text/plain; charset=utf-8", "not an iri"},
		{"N-Quads", request(t, "GET", query("CONSTRUCT WHERE { ?s ?p '2' }"), "application/n-quads", "", ""), 200, "application/n-quads", `<http://e/b> <http://e/p> "2" .`},
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
		{"JSON-LD", request(t, "GET", query("CONSTRUCT WHERE { ?s ?p '2' }"), `application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"`, "", ""), 200, "application/ld+json", "[\n" + `{"@id":"http://e/b","http://e/p":[{"@value":"2"}]}` + "\n]\n"},
		{"JSON-LD at the root", request(t, "GET", server.URL+"?query="+url.QueryEscape("DESCRIBE <http://e/b>"), "application/ld+json, text/turtle;q=0.5", "", ""), 200, "application/ld+json", `"@id":"http://e/b"`},
		{"JSON-LD of nothing", request(t, "GET", query("CONSTRUCT WHERE { ?s ?p 'none' }"), "application/ld+json", "", ""), 200, "application/ld+json", "[]\n"},
		{"JSON-LD of a triple term", request(t, "GET", query("CONSTRUCT { ?s ?p ?t } WHERE { ?s ?p '2' BIND(TRIPLE(?s, ?p, '2') AS ?t) }"), "application/ld+json", "", ""), 406, "text/plain; charset=utf-8", "triple term"},
		{"graph in JSON-LD", request(t, "GET", server.URL+"/data?graph=http://e/g2", "application/ld+json", "", ""), 200, "application/ld+json", `"@id":"http://e/b"`},
		{"union in JSON-LD", request(t, "GET", server.URL+"/data?default", "application/ld+json", "", ""), 200, "application/ld+json", `"@id":"http://e/a"`},
		{"service in JSON-LD", request(t, "GET", server.URL+"/sparql", "application/ld+json", "", ""), 200, "application/ld+json", `{"@id":"http://www.w3.org/ns/formats/JSON-LD"}`},
		{"VoID in JSON-LD", request(t, "GET", server.URL+"/.well-known/void", "application/ld+json", "", ""), 200, "application/ld+json", "void#triples"},
		{"no graph", request(t, "GET", server.URL+"/data?graph=http://e/none", "", "", ""), 404, "text/plain; charset=utf-8", "no graph"},
		{"graph that is not an IRI", request(t, "GET", server.URL+"/data?graph=not+an+iri", "", "", ""), 400, "text/plain; charset=utf-8", "not an iri"},
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

// TestOrigins holds that pages of other origins may read answers only where
// they are allowed to, and that only known hosts are answered for.
func TestOrigins(t *testing.T) {
	h := Handler(small(), nil, &HandlerOptions{Origins: []string{"https://allowed.example"}, Hosts: []string{"graph.example"}})
	for _, test := range []struct {
		host, origin, allowed string
		status                int
	}{
		{"localhost:7878", "https://allowed.example", "https://allowed.example", 200},
		{"127.0.0.1", "https://other.example", "", 200},
		{"[::1]:7878", "", "", 200},
		{"Graph.example:80", "", "", 200},
		{"rebound.example", "", "", 421},
	} {
		r := httptest.NewRequest(http.MethodGet, "/sparql?query=ASK%7B%7D", nil)
		r.Host = test.host
		if test.origin != "" {
			r.Header.Set("Origin", test.origin)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != test.status || w.Header().Get("Access-Control-Allow-Origin") != test.allowed {
			t.Errorf("%v: %d %v", test, w.Code, w.Header())
		}
	}
	w := httptest.NewRecorder()
	Handler(small(), nil, nil).ServeHTTP(w, httptest.NewRequest(http.MethodOptions, "/sparql", nil))
	if w.Code != http.StatusNoContent || w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

// TestToken holds that a token that is asked for has to be brought.
func TestToken(t *testing.T) {
	h := Handler(small(), nil, &HandlerOptions{Token: "s3cret"})
	for header, want := range map[string]int{"": 401, "Bearer wrong": 401, "Basic s3cret": 401, "Bearer s3cret": 200, "bearer s3cret": 200} {
		r := httptest.NewRequest(http.MethodGet, "/sparql?query=ASK%7B%7D", nil)
		r.Header.Set("Authorization", header)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want || strings.Contains(w.Body.String(), "s3cret") {
			t.Errorf("%q: %d %s", header, w.Code, w.Body)
		}
	}
}

// TestNegotiation follows RFC 9110, section 12.5.1.
func TestNegotiation(t *testing.T) {
	for accept, want := range map[string]string{
		"": "json", "*/*": "json", "text/csv": "csv", "application/sparql-results+json;q=0, application/json;q=0, */*": "xml", "text/csv;q=0.5, application/sparql-results+xml;q=0.4": "csv",
		"application/sparql-results+xml, application/json": "xml", "text/csv;q=0.2, application/*": "json", "image/png": "", "text/csv;q=0": "",
		"application/xml;q=0.9,text/tab-separated-values;q=1": "tsv", "application/sparql-results+json;q=0,*/*": "xml", "text/csv;header=absent;q=0.1,text/csv,application/json;q=0.5": "csv", "text/csv;x=\"a,text/plain\"": "csv", "TEXT/CSV": "csv", "text/csv;q=2,application/xml;q=0.1": "xml",
		"text/boolean,application/sparql-results+xml": "xml",
	} {
		got, err := negotiate(accept, resultTypes)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v, want %q", accept, got, err, want)
		}
	}
}

// TestSlots holds that short queries are answered while long ones fill every
// slot for those, and that memory that all share is taken from the largest.
func TestSlots(t *testing.T) {
	b := index.NewBuilder()
	for i := range 3000 {
		b.Add(rdf.Quad{Subject: rdf.IRI("urn:s" + strconv.Itoa(i)), Predicate: rdf.IRI("urn:p"), Object: rdf.String(strconv.Itoa(i))})
	}
	server := httptest.NewServer(Handler(b.Build(), &Options{Limits: Limits{Time: time.Duration(portion.Count(600, 1500)) * time.Millisecond}}, &HandlerOptions{Slots: 1, Bytes: 64 << 20}))
	defer server.Close()
	long := []string{
		"SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c = ?f && ?f = ?i && ?a != ?a) }",
		"SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c",
		"SELECT (GROUP_CONCAT(?f) AS ?t) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
	}
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			status, _, body := ask(t, request(t, "GET", server.URL+"/sparql?query="+url.QueryEscape(long[i%len(long)]), "", "", ""))
			if status != http.StatusServiceUnavailable || !strings.Contains(body, "limit") {
				t.Errorf("%d %.200s", status, body)
			}
		})
	}
	time.Sleep(100 * time.Millisecond)
	for range 10 {
		start := time.Now()
		status, _, body := ask(t, request(t, "GET", server.URL+"/sparql?query="+url.QueryEscape("SELECT ?o { <urn:s7> <urn:p> ?o }"), "text/csv", "", ""))
		if status != 200 || body != "o\r\n7\r\n" || time.Since(start) > 2*time.Second {
			t.Errorf("%d %q after %s", status, body, time.Since(start))
		}
	}
	all.Wait()
}

// TestDescription holds that a request without a query gets the description of
// the service, and that HEAD is GET without a body.
func TestDescription(t *testing.T) {
	server := testServer(t, nil)
	status, kind, body := ask(t, request(t, "GET", server.URL+"/sparql", "application/n-triples", "", ""))
	if status != 200 || kind != "application/n-triples" || !strings.Contains(body, "sparql-service-description#endpoint> <"+server.URL+"/sparql>") {
		t.Errorf("%d %s %s", status, kind, body)
	}
	for _, path := range []string{"/sparql?query=ASK%7B%7D", "/data?default", "/healthz"} {
		status, _, body := ask(t, request(t, "HEAD", server.URL+path, "", "", ""))
		if status != 200 || body != "" {
			t.Errorf("%s: %d %q", path, status, body)
		}
	}
	status, _, _ = ask(t, request(t, "GET", server.URL+"/elsewhere?query=ASK%7B%7D", "", "", ""))
	if status != 404 {
		t.Errorf("%d of another path", status)
	}
}

// TestPacked holds that answers and queries may be packed by gzip.
func TestPacked(t *testing.T) {
	server := testServer(t, nil)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte("SELECT ?s { ?s ?p '2' }"))
	_ = z.Close()
	r := request(t, "POST", server.URL+"/sparql", "text/csv", "application/sparql-query", packed.String())
	r.Header.Set("Content-Encoding", "gzip")
	r.Header.Set("Accept-Encoding", "gzip")
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != 200 || response.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("%d %v", response.StatusCode, response.Header)
	}
	plain, err := gzip.NewReader(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(plain)
	if err != nil || string(body) != "s\r\nhttp://e/b\r\n" {
		t.Errorf("%q, %v", body, err)
	}
}

// TestUnreadAnswers holds that answers that nobody reads take no place of others.
func TestUnreadAnswers(t *testing.T) {
	b := index.NewBuilder()
	for i := range 3000 {
		b.Add(rdf.Quad{Subject: rdf.IRI("urn:s" + strconv.Itoa(i)), Predicate: rdf.IRI("urn:p"), Object: rdf.String(strconv.Itoa(i))})
	}
	server := httptest.NewServer(Handler(b.Build(), &Options{}, &HandlerOptions{Slots: 1}))
	defer server.CloseClientConnections()
	host := strings.TrimPrefix(server.URL, "http://")
	for i := range 8 {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		packed := ""
		if i%2 == 1 {
			packed = "Accept-Encoding: gzip\r\n"
		}
		_, err = io.WriteString(conn, "GET /sparql?query="+url.QueryEscape("SELECT * { ?a ?b ?c . ?d ?e ?f }")+" HTTP/1.1\r\nHost: "+host+"\r\n"+packed+"\r\n")
		if err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(time.Duration(portion.Count(400, 2000)) * time.Millisecond)
	for range 5 {
		start := time.Now()
		status, _, body := ask(t, request(t, "GET", server.URL+"/sparql?query="+url.QueryEscape("SELECT ?o { <urn:s7> <urn:p> ?o }"), "text/csv", "", ""))
		if status != 200 || body != "o\r\n7\r\n" || time.Since(start) > 2*time.Second {
			t.Fatalf("%d %q after %s", status, body, time.Since(start))
		}
	}
}
