package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
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
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"?query="+url.QueryEscape(question), nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	said := strings.Join(response.Header.Values("Trialweave-Warning"), "\n")
	if !strings.Contains(said, "did you mean <https://clinicaltrials.gov/ns/nct_id>?") || !strings.Contains(said, "?title is bound by no pattern") {
		t.Errorf("warnings %q", said)
	}
}
