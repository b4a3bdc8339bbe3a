//go:build integration

package integration

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/rdf"
)

// countQuads reads a file back with our reader: each quad once, and the
// literals apart.
func countQuads(t *testing.T, path string) (quads int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range rdf.Read(unpacked, rdf.NQuads, nil) {
		if err != nil {
			t.Fatal(err)
		}
		quads++
	}
	return quads
}

// TestStoresTakeTheWholeRun: oxigraph and Jena TDB2 load all.nq.gz unchanged,
// and count as many quads as we wrote. So no quad is written twice.
func TestStoresTakeTheWholeRun(t *testing.T) {
	all := allQuads(t)
	want := countQuads(t, all)
	t.Logf("%d quads", want)
	t.Run("oxigraph", func(t *testing.T) {
		out := tools.Run(t, tools.Dir(t), python(t), script(t, "oxigraph_load.py"), all, t.TempDir())
		if got := lastNumber(t, out); got != want {
			t.Errorf("oxigraph counts %d quads, expected %d", got, want)
		}
	})
	t.Run("tdb2", func(t *testing.T) {
		location := filepath.Join(t.TempDir(), "tdb2")
		jena(t, "tdb2.tdbloader", "--loc", location, all)
		out := jena(t, "tdb2.tdbquery", "--loc", location, "--results", "csv", "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
		if got := lastNumber(t, out); got != want {
			t.Errorf("TDB2 counts %d quads, expected %d", got, want)
		}
	})
}

func lastNumber(t testing.TB, out string) int {
	t.Helper()
	words := strings.Fields(out)
	n, err := strconv.Atoi(words[len(words)-1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestNoIllTypedLiteral: Jena's riot finds no ill-typed literal and no bad IRI
// in the whole run, and rdflib none in the fixtures; both find those that are
// put there.
func TestNoIllTypedLiteral(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.nq")
	save(t, bad, []byte("<urn:x:s> <urn:x:p> \"2020-01\"^^<http://www.w3.org/2001/XMLSchema#date> <urn:x:g> .\n"+
		"<urn:x:s> <urn:x:p> \"4,5\"^^<http://www.w3.org/2001/XMLSchema#decimal> <urn:x:g> .\n"))
	t.Run("riot", func(t *testing.T) {
		if got := strings.Count(riot(t, "--validate", bad), "Lexical form"); got != 2 {
			t.Errorf("riot finds %d of 2 bad literals", got)
		}
		if out := riot(t, "--validate", allQuads(t)); strings.Contains(out, "WARN") || strings.Contains(out, "ERROR") {
			t.Errorf("%.3000s", out)
		}
	})
	t.Run("rdflib", func(t *testing.T) {
		fixtures := filepath.Join(t.TempDir(), "fixtures.nq")
		tools.Run(t, ".", trialweave(t), "convert", "../../testdata/studies", "-o", fixtures)
		if got := lastNumber(t, tools.Run(t, tools.Dir(t), python(t), script(t, "rdflib_literals.py"), bad)); got != 2 {
			t.Errorf("rdflib finds %d of 2 bad literals", got)
		}
		if out := tools.Run(t, tools.Dir(t), python(t), script(t, "rdflib_literals.py"), fixtures); lastNumber(t, out) != 0 {
			t.Errorf("rdflib: %.3000s", out)
		}
	})
}
