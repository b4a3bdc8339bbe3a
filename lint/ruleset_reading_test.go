package lint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/report"
)

// TestFunctionsReadAsSpectralDoes holds details of functions in which JSON
// Schema, JavaScript and Go differ.
func TestFunctionsReadAsSpectralDoes(t *testing.T) {
	for name, tt := range map[string]struct {
		then, title string
		fires       bool
	}{
		"length counts UTF-16 units":  {"{function: length, functionOptions: {max: 1}}", `"\U0001F600"`, true},
		"schema counts characters":    {"{function: schema, functionOptions: {schema: {type: string, maxLength: 1}}}", `"\U0001F600"`, false},
		"a class without the flag u":  {`{function: pattern, functionOptions: {match: '^\p{Lu}'}}`, "Title", true},
		"a class with the flag u":     {`{function: pattern, functionOptions: {match: '/^\p{Lu}/u'}}`, "Title", false},
		"a class in a schema":         {`{function: schema, functionOptions: {schema: {type: string, pattern: '^\p{Lu}'}}}`, "Title", false},
		"nullable beside a type":      {"{function: schema, functionOptions: {schema: {type: string, nullable: true}}}", "null", false},
		"nullable deeper down":        {"{function: schema, functionOptions: {schema: {anyOf: [{type: integer, nullable: true}]}}}", "null", false},
		"null where it is not wanted": {"{function: schema, functionOptions: {schema: {type: string}}}", "null", true},
	} {
		r := lintText(t, "rules: {r: {given: $.info.title, then: "+tt.then+"}}\n", "openapi: 3.1.0\ninfo: {title: "+tt.title+"}\n")
		if len(r.Unchecked) > 0 || fires(r, "r") != tt.fires {
			t.Errorf("%s: fires %t, want %t %v", name, fires(r, "r"), tt.fires, r.Unchecked)
		}
	}
}

// TestRulesetsThatDoNothing holds that what has no effect is said.
func TestRulesetsThatDoNothing(t *testing.T) {
	const document = "openapi: 3.1.0\ninfo: {title: t}\ntags: [{name: a}]\n"
	for name, tt := range map[string]struct{ ruleset, rule, want string }{
		"a filter without parentheses": {"rules: {r: {given: '$.tags[?@.name]', then: {function: falsy}}}\n", "ruleset-fault", "has no parentheses"},
		"parserOptions":                {"rules: {r: {given: $.tags, then: {function: truthy}}}\nparserOptions: {duplicateKeys: off}\n", "ruleset-fault", "parserOptions have no effect"},
		"no target for the document":   {"aliases: {A: {targets: [{formats: [oas2], given: [$.tags]}]}}\nrules: {r: {given: '#A', then: {function: falsy}}}\n", "rule-matches-nothing", "selects nothing in any document"},
	} {
		r := lintText(t, tt.ruleset, document)
		if !slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Rule == tt.rule && strings.Contains(f.Message, tt.want) }) {
			t.Errorf("%s: findings %v, want %q", name, r.Findings, tt.want)
		}
		if len(r.Unchecked) > 0 {
			t.Errorf("%s: not checked: %v", name, r.Unchecked)
		}
	}
}

// TestOverridesInARun holds that a pointer does not take away what another
// override switched on, and that a rule which only an override knows is known
// missing when a document needs it.
func TestOverridesInARun(t *testing.T) {
	const document = "openapi: 3.0.3\ninfo: {title: t}\npaths:\n  /a: {get: {}}\n  /b: {get: {}}\n"
	const own = "rules: {own: {severity: info, given: '$.paths.*.*', then: {field: summary, function: truthy}}, off: {severity: off, given: '$.paths.*.*', then: {field: tags, function: truthy}}}\n"
	said := func(overrides string) (out []string) {
		r := lintText(t, own+"overrides:\n"+overrides, document)
		for _, f := range r.Findings {
			out = append(out, f.Rule+" "+f.Severity.String()+" "+strings.Join(f.Path, "|"))
		}
		for _, u := range r.Unchecked {
			out = append(out, "unchecked "+u.Rule)
		}
		return out
	}
	for name, tt := range map[string]struct {
		overrides string
		want      []string
	}{
		"on for the file, off below a pointer": {"- {files: [doc.yml], rules: {off: error}}\n- {files: ['doc.yml#/paths/~1b'], rules: {own: off}}\n",
			[]string{"off error paths|/a|get", "own info paths|/a|get", "off error paths|/b|get"}},
		"on below a pointer only":          {"- {files: ['doc.yml#/paths/~1b'], rules: {off: hint}}\n", []string{"own info paths|/a|get", "off hint paths|/b|get", "own info paths|/b|get"}},
		"an unknown rule for the file":     {"- {files: [doc.yml], rules: {gone: off}}\n", []string{"own info paths|/a|get", "own info paths|/b|get", "ruleset-fault warn overrides|0|rules|gone", "unchecked gone"}},
		"an unknown rule for another file": {"- {files: [x.yml], rules: {gone: off}}\n", []string{"own info paths|/a|get", "own info paths|/b|get", "ruleset-fault warn overrides|0|rules|gone"}},
	} {
		if got := said(tt.overrides); !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
		}
	}
}
