package index_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// TestMatchAgainstScan compares every kind of pattern in every scope with a
// look at each quad.
func TestMatchAgainstScan(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	b := index.NewBuilder()
	name := func(n int) rdf.Term { return rdf.IRI(fmt.Sprintf("http://example.org/%d", n)) }
	all := map[rdf.Quad]bool{}
	for range 400 {
		q := rdf.Quad{Subject: name(r.IntN(8)), Predicate: name(r.IntN(4)), Object: name(r.IntN(8))}
		if g := r.IntN(4); g > 0 {
			q.Graph = name(20 + g)
		}
		all[q] = true
		b.Add(q)
	}
	x := b.Build()
	if x.Len() != len(all) {
		t.Fatalf("%d quads, expected %d", x.Len(), len(all))
	}
	for range 2000 {
		var pattern index.Quad
		for i := range 3 {
			if r.IntN(2) == 0 {
				pattern[i] = index.ID(1 + r.IntN(x.Terms()))
			}
		}
		scope := index.Scope(r.IntN(3))
		if scope == index.One && r.IntN(3) > 0 {
			pattern[3] = x.Graphs()[r.IntN(len(x.Graphs()))]
		}
		want, got := scan(x, all, pattern, scope), 0
		x.Match(pattern, scope, func(index.Quad) bool { got++; return true })
		if got != want {
			t.Fatalf("pattern %v, scope %d: %d matches, expected %d", pattern, scope, got, want)
		}
		if e := x.Estimate(pattern, scope); e < got {
			t.Fatalf("pattern %v, scope %d: estimate %d of %d", pattern, scope, e, got)
		}
	}
}

func scan(x *index.Index, all map[rdf.Quad]bool, pattern index.Quad, scope index.Scope) int {
	found := map[rdf.Quad]bool{}
	for q := range all {
		ok := true
		for i, term := range []rdf.Term{q.Subject, q.Predicate, q.Object} {
			ok = ok && (pattern[i] == 0 || x.Term(pattern[i]) == term)
		}
		switch scope {
		case index.One:
			ok = ok && (pattern[3] == 0 && q.Graph.IsZero() || pattern[3] != 0 && q.Graph == x.Term(pattern[3]))
		case index.Each:
			ok = ok && !q.Graph.IsZero()
		case index.Union:
			q.Graph = rdf.Term{}
		}
		if ok {
			found[q] = true
		}
	}
	return len(found)
}

func ExampleBuilder() {
	b := index.NewBuilder()
	knows := rdf.IRI("http://example.org/knows")
	b.Add(rdf.Quad{Subject: rdf.IRI("http://example.org/a"), Predicate: knows, Object: rdf.IRI("http://example.org/b")})
	x := b.Build()
	id, _ := x.Lookup(knows)
	x.Match(index.Quad{index.Predicate: id}, index.Union, func(q index.Quad) bool {
		fmt.Println(x.Term(q[index.Object]))
		return true
	})
	// Output: <http://example.org/b>
}
