package aact

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
	"os"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// A table is sorted by study and id: chunks of it in memory, then, where there
// is more than one, in temporary files that are merged as they are read.
//
// Rows of one study that follow one another in the order of their ids are kept
// together, as a group. A row is kept as its line, or packed where that had
// quotation marks or escapes: the length and the bytes of each cell. So a chunk is
// memory without pointers, and a row is taken apart only when its study is
// joined. The memory is in pieces, which are filled one after the other by one
// table after the other and never move: to let a buffer of many megabytes grow
// copies it again and again, and while it is copied the garbage collector waits.

// group is rows of a study, and what groups are sorted by.
type group struct {
	span
	study []byte
	rows  []byte
}

// span is the least and the greatest id of a group, which of the table's rows its
// first one is, and how many it has.
type span struct{ first, last, number, count int64 }

func (g *group) compare(o *group) int {
	return cmp.Or(bytes.Compare(g.study, o.study), g.span.compare(&o.span))
}

func (p *span) compare(o *span) int {
	return cmp.Or(cmp.Compare(p.first, o.first), cmp.Compare(p.number, o.number))
}

// entry says where a group stands in a chunk.
type entry struct {
	span
	piece         uint32
	from, to      uint32
	study, length uint32
	nct           uint32 // the number of a study whose id is "NCT" and eight digits; else 0
}

// pieces is the memory of a chunk.
type pieces [][]byte

// rows are those of an entry, and study is the id of their study.
func (p pieces) rows(e *entry) []byte { return p[e.piece][e.from:e.to] }

func (p pieces) study(e *entry) []byte { return p[e.piece][e.study : e.study+e.length] }

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
	delimiter byte // of lines
	columns   int  // of a row
	needed    int  // how many of them are kept: all to the last that is read
	study, id int  // the columns of these; -1 where there is no id
	chunk     pieces
	entries   []entry
	used      int // bytes of the chunk and of the entries
	most      int
	runs      []*os.File
	n         int64
}

func newSorter(e *export, delimiter byte, names int, columns columnsOf) *sorter {
	s := &sorter{export: e, delimiter: delimiter, columns: names, most: chunkSize, study: columns[idColumn], id: -1}
	for _, at := range columns {
		s.needed = max(s.needed, at+1)
	}
	s.entries, e.entries = e.entries[:0], nil
	if n := len(e.tail); n < cap(e.tail) { // where the table before it ended
		s.chunk = append(s.chunk, e.tail)
	}
	if at, ok := columns["id"]; ok {
		s.id = at
	}
	return s
}

const (
	// chunkSize is how many bytes of a table are sorted in memory.
	chunkSize = 24 << 20
	// pieceSize is how many bytes a piece of it has.
	pieceSize = 256 << 10
)

// room returns the piece that has room for so many bytes.
func (s *sorter) room(n int) []byte {
	if last := len(s.chunk) - 1; last >= 0 && cap(s.chunk[last])-len(s.chunk[last]) >= n {
		return s.chunk[last]
	}
	var piece []byte
	if free := s.export.free; len(free) > 0 && n <= pieceSize {
		piece, s.export.free = free[len(free)-1], free[:len(free)-1]
	} else {
		piece = make([]byte, 0, max(n, pieceSize))
	}
	s.chunk = append(s.chunk, piece)
	return piece
}

// The first byte of a row in a chunk says how it is kept.
const (
	asLine = iota // which ends with a line feed
	asCells
)

// add takes the cells of a row, which are the caller's again when it returns.
func (s *sorter) add(r row) error {
	r = r[:s.needed]
	most := 1 + len(r)*binary.MaxVarintLen32
	for _, cell := range r {
		most += len(cell)
	}
	piece := s.room(most)
	from, study := len(piece), 0
	piece = append(piece, asCells)
	for i, cell := range r {
		piece = binary.AppendUvarint(piece, uint64(len(cell)))
		if i == s.study {
			study = len(piece)
		}
		piece = append(piece, cell...)
	}
	id := ""
	if s.id >= 0 {
		id = r[s.id]
	}
	return s.enter(piece, from, study, r[s.study], id)
}

// addLine takes the line of a row in which the cells stand as they are.
func (s *sorter) addLine(line []byte) error {
	for range s.columns - s.needed {
		line = line[:bytes.LastIndexByte(line, s.delimiter)]
	}
	piece := s.room(2 + len(line))
	from := len(piece)
	piece = append(append(append(piece, asLine), line...), '\n')
	text := alias(piece[from+1 : len(piece)-1])
	at, study := cellAt(text, s.delimiter, s.study)
	id := ""
	if s.id >= 0 {
		_, id = cellAt(text, s.delimiter, s.id)
	}
	return s.enter(piece, from, from+1+at, study, id)
}

// cellAt returns a cell of a line, and where it stands.
func cellAt(line string, delimiter byte, n int) (from int, cell string) {
	for ; n > 0; n-- {
		from += 1 + strings.IndexByte(line[from:], delimiter)
	}
	cell = line[from:]
	if end := strings.IndexByte(cell, delimiter); end >= 0 {
		cell = cell[:end]
	}
	return from, cell
}

