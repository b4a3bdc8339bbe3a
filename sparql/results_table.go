package sparql

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// tableWriter writes for people: columns as wide as their widest value, up to a
// bound; values are shown without datatypes.
type tableWriter struct {
	out       io.Writer
	variables []string
	widths    []int
	rows      int
	blocks    [][]byte // of cells: the length of each, how wide it is, and its text
	last      []tableCell
	hold      func(bytes int) error // is called with what is kept of each row, where it is set
	buffer    []byte
}

// tableCell is a term and the cell of it.
type tableCell struct {
	term rdf.Term
	cell []byte
}

const (
	maxColumn = 60
	// cellHead is the bytes of a cell before its text, which has less than 256, as
	// it has no more than maxColumn characters.
	cellHead   = 2
	tableBlock = 64 << 10
)

func newTableWriter(out io.Writer, variables []string) *tableWriter {
	w := &tableWriter{out: out, variables: variables, last: make([]tableCell, len(variables))}
	for _, name := range variables {
		w.widths = append(w.widths, utf8.RuneCountInString(name))
	}
	return w
}

func (w *tableWriter) Row(terms []rdf.Term) error {
	const ofCell, ofRow = 16, 48
	w.rows++
	bytes := ofRow
	for i, t := range terms {
		at := &w.last[i]
		if t != at.term || at.cell == nil {
			at.term, at.cell = t, appendCell(at.cell[:0], t)
			w.widths[i] = max(w.widths[i], int(at.cell[1]))
		}
		bytes += ofCell + len(at.cell) - cellHead
		w.keep(at.cell)
	}
	if w.hold != nil {
		return w.hold(bytes)
	}
	return nil
}

func (w *tableWriter) keep(cell []byte) {
	n := len(w.blocks) - 1
	if n < 0 || cap(w.blocks[n])-len(w.blocks[n]) < len(cell) {
		size := tableBlock
		if n < 0 {
			size = tableBlock / 16
		}
		w.blocks = append(w.blocks, make([]byte, 0, size))
		n++
	}
	w.blocks[n] = append(w.blocks[n], cell...)
}

// appendCell appends the cell of a term.
func appendCell(dst []byte, t rdf.Term) []byte {
	text := t.Value
	if t.Kind == rdf.TripleTerm {
		text = t.String()
	}
	if !isPlain(text) {
		text = shortened(source.Visible(strings.Join(strings.Fields(text), " ")))
	}
	return append(append(dst, byte(len(text)), byte(utf8.RuneCountInString(text))), text...)
}

// isPlain reports whether a text is shown as it is: letters and signs of ASCII, with
// single spaces between them.
func isPlain(text string) bool {
	if len(text) > maxColumn {
		return false
	}
	before := byte(' ')
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c > '~' || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return before != ' ' || text == ""
}

func shortened(s string) string {
	if utf8.RuneCountInString(s) <= maxColumn {
		return s
	}
	return string([]rune(s)[:maxColumn-1]) + "…"
}

// Close writes the table.
func (w *tableWriter) Close() error {
	rule := 0
	for i, name := range w.variables {
		w.pad(i, utf8.RuneCountInString(name), append(w.buffer, name...))
		rule += w.widths[i] + 2
	}
	w.endLine(0)
	w.buffer = append(append(w.buffer, strings.Repeat("-", max(rule-2, 1))...), '\n')
	if w.rows == 0 {
		w.buffer = append(w.buffer, "0 rows\n"...)
	}
	block := -1
	var cells []byte
	for range w.rows {
		from := len(w.buffer)
		for i := range w.variables {
			if len(cells) == 0 {
				block++
				cells = w.blocks[block]
			}
			size := cellHead + int(cells[0])
			w.pad(i, int(cells[1]), append(w.buffer, cells[cellHead:size]...))
			cells = cells[size:]
		}
		w.endLine(from)
		if len(w.buffer) >= tableBlock {
			if _, err := w.out.Write(w.buffer); err != nil {
				return err
			}
			w.buffer = w.buffer[:0]
		}
	}
	_, err := w.out.Write(w.buffer)
	return err
}

// pad takes a line up to a cell of a width, and fills its column.
func (w *tableWriter) pad(column, width int, line []byte) {
	const spaces = "                                                                "
	for n := w.widths[column] - width + 2; n > 0; n -= len(spaces) {
		line = append(line, spaces[:min(n, len(spaces))]...)
	}
	w.buffer = line
}

// endLine ends a line that begins at a place.
func (w *tableWriter) endLine(from int) {
	end := len(w.buffer)
	for end > from && w.buffer[end-1] == ' ' {
		end--
	}
	w.buffer = append(w.buffer[:end], '\n')
}
