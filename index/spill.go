package index

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"sync"

	"github.com/trialweave/trialweave/rdf"
)

// spiller makes a segment of chunks. Of each chunk it numbers the terms that
// nobody had before, writes them to the dictionary, and leaves the quads as a
// run in each order; in the end the runs are merged.
type spiller struct {
	folder *folder
	number int
	old    *Index // that is updated; nil for none
	keep   map[ID]bool
	drops  map[ID]bool
	base   ID
	next   ID // number of the next new term

	file   *os.File
	terms  dictionaryWriter
	runs   [len(orders)]*runs
	hashes *runs
	text   *textRuns // nil for none
	sorter sorter
	buffer []byte
}

func newSpiller(f *folder, old *Index, add []rdf.Term) (*spiller, error) {
	s := &spiller{folder: f, number: f.number(), old: old, keep: map[ID]bool{}, drops: map[ID]bool{}}
	if old != nil {
		s.base = ID(old.Terms())
		for _, t := range add {
			if id, ok := old.Lookup(t); ok {
				s.keep[id] = true
			}
		}
	}
	s.next = s.base + 1
	return s, s.create()
}

// create creates the files that are written while chunks come.
func (s *spiller) create() (err error) {
	name := func(what string) string { return fileName(s.folder.dir, s.number, what) }
	if s.file, err = os.Create(name(nameTerms)); err != nil {
		return err
	}
	s.terms.to = newFileWriter(s.file)
	if s.hashes, err = newRuns(name(nameHashes+".runs"), nil); err != nil {
		return err
	}
	for i := range orders {
		if s.runs[i], err = newRuns(name(orders[i].name+".runs"), &orders[i]); err != nil {
			return err
		}
	}
	return s.withText(s.old == nil || s.old.hasWords())
}

// withText begins the words of the segment, or leaves them out.
func (s *spiller) withText(on bool) error {
	if !on {
		err := s.text.remove()
		s.text = nil
		return err
	}
	var err error
	s.text, err = newTextRuns(fileName(s.folder.dir, s.number, nameText+".runs"))
	return err
}

func (s *spiller) empty() bool { return len(s.hashes.ends) == 0 && len(s.drops) == 0 }

func (s *spiller) drop(graph rdf.Term) {
	if s.old == nil {
		return
	}
	if id, ok := s.old.Lookup(graph); ok && s.old.HasGraph(id) {
		s.drops[id] = true
	}
}

// spill writes a chunk.
func (s *spiller) spill(c *chunk) (err error) {
	defer recoverError(&err)
	rows := c.hashRows()
	ids, err := s.known(c, rows)
	if err != nil {
		return err
	}
	first := s.next
	for i := range c.terms {
		if ids[i+1] != 0 {
			continue
		}
		if s.next == noID {
			return errors.New("more than 4,294,967,294 terms, expected fewer in one index")
		}
		ids[i+1] = uint32(s.next)
		s.next++
		s.terms.add(c.key(i + 1))
	}
	words := s.spillText(c, ids, first)
	defer func() { err = errors.Join(err, <-words) }()
	fresh := rows[:0]
	for _, r := range rows {
		if r[3] = ids[r[3]]; ID(r[3]) >= first {
			fresh = append(fresh, r)
		}
	}
	if err := s.hashes.add(fresh); err != nil {
		return err
	}
	return s.spillQuads(c, ids)
}

// spillText has the words of the new terms written meanwhile.
func (s *spiller) spillText(c *chunk, ids []uint32, first ID) <-chan error {
	done := make(chan error, 1)
	if s.text == nil {
		done <- nil
		return done
	}
	go func() {
		for i := range c.terms {
			if id := ID(ids[i+1]); id >= first {
				tag, key := c.key(i + 1)
				s.text.table.add(id, tag, key)
			}
		}
		done <- s.text.spill()
	}()
	return done
}

// noID is the number of no term.
const noID = ^ID(0)

func (s *spiller) spillQuads(c *chunk, ids []uint32) error {
	for i := range c.quads {
		q := &c.quads[i]
		*q = row{ids[q[0]], ids[q[1]], ids[q[2]], ids[q[3]]}
	}
	if s.old != nil {
		s.replace(c)
	}
	var errs []error
	s.sorter.all(c.quads, func(which int, rows []row) {
		errs = append(errs, s.runs[which].add(rows))
	})
	return errors.Join(errs...)
}

// known finds the numbers of terms that came in an earlier chunk, or are in the
// index that is updated; 0 is for new ones. The rows are sorted digests.
func (s *spiller) known(c *chunk, rows []row) ([]uint32, error) {
	ids := make([]uint32, len(c.terms)+1)
	if s.buffer == nil {
		s.buffer = make([]byte, 256<<10)
	}
	for _, earlier := range s.hashes.sections() {
		if err := join(rows, earlier, s.buffer, ids); err != nil {
			return nil, fmt.Errorf("%s: %w", s.hashes.file.Name(), err)
		}
	}
	if s.old == nil {
		return ids, nil
	}
	for i := range c.terms {
		if ids[i+1] == 0 {
			tag, key := c.key(i + 1)
			id, _ := s.old.find(c.terms[i].digest, tag, key)
			ids[i+1] = uint32(id)
		}
	}
	return ids, nil
}