// enter enters a row, with which a piece ends, into the group before it or one of
// its own.
func (s *sorter) enter(piece []byte, from, studyAt int, study, idText string) error {
	at := len(s.chunk) - 1
	s.chunk[at] = piece
	id := s.n
	if s.id >= 0 {
		id, _ = strconv.ParseInt(whole(idText), 10, 64) // else in the order of the file
	}
	var last *entry
	if n := len(s.entries); n > 0 {
		last = &s.entries[n-1]
	}
	if last != nil && int(last.piece) == at && int(last.to) == from && last.last <= id && alias(s.chunk.study(last)) == study {
		last.to, last.last = uint32(len(piece)), id //nolint:gosec // a chunk is of some 24 MB, and a row at most of 64
		last.count++
	} else {
		s.entries = append(s.entries, entry{
			span: span{id, id, s.n, 1}, piece: uint32(at), from: uint32(from), to: uint32(len(piece)), //nolint:gosec // as above
			study: uint32(studyAt), length: uint32(len(study)), nct: numberOf(study), //nolint:gosec // as above
		})
		s.used += int(unsafe.Sizeof(entry{}))
	}
	s.n++
	s.used += len(piece) - from
	if s.used > s.most {
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
	for i := range s.entries {
		e := &s.entries[i]
		head = head[:0]
		for _, n := range [...]int64{e.first, e.last, e.number, e.count} {
			head = binary.AppendVarint(head, n)
		}
		head = binary.AppendUvarint(head, uint64(e.length))
		head = append(head, s.chunk.study(e)...)
		head = binary.AppendUvarint(head, uint64(e.to-e.from))
		if _, err := w.Write(head); err != nil {
			return err
		}
		if _, err := w.Write(s.chunk.rows(e)); err != nil {
			return err
		}
	}
	s.release()
	return w.Flush()
}

// release gives the pieces of the chunk back. In the first there may be rows of
// the table before.
func (s *sorter) release() {
	for _, piece := range s.chunk[min(1, len(s.chunk)):] {
		if cap(piece) == pieceSize {
			s.export.free = append(s.export.free, piece[:0])
		}
	}
	s.chunk, s.entries, s.used = s.chunk[:0], s.entries[:0], 0
}

func (s *sorter) sort() {
	compare := func(a, b entry) int {
		if a.nct != b.nct || a.nct == 0 {
			if a.nct != 0 && b.nct != 0 {
				return cmp.Compare(a.nct, b.nct)
			}
			if c := bytes.Compare(s.chunk.study(&a), s.chunk.study(&b)); c != 0 {
				return c
			}
		}
		return a.span.compare(&b.span)
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
		out.chunk, out.entries = s.chunk, slices.Clone(s.entries)
		if last := len(s.chunk) - 1; last >= 0 {
			s.export.tail = s.chunk[last]
		}
	} else if err := s.spill(); err != nil {
		return nil, err
	}
	s.export.entries = s.entries
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

// run is a sorted part in a file, at a group.
type run struct {
	file *os.File
	r    *bufio.Reader
	at   group
}

func (r *run) next() (bool, error) {
	for i, n := range [...]*int64{&r.at.first, &r.at.last, &r.at.number, &r.at.count} {
		var err error
		if *n, err = binary.ReadVarint(r.r); i == 0 && errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	var err error
	if r.at.study, err = r.bytes(r.at.study[:0]); err != nil {
		return false, err
	}
	r.at.rows, err = r.bytes(r.at.rows[:0])
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

// runs is a heap of them, least group first.
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

// sorted yields the groups of a table in order.
type sorted struct {
	chunk   pieces
	entries []entry
	runs    runs
	at      group
}

// peek returns the next group without taking it, or nil at the end. It is valid
// until it is taken; the rows of a chunk, as long as the table.
func (s *sorted) peek() *group {
	switch {
	case len(s.entries) > 0:
		e := &s.entries[0]
		s.at = group{span: e.span, study: s.chunk.study(e), rows: s.chunk.rows(e)}
		return &s.at
	case len(s.runs) > 0:
		return &s.runs[0].at
	}
	return nil
}

// take removes the group that peek shows.
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

// keep copies rows, for as long as their study is joined.
func (c *cells) keep(rows []byte) []byte {
	if len(rows) > bytesInPiece {
		return bytes.Clone(rows)
	}
	if c.text < len(c.texts) && len(c.texts[c.text])+len(rows) > bytesInPiece {
		c.text++
	}
	if c.text == len(c.texts) {
		c.texts = append(c.texts, make([]byte, 0, bytesInPiece))
	}
	piece := &c.texts[c.text]
	from := len(*piece)
	*piece = append(*piece, rows...)
	return (*piece)[from:len(*piece):len(*piece)]
}

// unpack takes rows of n cells apart. The cells are windows into them.
func (c *cells) unpack(to []row, rows []byte, delimiter byte, n int) []row {
	for len(rows) > 0 {
		how, out := rows[0], c.room(n)
		if rows = rows[1:]; how == asLine {
			end := bytes.IndexByte(rows, '\n')
			cut(out, rows[:end], delimiter)
			rows = rows[end+1:]
		} else {
			for i := range out {
				length, size := binary.Uvarint(rows)
				out[i] = alias(rows[size : size+int(length)]) //nolint:gosec // it was written here
				rows = rows[size+int(length):]                //nolint:gosec // as above
			}
		}
		to = append(to, out)
	}
	return to
}

const (
	eachByte = 0x0101010101010101
	lowBits  = 0x7f * eachByte
)

// cut cuts a line into its cells, of which there are as many as out has room for.
// Most are of a few bytes, so eight bytes are looked at at a time.
func cut(out row, line []byte, delimiter byte) {
	from, n, pattern := 0, 0, uint64(delimiter)*eachByte
	at := 0
	for ; at+8 <= len(line); at += 8 {
		differ := binary.LittleEndian.Uint64(line[at:]) ^ pattern
		same := ^((differ&lowBits + lowBits) | differ | lowBits)
		for ; same != 0; same &= same - 1 {
			end := at + bits.TrailingZeros64(same)/8
			out[n] = alias(line[from:end])
			n, from = n+1, end+1
		}
	}
	for ; at < len(line); at++ {
		if line[at] == delimiter {
			out[n] = alias(line[from:at])
			n, from = n+1, at+1
		}
	}
	out[n] = alias(line[from:])
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
