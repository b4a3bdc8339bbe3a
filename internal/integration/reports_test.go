//go:build integration

package integration

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// TestReportsAreRead has the programs that take reports read them: sarif-tools the
// SARIF, the types of reviewdog its own format. The names of files are those from the root of the
// repository, also when a folder of it is linted.
func TestReportsAreRead(t *testing.T) {
	triallint := triallint(t)
	repository := t.TempDir()
	tools.Run(t, repository, "git", "init", "-q")
	folder := filepath.Join(repository, "apis", "trials")
	save(t, filepath.Join(folder, "openapi.yml"), load(t, "../../testdata/governance/broken/openapi/trials.yml"))
	tools.Run(t, folder, triallint, "--fail-on", "never", "--ruleset", "spectral:oas", "--format", "sarif=report.sarif,rdjson=report.rdjson,json=report.json", "openapi.yml")
	var report struct {
		Findings []struct{ Severity string }
	}
	if err := json.Unmarshal(load(t, filepath.Join(folder, "report.json")), &report); err != nil || len(report.Findings) < 3 {
		t.Fatalf("%d findings: %v", len(report.Findings), err)
	}
	t.Run("sarif-tools", func(t *testing.T) {
		venv := filepath.Join(tools.Dir(t), "sarif")
		command := filepath.Join(venv, "bin", "sarif")
		tools.Installed(t, command, func() {
			tools.Run(t, tools.Dir(t), "python3", "-m", "venv", venv)
			tools.Run(t, tools.Dir(t), filepath.Join(venv, "bin", "python"), "-m", "pip", "install", "-q", "sarif-tools==3.0.5")
		})
		out := filepath.Join(t.TempDir(), "out.csv")
		tools.Run(t, folder, command, "csv", "--output", out, "report.sarif")
		text := string(load(t, out))
		if rows := strings.Count(text, "\n") - 1; rows != len(report.Findings) {
			t.Errorf("sarif-tools reads %d results, expected %d:\n%s", rows, len(report.Findings), text)
		}
		if !strings.Contains(text, "apis/trials/openapi.yml") {
			t.Errorf("the names are not those from the root:\n%s", text)
		}
	})
	t.Run("reviewdog", func(t *testing.T) {
		// The types that reviewdog reads the format by, which take no field that they do not have.
		dir := t.TempDir()
		save(t, filepath.Join(dir, "go.mod"), []byte("module read\n\ngo 1.26\n"))
		save(t, filepath.Join(dir, "main.go"), load(t, script(t, "rdjson.go.txt")))
		tools.Run(t, dir, "go", "get", "github.com/reviewdog/reviewdog/proto/rdf@v0.21.3", "google.golang.org/protobuf@v1.36.12")
		out := tools.Run(t, dir, "go", "run", ".", filepath.Join(folder, "report.rdjson"))
		if rows := strings.Count(out, "apis/trials/openapi.yml "); rows != len(report.Findings) {
			t.Errorf("reviewdog reads %d results, expected %d:\n%s", rows, len(report.Findings), out)
		}
	})
}
