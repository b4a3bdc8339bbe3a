package index

import (
	"context"
	"errors"
)

// Compact makes one segment of all that updates left, without what they
// replaced. Terms stay, also those that are in no quad any more; only an index
// that is made anew has none of them. As with a Writer, the folder holds what it
// held before until all is done.
func Compact(ctx context.Context, dir string) error {
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
	if len(old.segments) > 1 {
		err = old.compact(ctx, f)
	}
	return errors.Join(err, old.Close(), f.end())
}

func (x *Index) compact(ctx context.Context, f *folder) error {
	info := segmentInfo{Number: f.number(), Seals: map[string]uint32{}}
	var err error
	if info.Seals[nameTerms], err = writeFile(fileName(f.dir, info.Number, nameTerms), func(w *fileWriter) (uint32, error) { return x.copyTerms(ctx, w) }); err != nil {
		return err
	}
	if info.Seals[nameDropped], err = writeDropped(fileName(f.dir, info.Number, nameDropped), nil); err != nil {
		return err
	}
	err = info.fill(func() (uint32, error) {
		var sources []source
		for _, s := range x.segments {
			sources = append(sources, &hashList{hashes: s.hashes})
		}
		return writeHashes(ctx, f.dir, info.Number, sources)
	}, func(which int) (rows int, seal uint32, err error) {
		defer recoverError(&err)
		var sources []source
		for i, s := range x.segments {
			sources = append(sources, x.rangeScan(i, s.orders[which], &row{}, 0))
		}
		return writeOrder(ctx, f.dir, info.Number, which, sources)
	})
	if err != nil {
		return err
	}
	return f.commit(nil, info)
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
