package sparql

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestLimitBeforeTheFirstByte holds that what ends before anything was sent has a
// status and says which limit it met, in every form, packed or not; and that what ends
// later breaks off.
func TestLimitBeforeTheFirstByte(t *testing.T) {
	server := httptest.NewServer(Handler(manyQuads(2000), &Options{Limits: Limits{Bytes: 200 << 10}}, &HandlerOptions{Raise: "raise it"}))
	defer server.Close()
	queries := map[string][]string{
		"SELECT * { ?s ?p ?o } ORDER BY ?o":                                       {"application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values", "text/plain"},
		"ASK { { SELECT ?o { ?s ?p ?o } ORDER BY STR(?o) } FILTER(?o = 'none') }": {"application/sparql-results+json", "application/sparql-results+xml", "text/csv"},
		"CONSTRUCT { <urn:x> <urn:y> ?o } { ?s ?p ?o } ORDER BY ?o":               {"text/turtle", "application/n-triples", "application/n-quads", "application/trig", "application/rdf+xml", "application/x-jelly-rdf"},
		"CONSTRUCT { ?s <urn:q> ?x } { { ?s ?p ?o } UNION { ?s ?p ?y } BIND(1 AS ?x) ?s ?p ?o2 { SELECT (GROUP_CONCAT(?z) AS ?all) { ?q ?r ?z . ?t ?u ?v } } }": {"text/turtle", "application/rdf+xml"},
		"CONSTRUCT { ?s ?p ?o } { { <urn:s1> ?p ?o BIND(<urn:s1> AS ?s) } UNION { SELECT * { ?s ?p ?o } ORDER BY ?o } }":                                        {"text/turtle", "application/n-triples", "application/n-quads", "application/trig", "application/rdf+xml", "application/x-jelly-rdf"},
		"SELECT ?s ?p ?o { { <urn:s1> ?p ?o } UNION { SELECT * { ?s ?p ?o } ORDER BY ?o } }":                                                                    {"application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values", "text/plain"},
		"DESCRIBE ?s { ?s ?p ?o } ORDER BY ?o": {"text/turtle"},
	}
	for query, kinds := range queries {
		for _, kind := range kinds {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				for _, coding := range []string{"identity", "gzip"} {
					r := request(t, method, server.URL+"/sparql?query="+url.QueryEscape(query), kind, "", "")
					r.Header.Set("Accept-Encoding", coding)
					status, _, body := ask(t, r)
					if status != http.StatusServiceUnavailable || method == http.MethodGet && (!strings.Contains(body, "limit of") || !strings.Contains(body, "raise it")) {
						t.Errorf("%s %s %s %s: %d %q", method, query, kind, coding, status, body)
					}
				}
			}
		}
	}
	for _, query := range []string{"SELECT * { ?s ?p ?o . ?q ?r ?t }", "CONSTRUCT { ?o ?p ?s . ?s <urn:q> ?t } { ?s ?p ?o . ?q ?r ?t BIND(?s AS ?x) }"} {
		response, err := http.DefaultClient.Do(request(t, http.MethodGet, server.URL+"/sparql?query="+url.QueryEscape(query), "text/plain;q=0,*/*", "", ""))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(query, "SELECT") {
			response.Body.Close() // it has millions of rows
			continue
		}
		if _, err := io.Copy(io.Discard, response.Body); err == nil && response.StatusCode == http.StatusOK {
			t.Errorf("%s: the answer ended as if it was whole", query)
		}
		response.Body.Close()
	}
}

// TestTableIsCounted holds that rows that are kept until the end count as memory.
func TestTableIsCounted(t *testing.T) {
	server := httptest.NewServer(Handler(manyQuads(300), &Options{Limits: Limits{Bytes: 1 << 20}}, nil))
	defer server.Close()
	status, _, body := ask(t, request(t, http.MethodGet, server.URL+"/sparql?query="+url.QueryEscape("SELECT * { ?a ?b ?c . ?d ?e ?f }"), "text/plain", "", ""))
	if status != http.StatusServiceUnavailable || !strings.Contains(body, "limit of 1048576 bytes") {
		t.Errorf("%d %.200q", status, body)
	}
}

