//go:build !lean

package tables

import (
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// layout says where the statements of a graph go.
type layout struct {
	tables []Table
	// byName and byClass find tables, by the name and by the IRI of the class.
	byName, byClass map[string]int
	// properties numbers the properties, by their IRI; those that are in none of
	// the maps below are held by columns.
	properties map[string]int
	// columns are, for each table, the column of each property; -1 is none.
	columns [][]int
	// parents are the properties that lead to the rows of another table, with their
	// local names.
	parents map[int]string
	// orders are the properties that say the order of a list, with its property.
	orders map[int]int
	// implied are the properties that other columns say everything of.
	implied map[int]bool
	typ     int
}

func newLayout(m *model.Model) *layout {
	l := &layout{
		tables: Of(m), byName: map[string]int{}, byClass: map[string]int{}, properties: map[string]int{},
		parents: map[int]string{}, orders: map[int]int{}, implied: map[int]bool{},
	}
	for i, t := range l.tables {
		l.byName[t.Name] = i
		if t.Class != "" {
			l.byClass[model.NSRegistry+t.Class] = i
		}
		for _, c := range t.Columns {
			if c.Property != "" {
				l.number(c.Property)
			}
		}
	}
	l.typ = l.number("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
	for _, f := range m.Fields {
		switch {
		case f.Property == "":
		case f.Kind == model.Node || f.Kind == model.Nodes:
			l.parents[l.number(f.Property)] = f.Local()
		case f.List:
			l.orders[l.number(f.Role("order").Property)] = l.number(f.Property)
		}
	}
	for _, c := range m.Computed {
		if c.Type == "node" {
			_, local, _ := strings.Cut(c.Property, ":")
			l.parents[l.number(c.Property)] = local
		}
	}
	l.implied[l.number("ctg:nct_id")] = true // each row has it
	// A geometry says latitude and longitude once more.
	l.implied[l.number(m.Added("geometry").Property)] = true
	l.implied[l.number(m.Added("wkt").Property)] = true
	l.columns = make([][]int, len(l.tables))
	for i, t := range l.tables {
		l.columns[i] = make([]int, len(l.properties))
		for p := range l.columns[i] {
			l.columns[i][p] = -1
		}
		for at, c := range t.Columns {
			if c.Property != "" {
				l.columns[i][l.number(c.Property)] = at
			}
		}
	}
	return l
}

// number is that of a property.
func (l *layout) number(compact string) int {
	iri := model.Expand(compact)
	n, ok := l.properties[iri]
	if !ok {
		n = len(l.properties)
		l.properties[iri] = n
	}
	return n
}

// property is the number of a predicate as it stands in a line; -1 is none that
// the model has.
func (l *layout) property(predicate []byte) int {
	if n, ok := l.properties[string(predicate[1:len(predicate)-1])]; ok {
		return n
	}
	return -1
}

// tableOf is the table of a class, or -1.
func (l *layout) tableOf(class rdf.Term) int {
	if i, ok := l.byClass[class.Value]; ok {
		return i
	}
	return -1
}
