package lint_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
)

const small = `openapi: 3.0.3
info: {title: Trials, version: "1", extra: {deep: 7}}
paths:
  /studies: {get: {summary: s}}
  /studies/: {get: {summary: s, tags: [a]}}
`

// TestNotSilent holds each case in which the engine says nothing although
// something is wrong: it is done right, or reported.
func TestNotSilent(t *testing.T) {
	for name, tt := range map[string]struct {
		rule      string
		findings  int
		unchecked string
	}{
		"schema with an absent field": {`{given: "$.paths[*].get", then: {field: tags, function: schema, functionOptions: {schema: {type: array}}}}`, 1, ""},
		"field @key":                  {`{given: $.paths, then: {field: "@key", function: pattern, functionOptions: {notMatch: "./$"}}}`, 1, ""},
		"format oas3.0":               {`{formats: [oas3.0], given: $.info, then: {field: title, function: falsy}}`, 1, ""},
		"format of another version":   {`{formats: [oas2], given: $.info, then: {field: title, function: falsy}}`, 0, ""},
		"unknown format":              {`{formats: [oas9], given: $.info, then: {field: title, function: falsy}}`, 0, `unknown format "oas9"`},
		"severity off":                {`{severity: off, given: $.info, then: {field: title, function: falsy}}`, 0, ""},
		"severity as a number":        {`{severity: 0, given: $.info, then: {field: title, function: falsy}}`, 1, ""},
		"not recommended":             {`{recommended: false, given: $.info, then: {field: title, function: falsy}}`, 0, ""},
		"unknown function":            {`{given: $.info, then: {function: nope}}`, 0, `unknown function "nope"`},
		"unknown option":              {`{given: $.info.title, then: {function: pattern, functionOptions: {match: a, flags: i}}}`, 0, `unknown option "flags"`},
		"missing option":              {`{given: $.info.title, then: {function: enumeration}}`, 0, `option "values" is missing`},
		"look-ahead":                  {`{given: $.info.title, then: {function: pattern, functionOptions: {match: "^(?!Trials)"}}}`, 1, ""},
		"broken expression":           {`{given: $.info.title, then: {function: pattern, functionOptions: {match: "(a"}}}`, 0, "invalid regular expression"},
		"broken path":                 {`{given: "$.info[", then: {function: truthy}}`, 0, "given"},
		"slow expression":             {`{given: $.long, then: {function: pattern, functionOptions: {match: "^(?=a)(a+)+$"}}}`, 0, "took too long"},
		"unknown method in a filter":  {`{given: "$.paths[?(@property.at(0))]", then: {function: falsy}}`, 0, `method "at" is not supported`},
		"two functions":               {`{given: $.info, then: [{field: title, function: falsy}, {field: version, function: falsy}]}`, 2, ""},
		"nested field":                {`{given: $.info, then: {field: extra.deep, function: falsy}}`, 1, ""},
		"bad schema":                  {`{given: $.info, then: {function: schema, functionOptions: {schema: {type: 7}}}}`, 0, "schema cannot be compiled"},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "slow expression" && !portion.Full() {
				t.Skip("it takes five seconds; jsonpath tests the same with a shorter limit, and TestTimeout the limit of a rule")
			}
			r := lintText(t, "rules:\n  x: "+tt.rule+"\n", small+"long: "+strings.Repeat("a", 60)+"!\n")
			n := 0
			for _, f := range r.Findings {
				if f.Rule == "x" {
					n++
				}
			}
			if n != tt.findings {
				t.Errorf("%d findings, want %d: %v", n, tt.findings, r.Findings)
			}
			if tt.unchecked == "" && len(r.Unchecked) > 0 || tt.unchecked != "" && !names(r.Unchecked, "x", tt.unchecked) {
				t.Errorf("unchecked: %v, want %q", r.Unchecked, tt.unchecked)
			}
		})
	}
}

func names(all []report.Unchecked, rule, why string) bool {
	for _, u := range all {
		if u.Rule == rule && strings.Contains(u.Why, why) {
			return true
		}
	}
	return false
}

func TestMissingSeverityIsWarn(t *testing.T) {
	r := lintText(t, "rules:\n  x: {given: $.info, then: {field: title, function: falsy}}\n", small)
	for _, f := range r.Findings {
		if f.Rule == "x" && f.Severity != report.Warn {
			t.Errorf("severity %v, want warn", f.Severity)
		}
	}
}

func TestMessageTemplate(t *testing.T) {
	r := lintText(t, `rules: {x: {description: about, message: "{{property}}|{{value}}|{{path}}|{{description}}|{{error}}|{{nope}}", given: $.info.title, then: {function: enumeration, functionOptions: {values: [a]}}}}`, small)
	want := `title|Trials|#/info/title|about|"Trials" is not one of a|`
	if len(r.Findings) == 0 || r.Findings[0].Message != want {
		t.Errorf("findings %v, want message %q", r.Findings, want)
	}
}

func TestRuleMatchesNothing(t *testing.T) {
	r := lintText(t, "rules:\n  x: {given: $.infos, then: {function: truthy}}\n", small)
	if !fires(r, "rule-matches-nothing") {
		t.Errorf("a rule that selects nothing is not reported: %v", r.Findings)
	}
}

func TestTimeout(t *testing.T) {
	files := fstest.MapFS{
		"doc.yml":   {Data: []byte(small + "long: " + strings.Repeat("a", 60) + "!\n")},
		"rules.yml": {Data: []byte(`rules: {x: {given: $.long, then: {function: pattern, functionOptions: {match: "^(?=a)(a+)+$"}}}, y: {given: $.info, then: {field: title, function: falsy}}}`)},
	}
	corpus, err := lint.Load(files, []string{"doc.yml"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := lint.Run(context.Background(), corpus, &lint.Options{Rulesets: []lint.RulesetUse{{Ruleset: "rules.yml"}}, Timeout: 100_000_000})
	if err != nil {
		t.Fatal(err)
	}
	if !names(r.Unchecked, "x", "took longer than 100ms") || !fires(r, "y") {
		t.Errorf("unchecked %v, findings %v", r.Unchecked, r.Findings)
	}
}

func TestStrict(t *testing.T) {
	files := fstest.MapFS{"doc.yml": {Data: []byte(small)}, "rules.yml": {Data: []byte("method: generated\nrules: {}\n")}}
	corpus, err := lint.Load(files, []string{"doc.yml"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	opts := &lint.Options{Rulesets: []lint.RulesetUse{{Ruleset: "rules.yml"}}}
	r, err := lint.Run(context.Background(), corpus, opts)
	if err != nil || !fires(r, "ruleset-fault") {
		t.Errorf("lenient run: %v %v, want a warning", r, err)
	}
	opts.Strict = true
	_, err = lint.Run(context.Background(), corpus, opts)
	var refused *lint.RefusedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "rules.yml:1:1") {
		t.Errorf("strict run: %v, want a refusal that names the line", err)
	}
}
