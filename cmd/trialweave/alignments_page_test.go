package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/pages"
	"github.com/trialweave/trialweave/mapping/model"
)

// TestAlignmentsPage holds that the page of other vocabularies has the rows and sources
// of the tables, between its other text.
func TestAlignmentsPage(t *testing.T) {
	const page = "../../docs/reference/alignments.md"
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := replaceTable(t, string(data), "| vocabulary |", sourcesTable())
	text = replaceTable(t, text, "| here |", rowsTable())
	pages.Compare(t, page, text, *update)
}

func sourcesTable() string {
	var b strings.Builder
	b.WriteString("| vocabulary | prefix | read in | version |\n|---|---|---|---|\n")
	for _, s := range model.AlignmentSources() {
		fmt.Fprintf(&b, "| %s | `%s:` `%s` | %s | %.12s |\n", s.Vocabulary, s.Prefix, s.Namespace, s.File, s.Version)
	}
	return b.String()
}

func rowsTable() string {
	var b strings.Builder
	b.WriteString("| here | | there | its label | |\n|---|---|---|---|---|\n")
	for _, a := range model.Alignments() {
		fmt.Fprintf(&b, "| `%s` | %s | `%s` | %s | %s |\n", a.Subject, strings.TrimSuffix(strings.TrimPrefix(a.Predicate, "skos:"), "Match"), a.Object, a.Label, a.Comment)
	}
	return b.String()
}

// replaceTable puts a table in place of the one that begins with a text.
func replaceTable(t *testing.T, page, begins, table string) string {
	t.Helper()
	before, rest, ok := strings.Cut(page, "\n"+begins)
	if !ok {
		t.Fatalf("no table begins with %q", begins)
	}
	_, after, ok := strings.Cut(rest, "|\n\n")
	if !ok {
		return before + "\n" + table
	}
	return before + "\n" + table + "\n" + after
}
