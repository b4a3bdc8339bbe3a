package index

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// source gives rows in their order. A row lives until the next one; nil is the
// end. What goes wrong is a panic, as with a file.
type source interface{ next() *row }

// rowSink takes the rows of a merge.
type rowSink interface{ add(*row) }

// feed gives the rows of an order to a taker, each once.
type feed func(next step, to rowSink) error

// merging is the feed of sources.
func merging(sources []source) feed {
	return func(next step, to rowSink) error { return merge(next, sources, to) }
}

// list is the feed of rows that are sorted, each of which is there once.
func list(rows []row) feed {
	return func(next step, to rowSink) error {
		for i := range rows {
			if i%stepRows == 0 {
				if err := next(); err != nil {
					return err
				}
			}
			to.add(&rows[i])
		}
		return nil
	}
}

// merge gives the rows of all sources in order to a taker. A row that comes
// several times is given once.
func merge(next step, sources []source, to rowSink) error {
	m := newMerger(sources)
	var last row
	for first, rows := true, 0; len(m) > 0; rows++ {
		if rows%stepRows == 0 {
			if err := next(); err != nil {
				return err
			}
		}
		if first || *m[0].row != last {
			last = *m[0].row
			to.add(&last)
		}
		first = false
		m = m.advance()
	}
	return nil
}

func newMerger(sources []source) merger {
	var m merger
	for _, s := range sources {
		if r := s.next(); r != nil {
			m = append(m, head{r, s})
		}
	}
	for i := len(m)/2 - 1; i >= 0; i-- {
		m.sink(i)
	}
	return m
}

// advance moves the first source on.
func (m merger) advance() merger {
	if m[0].row = m[0].next(); m[0].row == nil {
		m[0] = m[len(m)-1]
		m = m[:len(m)-1]
	}
	m.sink(0)
	return m
}

type head struct {
	row *row
	source
}

// merger is a heap of sources by the row that they stand at.
type merger []head

func (m merger) sink(i int) {
	for {
		child := 2*i + 1
		if child >= len(m) {
			return
		}
		if other := child + 1; other < len(m) && m[other].row.less(m[child].row) {
			child = other
		}
		if !m[child].row.less(m[i].row) {
			return
		}
		m[i], m[child] = m[child], m[i]
		i = child
	}
}

// runs are sorted rows in a file that does not outlive the writer, one run
// after the other: blocks of them, each behind a head; or, without an order, the
// rows as they are.
type runs struct {
	order *order
	file  *os.File
	ends  []int64
	count int64 // of rows
}

// newRuns makes the file of what is sorted for a file of the segment.
func newRuns(in *workspace, what string, o *order) (*runs, error) {
	f, err := in.scratch(what)
	return &runs{order: o, file: f}, err
}

func (r *runs) end() int64 {
	if len(r.ends) == 0 {
		return 0
	}
	return r.ends[len(r.ends)-1]
}

// add writes one more run.
func (r *runs) add(rows []row) error {
	to := bufio.NewWriterSize(r.file, 256<<10)
	var block []byte
	end := r.end()
	r.count += int64(len(rows))
	for len(rows) > 0 {
		n := min(blockRows, len(rows))
		block = r.block(block[:0], rows[:n])
		end += int64(len(block))
		_, _ = to.Write(block) // the error stays with the writer
		rows = rows[n:]
	}
	r.ends = append(r.ends, end)
	return to.Flush()
}

func (r *runs) block(dst []byte, rows []row) []byte {
	if r.order == nil {
		for i := range rows {
			dst = appendRow(dst, &rows[i])
		}
		return dst
	}
	dst = appendRow(append(dst, 0, 0, 0, 0, byte(len(rows))), &rows[0])
	c := codec{order: r.order, last: rows[0]}
	for i := range rows[1:] {
		dst = c.append(dst, &rows[i+1])
	}
	binary.LittleEndian.PutUint32(dst, uint32(len(dst)-runHead))
	return dst
}

// runHead is the length of what stands before a block: its length in bytes, its
// rows, and the first of them.
const runHead = 4 + 1 + 16

// sources are what reads the runs.
func (r *runs) sources() []source {
	var out []source
	for _, s := range r.sections() {
		out = append(out, &runReader{runs: r, in: bufio.NewReaderSize(s, 128<<10)})
	}
	return out
}

func (r *runs) sections() []io.Reader {
	var out []io.Reader
	from := int64(0)
	for _, end := range r.ends {
		out = append(out, io.NewSectionReader(r.file, from, end-from))
		from = end
	}
	return out
}

// remove closes and removes the file; it may be called again.
func (r *runs) remove() error {
	if r == nil || r.file == nil {
		return nil
	}
	err := discard(r.file)
	r.file = nil
	return err
}

// runReader reads a run.
type runReader struct {
	*runs
	in    *bufio.Reader
	bytes []byte
	rows  [blockRows]row
	at, n int
}

// failure is the panic of what cannot be read or written while rows are merged.
type failure struct{ err error }

func (r *runReader) next() *row {
	if r.at == r.n && !r.fill() {
		return nil
	}
	r.at++
	return &r.rows[r.at-1]
}

func (r *runReader) fill() bool {
	r.at = 0
	if r.order == nil {
		return r.fillPlain()
	}
	var head [runHead]byte
	if _, err := io.ReadFull(r.in, head[:]); errors.Is(err, io.EOF) {
		r.n = 0
		return false
	} else if err != nil {
		panic(failure{fmt.Errorf("%s: %w", r.file.Name(), err)})
	}
	r.n = int(head[4])
	n := int(binary.LittleEndian.Uint32(head[:]))
	r.rows[0] = readRow(head[5:])
	if cap(r.bytes) < n {
		r.bytes = make([]byte, n)
	}
	_, err := io.ReadFull(r.in, r.bytes[:n])
	if err == nil && !r.order.decode(r.bytes[:n], r.rows[:r.n]) {
		err = errors.New("it changed while it was read")
	}
	if err != nil {
		panic(failure{fmt.Errorf("%s: %w", r.file.Name(), err)})
	}
	return true
}

func (r *runReader) fillPlain() bool {
	if cap(r.bytes) == 0 {
		r.bytes = make([]byte, 16*blockRows)
	}
	n, err := io.ReadFull(r.in, r.bytes[:16*blockRows])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		panic(failure{fmt.Errorf("%s: %w", r.file.Name(), err)})
	}
	r.n = n / 16
	for i := range r.n {
		r.rows[i] = readRow(r.bytes[16*i:])
	}
	return r.n > 0
}

// recoverError makes errors of the panics of files and runs.
func recoverError(err *error) {
	switch p := recover().(type) {
	case nil:
	case *CorruptionError:
		*err = p
	case failure:
		*err = p.err
	default:
		panic(p)
	}
}
