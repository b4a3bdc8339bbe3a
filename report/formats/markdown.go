package formats

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/trialweave/trialweave/report"
)

// writeMarkdown writes the summary that GitHub shows with a workflow run, or
// that a bot posts to a pull request.
func writeMarkdown(w io.Writer, r *report.Report, o Options) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "## %s: %s\n", o.Tool, summary(r))
	r.ByFile(func(file string, findings []report.Finding) {
		fmt.Fprintf(b, "\n### `%s`\n\n| line | severity | rule | message |\n|---:|---|---|---|\n", code(file))
		for _, f := range findings {
			fmt.Fprintf(b, "| %d | %s | `%s` | %s |\n", f.Range.Start.Line, f.Severity, code(f.Rule), markdownCell(f.Full()))
		}
	})
	if len(r.Unchecked) > 0 {
		fmt.Fprintf(b, "\n### Not checked\n\n| file | rule | why |\n|---|---|---|\n")
		for _, u := range r.Unchecked {
			fmt.Fprintf(b, "| `%s` | %s | %s |\n", code(u.File), markdownCell(u.Rule), markdownCell(u.Why))
		}
	}
	return b.Flush()
}

func markdownCell(s string) string {
	return strings.NewReplacer("\\", "\\\\", "|", "\\|", "\n", " ", "<", "&lt;", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]").Replace(printable(s))
}

// code is a text between backticks, in a cell of a table.
func code(s string) string {
	return strings.NewReplacer("`", "'", "|", "\\|").Replace(printable(s))
}
