package index_test

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/rdf"
)

// writing is what the process that is killed does: it makes the index of a
// step, updates to it, or compacts.
func writing(dir, what string, step int) (err error) {
	if what == "compact" || what == "compact newest" {
		_, err := index.Compact(context.Background(), dir, &index.CompactOptions{Newest: what != "compact"})
		return err
	}
	var w *index.Writer
	if what == "create" {
		w, err = index.Create(dir)
	} else {
		w, err = index.Update(dir, &index.UpdateOptions{Add: []rdf.Term{shared}})
	}
	if err != nil {
		return err
	}
	for i, q := range stepQuads(what, step) {
		if err := w.Add(q); err != nil {
			return errors.Join(err, w.Abort())
		}
		if i%4000 == 3999 {
			if err := w.Spill(); err != nil {
				return errors.Join(err, w.Abort())
			}
		}
	}
	return w.Commit(context.Background())
}

var shared = rdf.IRI("http://example.org/shared")

// stepQuads are what a step brings: an update has a part of the graphs, each
// with other quads than before.
func stepQuads(what string, step int) []rdf.Quad {
	r := rand.New(rand.NewPCG(uint64(step), 1))
	graphs := 200
	if what == "update" {
		graphs = 40
	}
	var out []rdf.Quad
	for range graphs {
		g := r.IntN(300)
		graph := rdf.IRI(fmt.Sprintf("http://example.org/study/%d", g))
		for i := range 100 {
			subject := rdf.IRI(fmt.Sprintf("http://example.org/study/%d#%d", g, r.IntN(30)))
			out = append(out, rdf.Quad{Subject: subject, Predicate: name(i % 7), Object: rdf.String(fmt.Sprint(step, r.IntN(2000))), Graph: graph})
		}
		out = append(out, rdf.Quad{Subject: name(r.IntN(50)), Predicate: name(1), Object: rdf.String(fmt.Sprint(r.IntN(50))), Graph: shared})
	}
	return out
}

var seed = maphash.MakeSeed()

// sum stands for a set of quads, whatever their sequence.
type sum struct {
	n int
	h uint64
}

func (s *sum) add(q rdf.Quad) {
	s.n++
	s.h += maphash.Comparable(seed, q)
}

func sumOf(m model) (s sum) {
	for q := range m {
		s.add(q)
	}
	return s
}

// held sums up what an index answers, and checks it by another order.
func held(t *testing.T, dir string) (s sum) {
	t.Helper()
	x, err := index.Open(dir)
	if errors.Is(err, os.ErrNotExist) {
		return sum{}
	}
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if err := x.Verify(); err != nil {
		t.Fatal(err)
	}
	quad := func(q index.Quad) rdf.Quad {
		return rdf.Quad{Subject: x.Term(q[0]), Predicate: x.Term(q[1]), Object: x.Term(q[2]), Graph: x.Term(q[3])}
	}
	x.Match(index.Quad{}, index.Each, func(q index.Quad) bool { s.add(quad(q)); return true })
	var other sum
	for _, g := range x.Graphs() {
		x.Match(index.Quad{index.Graph: g}, index.One, func(q index.Quad) bool { other.add(quad(q)); return true })
	}
	if s != other || x.Len() != s.n {
		t.Fatalf("%d quads in all graphs, %d graph by graph, %d counted", s.n, other.n, x.Len())
	}
	return s
}

// TestKilled kills processes that make, update and compact an index at moments
// of chance. What it holds then is what it held before, or what it was to hold.
// TRIALWEAVE_SOAK says how many times, TRIALWEAVE_SEED repeats a run.
func TestKilled(t *testing.T) {
	if job := os.Getenv("TRIALWEAVE_WRITING"); job != "" {
		f := strings.Split(job, "\n")
		step, _ := strconv.Atoi(f[2])
		if err := writing(f[0], f[1], step); err != nil {
			t.Fatal(err)
		}
		return
	}
	times, err := strconv.Atoi(os.Getenv("TRIALWEAVE_SOAK"))
	if err != nil {
		times = portion.Count(3, 5)
	}
	chance, err := strconv.ParseUint(os.Getenv("TRIALWEAVE_SEED"), 10, 64)
	if err != nil {
		chance = 1
	}
	t.Logf("TRIALWEAVE_SEED=%d", chance)
	r := rand.New(rand.NewPCG(chance, 0))
	dir := filepath.Join(t.TempDir(), "index")
	now, whole := model{}, 500*time.Millisecond
	killed, done := 0, 0
	for step := 1; killed < times || done == 0; step++ {
		what := []string{"create", "update", "update", "update", "update", "update", "update", "compact newest", "compact newest", "compact"}[r.IntN(10)]
		if len(now) == 0 {
			what = "create"
		}
		next := after(now, what, step)
		took, ended := kill(t, dir, what, step, time.Duration(r.Float64()*float64(whole)*1.2))
		if ended {
			whole = (whole + took) / 2
			done++
		} else {
			killed++
		}
		switch got := held(t, dir); {
		case got == sumOf(next):
			now = next
		case ended || got != sumOf(now):
			t.Fatalf("step %d, %s, ended %v: %d quads, expected those before, %d, or after, %d", step, what, ended, got.n, len(now), len(next))
		}
	}
	t.Logf("%d killed, %d done", killed, done)
	if err := writing(dir, "update", 0); err != nil {
		t.Fatal(err)
	}
	onlyFiles(t, dir)
}

func after(now model, what string, step int) model {
	next := model{}
	if what != "create" {
		for q := range now {
			next[q] = true
		}
	}
	if what != "compact" && what != "compact newest" {
		next.update(stepQuads(what, step), shared)
	}
	return next
}

// kill starts a writer and kills it after a while, if it has not ended by then.
func kill(t *testing.T, dir, what string, step int, after time.Duration) (took time.Duration, ended bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), fmt.Sprintf("TRIALWEAVE_WRITING=%s\n%s\n%d", dir, what, step))
	start := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) // it may have ended
	defer timer.Stop()
	err := cmd.Wait()
	if err != nil && cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("%s ended with %v", what, err)
	}
	return time.Since(start), err == nil
}

// onlyFiles checks that what killed writers left is gone.
func onlyFiles(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[string]int{}
	for _, e := range entries {
		number, _, isPart := strings.Cut(e.Name(), ".")
		if isPart {
			numbers[number]++
		}
	}
	for number, n := range numbers {
		if n != 8 {
			t.Errorf("segment %s has %d files, expected 8: %v", number, n, entries)
		}
	}
}