// join gives terms the numbers that they have in a run. Most rows of a run are
// passed over, so no more is looked at than the first part of a digest.
func join(rows []row, in io.Reader, buffer []byte, ids []uint32) error {
	i := 0
	for {
		n, err := io.ReadFull(in, buffer)
		for at := 0; at+16 <= n; at += 16 {
			known := binary.LittleEndian.Uint32(buffer[at:])
			for i < len(rows) && rows[i][0] < known {
				i++
			}
			if i == len(rows) {
				return nil
			}
			for j := i; j < len(rows) && rows[j][0] == known; j++ {
				if r := readRow(buffer[at:]); prefixed(&rows[j], &r, 3) == 0 {
					ids[rows[j][3]] = r[3]
				}
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// replace drops the graphs that quads come for, and the quads that the index
// has already.
func (s *spiller) replace(c *chunk) {
	for i := range c.quads {
		g := ID(c.quads[i][Graph])
		if g != 0 && g <= s.base && !s.keep[g] && !s.drops[g] && s.old.HasGraph(g) {
			s.drops[g] = true
		}
	}
	c.quads = slices.DeleteFunc(c.quads, func(r row) bool {
		q := Quad{ID(r[0]), ID(r[1]), ID(r[2]), ID(r[3])}
		if max(q[0], q[1], q[2], q[3]) > s.base || s.drops[q[Graph]] {
			return false
		}
		return !s.old.scan(spog, q, 4, func(Quad) bool { return false })
	})
}

// finish writes the files of the segment.
func (s *spiller) finish(ctx context.Context) (segmentInfo, error) {
	seal, err := s.terms.finish()
	if err != nil {
		return segmentInfo{}, err
	}
	info := segmentInfo{Number: s.number, Base: s.base, Seals: map[string]uint32{nameTerms: seal}}
	info.Seals[nameDropped], err = writeDropped(fileName(s.folder.dir, s.number, nameDropped), slices.Sorted(maps.Keys(s.drops)))
	if err != nil {
		return info, err
	}
	files := segmentFiles{
		hashes: func() (uint32, error) { return s.mergeHashes(ctx) },
		order:  func(which int) (int, uint32, error) { return s.mergeOrder(ctx, which) },
	}
	if s.text != nil {
		files.text = func() (uint32, error) { return s.text.merge(ctx, s.folder.dir, s.number) }
	}
	return info, info.fill(files)
}

// segmentFiles write the files of a segment. There may be none of words.
type segmentFiles struct {
	hashes, text func() (seal uint32, err error)
	order        func(which int) (rows int, seal uint32, err error)
}

// fill has the files written, on as many goroutines as there are processors.
func (s *segmentInfo) fill(files segmentFiles) error {
	writers := map[string]func() (uint32, error){nameHashes: files.hashes}
	if files.text != nil {
		writers[nameText] = files.text
	}
	for i := range orders {
		writers[orders[i].name] = func() (uint32, error) {
			rows, seal, err := files.order(i)
			if i == spog {
				s.Quads = rows
			}
			return seal, err
		}
	}
	names := slices.Sorted(maps.Keys(writers))
	seals, errs := make([]uint32, len(names)), make([]error, len(names))
	var all sync.WaitGroup
	turns := make(chan bool, runtime.GOMAXPROCS(0))
	for i, name := range names {
		all.Go(func() {
			turns <- true
			defer func() { <-turns }()
			seals[i], errs[i] = writers[name]()
		})
	}
	all.Wait()
	for i, name := range names {
		s.Seals[name] = seals[i]
	}
	return errors.Join(errs...)
}

func (s *spiller) mergeOrder(ctx context.Context, which int) (rows int, seal uint32, err error) {
	rows, seal, err = writeOrder(ctx, s.folder.dir, s.number, which, s.runs[which].sources())
	return rows, seal, errors.Join(err, s.runs[which].remove())
}

func (s *spiller) mergeHashes(ctx context.Context) (uint32, error) {
	seal, err := writeHashes(ctx, s.folder.dir, s.number, s.hashes.sources())
	return seal, errors.Join(err, s.hashes.remove())
}

func writeOrder(ctx context.Context, dir string, number, which int, sources []source) (rows int, seal uint32, err error) {
	defer recoverError(&err)
	seal, err = writeFile(fileName(dir, number, orders[which].name), func(w *fileWriter) (uint32, error) {
		to := newOrderWriter(w, &orders[which])
		if err := merge(ctx, sources, to); err != nil {
			return 0, err
		}
		rows = to.rows
		return to.finish()
	})
	return rows, seal, err
}

func writeHashes(ctx context.Context, dir string, number int, sources []source) (seal uint32, err error) {
	defer recoverError(&err)
	return writeFile(fileName(dir, number, nameHashes), func(w *fileWriter) (uint32, error) {
		to := hashWriter{to: w}
		if err := merge(ctx, sources, &to); err != nil {
			return 0, err
		}
		return to.finish()
	})
}

// kept are the segments that stay, with the quads that are left of them.
func (s *spiller) kept() []segmentInfo {
	if s.old == nil {
		return nil
	}
	kept := slices.Clone(s.folder.now.Segments)
	for i, segment := range s.old.segments {
		for g := range s.drops {
			if s.old.dropped[g] <= i {
				kept[i].Quads -= int(segment.orders[gspo].of(g).quads)
			}
		}
	}
	return kept
}

func (s *spiller) close() {
	if s.file != nil {
		s.file.Close()
	}
	for _, r := range append(s.runs[:], s.hashes) {
		_ = r.remove() // what stays behind, the folder removes
	}
	_ = s.text.remove() // as above
	if s.old != nil {
		_ = s.old.Close() // it was only read
	}
}
