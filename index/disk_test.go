package index_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/rdf"
)

func name(n int) rdf.Term { return rdf.IRI(fmt.Sprintf("http://example.org/%d", n)) }

func randomQuad(r *rand.Rand, terms int) rdf.Quad {
	q := rdf.Quad{Subject: name(r.IntN(terms)), Predicate: name(r.IntN(5)), Object: name(r.IntN(terms))}
	switch r.IntN(4) {
	case 0:
		q.Object = rdf.Typed(fmt.Sprint(r.IntN(terms)), rdf.XSDInteger)
	case 1:
		q.Object = rdf.LangString("a\nb", []string{"en", "EN", "de"}[r.IntN(3)])
	}
	if g := r.IntN(6); g > 0 {
		q.Graph = name(10000 + g)
	}
	return q
}

// smaller is a quad as an index has it.
func smaller(q rdf.Quad) rdf.Quad {
	if q.Object.Language == "EN" {
		q.Object.Language = "en"
	}
	return q
}

// model is what an index should hold.
type model map[rdf.Quad]bool

func (m model) update(quads []rdf.Quad, kept rdf.Term) {
	replaced := map[rdf.Term]bool{}
	for _, q := range quads {
		replaced[q.Graph] = !q.Graph.IsZero() && q.Graph != kept
	}
	for q := range m {
		if replaced[q.Graph] {
			delete(m, q)
		}
	}
	for _, q := range quads {
		m[smaller(q)] = true
	}
}

// same compares an index with what it should hold, by every kind of pattern.
func same(t *testing.T, x *index.Index, want model, r *rand.Rand, patterns int) {
	t.Helper()
	if x.Len() != len(want) {
		t.Fatalf("%d quads, expected %d", x.Len(), len(want))
	}
	graphs := map[rdf.Term]bool{}
	for q := range want {
		if !q.Graph.IsZero() {
			graphs[q.Graph] = true
		}
	}
	if len(x.Graphs()) != len(graphs) {
		t.Fatalf("%d graphs, expected %d", len(x.Graphs()), len(graphs))
	}
	for range patterns {
		q := smaller(randomQuad(r, 300))
		scope := index.Scope(r.IntN(3))
		var pattern index.Quad
		missing := false
		for i, term := range []*rdf.Term{&q.Subject, &q.Predicate, &q.Object, &q.Graph} {
			if i < 3 && r.IntN(2) == 0 {
				*term = rdf.Term{}
				continue
			}
			id, ok := x.Lookup(*term)
			missing = missing || !ok && !term.IsZero()
			pattern[i] = id
		}
		if missing {
			continue
		}
		expected := filtered(want, q, scope)
		before := len(expected)
		x.Match(pattern, scope, func(found index.Quad) bool {
			got := rdf.Quad{Subject: x.Term(found[0]), Predicate: x.Term(found[1]), Object: x.Term(found[2])}
			if scope != index.Union {
				got.Graph = x.Term(found[3])
			}
			if !expected[got] {
				t.Fatalf("%v, scope %d: %v is not expected, or comes twice", q, scope, got)
			}
			delete(expected, got)
			return true
		})
		if len(expected) > 0 {
			t.Fatalf("%v, scope %d: %d of %d are missing", q, scope, len(expected), before)
		}
		if n := x.Estimate(pattern, scope); n < before {
			t.Fatalf("%v, scope %d: estimate %d of %d", q, scope, n, before)
		}
	}
}

// filtered looks at each quad; zero terms of the pattern stand for any.
func filtered(all model, pattern rdf.Quad, scope index.Scope) model {
	found := model{}
	is := func(want, got rdf.Term) bool { return want.IsZero() || want == got }
	for q := range all {
		ok := is(pattern.Subject, q.Subject) && is(pattern.Predicate, q.Predicate) && is(pattern.Object, q.Object)
		switch scope {
		case index.One:
			ok = ok && q.Graph == pattern.Graph
		case index.Each:
			ok = ok && !q.Graph.IsZero()
		case index.Union:
			q.Graph = rdf.Term{}
		}
		if ok {
			found[q] = true
		}
	}
	return found
}

