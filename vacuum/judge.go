//go:build !novacuum && !lean

package vacuum

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/daveshanley/vacuum/functions"
	"github.com/daveshanley/vacuum/model"
	"github.com/daveshanley/vacuum/rulesets"
	"go.yaml.in/yaml/v4"
)

// ignored reports what a ruleset asks for and vacuum passes over.
func (r *reader) ignored(name string, text []byte) {
	var top map[string]any
	if yaml.Unmarshal(text, &top) != nil {
		return
	}
	for _, key := range []string{"overrides", "functions", "functionsDir", "except", "parserOptions"} {
		if _, ok := top[key]; ok {
			r.fail("", "%s: vacuum passes over the key %s", name, key)
		}
	}
}

// judge reports the rules that vacuum cannot run, or would run without ever
// looking at anything, and takes them out of the ruleset.
func (r *reader) judge(set *rulesets.RuleSet) {
	for id, value := range r.definitions {
		switch value.(type) {
		case bool, string, map[string]any:
		default:
			r.fail(id, "vacuum passes over a rule that is the value %v", value)
		}
	}
	for id, rule := range set.Rules {
		if _, own := r.definitions[id].(map[string]any); !own {
			continue
		}
		if why := whyNot(rule); why != "" {
			r.fail(id, "%s", why)
			delete(set.Rules, id)
		}
	}
	slices.SortFunc(r.failures, func(a, b failure) int { return strings.Compare(a.Rule+"\x00"+a.Why, b.Rule+"\x00"+b.Why) })
}

// whyNot says why vacuum cannot run a rule; empty where it can.
func whyNot(rule *model.Rule) string {
	for _, f := range rule.Formats {
		if !slices.Contains(formats(), f) {
			return fmt.Sprintf("vacuum does not know the format %s, and runs the rule on no document of it", f)
		}
	}
	actions, ok := actionsOf(rule.Then)
	if !ok {
		return "vacuum cannot read what the rule does then"
	}
	for _, a := range actions {
		if why := whyNotAction(rule, a); why != "" {
			return why
		}
	}
	return ""
}

// formats are those that vacuum knows.
func formats() []string {
	return []string{
		model.OAS2, model.OAS3, model.OAS30, model.OAS31, model.OAS32, model.AsyncAPI3, model.AsyncAPI30, model.AsyncAPI31,
		model.JSONSchema, model.JSONSchemaDraft2020, model.JSONSchemaDraft2019, model.JSONSchemaDraft07,
	}
}

// action is what a rule does then.
type action struct {
	function, field string
	options         map[string]any
}

// actionsOf reads what a rule does then, as vacuum does.
func actionsOf(then any) ([]action, bool) {
	items, isList := then.([]any)
	if !isList {
		items = []any{then}
	}
	var out []action
	for _, item := range items {
		m, ok := item.(map[string]any)
		if !ok {
			return nil, false
		}
		a := action{}
		if a.function, ok = m["function"].(string); !ok {
			return nil, false
		}
		if field, set := m["field"]; set {
			if a.field, ok = field.(string); !ok {
				return nil, false
			}
		}
		a.options, _ = m["functionOptions"].(map[string]any)
		out = append(out, a)
	}
	return out, len(out) > 0
}

func whyNotAction(rule *model.Rule, a action) string {
	switch {
	case functions.MapBuiltinFunctions().FindFunction(a.function) == nil:
		return fmt.Sprintf("vacuum has no function %q", a.function)
	case a.field == "@key":
		return "vacuum looks for a member of the name @key, and not at keys"
	case a.function == "schema" && a.field == "" && !looksAtItself(rule, a):
		return "vacuum's function schema looks at nothing without a field, unless the path is $ alone"
	case a.function == "pattern":
		for _, option := range []string{"match", "notMatch"} {
			if text, ok := a.options[option].(string); ok {
				if _, err := regexp.Compile(text); err != nil {
					return fmt.Sprintf("vacuum cannot compile the regular expression %q: %v", text, err)
				}
			}
		}
	}
	return ""
}

// looksAtItself reports whether vacuum's function schema judges a value itself.
func looksAtItself(rule *model.Rule, a action) bool {
	_, forced := a.options["forceValidationOnCurrentNode"].(bool)
	_, strict := a.options["forceValidation"].(bool)
	return rule.Given == "$" || forced || strict
}
