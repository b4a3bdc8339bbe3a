//go:build integration

package integration

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// TestBuildTags holds what a build with tags leaves out: neither command links it, what
// needs it is refused by name before it does anything, and everything else, README's
// first command among it, does what it does in a whole build.
func TestBuildTags(t *testing.T) {
	root, bin := tools.Root(t), t.TempDir()
	const tags = "lean"
	tools.Run(t, root, "go", "build", "-tags", tags, "-o", bin, "./cmd/...")
	linked := tools.Run(t, root, "go", "list", "-tags", tags, "-deps", "./cmd/...")
	for _, library := range []string{"daveshanley/vacuum", "parquet-go", "jackc", "modelcontextprotocol", "libopenapi/what-changed"} {
		if strings.Contains(linked, library) {
			t.Errorf("a build with -tags %s links %s", tags, library)
		}
	}
	dir := t.TempDir()
	ran := func(command string, args ...string) (string, int) {
		t.Helper()
		var out bytes.Buffer
		c := exec.CommandContext(t.Context(), command, args...)
		c.Dir, c.Stdout, c.Stderr = dir, &out, &out
		err := c.Run()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return out.String(), c.ProcessState.ExitCode()
	}
	studies := filepath.Join(root, "testdata", "studies")
	for _, refused := range []struct{ command, args, names string }{
		{"trialweave", "convert " + studies + " --format parquet -o tables", "lean"},
		{"trialweave", "query 10-why-stopped " + studies + " --format parquet -o rows.parquet", "lean"},
		{"trialweave", "model tables", "lean"},
		{"trialweave", "convert postgres://127.0.0.1:1/absent", "lean"},
		{"trialweave", "mcp absent.index", "lean"},
		{"triallint", "mcp", "lean"},
		{"triallint", "--engine vacuum .", "novacuum"},
	} {
		out, status := ran(filepath.Join(bin, refused.command), strings.Fields(refused.args)...)
		if status != 2 || !strings.Contains(out, "not in this build: it was built with -tags "+refused.names) {
			t.Errorf("%s %s: exit %d: %s", refused.command, refused.args, status, out)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); left != nil {
		t.Errorf("commands that were refused left %v", left)
	}
	for _, said := range [][]string{{"trialweave", "--version"}, {"trialweave", "doctor"}, {"triallint", "--version"}} {
		if out, _ := ran(filepath.Join(bin, said[0]), said[1:]...); !strings.Contains(out, "-tags "+tags) {
			t.Errorf("%s does not list the tags: %s", strings.Join(said, " "), out)
		}
	}
	sample := []string{"convert", filepath.Join(root, "testdata", "sample.json"), "--format", "turtle"}
	whole, _ := ran(trialweave(t), sample...)
	if got, status := ran(filepath.Join(bin, "trialweave"), sample...); status != 0 || got != whole {
		t.Errorf("README's first command, exit %d, prints something else than in a whole build", status)
	}
}
