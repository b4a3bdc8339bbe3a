package sparql

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// Bounds of a sort that has a folder for what memory does not hold.
const (
	// bytesOfKey is about what a value to sort by takes beside its text.
	bytesOfKey = 200
	// bytesOfSortable is about what a row takes beside its values, with the room of the
	// list for others.
	bytesOfSortable = 40
	// sortBytes is how much a sort holds in memory where there is no limit; where
	// there is one, it is the sortShare of it.
	sortBytes = 32 << 20
	sortShare = 4
	// mostSpilled is how many bytes a sort may write.
	mostSpilled = 16 << 30
)

// sortable is a row with the values that it is sorted by.
type sortable struct {
	row   row
	keys  []value
	place int // among all rows
}

// sorter sorts rows (section 15.1). Equal rows keep the order in which they came.
type sorter struct {
	e      *evaluator
	by     []orderKey
	top    int // rows that are asked for; -1 for all
	all    []sortable
	came   int // rows
	most   int // rows that were counted
	before held
	own    held // of what is in memory
	bytes  int
	file   *os.File // of runs; nil as long as memory is enough
	ends   []int64
	buffer []byte
}

func (e *evaluator) evalOrder(n *orderBy, in row, top int, yield func(row) bool) bool {
	s := &sorter{e: e, by: n.by, top: top, before: e.held}
	defer s.close()
	e.run(n.inner, in, func(r row) bool {
		s.add(r)
		return true
	})
	if s.file == nil && top < 0 {
		return s.mergeBlocks(yield)
	}
	s.trim()
	if s.file == nil {
		for _, r := range s.all {
			e.solution++
			if !yield(r.row) {
				return false
			}
		}
		return true
	}
	s.spill()
	return s.merge(yield)
}

// blockRows is how many rows are sorted at a time, so that what is compared is in the
// caches of the processor.
const blockRows = 1 << 13

// mergeBlocks yields the rows in order: blocks of them are sorted and merged, which
// takes a fraction of the time of sorting all at once.
func (s *sorter) mergeBlocks(yield func(row) bool) bool {
	blocks := blockHeap{sorter: s}
	for block := range slices.Chunk(s.all, blockRows) {
		s.sort(block)
		blocks.left = append(blocks.left, block)
	}
	heap.Init(&blocks)
	for len(blocks.left) > 0 {
		s.e.tick()
		s.e.solution++
		first := &blocks.left[0]
		if !yield((*first)[0].row) {
			return false
		}
		if *first = (*first)[1:]; len(*first) > 0 {
			heap.Fix(&blocks, 0)
		} else {
			heap.Pop(&blocks)
		}
	}
	return true
}

// blockHeap is the rows that are left of sorted blocks, by the first of each.
type blockHeap struct {
	*sorter
	left [][]sortable
}

func (h *blockHeap) Len() int           { return len(h.left) }
func (h *blockHeap) Less(i, j int) bool { return h.compare(&h.left[i][0], &h.left[j][0]) < 0 }
func (h *blockHeap) Swap(i, j int)      { h.left[i], h.left[j] = h.left[j], h.left[i] }
func (h *blockHeap) Push(any)           {} // none is added to a merge
func (h *blockHeap) Pop() any {
	h.left = h.left[:len(h.left)-1]
	return nil
}

// close gives back what the sort held.
func (s *sorter) close() {
	s.e.release(s.before)
	if s.file != nil {
		_ = s.file.Close()           // it was only for the sort
		_ = os.Remove(s.file.Name()) // it may be gone already
	}
}

func (s *sorter) compare(a, b *sortable) int {
	for i, k := range s.by {
		if c := orderValues(a.keys[i], b.keys[i]); c != 0 {
			if k.descending {
				return -c
			}
			return c
		}
	}
	return cmp.Compare(a.place, b.place)
}

func (s *sorter) add(r row) {
	one := sortable{row: r.clone(), keys: make([]value, 0, len(s.by)), place: s.came}
	s.came++
	beside := bytesOfSortable
	for _, k := range s.by {
		v, err := s.e.value(k.by, r)
		if err != nil {
			v = value{}
		}
		one.keys = append(one.keys, v)
		beside += bytesOfKey + len(v.term.Value)
	}
	s.bytes += beside + 4*len(r)
	if s.all = append(s.all, one); len(s.all) > s.most {
		s.most = len(s.all)
		was := s.e.held
		s.e.hold(1, beside)
		s.own.rows, s.own.bytes = s.own.rows+s.e.held.rows-was.rows, s.own.bytes+s.e.held.bytes-was.bytes
	}
	switch {
	case s.top >= 0 && len(s.all) >= 2*s.top+1024:
		s.trim()
	case s.e.opts.Temp != "" && s.bytes > s.budget():
		s.trim()
		s.spill()
	}
}

func (s *sorter) budget() int {
	if s.e.opts.Limits.Bytes > 0 {
		return min(sortBytes, s.e.opts.Limits.Bytes/sortShare)
	}
	return sortBytes
}

// trim sorts what is in memory, and leaves no more of it than is asked for.
func (s *sorter) trim() {
	s.sort(s.all)
	if s.top >= 0 && len(s.all) > s.top {
		clear(s.all[s.top:])
		s.all = s.all[:s.top]
	}
}

