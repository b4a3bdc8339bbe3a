package aact

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"unsafe"
)

// A table is sorted by study and id: chunks of it in memory, then, where there
// is more than one, in temporary files that are merged as they are read.
//
// A row is kept packed: the number of its cells, and the length and the bytes of
// each. So a chunk is one piece of memory without pointers, and a row is taken
// apart only when its study is joined.

// packed is a row, and what rows are sorted by.
type packed struct {
	study []byte
	id    int64
	row   []byte
}

func (p *packed) compare(o *packed) int {
	return cmp.Or(bytes.Compare(p.study, o.study), cmp.Compare(p.id, o.id))
}

// entry says where a row stands in a chunk.
type entry struct {
	id            int64
	from, to      uint32
	study, length uint32
}

// sorter takes rows in any order.
type sorter struct {
	export    *export
	kept      []int // the cells of a row that are kept
	study, id int   // the columns among them; -1 where there is no id
	chunk     []byte
	entries   []entry
	most      int
	runs      []*os.File
	n         int64
}

// newSorter makes one for rows of about so many bytes in all, or 0 where that is
// not known.
func newSorter(e *export, kept []int, columns columnsOf, size int64) *sorter {
	s := &sorter{export: e, kept: kept, most: chunkSize, study: columns[idColumn], id: -1}
	switch {
	case size >= chunkSize && e.spare != nil:
		s.chunk, e.spare = e.spare[:0], nil
	case size >= chunkSize:
		s.chunk = make([]byte, 0, chunkSize+chunkSize/16)
	default:
		s.chunk = make([]byte, 0, size)
	}
	if at, ok := columns["id"]; ok {
		s.id = at
	}
	return s
}

// chunkSize is how many bytes of a table are sorted in memory.
const chunkSize = 24 << 20

// add takes a row, which is the caller's again when it returns.
func (s *sorter) add(r row) error {
	e := entry{from: uint32(len(s.chunk)), id: s.n} //nolint:gosec // a chunk is of some 24 MB, and a row at most of 64
	s.chunk = binary.AppendUvarint(s.chunk, uint64(len(s.kept)))
	for i, at := range s.kept {
		cell := r[at]
		s.chunk = binary.AppendUvarint(s.chunk, uint64(len(cell)))
		if i == s.study {
			e.study, e.length = uint32(len(s.chunk)), uint32(len(cell)) //nolint:gosec // as above
		}
		s.chunk = append(s.chunk, cell...)
	}
	if s.id >= 0 {
		e.id, _ = strconv.ParseInt(r[s.kept[s.id]], 10, 64) // else in the order of the file
	}
	s.n++
	e.to = uint32(len(s.chunk)) //nolint:gosec // as above
	s.entries = append(s.entries, e)
	if len(s.chunk)+len(s.entries)*int(unsafe.Sizeof(e)) > s.most {
		return s.spill()
	}
	return nil
}

// spill writes the chunk into a run of its own.
func (s *sorter) spill() error {
	s.sort()
	f, err := os.CreateTemp(s.export.dir, "run-*")
	if err != nil {
		return err
	}
	s.runs = append(s.runs, f)
	w := bufio.NewWriterSize(f, 1<<18)
	var head []byte
	for _, e := range s.entries {
		head = binary.AppendVarint(head[:0], e.id)
		head = binary.AppendUvarint(head, uint64(e.length))
		head = append(head, s.chunk[e.study:e.study+e.length]...)
		head = binary.AppendUvarint(head, uint64(e.to-e.from))
		if _, err := w.Write(head); err != nil {
			return err
		}
		if _, err := w.Write(s.chunk[e.from:e.to]); err != nil {
			return err
		}
	}
	s.chunk, s.entries = s.chunk[:0], s.entries[:0]
	return w.Flush()
}

func (s *sorter) sort() {
	compare := func(a, b entry) int {
		return cmp.Or(bytes.Compare(s.chunk[a.study:a.study+a.length], s.chunk[b.study:b.study+b.length]), cmp.Compare(a.id, b.id))
	}
	if !slices.IsSortedFunc(s.entries, compare) {
		slices.SortStableFunc(s.entries, compare)
	}
}

