package rules_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/rules"
)

func files(pairs ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return out
}

func ExampleLoad() {
	set, err := rules.Load(files("r.yml", `
extends: [[spectral:oas, off]]
rules:
  info-contact: error
  mine: {given: $.info, severity: hint, then: {field: title, function: truthy}}
`), "r.yml")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, rule := range set.Enabled() {
		fmt.Println(rule.ID, rule.Severity, rule.Given)
	}
	// Output:
	// info-contact error [$]
	// mine hint [$.info]
}

const base = `
aliases: {Op: ["$.paths[*][get,post]"]}
rules:
  a: {given: "#Op.tags", then: {function: truthy}}
  b: {given: $.b, recommended: false, severity: error, then: {function: truthy}}
  c: {given: $.c, severity: off, then: {function: truthy}}
`

func TestExtends(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"plain":       {`extends: base/b.yml`, "a:warn"},
		"all":         {`extends: [[base/b.yml, all]]`, "a:warn b:error"},
		"off":         {`{extends: [[base/b.yml, off]], rules: {b: true}}`, "b:error"},
		"severity":    {`{extends: base/b.yml, rules: {a: error, b: hint, c: info}}`, "a:error b:hint c:info"},
		"false":       {`{extends: base/b.yml, rules: {a: false}}`, ""},
		"off by word": {`{extends: base/b.yml, rules: {a: "off"}}`, ""},
		"definition":  {`{extends: base/b.yml, rules: {a: {severity: hint}}}`, "a:hint"},
		"alias":       {`{extends: base/b.yml, aliases: {Op: [$.x]}, rules: {d: {given: "#Op", then: {function: truthy}}}}`, "a:warn d:warn"},
	} {
		set, err := rules.Load(files("r.yml", tt.text, "base/b.yml", base), "r.yml")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, rule := range set.Enabled() {
			got = append(got, rule.ID+":"+rule.Severity.String())
		}
		refused := name == "definition" // Spectral wants given and then there
		if s := strings.Join(got, " "); s != tt.want || len(set.Problems) > 0 != refused {
			t.Errorf("%s: enabled %q (%v), want %q", name, s, set.Problems, tt.want)
		}
	}
}

func TestAliasesAreWrittenOut(t *testing.T) {
	set, err := rules.Load(files("r.yml", base), "r.yml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"$.paths[*][get,post].tags"}, set.Rules["a"].Given); diff != "" {
		t.Error(diff)
	}
}