// TestUpdatesAgainstScan updates and compacts an index by chance, and compares
// it with a look at each quad after each step.
func TestUpdatesAgainstScan(t *testing.T) {
	for seed := range uint64(portion.Count(1, 3)) {
		r := rand.New(rand.NewPCG(seed, 9))
		dir := filepath.Join(t.TempDir(), "index")
		want, kept := model{}, name(10001)
		newest := 0
		for step := range 18 {
			if step == 6 || step == 12 || step > 12 && r.IntN(3) == 0 {
				o := &index.CompactOptions{Newest: step%6 == 0, Temp: temp(t, r)}
				done, err := index.Compact(t.Context(), dir, o)
				if err != nil {
					t.Fatal(err)
				}
				if done && o.Newest {
					newest++
				}
			} else {
				change(t, dir, want, kept, r, step)
			}
			x, err := index.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			same(t, x, want, r, 60)
			if err := x.Verify(); err != nil {
				t.Fatal(err)
			}
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if newest == 0 {
			t.Error("the newest segments were never compacted")
		}
	}
}

// temp is by chance a folder for what is sorted, which has to be empty in the end.
func temp(t *testing.T, r *rand.Rand) string {
	t.Helper()
	if r.IntN(2) == 0 {
		return ""
	}
	dir := t.TempDir()
	t.Cleanup(func() {
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			t.Errorf("left in the folder of temporary files: %v, %v", entries, err)
		}
	})
	return dir
}

func change(t *testing.T, dir string, want model, kept rdf.Term, r *rand.Rand, step int) {
	t.Helper()
	w, err := begin(dir, kept, step == 0)
	if err != nil {
		t.Fatal(err)
	}
	if dir := temp(t, r); dir != "" {
		if err := w.Temp(dir); err != nil {
			t.Fatal(err)
		}
	}
	var quads []rdf.Quad
	only := name(10000 + 1 + r.IntN(5)) // most updates replace one graph
	for range r.IntN(3000) / (1 + step) {
		q := randomQuad(r, 300)
		if step > 0 && step%4 > 0 && !q.Graph.IsZero() {
			q.Graph = only
		}
		quads = append(quads, q)
	}
	var p index.Packer
	var packet index.Packet
	var lines []byte
	for i, q := range quads {
		if i%2 == 0 {
			lines = rdf.AppendQuad(lines, q)
			continue
		}
		if err := w.Add(q); err != nil {
			t.Fatal(err)
		}
	}
	err = p.Pack(&packet, lines)
	if err == nil {
		err = w.AddPacket(&packet)
	}
	if err == nil && r.IntN(3) == 0 {
		err = w.Spill()
	}
	if err == nil {
		err = w.Commit(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	want.update(quads, kept)
}

func begin(dir string, kept rdf.Term, create bool) (*index.Writer, error) {
	if create {
		return index.Create(dir)
	}
	return index.Update(dir, &index.UpdateOptions{Add: []rdf.Term{kept}})
}

// TestReadersBesideAWriter reads an index on several goroutines while its folder
// is updated and compacted: it stays what it was.
func TestReadersBesideAWriter(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	dir := filepath.Join(t.TempDir(), "index")
	want := model{}
	change(t, dir, want, name(10001), r, 0)
	x, err := index.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	opened, stop := sumOf(want), make(chan bool)
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for done := false; !done; {
				var got sum
				for _, g := range append(x.Graphs(), 0) {
					x.Match(index.Quad{index.Graph: g}, index.One, func(q index.Quad) bool {
						got.add(rdf.Quad{Subject: x.Term(q[0]), Predicate: x.Term(q[1]), Object: x.Term(q[2]), Graph: x.Term(q[3])})
						return true
					})
				}
				if got != opened {
					t.Errorf("%d quads, expected those of before, %d", got.n, opened.n)
				}
				select {
				case <-stop:
					done = true
				default:
				}
			}
		})
	}
	for step := 1; step < portion.Count(4, 6); step++ {
		change(t, dir, want, name(10001), r, step)
		if _, err := index.Compact(t.Context(), dir, nil); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	readers.Wait()
}

