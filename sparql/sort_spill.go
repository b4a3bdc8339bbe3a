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

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

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
	for i := range s.rows.count {
		s.e.tick()
		s.buffer = s.append(s.buffer[:0], s.rows.row(i))
		_, _ = to.Write(s.buffer) // the error stays with the writer
		end += int64(len(s.buffer))
	}
	s.failed(to.Flush())
	if end > mostSpilled {
		panic(stop{limitReached(BoundSort, "of %d bytes for a sort", int64(mostSpilled))})
	}
	s.ends = append(s.ends, end)
	s.rows, s.bytes, s.most = rowStore{width: s.rows.width}, 0, 0
	s.made = s.made[:1]
	clear(s.madeAt)
	s.e.held.rows, s.e.held.bytes = max(0, s.e.held.rows-s.own.rows), max(0, s.e.held.bytes-s.own.bytes)
	s.own = held{}
}

// append writes a row: its numbers, and the keys that are not among them.
func (s *sorter) append(dst []byte, one row) []byte {
	width := len(s.e.query.names)
	for _, id := range one[:width] {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(id))
	}
	for _, n := range one[width:] {
		t := s.made[n].term
		dst = append(dst, byte(t.Kind), byte(t.Direction))
		for _, text := range [...]string{t.Value, t.Datatype, t.Language} {
			dst = append(binary.AppendUvarint(dst, uint64(len(text))), text...)
		}
	}
	return dst
}

// sortable is a row with the values that it is sorted by.
type sortable struct {
	row   row
	keys  []value
	place int // of its run
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
