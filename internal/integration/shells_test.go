//go:build integration

package integration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// debian unpacks packages of Debian into a folder, without installing them, and
// returns the folder.
func debian(t testing.TB, name, proof string, packages ...string) string {
	t.Helper()
	dir := filepath.Join(tools.Dir(t), name)
	tools.Installed(t, filepath.Join(dir, proof), func() {
		if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // as public as the checkout
			t.Fatal(err)
		}
		tools.Run(t, dir, "sh", "-ec", "apt-get update -qq && apt-get download -qq "+strings.Join(packages, " "))
		tools.Run(t, dir, "sh", "-ec", `for f in *.deb; do dpkg -x "$f" .; done; rm -f *.deb`)
	})
	return dir
}

// TestShells holds that bash, zsh and fish complete commands, flags and values.
func TestShells(t *testing.T) {
	dir := debian(t, "shells", "usr/bin/fish", "zsh", "zsh-common", "fish", "fish-common", "libpcre2-32-0")
	path := "PATH=" + strings.Join([]string{filepath.Dir(trialweave(t)), filepath.Join(dir, "bin"), filepath.Join(dir, "usr/bin"), os.Getenv("PATH")}, ":")
	libraries := "LD_LIBRARY_PATH=" + filepath.Join(dir, "usr/lib/x86_64-linux-gnu")
	shells := map[string][]string{
		"bash": {"bash", "-c", `source <(trialweave completion bash); COMP_WORDS=(trialweave "$@"); COMP_CWORD=$#; _trialweave; printf '%s\n' "${COMPREPLY[@]}"`, "bash"},
		"zsh": {"zsh", "-f", "-c", `compdef() { }; _files() { print FILES }; _describe() { print -l -- "${(P@)2}" }
			source <(trialweave completion zsh); words=(trialweave "$@"); CURRENT=$#words; _trialweave`, "zsh"},
		"fish": {"fish", "--no-config", "-c", `trialweave completion fish | source; complete -C "trialweave $argv[2..-1]"`, "fish"},
	}
	for _, tt := range []struct {
		words []string
		want  string
	}{
		{[]string{"conv"}, "convert"}, {[]string{"convert", "--form"}, "--format"},
		{[]string{"convert", "--format", "tur"}, "turtle"}, {[]string{"query", "10-"}, "10-why-stopped"},
	} {
		for shell, args := range shells {
			out := tools.Run(t, t.TempDir(), append(append([]string{"env", path, libraries}, args...), tt.words...)...)
			first, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
			if word, _, _ := strings.Cut(strings.ReplaceAll(first, "\t", ":"), ":"); !strings.Contains(out, tt.want) || word == "" {
				t.Errorf("%s completes %q to %q, expected %s", shell, tt.words, out, tt.want)
			}
		}
	}
}

// TestManual holds that mandoc has nothing against the page of the manual.
func TestManual(t *testing.T) {
	dir := debian(t, "mandoc", "usr/bin/mandoc", "mandoc")
	page := filepath.Join(t.TempDir(), "trialweave.1")
	text := tools.Run(t, t.TempDir(), trialweave(t), "man")
	// a build of a folder that is no checkout has no date
	save(t, page, []byte(strings.Replace(text, `.TH TRIALWEAVE 1 ""`, `.TH TRIALWEAVE 1 "2026-01-02"`, 1)))
	if out := tools.Run(t, t.TempDir(), filepath.Join(dir, "usr/bin/mandoc"), "-T", "lint", "-W", "warning", page); out != "" {
		t.Error(out)
	}
	if out := tools.Run(t, t.TempDir(), filepath.Join(dir, "usr/bin/mandoc"), "-T", "html", page); !strings.Contains(out, "EXIT_STATUS") {
		t.Errorf("the page is\n%.2000s", out)
	}
}
