// Package examples tests the programs below it, which use the public API alone.
package examples

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave"
)

// build builds a command and returns its path.
func build(t *testing.T, command string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), filepath.Base(command))
	run(t, "", "go", "build", "-o", out, command)
	return out
}

func run(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...) //nolint:gosec // what the test says
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return out.String()
}

func TestExamples(t *testing.T) {
	const studies = "../testdata/studies"
	lines := run(t, "", build(t, "./convert"), studies)
	if n := strings.Count(lines, "\n"); n < 1000 {
		t.Errorf("convert writes %d lines", n)
	}
	index := filepath.Join(t.TempDir(), "index")
	if err := trialweave.Build(t.Context(), index, []string{studies}, nil); err != nil {
		t.Fatal(err)
	}
	if out := run(t, "", build(t, "./ask"), index, "SELECT ?study { ?study ctg:nct_id 'NCT99990001' }"); !strings.Contains(out, "/NCT99990001>") {
		t.Errorf("ask prints %q", out)
	}
	if out := run(t, "", build(t, "./validate"), studies); !strings.Contains(out, "/protocolSection/") {
		t.Errorf("validate prints %q", out)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "api.yml"), []byte("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := run(t, "", build(t, "./ruleset"), folder); !strings.Contains(out, "api.yml:2:6 warn info-contact") {
		t.Errorf("ruleset prints %q", out)
	}
	const rdfxml = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/"><rdf:Description rdf:about="a" e:name="A"/></rdf:RDF>`
	if out := run(t, rdfxml, build(t, "./rdfxml"), "http://example.org/"); !strings.Contains(out, `"A"`) {
		t.Errorf("rdfxml prints %q", out)
	}
}
