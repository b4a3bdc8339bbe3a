//go:build integration

package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// asked is what came of a question: how long it took, and its rows.
type asked struct {
	Seconds float64  `json:"seconds"`
	Rows    []string `json:"rows"`
}

// peakOf watches a process until it ends, and returns its peak memory in MB. The
// one that is in its usage is at least that of the process that started it.
func peakOf(pid int, ended <-chan error) (peak int, err error) {
	for {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // nothing once it ended
		for line := range strings.Lines(string(status)) {
			kB := 0
			if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kB); n == 1 {
				peak = max(peak, kB>>10)
			}
		}
		select {
		case err := <-ended:
			return peak, err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// TestQuestionsOverAnIndex asks the bundled questions of an index on disk and
// of oxigraph, and compares rows and times. Oxigraph gets what convert writes.
func TestQuestionsOverAnIndex(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	cmd := exec.CommandContext(t.Context(), trialweave(t), "index", allStudies(t), "-o", dir)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	peak, err := peakOf(cmd.Process.Pid, ended)
	if err != nil {
		t.Fatalf("%v: %s", err, &out)
	}
	took := time.Since(start)
	t.Logf("index: %.1f s, %.1f CPU s, %d MB", took.Seconds(), (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), peak)
	if peak > 500 {
		t.Errorf("%d MB, expected 500 at most", peak)
	}
	theirs := oxigraphAnswers(t)
	t.Logf("oxigraph: loaded in %.1f s", theirs["load"].Seconds)
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	x, err := index.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	var ours, other []float64
	for _, q := range model.Queries() {
		got, want := answer(t, x, q.SPARQL), theirs[q.Name]
		t.Logf("%.4f s, oxigraph %.4f s, %d rows: %s", got.Seconds, want.Seconds, len(got.Rows), q.Name)
		ours, other = append(ours, got.Seconds), append(other, want.Seconds)
		if d := differences(rounded(want.Rows), rounded(got.Rows)); d != "" {
			t.Errorf("%s:\n%s", q.Name, d)
		}
	}
	slices.Sort(ours)
	slices.Sort(other)
	t.Logf("median %.4f s, most %.4f s; oxigraph %.4f s, %.4f s", ours[len(ours)/2], ours[len(ours)-1], other[len(other)/2], other[len(other)-1])
}

var longDecimal = regexp.MustCompile(`"(-?\d+\.\d{12})\d*"\^\^<http://www.w3.org/2001/XMLSchema#decimal>`)

// rounded cuts decimals that have no end: oxigraph cuts them after 18 digits,
// and we round there.
func rounded(rows []string) []string {
	var out []string
	for _, r := range rows {
		out = append(out, longDecimal.ReplaceAllString(r, `"$1…"`))
	}
	slices.Sort(out)
	return out
}

// answer is the best of three times, and the rows in any sequence.
func answer(t *testing.T, x *index.Index, text string) asked {
	t.Helper()
	q, err := sparql.Parse(text, "")
	if err != nil {
		t.Fatal(err)
	}
	best := asked{Seconds: 1e9}
	for range 3 {
		start := time.Now()
		var rows []string
		for row, err := range q.Rows(context.Background(), x, nil) {
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, strings.Join(bound(q, row), " "))
		}
		best = asked{min(best.Seconds, time.Since(start).Seconds()), rows}
	}
	slices.Sort(best.Rows)
	return best
}

// bound is what a row binds, NAME=TERM, in the sequence of the variables.
func bound(q *sparql.Query, row []rdf.Term) []string {
	var cells []string
	for i, term := range row {
		if !term.IsZero() {
			cells = append(cells, q.Variables[i]+"="+term.String())
		}
	}
	return cells
}

func oxigraphAnswers(t *testing.T) map[string]asked {
	t.Helper()
	dir := t.TempDir()
	quads, queries := filepath.Join(dir, "all.nq"), filepath.Join(dir, "queries.json")
	tools.Run(t, ".", trialweave(t), "convert", allStudies(t), "-o", quads)
	appendTo(t, quads, modelLines(t))
	list := map[string]string{}
	for _, q := range model.Queries() {
		list[q.Name] = q.SPARQL
	}
	data, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	save(t, queries, data)
	out := map[string]asked{}
	if err := json.Unmarshal([]byte(tools.Run(t, dir, python(t), script(t, "oxigraph_questions.py"), quads, queries)), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// modelLines are the model, in the graph that an index has it in.
func modelLines(t *testing.T) []byte {
	t.Helper()
	var lines []byte
	for _, data := range [][]byte{model.Ontology(), model.Enums(), model.CountryNames()} {
		for q, err := range rdf.Read(bytes.NewReader(data), rdf.Turtle, nil) {
			if err != nil {
				t.Fatal(err)
			}
			q.Graph = rdf.IRI(model.DefaultBase + "graph/model")
			lines = rdf.AppendQuad(lines, q)
		}
	}
	return lines
}

func appendTo(t *testing.T, path string, data []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.Write(data)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(fmt.Errorf("%s: %w", path, err))
	}
}
