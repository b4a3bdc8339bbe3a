package lint_test

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// deviations are the rulesets where our answer is not Spectral's, and why;
// each is louder than Spectral, or does what Spectral fails to do.
func deviations() map[string]string {
	return map[string]string{
		"extends-off-spectralrule.yml": "the rule path-params is Spectral's and runs; both find nothing here",
		"js-typeof.yml":                "Spectral fails on typeof in a filter; here it works as in JavaScript",
		"functions.yml":                "functions in JavaScript are not run: the rule is unchecked, exit status 2",
	}
}

var recordedRuleset = regexp.MustCompile(`(?ms)^== (\S+)\n(.*?)\s+rc=(\d)$`)

// TestParityRulesets compares the answers to 34 small rulesets on one clean
// document: the same findings where Spectral has findings; where Spectral
// fails, a rule or ruleset that is unchecked.
func TestParityRulesets(t *testing.T) {
	files := governanceFS(t)
	text, err := fs.ReadFile(files, "spectral/rulesets.spectral-6.16.3.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := recordedRuleset.FindAllStringSubmatch(string(text), -1)
	if len(all) != 34 {
		t.Fatalf("%d recorded answers, want 34", len(all))
	}
	for _, m := range all {
		name, answer, status := m[1], m[2], m[3]
		t.Run(name, func(t *testing.T) {
			if why, ok := deviations()[name]; ok {
				t.Logf("deviation: %s", why)
			}
			r := lintFile(t, files, "spectral/nine-rules/00-clean.json", files, "spectral/rulesets/"+name)
			if status == "2" {
				if len(r.Unchecked) == 0 && deviations()[name] == "" {
					t.Errorf("Spectral says %q, ours checks everything", answer)
				}
				return
			}
			if name == "functions.yml" {
				if len(r.Unchecked) != 1 {
					t.Errorf("unchecked: %v", r.Unchecked)
				}
				return
			}
			compareAnswer(t, answer, keys(r))
			if len(r.Unchecked) > 0 {
				t.Errorf("unchecked: %v", r.Unchecked)
			}
		})
	}
}

func compareAnswer(t *testing.T, answer string, got []string) {
	t.Helper()
	var want []spectralResult
	if err := json.Unmarshal([]byte(strings.ReplaceAll(answer, "\t", " ")), &want); err != nil {
		t.Fatal(err)
	}
	keys := spectralKeys(want)
	slices.Sort(keys)
	if diff := cmp.Diff(keys, got); diff != "" {
		t.Errorf("differs from Spectral (-spectral +ours):\n%s", diff)
	}
}
