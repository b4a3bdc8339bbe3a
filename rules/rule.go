package rules

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func (f *file) readRules(n *yamltree.Node, where []string, into map[string]*Rule) {
	if n == nil {
		return
	}
	if n.Kind != yamltree.Mapping {
		f.problem(where, "", true, "rules is "+n.Kind.String(), "a mapping of rule names to rules")
		return
	}
	for i, key := range n.Keys {
		r := &ruleReader{file: f, id: key.Name, where: append(slices.Clone(where), key.Name)}
		r.read(n.Items[i], into)
	}
}

// ruleReader reads one entry of rules.
type ruleReader struct {
	*file
	id    string
	where []string
	bad   bool
}

func (r *ruleReader) at(steps ...string) []string { return append(slices.Clone(r.where), steps...) }

// stop notes a fault that keeps the rule from running.
func (r *ruleReader) stop(where []string, problem, expected string) {
	r.bad = true
	r.problem(where, r.id, true, problem, expected)
}

func (r *ruleReader) read(n *yamltree.Node, into map[string]*Rule) {
	inherited := into[r.id]
	switch n.Kind {
	case yamltree.Mapping:
		r.define(n, inherited, into)
	case yamltree.Bool:
		r.change(inherited, func(rule *Rule) { rule.Enabled = n.Text == "true" })
	case yamltree.String, yamltree.Number:
		if n.Kind == yamltree.Number {
			r.problem(r.where, r.id, false, fmt.Sprintf("rule %q is the number %s, which Spectral refuses", r.id, n.Text), "the name of a severity")
		}
		if s, ok := r.severity(n, r.where); ok {
			r.change(inherited, func(rule *Rule) { rule.setSeverity(s) })
		}
	default:
		r.stop(r.where, "a rule that is "+n.Kind.String(), "a mapping, a severity, true or false")
	}
}

func (r *Rule) setSeverity(s Severity) {
	r.Severity = s
	r.Enabled = s != Off
}

func (r *ruleReader) change(rule *Rule, set func(*Rule)) {
	if rule == nil && r.unknownPack() {
		return // it may be a rule of the pack, which is not checked anyway
	}
	if rule == nil {
		r.stop(r.where, fmt.Sprintf("rule %q is not defined in any extended ruleset", r.id), "the name of a rule of a ruleset that this one extends")
		return
	}
	set(rule)
}

// define reads a definition, on top of an inherited rule where there is one.
func (r *ruleReader) define(n *yamltree.Node, inherited *Rule, into map[string]*Rule) {
	rule := &Rule{ID: r.id, Severity: Warn, Recommended: true, Resolved: true, Enabled: true, Formats: r.formats}
	if inherited != nil {
		c := *inherited
		rule = &c
		rule.Enabled = true
	}
	at, _ := r.doc.KeyRangeAt(r.where...)
	rule.From = r.doc.Position(at.Start, r.where...)
	r.wantKinds(n, r.where, r.id, map[string]yamltree.Kind{
		"description": yamltree.String, "message": yamltree.String, "documentationUrl": yamltree.String, "recommended": yamltree.Bool,
		"resolved": yamltree.Bool, "tags": yamltree.Sequence, "formats": yamltree.Sequence, "extensions": yamltree.Mapping,
	})
	for i, key := range n.Keys {
		r.field(rule, key.Name, n.Items[i])
	}
	r.definePacked(rule, n)
	if inherited == nil && !r.bad && (len(rule.written) == 0 || len(rule.Then) == 0) {
		r.stop(r.where, "the rule has no given or no then", "both")
	}
	if inherited != nil && !r.bad && (n.Lookup("given") == nil || n.Lookup("then") == nil) {
		r.problem(r.where, r.id, false, "a rule that is defined again has no given or no then, which Spectral refuses", "both, or a severity alone")
	}
	if rule.Severity == Off || n.Lookup("recommended") != nil && !rule.Recommended && inherited == nil {
		rule.Enabled = false
	}
	if r.bad {
		delete(into, r.id)
		return
	}
	into[r.id] = rule
}

// definePacked looks after a rule of a pack that is defined again: with paths
// and functions of its own it is no rule of the pack any more.
func (r *ruleReader) definePacked(rule *Rule, n *yamltree.Node) {
	given, then := n.Lookup("given") != nil, n.Lookup("then") != nil
	switch {
	case rule.Pack == "":
	case given && then:
		rule.Pack = ""
	case given || then:
		r.stop(r.where, fmt.Sprintf("rule %q of %s is defined again with only one of given and then", r.id, rule.Pack), "both, or neither")
	}
}

