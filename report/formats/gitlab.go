package formats

import (
	"fmt"
	"io"

	"github.com/trialweave/trialweave/report"
)

// The code quality report of GitLab: a list of issues.
type (
	gitlabIssue struct {
		Description string         `json:"description"`
		CheckName   string         `json:"check_name"`
		Fingerprint string         `json:"fingerprint"`
		Severity    string         `json:"severity"`
		Location    gitlabLocation `json:"location"`
	}
	gitlabLocation struct {
		Path  string      `json:"path"`
		Lines gitlabLines `json:"lines"`
	}
	gitlabLines struct {
		Begin int `json:"begin"`
	}
)

func writeGitLab(w io.Writer, r *report.Report, _ Options) error {
	out := []gitlabIssue{}
	seen := map[string]int{}
	for _, f := range r.Findings {
		out = append(out, gitlabIssue{
			f.Full(), f.Rule, unique(seen, Fingerprint(f)), gitlabSeverity(f.Severity),
			gitlabLocation{f.File, gitlabLines{f.Range.Start.Line}},
		})
	}
	for _, u := range r.Missed() {
		f := report.Finding{Rule: u.Rule, Message: u.Why, Place: report.Place{File: u.File}}
		out = append(out, gitlabIssue{
			"not checked: " + u.Why, u.Rule, unique(seen, Fingerprint(f)), "blocker",
			gitlabLocation{u.File, gitlabLines{1}},
		})
	}
	return encodeJSON(w, out)
}

// unique numbers fingerprints that occur again.
func unique(seen map[string]int, fingerprint string) string {
	seen[fingerprint]++
	if n := seen[fingerprint]; n > 1 {
		return fmt.Sprintf("%s-%d", fingerprint, n)
	}
	return fingerprint
}

func gitlabSeverity(s report.Severity) string {
	return []string{"critical", "major", "minor", "info"}[min(int(s), 3)]
}
