//go:build integration

package integration

import (
	"bufio"
	"context"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// TestClients asks trialweave serve by the clients that people have:
// SPARQLWrapper, RDFLib's SPARQLStore, fetch-sparql-endpoint, and fetch with the
// headers of YASGUI.
func TestClients(t *testing.T) {
	address := served(t, "../../testdata/studies")
	t.Run("python", func(t *testing.T) {
		if out := tools.Run(t, tools.Dir(t), wrapped(t), script(t, "clients.py"), address); out != "" {
			t.Error(out)
		}
	})
	t.Run("node", func(t *testing.T) {
		if out := tools.Run(t, tools.Dir(t), "node", script(t, "clients.js"), fetcher(t), address); out != "" {
			t.Error(out)
		}
	})
}

// served starts a service and returns where it is asked.
func served(t *testing.T, inputs ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, trialweave(t), append([]string{"serve", "--cors", "https://yasgui.example", "--listen", "127.0.0.1:0"}, inputs...)...)
	said, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was killed
	})
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if address := regexp.MustCompile(`http://\S+/sparql`).FindString(lines.Text()); address != "" {
			go func() {
				for lines.Scan() { // so that it can go on talking
				}
			}()
			return address
		}
	}
	t.Fatal("the service did not say where it is")
	return ""
}

// wrapped returns an interpreter that has SPARQLWrapper too.
func wrapped(t testing.TB) string {
	t.Helper()
	interpreter := python(t)
	tools.Installed(t, filepath.Join(filepath.Dir(filepath.Dir(interpreter)), "sparqlwrapper"), func() {
		tools.Run(t, tools.Dir(t), interpreter, "-m", "pip", "install", "-q", "SPARQLWrapper==2.0.0")
		save(t, filepath.Join(filepath.Dir(filepath.Dir(interpreter)), "sparqlwrapper"), nil)
	})
	return interpreter
}

// fetcher returns the folder that has fetch-sparql-endpoint.
func fetcher(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(tools.Dir(t), "fetcher")
	tools.Installed(t, filepath.Join(dir, "node_modules", "fetch-sparql-endpoint", "package.json"), func() {
		save(t, filepath.Join(dir, "package.json"), []byte("{}"))
		tools.Run(t, dir, "npm", "install", "--no-audit", "--no-fund", "--prefix", dir, "fetch-sparql-endpoint@7.2.0")
	})
	return dir
}