// TestProblems holds that each fault names file, line and rule, and whether it
// stops something.
func TestProblems(t *testing.T) {
	for name, tt := range map[string]struct {
		text, want string
		stops      bool
	}{
		"files is a text":       {"overrides:\n  - files: x\n    rules: {x: {given: $, then: {function: truthy}}}", "r.yml:2:5 #/overrides/0/files: files is a string, which Spectral refuses", false},
		"exception is a text":   {"rules: {x: {given: $, then: {function: truthy}}}\nexcept:\n  a.yaml: x", "r.yml:3:3 #/except/a.yaml: the exception is a string, which Spectral refuses", false},
		"unknown override key":  {"overrides:\n  - files: [\"*\"]\n    extra: 1\n    rules: {x: {given: $, then: {function: truthy}}}", "r.yml:3:5 #/overrides/0/extra: unknown key \"extra\" of an override", false},
		"unknown top-level key": {"method: x\nrules: {}", "r.yml:1:1 #/method: unknown key \"method\"", false},
		"unknown rule key":      {"rules:\n  x: {given: $, severty: error, then: {function: truthy}}", "r.yml:2:17 #/rules/x/severty: unknown key \"severty\" of a rule", true},
		"unknown then key":      {"rules:\n  x: {given: $, then: {feild: a, function: truthy}}", "r.yml:2:24 #/rules/x/then/feild: unknown key \"feild\" beside the function", false},
		"severity":              {"rules:\n  x: {given: $, severity: fatal, then: {function: truthy}}", "unknown severity \"fatal\"", true},
		"no given":              {"rules:\n  x: {then: {function: truthy}}", "r.yml:2:3 #/rules/x: the rule has no given or no then", true},
		"no then":               {"rules:\n  x: {given: $}", "the rule has no given or no then", true},
		"no function":           {"rules:\n  x: {given: $, then: {field: a}}", "then names no function", true},
		"missing file":          {"extends: [nope.yml]\nrules: {}", "r.yml:1:11 #/extends/0: cannot extend \"nope.yml\"", true},
		"package":               {"extends: \"@a/b\"\nrules: {}", "no package @a/b in node_modules", true},
		"remote":                {"extends: https://example.org/r.yml\nrules: {}", "remote rulesets are read with --allow-remote HOST only", true},
		"not carried":           {"extends: spectral:other\nrules: {}", "this set of Spectral's is not carried", true},
		"loop":                  {"extends: r.yml\nrules: {}", "extends itself", true},
		"outside":               {"extends: ../../r.yml\nrules: {}", "cannot extend \"../../r.yml\"", true},
		"mode":                  {"extends: [[spectral:oas, some]]\nrules: {}", "unknown mode \"some\"", true},
		"alias":                 {"rules:\n  x: {given: \"#Nope\", then: {function: truthy}}", "alias #Nope is not defined", true},
		"alias loop":            {"aliases: {A: [\"#B\"], B: [\"#A\"]}\nrules:\n  x: {given: \"#A\", then: {function: truthy}}", "leads back to itself", true},
		"inherited":             {"rules: {x: error}", "rule \"x\" is not defined in any extended ruleset", true},
		"duplicate":             {"rules: {}\nrules: {}", "r.yml:2:1 #/rules: key \"rules\" occurs twice", false},
	} {
		set, err := rules.Load(files("r.yml", tt.text), "r.yml")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(set.Problems) != 1 || !strings.Contains(set.Problems[0].Error(), tt.want) || set.Problems[0].Stops != tt.stops {
			t.Errorf("%s: problems %v, want one with %q (stops: %v)", name, set.Problems, tt.want, tt.stops)
		}
		if tt.stops && set.Problems[0].Rule == "" && name != "duplicate" {
			t.Errorf("%s: the problem names no rule: %v", name, set.Problems[0])
		}
	}
}

func TestNoRuleset(t *testing.T) {
	for _, text := range []string{"", "a: 1", "rules: [a]\n", "[", "- a"} {
		set, err := rules.Load(files("r.yml", text), "r.yml")
		if err == nil && len(set.Problems) == 0 {
			t.Errorf("%q is taken for a ruleset", text)
		}
	}
}

// TestRecordedRulesets loads the rulesets of the other repositories: whatever
// is wrong with them, it has a place.
func TestRecordedRulesets(t *testing.T) {
	root := "../../shared/data/governance"
	if _, err := os.Stat(root); err != nil {
		t.Skip("../shared is absent: public rulesets were not read")
	}
	tree := os.DirFS(root)
	for _, name := range []string{
		"clinical-trials-gov/rules/clinical-trials-gov-rules.yml", "siblings/github/rules/github-spectral-rules.yml",
		"siblings/cloudbees/rules/cloudbees-rules.yml", "siblings/openfda/_head/rules/openfda-jsonschema-spectral-rules.yml",
	} {
		set, err := rules.Load(tree, name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, p := range set.Problems {
			if p.Fault.Line == 0 {
				t.Errorf("%s: problem without a line: %v", name, &p)
			}
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(base)
	f.Add("extends: [[spectral:oas, all]]\nrules: {x: 1, y: {given: [], then: []}}\noverrides: [{files: ['*'], rules: {x: off}}]")
	f.Fuzz(func(_ *testing.T, text string) {
		_, _ = rules.Load(files("r.yml", text), "r.yml")
	})
}