// sampleLine is a line of the text format of Prometheus.
var sampleLine = regexp.MustCompile(`^([a-z_:][a-z0-9_:]*)(\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*\})? (-?[0-9.e+]+)$`)

// TestMetrics holds that limits and errors of expressions are counted, in lines that
// Prometheus reads: a family has one HELP and TYPE before its samples, counters end in
// _total, and no sample comes twice.
func TestMetrics(t *testing.T) {
	server := httptest.NewServer(Handler(manyQuads(20000), &Options{Limits: Limits{Bytes: 5 << 20, Time: 200 * time.Millisecond}}, nil))
	defer server.Close()
	for _, query := range []string{
		"SELECT * { ?s ?p ?o } ORDER BY ?o", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "SELECT (?o + 1 AS ?x) { <urn:s1> ?p ?o }",
		"SELECT * {" + strings.Repeat("{", 300) + strings.Repeat("}", 300) + "}", "SELECT (COALESCE(?o + 1, 2) AS ?x) { <urn:s1> ?p ?o }", "SELECT (REPEAT AS", strings.Repeat("#", 2<<20),
	} {
		ask(t, request(t, http.MethodPost, server.URL+"/sparql", "", "application/sparql-query", query))
	}
	_, _, text := ask(t, request(t, http.MethodGet, server.URL+"/metrics", "", "", ""))
	for _, want := range []string{
		`trialweave_query_limits_total{bound="memory"} 1`, `trialweave_query_limits_total{bound="time"} 1`, `trialweave_query_limits_total{bound="parts"} 1`,
		`trialweave_query_limits_total{bound="length"} 1`, "trialweave_expression_errors_total 1", `trialweave_http_responses_total{class="5xx"} 2`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("the metrics lack %s", want)
		}
	}
	family, kind, seen := "", map[string]string{}, map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if words := strings.SplitN(line, " ", 4); words[0] == "#" {
			if family = words[2]; len(words) < 4 || words[1] == "TYPE" && kind[family] != "" || seen[words[1]+family] {
				t.Errorf("%q", line)
			}
			if seen[words[1]+family] = true; words[1] == "TYPE" {
				kind[family] = words[3]
			}
			continue
		}
		m := sampleLine.FindStringSubmatch(line)
		if m == nil || m[1] != family || kind[family] == "" || seen[m[1]+m[2]] || (kind[family] == "counter") != strings.HasSuffix(family, "_total") {
			t.Errorf("%q", line)
			continue
		}
		seen[m[1]+m[2]] = true
	}
	if t.Failed() {
		t.Log(text)
	}
}

// TestExplainedLimits holds that a plan has the errors of expressions and the limit
// that ended the query.
func TestExplainedLimits(t *testing.T) {
	server := httptest.NewServer(Handler(manyQuads(2000), &Options{Limits: Limits{Bytes: 150 << 10}}, nil))
	defer server.Close()
	for _, c := range []struct {
		query  string
		bound  Bound
		errors int
	}{
		{"SELECT (?o + 1 AS ?x) { VALUES ?o { <urn:a> <urn:b> <urn:c> } }", "", 3},
		{"SELECT * { ?s ?p ?o } ORDER BY ?o", BoundMemory, 0},
		{"SELECT * { ?s ?p ?o } ORDER BY (?o + 1)", BoundMemory, 1},
		{"SELECT * { <urn:s3> ?p ?o }", "", 0},
	} {
		status, kind, body := ask(t, request(t, http.MethodGet, server.URL+"/sparql?explain=1&query="+url.QueryEscape(c.query), "", "", ""))
		var plan struct {
			Operator string
			MS       *float64
			Bytes    *int
			Errors   []struct {
				Expression, Example string
				Count               int
			}
			Limit struct {
				Bound   Bound
				Problem string
			}
		}
		if err := json.Unmarshal([]byte(body), &plan); err != nil || status != http.StatusOK || kind != "application/json" || plan.Operator == "" || plan.MS == nil || plan.Bytes == nil {
			t.Fatalf("%s: %d %s %s %v", c.query, status, kind, body, err)
		}
		count := 0
		for _, e := range plan.Errors {
			count += e.Count
		}
		if plan.Limit.Bound != c.bound || (c.bound != "") != strings.Contains(plan.Limit.Problem, "limit of 153600 bytes") || (count > 0) != (c.errors > 0) || c.errors > 1 && count != c.errors {
			t.Errorf("%s: %s", c.query, body)
		}
		if c.bound != "" && *plan.Bytes < 100<<10 {
			t.Errorf("%s: %d bytes", c.query, *plan.Bytes)
		}
	}
}

