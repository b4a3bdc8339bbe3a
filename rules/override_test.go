package rules_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/rules"
)

// effective lists what runs on a file, and the severities that overrides with
// a pointer give at a place.
func effective(t *testing.T, set *rules.Set, file string, at ...string) string {
	t.Helper()
	matches := func(glob string) bool {
		ok, err := path.Match(strings.TrimPrefix(glob, "**"), file)
		return err == nil && ok || glob == "**"
	}
	e := set.For(matches)
	var out []string
	for id, rule := range e.Rules {
		if !rule.Enabled {
			continue
		}
		severity := rule.Severity
		if s, ok := set.SeverityAt(id, at, matches); ok {
			severity = s
		}
		out = append(out, id+":"+severity.String()+" "+strings.Join(rule.Given, ","))
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// TestOverrides holds how Spectral 6.16.3 reads overrides; its answers were
// recorded with the same rulesets.
func TestOverrides(t *testing.T) {
	const (
		base  = "rules:\n  b1: {severity: warn, given: $.b, then: {function: truthy}}\n"
		other = "rules:\n  o1: {given: $.o, then: {function: truthy}}\n  own: {given: $.x, then: {function: falsy}}\n"
		head  = "extends: [[base.yml, off]]\nrules: {own: {severity: info, given: $.own, then: {function: truthy}}}\noverrides:\n"
	)
	for name, tt := range map[string]struct {
		text string
		at   []string
		want string
	}{
		"a pointer after a file":        {head + "- {files: [a.yaml], rules: {b1: error}}\n- {files: ['a.yaml#/p'], rules: {own: off}}", []string{"p"}, "b1:error $.b; own:off $.own"},
		"a pointer before a file":       {head + "- {files: ['a.yaml#/p'], rules: {own: off}}\n- {files: [a.yaml], rules: {b1: error}}", []string{"q"}, "b1:error $.b; own:info $.own"},
		"a pointer switches a rule on":  {head + "- {files: ['a.yaml#/p'], rules: {b1: error}}", []string{"q"}, "b1:warn $.b; own:info $.own"},
		"the deepest pointer":           {head + "- {files: ['a.yaml#/p/q'], rules: {own: error}}\n- {files: ['a.yaml#/p'], rules: {own: hint}}", []string{"p", "q", "r"}, "own:error $.own"},
		"another file":                  {head + "- {files: [b.yaml], rules: {b1: error, own: off}}", nil, "own:info $.own"},
		"the ruleset itself wins":       {head + "- {files: [a.yaml], extends: [other.yml], rules: {own: error}}", nil, "o1:warn $.o; own:error $.own"},
		"extends alone takes the place": {head + "- {files: [a.yaml], extends: [other.yml]}", nil, "o1:warn $.o; own:info $.own"},
		"a later one takes the place":   {head + "- {files: [a.yaml], rules: {own: error}}\n- {files: [a.yaml], rules: {own: false}}", nil, ""},
		"one of its own aliases":        {"extends: base.yml\naliases: {X: [$.one]}\nrules: {own: {given: '#X', then: {function: truthy}}}\noverrides:\n- {files: [a.yaml], aliases: {X: [$.two]}, rules: {b1: {given: '#X'}}}", nil, "b1:warn $.two; own:warn $.one"},
		"exceptions of older rulesets":  {head[:strings.Index(head, "overrides")] + "except: {'#/p': [own]}", []string{"p"}, "own:off $.own"},
	} {
		set, err := rules.Load(files("r.yml", tt.text, "base.yml", base, "other.yml", other), "r.yml")
		if err != nil || slices.ContainsFunc(set.Problems, func(p rules.Problem) bool { return p.Stops }) {
			t.Errorf("%s: %v %v", name, err, set.Problems)
			continue
		}
		if diff := cmp.Diff(tt.want, effective(t, set, "a.yaml", tt.at...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestOverridesThatFail holds where the faults of overrides are reported.
func TestOverridesThatFail(t *testing.T) {
	const head = "rules: {own: {given: $.own, then: {function: truthy}}}\noverrides:\n"
	for name, tt := range map[string]struct{ text, want string }{
		"nothing to override": {head + "- {files: [a.yaml]}", "this override has no rules"},
		"no severity":         {head + "- {files: ['a.yaml#/p'], rules: {own: true}}", "does more than change a severity"},
		"more than rules":     {head + "- {files: ['a.yaml#/p'], rules: {own: off}, extends: x.yml}", "has no effect"},
		"unknown rule":        {head + "- {files: [a.yaml], rules: {gone: error}}", "is not defined in any extended ruleset"},
	} {
		set, err := rules.Load(files("r.yml", tt.text), "r.yml")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(set.Problems, func(p rules.Problem) bool { return strings.Contains(p.Fault.Error(), tt.want) }) {
			t.Errorf("%s: problems %v, want %q", name, set.Problems, tt.want)
		}
	}
}

// TestAliasesAreScoped holds that a rule sees the aliases of the file that
// writes its given, and no others.
func TestAliasesAreScoped(t *testing.T) {
	set, err := rules.Load(files(
		"r.yml", "extends: [one.yml, two.yml]\naliases: {S: [$.mine]}\nrules: {r1: {given: '#S.x', then: {function: truthy}}, r2: {severity: error}, r3: {given: '#S'}}",
		"one.yml", "aliases: {S: [$.one]}\nrules: {r2: {given: '#S', then: {function: truthy}}, r3: {given: '#S', then: {function: truthy}}}",
		"two.yml", "aliases: {S: [$.two]}\nrules: {r4: {given: '#S[*]', then: {function: truthy}}}",
	), "r.yml")
	if err != nil || slices.ContainsFunc(set.Problems, func(p rules.Problem) bool { return p.Stops }) {
		t.Fatal(err, set.Problems)
	}
	if got, want := effective(t, set, "a.yaml"), "r1:warn $.mine.x; r2:error $.one; r3:warn $.mine; r4:warn $.two[*]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestScopedAliases holds that the last target that is for a format of the
// document counts.
func TestScopedAliases(t *testing.T) {
	set, err := rules.Load(files("r.yml", `
aliases: {P: {targets: [{formats: [oas3], given: [$.three]}, {formats: [oas3_1], given: ["$.one", "$.two"]}, {formats: [oas2], given: [$.two]}]}}
rules: {r: {given: ["#P.x", $.always], then: {function: truthy}}}`), "r.yml")
	if err != nil || len(set.Problems) > 0 {
		t.Fatal(err, set.Problems)
	}
	rule := set.Rules["r"]
	for formats, want := range map[string]string{"oas3": "$.three.x,$.always", "oas3 oas3_1": "$.one.x,$.two.x,$.always", "oas2": "$.two.x,$.always", "": "$.always"} {
		has := map[string]bool{}
		for _, f := range strings.Fields(formats) {
			has[f] = true
		}
		if got := strings.Join(rule.GivenFor(has), ","); got != want {
			t.Errorf("%q: %s, want %s", formats, got, want)
		}
	}
}

// TestWhatSpectralRefuses holds the faults that a strict run refuses, and those
// that Spectral takes.
func TestWhatSpectralRefuses(t *testing.T) {
	const rule = "rules: {r: {given: $, then: {function: truthy}%s}}\n"
	with := func(more string) string { return strings.Replace(rule, "%s", more, 1) }
	for text, refused := range map[string]bool{
		with(""):                         false,
		with(", documentationUrl: nope"): true,
		with(", documentationUrl: 'http://host'"):                               true,
		with(", documentationUrl: 'https://e.org/a#b'"):                         false,
		with(", type: lint"):                                                    true,
		with(", type: style, tags: [a]"):                                        false,
		with(", enabled: true"):                                                 true,
		with(", formats: oas3"):                                                 true,
		with(", message: 1"):                                                    true,
		with(", x-mine: 1"):                                                     false,
		with("") + "x-mine: 1\n":                                                false,
		with("") + "mine: 1\n":                                                  true,
		with("") + "documentationUrl: nope\n":                                   true,
		with("") + "parserOptions: {duplicateKeys: warn}\n":                     false,
		with("") + "parserOptions: {duplicateKey: warn}\n":                      true,
		with("") + "aliases: {A: $.a}\n":                                        true,
		with("") + "aliases: {A: ['#B']}\n":                                     true,
		with("") + "aliases: {A: {targets: [{given: [$.a]}]}}\n":                true,
		with("") + "aliases: {A: {targets: [{formats: [oas3], given: $.a}]}}\n": true,
		"extends: b.yml\nrules: {b: 1}\n":                                       true,
		"extends: b.yml\nrules: {b: warn}\n":                                    false,
	} {
		set, err := rules.Load(files("r.yml", text, "b.yml", "rules: {b: {given: $, then: {function: truthy}}}\noverrides: [{files: [x.yml], rules: {b: off}}]\n"), "r.yml")
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.ContainsFunc(set.Problems, func(p rules.Problem) bool { return !p.Accepted }); got != refused {
			t.Errorf("refused %t, want %t (%v):\n%s", got, refused, set.Problems, text)
		}
	}
}
