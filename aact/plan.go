package aact

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/mapping/model"
)

//go:embed tables.tsv
var tableTable string

// load is what a table, or those of its rows that conditions select, says of
// a study.
type load struct {
	table string
	where []condition
	// link is the column that holds the id of a row of another table, at whose
	// node the paths begin.
	link    choice
	to      string
	columns []column
	// levels are the paths of the lists around the values, outermost first.
	levels []level
}

// condition selects rows by a column: "a=b", "a!=b", and "a?=b", which a table
// without the column fulfils.
type condition struct {
	column      choice
	equal       string
	not, absent bool
}

// level is a list, and the columns that say what its items are.
type level struct {
	path []string // from the level above
	at   []int    // the same path, as positions among the members of each field
	// field is the list.
	field   *model.Field
	columns []column
	// same says that an item with the same values as one that is there already
	// is that one, whichever table it came from.
	same bool
}

// column is a row of tables.tsv.
type column struct {
	choice
	path []string // from the innermost list
	at   []int    // the same path, as positions among the members of each field
	form string
	// otherwise says that it is read where nothing stands at the path.
	otherwise bool
	list      bool // a list of scalars
	integer   bool
}

// choice is a column, under the names that it has had, newest first, with commas
// between them: the first that a row has something in. A name may be that of
// several columns, "p_value_modifier+p_value", whose texts follow one another.
// "a?b" is the column a of a table that has b, and "!a" nothing, of a table that
// does not have a.
type choice []names

type names struct {
	columns []string
	needs   string
	without bool
}

// name is the column of today, or "".
func (c choice) name() string {
	if len(c) == 0 || c[0].without {
		return ""
	}
	return c[0].columns[0]
}

func parseChoice(text string) choice {
	var out choice
	for part := range strings.SplitSeq(text, ",") {
		if needs, ok := strings.CutPrefix(part, "!"); ok {
			out = append(out, names{needs: needs, without: true})
			continue
		}
		name, needs, _ := strings.Cut(part, "?")
		if name != "" {
			out = append(out, names{columns: strings.Split(name, "+"), needs: needs})
		}
	}
	return out
}

// The forms of columns that say where items begin. Values of the form once do
// not repeat within the innermost list: where one comes again, another item of
// the list around it has begun, or with a "^" behind it, of the one around
// that. An item with a value of the form same is the one that has it already.
const (
	formOnce = "once"
	formSame = "same"
	// formNot begins the form of a column that says nothing where it says this.
	formNot = "not "
	// formElse begins the form of a column that is read where nothing stands at
	// the path.
	formElse = "else "
	// formPhases is that of a list with slashes between its items.
	formPhases = "phases"
	// formEvent is that of what happened to results that are not posted.
	formEvent = "event"
	// formDetails is that of the sentence on an agreement with investigators, as
	// exports of before 2020 have it, for what no code stands for.
	formDetails = "details"
	// formAnalyzed is that of the numbers that were analysed, from which
	// denominators are made.
	formAnalyzed = "analyzed"
)

// plans are the loads in the order of the table.
var plans = sync.OnceValue(func() []load {
	var out []load
	m, before := model.Default(), ""
	for line := range strings.Lines(tableTable) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if cells[0] == "table" || cells[5] == formAnalyzed {
			continue
		}
		if group := cells[0] + "\t" + cells[1]; group != before {
			before = group
			link, to, _ := strings.Cut(cells[2], ">")
			out = append(out, load{table: cells[0], where: parseWhere(cells[1]), link: parseChoice(link), to: to})
		}
		f := m.Field(cells[4])
		if f == nil {
			panic("tables.tsv: no field " + cells[4])
		}
		c := column{choice: parseChoice(cells[3]), path: strings.Split(cells[4], "."), list: f.List, integer: f.Kind == model.Integer}
		c.form, c.otherwise = strings.CutPrefix(cells[5], formElse)
		last := &out[len(out)-1]
		last.columns = append(last.columns, c)
	}
	for i := range out {
		out[i].arrange(m)
	}
	return out
})

func parseWhere(text string) []condition {
	var out []condition
	for part := range strings.SplitSeq(text, "&") {
		name, equal, ok := strings.Cut(part, "=")
		if !ok {
			continue
		}
		c := condition{equal: equal}
		name, c.not = strings.CutSuffix(name, "!")
		name, c.absent = strings.CutSuffix(name, "?")
		c.column = parseChoice(name)
		out = append(out, c)
	}
	return out
}

