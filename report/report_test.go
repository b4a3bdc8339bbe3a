package report_test

import (
	"slices"
	"testing"

	"github.com/trialweave/trialweave/report"
)

func TestSortDropsDoubles(t *testing.T) {
	r := &report.Report{Findings: []report.Finding{
		{Rule: "b", Place: report.Place{File: "b.yml"}}, {Rule: "b", Place: report.Place{File: "a.yml"}}, {Rule: "a", Place: report.Place{File: "a.yml"}},
	}}
	r.Findings = append(r.Findings, r.Findings...)
	r.Sort()
	var got []string
	for _, f := range r.Findings {
		got = append(got, f.File+" "+f.Rule)
	}
	if want := []string{"a.yml a", "a.yml b", "b.yml b"}; !slices.Equal(got, want) {
		t.Errorf("sorted, they are %q, want %q", got, want)
	}
}
