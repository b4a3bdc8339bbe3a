//go:build !lean

package tables

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// statement is one of a node, its terms as bytes of canonical N-Quads. What no
// column holds has the property -1.
type statement struct {
	property          int
	predicate, object []byte
}

// node is what a graph says of one node.
type node struct {
	iri        string
	tables     []int // of its classes
	parent, as string
	said       []statement
}

// nodes are those of a graph, in the order in which they come.
type nodes struct {
	layout *layout
	byIRI  map[string]int
	list   []node
	// study and version are those of the graph.
	study, version string
	bytes          []byte
}

func newNodes(l *layout) *nodes { return &nodes{layout: l, byIRI: map[string]int{}} }

func (n *nodes) reset() {
	clear(n.byIRI)
	n.list, n.bytes = n.list[:0], n.bytes[:0]
	n.study, n.version = "", ""
}

// read adds the lines of a graph.
func (n *nodes) read(lines []byte) error {
	for line, err := range rdf.ReadLines(bytes.NewReader(lines), rdf.NQuads, nil) {
		if err != nil {
			return err
		}
		if n.study == "" {
			n.study, n.version = studyOf(string(line.Graph))
		}
		n.add(line)
	}
	return nil
}

// studyOf takes the number of a study and the day of a version out of the name of
// a record's graph.
func studyOf(graph string) (study, version string) {
	rest, ok := strings.CutPrefix(graph, "<"+model.StudyBase)
	if !ok {
		return "", ""
	}
	study, record, _ := strings.Cut(strings.TrimSuffix(rest, ">"), "#record")
	return study, strings.TrimPrefix(record, "-")
}

func (n *nodes) add(line rdf.Line) {
	l := n.layout
	property := l.property(line.Predicate)
	if l.implied[property] {
		return
	}
	at := n.at(line.Subject)
	if as, ok := l.parents[property]; ok && n.hold(at, as, line.Object) {
		return
	}
	if property == l.typ {
		if table := l.tableOf(rdf.IRI(string(line.Object[1 : len(line.Object)-1]))); table >= 0 {
			n.list[at].tables = append(n.list[at].tables, table)
		}
		return // the other types say nothing that the class does not
	}
	n.list[at].said = append(n.list[at].said, statement{property, n.keep(line.Predicate), n.keep(line.Object)})
}

// hold makes a node the child of another, unless it is that of another already.
func (n *nodes) hold(parent int, as string, object []byte) bool {
	if object[0] != '<' || n.study == "" {
		return false
	}
	child := n.at(object)
	if n.list[child].as != "" {
		return false
	}
	n.list[child].parent, n.list[child].as = n.list[parent].iri, as
	return true
}

// at is the place of a node.
func (n *nodes) at(term []byte) int {
	if at, ok := n.byIRI[string(term)]; ok {
		return at
	}
	at := len(n.list)
	if at < cap(n.list) {
		n.list = n.list[:at+1]
		old := &n.list[at]
		*old = node{tables: old.tables[:0], said: old.said[:0]}
	} else {
		n.list = append(n.list, node{})
	}
	n.byIRI[string(term)] = at
	n.list[at].iri = strings.Trim(string(term), "<>")
	return at
}

// chunk is how many bytes of terms are made room for at a time.
const chunk = 64 << 10

// keep copies bytes that are about to be overwritten.
func (n *nodes) keep(b []byte) []byte {
	if len(n.bytes)+len(b) > cap(n.bytes) {
		n.bytes = make([]byte, 0, max(chunk, len(b)))
	}
	from := len(n.bytes)
	n.bytes = append(n.bytes, b...)
	return n.bytes[from:len(n.bytes):len(n.bytes)]
}

// rows are the rows of one study, by table. They are reused from study to study.
type rows struct {
	byTable [][]parquet.Row
	values  []parquet.Value // of the rows
	// cells are the values of the columns of the row in the making, held the
	// statements of its node that a column holds, orders those that order a list.
	cells  [][]cell
	held   []bool
	orders map[int]int
}

type cell struct {
	text string
	parquet.Value
}

func (r *rows) reset(tables int) {
	if r.byTable == nil {
		r.byTable, r.orders = make([][]parquet.Row, tables), map[int]int{}
	}
	for i := range r.byTable {
		r.byTable[i] = r.byTable[i][:0]
	}
	r.values = r.values[:0]
}

// fill makes the rows of nodes.
func (r *rows) fill(n *nodes) {
	r.reset(len(n.layout.tables))
	for i := range n.list {
		node := &n.list[i]
		if len(node.tables) == 0 && n.study == "" && strings.HasPrefix(node.iri, model.NSMesh) {
			node.tables = append(node.tables, n.layout.byName[meshTable])
		}
		r.held = append(r.held[:0], make([]bool, len(node.said))...)
		for _, table := range node.tables {
			r.row(n, node, table)
		}
		r.rest(n, node)
	}
}

