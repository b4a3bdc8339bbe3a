package classic

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// tabReader reads lines with tabs between the cells. A cell that begins with a
// quotation mark is one with the quoting of CSV where the mark is closed before
// the next tab or line end, as what pandas writes; else the mark is text, as in
// what the classic site wrote.
type tabReader struct {
	lines  *bufio.Reader
	offset int64
	most   int
	names  int // how many cells the line of names has; 0 before it is read
	// ahead are lines that were read in search of a closing mark, and failed how
	// often there was none.
	ahead  []string
	failed int
	// fault is what ended the reading ahead.
	fault error
}

// How far a closing mark is looked for, and how often in vain.
const (
	mostQuoted = 1 << 16
	mostFailed = 20
	mostLines  = 200
)

// InputOffset is where the next line begins.
func (t *tabReader) InputOffset() int64 { return t.offset }

// Read returns the cells of the next row.
func (t *tabReader) Read() ([]string, error) {
	line, err := t.next()
	if err != nil {
		return nil, err
	}
	cells, open := splitTabs(chomp(line))
	if open && t.names > 0 && t.failed < mostFailed {
		if more := t.several(line); more != nil {
			return more, nil
		}
		t.failed++
	}
	if t.names == 0 {
		t.names = len(cells)
	}
	return cells, nil
}

// several reads a row that is several lines long: one that has as many cells as
// the line of names where its quoted cells are closed, and in which no other row
// begins. Without one it returns nil.
func (t *tabReader) several(line string) []string {
	text, used := line, 0
	for len(text) < mostQuoted && used < mostLines {
		for used >= len(t.ahead) {
			if t.fault != nil {
				return nil
			}
			next, err := t.line()
			if err != nil {
				t.fault = err
				return nil
			}
			t.ahead = append(t.ahead, next)
		}
		next := t.ahead[used]
		if beginsRow(next) {
			return nil
		}
		text += next
		used++
		if !strings.Contains(next, `"`) {
			continue
		}
		if cells, open := splitTabs(chomp(text)); !open {
			if len(cells) != t.names {
				return nil
			}
			t.offset += int64(len(text) - len(line))
			t.ahead = t.ahead[used:]
			return cells
		}
	}
	return nil
}

// beginsRow reports whether a line begins with the number of a study.
func beginsRow(line string) bool {
	line = strings.TrimPrefix(line, `"`)
	return len(line) > len("NCT00000000") && strings.HasPrefix(line, "NCT") && digits(line[len("NCT"):len("NCT00000000")])
}

// next takes a line that was read ahead, or reads one.
func (t *tabReader) next() (string, error) {
	var line string
	switch {
	case len(t.ahead) > 0:
		line, t.ahead = t.ahead[0], t.ahead[1:]
	case t.fault != nil:
		err := t.fault
		t.fault = nil
		return "", err
	default:
		var err error
		if line, err = t.line(); err != nil {
			return "", err
		}
	}
	t.offset += int64(len(line))
	return line, nil
}

// line reads a line with its end. One that is too long is passed over.
func (t *tabReader) line() (string, error) {
	var line []byte
	long := false
	for {
		piece, err := t.lines.ReadSlice('\n')
		if long = long || len(line)+len(piece) > t.most; !long {
			line = append(line, piece...)
		} else {
			t.offset += int64(len(piece))
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case long:
			t.offset += int64(len(line))
			return "", errLongLine
		}
		if err != nil && (len(bytes.TrimRight(line, "\r\n")) == 0 || !errors.Is(err, io.EOF)) {
			return "", err
		}
		return string(line), nil
	}
}

func chomp(line string) string { return strings.TrimRight(line, "\r\n") }

// splitTabs takes a row apart; open says that a quoted cell is not closed. Then
// its mark is taken as text.
func splitTabs(row string) (cells []string, open bool) {
	for {
		cell, rest, quoted := quotedCell(row)
		if !quoted {
			var more bool
			open = open || rest == "open"
			cell, rest, more = strings.Cut(row, "\t")
			if cells = append(cells, cell); !more {
				return cells, open
			}
			row = rest
			continue
		}
		if cells = append(cells, cell); rest == "" {
			return cells, open
		}
		row = rest[1:]
	}
}

// quotedCell reads the quoted cell that a row begins with, up to a tab or the
// end of the row.
func quotedCell(row string) (cell, rest string, ok bool) {
	if !strings.HasPrefix(row, `"`) {
		return "", "", false
	}
	for i := 1; i < len(row); i++ {
		switch {
		case row[i] != '"':
		case i+1 < len(row) && row[i+1] == '"':
			i++
		case i+1 == len(row) || row[i+1] == '\t':
			text := strings.ReplaceAll(row[1:i], `""`, `"`)
			return strings.ReplaceAll(text, "\r\n", "\n"), row[i+1:], true
		default:
			return "", "", false
		}
	}
	return "", "open", false
}
