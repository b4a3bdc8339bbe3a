package lint_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestParityOAS compares the answers of spectral:oas on descriptions that break
// most of its rules with those that Spectral gave.
func TestParityOAS(t *testing.T) {
	dir := "../testdata/governance/spectral-oas"
	ruleset := t.TempDir()
	if err := os.WriteFile(ruleset+"/all.yml", []byte("extends: [[spectral:oas, all]]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	rules := map[string]bool{}
	for _, name := range []string{"oas2", "oas30", "oas31"} {
		answers, err := os.ReadFile(dir + "/" + name + ".answers.txt")
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for line := range strings.Lines(string(answers)) {
			line = strings.TrimSuffix(line, "\n")
			want = append(want, line)
			rule, _, _ := strings.Cut(line, " ")
			rules[rule] = true
		}
		slices.Sort(want)
		r := lintFile(t, os.DirFS(dir), name+".yml", os.DirFS(ruleset), "all.yml")
		if diff := cmp.Diff(want, keys(r)); diff != "" {
			t.Errorf("%s differs from Spectral (-spectral +ours):\n%s", name, diff)
		}
		if len(r.Unchecked) > 0 {
			t.Errorf("%s: unchecked %v", name, r.Unchecked)
		}
	}
	t.Logf("%d rules of spectral:oas are exercised", len(rules))
}
