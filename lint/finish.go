package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// finish adds what only the whole run shows, applies the configuration, and
// sorts the report.
func (r *runner) finish() {
	r.report.Unchecked = append(r.report.Unchecked, r.foreign()...)
	r.matchedNothing()
	r.describeRules()
	r.unknownSeverities()
	r.severities()
	r.ignores()
	r.report.Sort()
}

// unknownSeverities reports the rules of the configuration's severities that no
// ruleset, check or command has.
func (r *runner) unknownSeverities() {
	if len(r.opts.Rulesets) > 0 {
		return // the configuration is for others
	}
	var names []string
	for _, rule := range r.report.Rules {
		names = append(names, rule.ID)
	}
	for _, used := range r.sets {
		if used.unknownPack(r.opts.packs()) {
			return // it may be a rule of the pack
		}
		for id := range used.set.Rules {
			names = append(names, id)
		}
	}
	var found []finding
	for _, change := range r.corpus.Config.Severities {
		if change.Rule == "" || slices.Contains(names, change.Rule) || !r.judges(change.Rule) {
			continue
		}
		f := finding{place: change.at, message: fmt.Sprintf("there is no rule %q: this severity changes nothing", change.Rule)}
		slices.Sort(names)
		if meant := suggestion(change.Rule, slices.Compact(names)); meant != "" {
			f.message += nearest.DidYouMean(meant)
		}
		found = append(found, f)
	}
	r.report.Findings = append(r.report.Findings, checkUnknownRule().findings(found)...)
}

// unknownPack reports whether the ruleset extends a rule pack that is not known.
func (u *usedSet) unknownPack(known []rules.Pack) bool {
	for name := range u.set.Engines {
		if !hasPack(known, name) {
			return true
		}
	}
	return false
}

// Apply changes severities and drops ignored findings in a report that was not
// made by Run, as the configuration of a corpus asks for and the comments in
// its documents.
func Apply(c *Corpus, out *report.Report) {
	r := &runner{corpus: c, report: out, applied: true}
	r.severities()
	r.ignores()
	r.report.Sort()
}

// matchedNothing reports the rules of the user's own rulesets that looked at
// nothing in any document.
func (r *runner) matchedNothing() {
	check := checkRuleMatchesNothing()
	for _, used := range r.sets {
		if used.foreign != nil {
			continue // the engine does not say what a rule looks at
		}
		for _, rule := range used.set.Enabled() {
			if rules.IsBuiltin(rule.From.File) || rule.Pack != "" || used.matched[rule.ID] > 0 || used.broken[rule] || len(r.corpus.Documents) == 0 {
				continue
			}
			at := report.Mark{Line: rule.From.Line, Column: rule.From.Column}
			place := report.Place{File: rule.From.File, Range: report.Range{Start: at, End: at}, Path: []string{"rules", rule.ID}}
			message := fmt.Sprintf("the rule %s selects nothing in any document: %s", rule.ID, strings.Join(rule.Given, ", "))
			r.report.Findings = append(r.report.Findings, check.findings([]finding{{place: place, message: message}})...)
		}
	}
}

// describeRules lists the rules and checks that took part.
func (r *runner) describeRules() {
	for _, used := range r.sets {
		if used.foreign != nil {
			r.describeForeign(used)
			continue
		}
		for _, rule := range used.set.Enabled() {
			r.report.Rules = append(r.report.Rules, report.Rule{
				ID: rule.ID, Description: rule.Description, Severity: report.Severity(rule.Severity),
				From: definedAt(rule), Help: helpOf(rule), Why: rule.Why, Fix: rule.Fix, Bad: rule.Bad, Good: rule.Good, URL: pageOf(rule),
			})
		}
	}
	for _, c := range Checks() {
		r.report.Rules = append(r.report.Rules, report.Rule{
			ID: c.ID, Description: c.Description, Severity: c.Severity, From: "triallint", Help: "triallint explain " + c.ID, Why: c.Why, Fix: c.Fix, URL: report.PageURL(c.ID),
		})
	}
}

// pageOf is the address of the page of a rule, which bundled ones have.
func pageOf(rule *rules.Rule) string {
	if rules.IsBuiltin(rule.From.File) && rule.Pack == "" {
		return report.PageURL(rule.ID)
	}
	return ""
}

