package formats

import (
	"io"
	"strings"
	"unicode/utf16"

	"github.com/trialweave/trialweave/report"
)

// The diagnostic format of reviewdog, as one object.
type (
	rdResult struct {
		Source      rdSource       `json:"source"`
		Severity    string         `json:"severity,omitempty"`
		Diagnostics []rdDiagnostic `json:"diagnostics"`
	}
	rdSource struct {
		Name string `json:"name"`
		URL  string `json:"url"`
	}
	rdDiagnostic struct {
		Message  string      `json:"message"`
		Location rdLocation  `json:"location"`
		Severity string      `json:"severity"`
		Code     *rdCode     `json:"code,omitempty"`
		Related  []rdRelated `json:"relatedLocations,omitempty"`
	}
	rdLocation struct {
		Path  string   `json:"path"`
		Range *rdRange `json:"range,omitempty"`
	}
	rdRange struct {
		Start rdPosition  `json:"start"`
		End   *rdPosition `json:"end,omitempty"`
	}
	rdPosition struct {
		Line   int `json:"line"`
		Column int `json:"column,omitempty"`
	}
	rdCode struct {
		Value string `json:"value"`
		URL   string `json:"url,omitempty"`
	}
	rdRelated struct {
		Message  string     `json:"message"`
		Location rdLocation `json:"location"`
	}
)

func writeRDJSON(w io.Writer, r *report.Report, o Options) error {
	out := rdResult{Source: rdSource{o.Tool, toolURI}, Diagnostics: []rdDiagnostic{}}
	for _, f := range r.Findings {
		d := rdDiagnostic{
			Message: f.Full(), Location: rdLocationOf(f.Place, o), Severity: rdSeverity(f.Severity),
			Code: &rdCode{f.Rule, helpURL(r.Rule(f.Rule))},
		}
		for _, related := range f.Related {
			if related.File != "" && related.Range.Start.Line > 0 {
				d.Related = append(d.Related, rdRelated{related.Message, rdLocationOf(related.Place, o)})
			}
		}
		out.Diagnostics = append(out.Diagnostics, d)
	}
	for _, u := range r.Missed() {
		d := rdDiagnostic{Message: "not checked: " + u.Why, Location: rdLocation{Path: u.File}, Severity: "ERROR"}
		if u.Rule != "" {
			d.Code = &rdCode{Value: u.Rule}
		}
		out.Diagnostics = append(out.Diagnostics, d)
	}
	return encodeJSON(w, out)
}

// helpURL is the address of the page of a rule, or "".
func helpURL(rule report.Rule) string {
	if strings.HasPrefix(rule.Help, "https://") {
		return rule.Help
	}
	return rule.URL
}

func rdSeverity(s report.Severity) string {
	return []string{"ERROR", "WARNING", "INFO", "INFO"}[min(int(s), 3)]
}

// rdLocationOf is a place: columns count the bytes of UTF-8, and the end is the first
// that does not belong to it.
func rdLocationOf(p report.Place, o Options) rdLocation {
	if p.Range.Start.Line < 1 {
		return rdLocation{Path: p.File}
	}
	at := rdRange{Start: rdPositionOf(p.File, p.Range.Start, o)}
	if p.Range.Start.Compare(p.Range.End) < 0 {
		end := rdPositionOf(p.File, p.Range.End, o)
		at.End = &end
	}
	return rdLocation{p.File, &at}
}

func rdPositionOf(file string, m report.Mark, o Options) rdPosition {
	units, bytes := 1, 1
	for _, r := range o.Line(file, m.Line) {
		if units >= m.Column {
			return rdPosition{m.Line, bytes}
		}
		units += utf16.RuneLen(r)
		bytes += len(string(r))
	}
	return rdPosition{m.Line, bytes + max(m.Column-units, 0)}
}
