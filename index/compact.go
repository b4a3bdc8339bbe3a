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
	f, err := lockFolder(dir)
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
	var err error
	if info.Seals[nameTerms], err = writeFile(fileName(f.dir, info.Number, nameTerms), func(w *fileWriter) (uint32, error) { return x.copyTerms(ctx, w) }); err != nil {
		return err
	}
	if info.Seals[nameDropped], err = writeDropped(fileName(f.dir, info.Number, nameDropped), nil); err != nil {
		return err
	}
	if err = info.fill(x.compacted(ctx, f.dir, info.Number, text)); err != nil {
		return err
	}
	return f.commit(nil, info)
}

// compacted write the files of the segment that takes the place of all.
func (x *Index) compacted(ctx context.Context, dir string, number int, text bool) segmentFiles {
	files := segmentFiles{
		hashes: func() (uint32, error) {
			var sources []source
			for _, s := range x.segments {
				sources = append(sources, &hashList{hashes: s.hashes})
			}
			return writeHashes(ctx, dir, number, sources)
		},
		order: func(which int) (rows int, seal uint32, err error) {
			defer recoverError(&err)
			var sources []source
			for i, s := range x.segments {
				sources = append(sources, x.rangeScan(i, s.orders[which], &row{}, 0))
			}
			return writeOrder(ctx, dir, number, which, sources)
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
	var scratch []byte
	for n := range ID(s.terms.count) {
		if n%(1<<16) == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		tag, key := s.terms.key(s.terms.base+1+n, scratch)
		if tag == tagIRI {
			scratch = key
		}
		to.table.add(s.terms.base+1+n, tag, key)
		if len(to.table.found) >= mostFound {
			if err := to.spill(); err != nil {
				return err
			}
		}
	}
	return to.spill()
}

func (x *Index) copyTerms(ctx context.Context, w *fileWriter) (seal uint32, err error) {
	defer recoverError(&err)
	to := dictionaryWriter{to: w}
	var scratch []byte
	for _, s := range x.segments {
		for n := range ID(s.terms.count) {
			if n%(1<<16) == 0 && ctx.Err() != nil {
				return 0, context.Cause(ctx)
			}
			tag, key := s.terms.key(s.terms.base+1+n, scratch)
			if tag == tagIRI {
				scratch = key
			}
			to.add(tag, key)
		}
	}
	return to.finish()
}

// hashList gives hashes as rows.
type hashList struct {
	*hashes
	i   int
	row row
}

func (h *hashList) next() *row {
	if h.i == int(h.count) {
		return nil
	}
	hash, id := h.at(h.i)
	h.i++
	h.row = row{hash, 0, 0, uint32(id)}
	return &h.row
}
