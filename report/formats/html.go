package formats

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"

	"github.com/trialweave/trialweave/report"
)

//go:embed report.html.tmpl
var htmlTemplate string

type (
	htmlPage struct {
		Tool, Summary  string
		Files, RuleIDs []string
		Severities     []htmlSeverity
		Groups         []htmlGroup
		Unchecked      []report.Unchecked
	}
	htmlSeverity struct {
		Name  string
		Count int
	}
	htmlGroup struct {
		File     string
		Findings []htmlFinding
	}
	htmlFinding struct {
		Severity, At, Message, Rule, Description, Why, Fix, From, Pointer, URL string
		Lines                                                                  []htmlLine
		Related                                                                []string
	}
	htmlLine struct {
		Number                string
		Before, Marked, After string
	}
)

// writeHTML writes one page that needs no other file and no network.
func writeHTML(w io.Writer, r *report.Report, o Options) error {
	t, err := template.New("report").Parse(htmlTemplate)
	if err != nil {
		return err
	}
	page := htmlPage{Tool: o.Tool, Summary: summary(r)}
	for _, u := range r.Unchecked {
		page.Unchecked = append(page.Unchecked, report.Unchecked{File: printable(u.File), Rule: printable(u.Rule), Why: printable(u.Why)})
	}
	for severity, n := range r.Count() {
		page.Severities = append(page.Severities, htmlSeverity{severity.String(), n})
	}
	slices.SortFunc(page.Severities, func(a, b htmlSeverity) int {
		return slices.Index(report.SeverityNames(), a.Name) - slices.Index(report.SeverityNames(), b.Name)
	})
	r.ByFile(func(file string, findings []report.Finding) {
		g := htmlGroup{File: printable(file)}
		for _, f := range findings {
			g.Findings = append(g.Findings, htmlFindingOf(r, f, o))
			page.RuleIDs = append(page.RuleIDs, printable(f.Rule))
		}
		page.Files = append(page.Files, printable(file))
		page.Groups = append(page.Groups, g)
	})
	slices.Sort(page.RuleIDs)
	page.RuleIDs = slices.Compact(page.RuleIDs)
	return t.Execute(w, page)
}

func htmlFindingOf(r *report.Report, f report.Finding, o Options) htmlFinding {
	rule := r.Rule(f.Rule)
	out := htmlFinding{
		Severity: f.Severity.String(), Message: printable(f.Message), Rule: printable(f.Rule),
		At:          fmt.Sprintf("%d:%d", f.Range.Start.Line, f.Range.Start.Column),
		Description: printable(rule.Description), From: printable(rule.From), Pointer: printable(f.Pointer()), Why: printable(rule.Why), Fix: printable(rule.Fix), URL: helpURL(rule), Lines: htmlLines(f, o),
	}
	for _, related := range f.Related {
		out.Related = append(out.Related, printable(related.Sentence()))
	}
	return out
}

// htmlLines is the excerpt: the marked line between its neighbours.
func htmlLines(f report.Finding, o Options) []htmlLine {
	at := f.Range.Start.Line
	if o.Line(f.File, at) == "" {
		return nil
	}
	var out []htmlLine
	for n := max(at-2, 1); n <= at+2; n++ {
		line := htmlLine{Number: fmt.Sprintf("%5d", n), Before: printable(o.Line(f.File, n))}
		if n == at {
			line = markedLine(line.Number, o.Line(f.File, n), f.Range)
		}
		out = append(out, line)
	}
	return out
}

func markedLine(number, text string, r report.Range) htmlLine {
	line := []rune(text)
	from, to := marked(line, r)
	return htmlLine{number, printable(string(line[:from])), printable(string(line[from:to])), printable(string(line[to:]))}
}
