//go:build integration

package integration

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestSoak kills a sync again and again, its client and its server in turn, at a
// moment of chance, and runs it again: the end is that of a sync that nobody
// disturbed. TRIALWEAVE_SOAK says how many times a server, TRIALWEAVE_SEED
// repeats a run, TRIALWEAVE_SERVER names one server. It is part of make soak.
func TestSoak(t *testing.T) {
	runs, err := strconv.Atoi(os.Getenv("TRIALWEAVE_SOAK"))
	if err != nil || runs <= 0 {
		t.Skip("part of make soak: TRIALWEAVE_SOAK says how many runs")
	}
	seed := seedOf(t)
	dir := sample(t, 100)
	older, edited, _ := newer(t, dir)
	for _, kind := range servers {
		if only := os.Getenv("TRIALWEAVE_SERVER"); only != "" && only != kind.name {
			continue
		}
		t.Run(kind.name, func(t *testing.T) { soak(t, kind.make(t), runs, seed, older, edited) })
	}
}

func soak(t *testing.T, s *server, runs int, seed uint64, older, edited string) {
	dice := rand.New(rand.NewPCG(seed, uint64(len(s.name))))
	s.fresh(t)
	s.must(t, "load", s.target, edited)
	want := map[string][]string{edited: s.dump(t)}
	s.must(t, "sync", s.target, older)
	want[older] = s.dump(t)
	whole := time.Second
	bad := filepath.Join(t.TempDir(), "bad")
	killedClient, killedServer := 0, 0
	for i := range runs {
		to := []string{edited, older}[i%2]
		input := to
		if i%10 == 9 { // a bad record in place of a good one
			input = broken(t, bad+strconv.Itoa(i), to)
		}
		cmd := s.command(t, "sync", s.target, input)
		start := time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(dice.Int64N(int64(whole))))
		if i%4 < 2 {
			_ = cmd.Process.Kill()
			killedClient++
		} else {
			s.kill()
			killedServer++
			s.start(t)
		}
		_ = cmd.Wait()
		again := time.Now()
		said, status := s.ours(t, "sync", s.target, input)
		took := time.Since(again)
		t.Logf("run %d of %d: killed after %.1f s, run again in %.1f s", i+1, runs, again.Sub(start).Seconds(), took.Seconds())
		whole = max(whole/2, min(took, 5*time.Second))
		if expected := map[bool]int{true: 1, false: 0}[input != to]; status != expected {
			t.Fatalf("run %d of seed %d: status %d after %.1f s\n%.2000s", i, seed, status, time.Since(start).Seconds(), said)
		}
		if input != to {
			s.must(t, "sync", s.target, to)
		}
		if got := s.dump(t); strings.Join(got, "") != strings.Join(want[to], "") {
			t.Fatalf("run %d of seed %d: %d quads, expected %d\n%s", i, seed, len(got), len(want[to]), differences(want[to], got))
		}
	}
	t.Logf("%d runs, %d times the client was killed and %d times the server: always as if undisturbed (seed %d)", runs, killedClient, killedServer, seed)
}

// broken copies a folder with one record cut short: its study is to be kept.
func broken(t testing.TB, to, from string) string {
	t.Helper()
	for i, file := range files(t, from) {
		data := load(t, file)
		if i == 7 {
			data = data[:len(data)-40]
		}
		save(t, filepath.Join(to, filepath.Base(file)), data)
	}
	return to
}
