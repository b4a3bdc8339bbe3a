package formats

import (
	"encoding/json"
	"io"

	"github.com/trialweave/trialweave/report"
)

// jsonReport fixes names, order and version of the JSON form.
type jsonReport struct {
	Version   int                `json:"version"`
	Documents []report.Document  `json:"documents"`
	Findings  []report.Finding   `json:"findings"`
	Unchecked []report.Unchecked `json:"unchecked"`
}

func writeJSON(w io.Writer, r *report.Report, _ Options) error {
	out := jsonReport{Version: 1, Documents: r.Documents, Unchecked: r.Unchecked, Findings: make([]report.Finding, len(r.Findings))}
	for i, f := range r.Findings {
		f.Path = notNil(f.Path)
		f.Related = notNil(f.Related)
		out.Findings[i] = f
	}
	out.Documents = notNil(out.Documents)
	out.Unchecked = notNil(out.Unchecked)
	return encodeJSON(w, out)
}

func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func encodeJSON[T any](w io.Writer, v T) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// ReadJSON reads a report in its JSON form, such as a baseline.
func ReadJSON(from io.Reader) (*report.Report, error) {
	var in jsonReport
	d := json.NewDecoder(from)
	if err := d.Decode(&in); err != nil {
		return nil, err
	}
	return &report.Report{Documents: in.Documents, Findings: in.Findings, Unchecked: in.Unchecked}, nil
}
