package aact

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// passedTable lists the columns of AACT that are not read, because others say
// the same or because they say nothing of a record; "*" is every other one.
//
//go:embed passed.tsv
var passedTable string

var passed = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(passedTable) {
		table, columns, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		out[table] = strings.Split(columns, ",")
	}
	delete(out, "table")
	return out
})

// timestamps are the columns of the database's own that any table may have.
var timestamps = []string{"id", "created_at", "updated_at"}

// knownTable reports whether a table is one of AACT's.
func knownTable(name string) bool {
	_, known := passed()[name]
	return known || slices.Contains(tables(), name)
}

// unknown notes those of a table's columns that are neither read nor known to
// be left out.
func (n *Notes) unknown(table string, columns []string) {
	leftOut := passed()[table]
	for _, c := range columns {
		name := table + "." + c
		switch {
		case used()[table][c], slices.Contains(timestamps, c), slices.Contains(leftOut, c), slices.Contains(leftOut, "*"):
		case !slices.Contains(n.UnknownColumns, name):
			n.UnknownColumns = append(n.UnknownColumns, name)
		}
	}
}
