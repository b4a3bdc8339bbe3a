package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/storetest"
	"github.com/trialweave/trialweave/store"
)

// TestLoadRDF12: stores that take RDF 1.2 get triple terms and directions; for the
// others a file with them is refused by name, before anything is sent.
func TestLoadRDF12(t *testing.T) {
	file := filepath.Join(t.TempDir(), "statements.nq")
	const lines = `<http://e/r> <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( <http://e/s> <http://e/p> "o" )>> <http://e/g> .
<http://e/s> <http://e/p> "o"@ar--rtl <http://e/g> .
`
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []store.Kind{store.Oxigraph, store.Fuseki, store.RDF4J, store.Virtuoso} {
		t.Run(string(kind), func(t *testing.T) {
			s := storetest.New(t, kind)
			var out, fault bytes.Buffer
			target := s.Target()
			status := run(t.Context(), []string{"load", string(target.Kind) + ":" + target.Address, file, "--no-model", "--state", t.TempDir()}, &streams{out: &out, err: &fault, engine: newEngine})
			dump := strings.Join(s.Dump(), "")
			takes := slices.ContainsFunc(store.Capabilities(), func(c store.Capability) bool { return c.Kind == kind && c.RDF12 })
			switch {
			case takes && (status != 0 || !strings.Contains(dump, "<<( ") || !strings.Contains(dump, "@ar--rtl")):
				t.Errorf("status %d: %s%s", status, fault.String(), dump)
			case !takes && (status == 0 || dump != "" || !strings.Contains(fault.String(), "is RDF 1.2, which ") || !strings.Contains(fault.String(), "--to-1.1")):
				t.Errorf("status %d: %s%s", status, fault.String(), dump)
			}
		})
	}
}
