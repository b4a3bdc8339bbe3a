// Package formats writes reports down: for a terminal, as JSON, as SARIF, and in the other
// forms that machines and maintainers read. It also compares a report with a baseline.
package formats

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/report"
)

// Format is a form that a report is written in.
type Format string

// The formats.
const (
	Text       Format = "text"
	JSON       Format = "json"
	SARIF      Format = "sarif"
	JUnit      Format = "junit"
	GitHub     Format = "github"
	GitLab     Format = "gitlab"
	Checkstyle Format = "checkstyle"
	Markdown   Format = "markdown"
	HTML       Format = "html"
	RDJSON     Format = "rdjson"
)

type writer struct {
	format Format
	write  func(io.Writer, *report.Report, Options) error
}

func writers() []writer {
	return []writer{
		{Text, writeText},
		{JSON, writeJSON},
		{SARIF, writeSARIF},
		{JUnit, writeJUnit},
		{GitHub, writeGitHub},
		{GitLab, writeGitLab},
		{Checkstyle, writeCheckstyle},
		{Markdown, writeMarkdown},
		{HTML, writeHTML},
		{RDJSON, writeRDJSON},
	}
}

// Formats lists the formats.
func Formats() []Format {
	var out []Format
	for _, w := range writers() {
		out = append(out, w.format)
	}
	return out
}

// ParseFormat reads the name of a format.
func ParseFormat(name string) (Format, error) {
	if slices.Contains(Formats(), Format(name)) {
		return Format(name), nil
	}
	names := make([]string, 0, len(Formats()))
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return "", fmt.Errorf("format %q, expected one of %s", name, strings.Join(names, ", "))
}

// Options is how a report is written; the zero value is fine.
type Options struct {
	// Color switches terminal colours on (text only); default off.
	Color bool
	// Quiet leaves findings below errors out of the text form; default off.
	Quiet bool
	// Line returns a line of a file, from 1, for source excerpts; default nil:
	// no excerpts.
	Line func(file string, line int) string
	// Automation says which run of which pipeline the report is of (SARIF);
	// default: the tool's.
	Automation Automation
	// Folder is the folder of the repository that names of files begin at, for the
	// forms whose readers begin at the root of the repository; default: the root.
	Folder string
	// Tool and Version name the program in the forms that want it; default
	// "triallint" and "dev".
	Tool, Version string
}

// Automation identifies a run, as services that collect reports know it.
type Automation struct {
	ID         string
	Properties map[string]any
}

// Write writes the report in a format. The report should be sorted.
func Write(w io.Writer, format Format, r *report.Report, opts *Options) error {
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.Line == nil {
		o.Line = func(string, int) string { return "" }
	}
	if o.Tool == "" {
		o.Tool = "triallint"
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	if o.Folder != "" && fromTheRoot(format) {
		r, o.Line = under(r, o.Folder), lineUnder(o.Folder, o.Line)
	}
	for _, candidate := range writers() {
		if candidate.format == format {
			return candidate.write(w, r, o)
		}
	}
	return fmt.Errorf("format %q is not known", format)
}

// summary is the closing line of the human-readable forms.
func summary(r *report.Report) string {
	count := r.Count()
	var parts []string
	for _, s := range []struct {
		severity report.Severity
		noun     string
	}{{report.Error, "error"}, {report.Warn, "warning"}, {report.Info, "info"}, {report.Hint, "hint"}} {
		if n := count[s.severity]; n > 0 {
			parts = append(parts, wording.Count(n, s.noun))
		}
	}
	line := "no findings"
	if len(parts) > 0 {
		line = strings.Join(parts, ", ")
	}
	line += " in " + wording.Count(len(r.Documents), "document")
	if n := len(r.Unchecked); n > 0 {
		line += fmt.Sprintf("; %d not checked", n)
	}
	if r.Known > 0 {
		line += "; " + wording.Count(r.Known, "known finding") + " left out"
	}
	if len(r.Rulesets) > 0 {
		line += "; ruleset"
		if len(r.Rulesets) > 1 {
			line += "s"
		}
		line += " " + printable(strings.Join(r.Rulesets, ", "))
	}
	return line
}
