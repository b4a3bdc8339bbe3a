//go:build !novacuum && !lean

package vacuum

import (
	"maps"
	"strings"

	"github.com/daveshanley/vacuum/model"
	"github.com/daveshanley/vacuum/rulesets"

	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
)

// pack is a rule pack of vacuum's.
type pack struct {
	name string
	// kind is the kind of documents that its rules are for.
	kind  ruleset.Kind
	rules func() map[string]*model.Rule
}

// packs are the rule packs that vacuum has.
func packs() []pack {
	return []pack{
		{"vacuum:oas", ruleset.OpenAPI, rulesets.GetAllBuiltInRules},
		{"vacuum:owasp", ruleset.OpenAPI, rulesets.GetAllOWASPRules},
		{"vacuum:asyncapi", ruleset.AsyncAPI, asyncAPIRules},
		{"vacuum:json-schema", ruleset.JSONSchema, rulesets.GetJSONSchemaRecommendedRules},
	}
}

// Packs returns the rule packs.
func (Engine) Packs() []rules.Pack {
	var out []rules.Pack
	for _, p := range packs() {
		out = append(out, rules.Pack{Name: p.name, Rules: p.make})
	}
	return out
}

// make makes the rules of the pack, and those that vacuum itself has on reading
// documents.
func (p pack) make() []*rules.Rule {
	own := p.rules()
	if p.kind == ruleset.OpenAPI {
		for _, rule := range readingRules() {
			own[rule.Id] = rule
		}
	}
	var out []*rules.Rule
	for id, rule := range own {
		r := &rules.Rule{
			ID: id, Description: strings.TrimSpace(rule.Description), Documentation: rule.DocumentationURL, Fix: strings.TrimSpace(rule.HowToFix),
			Severity: severityOf(rule.Severity), Recommended: rule.Recommended, Formats: []string{string(p.kind)},
		}
		if p.kind == ruleset.JSONSchema {
			r.Formats = append(r.Formats, "json-schema-loose")
		}
		if p.kind == ruleset.OpenAPI && len(rule.Formats) > 0 {
			r.Formats = rule.Formats
		}
		out = append(out, r)
	}
	return out
}

// severityOf is the severity of a name, a warning where it is none.
func severityOf(name string) rules.Severity {
	for s := rules.Error; s < rules.Off; s++ {
		if s.String() == name {
			return s
		}
	}
	return rules.Warn
}

// allRules are the rules of all packs.
func allRules() map[string]*model.Rule {
	out := map[string]*model.Rule{}
	for _, p := range packs() {
		maps.Copy(out, p.rules())
	}
	return out
}

// asyncAPIRules are vacuum's rules for AsyncAPI. Two of them give the function
// schema an option that it refuses, so that they never run; without it they do
// what they say.
func asyncAPIRules() map[string]*model.Rule {
	own := rulesets.GetAllAsyncAPIRules()
	for _, rule := range own {
		action, ok := rule.Then.(model.RuleAction)
		if options, isMap := action.FunctionOptions.(map[string]any); ok && isMap && action.Function == "schema" {
			options = maps.Clone(options)
			delete(options, "allErrors")
			action.FunctionOptions = options
			rule.Then = action
		}
	}
	return own
}

// readingRules describe what vacuum reports of OpenAPI descriptions whatever
// rules it runs.
func readingRules() []*model.Rule {
	return []*model.Rule{
		{Id: "resolving-references", Severity: model.SeverityError, Recommended: true, Description: "The references of a description lead to something."},
		{Id: "circular-references", Severity: model.SeverityWarn, Recommended: true, Description: "Schemas that have to be written out do not refer back to themselves."},
		{Id: "schema-build-failure", Severity: model.SeverityError, Recommended: true, Description: "The schemas of a description can be built."},
	}
}
