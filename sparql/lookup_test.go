package sparql

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// TestLookup compares what a table of a predicate gives with what the store does, for
// subjects and objects in any sequence.
func TestLookup(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	b := index.NewBuilder()
	name := func(n int) rdf.Term { return rdf.IRI(fmt.Sprintf("http://e/%d", n)) }
	for range 5000 {
		b.Add(rdf.Quad{Subject: name(r.IntN(3000)), Predicate: name(5000 + r.IntN(2)), Object: name(r.IntN(50)), Graph: name(6000 + r.IntN(3))})
	}
	x := b.Build()
	q, err := Parse("SELECT * { ?s ?p ?o }", "")
	if err != nil {
		t.Fatal(err)
	}
	e := newEvaluator(t.Context(), q, x, nil)
	predicate, _ := x.Lookup(name(5000))
	table := e.tableOf(predicate)
	for i := range 4000 {
		p := index.Quad{index.Subject: index.ID(1 + r.IntN(x.Terms()+3)), index.Predicate: predicate}
		switch r.IntN(4) {
		case 0:
			p[index.Object] = index.ID(1 + r.IntN(x.Terms()))
		case 1:
			p[index.Subject] = index.ID(1 + i%x.Terms())
		}
		most := 1 + r.IntN(4)
		var want, got []index.Quad
		x.Match(p, index.Union, func(q index.Quad) bool {
			want = append(want, q)
			return len(want) < most
		})
		more := e.lookup(table, p, table.quads, func(q index.Quad) bool {
			got = append(got, q)
			return len(got) < most
		})
		if !slices.Equal(got, want) || more != (len(got) < most) {
			t.Fatalf("%v: %v and %t, expected %v", p, got, more, want)
		}
	}
	if table.pairs == nil {
		t.Error("the table was not read")
	}
}
