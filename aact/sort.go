package aact

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
)

// A table is sorted by study and id: chunks of it in memory, then, where there
// is more than one, in temporary files that are merged as they are read.

// key is what rows are sorted by.
type key struct {
	study string
	id    int64
}

func (k key) compare(o key) int {
	return cmp.Or(cmp.Compare(k.study, o.study), cmp.Compare(k.id, o.id))
}

type keyed struct {
	key
	row row
}

// sorter takes rows in any order.
type sorter struct {
	dir       string
	study, id int // the columns; -1 where there is no id
	chunk     []keyed
	size      int // bytes of the chunk, about
	most      int
	runs      []*os.File
	buffer    []byte
	n         int64
}

func newSorter(dir string, columns columnsOf) *sorter {
	s := &sorter{dir: dir, most: chunkSize, study: columns[idColumn], id: -1}
	if at, ok := columns["id"]; ok {
		s.id = at
	}
	return s
}

// chunkSize is how many bytes of a table are sorted in memory.
const chunkSize = 24 << 20

const rowCost = 64 // of a row beside its text

// add takes a row, which is the sorter's from now on.
func (s *sorter) add(r row) error {
	k := keyed{row: r}
	if s.study < len(r) {
		k.study = r[s.study]
	}
	if s.id >= 0 && s.id < len(r) {
		k.id, _ = strconv.ParseInt(r[s.id], 10, 64)
	} else {
		k.id = s.n // in the order of the file
	}
	s.n++
	s.chunk = append(s.chunk, k)
	s.size += rowCost
	for _, cell := range r {
		s.size += len(cell) + 16
	}
	if s.size > s.most {
		return s.spill()
	}
	return nil
}

// spill writes the chunk into a run of its own.
func (s *sorter) spill() error {
	s.sort()
	f, err := os.CreateTemp(s.dir, "run-*")
	if err != nil {
		return err
	}
	s.runs = append(s.runs, f)
	w := bufio.NewWriterSize(f, 1<<18)
	for _, k := range s.chunk {
		s.buffer = binary.AppendVarint(s.buffer[:0], k.id)
		s.buffer = binary.AppendUvarint(s.buffer, uint64(len(k.row)))
		s.buffer = appendText(s.buffer, k.study)
		for _, cell := range k.row {
			s.buffer = appendText(s.buffer, cell)
		}
		if _, err := w.Write(s.buffer); err != nil {
			return err
		}
	}
	s.chunk, s.size = nil, 0
	return w.Flush()
}

func appendText(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

func (s *sorter) sort() {
	slices.SortStableFunc(s.chunk, func(a, b keyed) int { return a.compare(b.key) })
}

// done ends the adding and returns the rows in order.
func (s *sorter) done() (*sorted, error) {
	out := &sorted{}
	if len(s.runs) == 0 {
		s.sort()
		out.memory = s.chunk
		return out, nil
	}
	if err := s.spill(); err != nil {
		return nil, err
	}
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
	at   keyed
}

func (r *run) next() (bool, error) {
	id, err := binary.ReadVarint(r.r)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	n, err := binary.ReadUvarint(r.r)
	if err != nil {
		return false, err
	}
	r.at = keyed{key: key{id: id}, row: make(row, n)}
	if r.at.study, err = r.text(); err != nil {
		return false, err
	}
	for i := range r.at.row {
		if r.at.row[i], err = r.text(); err != nil {
			return false, err
		}
	}
	return true, nil
}

func (r *run) text() (string, error) {
	n, err := binary.ReadUvarint(r.r)
	if err != nil {
		return "", err
	}
	b := make([]byte, n)
	_, err = io.ReadFull(r.r, b)
	return string(b), err
}

// runs is a heap of them, least row first.
type runs []*run

func (r runs) Len() int           { return len(r) }
func (r runs) Less(i, j int) bool { return r[i].at.compare(r[j].at.key) < 0 }
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
	memory []keyed
	runs   runs
}

// peek returns the next row without taking it; false at the end.
func (s *sorted) peek() (keyed, bool) {
	switch {
	case len(s.memory) > 0:
		return s.memory[0], true
	case len(s.runs) > 0:
		return s.runs[0].at, true
	}
	return keyed{}, false
}

// take removes the row that peek shows.
func (s *sorted) take() error {
	if len(s.memory) > 0 {
		s.memory = s.memory[1:]
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
