package index

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// CompactOptions say how an index is compacted. Nil is the defaults.
type CompactOptions struct {
	// Text decides whether the words of the literals are indexed afterwards.
	Text TextOption
	// Newest compacts no more than what the newest updates left, and only where an
	// index has more than MostSegments segments: as many of the newest ones become one
	// as it takes that the last one that stays has more than four times their quads.
	// Done after each update, this writes a quad again as often as the logarithm of
	// their number, and not each time. Text has to be KeepText.
	Newest bool
	// Temp is the folder of what is sorted on the way. Default: that of the index.
	Temp string
	// Progress is called from several goroutines with the number of rows written so far,
	// and the number of all.
	Progress func(done, total int64)
}

// TextOption is a choice about the words of literals.
type TextOption int

// Whether the words of literals are indexed: as it is, yes or no.
const (
	KeepText TextOption = iota
	WithText
	WithoutText
)

// MostSegments is how many segments an index has before some are compacted by
// themselves: each is asked for every pattern of a query.
const MostSegments = 4

// Compact makes one segment of all that updates left, without what they
// replaced. Terms stay, also those that are in no quad any more; only an index
// that is made anew has none of them. As with a Writer, the folder holds what it
// held before until all is done. It reports whether there was something to do.
func Compact(ctx context.Context, dir string, o *CompactOptions) (done bool, err error) {
	if o == nil {
		o = &CompactOptions{}
	}
	if o.Newest && o.Text != KeepText {
		return false, errors.New("the newest segments are compacted as they are, expected no other choice of words")
	}
	if o.Temp != "" {
		if err := usable(o.Temp); err != nil {
			return false, err
		}
	}
	if !In(dir) {
		_, err := readManifest(dir)
		return false, err
	}
	f, err := lockFolder(dir, false)
	if err != nil {
		return false, err
	}
	old, err := Open(dir)
	if err != nil {
		return false, errors.Join(err, f.unlock())
	}
	if from := o.from(old); from < len(old.segments) {
		done = true
		err = old.compact(ctx, f, from, o)
	}
	return done && err == nil, errors.Join(err, old.Close(), f.end())
}

// from is the first of the segments that become one; where there are none, how many
// segments there are.
func (o *CompactOptions) from(x *Index) int {
	switch {
	case o.Newest:
		var quads []int
		for _, s := range x.segments {
			quads = append(quads, s.quads)
		}
		return newest(quads)
	case len(x.segments) > 1, o.Text != KeepText && (o.Text == WithText) != x.hasWords():
		return 0
	}
	return len(x.segments)
}

// newest is the first of the newest segments that become one, by the quads of each.
func newest(quads []int) int {
	if len(quads) <= MostSegments {
		return len(quads)
	}
	from := len(quads) - 1
	for sum := quads[from]; from > 0 && quads[from-1] <= 4*sum; sum += quads[from] {
		from--
	}
	if from == len(quads)-1 {
		return len(quads) // one alone stays as it is
	}
	return from
}

// compact makes one segment of those from a number on.
func (x *Index) compact(ctx context.Context, f *folder, from int, o *CompactOptions) error {
	c := &compaction{
		x: x, segments: x.segments[from:], from: from,
		space: workspace{dir: f.dir, number: f.number(), temp: o.Temp, meter: newMeter(o.Progress)},
		text:  o.Text == WithText || o.Text == KeepText && x.hasWords(),
	}
	info, err := c.write(ctx)
	if err != nil {
		return err
	}
	return f.commit(slices.Clone(f.now.Segments[:from]), info)
}

// compaction makes one segment of the newest ones of an index, or of all.
type compaction struct {
	x        *Index
	segments []*segment
	from     int // place of the first one
	space    workspace
	text     bool
}

func (c *compaction) write(ctx context.Context) (segmentInfo, error) {
	info := segmentInfo{Number: c.space.number, Base: c.segments[0].terms.base, Seals: map[string]uint32{}}
	c.space.meter.expect(c.expected())
	runs, err := newRuns(&c.space, nameHashes, nil)
	if err != nil {
		return info, err
	}
	defer func() { _ = runs.remove() }() // what stays behind, the folder removes
	digests := &hashRuns{runs: runs}
	if info.Seals[nameTerms], err = writeFile(c.space.path(nameTerms), func(w *fileWriter) (uint32, error) { return c.terms(ctx, w, digests) }); err != nil {
		return info, err
	}
	if info.Seals[nameDropped], err = writeDropped(c.space.path(nameDropped), c.dropped()); err != nil {
		return info, err
	}
	return info, info.fill(ctx, &c.space, c.files(ctx, digests))
}

// expected is how many rows of all files are to be written, at most.
func (c *compaction) expected() int64 {
	n := int64(0)
	for _, s := range c.segments {
		n += int64(len(orders)*s.orders[spog].rows()) + 2*int64(s.terms.count)
		if c.text && s.text != nil {
			n += int64(s.text.count)
		}
	}
	return n
}

// dropped are the graphs of which the segments before count no more.
func (c *compaction) dropped() []ID {
	var all []ID
	for g, at := range c.x.dropped {
		if c.from > 0 && at >= c.from {
			all = append(all, g)
		}
	}
	slices.Sort(all)
	return all
}

// files write those of the segment that takes the place of the others.
func (c *compaction) files(ctx context.Context, digests *hashRuns) segmentFiles {
	base := c.segments[0].terms.base
	files := segmentFiles{
		hashes: func() (uint32, error) {
			return writeHashes(ctx, &c.space, base, uint64(c.x.Terms()-int(base)), merging(digests.sources()))
		},
		rows: func(which int) feed {
			var sources []source
			for i, s := range c.segments {
				sources = append(sources, c.x.rangeScan(c.from+i, s.orders[which], &row{}, 0))
			}
			return merging(sources)
		},
	}
	if c.text {
		files.text = func() (uint32, error) { return c.words(ctx) }
	}
	return files
}

// words writes the words of the segments. Those of one that has none are collected.
func (c *compaction) words(ctx context.Context) (seal uint32, err error) {
	defer recoverError(&err)
	var sources []wordSource
	var literals, count uint64
	for _, s := range c.segments {
		if s.text == nil {
			runs, err := newTextRuns(&c.space, fmt.Sprintf("%s%d", nameText, s.terms.base))
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
		l, n := s.text.stats()
		literals, count = literals+uint64(l), count+uint64(n)
	}
	return writeText(ctx, &c.space, sources, literals, count)
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

// terms writes the terms of the segments, and collects their digests.
func (c *compaction) terms(ctx context.Context, w *fileWriter, digests *hashRuns) (seal uint32, err error) {
	defer recoverError(&err)
	to := dictionaryWriter{to: w, symbols: c.x.packing()}
	next := steps(ctx, c.space.meter)
	n := 0
	for _, s := range c.segments {
		s.terms.each(func(int) {}, func(id ID, tag byte, key []byte) bool {
			if n%stepRows == 0 {
				err = next()
			}
			n++
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
