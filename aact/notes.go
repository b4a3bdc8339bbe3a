package aact

import (
	"fmt"
	"strings"
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
}

// Lines returns the notes as lines of text, for people.
func (n *Notes) Lines() []string {
	var out []string
	if len(n.AbsentTables) > 0 {
		out = append(out, count(len(n.AbsentTables), "table")+" of AACT not in the input: "+some(n.AbsentTables))
	}
	if len(n.AbsentColumns) > 0 {
		out = append(out, count(len(n.AbsentColumns), "column")+" of AACT not in the input: "+some(n.AbsentColumns))
	}
	if n.LineBreaks+n.Tildes > 0 {
		out = append(out, fmt.Sprintf("line breaks restored in %s of the AACT export, %s kept; blank lines and quotation marks are lost in it", count(n.LineBreaks, "text"), count(n.Tildes, "uncertain \"~\"")))
	}
	return out
}

// some lists names, at most so many that a person reads them.
func some(names []string) string {
	const most = 60
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// count writes a number with a noun that agrees.
func count(n int, noun string) string {
	if n == 1 || strings.HasSuffix(noun, `"`) {
		return fmt.Sprintf("%d %s", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
