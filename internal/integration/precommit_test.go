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

	"github.com/trialweave/trialweave/internal/test/tools"
)

// testPreCommit has pre-commit run the hooks that docs/how-tos/packages.md shows, from
// the packages made here: each finds what is wrong with a description. How long that
// takes from nothing, and how many bytes are installed, is printed.
func testPreCommit(t *testing.T, dist string) {
	venv := filepath.Join(tools.Dir(t), "_pre-commit") // with a file of Go in it, which ./... leaves out by its name
	command := filepath.Join(venv, "bin", "pre-commit")
	tools.Installed(t, command, func() {
		tools.Run(t, tools.Dir(t), "python3", "-m", "venv", venv)
		tools.Run(t, tools.Dir(t), filepath.Join(venv, "bin", "python"), "-m", "pip", "install", "-q", "pre-commit==4.7.0")
	})
	tarballs, err := filepath.Glob(filepath.Join(dist, "npm", "*triallint*.tgz"))
	if err != nil || len(tarballs) != 2 {
		t.Fatalf("%d packages of npm, expected 2: %v", len(tarballs), err)
	}
	installed := t.TempDir()
	tools.Run(t, installed, "tar", "-xzf", filepath.Join(dist, "triallint_linux_amd64.tar.gz"), "triallint")
	for language, needs := range map[string]string{
		"system": "[]", "python": "[triallint==" + packagedVersion + "]", "node": `["` + strings.Join(tarballs, `", "`) + `"]`,
	} {
		repository, cache := t.TempDir(), t.TempDir()
		save(t, filepath.Join(repository, "openapi.yaml"), []byte("openapi: 3.1.0\ninfo: {title: T, version: \"1\"}\npaths:\n  /a/{id}: {get: {responses: {\"200\": {description: d}}}}\n"))
		save(t, filepath.Join(repository, ".pre-commit-config.yaml"), []byte(fmt.Sprintf(`repos:
  - repo: local
    hooks:
      - id: triallint
        name: triallint
        entry: triallint
        args: ["."]
        language: %s
        additional_dependencies: %s
        files: \.(ya?ml|json|jsonld)$
        pass_filenames: false
`, language, needs)))
		tools.Run(t, repository, "sh", "-c", "git init -q && git add -A")
		began := time.Now()
		c := exec.Command(command, "run", "--all-files", "--verbose")
		c.Dir = repository
		c.Env = append(os.Environ(), "PRE_COMMIT_HOME="+cache, "PIP_FIND_LINKS="+filepath.Join(dist, "wheels"), "npm_config_cache="+filepath.Join(cache, "npm"))
		if language == "system" {
			c.Env = append(c.Env, "PATH="+installed+":"+os.Getenv("PATH"))
		}
		out, err := c.CombinedOutput()
		if err == nil || !strings.Contains(string(out), `declares no path parameter "id"`) || !strings.Contains(string(out), "exit code: 1") {
			t.Errorf("%s: %v, expected the finding and exit code 1:\n%s", language, err, out)
		}
		t.Logf("pre-commit, %s: %.1f s, %.0f MB", language, time.Since(began).Seconds(), float64(size(t, cache))/1e6)
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
