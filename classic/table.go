package classic

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/source"
)

//go:embed columns.tsv
var columnTable string

// column is a row of columns.tsv: where the texts of a column of a download
// belong in classic XML, and in what form they stand there.
type column struct {
	place []string
	form  string
}

var columns = sync.OnceValue(func() map[string]column {
	out := map[string]column{}
	for line := range strings.Lines(columnTable) {
		name, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		place, form, _ := strings.Cut(rest, "\t")
		out[name] = column{strings.Split(place, "/"), form}
	}
	delete(out, "column")
	return out
})

// keyColumn is the column without which a row is no study.
const keyColumn = "NCT Number"

// IsTable reports whether a text begins as a download of a table does: with a
// line of names, "NCT Number" among them, and commas, semicolons or tabs
// between them. A line that names the separator, as Excel writes it, may come
// first.
func IsTable(text []byte) bool {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	_, text = separatorLine(text)
	line := text[:lineEnd(text)]
	return bytes.Contains(line, []byte(keyColumn)) && !bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("{"))
}

// LacksKey reports whether a text begins with names of columns of a download, in
// whatever case, without the exact name of the one that tells the study.
func LacksKey(text []byte) bool {
	_, text = separatorLine(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	line := string(text[:lineEnd(text)])
	for _, cell := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(",;\t\"", r) }) {
		cell = strings.TrimSpace(cell)
		if _, known := columns()[cell]; known && cell != line || strings.EqualFold(cell, keyColumn) {
			return !IsTable(text)
		}
	}
	return false
}

// lineEnd returns where the first line ends: at a line feed, or at a carriage
// return alone, as in what Excel calls "CSV (Macintosh)".
func lineEnd(text []byte) int {
	if i := bytes.IndexAny(text, "\r\n"); i >= 0 {
		return i
	}
	return len(text)
}

// separatorLine reads a first line such as "sep=;" and returns the separator,
// 0 where there is no such line, and the rest. Blank lines may come before and
// behind it.
func separatorLine(text []byte) (separator rune, rest []byte) {
	text = passBlank(text)
	line := text[:lineEnd(text)]
	plain := bytes.Trim(line, `"`)
	if len(plain) != len("sep=,") || !bytes.EqualFold(plain[:4], []byte("sep=")) {
		return 0, text
	}
	return rune(plain[4]), passBlank(text[len(line):])
}

// passBlank passes over line ends and lines without a name before the line of
// names.
func passBlank(text []byte) []byte {
	for {
		end := lineEnd(text)
		if end == len(text) || len(bytes.Trim(text[:end], ",;|\" \t")) > 0 {
			return text
		}
		text = text[end+1:]
	}
}

// Table reads the rows of a CSV or TSV download as v2 studies.
type Table struct {
	rows   rowReader
	in     *tableInput
	names  []string
	buffer []byte
	// places are those of the columns, and room where the trees of the rows are.
	places  []place
	room    nodes
	builder *builder
	finder  xmlFinder
	sites   siteReader
}

// place is what becomes of the cells of a column; key is the name of those that
// have no field.
type place struct {
	column
	known, number bool
	key           string
}

// rowReader reads the rows of a table; *csv.Reader is one.
type rowReader interface {
	Read() ([]string, error)
	InputOffset() int64
}

// NewTable reads the line of names; commas, semicolons or tabs stand between
// them. Columns that have no field are carried as leftovers. No row may be longer
// than so many bytes; 0 is 64 MiB.
func NewTable(r io.Reader, most int) (*Table, *source.Error) {
	if most <= 0 {
		most = 64 << 20
	}
	in := &tableInput{r: r, most: int64(most)}
	var rows rowReader
	if separator := in.begin(); separator == '\t' {
		rows = &tabReader{lines: bufio.NewReader(in), most: most}
		in.most = math.MaxInt64 >> 1 // the reader goes on behind a row that is too long
	} else {
		c := csv.NewReader(in)
		c.Comma, c.FieldsPerRecord, c.ReuseRecord = separator, -1, true
		rows = c
	}
	names, err := rows.Read()
	if err != nil {
		return nil, tableFault(in.before, err)
	}
	names[0] = strings.TrimPrefix(names[0], "\ufeff")
	found := false
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
		found = found || names[i] == keyColumn
	}
	if !found {
		return nil, fault(0, "the table has no column "+keyColumn, "the columns of a download from ClinicalTrials.gov")
	}
	return &Table{rows: rows, in: in, names: append([]string(nil), names...)}, nil
}