// sort sorts rows. A stable sort in place would take many times as long.
func (s *sorter) sort(rows []sortable) {
	slices.SortFunc(rows, func(a, b sortable) int {
		s.e.tick()
		return s.compare(&a, &b)
	})
}

// failed ends the query with a fault of the file.
func (s *sorter) failed(err error) {
	if err != nil {
		panic(stop{fmt.Errorf("sorting in %s: %w", s.e.opts.Temp, err)})
	}
}

// spill writes what is sorted to the file, as one more run.
func (s *sorter) spill() {
	if s.file == nil {
		var err error
		s.file, err = os.CreateTemp(s.e.opts.Temp, "trialweave-sort-*")
		s.failed(err)
		_ = os.Remove(s.file.Name()) // where an open file cannot be removed, close does it
	}
	to := bufio.NewWriterSize(s.file, 256<<10)
	end := int64(0)
	if len(s.ends) > 0 {
		end = s.ends[len(s.ends)-1]
	}
	for i := range s.all {
		s.e.tick()
		s.buffer = s.append(s.buffer[:0], &s.all[i])
		_, _ = to.Write(s.buffer) // the error stays with the writer
		end += int64(len(s.buffer))
	}
	s.failed(to.Flush())
	if end > mostSpilled {
		panic(stop{limitReached(BoundSort, "of %d bytes for a sort", int64(mostSpilled))})
	}
	s.ends = append(s.ends, end)
	clear(s.all)
	s.all, s.bytes, s.most = s.all[:0], 0, 0
	s.e.held.rows, s.e.held.bytes = max(0, s.e.held.rows-s.own.rows), max(0, s.e.held.bytes-s.own.bytes)
	s.own = held{}
}

// append writes a row: its numbers, and the keys that are not among them.
func (s *sorter) append(dst []byte, one *sortable) []byte {
	for _, id := range one.row {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(id))
	}
	for i, k := range s.by {
		if _, ok := k.by.(varExpr); ok {
			continue
		}
		t := one.keys[i].term
		dst = append(dst, byte(t.Kind), byte(t.Direction))
		for _, text := range [...]string{t.Value, t.Datatype, t.Language} {
			dst = append(binary.AppendUvarint(dst, uint64(len(text))), text...)
		}
	}
	return dst
}

// sortRun reads a run.
type sortRun struct {
	*sorter
	in  *bufio.Reader
	at  sortable
	row []byte
}

// next reads a row, and reports whether there is one.
func (r *sortRun) next() bool {
	if _, err := io.ReadFull(r.in, r.row); errors.Is(err, io.EOF) {
		return false
	} else if err != nil {
		r.failed(err)
	}
	for v := range r.at.row {
		r.at.row[v] = index.ID(binary.LittleEndian.Uint32(r.row[4*v:]))
	}
	for i, k := range r.by {
		if v, ok := k.by.(varExpr); ok {
			r.at.keys[i] = value{}
			if id := r.at.row[v.variable]; id != 0 {
				r.at.keys[i] = valueOf(r.e.term(id))
			}
			continue
		}
		kind, err := r.in.ReadByte()
		r.failed(err)
		direction, err := r.in.ReadByte()
		r.failed(err)
		r.at.keys[i] = value{}
		if t := (rdf.Term{Kind: rdf.Kind(kind), Direction: rdf.Direction(direction), Value: r.text(), Datatype: r.text(), Language: r.text()}); !t.IsZero() {
			r.at.keys[i] = valueOf(t)
		}
	}
	return true
}

func (r *sortRun) text() string {
	n, err := binary.ReadUvarint(r.in)
	r.failed(err)
	text := make([]byte, n)
	_, err = io.ReadFull(r.in, text)
	r.failed(err)
	return string(text)
}

// sortHeap is the runs by the row that they stand at; of equal rows the one of the
// earlier run comes first.
type sortHeap []*sortRun

func (h sortHeap) Len() int           { return len(h) }
func (h sortHeap) Less(i, j int) bool { return h[i].compare(&h[i].at, &h[j].at) < 0 }
func (h sortHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *sortHeap) Push(any)          {} // none is added to a merge
func (h *sortHeap) Pop() any {
	*h = (*h)[:len(*h)-1]
	return nil
}

// merge yields the rows of all runs in order.
func (s *sorter) merge(yield func(row) bool) bool {
	width := len(s.e.query.names)
	var runs sortHeap
	from := int64(0)
	for i, end := range s.ends {
		r := &sortRun{sorter: s, in: bufio.NewReaderSize(io.NewSectionReader(s.file, from, end-from), 64<<10), row: make([]byte, 4*width)}
		r.at = sortable{row: make(row, width), keys: make([]value, len(s.by)), place: i}
		if from = end; r.next() {
			runs = append(runs, r)
		}
	}
	heap.Init(&runs)
	for len(runs) > 0 {
		s.e.tick()
		s.e.solution++
		if !yield(runs[0].at.row) {
			return false
		}
		if runs[0].next() {
			heap.Fix(&runs, 0)
		} else {
			heap.Remove(&runs, 0)
		}
	}
	return true
}
