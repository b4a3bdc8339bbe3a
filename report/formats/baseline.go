package formats

import (
	"slices"

	"github.com/trialweave/trialweave/report"
)

// Baseline drops from a report the findings that known has already, and
// returns those of known that the report has no more. A finding is the same
// wherever its lines moved (see Fingerprint); one that is there twice is known
// twice only where known has it twice.
func Baseline(r, known *report.Report) (stale []report.Finding) {
	left := map[string]int{}
	for _, f := range known.Findings {
		left[Fingerprint(f)]++
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f report.Finding) bool {
		id := Fingerprint(f)
		left[id]--
		return left[id] >= 0
	})
	for _, f := range known.Findings {
		if id := Fingerprint(f); left[id] > 0 {
			left[id]--
			stale = append(stale, f)
		}
	}
	return stale
}