// row makes the row of a node in a table.
func (r *rows) row(n *nodes, node *node, table int) {
	t := &n.layout.tables[table]
	for len(r.cells) < len(t.Columns) {
		r.cells = append(r.cells, nil)
	}
	for i := range t.Columns {
		r.cells[i] = r.cells[i][:0]
	}
	r.sort(n.layout, node, table)
	from := len(r.values)
	for i, c := range t.Columns {
		switch {
		case c.Property == "":
			r.text(i, n.fixed(node, c.Name))
		case c.List:
			r.list(i)
		case len(r.cells[i]) == 0:
			r.null(i)
		default:
			r.values = append(r.values, r.cells[i][0].Level(0, 1, i))
		}
	}
	r.end(table, from)
}

// sort puts the values of a node into the cells of their columns.
func (r *rows) sort(l *layout, node *node, table int) {
	clear(r.orders)
	columns := l.columns[table]
	for i, s := range node.said {
		if s.property < 0 {
			continue
		}
		if list, ok := l.orders[s.property]; ok {
			if at := columns[list]; at >= 0 {
				r.orders[at] = i
			}
			continue
		}
		at := columns[s.property]
		if at < 0 {
			continue
		}
		column := &l.tables[table].Columns[at]
		term, err := rdf.ParseTerm(s.object)
		if err != nil || !column.List && len(r.cells[at]) > 0 {
			continue
		}
		if v, ok := column.value(term); ok {
			r.cells[at] = append(r.cells[at], cell{term.Value, v})
			r.held[i] = true
		}
	}
	for at, column := range l.tables[table].Columns {
		if !column.List || len(r.cells[at]) == 0 {
			continue
		}
		slices.SortFunc(r.cells[at], func(a, b cell) int { return cmp.Compare(a.text, b.text) })
		if i, ok := r.orders[at]; ok {
			r.held[i] = r.arrange(at, node.said[i].object)
		}
	}
}

// arrange gives a list the order of the record, which a literal says: the place of
// each member among the sorted values. It reports whether it could.
func (r *rows) arrange(at int, order []byte) bool {
	sorted, used := r.cells[at], make([]bool, len(r.cells[at]))
	var list []cell
	for place := range strings.FieldsSeq(strings.Trim(string(order), `"`)) {
		i, err := strconv.Atoi(place)
		if err != nil || i < 0 || i >= len(sorted) {
			return false
		}
		list, used[i] = append(list, sorted[i]), true
	}
	if slices.Contains(used, false) {
		return false
	}
	r.cells[at] = list
	return true
}

// rest makes a row of the table of other statements for each that no column holds.
func (r *rows) rest(n *nodes, node *node) {
	table := n.layout.byName[otherTable]
	for i, s := range node.said {
		if r.held[i] {
			continue
		}
		from := len(r.values)
		property := strings.Trim(string(s.predicate), "<>")
		value, datatype, language := string(s.object), "", ""
		if t, err := rdf.ParseTerm(s.object); err == nil {
			value, datatype, language = t.Value, t.Datatype, t.Language
		}
		for at, text := range []string{n.study, n.version, node.iri, property, value, datatype, language} {
			if text == "" && at != otherValue {
				r.null(at)
				continue
			}
			r.values = append(r.values, parquet.ValueOf(text).Level(0, 1, at))
		}
		r.end(table, from)
	}
}

// otherValue is the column of the value among those of other statements.
const otherValue = 4

// fixed is the value of a column that every table has.
func (n *nodes) fixed(node *node, column string) string {
	switch column {
	case "nct_id":
		return n.study
	case "version":
		return n.version
	case "id":
		return node.iri
	case "parent":
		return node.parent
	case "parent_property":
		return node.as
	}
	return ""
}

// text adds a text, null where it is empty.
func (r *rows) text(at int, text string) {
	if text == "" {
		r.null(at)
		return
	}
	r.values = append(r.values, parquet.ValueOf(text).Level(0, 1, at))
}

func (r *rows) null(at int) { r.values = append(r.values, parquet.Value{}.Level(0, 0, at)) }

// list adds the members of a list, null where there is none.
func (r *rows) list(at int) {
	for i, c := range r.cells[at] {
		r.values = append(r.values, c.Level(min(i, 1), 2, at))
	}
	if len(r.cells[at]) == 0 {
		r.null(at)
	}
}

// end makes a row of the values that were added.
func (r *rows) end(table, from int) {
	r.byTable[table] = append(r.byTable[table], parquet.Row(r.values[from:len(r.values):len(r.values)]))
}
