package formats

import (
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/report"
)

// fromTheRoot are the formats whose readers take the names of files to be those from
// the root of the repository.
func fromTheRoot(f Format) bool {
	return slices.Contains([]Format{SARIF, GitHub, GitLab, RDJSON}, f)
}

// under returns the report with names of files that begin at the root of the
// repository, where those of r begin at a folder of it.
func under(r *report.Report, folder string) *report.Report {
	name := func(file string) string {
		if file == "" || path.IsAbs(file) || strings.Contains(file, ":") {
			return file
		}
		return path.Join(folder, file)
	}
	out := *r
	out.Documents = slices.Clone(r.Documents)
	for i := range out.Documents {
		out.Documents[i].File = name(out.Documents[i].File)
	}
	out.Findings = slices.Clone(r.Findings)
	for i := range out.Findings {
		f := &out.Findings[i]
		f.File, f.Related = name(f.File), slices.Clone(f.Related)
		for j := range f.Related {
			f.Related[j].File = name(f.Related[j].File)
		}
	}
	out.Unchecked = slices.Clone(r.Unchecked)
	for i := range out.Unchecked {
		out.Unchecked[i].File = name(out.Unchecked[i].File)
	}
	return &out
}

// lineUnder reads lines by the names that under gives.
func lineUnder(folder string, line func(string, int) string) func(string, int) string {
	return func(file string, n int) string { return line(strings.TrimPrefix(file, folder+"/"), n) }
}
