package index_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// all sums up an index quad by quad, in a View.
func all(x *index.Index) (s sum, err error) {
	err = x.View(func() error {
		for _, g := range append(x.Graphs(), 0) {
			x.Match(index.Quad{index.Graph: g}, index.One, func(q index.Quad) bool {
				s.add(rdf.Quad{Subject: x.Term(q[0]), Predicate: x.Term(q[1]), Object: x.Term(q[2]), Graph: x.Term(q[3])})
				return true
			})
		}
		return nil
	})
	return s, err
}

// TestChangedWhileOpen changes, cuts and overwrites files of an index that is
// open and was read: each answer is what it was, or an error that names the
// file.
func TestChangedWhileOpen(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the files are held in memory")
	}
	r := rand.New(rand.NewPCG(6, 6))
	dir, other := filepath.Join(t.TempDir(), "index"), filepath.Join(t.TempDir(), "index")
	want := model{}
	for step := range 2 {
		change(t, dir, want, name(10001), r, step)
	}
	change(t, other, model{}, name(10001), r, 0)
	files, _ := filepath.Glob(filepath.Join(dir, "0*"))
	wrong, told := 0, 0
	for i := range 120 {
		x, err := index.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := all(x); err != nil || got != sumOf(want) {
			t.Fatalf("an index that nobody changed: %v, %v", got, err)
		}
		file := files[r.IntN(len(files))]
		before, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		disturb(t, file, before, other, i, r)
		switch got, err := all(x); {
		case err != nil:
			if damage, ok := errors.AsType[*index.CorruptionError](err); !ok || damage.File != file {
				t.Errorf("%s was changed; the error is %v", file, err)
			}
			told++
		case got != sumOf(want):
			wrong++
			t.Errorf("%s was changed: %d quads, expected %d", file, got.n, len(want))
		}
		if err := os.WriteFile(file, before, 0o600); err != nil {
			t.Fatal(err)
		}
		// What was written again as it was can be read again.
		if got, err := all(x); err != nil || got != sumOf(want) {
			t.Fatalf("%s is as it was: %v, %v", file, got, err)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if told < 40 {
		t.Errorf("%d errors and %d wrong answers of 120 changes", told, wrong)
	}
}

// TestChangedBack has files that are open cut or overwritten, read, and written again
// as they were, from several places at once: what was read meanwhile is of no account.
func TestChangedBack(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the files are held in memory")
	}
	r := rand.New(rand.NewPCG(8, 8))
	dir, other := filepath.Join(t.TempDir(), "index"), filepath.Join(t.TempDir(), "index")
	for step := range 2 {
		change(t, dir, model{}, name(10001), r, step)
	}
	change(t, other, model{}, name(10001), r, 0)
	x, err := index.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	asked := patterns(x)
	// Each goroutine of a server has cursors of its own.
	ask := func() (out []sum, errs []error) {
		out, errs = make([]sum, len(asked)), make([]error, len(asked))
		var group sync.WaitGroup
		for i, p := range asked {
			group.Go(func() {
				errs[i] = x.View(func() error {
					out[i].n = len(x.Graphs())
					x.Match(p.quad, p.scope, func(q index.Quad) bool {
						out[i].add(rdf.Quad{Subject: x.Term(q[0]), Predicate: x.Term(q[1]), Object: x.Term(q[2]), Graph: x.Term(q[3])})
						return true
					})
					return nil
				})
			})
		}
		group.Wait()
		return out, errs
	}
	want, _ := ask()
	files, _ := filepath.Glob(filepath.Join(dir, "0*"))
	told := 0
	for i := range 51 {
		file := files[i%len(files)]
		before, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			err = os.Truncate(file, int64(len(before))-1-r.Int64N(min(4096, int64(len(before))-1)))
		} else {
			disturb(t, file, before, other, 1, r)
		}
		if err != nil {
			t.Fatal(err)
		}
		got, errs := ask()
		for j := range got {
			if errs[j] != nil {
				told++
			} else if got[j] != want[j] {
				t.Errorf("%s is changed: %d quads, expected %d", file, got[j].n, want[j].n)
			}
		}
		if err := os.WriteFile(file, before, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, errs := ask(); errors.Join(errs...) != nil || !slices.Equal(got, want) {
			t.Fatalf("%d: %s is as it was: %v, expected %v; %v", i, file, got, want, errors.Join(errs...))
		}
	}
	if told < 51 {
		t.Errorf("%d errors of 51 changes", told)
	}
}

type pattern struct {
	quad  index.Quad
	scope index.Scope
}

// patterns are some of all kinds, of different orders.
func patterns(x *index.Index) []pattern {
	out := []pattern{{scope: index.Union}, {scope: index.Each}}
	id := func(n int) index.ID { id, _ := x.Lookup(name(n)); return id }
	for n := range 5 {
		out = append(out, pattern{index.Quad{index.Predicate: id(n)}, index.Union}, pattern{index.Quad{index.Object: id(n)}, index.Union},
			pattern{index.Quad{index.Subject: id(n)}, index.Each}, pattern{index.Quad{index.Graph: id(10001 + n)}, index.One})
	}
	return out
}

// disturb flips a bit of a file in place, cuts it, or copies that of another
// index over it.
func disturb(t *testing.T, file string, before []byte, other string, i int, r *rand.Rand) {
	t.Helper()
	var err error
	switch i % 4 {
	case 0:
		err = os.Truncate(file, r.Int64N(int64(len(before))))
	case 1:
		var data []byte
		like, _ := filepath.Glob(filepath.Join(other, "*"+filepath.Ext(file)))
		if data, err = os.ReadFile(like[0]); err == nil {
			err = os.WriteFile(file, data, 0o600)
		}
	default:
		var f *os.File
		if f, err = os.OpenFile(file, os.O_RDWR, 0); err == nil {
			at := r.IntN(len(before))
			_, err = f.WriteAt([]byte{before[at] ^ 1<<r.IntN(8)}, int64(at))
			err = errors.Join(err, f.Close())
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestChangedWhileRead changes a file in the middle of a View, where what was
// read before is right and what comes may not be.
func TestChangedWhileRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the files are held in memory")
	}
	r := rand.New(rand.NewPCG(7, 7))
	dir := filepath.Join(t.TempDir(), "index")
	change(t, dir, model{}, name(10001), r, 0)
	x, err := index.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	time.Sleep(150 * time.Millisecond) // so that the files count as settled
	if _, err := all(x); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.graphs"))
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	err = x.View(func() error {
		data[len(data)/3] ^= 4
		return os.WriteFile(files[0], data, 0o600)
	})
	if damage, ok := errors.AsType[*index.CorruptionError](err); !ok || damage.File != files[0] {
		t.Errorf("a file that was overwritten while it was read: %v", err)
	}
	own := errors.New("what read returns")
	if err := x.View(func() error { return own }); !errors.Is(err, own) {
		t.Errorf("%v, expected the error of read", err)
	}
}

// BenchmarkView is what it costs to look whether files changed.
func BenchmarkView(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "index")
	w, err := index.Create(dir)
	if err == nil {
		err = errors.Join(w.Add(rdf.Quad{Subject: name(1), Predicate: name(2), Object: name(3)}), w.Commit(b.Context()))
	}
	if err != nil {
		b.Fatal(err)
	}
	x, err := index.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	b.ReportAllocs()
	for b.Loop() {
		if err := x.View(func() error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
