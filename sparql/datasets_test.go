package sparql

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// severalDatasets serves two datasets, one and two, of as many triples.
func severalDatasets(t *testing.T, opts *Options, who *HandlerOptions) *httptest.Server {
	t.Helper()
	var all []Dataset
	for n, name := range []string{"one", "two"} {
		b := index.NewBuilder()
		for i := range n + 1 {
			b.Add(rdf.Quad{Subject: rdf.IRI(fmt.Sprintf("http://e/%d", i)), Predicate: rdf.IRI("http://e/p"), Object: rdf.String(name), Graph: rdf.IRI("http://e/g" + name)})
		}
		all = append(all, Dataset{
			Name: name, Index: b.Build(), Warn: func(context.Context, *Query) []string { return []string{"of " + name} },
			Pages: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "page %s of %s", r.URL.Path, name) }),
		})
	}
	server := httptest.NewServer(Datasets(all, opts, who))
	t.Cleanup(server.Close)
	return server
}

// TestDatasets holds that each dataset answers below its name as one alone does, and
// that what is below no name says where the datasets are.
func TestDatasets(t *testing.T) {
	var records []QueryRecord
	var lock sync.Mutex
	server := severalDatasets(t, nil, &HandlerOptions{
		Pages: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "list at %s", r.URL.Path) }),
		Log: func(r QueryRecord) {
			lock.Lock()
			defer lock.Unlock()
			records = append(records, r)
		},
	})
	question := "?query=" + url.QueryEscape("SELECT ?o { ?s ?p ?o } ORDER BY ?o LIMIT 1")
	for _, c := range []struct {
		path, accept string
		status       int
		want         string
	}{
		{"/one/sparql" + question, "text/csv", 200, "o\r\none\r\n"},
		{"/two/" + question, "text/csv", 200, "o\r\ntwo\r\n"},
		{"/two/sparql", "text/turtle", 200, server.URL + "/two/sparql"},
		{"/two/.well-known/void", "text/turtle", 200, "<" + server.URL + "/two/.well-known/void#dataset>"},
		{"/two/data?default", "application/n-triples", 200, `<http://e/1> <http://e/p> "two" .`},
		{"/one/data?graph=http://e/gtwo", "application/n-triples", 404, "there is no graph http://e/gtwo"},
		{"/one/", "text/html", 200, "page / of one"},
		{"/one/study/x", "text/html", 200, "page /study/x of one"},
		{"/two", "text/html", 200, "page / of two"},
		{"/", "text/html", 200, "list at /"},
		{"/other", "text/html", 200, "list at /other"},
		{"/", "text/turtle", 200, "<" + server.URL + "/one/sparql>"},
		{"/.well-known/void", "application/n-triples", 200, "<" + server.URL + "/two/.well-known/void#dataset> <http://rdfs.org/ns/void#triples> \"2\""},
		{"/sparql" + question, "text/csv", 404, "there is no dataset at /sparql, expected one of /one/sparql, /two/sparql"},
		{"/" + question, "text/html", 404, "there is no dataset at /, expected"},
		{"/healthz", "", 200, "ok"},
		{"/one/healthz", "", 200, "page /healthz of one"},
	} {
		status, _, body := ask(t, request(t, http.MethodGet, server.URL+c.path, c.accept, "", ""))
		if status != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d, %q, want %d, %q", c.path, status, body, c.status, c.want)
		}
	}
	response, err := http.Get(server.URL + "/two/sparql" + question)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if got := response.Header.Get("Trialweave-Warning"); got != "of two" {
		t.Errorf("warning %q, want that of the dataset", got)
	}
	_, _, metrics := ask(t, request(t, http.MethodGet, server.URL+"/metrics", "", "", ""))
	for _, want := range []string{
		`trialweave_http_responses_total{dataset="one",class="2xx"} 4`, `trialweave_http_responses_total{dataset="one",class="4xx"} 1`, `trialweave_http_responses_total{dataset="",class="4xx"} 2`,
		`trialweave_dataset_queries_running{dataset="two"} 0`, "\ntrialweave_queries_running 0",
	} {
		if !strings.Contains(metrics, want+"\n") {
			t.Errorf("the metrics lack %s:\n%s", want, metrics)
		}
	}
	if strings.Count(metrics, "# TYPE trialweave_http_responses_total") != 1 {
		t.Errorf("a type is said twice:\n%s", metrics)
	}
	lock.Lock()
	defer lock.Unlock()
	if len(records) == 0 || records[0].Dataset != "one" || records[1].Dataset != "two" {
		t.Errorf("%+v", records)
	}
}

// TestMetricsOfOneDataset holds that a service of one dataset names none.
func TestMetricsOfOneDataset(t *testing.T) {
	server := testServer(t, nil)
	_, _, metrics := ask(t, request(t, http.MethodGet, server.URL+"/metrics", "", "", ""))
	if strings.Contains(metrics, "dataset") || !strings.Contains(metrics, `trialweave_http_responses_total{class="2xx"} 0`) {
		t.Error(metrics)
	}
}

// TestDatasetsShareTheirSlots holds that queries about all datasets are let in at one
// place, which counts them, and that each dataset counts its own.
func TestDatasetsShareTheirSlots(t *testing.T) {
	server := severalDatasets(t, &Options{Limits: Limits{Time: 20 * time.Second}}, &HandlerOptions{Slots: 2})
	patterns := ""
	for i := range 40 {
		patterns += fmt.Sprintf("?a%d ?b%d ?c%d . ", i, i, i)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	for range 2 {
		go func() {
			defer func() { ended <- struct{}{} }()
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/two/sparql?query="+url.QueryEscape("ASK { "+patterns+"FILTER (?a0 = ?b39) }"), nil)
			if err != nil {
				t.Error(err)
				return
			}
			if response, err := http.DefaultClient.Do(r); err == nil {
				response.Body.Close()
			}
		}()
	}
	seen := ""
	for range 500 {
		_, _, seen = ask(t, request(t, http.MethodGet, server.URL+"/metrics", "", "", ""))
		if strings.Contains(seen, "\ntrialweave_queries_running 2\n") {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	for _, want := range []string{"\ntrialweave_queries_running 2\n", "{dataset=\"two\"} 2\n", "{dataset=\"one\"} 0\n"} {
		if !strings.Contains(seen, want) {
			t.Errorf("the metrics lack %q:\n%s", want, seen)
		}
	}
	if status, _, body := ask(t, request(t, http.MethodGet, server.URL+"/one/sparql?query="+url.QueryEscape("ASK { ?s ?p ?o }"), "text/csv", "", "")); status != http.StatusOK {
		t.Errorf("a short query: %d %s", status, body)
	}
	cancel()
	<-ended
	<-ended
}
