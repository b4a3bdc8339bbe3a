package main

import (
	"testing"

	"github.com/trialweave/trialweave/report"
)

// TestOurArtefacts holds that what this repository bundles satisfies our own
// rulesets.
func TestOurArtefacts(t *testing.T) {
	r := lintJSON(t, "../..", "--ruleset", "rules/clinical-trials-gov-rules.yml",
		"--ruleset", "trialweave:apis-json", "--ruleset", "trialweave:capabilities", "--ruleset", "trialweave:json-ld", "--ruleset", "trialweave:overlay")
	if found := lines(r, func(report.Finding) bool { return true }); found != "" {
		t.Error(found)
	}
}