// Next returns the next row as a study; its JSON is valid until the call after.
// Rows without any text are passed over. At the end it returns io.EOF. A
// *source.Error is of that row alone, unless its cause is ErrCut: then the
// table ends in the middle of the row, or ErrLong: then it does not end, and
// nothing can be read behind it. Any other error ends the table.
func (t *Table) Next() (Study, error) {
	for {
		at := t.in.before + t.rows.InputOffset()
		t.in.row = t.rows.InputOffset()
		row, err := t.rows.Read()
		var parse *csv.ParseError
		switch {
		case errors.As(err, &parse) && errors.Is(parse.Err, csv.ErrQuote) && t.in.ended() && t.rows.InputOffset() >= t.in.passed:
			return Study{Offset: at}, cutRow(at)
		case errors.As(err, &parse):
			return Study{Offset: at}, tableFault(at, err)
		case errors.Is(err, ErrLong), errors.Is(err, errLongLine):
			return Study{Offset: at}, longRow(at, err)
		case err != nil:
			return Study{Offset: at}, err
		case blankRow(row):
			continue
		}
		for i := range row {
			if t.in.returns && strings.IndexByte(row[i], feedInCell) >= 0 {
				row[i] = strings.ReplaceAll(row[i], string(feedInCell), "\n")
			}
		}
		if fault := t.checkRow(at, row); fault != nil {
			return Study{Offset: at}, fault
		}
		t.buffer = t.study(t.buffer[:0], row[:min(len(row), len(t.names))])
		return Study{Offset: at, JSON: t.buffer}, nil
	}
}

// ErrLong is the cause of the fault of a row that is longer than rows may be and
// of which the end was not found, as where a quotation mark is not closed.
var ErrLong = errors.New("a quotation mark may not be closed")

// errLongLine is that of a line that is too long and was passed over.
var errLongLine = errors.New("passed over")

func longRow(at int64, err error) *source.Error {
	e := fault(at, "the row is longer than a record may be", "a study")
	e.Err = err
	return e
}

func blankRow(row []string) bool {
	for _, cell := range row {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// mostItems is how many items the cells of a row may have; each of them becomes
// several nodes. The registry's longest row has some 3,000.
const mostItems = 1 << 17

// checkRow compares the number of cells with that of the names. Empty cells at
// the end of a row count for nothing. A last row that has too few cells and no
// line end is cut short.
func (t *Table) checkRow(at int64, row []string) *source.Error {
	several := 0
	for _, cell := range row {
		several += strings.Count(cell, "|")
	}
	switch {
	case several > mostItems:
		return fault(at, fmt.Sprintf("the cells of the row have more than %d items", mostItems), "a study")
	case len(row) == len(t.names):
		return nil
	case len(row) > len(t.names) && blankRow(row[len(t.names):]):
		return nil
	case len(row) < len(t.names) && t.in.ended() && t.rows.InputOffset() >= t.in.passed && !t.in.lineEnded:
		return cutRow(at)
	}
	return fault(at, fmt.Sprintf("the row has %d cells, the line of names %d", len(row), len(t.names)), "one cell for each name")
}

func cutRow(at int64) *source.Error {
	e := fault(at, "the table is incomplete", "the rest of the row")
	e.Err = ErrCut
	return e
}

func tableFault(at int64, err error) *source.Error {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return fault(at, "the table is empty", "a line of names")
	case errors.As(err, &parse):
		return fault(at, fmt.Sprintf("line %d: %v", parse.Line, parse.Err), "")
	}
	return &source.Error{Position: source.At("", at), Problem: "the table cannot be read", Err: err}
}

// study makes a tree of the row, as that of classic XML, and of that a study.
func (t *Table) study(dst []byte, row []string) []byte {
	if t.builder == nil {
		t.finder.modern = true
		t.builder = newBuilder(&t.finder)
		for _, name := range t.names {
			c, known := columns()[name]
			t.places = append(t.places, place{c, known, isRowNumber(name), columnKey(name)})
		}
	}
	t.room.reset()
	root := &node{room: &t.room}
	for i, cell := range row {
		p := &t.places[i]
		if cell = strings.TrimSpace(cell); isEmptyCell(cell) || p.number {
			continue
		}
		if !p.known {
			root.add(p.key, cell)
			continue
		}
		if p.form == "sites" {
			t.sites.cell(root, cell)
			continue
		}
		p.put(root, t.names[i], cell)
	}
	t.finder.begin(root)
	dst = t.builder.study(dst, root)
	return t.builder.leftovers(dst, root)
}

// isEmptyCell reports whether a cell holds nothing, or what pandas writes for
// nothing.
func isEmptyCell(cell string) bool {
	switch cell {
	case "", "NaN", "nan", "NaT", "<NA>":
		return true
	}
	return false
}

// isRowNumber reports whether a column is the one in which pandas numbers the
// rows.
func isRowNumber(name string) bool { return name == "" || strings.HasPrefix(name, "Unnamed: ") }
