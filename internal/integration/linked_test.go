//go:build integration

package integration

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/tools"
)

// TestLinkedData follows links from a study to its sponsor to the sponsor's other
// studies, by content negotiation alone: rdflib and pyoxigraph in each syntax that
// they read, and Jena. The data has the service's own address as base.
func TestLinkedData(t *testing.T) {
	port := tools.Port(t)
	data := filepath.Join(tools.Dir(t), "linked.nq")
	tools.Run(t, ".", trialweave(t), "convert", "../../testdata/studies", "--base", "http://127.0.0.1:"+port+"/", "-o", data)
	address := strings.TrimSuffix(served(t, data, "--listen", "127.0.0.1:"+port), "sparql")
	if out := tools.Run(t, tools.Dir(t), python(t), script(t, "linked.py"), address); out != "" {
		t.Error(out)
	}
	for _, path := range []string{"study/NCT99990001", "ns/ctg/overall_status"} {
		if said := riot(t, "--output=nquads", address+path); !strings.Contains(said, "<https://clinicaltrials.gov/") || strings.Contains(said, "ERROR riot") {
			t.Errorf("Jena reads of %s: %.600s", path, said)
		}
	}
}
