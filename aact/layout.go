package aact

import (
	"slices"
	"strings"

	"github.com/trialweave/trialweave/classic"
)

// columnsOf says where the columns of a table stand in its rows.
type columnsOf map[string]int

// layout is the plan of the columns that a source has: exports of 2017 to today
// differ in what columns there are and how they are called.
type layout struct {
	loads []bound
	// units, group and number are the columns from which the denominators of
	// baseline measures are made; outcomes those that say which outcome a group
	// belongs to, by table.
	units, group, number cell
	outcomes             []outcomeOf
	// passed are loads whose rows another table says, too.
	passed []bound
	tables []columnsOf // one entry for each of the tables; nil for a table that is missing
}

type outcomeOf struct {
	table          int
	group, outcome cell
}

// bound is a load over the columns of a source.
type bound struct {
	*load
	at     int // of the table
	where  []boundCondition
	id     cell
	link   cell
	toAt   int // of the table that it links to
	scope  []boundColumn
	levels []boundLevel
	// outcome says that the link may have to be found in the rows that count and
	// measure a group.
	outcome bool
	// linked says that rows of others refer to those of this one.
	linked bool
	// single says that a study has one row of it.
	single bool
	// baseline says that its classes get denominators.
	baseline bool
}

type boundCondition struct {
	cell
	condition
}

type boundLevel struct {
	*level
	columns []boundColumn
}

type boundColumn struct {
	cell
	column
	// table and other are where the form looks a value up.
	table int
	other cell
	kind  columnKind
	only  int  // where the text stands, if that is in one place for certain and not a code of a group; else -1
	group bool // it holds codes of groups
	whole bool // it holds whole numbers
	once  int  // how many enclosing lists outward an item of the form "once" begins; -1 if none does
	last  lastValue
}

// columnKind is how the value of a column is made.
type columnKind uint8

const (
	constant    columnKind = iota // the form itself
	plainText                     // what the cell says
	byRule                        // a rule of the classic forms makes it
	fileName                      // the last part of a path
	details                       // a restriction for which there is no code
	event                         // a code for what happened to results
	otherTable                    // what a row of another table says
	unlessEqual                   // what the cell says, but for one text
	flag                          // the form, where the cell is true
)

// lastValue is the value that a column had last.
type lastValue struct {
	row   *string // its first cell
	study int
	one   string
	many  []string
}

func (c *boundColumn) kindOf() columnKind {
	switch {
	case len(c.cell) == 0:
		return constant
	case c.form == "", c.form == formSame, c.once >= 0:
		return plainText
	case isRule(c.form):
		return byRule
	case c.form == "file":
		return fileName
	case c.form == formDetails:
		return details
	case c.form == formEvent:
		return event
	case c.other != nil:
		return otherTable
	case strings.HasPrefix(c.form, formNot):
		return unlessEqual
	}
	return flag
}

// wholeColumns hold whole numbers for which the registry has texts. A frequency
// threshold is not among them: records have "5.0", too.
var wholeColumns = [...]string{"count", "number_analyzed"}

// whole returns a whole number as a database writes it. A data frame makes
// "12.0" of 12 where a cell of the column is empty.
func whole(number string) string {
	if cut, ok := strings.CutSuffix(number, ".0"); ok && cut != "" && strings.Trim(cut, "0123456789") == "" {
		return cut
	}
	return number
}

// cell is where a choice stands in a row: for each name that the table has, the
// columns whose texts follow one another.
type cell [][]int

// of returns the text of the first name that a row has something in.
func (c cell) of(r row) string {
	for _, columns := range c {
		if len(columns) == 1 {
			if at := columns[0]; at < len(r) && r[at] != "" {
				return r[at]
			}
			continue
		}
		text := ""
		for _, at := range columns {
			if at < len(r) {
				text += r[at]
			}
		}
		if text != "" {
			return text
		}
	}
	return ""
}

// groupColumn is the column of the codes of groups: "OG000" today, "O1" in exports
// that were made of XML.
const groupColumn = "ctgov_group_code"

// of returns the text of the first name that a row has something in, and of a code
// of a group that of today.
func (c *boundColumn) of(r row) string {
	if c.only >= 0 && c.only < len(r) {
		return r[c.only]
	}
	if c.group {
		return groupCode(c.cell.of(r))
	}
	return c.cell.of(r)
}

func groupCode(code string) string {
	if len(code) < 2 || code[1] < '0' || code[1] > '9' { // as nearly all are
		return code
	}
	return classic.Values("group", code)[0]
}

// bind finds the columns of a choice.
func bind(c choice, columns columnsOf) cell {
	var out cell
	for _, n := range c {
		if _, has := columns[n.needs]; n.needs != "" && has == n.without {
			continue
		}
		var at []int
		for _, name := range n.columns {
			if i, ok := columns[name]; ok {
				at = append(at, i)
			}
		}
		if len(at) > 0 && len(at) == len(n.columns) {
			out = append(out, at)
		}
	}
	return out
}

