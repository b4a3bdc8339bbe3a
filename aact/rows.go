package aact

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unsafe"
)

// rowReader reads the rows of a file: cells with a delimiter between them, in
// quotation marks where they hold one, a quotation mark (twice) or a line break.
type rowReader struct {
	in        *bufio.Reader
	delimiter byte
	between   []byte // the delimiter
	line      []byte // where one does not fit into the buffer of in
	whole     []byte // of a row with quotation marks
	number    int    // of the line
	columns   int
	cells     row
	offset    int64
	broken    bool // a cell had a line break
	// unended says that the last line has no line end.
	unended bool
}

func newRowReader(r io.Reader, delimiter byte) *rowReader {
	return &rowReader{in: bufio.NewReaderSize(r, 256<<10), delimiter: delimiter, between: []byte{delimiter}}
}

// maxRow is the most bytes of a row.
const maxRow = 64 << 20

// read returns the next line with its end; it is valid until the next one.
func (r *rowReader) read() ([]byte, error) {
	line, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		r.line = append(r.line[:0], line...)
		for errors.Is(err, bufio.ErrBufferFull) {
			if len(r.line) > maxRow {
				return nil, fmt.Errorf("line %d is longer than %d bytes", r.number+1, maxRow)
			}
			line, err = r.in.ReadSlice('\n')
			r.line = append(r.line, line...)
		}
		line = r.line
	}
	if len(line) == 0 && err != nil {
		return nil, err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	r.number++
	r.unended = err != nil
	r.offset += int64(len(line))
	return line, nil
}

// next returns the cells of the next row, which are valid until the next one.
func (r *rowReader) next() (row, error) {
	line, cells, err := r.nextLine()
	if line != nil {
		r.cells = r.cells[:0]
		for cell := range strings.SplitSeq(alias(line), string(r.between)) {
			r.cells = append(r.cells, cell)
		}
		cells = r.cells
	}
	if r.columns == 0 {
		r.columns = len(cells)
	}
	return cells, err
}

// nextLine returns the next row: its line where there are no quotation marks in
// it, otherwise its cells. It is valid until the next one.
func (r *rowReader) nextLine() (line []byte, cells row, err error) {
	for len(line) == 0 { // blank lines are none
		if line, err = r.read(); err != nil {
			return nil, nil, err
		}
		line = trimEnd(line)
	}
	var n int
	first := r.number
	if bytes.IndexByte(line, '"') < 0 {
		n = 1 + bytes.Count(line, r.between)
	} else {
		if cells, err = r.quoted(r.cells[:0], line); err != nil {
			return nil, nil, err
		}
		line, r.cells, n = nil, cells, len(cells)
	}
	if r.columns > 0 && n != r.columns {
		return nil, nil, fmt.Errorf("line %d: wrong number of fields", first)
	}
	return line, cells, nil
}

// alias is b as a string, for as long as nobody changes b.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func trimEnd(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
}

// quoted reads a row in which there are quotation marks, which may be several
// lines long.
func (r *rowReader) quoted(cells row, line []byte) (row, error) {
	first := r.number
	r.whole = append(r.whole[:0], line...)
	line = r.whole
	for at := 0; ; at++ { // behind the delimiter
		if at >= len(line) || line[at] != '"' {
			end := len(line)
			if i := bytes.IndexByte(line[min(at, end):], r.delimiter); i >= 0 {
				end = at + i
			}
			cells = append(cells, alias(line[min(at, end):end]))
			if at = end; at >= len(line) {
				return cells, nil
			}
			continue
		}
		end := closing(line, at+1)
		for end < 0 {
			more, err := r.read()
			if errors.Is(err, io.EOF) {
				return nil, fmt.Errorf("line %d: a quotation mark is not closed", first)
			}
			if err != nil {
				return nil, err
			}
			if len(line)+len(more) > maxRow {
				return nil, fmt.Errorf("line %d: a cell is longer than %d bytes", first, maxRow)
			}
			r.broken = true
			read := len(line) // so far, and no mark closes the cell
			line = append(append(line, '\n'), trimEnd(more)...)
			r.whole, end = line, closing(line, read)
		}
		cells = append(cells, strings.ReplaceAll(alias(line[at+1:end]), `""`, `"`))
		if at = end + 1; at >= len(line) {
			return cells, nil
		}
		if line[at] != r.delimiter {
			return nil, fmt.Errorf("line %d: text behind a closing quotation mark", first)
		}
	}
}

// closing finds the quotation mark that ends a cell, or -1.
func closing(line []byte, from int) int {
	for {
		i := bytes.IndexByte(line[from:], '"')
		if i < 0 {
			return -1
		}
		from += i
		if from+1 >= len(line) || line[from+1] != '"' {
			return from
		}
		from += 2
	}
}
