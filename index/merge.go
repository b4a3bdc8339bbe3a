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

// merge calls yield with the rows of all sources in order. A row that comes
// several times is given once.
func merge(sources []source, yield func(*row)) {
	var m merger
	for _, s := range sources {
		if r := s.next(); r != nil {
			m = append(m, head{r, s})
		}
	}
	for i := len(m)/2 - 1; i >= 0; i-- {
		m.sink(i)
	}
	var last row
	for first := true; len(m) > 0; {
		if r := m[0].row; first || *r != last {
			last, first = *r, false
			yield(&last)
		}
		if m[0].row = m[0].next(); m[0].row == nil {
			m[0] = m[len(m)-1]
			m = m[:len(m)-1]
		}
		m.sink(0)
	}
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

// run is sorted rows in a file that does not outlive the writer: blocks of
// them, each behind its length in bytes and rows; or, without an order, the
// rows as they are.
type run struct {
	path  string
	order *order
}

// write makes the file of the rows.
func (r run) write(rows []row) error {
	f, err := os.Create(r.path)
	if err != nil {
		return err
	}
	to := bufio.NewWriterSize(f, 256<<10)
	var block []byte
	for len(rows) > 0 {
		n := min(blockRows, len(rows))
		block = r.block(block[:0], rows[:n])
		_, _ = to.Write(block) // the error stays with the writer
		rows = rows[n:]
	}
	return errors.Join(to.Flush(), f.Close())
}

func (r run) block(dst []byte, rows []row) []byte {
	if r.order == nil {
		for i := range rows {
			dst = appendRow(dst, &rows[i])
		}
		return dst
	}
	dst = append(dst, 0, 0, 0, 0, byte(len(rows)))
	c := codec{order: r.order}
	dst = c.appendFirst(dst, &rows[0])
	for i := range rows[1:] {
		dst = c.append(dst, &rows[i+1])
	}
	binary.LittleEndian.PutUint32(dst, uint32(len(dst)-5))
	return dst
}

// runReader reads a run.
type runReader struct {
	run
	file  *os.File
	in    *bufio.Reader
	block []byte
	rows  [blockRows]row
	at, n int
}

// failure is the panic of what cannot be read or written while rows are merged.
type failure struct{ err error }

func (r run) open() (*runReader, error) {
	f, err := os.Open(r.path)
	if err != nil {
		return nil, err
	}
	return &runReader{run: r, file: f, in: bufio.NewReaderSize(f, 128<<10)}, nil
}

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
	var head [5]byte
	if _, err := io.ReadFull(r.in, head[:]); errors.Is(err, io.EOF) {
		r.n = 0
		return false
	} else if err != nil {
		panic(failure{fmt.Errorf("%s: %w", r.path, err)})
	}
	r.n = int(head[4])
	n := int(binary.LittleEndian.Uint32(head[:]))
	if cap(r.block) < n {
		r.block = make([]byte, n)
	}
	_, err := io.ReadFull(r.in, r.block[:n])
	if err == nil && !r.order.decode(r.block[:n], r.rows[:r.n]) {
		err = errors.New("it changed while it was read")
	}
	if err != nil {
		panic(failure{fmt.Errorf("%s: %w", r.path, err)})
	}
	return true
}

func (r *runReader) fillPlain() bool {
	if cap(r.block) == 0 {
		r.block = make([]byte, 16*blockRows)
	}
	n, err := io.ReadFull(r.in, r.block[:16*blockRows])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		panic(failure{fmt.Errorf("%s: %w", r.path, err)})
	}
	r.n = n / 16
	for i := range r.n {
		for j := range 4 {
			r.rows[i][j] = binary.LittleEndian.Uint32(r.block[16*i+4*j:])
		}
	}
	return r.n > 0
}

// rescued makes errors of the panics of files and runs.
func rescued(err *error) {
	switch p := recover().(type) {
	case nil:
	case *Damage:
		*err = p
	case failure:
		*err = p.err
	default:
		panic(p)
	}
}
