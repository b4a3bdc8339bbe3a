package lint

import (
	"fmt"
	"maps"
	"slices"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
)

// Explanation is what there is to say about a rule or a check.
type Explanation struct {
	ID, Severity, From    string
	Description, Why, Fix string
	Given, Then, Formats  []string
	Good, Bad             string
	Enabled               bool
	// Unusable says why the rule cannot run.
	Unusable string

	rule   *rules.Rule
	corpus *Corpus
	// functions are those that the rule can name beside those of package ruleset.
	functions ruleset.Functions
}

// Listing is what a run would do.
type Listing struct {
	// Rules are the rules of all rulesets and the checks, those that are off
	// included.
	Rules []Explanation
	// Unchecked is what could not be loaded.
	Unchecked []report.Unchecked
}

// List says which rules a run with the same arguments would run.
func List(c *Corpus, opts *Options) Listing {
	r := newRunner(c, opts)
	r.loadRulesets()
	out := Listing{Unchecked: r.report.Unchecked}
	for _, used := range r.sets {
		if used.foreign != nil {
			out.Rules = append(out.Rules, used.explainForeign(c, r.opts.RunBy.Name())...)
			continue
		}
		all := *used.set
		for _, id := range sortedIDs(all.Rules) {
			out.Rules = append(out.Rules, explainRule(c, all.Rules[id], used.functions))
		}
		for _, name := range slices.Sorted(maps.Keys(used.set.Engines)) {
			mode := used.set.Engines[name]
			if hasPack(r.opts.packs(), name) {
				continue
			}
			out.Rules = append(out.Rules, Explanation{ID: name, Severity: "various", From: used.set.Name, Enabled: mode != "off", Description: "the rules of the pack (" + mode + ")"})
		}
	}
	for _, check := range Checks() {
		e := explained(check)
		e.From, e.Enabled = "triallint", true
		out.Rules = append(out.Rules, e)
	}
	return out
}

// Explain returns what there is to say about the rule or check of an id: one
// that would run, or else one of a bundled ruleset.
func Explain(c *Corpus, opts *Options, id string) (Explanation, bool) {
	for _, e := range List(c, opts).Rules {
		if e.ID == id {
			return e, true
		}
	}
	for _, name := range rules.Builtin() {
		set, err := rules.Load(c.files, name)
		if err == nil && set.Rules[id] != nil {
			return explainRule(c, set.Rules[id], unrun()), true
		}
	}
	if check, ok := checkNamed(id); ok {
		return explained(check), true
	}
	for _, pack := range opts.packs() {
		set, err := rules.Load(c.files, pack.Name, pack)
		if err == nil && set.Rules[id] != nil {
			return explainRule(c, set.Rules[id], unrun()), true
		}
	}
	return Explanation{}, false
}

func explainRule(c *Corpus, rule *rules.Rule, functions ruleset.Functions) Explanation {
	e := Explanation{
		ID: rule.ID, Severity: rule.Severity.String(), From: definedAt(rule),
		Description: rule.Description, Given: rule.Given, Formats: rule.Formats, Why: rule.Why, Fix: rule.Fix, Good: rule.Good, Bad: rule.Bad,
		Enabled: rule.Enabled, rule: rule, corpus: c, functions: functions,
	}
	for _, then := range rule.Then {
		text := then.Function
		if then.Field != "" {
			text = fmt.Sprintf("%s of %s", then.Function, then.Field)
		}
		e.Then = append(e.Then, text)
	}
	if rule.Pack != "" {
		e.Then = []string{"runs in the engine of " + rule.Pack}
	} else if _, err := ruleset.Compile(rule, functions); err != nil {
		e.Unusable = err.Error()
	}
	return e
}
