package index_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/rdf"
)

// TestReader compares what a Reader finds with what the index does, one pattern within
// another, so that blocks are in use when others take their places.
func TestReader(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	b := index.NewBuilder()
	name := func(n int) rdf.Term { return rdf.IRI(fmt.Sprintf("http://example.org/%d", n)) }
	for range 60000 {
		s := r.IntN(4000)
		b.Add(rdf.Quad{Subject: name(s), Predicate: name(5000 + r.IntN(7)), Object: name(r.IntN(1 + r.IntN(9000))), Graph: name(9000 + (s/4+r.IntN(2))%50)})
	}
	x := b.Build()
	reader := x.Reader()
	pattern := func(q index.Quad) index.Quad {
		var p index.Quad
		for i := range 3 {
			if r.IntN(5) < 2 {
				p[i] = q[i]
			}
			if r.IntN(20) == 0 {
				p[i] = index.ID(1 + r.IntN(x.Terms()+10))
			}
		}
		return p
	}
	var compare func(p index.Quad, depth int)
	compare = func(p index.Quad, depth int) {
		var want, got []index.Quad
		most := 1 + r.IntN(300)
		x.Match(p, index.Union, func(q index.Quad) bool {
			want = append(want, q)
			return len(want) < most
		})
		more := reader.Match(p, index.Union, func(q index.Quad) bool {
			got = append(got, q)
			if depth < 4 && r.IntN(1<<(3*depth)) == 0 {
				compare(pattern(q), depth+1)
			}
			return len(got) < most
		})
		if !slices.Equal(got, want) || more != (len(got) < most) {
			t.Fatalf("pattern %v: %d matches, and %t, expected %d", p, len(got), more, len(want))
		}
	}
	for range portion.Count(100, 300) {
		compare(pattern(index.Quad{index.ID(1 + r.IntN(x.Terms())), index.ID(1 + r.IntN(x.Terms())), index.ID(1 + r.IntN(x.Terms()))}), 0)
	}
}
