//go:build !lean

package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/trialweave/trialweave/internal/test/mcpclient"
)

// mcpIndex is an index of the studies of the tests.
func mcpIndex(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "ctg.index")
	var errs strings.Builder
	std := &streams{in: strings.NewReader(""), out: io.Discard, err: &errs, engine: newEngine}
	if status := run(t.Context(), []string{"index", "../../testdata/studies", "-o", dir}, std); status != exitDone {
		t.Fatalf("index: %d %s", status, &errs)
	}
	return dir
}

// TestMCPTools calls every tool by a client of the SDK, in this process.
func TestMCPTools(t *testing.T) {
	command := mcpCmd{Inputs: []string{mcpIndex(t)}, Model: "auto", Timeout: time.Minute, Memory: 2, Search: 64}
	std := &streams{in: strings.NewReader(""), out: io.Discard, err: os.Stderr, engine: newEngine}
	x, _, err := (&queryCmd{Inputs: command.Inputs, Model: "auto"}).build(t.Context(), std)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	tools, end := command.tools(t.Context(), std, x)
	t.Cleanup(end)
	session := mcpclient.InProcess(t, tools.server(time.Minute).MCP)
	listed, err := session.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	id := someStudy(t, session)
	called := map[string]bool{}
	for _, tt := range []struct {
		tool string
		in   map[string]any
		want []string
		fail bool
	}{
		{"find_studies", map[string]any{"limit": 1}, []string{`"total":`, `"id":"NCT`, `"name":"status","values":[{`}, false},
		{"find_studies", map[string]any{"words": id}, []string{`"total":1`, id}, false},
		{"find_studies", map[string]any{"words": "zyxwvut"}, []string{`"total":0`, `"unknown":["zyxwvut"]`, `"studies":[]`}, false},
		{"find_studies", map[string]any{"words": strings.Repeat("x", 600)}, []string{"expected at most 500"}, true},
		{"get_study", map[string]any{"id": strings.ToLower(id)}, []string{`"json":{`, `"protocolSection"`, id}, false},
		{"get_study", map[string]any{"id": id, "pointer": "/protocolSection/identificationModule/nctId"}, []string{`"json":"` + id + `"`}, false},
		{"get_study", map[string]any{"id": id, "most": 100}, []string{`"parts":[{`, `"pointer":"/protocolSection"`}, false},
		{"get_study", map[string]any{"id": id, "pointer": "/protocolSection/nothing"}, []string{"has nothing at /protocolSection/nothing"}, true},
		{"get_study", map[string]any{"id": id, "format": "turtle", "most": 500000}, []string{`"turtle":"`, `ctg:nct_id \"` + id}, false},
		{"get_study", map[string]any{"id": id, "format": "turtle", "most": 100}, []string{"more than 100"}, true},
		{"get_study", map[string]any{"id": id, "format": "xml"}, []string{"expected json or turtle"}, true},
		{"get_study", map[string]any{"id": "NCT99999999"}, []string{"NCT99999999 is not in this dataset"}, true},
		{"get_study", map[string]any{"id": "five"}, []string{"expected NCT and eight digits"}, true},
		{"vocabulary", map[string]any{"word": "overallStatus"}, []string{`"explained":[{`, "ctg:overall_status"}, false},
		{"vocabulary", map[string]any{"word": "adverse event"}, []string{`"found":[{`}, false},
		{"vocabulary", map[string]any{"word": "zyxwvut"}, []string{"is not a path"}, true},
		{"questions", nil, []string{`"questions":[{"name":"01-`}, false},
		{"questions", map[string]any{"name": "01"}, []string{`"sparql":"`, "SELECT"}, false},
		{"questions", map[string]any{"name": "none"}, []string{"no bundled question"}, true},
		{"query", map[string]any{"sparql": "SELECT ?s ?n { ?s ctg:nct_id ?n } ORDER BY ?n", "limit": 1}, []string{`"columns":["s","n"]`, `"more":true`, `"type":"iri"`}, false},
		{"query", map[string]any{"sparql": `ASK { ?s ctg:nct_id "` + id + `" }`}, []string{`"answer":true`}, false},
		{"query", map[string]any{"sparql": `CONSTRUCT WHERE { ?s ctg:nct_id "` + id + `" }`}, []string{`ctg:nct_id \"` + id}, false},
		{"query", map[string]any{"sparql": "SELECT ?x { ?x ctg:nct_idd ?y }"}, []string{`"rows":[]`, `"warnings":["`}, false},
		{"query", map[string]any{"sparql": "SELEC"}, []string{"the query: "}, true},
		{"query", map[string]any{"sparql": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, []string{"SERVICE"}, true},
		{"query", map[string]any{"sparql": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?a ?b ?x . ?d ?e ?y . ?f ?g ?z BIND(CONCAT(STR(?x), STR(?y), STR(?z)) AS ?c) }"}, []string{"limit"}, true},
	} {
		called[tt.tool] = true
		got, failed := mcpclient.Call(t, session, tt.tool, tt.in)
		for _, want := range tt.want {
			if failed != tt.fail || !strings.Contains(got, want) {
				t.Errorf("%s %v: %t %.1500s, want %s", tt.tool, tt.in, failed, got, want)
			}
		}
	}
	for _, tool := range listed.Tools {
		if !called[tool.Name] || tool.OutputSchema == nil || !tool.Annotations.ReadOnlyHint {
			t.Errorf("the tool %s is not called, or not described", tool.Name)
		}
	}
}

// someStudy is the number of a study of the index.
func someStudy(t *testing.T, session *mcp.ClientSession) string {
	t.Helper()
	got, failed := mcpclient.Call(t, session, "find_studies", map[string]any{"limit": 1})
	var found findOut
	if err := json.Unmarshal([]byte(got), &found); failed || err != nil || len(found.Studies) != 1 {
		t.Fatalf("%s %v", got, err)
	}
	return found.Studies[0].ID
}

// TestMCPProcess talks to the command as a child process, which ends with its input
// and on SIGTERM.
func TestMCPProcess(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := mcpIndex(t)
	start := func(ctx context.Context) *exec.Cmd {
		c := exec.CommandContext(ctx, self, "mcp", dir)
		c.Env = append(os.Environ(), "TRIALWEAVE_TEST_MAIN=1")
		return c
	}
	session := mcpclient.Start(t, start(t.Context()))
	if id := someStudy(t, session); !strings.HasPrefix(id, "NCT") {
		t.Error(id)
	}
	if err := session.Close(); err != nil {
		t.Errorf("with its input closed: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	killed := start(ctx)
	in, err := killed.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	said, err := killed.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := said.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if err := killed.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, said)
	if err := killed.Wait(); ctx.Err() != nil {
		t.Errorf("SIGTERM does not end it: %v", err)
	}
}
