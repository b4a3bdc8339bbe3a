package formats

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/trialweave/trialweave/report"
)

// writeGitHub writes workflow commands, which GitHub shows as annotations.
func writeGitHub(w io.Writer, r *report.Report, o Options) error {
	b := bufio.NewWriter(w)
	for _, f := range r.Findings {
		fmt.Fprintf(b, "::%s file=%s,line=%d,endLine=%d,title=%s::%s\n",
			githubLevel(f.Severity), githubProperty(f.File), f.Range.Start.Line, max(f.Range.End.Line, f.Range.Start.Line),
			githubProperty(f.Rule), githubData(f.Full()))
	}
	for _, u := range r.Unchecked {
		level := "error"
		if u.Aside {
			level = "notice"
		}
		fmt.Fprintf(b, "::%s file=%s,title=%s::%s\n", level, githubProperty(u.File),
			githubProperty(strings.TrimSpace("not checked "+u.Rule)), githubData(u.Why))
	}
	fmt.Fprintf(b, "::notice title=%s::%s\n", githubProperty(o.Tool), githubData(summary(r)))
	return b.Flush()
}

func githubLevel(s report.Severity) string {
	return []string{"error", "warning", "notice", "notice"}[min(int(s), 3)]
}

func githubData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(printableLines(s))
}

func githubProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(printableLines(s))
}