func (r *ruleReader) field(rule *Rule, key string, n *yamltree.Node) {
	where := r.at(key)
	switch key {
	case "description":
		rule.Description = strings.TrimSpace(n.Text)
	case "message":
		rule.Message = n.Text
	case "documentationUrl":
		rule.Documentation = n.Text
		r.checkURL(n, where, r.id)
	case "severity":
		if s, ok := r.severity(n, where); ok {
			rule.setSeverity(s)
		}
	case "recommended":
		rule.Recommended = n.Text == "true"
	case "resolved":
		rule.Resolved = n.Text == "true"
	case "formats":
		rule.Formats = r.strings(n, where, r.id)
		rule.NoFormat = n.Kind == yamltree.Sequence && len(n.Items) == 0
	case "given":
		rule.written, rule.aliases = r.strings(n, where, r.id), r.file.aliases
		r.bad = r.bad || rule.written == nil
		r.checkPaths(rule.written, where)
		if err := rule.expandGiven(); err != nil {
			r.stop(where, err.Error(), "the name of an alias of this file")
		}
	case "then":
		rule.Then = r.then(n, where)
	case "extensions":
		rule.Why, rule.Fix, rule.Good, rule.Bad = textOf(n.Lookup("why")), textOf(n.Lookup("fix")), textOf(n.Lookup("good")), textOf(n.Lookup("bad"))
		rule.SkipData = IsBuiltin(r.doc.Name) && textOf(n.Lookup("data")) == "skipped"
	case "tags":
	case "type":
		if n.Text != "style" && n.Text != "validation" {
			r.problem(where, r.id, false, fmt.Sprintf("type is %q, which Spectral refuses", n.Text), "style or validation")
		}
	case "enabled":
		r.problem(where, r.id, false, "enabled is a key that Spectral refuses", "false or off instead of the rule")
	default:
		if strings.HasPrefix(key, "x-") {
			return
		}
		r.stop(where, fmt.Sprintf("unknown key %q of a rule", key), "one that Spectral's rules have")
	}
}

// severityOf reads a severity in either spelling: a name or a number.
func severityOf(n *yamltree.Node) (Severity, bool) {
	for s := Error; s <= Off; s++ {
		if n.Text == s.String() || n.Kind == yamltree.Number && s < Off && n.Text == strconv.Itoa(int(s)) || n.Text == "-1" && s == Off {
			return s, true
		}
	}
	return 0, false
}

func (r *ruleReader) severity(n *yamltree.Node, where []string) (Severity, bool) {
	if s, ok := severityOf(n); ok {
		return s, true
	}
	r.stop(where, fmt.Sprintf("unknown severity %q", n.Text), "error, warn, info, hint, off, or 0 to 3")
	return 0, false
}

func (r *ruleReader) then(n *yamltree.Node, where []string) []Then {
	if n.Kind == yamltree.Mapping {
		return r.thenOne(nil, n, where)
	}
	var out []Then
	for i, item := range n.Items {
		out = r.thenOne(out, item, append(slices.Clone(where), strconv.Itoa(i)))
	}
	return out
}

func (r *ruleReader) thenOne(out []Then, n *yamltree.Node, where []string) []Then {
	function, ok := n.Lookup("function").StringValue()
	if !ok {
		r.stop(where, "then names no function", "function: the name of one")
		return out
	}
	for _, key := range n.Keys {
		if key.Name != "field" && key.Name != "function" && key.Name != "functionOptions" {
			r.problem(append(slices.Clone(where), key.Name), r.id, false, fmt.Sprintf("unknown key %q beside the function", key.Name), "field, function or functionOptions")
		}
	}
	at, _ := r.doc.RangeAt(append(slices.Clone(where), "function")...)
	t := Then{Function: function, Options: n.Lookup("functionOptions"), Script: r.scripts[function], From: r.doc.Position(at.Start, where...)}
	if field := n.Lookup("field"); field != nil {
		t.Field, t.HasField = field.Text, true
		if field.Kind != yamltree.String {
			r.problem(append(slices.Clone(where), "field"), r.id, false, "the field is "+field.Kind.String()+", which Spectral refuses", "a string")
		}
	}
	return append(out, t)
}

func textOf(n *yamltree.Node) string {
	s, _ := n.StringValue()
	return s
}

// checkPaths reports what no path of Spectral's can be.
func (r *ruleReader) checkPaths(paths []string, where []string) {
	for _, p := range paths {
		if !strings.HasPrefix(p, "$") && !strings.HasPrefix(p, "#") {
			r.stop(where, fmt.Sprintf("the path %q begins with neither $ nor #", p), "a JSONPath, or an alias")
		}
	}
}
