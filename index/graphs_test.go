package index_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// graphsOf puts most subjects in a graph with their neighbours, some in the other
// one, and a few in all.
func graphsOf(subject int) []int {
	switch {
	case subject%101 == 0:
		return []int{0, 1, 2, 3}
	case subject < 290_000:
		return []int{subject % 2} // as many runs as rows
	}
	return []int{2 + subject/1000%2}
}

// TestGraphsOfManyRuns has graphs whose rows are in more runs than are held in
// memory, and subjects that say their graphs.
func TestGraphsOfManyRuns(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	w, err := index.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	const subjects = 300_000
	graph := func(n int) rdf.Term {
		if n == 0 {
			return rdf.Term{}
		}
		return name(10_000_000 + n)
	}
	want := map[int]int{}
	for s := range subjects {
		for _, g := range graphsOf(s) {
			want[g]++
			q := rdf.Quad{Subject: name(s), Predicate: name(20_000_000 + s%3), Object: rdf.String(fmt.Sprint(s % 1000)), Graph: graph(g)}
			if err := w.Add(q); err != nil {
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
	for g, n := range want {
		id, _ := x.Lookup(graph(g))
		pattern := index.Quad{index.Graph: id}
		if got := x.Estimate(pattern, index.One); got != n {
			t.Errorf("graph %d: %d quads are estimated, expected %d", g, got, n)
		}
		found := 0
		x.Match(pattern, index.One, func(index.Quad) bool { found++; return true })
		if found != n {
			t.Errorf("graph %d: %d quads, expected %d", g, found, n)
		}
	}
	for s := 0; s < subjects; s += 997 {
		checkGraphs(t, x, s, graph)
	}
}

// checkGraphs asks for the graphs of a subject in each way that finds them.
func checkGraphs(t *testing.T, x *index.Index, s int, graph func(int) rdf.Term) {
	t.Helper()
	subject, _ := x.Lookup(name(s))
	predicate, _ := x.Lookup(name(20_000_000 + s%3))
	object, _ := x.Lookup(rdf.String(fmt.Sprint(s % 1000)))
	want := fmt.Sprint(graphsOf(s))
	for _, pattern := range []index.Quad{{subject}, {subject, predicate}, {subject, 0, object}, {0, predicate, object}, {0, 0, object}} {
		var got []int
		for g := range 4 {
			id, _ := x.Lookup(graph(g))
			pattern[index.Graph] = id
			x.Match(pattern, index.One, func(q index.Quad) bool {
				if q[index.Subject] == subject {
					got = append(got, g)
				}
				return true
			})
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%v: graphs %v, expected %v", pattern, got, want)
		}
		named := 0
		pattern[index.Graph] = 0
		x.Match(pattern, index.Each, func(q index.Quad) bool {
			if q[index.Subject] == subject {
				named++
			}
			return true
		})
		for _, g := range graphsOf(s) {
			if g > 0 {
				named--
			}
		}
		if named != 0 {
			t.Errorf("%v: %d named graphs too many", pattern, named)
		}
	}
}
