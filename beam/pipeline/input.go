package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/study"
)

// one returns the only value of a key.
func one[T any](key string, next func(*T) bool) (T, error) {
	var first, second T
	if !next(&first) {
		return first, fmt.Errorf("key %q has no value, expected one", key)
	}
	if next(&second) {
		return first, fmt.Errorf("key %q has several values, expected one", key)
	}
	return first, nil
}

// input is the shard that has a key, and what is to be read of it.
func (f *files) input(ctx context.Context, key string, shards func(*work) bool, blocks func(*block) bool) (w work, in convert.Input, err error) {
	if w, err = one(key, shards); err == nil {
		in, err = f.pieces(ctx, &w, blocks)
	}
	return w, in, err
}

func (f *files) pieces(ctx context.Context, w *work, next func(*block) bool) (convert.Input, error) {
	var ranges []study.Range
	for _, p := range w.Pieces {
		if p.Blocks == "" {
			ranges = append(ranges, study.Range{Path: p.Path, From: p.From, To: p.To})
		}
	}
	in, err := study.OpenRanges(ranges, f.options(ctx))
	if err != nil || len(ranges) > 0 {
		return in, err
	}
	var blocks []block
	for b := (block{}); next(&b); b = (block{}) {
		blocks = append(blocks, b)
	}
	slices.SortFunc(blocks, func(a, b block) int { return cmp.Compare(a.N, b.N) })
	return travelled{in, blocks}, nil
}

// travelled is an input that another worker has read.
type travelled struct {
	*study.Input
	blocks []block
}

// Batches yields what was read, in the order of the file.
func (t travelled) Batches(ctx context.Context) iter.Seq2[*study.Batch, error] {
	return func(yield func(*study.Batch, error) bool) {
		var batch study.Batch
		for _, b := range t.blocks {
			for _, text := range b.Batches {
				err := batch.UnmarshalBinary(text)
				if ctx.Err() != nil {
					err = context.Cause(ctx)
				}
				if err != nil {
					yield(nil, err)
					return
				}
				if !yield(&batch, nil) {
					return
				}
			}
		}
	}
}
