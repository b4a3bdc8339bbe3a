//go:build integration

package integration

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/mapping/model"
)

// jenaCommand writes a script that runs a class of Jena and returns its path.
func jenaCommand(t testing.TB, class string) string {
	t.Helper()
	path := filepath.Join(tools.Dir(t), "bin", class)
	save(t, path, []byte("#!/bin/sh\nexec java -Xmx2g -cp '"+jenaDir(t)+"/lib/*' "+class+" \"$@\"\n"))
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// offline tells that the loader for a full load fills a folder of which no server
// knows yet.
func (s *server) offline() bool { return s.name == "oxigraph" || s.name == "fuseki" }

// fill loads everything in the way that is best for a full load.
func (s *server) fill(t testing.TB, input string) {
	t.Helper()
	s.empty(t)
	s.loadAll(t, input)
	if s.offline() {
		s.start(t)
	}
}

// empty makes ready for a full load.
func (s *server) empty(t testing.TB) {
	t.Helper()
	if !s.offline() {
		s.fresh(t)
		return
	}
	s.kill()
	if err := os.RemoveAll(s.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		t.Fatal(err)
	}
}

// loadAll is the full load itself.
func (s *server) loadAll(t testing.TB, input string) {
	t.Helper()
	bulk := s.dir + ".bulk"
	defer os.RemoveAll(bulk)
	switch s.name {
	case "oxigraph":
		s.must(t, "load", "oxigraph:"+s.dir+"/db", input, "--loader", oxigraph(t))
	case "fuseki":
		s.must(t, "load", "fuseki:"+s.target, input, "--bulk", bulk, "--plain")
		t.Setenv("TDBLOADER", jenaCommand(t, "tdb2.tdbloader"))
		t.Setenv("TDBQUERY", jenaCommand(t, "tdb2.tdbquery"))
		tools.Run(t, ".", "sh", bulk+"/load.sh", s.dir+"/db")
	case "rdf4j":
		s.must(t, "load", "rdf4j:"+s.target, input, "--bulk", bulk, "--plain")
		tools.Run(t, ".", "sh", bulk+"/load.sh", s.target)
	case "virtuoso":
		s.must(t, "load", "virtuoso:"+s.target, input, "--bulk", bulk, "--plain")
		t.Setenv("VIRTUOSO_PASSWORD", "secret")
		tools.Run(t, ".", "sh", bulk+"/load.sh", "127.0.0.1:"+s.port)
	}
}

// TestStoresHoldEverything loads all studies into each server by the best way,
// compares the counts with what was converted, and asks three questions there
// and of the files. Then nothing is left for a sync to do.
func TestStoresHoldEverything(t *testing.T) {
	input := allStudies(t)
	counted := strings.Split(tools.Run(t, ".", command(t), "stats", input, "--format", "tsv"), "\n")
	records := 0
	for _, line := range counted {
		if f := strings.Split(line, "\t"); len(f) == 3 && f[0] == "graph" && strings.HasSuffix(f[1], "#record") {
			n, _ := strconv.Atoi(f[2])
			records += n
		}
	}
	asked := portion.Of(servers, 2)
	t.Logf("all studies in %d of %d stores; make soak has them all", len(asked), len(servers))
	for _, kind := range asked {
		t.Run(kind.name, func(t *testing.T) {
			s := kind.make(t)
			start := time.Now()
			s.fill(t, input)
			t.Logf("loaded in %.0f s", time.Since(start).Seconds())
			got := s.count(t, `SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), "https://clinicaltrials.gov/study/")) }`)
			if got != records {
				t.Errorf("%d quads in graphs of studies, expected %d", got, records)
			}
			t.Logf("%d quads in graphs of studies, as converted", got)
			for _, q := range model.Queries() {
				if !slices.Contains([]string{"10-why-stopped", "16-nih-grants", "27-protocol-and-sap-posted"}, q.Name) {
					continue
				}
				want := rows(t, []byte(tools.Run(t, ".", command(t), "query", q.Name, input, "--format", "csv")))
				if found := rows(t, s.get(t, q.SPARQL, "text/csv")); !slices.Equal(want, found) {
					t.Errorf("%s: %d rows, expected %d", q.Name, len(found), len(want))
				} else {
					t.Logf("%s: %d rows, as over the files", q.Name, len(found))
				}
			}
			capabilities.note(t, fmt.Sprintf("all studies: %d quads in their graphs, three questions as over the files", records), s.name, "yes")
			if s.name == "oxigraph" {
				return // its journal is that of the folder
			}
			if said := s.must(t, "sync", s.target, input); !strings.Contains(said, "0 new, 0 replaced") {
				t.Errorf("a sync finds something to do: %s", said)
			}
		})
	}
}

// rows are the sorted rows of an answer.
func rows(t testing.TB, data []byte) []string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil || len(all) < 3 {
		t.Fatalf("%d rows: %v", len(all), err)
	}
	var out []string
	for _, row := range all[1:] {
		out = append(out, strings.Join(row, "\x1f"))
	}
	slices.Sort(out)
	return out
}
