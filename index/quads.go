package index

import (
	"iter"

	"github.com/trialweave/trialweave/rdf"
)

// Quads yields all quads, a graph at a time: the default graph, the named ones,
// and last those of which late is true. Where a file of the index is not as it
// was written, the last that comes is a *CorruptionError.
func (x *Index) Quads(late func(graph rdf.Term) bool) iter.Seq2[rdf.Quad, error] {
	return func(yield func(rdf.Quad, error) bool) {
		more := true
		err := x.View(func() error {
			x.quads(late, func(q rdf.Quad) bool {
				more = yield(q, nil)
				return more
			})
			return nil
		})
		if err != nil && more {
			yield(rdf.Quad{}, err)
		}
	}
}

func (x *Index) quads(late func(rdf.Term) bool, yield func(rdf.Quad) bool) {
	graphs := []ID{0}
	var last []ID
	for _, g := range x.Graphs() {
		if late(x.Term(g)) {
			last = append(last, g)
		} else {
			graphs = append(graphs, g)
		}
	}
	for _, g := range append(graphs, last...) {
		if !x.quadsOf(g, yield) {
			return
		}
	}
}

func (x *Index) quadsOf(g ID, yield func(rdf.Quad) bool) bool {
	name := rdf.Term{}
	if g != 0 {
		name = x.Term(g)
	}
	return x.Match(Quad{Graph: g}, One, func(q Quad) bool {
		return yield(rdf.Quad{Subject: x.Term(q[Subject]), Predicate: x.Term(q[Predicate]), Object: x.Term(q[Object]), Graph: name})
	})
}
