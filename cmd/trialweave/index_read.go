package main

import (
	"context"
	"iter"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// readIndex yields the quads of an index, a graph at a time: those of studies
// after the others, which they point at.
func readIndex(ctx context.Context, dir string) iter.Seq2[rdf.Quad, error] {
	return func(yield func(rdf.Quad, error) bool) {
		x, err := index.Open(dir)
		if err != nil {
			yield(rdf.Quad{}, err)
			return
		}
		defer x.Close() //nolint:errcheck // nothing was written
		for q, err := range x.Quads(recordGraph) {
			if err == nil {
				err = context.Cause(ctx)
			}
			if !yield(q, err) || err != nil {
				return
			}
		}
	}
}
