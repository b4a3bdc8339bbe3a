package lint

import (
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
)

func checkRulesetFault() Check {
	return Check{
		ID: "ruleset-fault", Severity: report.Warn,
		Description: "A ruleset has only keys that mean something.",
		Why:         "A misspelt key is a wish that is not granted. Spectral refuses some of these rulesets altogether; --strict does too.",
		Fix:         "Correct or remove the key.",
	}
}

func checkRuleMatchesNothing() Check {
	return Check{
		ID: "rule-matches-nothing", Severity: report.Info,
		Description: "The paths of a rule select something in at least one document.",
		Why:         "A rule that selects nothing anywhere is quiet for the wrong reason; a misspelt path looks the same as a clean document.",
		Fix:         "Correct its given, or switch the rule off where it has nothing to say.",
	}
}

func checkUnusedIgnore() Check {
	return Check{
		ID: "unused-ignore", Severity: report.Warn,
		Description: "An ignore drops at least one finding.",
		Why:         "An ignore that outlives its finding hides the next one.",
		Fix:         "Remove the ignore.",
	}
}

// faultFindings are the findings on a ruleset for the faults that stop
// nothing; those that do are unchecked.
func faultFindings(problems []rules.Problem, severity report.Severity) []report.Finding {
	check := checkRulesetFault()
	check.Severity = severity
	var found []finding
	for _, p := range problems {
		fault := p.Fault
		place := report.Place{File: fault.File, Range: ruleset.ReportRange(p.Range), Path: p.Path}
		fault.Position.File, fault.Line, fault.Pointer = "", 0, ""
		message := fault.Error()
		if p.Rule != "" {
			message = "rule " + p.Rule + ": " + message
		}
		found = append(found, finding{place: place, message: message})
	}
	return check.findings(found)
}

func checkUnknownRule() Check {
	return Check{
		ID: "unknown-rule", Severity: report.Warn,
		Description: "A rule that severities of .triallint.yml names exists.",
		Why:         "A misspelt name changes nothing, and the rule keeps the severity that it has.",
		Fix:         "Correct the name; triallint rules list has those that run.",
	}
}
