package change

import (
	"fmt"

	"github.com/trialweave/trialweave/report"
)

// Verdicts compares what two versions of a ruleset found in the same documents.
// A finding is the same where rule and place are; its severity and its message
// may change.
func Verdicts(old, now *report.Report) []report.Finding {
	was, is := verdicts(old), verdicts(now)
	var out []report.Finding
	for _, f := range now.Findings {
		before, ok := was[verdictOf(f)]
		switch {
		case !ok:
			out = append(out, checkVerdict().finding(f.Place, fmt.Sprintf("%s finds this now (%s): %s", f.Rule, f.Severity, f.Message)))
		case before.Severity != f.Severity:
			out = append(out, checkVerdict().finding(f.Place, fmt.Sprintf("%s finds this as %s, before as %s: %s", f.Rule, f.Severity, before.Severity, f.Message)))
		}
	}
	for _, f := range old.Findings {
		if _, ok := is[verdictOf(f)]; !ok {
			out = append(out, checkVerdict().finding(f.Place, fmt.Sprintf("%s no longer reports this (%s): %s", f.Rule, f.Severity, f.Message)))
		}
	}
	return out
}

func verdictOf(f report.Finding) string { return fmt.Sprintf("%q %q %q", f.Rule, f.File, f.Path) }

func verdicts(r *report.Report) map[string]report.Finding {
	out := map[string]report.Finding{}
	for _, f := range r.Findings {
		out[verdictOf(f)] = f
	}
	return out
}
