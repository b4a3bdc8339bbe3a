//go:build integration && unix

package integration

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSameReportWhenBusy holds that a report does not depend on how busy the
// machine is: it is the same with another process on each processor.
func TestSameReportWhenBusy(t *testing.T) {
	triallint := triallint(t)
	files := bigDescriptions(t)
	if len(files) == 0 {
		t.Skip("the big descriptions are not at hand")
	}
	report := func(file string) string {
		cmd := exec.CommandContext(t.Context(), triallint, "--format", "json", file)
		out, err := cmd.Output()
		if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 1 {
			t.Fatalf("%s: %v", file, err)
		}
		return string(out)
	}
	calm := map[string]string{}
	for _, file := range files {
		calm[file] = report(file)
	}
	ctx, stop := context.WithCancel(t.Context())
	var others []*exec.Cmd
	for range 2 * runtime.NumCPU() {
		other := exec.CommandContext(ctx, "sh", "-c", "while :; do :; done")
		if err := other.Start(); err != nil {
			t.Fatal(err)
		}
		others = append(others, other)
	}
	defer func() {
		stop()
		for _, other := range others {
			_ = other.Wait()
		}
	}()
	for _, file := range files {
		if busy := report(file); busy != calm[file] {
			t.Errorf("%s: the report is another one while other processes run", filepath.Base(file))
		}
	}
}

// TestKilledAtAnyTime ends commands by SIGTERM at random moments: each ends
// within a second, and what it writes is there as a whole or not at all.
// TRIALWEAVE_KILLS says how often each command is ended, TRIALWEAVE_SEED repeats
// a run.
func TestKilledAtAnyTime(t *testing.T) {
	if _, err := os.Stat(governance); err != nil {
		t.Skipf("the descriptions are not at hand: %v", err)
	}
	count, dice := fromEnv(t, "TRIALWEAVE_KILLS", 3), rand.New(rand.NewPCG(seedOf(t), 2))
	triallint, worst, ended := triallint(t), time.Duration(0), 0
	for _, args := range terminatedCommands(t) {
		for range count {
			dir := t.TempDir()
			took := terminated(t, dir, time.Duration(dice.Int64N(int64(1500*time.Millisecond))), triallint, args)
			worst, ended = max(worst, took), ended+1
			noHalfFile(t, dir, args)
		}
	}
	t.Logf("%d commands ended by SIGTERM, the slowest %v after it", ended, worst.Round(time.Millisecond))
}

// terminatedCommands are commands that write files into the folder OUT.
func terminatedCommands(t testing.TB) [][]string {
	t.Helper()
	repository, err := filepath.Abs(filepath.Join(governance, "clinical-trials-gov"))
	if err != nil {
		t.Fatal(err)
	}
	descriptions, _ := filepath.Glob(filepath.Join(repository, "openapi", "*.yml"))
	rulesets, _ := filepath.Glob(filepath.Join(repository, "rules", "*.yml"))
	if len(descriptions) == 0 || len(rulesets) == 0 {
		t.Fatalf("no description or ruleset in %s", repository)
	}
	description, ruleset := descriptions[0], rulesets[0]
	study, err := filepath.Abs("../../testdata/studies/NCT99990001.json")
	if err != nil {
		t.Fatal(err)
	}
	return [][]string{
		{"--format", "sarif=OUT/out.sarif", repository},
		{"--format", "json=OUT/out.json,html=OUT/out.html", repository},
		{"--write-baseline", "OUT/known.json", repository},
		{"rules", "list", "--ruleset", ruleset, repository},
		{"rules", "prove", "--ruleset", ruleset, "--write", "OUT/fixtures", repository},
		{"rules", "prove", "--format", "json", "--ruleset", "spectral:oas", repository},
		{"explain", "operation-tags", "--at", description + ":10"},
		{"payload", "--openapi", description, study},
		{"diff", description, descriptions[len(descriptions)-1]},
		{"fix", repository},
	}
}

// terminated ends a command after a while, and returns how long it took to end. A
// signal that comes before main handles signals ends the process as signals do:
// nothing is open then, so neither can that leave half a file.
func terminated(t *testing.T, dir string, after time.Duration, triallint string, args []string) time.Duration {
	t.Helper()
	written := make([]string, len(args))
	for i, arg := range args {
		written[i] = strings.ReplaceAll(arg, "OUT", filepath.Join(dir, "out"))
	}
	for _, name := range []string{"out", "temp"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), triallint, written...)
	cmd.Env = append(os.Environ(), "TMPDIR="+filepath.Join(dir, "temp"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	start := time.Now()
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_ = cmd.Wait()
	took := time.Since(start)
	if took > time.Second {
		t.Errorf("%s: ended %v after SIGTERM at %v", strings.Join(args, " "), took, after)
	}
	return took
}

// noHalfFile holds that each file of a folder is whole, and that nothing
// temporary is left.
func noHalfFile(t *testing.T, dir string, args []string) {
	t.Helper()
	if left, _ := os.ReadDir(filepath.Join(dir, "temp")); len(left) > 0 {
		t.Errorf("%s: %s is left", strings.Join(args, " "), left[0].Name())
	}
	err := filepath.WalkDir(filepath.Join(dir, "out"), func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		whole := len(text) > 0 && text[len(text)-1] == '\n'
		switch filepath.Ext(name) {
		case ".json", ".sarif":
			whole = json.Valid(text)
		case ".html":
			whole = strings.HasSuffix(strings.TrimSpace(string(text)), "</html>")
		}
		if !whole {
			t.Errorf("%s: half a file is left: %s (%d bytes)", strings.Join(args, " "), filepath.Base(name), len(text))
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
