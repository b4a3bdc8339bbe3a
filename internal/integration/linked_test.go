//go:build integration

package integration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// TestLinkedData follows links from a study to its sponsor to the sponsor's other
// studies, by content negotiation alone: rdflib and pyoxigraph in each syntax that
// they read, Jena, and Comunica. The data has the service's own address as base.
func TestLinkedData(t *testing.T) {
	port := tools.Port(t)
	data := filepath.Join(tools.Dir(t), "linked.nq")
	tools.Run(t, ".", trialweave(t), "convert", "../../testdata/studies", "--base", "http://127.0.0.1:"+port+"/", "-o", data)
	address := strings.TrimSuffix(served(t, data, "--listen", "127.0.0.1:"+port), "sparql")
	if out := tools.Run(t, tools.Dir(t), python(t), script(t, "linked.py"), address); out != "" {
		t.Error(out)
	}
	if out := tools.Run(t, jenaDir(t), "java", "-Xmx1g", "-cp", "lib/*", script(t, "Linked.java"), address); out != "" {
		t.Error(out)
	}
	dir := filepath.Join(tools.Dir(t), "comunica")
	tools.Installed(t, filepath.Join(dir, "node_modules", "@comunica", "query-sparql", "package.json"), func() {
		if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // as public as the checkout
			t.Fatal(err)
		}
		tools.Run(t, dir, "npm", "install", "--no-audit", "--no-fund", "--prefix", dir, "@comunica/query-sparql@4.4.1")
	})
	if out := tools.Run(t, dir, "env", "NODE_PATH="+filepath.Join(dir, "node_modules"), "node", script(t, "linked.js"), address); out != "" {
		t.Error(out)
	}
}
