//go:build integration

package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/tools"
)

const (
	spectralVersion = "6.16.3" // whose answers are recorded
	governance      = "../../../shared/data/governance"
)

// spectral returns Spectral's command.
func spectral(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(tools.Dir(t), "spectral")
	command := filepath.Join(dir, "node_modules", ".bin", "spectral")
	tools.Installed(t, command, func() {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		tools.Run(t, dir, "npm", "install", "--no-audit", "--no-fund", "--prefix", dir, "@stoplight/spectral-cli@"+spectralVersion)
	})
	if got := strings.TrimSpace(tools.Run(t, dir, command, "--version")); got != spectralVersion {
		t.Fatalf("Spectral %s is installed, want %s", got, spectralVersion)
	}
	return command
}

// vacuum builds vacuum's own command, of the version that the linter links,
// and returns its path. What the command needs beside that is added to a copy
// of go.mod.
func vacuum(t testing.TB) string {
	t.Helper()
	command := filepath.Join(tools.Dir(t), "bin", "vacuum")
	tools.Installed(t, command, func() {
		mod := filepath.Join(tools.Dir(t), "vacuum.mod")
		save(t, mod, load(t, "../../go.mod"))
		save(t, filepath.Join(tools.Dir(t), "vacuum.sum"), load(t, "../../go.sum"))
		tools.Run(t, "../..", "go", "build", "-mod=mod", "-modfile="+mod, "-o", command, "github.com/daveshanley/vacuum")
	})
	return command
}

// TestSpectral holds that the real Spectral has our findings, on every
// description and by every ruleset at hand.
func TestSpectral(t *testing.T) {
	if _, err := os.Stat(governance); err != nil {
		t.Skipf("the descriptions are not at hand: %v", err)
	}
	out := tools.Run(t, "../..", "env", "SPECTRAL="+spectral(t), "go", "test", "-v", "-count=1", "-timeout", "15m", "-run", "SpectralItself", "./lint")
	if !strings.Contains(out, "--- PASS: TestSpectralItself ") || !strings.Contains(out, "--- PASS: TestSpectralItselfOnOurRulesets ") {
		t.Errorf("Spectral was not asked:\n%s", out)
	}
}

// TestReportInBrowser holds that the HTML report filters and opens a finding
// in a real browser, which must be there.
func TestReportInBrowser(t *testing.T) {
	if _, err := exec.LookPath("chromium"); err != nil {
		tools.Run(t, ".", "apt-get", "install", "-y", "-q", "chromium")
	}
	out := tools.Run(t, "../..", "go", "test", "-v", "-count=1", "-run", "HTMLInBrowser", "./report/formats")
	if !strings.Contains(out, "--- PASS: TestHTMLInBrowser") {
		t.Errorf("the report was not opened:\n%s", out)
	}
}

// TestLintersCPU holds what whole processes take for the official description
// by the nine rules, in one run: at most 1.2 times vacuum's own command, and
// at least 4 times less than Spectral.
func TestLintersCPU(t *testing.T) {
	description, err := filepath.Abs(filepath.Join(governance, "nih-clinicaltrials", "openapi", "_original", "clinicaltrials-v2.json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(description); err != nil {
		t.Skipf("the official description is not at hand: %v", err)
	}
	rules, v, s := nineRules(t), vacuum(t), spectral(t)
	triallint := triallint(t)
	ours, vacuums, spectrals := time.Hour, time.Hour, time.Hour
	for range 5 {
		ours = min(ours, cpu(t, triallint, "--ruleset", rules, description))
		vacuums = min(vacuums, cpu(t, v, "lint", "--ruleset", rules, description))
		spectrals = min(spectrals, cpu(t, s, "lint", "--ruleset", rules, description))
	}
	t.Logf("CPU seconds, best of 5: triallint %.2f, vacuum %.2f (ours is %.2f times that), Spectral %.2f (%.1f times ours)",
		ours.Seconds(), vacuums.Seconds(), ours.Seconds()/vacuums.Seconds(), spectrals.Seconds(), spectrals.Seconds()/ours.Seconds())
	if ours.Seconds() > 1.2*vacuums.Seconds() {
		t.Errorf("triallint takes more than 1.2 times the CPU time of vacuum")
	}
	if 4*ours.Seconds() > spectrals.Seconds() {
		t.Errorf("triallint takes more than a quarter of the CPU time of Spectral")
	}
}

// nineRules writes the seed's nine rules, without what they extend, into a
// file of its own.
func nineRules(t testing.TB) string {
	t.Helper()
	text := string(load(t, filepath.Join(governance, "clinical-trials-gov", "rules", "clinical-trials-gov-rules.yml")))
	i := strings.Index(text, "\nrules:")
	if i < 0 {
		t.Fatal("the ruleset has no rules")
	}
	file := filepath.Join(t.TempDir(), "nine.yml")
	save(t, file, []byte(text[i+1:]))
	return file
}

// cpu is the user and system time of a linter that fired one of the rules.
func cpu(t testing.TB, args ...string) time.Duration {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	out, err := cmd.CombinedOutput()
	judged := strings.Contains(string(out), "ctg-pagination-page-size")
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 1 || !judged {
		t.Fatalf("%s: %v\n%.2000s", fmt.Sprint(args), err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}
