package lint

import (
	"cmp"
	"context"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
)

// loadForeign reads a ruleset as the engine does that runs rulesets.
func (r *runner) loadForeign(used *usedSet) {
	file := used.use.Ruleset
	foreign, err := r.opts.RunBy.Ruleset(r.opts.RulesetFiles, file)
	if err != nil {
		r.unchecked("", file, err.Error())
		used.foreign = &EngineRuleset{}
		return
	}
	used.foreign = foreign
	for _, f := range foreign.Failures {
		at := file
		if rule := used.set.Rules[f.Rule]; rule != nil {
			at = cmp.Or(rule.From.File, file)
		}
		r.unchecked(f.Rule, at, f.Why)
	}
	for _, note := range foreign.Notes {
		r.report.Unchecked = append(r.report.Unchecked, report.Unchecked{File: file, Why: note, Aside: true})
	}
}

// runForeign runs a ruleset in its engine on a document, and reports whether it
// has rules.
func (r *runner) runForeign(ctx context.Context, used *usedSet, d *ruleset.Document) bool {
	if used.foreign.Run == nil || len(used.foreign.Rules) == 0 {
		return false
	}
	out, err := used.foreign.Run(ctx, EngineInput{File: d.File, Kind: d.Kind, Texts: r.corpus.TextsOf(d)})
	if err != nil {
		r.unchecked("", d.File, err.Error())
	}
	r.judged[d.File] = true
	for _, f := range out.Failures {
		r.unchecked(f.Rule, d.File, f.Why)
	}
	for _, f := range out.Findings {
		severity, err := report.ParseSeverity(f.Severity)
		if err != nil {
			severity = report.Warn
		}
		r.engineFinding(used, &rules.Rule{ID: f.Rule, Severity: rules.Severity(severity)}, d, f)
	}
	return true
}

// describeForeign lists the rules of a ruleset as its engine has them.
func (r *runner) describeForeign(used *usedSet) {
	for _, e := range used.explainForeign(r.corpus, r.opts.RunBy.Name()) {
		severity, _ := report.ParseSeverity(e.Severity)
		r.report.Rules = append(r.report.Rules, report.Rule{ID: e.ID, Description: e.Description, Severity: severity, From: e.From, Why: e.Why, Fix: e.Fix, Help: "triallint explain " + e.ID})
	}
}

// explainForeign explains the rules of a ruleset that an engine runs: those
// that the ruleset defines as they are written there.
func (u *usedSet) explainForeign(c *Corpus, engine string) []Explanation {
	var out []Explanation
	for _, own := range u.foreign.Rules {
		e := Explanation{ID: own.ID, Description: own.Description, From: engine}
		if rule := u.set.Rules[own.ID]; rule != nil {
			e = explainRule(c, rule, u.functions)
			e.Unusable = ""
		}
		e.Severity, e.Enabled = own.Severity, true
		out = append(out, e)
	}
	return out
}
