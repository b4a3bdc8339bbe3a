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
	number        uint32 // of a study whose id is "NCT" and eight digits; else 0
}

// numberOf is the number of a study, by which such ids are sorted as texts are.
func numberOf(id string) uint32 {
	if len(id) != len("NCT00000000") || id[:3] != "NCT" {
		return 0
	}
	n := uint32(0)
	for i := 3; i < len(id); i++ {
		if id[i] < '0' || id[i] > '9' {
			return 0
		}
		n = 10*n + uint32(id[i]-'0')
	}
	return n
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

func newSorter(e *export, kept []int, columns columnsOf) *sorter {
	s := &sorter{export: e, kept: kept, most: chunkSize, study: columns[idColumn], id: -1}
	s.chunk, s.entries = e.chunk[:0], e.entries[:0]
	e.chunk, e.entries = nil, nil
	if at, ok := columns["id"]; ok {
		s.id = at
	}
	return s
}

// roomForRow is enough for most rows.
const roomForRow = 64 << 10

// chunkSize is how many bytes of a table are sorted in memory.
const chunkSize = 24 << 20

// add takes a row, which is the caller's again when it returns.
func (s *sorter) add(r row) error {
	if cap(s.chunk)-len(s.chunk) < roomForRow && cap(s.chunk) < s.most {
		s.chunk = slices.Grow(s.chunk, min(2*cap(s.chunk)+roomForRow, s.most+roomForRow)-len(s.chunk))
	}
	e := entry{from: uint32(len(s.chunk)), id: s.n} //nolint:gosec // a chunk is of some 24 MB, and a row at most of 64
	most := (1 + len(s.kept)) * binary.MaxVarintLen32
	for _, at := range s.kept {
		most += len(r[at])
	}
	s.chunk = slices.Grow(s.chunk, most)
	to := s.chunk[:len(s.chunk)+most]
	n := len(s.chunk) + binary.PutUvarint(to[len(s.chunk):], uint64(len(s.kept)))
	for i, at := range s.kept {
		cell := r[at]
		if len(cell) < 0x80 {
			to[n] = byte(len(cell))
			n++
		} else {
			n += binary.PutUvarint(to[n:], uint64(len(cell)))
		}
		if i == s.study {
			e.study, e.length, e.number = uint32(n), uint32(len(cell)), numberOf(cell) //nolint:gosec // as above
		}
		n += copy(to[n:], cell)
	}
	s.chunk = to[:n]
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
		if a.number != b.number || a.number == 0 {
			if a.number != 0 && b.number != 0 {
				return cmp.Compare(a.number, b.number)
			}
			if c := bytes.Compare(s.chunk[a.study:a.study+a.length], s.chunk[b.study:b.study+b.length]); c != 0 {
				return c
			}
		}
		if a.id != b.id {
			return cmp.Compare(a.id, b.id)
		}
		return cmp.Compare(a.from, b.from) // as they came
	}
	if !slices.IsSortedFunc(s.entries, compare) {
		slices.SortFunc(s.entries, compare)
	}
}

// done ends the adding and returns the rows in order.
func (s *sorter) done() (*sorted, error) {
	out := &sorted{}
	if len(s.runs) == 0 {
		s.sort()
		out.chunk, out.entries = bytes.Clone(s.chunk), slices.Clone(s.entries)
	} else if err := s.spill(); err != nil {
		return nil, err
	}
	s.export.chunk, s.export.entries = s.chunk, s.entries
	s.chunk, s.entries = nil, nil
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
	r.at.row, err = r.bytes(r.at.row[:0])
	return err == nil, err
}

// bytes reads as many bytes as stand before them, into memory that is given.
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

// peek returns the next row without taking it, or nil at the end. It is valid
// until it is taken; the row of a chunk, as long as the table.
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
	// texts are the rows that come from files, and text the piece of them that is
	// being filled.
	texts [][]byte
	text  int
}

const (
	cellsInPiece = 1 << 12
	bytesInPiece = 1 << 18
)

func (c *cells) reset() {
	c.at, c.used, c.text = 0, 0, 0
	for i := range c.texts {
		c.texts[i] = c.texts[i][:0]
	}
}

// keep copies a row, for as long as its study is joined.
func (c *cells) keep(row []byte) []byte {
	if len(row) > bytesInPiece {
		return bytes.Clone(row)
	}
	if c.text < len(c.texts) && len(c.texts[c.text])+len(row) > bytesInPiece {
		c.text++
	}
	if c.text == len(c.texts) {
		c.texts = append(c.texts, make([]byte, 0, bytesInPiece))
	}
	piece := &c.texts[c.text]
	from := len(*piece)
	*piece = append(*piece, row...)
	return (*piece)[from:len(*piece):len(*piece)]
}

// unpack takes a row apart. Its cells are windows into the packed row.
func (c *cells) unpack(text []byte) row {
	n, size := binary.Uvarint(text)
	text = text[size:]
	out := c.room(int(n)) //nolint:gosec // it was counted here
	for i := range out {
		length, size := uint64(text[0]), 1
		if length >= 0x80 {
			length, size = binary.Uvarint(text)
		}
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