// layoutOf binds the plans to the columns of a source, by table.
func layoutOf(columns map[string]columnsOf) *layout {
	x := &layout{}
	for _, name := range tables() {
		x.tables = append(x.tables, columns[name])
	}
	for i := range plans() {
		switch l := &plans()[i]; {
		case columns[l.table] == nil:
		case l.sums() && columns["reported_event_totals"] != nil:
			x.passed = append(x.passed, x.bound(l))
		default:
			x.loads = append(x.loads, x.bound(l))
		}
	}
	baseline := columns["baseline_measurements"]
	x.units, x.group, x.number = bind(parseChoice("number_analyzed_units"), baseline), bind(parseChoice(groupColumn), baseline), bind(parseChoice("number_analyzed"), baseline)
	for _, name := range [...]string{"outcome_counts", "outcome_measurements"} {
		of := columns[name]
		x.outcomes = append(x.outcomes, outcomeOf{slices.Index(tables(), name), bind(parseChoice("result_group_id"), of), bind(parseChoice("outcome_id"), of)})
	}
	return x
}

// sums reports whether a load is of the rows of events that sum up, which exports
// had before there was a table of them.
func (l *load) sums() bool {
	return slices.ContainsFunc(l.where, func(c condition) bool { return c.column.name() == "organ_system" && !c.not })
}

func (x *layout) bound(l *load) bound {
	at := slices.Index(tables(), l.table)
	columns := x.tables[at]
	b := bound{load: l, at: at, id: bind(parseChoice("id"), columns), link: bind(l.link, columns), toAt: slices.Index(tables(), l.to), baseline: l.table == "baseline_measurements"}
	for _, c := range l.where {
		b.where = append(b.where, boundCondition{bind(c.column, columns), c})
	}
	b.scope = x.columns(l.own(), columns)
	b.outcome = slices.ContainsFunc(l.link, func(n names) bool { return n.columns[0] == outcomeLink })
	inner := l.inner()
	for i := range inner {
		b.levels = append(b.levels, boundLevel{&inner[i], x.columns(inner[i].columns, columns)})
	}
	b.single = len(l.link) == 0 && len(l.levels) == 0 && slices.ContainsFunc(l.columns, func(c column) bool { return !c.list })
	b.linked = slices.ContainsFunc(plans(), func(other load) bool { return other.to == l.table })
	return b
}

// columns binds columns; those that the source has nothing for are left out.
func (x *layout) columns(from []column, columns columnsOf) []boundColumn {
	var out []boundColumn
	for _, c := range from {
		b := boundColumn{cell: bind(c.choice, columns), column: c, once: -1}
		if len(b.cell) == 0 && !c.constant(columns) {
			continue
		}
		if depth, ok := strings.CutPrefix(c.form, formOnce); ok {
			b.once = len(depth)
		}
		b.group, b.only = c.name() == groupColumn, -1
		if len(b.cell) == 1 && len(b.cell[0]) == 1 && !b.group {
			b.only = b.cell[0][0]
		}
		if table, name, ok := strings.Cut(c.form, "."); ok {
			b.table = slices.Index(tables(), table)
			b.other = bind(parseChoice(name), x.tables[b.table])
		}
		b.kind = b.kindOf()
		b.whole = b.kind == plainText && (c.integer || slices.Contains(wholeColumns[:], c.name()))
		out = append(out, b)
	}
	return out
}

// constant reports whether a column is a constant of a table.
func (c *column) constant(columns columnsOf) bool {
	if len(c.choice) == 0 {
		return true
	}
	_, has := columns[c.choice[0].needs]
	return c.choice[0].without && !has
}

// absent lists the tables that a source does not have, and the columns, as
// "table.column", that its tables do not have under any name.
func (x *layout) absent() (tablesOut, columnsOut []string) {
	add := func(table string, c choice) {
		if name := c.name(); name != "" && len(bind(c, x.tables[slices.Index(tables(), table)])) == 0 && !slices.Contains(columnsOut, table+"."+name) {
			columnsOut = append(columnsOut, table+"."+name)
		}
	}
	for i, name := range tables() {
		if x.tables[i] == nil {
			tablesOut = append(tablesOut, name)
		}
	}
	for line := range strings.Lines(tableTable) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if cells[0] == "table" || x.tables[slices.Index(tables(), cells[0])] == nil || strings.HasPrefix(cells[5], formElse) {
			continue
		}
		for _, c := range parseWhere(cells[1]) {
			add(cells[0], c.column)
		}
		if link, _, ok := strings.Cut(cells[2], ">"); ok && !strings.Contains(link, outcomeLink) {
			add(cells[0], parseChoice(link))
		}
		add(cells[0], parseChoice(cells[3]))
	}
	return tablesOut, columnsOut
}
