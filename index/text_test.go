package index_test

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/words"
)

var vocabulary = strings.Fields("a of the insulin Insulin insulins type 2 diabetes diabetic Sjögren SJOGREN β-blocker 糖尿病 " + strings.Repeat("long", 20) + " " + strings.Repeat("long", 20) + "er")

func randomText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(8) {
		b.WriteString(vocabulary[r.IntN(len(vocabulary))] + []string{" ", ", ", "-", "\n"}[r.IntN(4)])
	}
	return b.String()
}

func randomTerm(r *rand.Rand) rdf.Term {
	switch r.IntN(8) {
	case 0:
		return rdf.LangString(randomText(r), "en")
	case 1:
		return rdf.Typed(randomText(r), "http://example.org/"+vocabulary[r.IntN(3)])
	case 2, 3:
		return rdf.IRI("http://example.org/" + vocabulary[3+r.IntN(6)] + "/" + vocabulary[r.IntN(len(vocabulary))])
	case 4:
		return rdf.Blank("insulin" + vocabulary[r.IntN(2)])
	}
	return rdf.String(randomText(r))
}

var searches = []string{
	"insulin", "INSULINS", "insulin type", "ins*", "diab* OR blocker", `"type 2"`, `"type 2 diab*"`, "sjögren NOT insulin", "糖尿病", "糖尿",
	strings.Repeat("long", 20), "long*", "the (insulin OR (diabetes -type))", "a NOT (of the)", `insulin NOT "type 2"`, "absent", "insulin absent", "β-blocker",
}

// TestTextAgainstScan updates and compacts an index with and without words, and
// compares what is found by words with a look at each term.
func TestTextAgainstScan(t *testing.T) {
	for seed := range uint64(portion.Count(1, 4)) {
		r := rand.New(rand.NewPCG(seed, 11))
		dir := filepath.Join(t.TempDir(), "index")
		for step := range 8 {
			changeText(t, dir, r, step)
			x, err := index.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			matching(t, x)
			candidates(t, x, r)
			if err := x.Verify(); err != nil {
				t.Fatal(err)
			}
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func changeText(t *testing.T, dir string, r *rand.Rand, step int) {
	t.Helper()
	if step > 0 && r.IntN(3) == 0 {
		o := []*index.CompactOptions{nil, {Newest: true}, {Text: index.WithText}, {Text: index.WithText}, {Text: index.WithoutText}}[r.IntN(5)]
		if _, err := index.Compact(t.Context(), dir, o); err != nil {
			t.Fatal(err)
		}
		return
	}
	w, err := begin(dir, name(10001), step == 0)
	if err != nil {
		t.Fatal(err)
	}
	if r.IntN(4) == 0 {
		if err := w.Text(r.IntN(2) == 0); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 1 + r.IntN(700) {
		if err := w.Add(rdf.Quad{Subject: name(i), Predicate: name(i % 3), Object: randomTerm(r), Graph: name(10001 + r.IntN(4))}); err != nil {
			t.Fatal(err)
		}
		if i%200 == 199 {
			if err := w.Spill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func matching(t *testing.T, x *index.Index) {
	t.Helper()
	var s words.Scanner
	literals, count := 0, 0
	for id := index.ID(1); int(id) <= x.Terms(); id++ {
		if term := x.Term(id); term.Kind == rdf.LiteralTerm {
			literals++
			count += s.Read(term.Value).Len()
		}
	}
	if l, c := x.Literals(func() {}); l != literals || c != count {
		t.Errorf("%d literals of %d words, expected %d of %d", l, c, literals, count)
	}
	for _, search := range searches {
		q, err := words.Parse(search)
		if err != nil {
			t.Fatal(err)
		}
		var want []index.ID
		for id := index.ID(1); int(id) <= x.Terms(); id++ {
			if term := x.Term(id); term.Kind == rdf.LiteralTerm && q.Matches(s.Read(term.Value)) {
				want = append(want, id)
			}
		}
		if got := x.Matching(q, func(int) {}); !slices.Equal(got, want) {
			t.Fatalf("%s: %v, expected %v", search, got, want)
		}
		if q.Op == words.Phrase && x.Frequency(q, func() {}) < len(want) {
			t.Errorf("%s: %d literals, expected at least %d", search, x.Frequency(q, func() {}), len(want))
		}
	}
}

// candidates checks that no term is left out that contains a text.
func candidates(t *testing.T, x *index.Index, r *rand.Rand) {
	t.Helper()
	for range 30 {
		text := randomText(r)
		if from, to := r.IntN(len(text)+1), r.IntN(len(text)+1); from < to {
			text = text[from:to]
		}
		text = strings.ToValidUTF8(text, "")
		n, ok := words.NeedleOf(text)
		if !ok {
			continue
		}
		iris := r.IntN(2) == 0
		found, ok := x.Candidates(n, iris, 1<<20, func(int) {})
		if ok != x.HasText() {
			t.Fatalf("candidates: %v, words: %v", ok, x.HasText())
		}
		for id := index.ID(1); ok && int(id) <= x.Terms(); id++ {
			term := x.Term(id)
			if term.Kind == rdf.BlankTerm || term.Kind == rdf.IRITerm && !iris || !strings.Contains(strings.ToLower(term.Value), strings.ToLower(text)) {
				continue
			}
			if _, has := slices.BinarySearch(found, id); !has {
				t.Fatalf("%q: %v is not among %d candidates", text, term, len(found))
			}
		}
		if _, few := x.Candidates(n, iris, len(found)-1, func(int) {}); ok && few && len(found) > 0 {
			t.Fatalf("%q: more candidates than asked for", text)
		}
	}
}

// TestManyNumbers finds more literals by the beginning of a word than are sorted.
func TestManyNumbers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	w, err := index.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	const n = 150_000
	for i := range n {
		text := "word" + strings.Repeat("x", i%7) + " wo" + strings.Repeat("y", i%3) + " " + strings.Repeat("z", i%40) + name(i).Value
		if err := w.Add(rdf.Quad{Subject: name(1), Predicate: name(2), Object: rdf.String(text)}); err != nil {
			t.Fatal(err)
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
	q, err := words.Parse("wo*")
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	found := x.Matching(q, func(n int) { asked += n })
	if len(found) != n || !slices.IsSorted(found) || asked < n {
		t.Errorf("%d literals, %d asked for, expected %d in order", len(found), asked, n)
	}
}
