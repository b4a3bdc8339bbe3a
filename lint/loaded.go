package lint

import (
	"slices"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
)

// LoadedRuleset is a ruleset that a run would use.
type LoadedRuleset struct {
	*rules.Set
	// Use is how it came to be used.
	Use RulesetUse
	// Functions are those that its rules can name beside those of package ruleset.
	Functions ruleset.Functions
}

// Rulesets loads the rulesets that a run with the same arguments would run;
// what could not be loaded is in the second result.
func Rulesets(c *Corpus, opts *Options) ([]LoadedRuleset, []report.Unchecked) {
	r := newRunner(c, opts)
	r.loadRulesets()
	var sets []LoadedRuleset
	for _, used := range r.sets {
		sets = append(sets, LoadedRuleset{used.set, used.use, used.functions})
	}
	return sets, r.report.Unchecked
}

// SeverityIn is the severity that the findings of a rule have in a file, after
// overrides and configuration; Off where the rule does not run on it.
func (l LoadedRuleset) SeverityIn(c *Corpus, file, rule string) rules.Severity {
	used := &usedSet{set: l.Set}
	severity := rules.Off
	all, _ := used.rulesFor(file)
	for _, r := range all {
		if r.ID == rule {
			severity = r.Severity
		}
	}
	for _, change := range c.Config.Severities {
		if severity == rules.Off || !change.matches(report.Finding{Rule: rule, Place: report.Place{File: file}}) {
			continue
		}
		for s := rules.Error; s <= rules.Off; s++ {
			if s.String() == change.Severity {
				severity = s
			}
		}
	}
	return severity
}

// Wants reports whether the ruleset is narrowed down to some documents, and
// whether that is one of them.
func (u RulesetUse) Wants(d *ruleset.Document) (wanted, narrowed bool) {
	if len(u.Documents) == 0 {
		return true, false
	}
	return matchAny(u.Documents, d.File) || slices.Contains(u.Documents, string(d.Kind)), true
}
