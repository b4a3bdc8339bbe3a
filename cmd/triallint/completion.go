package main

import (
	"github.com/trialweave/trialweave/change"
	"github.com/trialweave/trialweave/internal/buildinfo"
	"github.com/trialweave/trialweave/internal/commandline"
	"github.com/trialweave/trialweave/lint"
)

// manualPage is what the page of the manual says beside the help.
func manualPage() *commandline.Page {
	return &commandline.Page{
		Version: "triallint " + buildinfo.Version(), Date: buildinfo.Date(),
		Status: [][2]string{
			{"0", "Nothing was found that counts."},
			{"1", "There are findings of the severities that --fail-on names; by default errors."},
			{"2", "Something could not be checked, or the command could not be carried out."},
		},
		Environment: [][2]string{
			{"NO_COLOR", "If it is set, no output has colours."},
			{"GOGC", "How often memory is collected, in place of what the command sets itself."},
		},
		See: []string{"trialweave(1)"},
	}
}

// completions are the words that an argument or flag takes, beside those that
// its help lists.
func completions(name string) (out []commandline.Candidate) {
	switch name {
	case "rule", "fail-on":
		if name == "fail-on" {
			for _, severity := range []string{"error", "warn", "info", "hint"} {
				out = append(out, commandline.Candidate{Word: severity})
			}
		}
		for _, c := range lint.Checks() {
			out = append(out, commandline.Candidate{Word: c.ID, Help: c.Description})
		}
		for _, c := range change.Checks() {
			out = append(out, commandline.Candidate{Word: c.ID, Help: c.Description})
		}
	case "ruleset":
		for _, set := range rulesetNames() {
			out = append(out, commandline.Candidate{Word: set})
		}
	}
	return out
}
