//go:build !lean

package tables

import (
	"slices"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

// Type is the type of a column.
type Type string

// The types of columns.
const (
	// Text is a string (UTF8): texts, codes, IRIs, and partial dates and durations
	// in the form of XML Schema.
	Text Type = "text"
	// Integer has 64 bits, Number is a double: the nearest to the decimal of the
	// record, whose text stands in the column beside it.
	Integer Type = "integer"
	Number  Type = "number"
	Boolean Type = "boolean"
	// Date is a day, DateTime a day and time without a time zone, in microseconds.
	Date     Type = "date"
	DateTime Type = "datetime"
)

// Column is a column of a table.
type Column struct {
	Name string
	// Property is the compact IRI that it holds the values of; empty for the
	// columns that every table has.
	Property string
	Type     Type
	// List says that a cell holds a list: the values in the order of the record.
	List bool
	// IRI says that the values are IRIs: of a row of another table, of a shared node
	// or of a page.
	IRI     bool
	Comment string
}

// Table is a table: the nodes of a class.
type Table struct {
	// Name is that of its file, without ".parquet".
	Name string
	// Class is the local name of the class; empty for tables that are of none.
	Class   string
	Columns []Column
	Comment string
}

// Names of the tables that are of no class of a record.
const (
	meshTable    = "mesh_heading"
	conceptTable = "concept"
	countryTable = "country"
	otherTable   = "other"
)

// sharedClasses are those of nodes of several studies.
var sharedClasses = []string{"BrowseBranch", "Condition", "Organization", "Sponsor"}

// Of returns the tables of a model, sorted by name.
func Of(m *model.Model) []Table {
	var out []Table
	for _, c := range m.Classes {
		out = append(out, classTable(m, c))
	}
	out = append(out,
		Table{Name: meshTable, Comment: "A heading of MeSH that records name.", Columns: []Column{
			{Name: "id", Type: Text, IRI: true, Comment: "The IRI of the heading."},
			{Name: "label", Property: "rdfs:label", Type: Text, List: true, Comment: "Its name, or names, in the words of records."},
		}},
		Table{Name: conceptTable, Comment: "A code of a scheme, with its label.", Columns: []Column{
			{Name: "scheme", Type: Text, Comment: "The scheme, such as Status."},
			{Name: "code", Type: Text, Comment: "The code, as it stands in records."},
			{Name: "label", Type: Text, Comment: "The label."},
		}},
		Table{Name: countryTable, Comment: "A name of a country, and the country.", Columns: []Column{
			{Name: "name", Type: Text, Comment: "A name, as it stands in records."},
			{Name: "id", Type: Text, IRI: true, Comment: "The IRI of the country in the EU authority list; null for former countries without a single successor."},
			{Name: "alpha2", Type: Text, Comment: "The code of ISO 3166-1, of two letters."},
			{Name: "alpha3", Type: Text, Comment: "The code of the authority list, of three letters."},
		}},
		otherColumns(),
	)
	slices.SortFunc(out, func(a, b Table) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func otherColumns() Table {
	return Table{Name: otherTable, Comment: "A statement that no other table has a column for, such as that of a field that is not in the model.", Columns: []Column{
		nctColumn, versionColumn,
		{Name: "id", Type: Text, IRI: true, Comment: "The IRI of the node."},
		{Name: "property", Type: Text, IRI: true, Comment: "The IRI of the property."},
		{Name: "value", Type: Text, Comment: "The value: an IRI, or the text of a literal."},
		{Name: "datatype", Type: Text, IRI: true, Comment: "The IRI of the datatype of a literal; null for an IRI."},
		{Name: "language", Type: Text, Comment: "The language of a literal that has one."},
	}}
}

var (
	nctColumn     = Column{Name: "nct_id", Type: Text, Comment: "The number of the study."}
	versionColumn = Column{Name: "version", Type: Text, Comment: "With --history the day of the version of the record, else null."}
)

// classTable makes the table of a class.
func classTable(m *model.Model, class model.Class) Table {
	t := Table{Name: model.Snake(class.Name), Class: class.Name, Comment: class.Comment}
	shared := slices.Contains(sharedClasses, class.Name)
	if !shared {
		t.Columns = append(t.Columns, nctColumn, versionColumn)
	}
	t.Columns = append(t.Columns, Column{Name: "id", Type: Text, IRI: true, Comment: "The IRI of the node."})
	if !shared && class.Name != "Study" && class.Name != "Record" {
		t.Columns = append(t.Columns,
			Column{Name: "parent", Type: Text, IRI: true, Comment: "The IRI of the node that has this one: a row of another table."},
			Column{Name: "parent_property", Type: Text, Comment: "Which of the parent's lists this is of, such as primary_outcome."})
	}
	for _, f := range m.Fields {
		if f.Property == "" || f.Property == "ctg:nct_id" || f.Kind == model.Node || f.Kind == model.Nodes || f.Subject() != class.Name {
			continue
		}
		t.add(fieldColumn(f), "")
		for _, d := range f.Derived() {
			if d.Role != "order" {
				t.add(Column{Property: d.Property, Type: typeOf(d.Type), IRI: d.Type == "iri", List: f.List, Comment: "Of " + f.Local() + ": " + d.Comment()}, d.Role)
			}
		}
	}
	for _, c := range m.Computed {
		if c.Type == "node" || !slices.Contains(c.Classes, class.Name) && (shared || !slices.Contains(c.Classes, "*")) {
			continue
		}
		t.add(Column{Property: c.Property, Type: typeOf(c.Type), IRI: c.Type == "iri", List: c.Many, Comment: c.Comment}, "")
	}
	return t
}

// add adds a column, unless the table has its property. The name is the local one
// of the property, with the role or else the prefix where that is taken.
func (t *Table) add(c Column, role string) {
	prefix, local, _ := strings.Cut(c.Property, ":")
	taken := func(name string) bool {
		return slices.ContainsFunc(t.Columns, func(have Column) bool { return have.Name == name })
	}
	if slices.ContainsFunc(t.Columns, func(have Column) bool { return have.Property == c.Property }) {
		return
	}
	c.Name = model.Snake(local)
	if role != "" && taken(c.Name) {
		c.Name += "_" + role
	}
	if taken(c.Name) {
		c.Name = prefix + "_" + c.Name
	}
	t.Columns = append(t.Columns, c)
}

// fieldColumn is the column of a field. One whose values have several datatypes, a
// partial date, is of texts.
func fieldColumn(f *model.Field) Column {
	c := Column{Property: f.Property, Type: Text, List: f.List, Comment: f.Comment()}
	if ranges := f.Ranges(); len(ranges) == 1 {
		c.Type, c.IRI = typeOf(strings.TrimPrefix(ranges[0], "xsd:")), ranges[0] == "iri"
	}
	return c
}

// typeOf is the type for a datatype of the model.
func typeOf(datatype string) Type {
	switch datatype {
	case "integer":
		return Integer
	case "decimal":
		return Number
	case "boolean":
		return Boolean
	case "date":
		return Date
	case "dateTime":
		return DateTime
	}
	return Text // duration, wkt, iri and string
}