// definedAt names the place that a rule is defined at: FILE:LINE, or the pack
// that it is of.
func definedAt(rule *rules.Rule) string {
	if rule.From.Line == 0 {
		return rule.From.File
	}
	return fmt.Sprintf("%s:%d", rule.From.File, rule.From.Line)
}

func helpOf(rule *rules.Rule) string {
	if strings.HasPrefix(rule.Documentation, "https://") {
		return rule.Documentation
	}
	return "triallint explain " + rule.ID
}

// severities applies the changes of the configuration.
func (r *runner) severities() {
	for _, change := range r.corpus.Config.Severities {
		severity, err := report.ParseSeverity(change.Severity)
		r.report.Findings = slices.DeleteFunc(r.report.Findings, func(f report.Finding) bool {
			return err != nil && change.matches(f)
		})
		for i, f := range r.report.Findings {
			if err == nil && change.matches(f) {
				r.report.Findings[i].Severity = severity
			}
		}
	}
}

func (s SeverityChange) matches(f report.Finding) bool {
	return (s.Rule == "" || s.Rule == f.Rule) && (s.Files == "" || matchGlob(s.Files, f.File))
}

// ignores drops the findings that the configuration or a comment ignores, and
// reports ignores that drop nothing.
func (r *runner) ignores() {
	ignores := make([]*Ignore, len(r.corpus.Config.Ignores))
	for i := range ignores {
		c := r.corpus.Config.Ignores[i]
		ignores[i] = &c
	}
	inline := r.corpus.inlineIgnores()
	r.report.Findings = slices.DeleteFunc(r.report.Findings, func(f report.Finding) bool {
		return slices.ContainsFunc(ignores, func(ig *Ignore) bool { return ig.drops(r.corpus, f) }) ||
			slices.ContainsFunc(inline, func(ig *inlineIgnore) bool { return ig.drops(f) })
	})
	var unused []finding
	for _, ig := range ignores {
		if !ig.used && r.concerns(ig) {
			unused = append(unused, finding{place: ig.at, message: fmt.Sprintf("no finding of %q matches this ignore", ig.Rule)})
		}
	}
	for _, ig := range inline {
		if !ig.used && slices.ContainsFunc(ig.rules, r.judges) {
			unused = append(unused, finding{place: ig.at, message: "this comment ignores nothing"})
		}
	}
	r.report.Findings = append(r.report.Findings, checkUnusedIgnore().findings(unused)...)
}

// judges reports whether the run looked for what a rule finds: the checks of
// other commands, which look at records and at other versions, it did not.
func (r *runner) judges(rule string) bool {
	if r.applied {
		return slices.ContainsFunc(r.report.Rules, func(x report.Rule) bool { return x.ID == rule })
	}
	return !strings.HasPrefix(rule, "payload-") && !strings.HasPrefix(rule, "change-")
}

// concerns reports whether the run would have come upon what is ignored: a run
// over some of the files, or with other rulesets, cannot know.
func (r *runner) concerns(ig *Ignore) bool {
	if !r.judges(ig.Rule) {
		return false
	}
	if r.corpus.whole && len(r.opts.Rulesets) == 0 {
		return true
	}
	rule := slices.ContainsFunc(r.report.Rules, func(x report.Rule) bool { return x.ID == ig.Rule })
	file := slices.ContainsFunc(r.corpus.Documents, func(d *ruleset.Document) bool { return ig.Files != "" && matchGlob(ig.Files, d.File) })
	return rule && file
}

func (ig *Ignore) drops(c *Corpus, f report.Finding) bool {
	if ig.Rule != "" && ig.Rule != f.Rule || ig.Files != "" && !matchGlob(ig.Files, f.File) {
		return false
	}
	if ig.path != nil && !c.selects(ig.path, f) {
		return false
	}
	ig.used = true
	return true
}

// selects reports whether a path selects the place of a finding, or one above.
func (c *Corpus) selects(path *jsonpath.Path, f report.Finding) bool {
	d := c.refs.Files[f.File]
	if d == nil {
		return false
	}
	found := false
	_ = path.Select(d.Tree.Root, nil, func(m jsonpath.Match) bool {
		found = yamltree.Below(m.Path, f.Path)
		return !found
	})
	return found
}
