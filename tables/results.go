//go:build !lean

package tables

import (
	"fmt"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// Results writes the rows of a SELECT as a table with a column for each variable.
// A column has the type of its values where they are all booleans, integers,
// numbers, dates, or times without a time zone; else it is text, of which the kind of
// a term, its datatype and its language are no part. An unbound variable is null.
type Results struct {
	to    io.Writer
	table Table
	rows  [][]rdf.Term
	seen  []bool // which columns have a type
	held  int    // bytes of rows, about
	most  int    // of them
}

// mostHeld is the most bytes of rows that are held, termBytes what a term takes
// beside its texts.
const (
	mostHeld  = 2 << 30
	termBytes = 96
)

// NewResults begins a table. It holds all rows until Close, since the values say the
// types; more than two gigabytes of them are an error of Row.
func NewResults(to io.Writer, variables []string) *Results {
	r := &Results{to: to, table: Table{Name: "results"}, most: mostHeld, seen: make([]bool, len(variables))}
	for _, v := range variables {
		r.table.Columns = append(r.table.Columns, Column{Name: v, Type: Text})
	}
	return r
}

// Row adds a row: a term for each variable, the zero term where it is unbound.
func (r *Results) Row(terms []rdf.Term) error {
	for _, t := range terms {
		r.held += termBytes + len(t.Value) // datatypes and languages are shared
	}
	if r.held > r.most {
		return fmt.Errorf("%d rows take more than %d MB of memory, which a table holds until it is written\nhint: --format csv streams rows; LIMIT asks for fewer", len(r.rows), r.most>>20)
	}
	row := make([]rdf.Term, len(terms))
	copy(row, terms)
	r.rows = append(r.rows, row)
	for i, t := range terms {
		if t == (rdf.Term{}) {
			continue
		}
		column := &r.table.Columns[i]
		if typ := narrowest(t); !r.seen[i] {
			column.Type, r.seen[i] = typ, true
		} else if typ != column.Type {
			column.Type = wider(column.Type, typ)
		}
	}
	return nil
}

// Close writes the table.
func (r *Results) Close() error {
	file := newFile(r.to, &r.table)
	for _, row := range r.rows {
		var values parquet.Row
		for i, t := range row {
			if t == (rdf.Term{}) {
				values = append(values, parquet.Value{}.Level(0, 0, i))
				continue
			}
			v := parquet.ValueOf(plain(t))
			if column := &r.table.Columns[i]; column.Type != Text {
				v, _ = typed(column.Type, t)
			}
			values = append(values, v.Level(0, 1, i))
		}
		if _, err := file.WriteRows([]parquet.Row{values}); err != nil {
			return err
		}
	}
	return file.Close()
}

// plain is a term as a text.
func plain(t rdf.Term) string {
	if t.Kind == rdf.BlankTerm || t.Kind == rdf.TripleTerm {
		return t.String()
	}
	return t.Value
}

// narrowest is the type of a column that has the term alone.
func narrowest(t rdf.Term) Type {
	if t.Kind != rdf.LiteralTerm || !strings.HasPrefix(t.Datatype, model.NSXSD) {
		return Text
	}
	for _, typ := range []Type{Integer, Number, Boolean, Date, DateTime} {
		if _, ok := typed(typ, t); ok {
			return typ
		}
	}
	return Text
}

// wider is the type of a column that has values of two.
func wider(a, b Type) Type {
	if a == Integer && b == Number || a == Number && b == Integer {
		return Number
	}
	return Text
}
