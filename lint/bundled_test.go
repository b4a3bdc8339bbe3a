package lint_test

import (
	"context"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
)

// lintText lints one document by one ruleset, both given as text.
func lintText(t *testing.T, ruleset, document string) *report.Report {
	t.Helper()
	files := fstest.MapFS{"doc.yml": {Data: []byte(document)}, "rules.yml": {Data: []byte(ruleset)}}
	corpus, err := lint.Load(files, []string{"doc.yml"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := lint.Run(context.Background(), corpus, &lint.Options{Rulesets: []lint.RulesetUse{{Ruleset: "rules.yml"}}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func fires(r *report.Report, rule string) bool {
	return slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Rule == rule })
}

// TestBundledRules holds that each rule of our rulesets fires on its bad
// example and is quiet on its good one, and says why it is there.
func TestBundledRules(t *testing.T) {
	for name, want := range map[string]struct {
		rules int
		head  string
	}{
		"trialweave:clinical-trials-gov": {9, "openapi: 3.1.0\n"},
		"trialweave:apis-json":           {10, ""},
		"trialweave:capabilities":        {6, ""},
		"trialweave:json-ld":             {5, ""},
		"trialweave:overlay":             {7, ""},
	} {
		set, err := rules.Load(fstest.MapFS{}, name)
		if err != nil || len(set.Problems) > 0 {
			t.Fatal(name, err, set.Problems)
		}
		seen := 0
		for _, rule := range set.Enabled() {
			if rule.From.File != name {
				continue
			}
			seen++
			if slices.ContainsFunc(lint.Checks(), func(c lint.Check) bool { return c.ID == rule.ID }) {
				t.Errorf("%s is the id of a check, too", rule.ID)
			}
			checkExamples(t, name, want.head, rule)
		}
		if seen != want.rules {
			t.Errorf("%s has %d rules, want %d", name, seen, want.rules)
		}
	}
}

func checkExamples(t *testing.T, set, head string, rule *rules.Rule) {
	t.Helper()
	ruleset := "extends: [['" + set + "', off]]\nrules: {" + rule.ID + ": true}\n"
	if r := lintText(t, ruleset, head+rule.Good); rule.Good == "" || fires(r, rule.ID) || slices.ContainsFunc(r.Unchecked, func(u report.Unchecked) bool { return u.Rule != "" }) {
		t.Errorf("%s fires on its good example: %v %v", rule.ID, r.Findings, r.Unchecked)
	}
	if r := lintText(t, ruleset, head+rule.Bad); !fires(r, rule.ID) {
		t.Errorf("%s is quiet on its bad example: %v", rule.ID, r.Unchecked)
	}
	if rule.Why == "" || rule.Fix == "" || rule.Description == "" {
		t.Errorf("%s does not say why, or what to do", rule.ID)
	}
}

// TestSpectralSetHasExamples holds that each rule of Spectral's set fires on its bad
// example, and is quiet on the good one.
func TestSpectralSetHasExamples(t *testing.T) {
	set, err := rules.Load(fstest.MapFS{}, "spectral:oas")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range set.Rules {
		checkExamples(t, "spectral:oas", "", rule)
	}
}

// TestSpectralsOtherSetsHaveExamples holds the same of the rules of AsyncAPI and
// Arazzo that are carried, and how many there are; the others are listed as not
// checked, on documents that they are for.
func TestSpectralsOtherSetsHaveExamples(t *testing.T) {
	for name, want := range map[string]struct{ carried, all int }{"spectral:asyncapi": {36, 55}, "spectral:arazzo": {10, 22}} {
		set, err := rules.Load(fstest.MapFS{}, name)
		if err != nil || len(set.Problems) > 0 {
			t.Fatal(name, err, set.Problems)
		}
		carried, good := 0, ""
		for _, rule := range set.Rules {
			if rule.Then[0].Function != "notCarried" {
				carried++
				good = rule.Good
				checkExamples(t, name, "", rule)
			}
		}
		if carried != want.carried || len(set.Rules) != want.all {
			t.Errorf("%s has %d rules, %d of them carried, want %d and %d", name, len(set.Rules), carried, want.all, want.carried)
		}
		if r := lintText(t, "extends: [['"+name+"', all]]\n", good); !slices.ContainsFunc(r.Unchecked, func(u report.Unchecked) bool { return u.Rule != "" }) {
			t.Errorf("%s: nothing is listed as not checked", name)
		}
		if r := lintText(t, "extends: [['"+name+"', all]]\n", "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n"); r.Incomplete() {
			t.Errorf("%s: rules are listed as not checked on a document that they are not for: %v", name, r.Unchecked)
		}
	}
}

// TestSpectralSetIsWhole holds the number of Spectral's rules, and that each
// can run.
func TestSpectralSetIsWhole(t *testing.T) {
	files := fstest.MapFS{"r.yml": {Data: []byte("extends: [['spectral:oas', all]]\n")}, "d.yml": {Data: []byte("openapi: 3.0.3\n")}}
	corpus, err := lint.Load(files, []string{"d.yml"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	listing := lint.List(corpus, &lint.Options{Rulesets: []lint.RulesetUse{{Ruleset: "r.yml"}}})
	n := 0
	for _, e := range listing.Rules {
		if e.Unusable != "" {
			t.Errorf("%s cannot run: %s", e.ID, e.Unusable)
		}
		if e.From != "triallint" {
			n++
		}
	}
	if n != 57 {
		t.Errorf("%d rules of spectral:oas, Spectral 6.16.3 has 57", n)
	}
}