// done ends the adding and returns the rows in order.
func (s *sorter) done() (*sorted, error) {
	if len(s.runs) == 0 {
		s.sort()
		return &sorted{chunk: s.chunk, entries: s.entries}, nil
	}
	if err := s.spill(); err != nil {
		return nil, err
	}
	s.export.spare = s.chunk
	s.chunk, s.entries = nil, nil
	out := &sorted{}
	for _, f := range s.runs {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		r := &run{file: f, r: bufio.NewReaderSize(f, 1<<16)}
		ok, err := r.next()
		if err != nil {
			return nil, err
		}
		if ok {
			out.runs = append(out.runs, r)
		}
	}
	heap.Init(&out.runs)
	return out, nil
}

// close removes the temporary files; the folder goes with its owner.
func (s *sorter) close() {
	for _, f := range s.runs {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
}

// run is a sorted part in a file, at a row.
type run struct {
	file *os.File
	r    *bufio.Reader
	at   packed
}

func (r *run) next() (bool, error) {
	id, err := binary.ReadVarint(r.r)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	r.at.id = id
	if r.at.study, err = r.bytes(r.at.study[:0]); err != nil {
		return false, err
	}
	r.at.row, err = r.bytes(nil)
	return err == nil, err
}

// bytes reads as many bytes as stand before them, into memory that is given, or
// else into memory of their own.
func (r *run) bytes(into []byte) ([]byte, error) {
	n, err := binary.ReadUvarint(r.r)
	if err != nil {
		return nil, err
	}
	into = slices.Grow(into, int(n))[:n] //nolint:gosec // it was written here
	_, err = io.ReadFull(r.r, into)
	return into, err
}

// runs is a heap of them, least row first.
type runs []*run

func (r runs) Len() int           { return len(r) }
func (r runs) Less(i, j int) bool { return r[i].at.compare(&r[j].at) < 0 }
func (r runs) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }

// Push and Pop are for the package heap.
func (r *runs) Push(x any) { *r = append(*r, x.(*run)) } //nolint:forcetypeassert // nothing else is pushed

func (r *runs) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}

// sorted yields the rows of a table in order.
type sorted struct {
	chunk   []byte
	entries []entry
	runs    runs
	at      packed
}

// peek returns the next row without taking it, or nil at the end. Its study is
// valid until it is taken, its row as long as the table.
func (s *sorted) peek() *packed {
	switch {
	case len(s.entries) > 0:
		e := &s.entries[0]
		s.at = packed{study: s.chunk[e.study : e.study+e.length], id: e.id, row: s.chunk[e.from:e.to]}
		return &s.at
	case len(s.runs) > 0:
		return &s.runs[0].at
	}
	return nil
}

// take removes the row that peek shows.
func (s *sorted) take() error {
	if len(s.entries) > 0 {
		s.entries = s.entries[1:]
		return nil
	}
	ok, err := s.runs[0].next()
	switch {
	case err != nil:
		return err
	case ok:
		heap.Fix(&s.runs, 0)
	default:
		heap.Pop(&s.runs)
	}
	return nil
}

// cells is where the rows of a study are taken apart, to be used again for the
// next.
type cells struct {
	pieces   [][]string
	at, used int
}

const cellsInPiece = 1 << 12

func (c *cells) reset() { c.at, c.used = 0, 0 }

// unpack takes a row apart. Its cells are windows into the packed row.
func (c *cells) unpack(text []byte) row {
	n, size := binary.Uvarint(text)
	text = text[size:]
	out := c.room(int(n)) //nolint:gosec // it was counted here
	for i := range out {
		length, size := binary.Uvarint(text)
		text = text[size:]
		out[i] = unsafe.String(unsafe.SliceData(text), length)
		text = text[length:]
	}
	return out
}

// room returns memory for so many cells.
func (c *cells) room(n int) row {
	if n > cellsInPiece {
		return make(row, n)
	}
	if len(c.pieces) > 0 && c.used+n > cellsInPiece {
		c.at, c.used = c.at+1, 0
	}
	if c.at == len(c.pieces) {
		c.pieces = append(c.pieces, make([]string, cellsInPiece))
	}
	out := c.pieces[c.at][c.used : c.used+n : c.used+n]
	c.used += n
	return out
}
