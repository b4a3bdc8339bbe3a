package layout

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestVersion holds that VERSION names a release or says "development", as the action
// reads it.
func TestVersion(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "VERSION"))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^(development|\d+\.\d+\.\d+(-rc\.\d+)?)\n$`).Match(text) {
		t.Errorf("VERSION is %q", text)
	}
}

// TestReleaseCheck holds that the check before a release says what is missing: each fault
// that a program sees at once.
func TestReleaseCheck(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("there is no bash")
	}
	script, err := os.ReadFile(filepath.Join("..", "..", ".ci", "release-check"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, tag, changelog, citation, version, want string }{
		{"a tag that is no version", "1.2", "## 1.2.3\n", "version: 1.2.3\n", "1.2.3\n", "1.2 is not a version"},
		{"no section", "v1.2.3", "## Unreleased\n", "version: 1.2.3\n", "1.2.3\n", "CHANGELOG.md has no section 1.2.3"},
		{"another citation", "v1.2.3", "## 1.2.3\n", "version: 1.2.2\n", "1.2.3\n", "CITATION.cff does not have version: 1.2.3"},
		{"another VERSION", "v1.2.3", "## [1.2.3] - 2026-01-02\n", "version: 1.2.3\n", "development\n", "VERSION is development, and not 1.2.3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range map[string]string{".ci/release-check": string(script), "CHANGELOG.md": tt.changelog, "CITATION.cff": tt.citation, "VERSION": tt.version} {
				path := filepath.Join(dir, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			out, err := exec.Command("bash", filepath.Join(dir, ".ci", "release-check"), tt.tag).CombinedOutput()
			if err == nil || !strings.Contains(string(out), tt.want) {
				t.Errorf("%v, prints %q, expected %q", err, out, tt.want)
			}
		})
	}
}
