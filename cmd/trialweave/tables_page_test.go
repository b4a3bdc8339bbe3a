//go:build !lean

package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/pages"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/tables"
)

// TestTablesPage holds that the page of tables has each table with its columns.
func TestTablesPage(t *testing.T) {
	const page = "../../docs/reference/tables.md"
	const begins = "\n## Columns\n"
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text, _, ok := strings.Cut(string(data), begins)
	if !ok {
		t.Fatalf("%s: no heading %q", page, begins)
	}
	pages.Compare(t, page, text+begins+columnTables(), *update)
}

func columnTables() string {
	var b strings.Builder
	for _, table := range tables.Of(model.Default()) {
		fmt.Fprintf(&b, "\n### %s\n\n%s\n\n| column | type | property | |\n|---|---|---|---|\n", table.Name, table.Comment)
		for _, c := range table.Columns {
			property := ""
			if c.Property != "" {
				property = "`" + c.Property + "`"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", c.Name, columnType(c), property, strings.ReplaceAll(c.Comment, "|", "\\|"))
		}
	}
	return b.String()
}
