package report

import "slices"

// Baseline drops from the report the findings that known has already, and
// returns those of known that the report has no more. A finding is the same
// wherever its lines moved (see Fingerprint); one that is there twice is known
// twice only where known has it twice.
func (r *Report) Baseline(known *Report) (stale []Finding) {
	left := map[string]int{}
	for _, f := range known.Findings {
		left[f.Fingerprint()]++
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		id := f.Fingerprint()
		left[id]--
		return left[id] >= 0
	})
	for _, f := range known.Findings {
		if id := f.Fingerprint(); left[id] > 0 {
			left[id]--
			stale = append(stale, f)
		}
	}
	return stale
}
