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

// columnKey makes a name of an element of that of a column.
func columnKey(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '/' })
	if len(words) > 0 {
		words[0] = strings.ToLower(words[0])
	}
	return strings.Join(words, "_")
}

// put adds what a cell says to the tree of the record.
func (c column) put(root *node, name, cell string) {
	switch f := forms[c.form]; {
	case f != nil:
		f(root, name, cell)
		return
	case c.form == "outcomes":
		outcomesCell(root, c.place[0], cell)
		return
	}
	to := root.enter(c.place[:len(c.place)-1])
	last := c.place[len(c.place)-1]
	switch c.form {
	case "repeated":
	case "list":
		for _, item := range items(cell) {
			to.add(last, item)
		}
	case "count":
		if whole, fraction, ok := strings.Cut(cell, "."); ok && strings.Trim(fraction, "0") == "" { // of a data frame
			cell = whole
		}
		fallthrough
	default:
		to.add(last, cell)
		to.children[len(to.children)-1].kind = '='
	}
}

// items splits a cell of several values.
func items(cell string) []string {
	var out []string
	for item := range strings.SplitSeq(cell, "|") {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}

// enter goes down a path and makes what is not there.
func (n *node) enter(path []string) *node {
	for _, name := range path {
		next := n.child(name)
		if next == nil {
			n.add(name, "")
			next = n.children[len(n.children)-1]
		}
		n = next
	}
	return n
}

// forms read the cells that hold more than a text or a list of texts.
var forms = map[string]func(root *node, name, cell string){
	"results": func(root *node, name, cell string) {
		switch strings.ToLower(cell) {
		case "yes", "y", "true", "t", "1", "has results", "with results":
			root.add("clinical_results", "")
		case "", "no", "n", "false", "f", "0", "no results available", "no results", "without results":
			root.add("no_results", "")
		default: // it stays a field that is not known
			root.put(columnKey(name), cell)
		}
	},
	"interventions": func(root *node, _, cell string) {
		for _, item := range items(cell) {
			kind, title, ok := strings.Cut(item, ": ")
			n := root.again("intervention")
			if !ok {
				kind, title = "", item
			}
			n.put("intervention_type", kind)
			n.put("intervention_name", title)
		}
	},
	"agencies": func(root *node, _, cell string) {
		for _, item := range items(cell) {
			root.enter([]string{"sponsors"}).again("collaborator").put("agency", item)
		}
	},
	// The first one is the lead sponsor.
	"sponsors": func(root *node, _, cell string) {
		for i, item := range items(cell) {
			kind := "collaborator"
			if i == 0 {
				kind = "lead_sponsor"
			}
			root.enter([]string{"sponsors"}).again(kind).put("agency", item)
		}
	},
	"phases": func(root *node, _, cell string) { root.put("phase", strings.Join(items(cell), "/")) },
	"age":    ageCell,
	"design": func(root *node, name, cell string) {
		info := root.enter([]string{"study_design_info"})
		for _, item := range items(cell) {
			part, value, _ := strings.Cut(item, ":")
			known := designParts[part]
			if value = strings.TrimSpace(value); value == "" && known != "" {
				continue
			}
			if known == "" || info.child(known) != nil { // it stays a field that is not known
				root.put(columnKey(name), item)
				continue
			}
			info.put(known, value)
		}
	},
	// The first one is the sponsor's own.
	"ids": func(root *node, _, cell string) {
		for i, item := range items(cell) {
			kind := "secondary_id"
			if i == 0 {
				kind = "org_study_id"
			}
			root.enter([]string{"id_info"}).add(kind, item)
		}
	},
	"documents": func(root *node, _, cell string) {
		for _, item := range items(cell) {
			at := strings.LastIndex(item, ", http")
			if at < 0 {
				root.add("study_documents", item)
				continue
			}
			n := root.enter([]string{"provided_document_section"}).again("provided_document")
			n.put("document_type", strings.Trim(item[:at], `"`))
			n.put("document_url", item[at+2:])
		}
	},
}

// again adds another child of a name.
func (n *node) again(name string) *node {
	n.add(name, "")
	return n.children[len(n.children)-1]
}

// put adds a child with a text that is one of the Data API v2 already.
func (n *node) put(name, text string) {
	if text != "" {
		n.again(name).text = text
		n.children[len(n.children)-1].kind = '='
	}
}

// ageCell reads "18 Years to 65 Years (Adult, Older Adult)", "75 Years and
// older (Older Adult)", "up to 17 Years (Child)" and "ADULT, OLDER_ADULT".
func ageCell(root *node, _, cell string) {
	limits, groups, ok := strings.Cut(cell, "(")
	if !ok {
		limits, groups = "", cell
	}
	to := root.enter([]string{"eligibility"})
	for group := range strings.SplitSeq(strings.TrimSuffix(groups, ")"), ",") {
		to.put("std_age", strings.TrimSpace(group))
	}
	limits = strings.TrimFunc(limits, func(r rune) bool { return r == ' ' || r == '\u00a0' })
	if from, open := strings.CutSuffix(limits, " and older"); open {
		to.put("minimum_age", from)
		return
	}
	if until, open := strings.CutPrefix(limits, "up to "); open {
		to.put("maximum_age", until)
		return
	}
	from, until, _ := strings.Cut(limits, " to ")
	to.put("minimum_age", from)
	to.put("maximum_age", until)
}

// tableInput is the text of a table. It reads ahead as far as the first line,
// and makes line feeds of carriage returns where these end lines.
type tableInput struct {
	r         io.Reader
	buf       []byte
	before    int64 // bytes of the line that names the separator
	passed    int64 // bytes behind it that were handed on
	returns   bool  // lines end with a carriage return alone
	quoted    bool  // what comes next is between quotation marks, in such a table
	last      byte  // that was handed on, of such a table
	lineEnded bool  // the last byte that was handed on ends a line
	row, most int64 // where the row at hand begins, and how long it may be
	err       error // of r
}

// mostAhead is the most that is read ahead.
const mostAhead = 1 << 20

// begin finds out about the first line and returns the separator of cells.
func (in *tableInput) begin() rune {
	for len(in.buf) < mostAhead && in.err == nil {
		if _, rest := separatorLine(bytes.TrimPrefix(in.buf, []byte("\xef\xbb\xbf"))); bytes.IndexByte(rest, '\n') >= 0 {
			break
		}
		chunk := make([]byte, 4096)
		var n int
		n, in.err = in.r.Read(chunk)
		in.buf = append(in.buf, chunk[:n]...)
	}
	text := bytes.TrimPrefix(in.buf, []byte("\xef\xbb\xbf"))
	separator, rest := separatorLine(text)
	end := lineEnd(rest)
	in.returns = bytes.HasPrefix(rest[end:], []byte("\r")) && !bytes.HasPrefix(rest[end:], []byte("\r\n"))
	in.before = int64(len(in.buf) - len(rest))
	in.buf = rest
	if separator == '\t' || separator == ';' || separator == ',' || separator == '|' {
		return separator
	}
	line := rest[:lineEnd(rest)]
	most, at := ',', bytes.Count(line, []byte(","))
	for _, c := range []rune{';', '\t', '|'} {
		if n := bytes.Count(line, []byte(string(c))); n > at {
			most, at = c, n
		}
	}
	return most
}

// ended reports whether all of the text was handed on.
func (in *tableInput) ended() bool { return len(in.buf) == 0 && errors.Is(in.err, io.EOF) }

// feedInCell stands for a line feed within a cell that is not in quotation marks,
// of a table whose lines end with a carriage return.
const feedInCell = '\v'

// feeds makes line feeds of carriage returns, but of those before a line feed: in
// a table whose lines end with a carriage return both are within a cell. So is a
// line feed alone, unless another row or nothing follows it.
func (in *tableInput) feeds(b []byte) {
	last := in.last
	for i, c := range b {
		before := last
		last = c
		switch {
		case c == '"':
			in.quoted = !in.quoted
		case c == '\r' && !bytes.HasPrefix(in.behind(b[i+1:], 1), []byte("\n")):
			b[i] = '\n'
		case c == '\n' && !in.quoted && before != '\r':
			if next := in.behind(b[i+1:], len(`"NCT00000000",`)); len(next) > 0 && !beginsRow(string(next)) {
				b[i] = feedInCell
			}
		}
	}
	in.last = last
}

// behind returns the next n bytes, of which some are at hand, or fewer where the
// text ends.
func (in *tableInput) behind(hand []byte, n int) []byte {
	if len(hand) >= n {
		return hand[:n]
	}
	for tries := 0; len(hand)+len(in.buf) < n && in.err == nil && tries < mostTries; tries++ {
		chunk := make([]byte, 4096)
		var read int
		read, in.err = in.r.Read(chunk)
		in.buf = append(in.buf, chunk[:read]...)
	}
	return append(hand[:len(hand):len(hand)], in.buf[:min(len(in.buf), n-len(hand))]...)
}

// mostTries is how often a reader may return nothing.
const mostTries = 100

// Read returns first what was read ahead.
func (in *tableInput) Read(b []byte) (n int, err error) {
	switch {
	case in.passed-in.row > in.most+mostAhead:
		return 0, ErrLong
	case len(in.buf) > 0:
		n = copy(b, in.buf)
		in.buf = in.buf[n:]
	case in.err != nil:
		return 0, in.err
	default:
		n, in.err = in.r.Read(b)
		err = in.err
	}
	if in.returns {
		in.feeds(b[:n])
	}
	if n > 0 {
		in.passed += int64(n)
		in.lineEnded = b[n-1] == '\n'
	}
	return n, err
}
