package aact

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/wording"
)

// Notes are what the reading of tables showed beside the studies.
type Notes struct {
	// AbsentTables and AbsentColumns ("table.column") are what an export of today
	// has and this source does not, under no earlier name either: what they would
	// hold is not in the studies.
	AbsentTables, AbsentColumns []string
	// LineBreaks counts the texts of a file that got their line breaks back, and
	// Tildes the "~" in texts that may be of the text itself and were kept.
	LineBreaks, Tildes int
	// UnknownTables and UnknownColumns ("table.column") are in the input and not
	// known: what they hold is not in the studies.
	UnknownTables, UnknownColumns []string
	// Orphans counts, by table, the rows of studies that the table of studies does
	// not have, and Dangling those that refer to a row of another table that is
	// not there. They are not in the studies.
	Orphans, Dangling map[string]int
	// Unplaced counts, by table, the rows that are of no known type, and Second
	// those of tables that have one row of a kind for a study, where an earlier
	// row is there. They are not in the studies.
	Unplaced, Second map[string]int
	// Repeated counts the rows of the table of studies with a number that an
	// earlier row has: the first one counts.
	Repeated int
	// Unended are the tables whose last line has no line end, and NoEnd says that
	// a dump lacks its last line: the input may be cut short.
	Unended []string
	NoEnd   bool
	// Others are the files beside the tables that hold no table of AACT.
	Others []string
}

// addTo counts rows of a table.
func addTo(counts *map[string]int, table string, n int) {
	if n == 0 {
		return
	}
	if *counts == nil {
		*counts = map[string]int{}
	}
	(*counts)[table] += n
}

// Lines returns the notes as lines of text, for people.
func (n *Notes) Lines() []string {
	var out []string
	if len(n.AbsentTables) > 0 {
		out = append(out, wording.Count(len(n.AbsentTables), "table")+" of AACT not in the input: "+some(n.AbsentTables))
	}
	if len(n.AbsentColumns) > 0 {
		out = append(out, wording.Count(len(n.AbsentColumns), "column")+" of AACT not in the input: "+some(n.AbsentColumns))
	}
	if len(n.UnknownTables) > 0 {
		out = append(out, wording.Count(len(n.UnknownTables), "unknown table")+", not read: "+some(n.UnknownTables))
	}
	if len(n.UnknownColumns) > 0 {
		out = append(out, wording.Count(len(n.UnknownColumns), "unknown column")+", not read: "+some(n.UnknownColumns))
	}
	if len(n.Orphans) > 0 {
		out = append(out, rows(n.Orphans)+" left out: the table studies does not have their study")
	}
	if len(n.Dangling) > 0 {
		out = append(out, rows(n.Dangling)+" left out: the row that they refer to is not there")
	}
	if len(n.Unplaced) > 0 {
		out = append(out, rows(n.Unplaced)+" left out: their type is unknown or missing")
	}
	if len(n.Second) > 0 {
		out = append(out, rows(n.Second)+" left out: a study has one such row, and an earlier one counts")
	}
	if n.Repeated > 0 {
		out = append(out, wording.Count(n.Repeated, "row")+" of the table studies left out: an earlier row has the same nct_id")
	}
	if len(n.Unended) > 0 {
		out = append(out, wording.Count(len(n.Unended), "table")+" without a line end at the end of the file, perhaps cut short: "+some(n.Unended))
	}
	if n.NoEnd {
		out = append(out, "the dump has no line \"-- PostgreSQL database dump complete\": it may be cut short")
	}
	if n.LineBreaks+n.Tildes > 0 {
		out = append(out, fmt.Sprintf("line breaks restored in %s of the AACT export, %s kept; blank lines and quotation marks are lost in it", wording.Count(n.LineBreaks, "text"), fmt.Sprintf("%d uncertain \"~\"", n.Tildes)))
	}
	return out
}

// rows counts rows by table: "3 rows (2 of keywords, 1 of sponsors)".
func rows(counts map[string]int) string {
	total := 0
	var parts []string
	for _, table := range slices.Sorted(maps.Keys(counts)) {
		total += counts[table]
		parts = append(parts, fmt.Sprintf("%d of %s", counts[table], table))
	}
	return fmt.Sprintf("%s (%s)", wording.Count(total, "row"), some(parts))
}

// some lists names, at most so many that a person reads them.
func some(names []string) string {
	const most = 60
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
