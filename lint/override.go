package lint

import (
	"slices"

	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/rules"
)

type yamlDocument = yamltree.Document

// rulesFor are the rules that run on a file, after the overrides for it.
func (u *usedSet) rulesFor(file string) []*rules.Rule {
	all := u.set.Rules
	for _, o := range u.set.Overrides {
		if slices.ContainsFunc(o.Files, func(p rules.Pattern) bool { return p.Pointer == "" && matchGlob(p.Glob, file) }) {
			all = o.Rules
		}
	}
	set := rules.Set{Rules: all}
	return set.Enabled()
}

// severityAt is the severity that an override gives a rule at a place.
func (u *usedSet) severityAt(file string, path []string, rule string) (rules.Severity, bool) {
	found, severity := false, rules.Off
	for _, o := range u.set.Overrides {
		for _, p := range o.Files {
			if p.Pointer == "" || p.Glob != "" && !matchGlob(p.Glob, file) || !below(p.Pointer, path) {
				continue
			}
			if changed, ok := o.Rules[rule]; ok {
				found, severity = true, changed.Severity
				if !changed.Enabled {
					severity = rules.Off
				}
			}
		}
	}
	return severity, found
}

// below reports whether a path is at a pointer or deeper.
func below(pointer string, path []string) bool {
	steps, err := yamltree.ParsePointer(pointer)
	return err == nil && len(steps) <= len(path) && slices.Equal(steps, path[:len(steps)])
}