// arrange finds the lists on the paths of a load, and which columns belong to
// the items of each.
func (l *load) arrange(m *model.Model) {
	var lists []string
	for _, c := range l.columns {
		for _, list := range listsOf(m, c.path) {
			if !slices.Contains(lists, list) {
				lists = append(lists, list)
			}
		}
	}
	slices.SortFunc(lists, func(a, b string) int { return len(a) - len(b) })
	before, around := "", m.Root
	for _, list := range lists {
		path := strings.Split(strings.TrimPrefix(strings.TrimPrefix(list, before), "."), ".")
		l.levels = append(l.levels, level{path: path, at: positions(around, path), field: m.Field(list)})
		before, around = list, m.Field(list)
	}
	var above []column
	for _, c := range l.columns {
		in := listsOf(m, c.path)
		if len(in) == 0 {
			c.at = positions(m.Root, c.path)
			above = append(above, c)
			continue
		}
		to := &l.levels[slices.Index(lists, in[len(in)-1])]
		c.path = c.path[strings.Count(in[len(in)-1], ".")+1:]
		c.at = positions(to.field, c.path)
		to.columns = append(to.columns, c)
		to.same = to.same || c.form == formSame
	}
	l.columns = above
}

// positions turns a path into the places of its names among the members of the
// fields on it.
func positions(from *model.Field, path []string) []int {
	var out []int
	for _, key := range path {
		i := slices.IndexFunc(from.Children, func(c *model.Field) bool { return c.Key == key })
		out, from = append(out, i), from.Children[i]
	}
	return out
}

// listsOf returns the paths of the lists of objects on a path.
func listsOf(m *model.Model, path []string) []string {
	var out []string
	for i := range path {
		p := strings.Join(path[:i+1], ".")
		if f := m.Field(p); f.Kind == model.Nodes || f.Kind == model.Nests {
			out = append(out, p)
		}
	}
	return out
}

// depth is how many of the lists on its paths a linked load begins below.
func (l *load) depth() int {
	for _, p := range plans() {
		if p.table == l.to {
			return len(p.levels)
		}
	}
	return 0
}

// own are the columns that belong to the scope itself.
func (l *load) own() []column {
	if depth := l.depth(); len(l.link) > 0 && depth > 0 {
		return l.levels[depth-1].columns
	}
	return l.columns
}

// inner are the levels below the scope.
func (l *load) inner() []level {
	if len(l.link) > 0 {
		return l.levels[l.depth():]
	}
	return l.levels
}

// tables lists the tables that are read, in the order of their first use.
var tables = sync.OnceValue(func() []string {
	var out []string
	for _, l := range plans() {
		if !slices.Contains(out, l.table) {
			out = append(out, l.table)
		}
	}
	return out
})

// used are the columns that are read of each table, under all their names.
var used = sync.OnceValue(func() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	use := func(table string, c choice) {
		if out[table] == nil {
			out[table] = map[string]bool{idColumn: true, "id": true, "outcome_id": true, "result_group_id": true}
		}
		for _, n := range c {
			out[table][n.needs] = true
			for _, name := range n.columns {
				out[table][name] = true
			}
		}
	}
	for line := range strings.Lines(tableTable) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for _, c := range parseWhere(cells[1]) {
			use(cells[0], c.column)
		}
		link, _, _ := strings.Cut(cells[2], ">")
		use(cells[0], parseChoice(link))
		use(cells[0], parseChoice(cells[3]))
		if table, column, ok := strings.Cut(cells[5], "."); ok {
			use(table, parseChoice(column))
		}
	}
	return out
})

// NotCarried returns the paths of the fields of the registry's field tree that
// no column of AACT holds.
func NotCarried() []string {
	carried := map[string]bool{}
	for line := range strings.Lines(tableTable) {
		carried[strings.Split(line, "\t")[4]] = true
	}
	var out []string
	for _, f := range model.Default().Fields {
		if f.Leaf() && !carried[f.Path] && (f.Piece != "" || f.AACT != "") {
			out = append(out, f.Path)
		}
	}
	return out
}
