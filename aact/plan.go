package aact

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/jsonld/model"
)

//go:embed tables.tsv
var tableTable string

// load is what a table, or those of its rows that a condition selects, says of
// a study.
type load struct {
	table         string
	column, equal string // the condition: a column and its value, or none
	// link names the column that holds the id of a row of another table, at
	// whose node the paths begin.
	link, to string
	columns  []column
	// levels are the paths of the lists around the values, outermost first.
	levels []level
}

// level is a list, and the columns that say what its items are.
type level struct {
	path    []string // from the level above
	columns []column
	// same says that an item with the same values as one that is there already
	// is that one, whichever table it came from.
	same bool
}

// column is a row of tables.tsv.
type column struct {
	name string
	path []string // from the innermost list
	form string
	list bool // a list of scalars
}

// The forms of columns that say where items begin. Values of the form once do
// not repeat within the innermost list: where one comes again, another item of
// the list around it has begun, or with a "^" behind it, of the one around
// that. An item with a value of the form same is the one that has it already.
const (
	formOnce = "once"
	formSame = "same"
	// formSlashes is that of a list with slashes between its items.
	formSlashes = "slashes"
)

// plans are the loads in the order of the table.
var plans = sync.OnceValue(func() []load {
	var out []load
	m := model.Default()
	for line := range strings.Lines(tableTable) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if cells[0] == "table" {
			continue
		}
		name, equal, _ := strings.Cut(cells[1], "=")
		link, to, _ := strings.Cut(cells[2], ">")
		last := len(out) - 1
		if last < 0 || out[last].table != cells[0] || out[last].column != name || out[last].equal != equal {
			out = append(out, load{table: cells[0], column: name, equal: equal, link: link, to: to})
			last++
		}
		f := m.Field(cells[4])
		if f == nil {
			panic("tables.tsv: no field " + cells[4])
		}
		out[last].columns = append(out[last].columns, column{name: cells[3], form: cells[5], path: strings.Split(cells[4], "."), list: f.List})
	}
	for i := range out {
		out[i].arrange(m)
	}
	return out
})

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
	before := ""
	for _, list := range lists {
		l.levels = append(l.levels, level{path: strings.Split(strings.TrimPrefix(strings.TrimPrefix(list, before), "."), ".")})
		before = list
	}
	var above []column
	for _, c := range l.columns {
		in := listsOf(m, c.path)
		if len(in) == 0 {
			above = append(above, c)
			continue
		}
		at := slices.Index(lists, in[len(in)-1])
		c.path = c.path[strings.Count(lists[at], ".")+1:]
		l.levels[at].columns = append(l.levels[at].columns, c)
		l.levels[at].same = l.levels[at].same || c.form == formSame
	}
	l.columns = above
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

// tables lists the tables that are read, in the order of their first use.
func tables() []string {
	var out []string
	for _, l := range plans() {
		if !slices.Contains(out, l.table) {
			out = append(out, l.table)
		}
	}
	return out
}

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
