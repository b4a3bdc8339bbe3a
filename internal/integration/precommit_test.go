//go:build integration

package integration

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/tools"
)

// testFirstFinding has npx, pipx and each hook of pre-commit find what is wrong with a
// description, from nothing: homes and caches are empty, and registries that have the
// packages made here are asked. How long that takes, and how many bytes are installed, is
// printed; docs/how-tos/packages.md has the table.
func testFirstFinding(t *testing.T, dist string) {
	venv := filepath.Join(tools.Dir(t), "_pre-commit") // with a file of Go in it, which ./... leaves out by its name
	tools.Installed(t, filepath.Join(venv, "bin", "pipx"), func() {
		tools.Run(t, tools.Dir(t), "python3", "-m", "venv", venv)
		tools.Run(t, tools.Dir(t), filepath.Join(venv, "bin", "python"), "-m", "pip", "install", "-q", "pre-commit==4.7.0", "pipx==1.18.4")
	})
	bin := func(name string) string { return filepath.Join(venv, "bin", name) }
	served := registries(t, dist)
	hooks, installed := t.TempDir(), t.TempDir()
	tools.Run(t, hooks, "tar", "-xzf", filepath.Join(dist, "triallint-pre-commit.tar.gz"))
	tools.Run(t, hooks, "sh", "-ec", "git init -q && git add -A && git -c user.name=t -c user.email=t@example.org commit -qm hooks && git tag v"+packagedVersion)
	tools.Run(t, installed, "tar", "-xzf", filepath.Join(dist, "triallint_linux_amd64.tar.gz"), "triallint")
	hook := []string{bin("pre-commit"), "run", "--all-files", "--verbose"}
	for _, tt := range []struct {
		name, hook string
		args       []string
	}{
		{"npx", "", []string{"npx", "--yes", "triallint", "."}},
		{"pipx", "", []string{bin("pipx"), "run", "triallint", "."}},
		{"pre-commit, system", "triallint-system", hook},
		{"pre-commit, python", "triallint", hook},
		{"pre-commit, node", "triallint-node", hook},
		{"pre-commit, golang", "triallint-go", hook},
	} {
		repository, home := t.TempDir(), t.TempDir()
		save(t, filepath.Join(repository, "openapi.yaml"), []byte("openapi: 3.1.0\ninfo: {title: T, version: \"1\"}\npaths:\n  /a/{id}: {get: {responses: {\"200\": {description: d}}}}\n"))
		if tt.hook != "" {
			save(t, filepath.Join(repository, ".pre-commit-config.yaml"), fmt.Appendf(nil, "repos:\n  - repo: %s\n    rev: v%s\n    hooks: [{id: %s}]\n", hooks, packagedVersion, tt.hook))
			tools.Run(t, repository, "sh", "-c", "git init -q && git add -A")
		}
		c := exec.CommandContext(t.Context(), tt.args[0], tt.args[1:]...)
		c.Dir = repository
		c.Env = append(os.Environ(), "HOME="+home, "PRE_COMMIT_HOME="+filepath.Join(home, "pre-commit"), "PIP_EXTRA_INDEX_URL="+served+"/simple/",
			"npm_config_registry="+served+"/npm/", "npm_config_cache="+filepath.Join(home, "npm"), "GONOSUMDB=github.com/trialweave", "GOFLAGS=-modcacherw -tags=novacuum",
			"GOPROXY="+served+"/go,"+strings.TrimSpace(tools.Run(t, repository, "go", "env", "GOPROXY")))
		if !portion.Full() { // what the packages were built from is compiled
			c.Env = append(c.Env, "GOCACHE="+strings.TrimSpace(tools.Run(t, repository, "go", "env", "GOCACHE")), "GOFLAGS=-modcacherw -tags=novacuum -trimpath", "CGO_ENABLED=0")
		}
		if tt.hook == "triallint-system" {
			c.Env = append(c.Env, "PATH="+installed+":"+os.Getenv("PATH"))
		}
		began := time.Now()
		out, err := c.CombinedOutput()
		seconds, used := time.Since(began).Seconds(), c.ProcessState.UserTime()+c.ProcessState.SystemTime()
		if err == nil || !strings.Contains(string(out), `declares no path parameter "id"`) || c.ProcessState.ExitCode() != 1 {
			t.Errorf("%s: %v, expected the finding and exit status 1:\n%s", tt.name, err, out)
		}
		t.Logf("%s: %.1f s, %.1f CPU-s, %.0f MB", tt.name, seconds, used.Seconds(), float64(size(t, home))/1e6)
	}
}

// size is that of the files of a folder.
func size(t *testing.T, dir string) (total int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return total
}
