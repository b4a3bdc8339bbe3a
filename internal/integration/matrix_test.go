//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// matrixFiles are the outputs of the matrix, by file.
var matrixFiles = []struct{ file, name string }{
	{"a.nq", "N-Quads"}, {"a.nt", "N-Triples"}, {"a.ttl", "Turtle"}, {"a.trig", "TriG"}, {"a.rdf", "RDF/XML"}, {"a.jelly", "Jelly"},
	{"annotated.jsonld", "JSON-LD annotated"}, {"expanded.jsonld", "expanded"}, {"compacted.jsonld", "compacted"},
}

const (
	matrixBegin = "<!-- written by TestMatrix -->\n"
	matrixEnd   = "<!-- end -->\n"
)

// TestMatrix reads each output with each tool, and holds the table of
// docs/reference/interop.md against what comes of it; -update writes the table. The
// triples are compared, since not all tools have graphs: the tests of single tools
// compare quads.
func TestMatrix(t *testing.T) {
	dir := t.TempDir()
	studies := []string{"../../testdata/studies/NCT99990001.json", "../../testdata/studies/NCT99990002.json", "../../testdata/studies/NCT99990003.json"}
	for _, f := range matrixFiles {
		args := append([]string{trialweave(t), "convert", "-o", filepath.Join(dir, f.file)}, studies...)
		switch form, jsonLD := strings.CutSuffix(f.file, ".jsonld"); {
		case jsonLD:
			args = append(args, "--form", form)
		case f.file == "a.rdf":
			args = []string{trialweave(t), "format", filepath.Join(dir, "a.nt"), "-o", filepath.Join(dir, f.file)}
		}
		tools.Run(t, ".", args...)
	}
	save(t, filepath.Join(dir, "expected.nt"), load(t, filepath.Join(dir, "a.nt")))
	var b strings.Builder
	b.WriteString("| |")
	for _, f := range matrixFiles {
		b.WriteString(" " + f.name + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(matrixFiles)) + "\n")
	row := func(tool string, cells map[string]string) {
		fmt.Fprintf(&b, "| %s |", tool)
		for _, f := range matrixFiles {
			cell := cells[f.file]
			if cell == "" {
				t.Errorf("%s says nothing of %s", tool, f.file)
			}
			b.WriteString(" " + cell + " |")
		}
		b.WriteString("\n")
	}
	for _, tool := range []struct{ name, version string }{{"pyoxigraph", "0.5.13"}, {"rdflib", "7.6.0 with pyjelly 0.8.2"}, {"lightrdf", "0.4.0"}, {"maplib", "0.20.26"}} {
		cells := map[string]string{}
		if err := json.Unmarshal([]byte(tools.Run(t, dir, matrixPython(t), script(t, "matrix.py"), tool.name, dir)), &cells); err != nil {
			t.Fatal(err)
		}
		row(tool.name+" "+tool.version, cells)
	}
	row("Jena 5.6.0 (riot)", jenaCells(t, dir))
	for line := range strings.Lines(b.String()) {
		t.Log(strings.TrimSpace(line))
	}
	holdTable(t, "../../docs/reference/interop.md", b.String())
}

// matrixPython has lightrdf and maplib, too.
func matrixPython(t *testing.T) string {
	t.Helper()
	interpreter := python(t)
	mark := filepath.Join(tools.Dir(t), "venv", "installed-matrix")
	tools.Installed(t, mark, func() {
		tools.Run(t, tools.Dir(t), interpreter, "-m", "pip", "install", "-q", "lightrdf==0.4.0", "maplib==0.20.26")
		save(t, mark, nil)
	})
	return interpreter
}

// jenaCells reads the files with riot.
func jenaCells(t *testing.T, dir string) map[string]string {
	t.Helper()
	want := lines(t, load(t, filepath.Join(dir, "expected.nt")))
	cells := map[string]string{}
	for _, f := range matrixFiles {
		if f.file == "a.jelly" {
			cells[f.file] = "has no reader"
			continue
		}
		got := lines(t, withoutGraphs(t, lines(t, []byte(rewritten(t, filepath.Join(dir, f.file))))))
		if cells[f.file] = "equal"; !slices.Equal(slices.Compact(got), slices.Compact(want)) {
			cells[f.file] = fmt.Sprintf("%d of %d", len(got), len(want))
		}
	}
	return cells
}

// holdTable compares the part of a page between two marks, or writes it.
func holdTable(t *testing.T, page, table string) {
	t.Helper()
	text := string(load(t, page))
	head, rest, ok := strings.Cut(text, matrixBegin)
	old, tail, closed := strings.Cut(rest, matrixEnd)
	switch {
	case !ok || !closed:
		t.Fatalf("%s has no place for the table", page)
	case *update:
		save(t, page, []byte(head+matrixBegin+table+matrixEnd+tail))
	case old != table:
		t.Errorf("%s has another table: run go test -tags integration ./internal/integration -run TestMatrix -update\n%s", page, table)
	}
}
