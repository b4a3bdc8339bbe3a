package classic

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/jsonld/model"
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

// IsTable says whether a text begins as a download of a table does: with a
// line of names, "NCT Number" among them, and commas or tabs between them.
func IsTable(text []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), []byte("\n"))
	return bytes.Contains(line, []byte(keyColumn)) && !bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("{"))
}

// Table reads the rows of a CSV or TSV download as v2 studies.
type Table struct {
	rows   rowReader
	names  []string
	buffer []byte
}

// rowReader reads the rows of a table; *csv.Reader is one.
type rowReader interface {
	Read() ([]string, error)
	InputOffset() int64
}

// NewTable reads the line of names; commas or tabs stand between them.
// Columns that have no field are carried as leftovers.
func NewTable(r io.Reader) (*Table, *source.Error) {
	peek := &peeker{r: r}
	var rows rowReader = csv.NewReader(peek)
	if first := peek.line(); bytes.Count(first, []byte("\t")) > bytes.Count(first, []byte(",")) {
		rows = &tabReader{lines: bufio.NewReader(peek)}
	}
	names, err := rows.Read()
	if err != nil {
		return nil, tableFault(0, err)
	}
	names[0] = strings.TrimPrefix(names[0], "\ufeff")
	found := false
	for _, name := range names {
		found = found || name == keyColumn
	}
	if !found {
		return nil, fault(0, "the table has no column "+keyColumn, "the columns of a download from ClinicalTrials.gov")
	}
	return &Table{rows: rows, names: append([]string(nil), names...)}, nil
}

// Next returns the next row as a study; its JSON is valid until the call after.
// At the end it returns io.EOF. A *source.Error is of that row alone, any other
// error ends the table.
func (t *Table) Next() (Study, error) {
	at := t.rows.InputOffset()
	row, err := t.rows.Read()
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse):
		return Study{Offset: at}, tableFault(at, err)
	case err != nil:
		return Study{Offset: at}, err
	}
	t.buffer = t.study(t.buffer[:0], row)
	return Study{Offset: at, JSON: t.buffer}, nil
}

func tableFault(at int64, err error) *source.Error {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return fault(at, "the table is empty", "a line of names")
	case errors.As(err, &parse) && errors.Is(parse.Err, csv.ErrFieldCount):
		return fault(at, fmt.Sprintf("line %d has another number of cells than the line of names", parse.Line), "one cell for each name")
	case errors.As(err, &parse):
		return fault(at, fmt.Sprintf("line %d: %v", parse.Line, parse.Err), "")
	}
	return &source.Error{Position: source.At("", at), Problem: "the table cannot be read", Err: err}
}

// tabReader reads lines with tabs between the cells. Quotes mean nothing in
// them.
type tabReader struct {
	lines  *bufio.Reader
	cells  []string
	number int
	offset int64
}

// InputOffset is where the next line begins.
func (t *tabReader) InputOffset() int64 { return t.offset }

// Read returns the cells of the next line.
func (t *tabReader) Read() ([]string, error) {
	line, err := t.lines.ReadString('\n')
	t.offset += int64(len(line))
	t.number++
	line = strings.TrimRight(line, "\r\n")
	if line == "" && err != nil {
		return nil, err
	}
	n := len(t.cells)
	t.cells = strings.Split(line, "\t")
	if n > 0 && len(t.cells) != n {
		bad := &csv.ParseError{Line: t.number, Err: csv.ErrFieldCount}
		t.cells = t.cells[:0:0]
		return nil, bad
	}
	return t.cells, nil
}

// study makes a tree of the row, as that of classic XML, and of that a study.
func (t *Table) study(dst []byte, row []string) []byte {
	root := &node{}
	for i, cell := range row {
		if cell = strings.TrimSpace(cell); cell == "" {
			continue
		}
		c, known := columns()[t.names[i]]
		if !known {
			root.add(columnKey(t.names[i]), cell)
			continue
		}
		c.put(root, t.names[i], cell)
	}
	b := newBuilder(xmlFinder{})
	dst = b.study(dst, root)
	return b.leftovers(dst, root)
}

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
	if f := forms[c.form]; f != nil {
		f(root, name, cell)
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
	"results": func(root *node, _, cell string) {
		if strings.EqualFold(cell, "yes") || strings.EqualFold(cell, "has results") {
			root.add("clinical_results", "")
		} else {
			root.add("no_results", "")
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
	"design": func(root *node, _, cell string) {
		info := root.enter([]string{"study_design_info"})
		for _, item := range items(cell) {
			if part, value, ok := strings.Cut(item, ":"); ok && designParts[part] != "" {
				info.put(designParts[part], strings.TrimSpace(value))
			}
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
	"countries": countriesCell,
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

// countriesCell finds the countries that sites are in. Facility, city, state
// and zip stand before it with commas between them and within them, so they
// cannot be told apart: the text is left over.
func countriesCell(root *node, name, cell string) {
	seen := map[string]bool{}
	to := root.enter([]string{"location_countries"})
	for _, site := range items(cell) {
		root.add(columnKey(name), site)
		country := countryOf(site)
		if country != "" && !seen[country] {
			seen[country] = true
			to.put("country", country)
		}
	}
}

// countryOf returns the longest name of a country that a site ends with.
func countryOf(site string) string {
	m := model.Default()
	for rest := site; ; {
		if m.CountryIRI(rest) != "" {
			return rest
		}
		_, after, more := strings.Cut(rest, ", ")
		if !more {
			return ""
		}
		rest = after
	}
}

// peeker reads ahead as far as the first line.
type peeker struct {
	r   io.Reader
	buf []byte
}

func (p *peeker) line() []byte {
	for bytes.IndexByte(p.buf, '\n') < 0 && len(p.buf) < 1<<20 {
		chunk := make([]byte, 4096)
		n, err := p.r.Read(chunk)
		p.buf = append(p.buf, chunk[:n]...)
		if err != nil {
			break
		}
	}
	line, _, _ := bytes.Cut(p.buf, []byte("\n"))
	return line
}

// Read returns first what was read ahead.
func (p *peeker) Read(b []byte) (int, error) {
	if len(p.buf) > 0 {
		n := copy(b, p.buf)
		p.buf = p.buf[n:]
		return n, nil
	}
	return p.r.Read(b)
}
