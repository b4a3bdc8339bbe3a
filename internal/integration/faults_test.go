//go:build integration && unix

package integration

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// faults is the table of what was done to the commands, and what was lost by it.
// TRIALWEAVE_FAULTS says how much of each is done, in percent of the whole: the
// sample of make integration is 4, make soak does 100.
type faults struct {
	program string
	percent int
	dice    *rand.Rand
	rows    []*attempts
}

// attempts is a row of the table.
type attempts struct {
	area string
	mu   sync.Mutex
	n    int
	lost []string // what each attempt lost that lost something
	note string
}

// TestFaults cuts, flips, kills, floods and lies, and prints the table of
// docs/explanations/faults.md. TRIALWEAVE_SEED repeats a run.
func TestFaults(t *testing.T) {
	seed := seedOf(t)
	f := &faults{program: trialweave(t), percent: fromEnv(t, "TRIALWEAVE_FAULTS", 4), dice: rand.New(rand.NewPCG(seed, 27))}
	for _, area := range []struct {
		name string
		try  func(*faults, *testing.T)
	}{
		{"streams", (*faults).streams}, {"index", (*faults).damagedIndex}, {"served", (*faults).servedIndex}, {"signals", (*faults).signals},
		{"clients", (*faults).clients}, {"requests", (*faults).requests}, {"secrets", (*faults).secrets}, {"reports", (*faults).reports},
	} {
		t.Run(area.name, func(t *testing.T) {
			start := time.Now()
			area.try(f, t)
			t.Logf("%.1f s", time.Since(start).Seconds())
		})
	}
	fmt.Print(f.table())
}

// share is how many attempts of the whole are made.
func (f *faults) share(whole int) int { return max(1, whole*f.percent/100) }

// row begins a row; what its attempts lost fails the test in the end.
func (f *faults) row(t *testing.T, area string, args ...any) *attempts {
	a := &attempts{area: fmt.Sprintf(area, args...)}
	f.rows = append(f.rows, a)
	t.Cleanup(func() {
		for i, lost := range a.lost {
			if i < 5 {
				t.Errorf("%s: %s", a.area, lost)
			}
		}
		if a.n == 0 {
			t.Errorf("%s: nothing was tried", a.area)
		}
	})
	return a
}

// try counts an attempt, which lost what the text says; empty is nothing.
func (a *attempts) try(lost string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.n++
	if lost != "" {
		a.lost = append(a.lost, lost)
	}
}

func (f *faults) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| what was done | attempts | survived | lost |\n|---|---:|---:|---|\n")
	for _, a := range f.rows {
		lost := a.note
		if len(a.lost) > 0 {
			lost = fmt.Sprintf("%d: %.80s", len(a.lost), a.lost[0])
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %s |\n", a.area, a.n, a.n-len(a.lost), lost)
	}
	return b.String()
}

// outcome is how a command ended.
type outcome struct {
	status   int // -1 by a signal
	out, err string
}

// most is how long any command of these tests may take.
const most = 60 * time.Second

// run runs a command to its end.
func (f *faults) run(t *testing.T, args ...string) outcome {
	t.Helper()
	return f.runProgram(t, f.program, "", args...)
}

func (f *faults) runProgram(t *testing.T, program, dir string, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), most)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	cmd.Env = append(os.Environ(), "TRIALWEAVE_STATE="+filepath.Join(t.TempDir(), "state"))
	err := cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("%s: did not end in %v", strings.Join(args, " "), most)
	}
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// ownStudies are copies of the synthetic studies, each with a number of its own.
func ownStudies(t testing.TB, n int) [][]byte {
	t.Helper()
	names, err := filepath.Glob("../../testdata/studies/*.json")
	if err != nil || len(names) == 0 {
		t.Fatal("no study in testdata", err)
	}
	var small [][]byte
	var ids []string
	for _, name := range names {
		if data := load(t, name); len(data) < 8000 {
			small, ids = append(small, bytes.Join(bytes.Fields(data), []byte(" "))), append(ids, strings.TrimSuffix(filepath.Base(name), ".json"))
		}
	}
	var out [][]byte
	for i := range n {
		id := fmt.Sprintf("NCT%08d", 99_300_000+i)
		out = append(out, bytes.ReplaceAll(small[i%len(small)], []byte(ids[i%len(ids)]), []byte(id)))
	}
	return out
}

// half runs what can run beside each other on two goroutines.
func half(n int, each func(int)) {
	var all sync.WaitGroup
	for part := range 2 {
		all.Go(func() {
			for i := part; i < n; i += 2 {
				each(i)
			}
		})
	}
	all.Wait()
}

// allFiles are the files of a folder and of those below it.
func allFiles(t testing.TB, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			out = append(out, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
