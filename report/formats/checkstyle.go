package formats

import (
	"encoding/xml"
	"io"

	"github.com/trialweave/trialweave/report"
)

type (
	checkstyle struct {
		XMLName xml.Name         `xml:"checkstyle"`
		Version string           `xml:"version,attr"`
		Files   []checkstyleFile `xml:"file"`
	}
	checkstyleFile struct {
		Name   string            `xml:"name,attr"`
		Errors []checkstyleError `xml:"error"`
	}
	checkstyleError struct {
		Line     int    `xml:"line,attr"`
		Column   int    `xml:"column,attr"`
		Severity string `xml:"severity,attr"`
		Message  string `xml:"message,attr"`
		Source   string `xml:"source,attr"`
	}
)

func writeCheckstyle(w io.Writer, r *report.Report, o Options) error {
	out := checkstyle{Version: "4.3"}
	r.ByFile(func(file string, findings []report.Finding) {
		f := checkstyleFile{Name: file}
		for _, x := range findings {
			f.Errors = append(f.Errors, checkstyleError{
				x.Range.Start.Line, x.Range.Start.Column, checkstyleSeverity(x.Severity), clean(x.Full()), o.Tool + "." + x.Rule,
			})
		}
		out.Files = append(out.Files, f)
	})
	for _, u := range r.Missed() {
		out.Files = append(out.Files, checkstyleFile{u.File, []checkstyleError{
			{1, 1, "error", "not checked: " + clean(u.Why), o.Tool + "." + u.Rule},
		}})
	}
	return encodeXML(w, out)
}

func checkstyleSeverity(s report.Severity) string {
	return []string{"error", "warning", "info", "info"}[min(int(s), 3)]
}
