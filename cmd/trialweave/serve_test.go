package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const sample = "../../testdata/sample.json"

// TestServe serves a study, and an index of it.
func TestServe(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	var fault bytes.Buffer
	std := &streams{in: strings.NewReader(""), out: io.Discard, err: &fault, engine: newEngine}
	if status := run(t.Context(), []string{"index", sample, "-o", dir}, std); status != 0 {
		t.Fatalf("exit %d, %s", status, &fault)
	}
	for _, input := range []string{sample, dir} {
		t.Run(filepath.Base(input), func(t *testing.T) { serveAndAsk(t, input) })
	}
}

// serveAndAsk starts the service, asks it through query --endpoint, and ends it.
func serveAndAsk(t *testing.T, input string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	said, errs := io.Pipe()
	ended := make(chan int, 1)
	log := filepath.Join(t.TempDir(), "queries.ndjson")
	go func() {
		std := &streams{in: strings.NewReader(""), out: io.Discard, err: errs, engine: newEngine}
		ended <- run(ctx, []string{"serve", input, "--listen", "127.0.0.1:0", "--query-log", log}, std)
		errs.Close()
	}()
	lines := bufio.NewScanner(said)
	if !lines.Scan() {
		t.Fatal("the service said nothing")
	}
	address := regexp.MustCompile(`http://\S+`).FindString(lines.Text())
	go func() {
		for lines.Scan() { // so that it can go on talking
		}
	}()
	var out, fault bytes.Buffer
	std := &streams{in: strings.NewReader(""), out: &out, err: &fault, engine: newEngine}
	status := run(ctx, []string{"query", "--format", "csv", "--endpoint", address, "SELECT ?nct { ?s <https://clinicaltrials.gov/ns/nct_id> ?nct }"}, std)
	if status != 0 || out.String() != "nct\r\nNCT99990000\r\n" {
		t.Errorf("exit %d, %q, %s", status, out.String(), &fault)
	}
	checkWarning(t, address)
	federated := `SELECT ?nct ?title { ?s <https://clinicaltrials.gov/ns/nct_id> ?nct SERVICE <` + address + `> { ?s <https://schema.org/name> ?title } }`
	out.Reset()
	status = run(ctx, []string{"query", federated, sample, "--format", "csv", "--service", address}, std)
	if status != 0 || !strings.HasPrefix(out.String(), "nct,title\r\nNCT99990000,") {
		t.Errorf("exit %d, %q, %s", status, out.String(), &fault)
	}
	status = run(ctx, []string{"query", federated, sample}, std)
	if said := fault.String(); status != 2 || !strings.Contains(said, address) || !strings.Contains(said, "hint: --service "+address) {
		t.Errorf("exit %d, %s", status, said)
	}
	cancel()
	if status := <-ended; status != 0 {
		t.Errorf("the service ended with %d, expected 0", status)
	}
	checkLog(t, log)
}

// checkLog checks that each query has a line.
func checkLog(t *testing.T, name string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) < 3 {
		t.Fatalf("%d lines in the log, expected one for each query:\n%s", len(lines), text)
	}
	var first struct {
		Time, Query  string
		Status, Rows int
		MS           float64
	}
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil || first.Time == "" || !strings.Contains(first.Query, "ns/nct_id") || first.Status != 200 || first.Rows != 1 || first.MS <= 0 {
		t.Errorf("%s: %+v, %v", lines[0], first, err)
	}
}

// checkWarning asks what a warning is due for, which is in the answer's header.
func checkWarning(t *testing.T, address string) {
	t.Helper()
	question := "SELECT ?nct ?title { ?s <http://clinicaltrials.gov/ns/nct_id> ?nct }"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"?default-graph-uri=http://e/none&query="+url.QueryEscape(question), nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	said := strings.Join(response.Header.Values("Trialweave-Warning"), "\n")
	if !strings.Contains(said, "did you mean <https://clinicaltrials.gov/ns/nct_id>?") || !strings.Contains(said, "?title is bound by no pattern") || !strings.Contains(said, "no graph of the data is named <http://e/none>") {
		t.Errorf("warnings %q", said)
	}
}

// TestServeSeveral serves an index and a file below their names, and asks both.
func TestServeSeveral(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	said, errs := io.Pipe()
	ended := make(chan int, 1)
	other := filepath.Join(t.TempDir(), "other.nq")
	if err := os.WriteFile(other, []byte("<http://e/s> <http://e/p> \"o\" .\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		std := &streams{in: strings.NewReader(""), out: io.Discard, err: errs, engine: newEngine}
		ended <- run(ctx, []string{"serve", "trials=" + sample, "small=" + other, "--listen", "127.0.0.1:0", "--title", "Both"}, std)
		errs.Close()
	}()
	lines := bufio.NewScanner(said)
	address := ""
	for ready := 0; ready < 2 && lines.Scan(); {
		if address == "" {
			address = strings.TrimSuffix(regexp.MustCompile(`http://\S+`).FindString(lines.Text()), "/")
		}
		if strings.Contains(lines.Text(), "answering at "+address+"/trials/sparql") || strings.Contains(lines.Text(), "small: 1 quads, 0 rejected records; answering at "+address+"/small/sparql") {
			ready++
		}
	}
	go func() {
		for lines.Scan() { // so that it can go on talking
		}
	}()
	for path, want := range map[string]string{
		"/": "<h1>Both</h1>", "/small/": "small", "/trials/study/NCT99990000": `href="/trials/study/NCT99990000/data`,
		"/small/sparql?query=SELECT%20?o%20{?s%20?p%20?o}": "o", "/trials/sparql": `action="/trials/sparql"`, "/small/data?default": `"o"`,
	} {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "text/html, */*;q=0.1")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("%s: %v, status %d, want %q in\n%.3000s", path, err, response.StatusCode, want, body)
		}
	}
	cancel()
	if status := <-ended; status != 0 {
		t.Errorf("the service ended with %d, expected 0", status)
	}
}

// TestNamesOfDatasets holds which inputs have names, and what names may be.
func TestNamesOfDatasets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a=b.nq")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(file))
	for inputs, want := range map[string]string{
		"x.index": "[]", "x.index y.index": "[]", "a=b.nq": "[]", "./x=y.nq": "[]",
		"a=x.index b-2=https://e.org/?q=1": "[{a x.index} {b-2 https://e.org/?q=1}]", "n=a=b.nq": "[{n a=b.nq}]",
		"a=x.index y.index":  "the input y.index has no name, expected NAME=INPUT for each dataset",
		"a=x A=y":            `two datasets have the name "A", expected a name of its own for each`,
		"ä=x":                `the name "ä" of a dataset is invalid, expected up to 64 letters, digits, _ and -`,
		"=x":                 `the name "" of a dataset is invalid`,
		"sparql=x":           `the name "sparql" of a dataset is a path of the service, expected none of assets, data, healthz, metrics, sparql`,
		"a=":                 `the dataset "a" has no input, expected NAME=INPUT`,
		".well-known=x.nq":   "is invalid",
		"one=x two=y three=": `the dataset "three" has no input`,
	} {
		got, err := named(strings.Fields(inputs))
		if said := fmt.Sprint(got); err == nil && said != want || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %s, %v, want %s", inputs, said, err, want)
		}
	}
}