// TestRuns makes an index of many runs, of which some blocks stand alone and
// others between those of other runs, and counts exactly.
func TestRuns(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	dir := filepath.Join(t.TempDir(), "index")
	w, err := index.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := model{}
	for i := range 30000 {
		q := rdf.Quad{Subject: name(i / 20), Predicate: name(i % 11), Object: name(r.IntN(1 + i)), Graph: name(1e6 + i/100)}
		if i%7 == 0 {
			q = randomQuad(r, 300)
		}
		want[smaller(q)] = true
		if err := w.Add(q); err != nil {
			t.Fatal(err)
		}
		if i%2500 == 0 {
			if err := w.Spill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	x, err := index.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	same(t, x, want, r, 60)
	exact(t, x, want)
}

// exact compares the counts of predicates.
func exact(t *testing.T, x *index.Index, want model) {
	t.Helper()
	subjects, objects, quads := map[rdf.Quad]bool{}, map[rdf.Quad]bool{}, map[rdf.Term]int{}
	expected := map[rdf.Term]index.Counts{}
	for q := range want {
		quads[q.Predicate]++
		subjects[rdf.Quad{Predicate: q.Predicate, Subject: q.Subject}] = true
		objects[rdf.Quad{Predicate: q.Predicate, Object: q.Object}] = true
	}
	for p, n := range quads {
		expected[p] = index.Counts{Quads: n}
	}
	for q := range subjects {
		c := expected[q.Predicate]
		c.Subjects++
		expected[q.Predicate] = c
	}
	for q := range objects {
		c := expected[q.Predicate]
		c.Objects++
		expected[q.Predicate] = c
	}
	for p, c := range expected {
		id, _ := x.Lookup(p)
		if got := x.Predicate(id); got != c {
			t.Errorf("%v: %+v, expected %+v", p, got, c)
		}
	}
}

// TestOneWriter checks that a second writer is refused, and that one which gives
// up leaves nothing.
func TestOneWriter(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	w, err := index.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := index.Create(dir); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("a second writer: %v", err)
	}
	if err := w.Abort(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder of a writer that gave up is there")
	}
}

// TestDamage changes or cuts files of an index: that is an error which names
// the file, or the answers are what they were.
func TestDamage(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	dir := filepath.Join(t.TempDir(), "index")
	want := model{}
	for step := range 3 {
		change(t, dir, want, name(10001), r, step)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for range portion.Count(50, 300) {
		f := filepath.Join(dir, files[r.IntN(len(files))].Name())
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) == 0 {
			continue // the lock
		}
		bad := append([]byte{}, data...)
		if r.IntN(3) == 0 {
			bad = bad[:r.IntN(len(bad))]
		} else {
			bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
		}
		if err := os.WriteFile(f, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		damaged(t, dir, f, want, r)
		if err := os.WriteFile(f, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func damaged(t *testing.T, dir, file string, want model, r *rand.Rand) {
	t.Helper()
	named := func(err error) {
		if d, ok := errors.AsType[*index.CorruptionError](err); !ok || d.File != file {
			t.Fatalf("%s is damaged; the error is %v", file, err)
		}
	}
	x, err := index.Open(dir)
	if err != nil {
		named(err)
		return
	}
	defer x.Close()
	if x.Verify() == nil {
		t.Fatalf("%s is damaged, and Verify finds nothing", file)
	}
	y, err := index.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer y.Close()
	defer func() {
		if d := recover(); d != nil {
			named(d.(error))
		}
	}()
	same(t, y, want, r, 30)
	matching(t, y)
}

// TestAbandoned leaves what the folder held, and nothing of the writer; what was
// abandoned does not become the index.
func TestAbandoned(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	for _, create := range []bool{true, false, false} {
		w, err := begin(dir, name(1), create)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Add(rdf.Quad{Subject: name(1), Predicate: name(2), Object: name(3), Graph: name(4)}); err != nil {
			t.Fatal(err)
		}
		before := held(t, dir)
		if err := w.Spill(); err != nil {
			t.Fatal(err)
		}
		w.Abandon()
		if err := w.Commit(t.Context()); err == nil {
			t.Fatal("a writer that was abandoned has made the index")
		}
		if after := held(t, dir); after != before {
			t.Fatalf("%d quads, expected those of before, %d", after.n, before.n)
		}
		if _, err := os.Stat(dir); create && err == nil {
			t.Fatalf("%s is left", dir)
		}
		if err := writing(dir, "create", 1); err != nil {
			t.Fatal(err)
		}
		onlyFiles(t, dir)
	}
}
