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
	space  workspace
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
	// rows are those of the only chunk, and digests those of its new terms, which become
	// no runs; nil for none.
	rows, digests []row
	sorter        sorter
	buffer        []byte
}

func newSpiller(f *folder, old *Index, add []rdf.Term) (*spiller, error) {
	s := &spiller{folder: f, space: workspace{dir: f.dir, number: f.number()}, old: old, keep: map[ID]bool{}, drops: map[ID]bool{}}
	if old != nil {
		s.base = ID(old.Terms())
		s.terms.symbols = old.packing()
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
	if s.file, err = os.Create(s.space.path(nameTerms)); err != nil {
		return err
	}
	s.terms.to = newFileWriter(s.file)
	if err := s.createRuns(); err != nil {
		return err
	}
	return s.withText(s.old == nil || s.old.hasWords())
}

// createRuns creates the files of what is sorted, but for the words.
func (s *spiller) createRuns() (err error) {
	if s.hashes, err = newRuns(&s.space, nameHashes, nil); err != nil {
		return err
	}
	for i := range orders {
		if s.runs[i], err = newRuns(&s.space, orders[i].name, &orders[i]); err != nil {
			return err
		}
	}
	return nil
}

// withTemp has what is sorted written to another folder.
func (s *spiller) withTemp(dir string) error {
	if err := usable(dir); err != nil {
		return err
	}
	if err := s.removeRuns(); err != nil {
		return err
	}
	s.space.temp = dir
	if err := s.createRuns(); err != nil {
		return err
	}
	text := s.text != nil
	if err := s.withText(false); err != nil {
		return err
	}
	return s.withText(text)
}

func (s *spiller) removeRuns() error {
	var errs []error
	for _, r := range append(s.runs[:], s.hashes) {
		errs = append(errs, r.remove())
	}
	return errors.Join(errs...)
}

// withText begins the words of the segment, or leaves them out.
func (s *spiller) withText(on bool) error {
	if !on {
		err := s.text.remove()
		s.text = nil
		return err
	}
	var err error
	s.text, err = newTextRuns(&s.space, nameText)
	return err
}

func (s *spiller) empty() bool {
	return len(s.hashes.ends) == 0 && s.rows == nil && len(s.drops) == 0
}

func (s *spiller) drop(graph rdf.Term) {
	if s.old == nil {
		return
	}
	if id, ok := s.old.Lookup(graph); ok && s.old.HasGraph(id) {
		s.drops[id] = true
	}
}

// spill writes a chunk. With last, no other one comes.
func (s *spiller) spill(c *chunk, last bool) (err error) {
	defer recoverError(&err)
	s.sorter.first.of(max(c.count, len(c.quads)))
	rows, equal := c.distinct(&s.sorter)
	ids, err := s.known(c, rows)
	if err != nil {
		return err
	}
	first := s.next
	numbered := slices.DeleteFunc(c.sequence(equal, s.next == 1), func(n uint32) bool { return ids[n] != 0 })
	if len(numbered) > int(noID-s.next) {
		return errors.New("more than 4,294,967,294 terms, expected fewer in one index")
	}
	if s.terms.symbols == nil {
		s.terms.symbols = c.symbols(numbered)
	}
	for _, n := range numbered {
		ids[n] = uint32(s.next)
		s.next++
		s.terms.add(c.key(int(n)))
	}
	for n := range ids {
		ids[n] = ids[equal[n]]
	}
	words := s.spillText(c, numbered, first)
	defer func() { err = errors.Join(err, <-words) }()
	fresh := rows[:0]
	for _, r := range rows {
		if r[3] = ids[r[3]]; ID(r[3]) >= first {
			fresh = append(fresh, r)
		}
	}
	only := last && len(s.hashes.ends) == 0
	if only {
		s.digests = slices.Clone(fresh)
	} else if err := s.hashes.add(fresh); err != nil {
		return err
	}
	return s.spillQuads(c, ids, only)
}

// spillText has the words of new terms written meanwhile, whose numbers follow
// upon one another.
func (s *spiller) spillText(c *chunk, numbered []uint32, first ID) <-chan error {
	done := make(chan error, 1)
	if s.text == nil {
		done <- nil
		return done
	}
	go func() {
		for i, n := range numbered {
			tag, key := c.key(int(n))
			s.text.table.add(first+ID(i), tag, key)
		}
		done <- s.text.spill()
	}()
	return done
}

// noID is the number of no term.
const noID = ^ID(0)

// spillQuads leaves the quads as a run of each order or, where they are the only
// ones, for finish.
func (s *spiller) spillQuads(c *chunk, ids []uint32, only bool) error {
	for i := range c.quads {
		q := &c.quads[i]
		*q = row{ids[q[0]], ids[q[1]], ids[q[2]], ids[q[3]]}
	}
	if s.old != nil {
		s.replace(c)
	}
	if only {
		s.rows = c.quads
		return nil
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
	ids := make([]uint32, c.count+1)
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
	for _, r := range rows {
		if n := r[3]; ids[n] == 0 {
			tag, key := c.key(int(n))
			id, _ := s.old.find(c.term(n).digest, tag, key)
			ids[n] = uint32(id)
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
		return !s.old.scan(spog, q, 4, true, func(Quad) bool { return false })
	})
}

// finish writes the files of the segment.
func (s *spiller) finish(ctx context.Context) (segmentInfo, error) {
	seal, err := s.terms.finish()
	if err != nil {
		return segmentInfo{}, err
	}
	info := segmentInfo{Number: s.space.number, Base: s.base, Seals: map[string]uint32{nameTerms: seal}}
	info.Seals[nameDropped], err = writeDropped(s.space.path(nameDropped), slices.Sorted(maps.Keys(s.drops)))
	if err != nil {
		return info, err
	}
	files := segmentFiles{
		hashes: func() (uint32, error) { return s.mergeHashes(ctx) },
		rows:   s.feed,
	}
	if s.rows != nil {
		files.rows = s.sorter.feeds(s.rows)
	}
	if s.text != nil {
		files.text = func() (uint32, error) { return s.text.merge(ctx, &s.space) }
	}
	s.space.meter.expect(s.expected())
	err = info.fill(ctx, &s.space, files)
	for _, r := range s.runs {
		err = errors.Join(err, r.remove())
	}
	return info, err
}

// expected is how many rows of all files finish is to write.
func (s *spiller) expected() int64 {
	n := s.hashes.count + int64(len(s.digests)+len(orders)*len(s.rows))
	for _, r := range s.runs {
		n += r.count
	}
	if s.text != nil {
		n += s.text.count
	}
	return n
}

// feed gives the rows of an order.
func (s *spiller) feed(which int) feed { return merging(s.runs[which].sources()) }

// segmentFiles write the files of a segment. There may be none of words.
type segmentFiles struct {
	hashes, text func() (seal uint32, err error)
	// rows are those of an order. They are asked for in the sequence spog, ospg,
	// posg, and read while the next ones are asked for.
	rows func(which int) feed
}

// fill has the files written, on as many goroutines as there are processors.
// Those of the orders but spog need the graphs, which are written with that.
func (s *segmentInfo) fill(ctx context.Context, in *workspace, files segmentFiles) error {
	var mu sync.Mutex
	var failed error
	var all sync.WaitGroup
	turns := make(chan bool, runtime.GOMAXPROCS(0))
	write := func(name string, do func() (uint32, error)) {
		turns <- true
		defer func() { <-turns }()
		seal, err := do()
		mu.Lock()
		defer mu.Unlock()
		s.Seals[name] = seal
		failed = errors.Join(failed, err)
	}
	all.Go(func() {
		var written writtenGraphs
		write(orders[spog].name, func() (seal uint32, err error) {
			written, err = writeGraphs(ctx, in, files.rows(spog))
			mu.Lock()
			defer mu.Unlock()
			s.Quads, s.Seals[nameGraphs] = written.rows, written.graphs
			return written.spog, err
		})
		for _, which := range [...]int{ospg, posg} {
			rows := files.rows(which)
			all.Go(func() {
				write(orders[which].name, func() (uint32, error) { return writeOrder(ctx, in, which, &written.several, rows) })
			})
		}
	})
	all.Go(func() { write(nameHashes, files.hashes) })
	if files.text != nil {
		all.Go(func() { write(nameText, files.text) })
	}
	all.Wait()
	return failed
}

func (s *spiller) mergeHashes(ctx context.Context) (uint32, error) {
	give := list(s.digests)
	if s.rows == nil {
		give = merging(s.hashes.sources())
	}
	seal, err := writeHashes(ctx, &s.space, s.base, uint64(s.next-s.base-1), give)
	return seal, errors.Join(err, s.hashes.remove())
}

// writeOrder writes an order but spog, after the graphs.
func writeOrder(ctx context.Context, in *workspace, which int, several *subjectSet, give feed) (seal uint32, err error) {
	defer recoverError(&err)
	return writeFile(in.path(orders[which].name), func(w *fileWriter) (uint32, error) {
		to := newOrderWriter(w, &orders[which], several)
		if err := give(steps(ctx, in.meter), to); err != nil {
			return 0, err
		}
		return to.finish()
	})
}

func writeHashes(ctx context.Context, in *workspace, base ID, terms uint64, give feed) (seal uint32, err error) {
	defer recoverError(&err)
	return writeFile(in.path(nameHashes), func(w *fileWriter) (uint32, error) {
		to := newHashWriter(w, base, terms)
		if err := give(steps(ctx, in.meter), to); err != nil {
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
				kept[i].Quads -= segment.graphs.of(g).quads
			}
		}
	}
	return kept
}

func (s *spiller) close() {
	if s.file != nil {
		s.file.Close()
	}
	_ = s.removeRuns()  // what stays behind, the folder removes
	_ = s.text.remove() // as above
	if s.old != nil {
		_ = s.old.Close() // it was only read
	}
}
