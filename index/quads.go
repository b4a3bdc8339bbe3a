package index

import (
	"iter"

	"github.com/trialweave/trialweave/rdf"
)

// Quads yields every quad, graph by graph. The error, which ends them, is a
// *Damage.
func (x *Index) Quads() iter.Seq2[rdf.Quad, error] {
	return func(yield func(rdf.Quad, error) bool) {
		if err := x.each(func(q rdf.Quad) bool { return yield(q, nil) }); err != nil {
			yield(rdf.Quad{}, err)
		}
	}
}

func (x *Index) each(yield func(rdf.Quad) bool) (err error) {
	defer rescued(&err)
	const most = 1 << 14
	recent := map[ID]rdf.Term{}
	term := func(id ID) rdf.Term {
		t, ok := recent[id]
		if !ok && id != 0 {
			if len(recent) == most {
				clear(recent)
			}
			t = x.Term(id)
			recent[id] = t
		}
		return t
	}
	x.scan(gspo, Quad{}, 0, func(q Quad) bool {
		return yield(rdf.Quad{Subject: term(q[Subject]), Predicate: term(q[Predicate]), Object: term(q[Object]), Graph: term(q[Graph])})
	})
	return nil
}
