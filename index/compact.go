package index

import (
	"context"
	"errors"
	"fmt"
)

// Compact makes one segment of all that updates left, without what they
// replaced. Terms stay, also those that are in no quad any more; only an index
// that is made anew has none of them. As with a Writer, the folder holds what it
// held before until all is done.
func Compact(ctx context.Context, dir string) error {
	return rewrite(ctx, dir, func(old *Index) (needed, text bool) {
		return len(old.segments) > 1, old.hasWords()
	})
}

// CompactText does what Compact does, and has the words of the literals indexed
// or leaves them out, also where nothing was updated.
func CompactText(ctx context.Context, dir string, text bool) error {
	return rewrite(ctx, dir, func(old *Index) (needed, _ bool) {
		return len(old.segments) > 1 || text != old.hasWords(), text
	})
}

func rewrite(ctx context.Context, dir string, how func(old *Index) (needed, text bool)) error {
	if !In(dir) {
		_, err := readManifest(dir)
		return err
	}
	f, err := lockFolder(dir, false)
	if err != nil {
		return err
	}
	old, err := Open(dir)
	if err != nil {
		return errors.Join(err, f.unlock())
	}
	if needed, text := how(old); needed {
		err = old.compact(ctx, f, text)
	}
	return errors.Join(err, old.Close(), f.end())
}

func (x *Index) compact(ctx context.Context, f *folder, text bool) error {
	info := segmentInfo{Number: f.number(), Seals: map[string]uint32{}}
	runs, err := newRuns(fileName(f.dir, info.Number, nameHashes+".runs"), nil)
	if err != nil {
		return err
	}
	defer func() { _ = runs.remove() }() // what stays behind, the folder removes
	digests := &hashRuns{runs: runs}
	if info.Seals[nameTerms], err = writeFile(fileName(f.dir, info.Number, nameTerms), func(w *fileWriter) (uint32, error) { return x.copyTerms(ctx, w, digests) }); err != nil {
		return err
	}
	if info.Seals[nameDropped], err = writeDropped(fileName(f.dir, info.Number, nameDropped), nil); err != nil {
		return err
	}
	if err = info.fill(ctx, f.dir, x.compacted(ctx, f.dir, info.Number, text, digests)); err != nil {
		return err
	}
	return f.commit(nil, info)
}

// compacted write the files of the segment that takes the place of all.
func (x *Index) compacted(ctx context.Context, dir string, number int, text bool, digests *hashRuns) segmentFiles {
	files := segmentFiles{
		hashes: func() (uint32, error) {
			return writeHashes(ctx, dir, number, 0, uint64(x.Terms()), digests.sources())
		},
		rows: func(which int) feed {
			var sources []source
			for i, s := range x.segments {
				sources = append(sources, x.rangeScan(i, s.orders[which], &row{}, 0))
			}
			return merging(sources)
		},
	}
	if text {
		files.text = func() (uint32, error) { return x.copyText(ctx, dir, number) }
	}
	return files
}

// copyText writes the words of all segments. Those of one that has none are
// collected.
func (x *Index) copyText(ctx context.Context, dir string, number int) (seal uint32, err error) {
	defer recoverError(&err)
	var sources []wordSource
	var literals, count uint64
	for _, s := range x.segments {
		if s.text == nil {
			runs, err := newTextRuns(fileName(dir, number, fmt.Sprintf("%s%d.runs", nameText, s.terms.base)))
			if err == nil {
				defer func() { _ = runs.remove() }() // what stays behind, the folder removes
				err = s.collectText(ctx, runs)
			}
			if err != nil {
				return 0, err
			}
			sources = append(sources, runs.wordSources()...)
			literals, count = literals+runs.table.literals, count+runs.table.count
			continue
		}
		sources = append(sources, &textWords{textIndex: s.text})
		l, c := s.text.stats()
		literals, count = literals+uint64(l), count+uint64(c)
	}
	return writeText(ctx, dir, number, sources, literals, count)
}

// collectText collects the words of a segment.
func (s *segment) collectText(ctx context.Context, to *textRuns) error {
	var err error
	s.terms.each(func(int) {}, func(id ID, tag byte, key []byte) bool {
		if id%(1<<16) == 0 && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if to.table.add(id, tag, key); err == nil && len(to.table.found) >= mostFound {
			err = to.spill()
		}
		return err == nil
	})
	return errors.Join(err, to.spill())
}

// copyTerms writes the terms of all segments, and collects their digests.
func (x *Index) copyTerms(ctx context.Context, w *fileWriter, digests *hashRuns) (seal uint32, err error) {
	defer recoverError(&err)
	to := dictionaryWriter{to: w, symbols: x.packing()}
	for _, s := range x.segments {
		s.terms.each(func(int) {}, func(id ID, tag byte, key []byte) bool {
			if id%(1<<16) == 0 && ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			to.add(tag, key)
			if err == nil {
				err = digests.add(id, tag, key)
			}
			return err == nil
		})
		if err != nil {
			return 0, err
		}
	}
	if err := digests.spill(); err != nil {
		return 0, err
	}
	return to.finish()
}

// packing returns the symbols of the segment with the most terms, by which those of
// others are packed as well; nil where it has none.
func (x *Index) packing() *symbols {
	var most *dictionary
	for _, s := range x.segments {
		if most == nil || s.terms.count > most.count {
			most = s.terms
		}
	}
	if most == nil || len(most.symbols().all) == 0 {
		return nil
	}
	return newSymbols(most.symbols().all)
}
