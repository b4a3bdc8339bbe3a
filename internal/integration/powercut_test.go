//go:build integration && linux

package integration

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/storetest"
	"github.com/trialweave/trialweave/store"
)

// TestPowerCut records the order in which commands write, sync and rename, and
// for each moment plays what a power cut would have left then: names and bytes
// that were not synced may be there, in part, or not. The output is the one of
// before or the whole one of after, and the one of after once the command has
// ended. TRIALWEAVE_SEED repeats a run.
func TestPowerCut(t *testing.T) {
	program, dice := trialweave(t), rand.New(rand.NewPCG(seedOf(t), 8))
	studies := ownStudies(t, 12)
	input := filepath.Join(t.TempDir(), "studies")
	save(t, input+"/old.ndjson", append(bytes.Join(studies[:8], []byte("\n")), '\n'))
	save(t, input+"/new.ndjson", append(bytes.Join(studies[4:], []byte("\n")), '\n'))
	for _, c := range []struct {
		name          string
		before, after []string // commands; DIR is where they write
	}{
		{"convert", nil, []string{"convert", "IN/new.ndjson", "-o", "DIR/out.nq.gz"}},
		{"model", nil, []string{"model", "context", "-o", "DIR/out.jsonld"}},
		{"convert over a file", []string{"convert", "IN/old.ndjson", "-o", "DIR/out.nq"}, []string{"convert", "IN/new.ndjson", "-o", "DIR/out.nq"}},
		{"index", nil, []string{"index", "IN/new.ndjson", "-o", "DIR/out"}},
		{"index over an index", []string{"index", "IN/old.ndjson", "-o", "DIR/out"}, []string{"index", "IN/new.ndjson", "-o", "DIR/out"}},
		{"index --update", []string{"index", "IN/old.ndjson", "-o", "DIR/out"}, []string{"index", "IN/new.ndjson", "-o", "DIR/out", "--update"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			with := func(args []string) []string {
				var out []string
				for _, arg := range args {
					out = append(out, strings.NewReplacer("DIR", dir, "IN", input).Replace(arg))
				}
				return out
			}
			f := &faults{program: program}
			if c.before != nil {
				if got := f.run(t, with(c.before)...); got.status != 0 {
					t.Fatal(got.err)
				}
			}
			before, d := outputOf(t, dir), newDisk(t, dir)
			calls := traced(t, append([]string{program}, with(c.after)...)...)
			after := outputOf(t, dir)
			cutEverywhere(t, d, dir, calls, dice, func(left string, ended bool) {
				switch got := outputOf(t, left); {
				case ended && got != after:
					t.Errorf("the command has ended, and a power cut leaves %q, expected %q", got, after)
				case got != before && got != after:
					t.Errorf("a power cut leaves %q, expected %q or %q", got, before, after)
				}
			})
		})
	}
	t.Run("journal of sync", func(t *testing.T) { powerCutOfJournal(t, program, input, dice) })
}

// TestNoFsync: --no-fsync waits for no output file, and without it one is waited
// for, and its folder.
func TestNoFsync(t *testing.T) {
	program, dir := trialweave(t), t.TempDir()
	for want, flags := range map[int][]string{2: nil, 0: {"--no-fsync"}} {
		n := 0
		for _, call := range traced(t, append([]string{program, "convert", "../../testdata/sample.json", "-o", filepath.Join(dir, "out.nq")}, flags...)...) {
			if strings.HasPrefix(call, "fsync(") {
				n++
			}
		}
		if n != want {
			t.Errorf("%v: %d calls of fsync, expected %d", flags, n, want)
		}
	}
}

// cutEverywhere cuts the power after each call that changed something.
func cutEverywhere(t *testing.T, d *disk, dir string, calls []string, dice *rand.Rand, check func(left string, ended bool)) {
	t.Helper()
	moments := 0
	cut := func(call string, ended bool) {
		for kind := range cutKinds {
			left := filepath.Join(t.TempDir(), fmt.Sprint(moments))
			if err := os.MkdirAll(left, 0o700); err != nil {
				t.Fatal(err)
			}
			d.after(t, dir, left, kind, dice)
			check(left, ended)
			if t.Failed() {
				t.Fatalf("at moment %d, after %.300s, kind %d", moments, call, kind)
			}
			if err := os.RemoveAll(left); err != nil {
				t.Fatal(err)
			}
		}
		moments++
	}
	last := ""
	for _, call := range calls {
		if d.play(t, dir, call) {
			last = call
			cut(call, false)
		}
	}
	cut(last, true)
	if moments < 4 {
		t.Errorf("%d moments: the calls were not understood", moments)
	}
	t.Logf("the power was cut at %d moments", moments)
}

// outputOf sums up what is there under the name of the output.
func outputOf(t *testing.T, dir string) string {
	t.Helper()
	var out []string
	visible, _ := filepath.Glob(filepath.Join(dir, "out*"))
	for _, name := range visible {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			if _, err := os.Stat(filepath.Join(name, "manifest")); err != nil {
				continue // no index yet
			}
		}
		out = append(out, summed(t, name))
	}
	return strings.Join(out, " ")
}

// powerCutOfJournal cuts the power while sync writes its journal: the next sync
// ends with status 0 and a store that is what it should be.
func powerCutOfJournal(t *testing.T, program, input string, dice *rand.Rand) {
	t.Helper()
	s := storetest.New(t, store.Fuseki)
	target := s.Target()
	args := func(state, file string) []string {
		return []string{"sync", "--no-model", "--max-withdrawn", "100%", "--state", state, string(target.Kind) + ":" + target.Address, filepath.Join(input, file)}
	}
	f, dir := &faults{program: program}, t.TempDir()
	if got := f.run(t, args(dir, "old.ndjson")...); got.status != 0 {
		t.Fatal(got.err)
	}
	old, d := s.Dump(), newDisk(t, dir)
	calls := traced(t, append([]string{program}, args(dir, "new.ndjson")...)...)
	want := strings.Join(s.Dump(), "")
	if want == strings.Join(old, "") {
		t.Fatal("the sync changed nothing")
	}
	cutEverywhere(t, d, dir, calls, dice, func(left string, _ bool) {
		if got := f.run(t, args(left, "new.ndjson")...); got.status != 0 {
			t.Errorf("the sync behind the power cut has status %d, %s", got.status, got.err)
		}
		if got := strings.Join(s.Dump(), ""); got != want {
			t.Errorf("the store holds %d bytes, expected %d", len(got), len(want))
		}
	})
}
