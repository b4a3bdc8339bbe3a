package lint

import (
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/yamltree"
)

type yamlDocument = yamltree.Document

// rulesFor are the rules that run on a file, after the overrides for it, and
// the faults of that combination.
func (u *usedSet) rulesFor(file string) ([]*rules.Rule, []rules.Problem) {
	e := u.set.For(func(glob string) bool { return matchGlob(glob, file) })
	set := rules.Set{Rules: e.Rules}
	return set.Enabled(), e.Problems
}

// severityAt is the severity that an override gives a rule at a place.
func (u *usedSet) severityAt(file string, path []string, rule string) (rules.Severity, bool) {
	return u.set.SeverityAt(rule, path, func(glob string) bool { return glob == "" || matchGlob(glob, file) })
}
