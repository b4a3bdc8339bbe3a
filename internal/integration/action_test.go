//go:build integration

package integration

import (
	"crypto/sha256"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// steps are the scripts of the action by the names of their steps.
func steps(t *testing.T) map[string]string {
	t.Helper()
	var action struct {
		Runs struct {
			Steps []struct{ Name, Run string }
		}
	}
	if err := yaml.Unmarshal(load(t, filepath.Join(tools.Root(t), "action.yml")), &action); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, s := range action.Runs.Steps {
		out[s.Name] = s.Run
	}
	return out
}

// runStep runs a script of the action, and returns what it prints, what it says to later
// steps, and whether it succeeds.
func runStep(t *testing.T, dir, script string, env ...string) (printed, said string, ok bool) {
	t.Helper()
	output := filepath.Join(t.TempDir(), "output")
	summary := filepath.Join(t.TempDir(), "summary")
	c := exec.CommandContext(t.Context(), "bash", "-c", script)
	c.Dir = dir
	c.Env = append(os.Environ(), append([]string{"GITHUB_OUTPUT=" + output, "GITHUB_STEP_SUMMARY=" + summary}, env...)...)
	text, err := c.CombinedOutput()
	told, _ := os.ReadFile(output) // nothing was said
	return string(text), string(told), err == nil
}

// TestAction runs the scripts of the action beside a server that has a release, and a gh
// that verifies or does not: which binary is taken, and what stops the step.
func TestAction(t *testing.T) {
	script := steps(t)["Take the released binary, checked by its checksum and its attestation"]
	work := t.TempDir()
	save(t, filepath.Join(work, "triallint"), []byte("#!/bin/sh\necho released\n"))
	tools.Run(t, work, "sh", "-c", "chmod +x triallint && tar -czf release.tar.gz triallint")
	archive := load(t, filepath.Join(work, "release.tar.gz"))
	sum := fmt.Sprintf("%x", sha256.Sum256(archive))
	for name, tt := range map[string]struct {
		version, ref, sum, gh string
		found, fails          string
	}{
		"pinned by commit":               {"1.2.3", "0123456789abcdef0123456789abcdef01234567", sum, "exit 0", "true", ""},
		"a candidate":                    {"1.2.3-rc.1", "v1", sum, "exit 0", "true", ""},
		"pinned by major version":        {"1.2.3", "v1", sum, "exit 0", "true", ""},
		"by tag":                         {"development", "v1.2.3", sum, "exit 0", "true", ""},
		"a commit between releases":      {"development", "main", sum, "exit 0", "false", ""},
		"a release that is not there":    {"9.9.9", "v1", sum, "exit 0", "false", ""},
		"other bytes":                    {"1.2.3", "v1", strings.Repeat("0", 64), "exit 0", "", "checksum of"},
		"not attested":                   {"1.2.3", "v1", sum, "exit 1", "", "is not attested by the release workflow"},
		"a version that cannot be a tag": {"../../evil", "main", sum, "exit 0", "false", ""},
	} {
		t.Run(name, func(t *testing.T) {
			answers := pages{}
			for _, tag := range []string{"v1.2.3", "v1.2.3-rc.1"} {
				for _, system := range []string{"linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"} {
					answers["/o/r/releases/download/"+tag+"/triallint_"+system+".tar.gz"] = archive
				}
				answers["/o/r/releases/download/"+tag+"/checksums.txt"] = []byte(tt.sum + "  triallint_linux_amd64.tar.gz\n" + tt.sum + "  triallint_linux_arm64.tar.gz\n" + tt.sum + "  triallint_darwin_arm64.tar.gz\n")
			}
			server := httptest.NewServer(answers)
			defer server.Close()
			bin, action, temp := t.TempDir(), t.TempDir(), t.TempDir()
			save(t, filepath.Join(bin, "gh"), []byte("#!/bin/sh\ncase \"$*\" in *--signer-workflow*o/r/.github/workflows/release.yml*) "+tt.gh+";; esac\nexit 1\n"))
			tools.Run(t, bin, "chmod", "+x", "gh")
			save(t, filepath.Join(action, "VERSION"), []byte(tt.version+"\n"))
			printed, said, ok := runStep(t, work, script, "PATH="+bin+":"+os.Getenv("PATH"), "REF="+tt.ref, "REPOSITORY=o/r", "GITHUB_SERVER_URL="+server.URL, "GITHUB_ACTION_PATH="+action, "RUNNER_TEMP="+temp)
			if ok != (tt.fails == "") || !strings.Contains(printed, tt.fails) {
				t.Errorf("succeeds: %t, expected %q to stop it:\n%s", ok, tt.fails, printed)
			}
			if tt.found != "" && !strings.Contains(said, "found="+tt.found+"\n") {
				t.Errorf("says %q, expected found=%s", said, tt.found)
			}
			_, err := os.Stat(filepath.Join(temp, "triallint", "triallint"))
			if there := err == nil; there != (tt.found == "true") {
				t.Errorf("a binary is there: %t", there)
			}
		})
	}
}

// TestActionLints runs the step that lints, on names with spaces, one name and several.
func TestActionLints(t *testing.T) {
	script := steps(t)["Lint"]
	dir, repository := filepath.Dir(triallint(t)), t.TempDir()
	const text = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"
	for _, name := range []string{"my apis/a b.yaml", "c.yaml", "d.yaml"} {
		save(t, filepath.Join(repository, name), []byte(text))
	}
	for paths, want := range map[string][]string{
		"my apis/a b.yaml":           {"file=my apis/a b.yaml"},
		"c.yaml d.yaml":              {"file=c.yaml", "file=d.yaml"},
		"my apis/a b.yaml\nc.yaml\n": {"file=my apis/a b.yaml", "file=c.yaml"},
		"my apis\n":                  {"file=my apis/a b.yaml"},
		".":                          {"file=my apis/a b.yaml", "file=c.yaml", "file=d.yaml"},
	} {
		printed, said, ok := runStep(t, repository, script, "DIR="+dir, "PATHS="+paths, "RULESET=spectral:oas", "FAIL_ON=warn", "BASELINE=", "SARIF=report.sarif")
		if ok || !strings.Contains(said, "status=1\n") {
			t.Errorf("%q: succeeds: %t, says %q, expected findings:\n%s", paths, ok, said, printed)
		}
		for _, name := range want {
			if !strings.Contains(printed, name) {
				t.Errorf("%q: %s is not in\n%s", paths, name, printed)
			}
		}
	}
}
