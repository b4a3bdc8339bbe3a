//go:build integration

package integration

import (
	"archive/zip"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// TestOnADay asks what the primary outcomes were on several days, of real studies
// with several versions: graphs for versions and statements with their times have
// the same answer, over the files and over an index.
func TestOnADay(t *testing.T) {
	versions := filepath.Join(tools.Root(t), "../shared/data/v2-older")
	later := laterVersions(t, versions)
	dir := t.TempDir()
	for name, options := range map[string][]string{"graphs": nil, "statements": {"--statements"}} {
		args := append([]string{trialweave(t), "convert", "--history", versions, later, "-o", filepath.Join(dir, name+".nq")}, options...)
		tools.Run(t, ".", args...)
		tools.Run(t, ".", trialweave(t), "index", filepath.Join(dir, name+".nq"), "-o", filepath.Join(dir, name))
	}
	ask := func(question, data, day string) string {
		return tools.Run(t, ".", trialweave(t), "query", question, filepath.Join(dir, data), "-p", "day="+day, "--format", "csv")
	}
	seen := map[string]bool{}
	for _, day := range []string{"2023-06-24", "2023-06-27", "2023-12-31", "2024-06-01", "2025-10-01", "2026-06-01"} {
		graphs := ask("32", "graphs", day)
		if statements := ask("33", "statements", day); graphs != statements {
			t.Errorf("%s: %d rows in graphs, %d in statements\n%s\n%s", day, strings.Count(graphs, "\n"), strings.Count(statements, "\n"), graphs, statements)
		}
		if day == "2024-06-01" && (graphs != ask("32", "graphs.nq", day) || graphs != ask("33", "statements.nq", day)) {
			t.Errorf("%s: files and indexes differ", day)
		}
		seen[graphs] = true
		t.Logf("%s: %d rows", day, strings.Count(graphs, "\n")-1)
	}
	if len(seen) < 4 {
		t.Errorf("%d different answers on six days", len(seen))
	}
}

// laterVersions is a folder with the versions that the collection of real studies
// has of those in a folder.
func laterVersions(t *testing.T, earlier string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(earlier, "NCT*.json"))
	if err != nil || len(names) == 0 {
		t.Skip("the real studies with several versions are not here")
	}
	wanted := map[string]bool{}
	for _, name := range names {
		id, _, _ := strings.Cut(filepath.Base(name), ".")
		wanted[id] = true
	}
	z, err := zip.OpenReader(filepath.Join(earlier, "../ctg-studies-visible.json.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	dir := t.TempDir()
	for _, f := range z.File {
		if id, _, _ := strings.Cut(filepath.Base(f.Name), "."); !wanted[id] {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		save(t, filepath.Join(dir, filepath.Base(f.Name)), data)
	}
	return dir
}

// TestLoadStatements: oxigraph and Fuseki take the statements of studies and count
// what we count; a sync finds nothing to do.
func TestLoadStatements(t *testing.T) {
	file := filepath.Join(t.TempDir(), "statements.nq")
	tools.Run(t, ".", trialweave(t), "convert", "--statements", "../../testdata/studies", "-o", file)
	const count = `SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?r <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( ?s ?p ?o )>> ; <https://w3id.org/trialweave/ns#from> ?from } }`
	want := 0
	for line := range strings.Lines(string(load(t, file))) {
		if strings.Contains(line, "> <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( ") {
			want++
		}
	}
	for _, kind := range servers[:2] {
		t.Run(kind.name, func(t *testing.T) {
			s := kind.make(t)
			s.fresh(t)
			s.must(t, "load", s.target, file)
			if got := s.count(t, count); got != want {
				t.Errorf("%d reified statements, expected %d", got, want)
			}
			if said := s.must(t, "sync", s.target, file); !strings.Contains(said, "0 new, 0 replaced") {
				t.Errorf("a sync finds something to do: %s", said)
			}
		})
	}
}
