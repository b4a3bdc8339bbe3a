//go:build !lean

package tables

import (
	"fmt"

	"github.com/parquet-go/parquet-go"
)

// group is a Parquet group whose fields keep their order.
type group struct {
	parquet.Group
	fields []parquet.Field
}

// Fields returns the fields in order.
func (g group) Fields() []parquet.Field { return g.fields }

// schemaOf makes the schema of a table's file.
func schemaOf(t *Table) *parquet.Schema {
	g := group{Group: parquet.Group{}}
	for _, c := range t.Columns {
		g.Group[c.Name] = nodeOf(c)
	}
	byName := map[string]parquet.Field{}
	for _, f := range g.Group.Fields() {
		byName[f.Name()] = f
	}
	for _, c := range t.Columns {
		g.fields = append(g.fields, byName[c.Name])
	}
	return parquet.NewSchema(t.Name, g)
}

// nodeOf is the node of a column: always optional, a LIST where it holds lists.
func nodeOf(c Column) parquet.Node {
	var leaf parquet.Node
	switch c.Type {
	case Integer:
		leaf = parquet.Int(64)
	case Number:
		leaf = parquet.Leaf(parquet.DoubleType)
	case Boolean:
		leaf = parquet.Leaf(parquet.BooleanType)
	case Date:
		leaf = parquet.Date()
	case DateTime:
		leaf = parquet.TimestampAdjusted(parquet.Microsecond, false)
	case Text:
		leaf = parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
		if c.Name == "id" || c.Name == "parent" { // rows that follow one another begin alike
			leaf = parquet.Encoded(parquet.String(), &parquet.DeltaByteArray)
		}
	default:
		panic(fmt.Sprintf("column %s of type %q", c.Name, c.Type))
	}
	if c.List {
		leaf = parquet.List(leaf)
	}
	return parquet.Optional(leaf)
}
