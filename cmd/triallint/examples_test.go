package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/payload"
)

// TestExamplesOfChecks runs the command on the example of each check: it has the
// finding on the bad one, and not on the good one.
func TestExamplesOfChecks(t *testing.T) {
	corpus, err := lint.Load(fstest.MapFS{"d.yml": {Data: []byte("openapi: 3.1.0\n")}}, []string{"d.yml"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range lint.Checks() {
		e, _ := lint.Explain(corpus, &lint.Options{}, c.ID)
		var named []string
		if c.ID == "document-unknown" { // of documents that are asked for by name
			named = []string{"ships.yml"}
		}
		exampleOf(t, c.ID, e.Bad, e.Good, append([]string{"lint"}, named...))
	}
	for _, c := range payload.Checks() {
		bad, good := payload.Example(c.ID)
		args := []string{"payload", "--openapi", "ships.yml", "--schema", "Ship", "records.ndjson"}
		if strings.Contains(bad, "-- context.jsonld --") {
			args = append(args, "--context", "context.jsonld")
		}
		exampleOf(t, c.ID, bad, good, args)
	}
}

func exampleOf(t *testing.T, id, bad, good string, args []string) {
	t.Helper()
	t.Run(id, func(t *testing.T) {
		if bad == "" || good == "" {
			t.Fatal("has no example")
		}
		if !slices.Contains(foundIn(t, bad, args), id) {
			t.Error("has no finding on the bad example")
		}
		if slices.Contains(foundIn(t, good, args), id) {
			t.Error("has a finding on the good example")
		}
	})
}

// foundIn are the rules that have findings in the files of an archive.
func foundIn(t *testing.T, archive string, args []string) (ids []string) {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	var out, errs bytes.Buffer
	status := run(t.Context(), append(args, "--format", "json", "--fail-on", "never"), &streams{in: strings.NewReader(""), out: &out, err: &errs})
	var report struct {
		Findings []struct{ Rule string }
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatalf("exit %d: %v\n%s%s", status, err, &out, &errs)
	}
	for _, f := range report.Findings {
		ids = append(ids, f.Rule)
	}
	return ids
}