// TestHeaders holds what is answered about methods, codings and formats.
func TestHeaders(t *testing.T) {
	warn := func(context.Context, *Query) []string {
		out := []string{"“Größe” is 5% off"}
		for i := range 500 {
			out = append(out, "warning "+strconv.Itoa(i))
		}
		return out
	}
	server := httptest.NewServer(Handler(manyQuads(10), nil, &HandlerOptions{Warn: warn}))
	defer server.Close()
	const query = "/sparql?query=ASK%7B%7D"
	for _, c := range []struct {
		method, path, header, value string
		status                      int
		name, want                  string
	}{
		{"PUT", query, "", "", 405, "Allow", "GET, HEAD, POST, OPTIONS"},
		{"DELETE", "/data?default", "", "", 405, "Allow", "GET, HEAD, OPTIONS"},
		{"POST", "/metrics", "", "", 405, "Allow", "GET, HEAD"},
		{"POST", "/.well-known/void", "", "", 405, "Allow", "GET, HEAD"},
		{"HEAD", "/metrics", "", "", 200, "", ""},
		{"HEAD", "/.well-known/void", "Accept", "text/turtle", 200, "Content-Type", "text/turtle"},
		{"HEAD", "/sparql?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D", "Accept", "text/csv", 200, "Content-Type", "text/csv; charset=utf-8"},
		{"POST", "/sparql", "Content-Type", "application/json", 415, "", ""},
		{"GET", query, "Accept-Encoding", "gzip;q=0", 200, "Content-Encoding", ""},
		{"GET", query, "Accept-Encoding", "gzip;q=0.000, *", 200, "Content-Encoding", ""},
		{"GET", query, "Accept-Encoding", "*", 200, "Content-Encoding", "gzip"},
		{"GET", query, "Accept-Encoding", "gzip;q=0.2, identity;q=0.9", 200, "Content-Encoding", ""},
		{"GET", query, "Accept-Encoding", "identity;q=0, GZIP ; q=0.1", 200, "Content-Encoding", "gzip"},
		{"GET", query, "Accept-Encoding", "identity;q=0", 406, "Content-Encoding", ""},
		{"GET", query, "Accept-Encoding", "br, *;q=0", 406, "Content-Encoding", ""},
		{"GET", query, "Accept-Encoding", "br", 200, "Content-Encoding", ""},
		{"GET", query, "Accept", "application/sparql-results+json;q=0, */*", 200, "Content-Type", "application/sparql-results+xml"},
		{"GET", query, "Accept", "*/*;q=0", 406, "", ""},
		{"GET", query + "&default-graph-uri=not+an+iri", "", "", 400, "", ""},
		{"GET", query + "&named-graph-uri=relative", "", "", 400, "", ""},
		{"GET", query + "&default-graph-uri=", "", "", 400, "", ""},
		{"GET", query, "", "", 200, "Trialweave-Warning", "%E2%80%9CGr%C3%B6%C3%9Fe%E2%80%9D is 5%25 off"},
	} {
		r := request(t, c.method, server.URL+c.path, "", "", "")
		r.Header.Set("Accept-Encoding", "identity")
		if c.header != "" {
			r.Header.Set(c.header, c.value)
		}
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != c.status || c.name != "" && response.Header.Get(c.name) != c.want {
			t.Errorf("%s %s with %s %q: %d %v", c.method, c.path, c.header, c.value, response.StatusCode, response.Header)
		}
		if lines := response.Header.Values(warningField); len(lines) > mostWarnings+1 || len(lines) > 1 && lines[len(lines)-1] != "there are 481 more warnings" {
			t.Errorf("%d warnings, the last %q", len(lines), lines[len(lines)-1])
		}
	}
}
