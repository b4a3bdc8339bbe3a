//go:build integration

package integration

import (
	"os"
	"os/exec"
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

// TestShells holds that bash, zsh and fish complete commands, flags and values of both
// commands.
func TestShells(t *testing.T) {
	dir := debian(t, "shells", "usr/bin/fish", "zsh", "zsh-common", "fish", "fish-common", "libpcre2-32-0")
	path := "PATH=" + strings.Join([]string{filepath.Dir(trialweave(t)), filepath.Dir(triallint(t)), filepath.Join(dir, "bin"), filepath.Join(dir, "usr/bin"), os.Getenv("PATH")}, ":")
	libraries := "LD_LIBRARY_PATH=" + filepath.Join(dir, "usr/lib/x86_64-linux-gnu")
	shells := map[string][]string{
		"bash": {"bash", "-c", `source <(COMMAND completion bash); COMP_WORDS=(COMMAND "$@"); COMP_CWORD=$#; _COMMAND; printf '%s\n' "${COMPREPLY[@]}"`, "bash"},
		"zsh": {"zsh", "-f", "-c", `compdef() { }; _files() { print FILES }; _describe() { print -l -- "${(P@)2}" }
			source <(COMMAND completion zsh); words=(COMMAND "$@"); CURRENT=$#words; _COMMAND`, "zsh"},
		"fish": {"fish", "--no-config", "-c", `COMMAND completion fish | source; complete -C "COMMAND $argv[2..-1]"`, "fish"},
	}
	for _, tt := range []struct {
		command string
		words   []string
		want    string
	}{
		{"trialweave", []string{"conv"}, "convert"}, {"trialweave", []string{"convert", "--form"}, "--format"},
		{"trialweave", []string{"convert", "--format", "tur"}, "turtle"}, {"trialweave", []string{"query", "10-"}, "10-why-stopped"},
		{"triallint", []string{"pay"}, "payload"}, {"triallint", []string{"lint", "--fail"}, "--fail-on"},
		{"triallint", []string{"diff", "--fail-on", "change-param"}, "change-parameter-removed"}, {"triallint", []string{"explain", "invalid-r"}, "invalid-ref"},
		{"triallint", []string{"lint", "--ruleset", "spec"}, "spectral:oas"},
	} {
		for shell, args := range shells {
			run := []string{"env", path, libraries}
			for _, arg := range args {
				run = append(run, strings.ReplaceAll(arg, "COMMAND", tt.command))
			}
			out := tools.Run(t, t.TempDir(), append(run, tt.words...)...)
			first, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
			if word, _, _ := strings.Cut(strings.ReplaceAll(first, "\t", ":"), ":"); !strings.Contains(out, tt.want) || word == "" {
				t.Errorf("%s completes %s %q to %q, expected %s", shell, tt.command, tt.words, out, tt.want)
			}
		}
	}
}

// TestManual holds that mandoc and man have nothing against the pages of the manual, and
// that both show them.
func TestManual(t *testing.T) {
	mandoc := filepath.Join(debian(t, "mandoc", "usr/bin/mandoc", "mandoc"), "usr/bin/mandoc")
	if _, err := exec.LookPath("man"); err != nil {
		tools.Run(t, tools.Dir(t), "sh", "-c", "apt-get update -qq && apt-get install -y -qq --no-install-recommends man-db")
	}
	for name, command := range map[string]string{"trialweave": trialweave(t), "triallint": triallint(t)} {
		page := filepath.Join(t.TempDir(), name+".1")
		text := tools.Run(t, t.TempDir(), command, "man")
		// a build of a folder that is no checkout has no date
		save(t, page, []byte(strings.Replace(text, `.TH `+strings.ToUpper(name)+` 1 ""`, `.TH `+strings.ToUpper(name)+` 1 "2026-01-02"`, 1)))
		if out := tools.Run(t, t.TempDir(), mandoc, "-T", "lint", "-W", "warning", page); out != "" {
			t.Error(out)
		}
		if out := tools.Run(t, t.TempDir(), mandoc, "-T", "html", page); !strings.Contains(out, "EXIT_STATUS") {
			t.Errorf("mandoc shows\n%.2000s", out)
		}
		shown := exec.Command("man", "--warnings", "--local-file", page)
		shown.Env = append(os.Environ(), "MANWIDTH=80", "LC_ALL=C.UTF-8", "MANPAGER=cat", "MAN_KEEP_FORMATTING=")
		var errs strings.Builder
		shown.Stderr = &errs
		out, err := shown.Output()
		if err != nil || errs.Len() > 0 || !strings.Contains(string(out), "EXIT STATUS") || !strings.Contains(string(out), name+" - ") {
			t.Errorf("man: %v, complains %q, and shows\n%.2000s", err, errs.String(), out)
		}
	}
}
