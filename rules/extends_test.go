package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/rules"
)

// TestRulesetsThatExtendEachOther holds that rulesets are read once, in
// however many ways one extends another.
func TestRulesetsThatExtendEachOther(t *testing.T) {
	dir := t.TempDir()
	const layers, wide = 30, 5
	for i := range layers {
		for j := range wide {
			var text strings.Builder
			fmt.Fprintf(&text, "rules: {r%d-%d: {given: $, then: {field: info, function: truthy}}}\noverrides:\n- {files: ['x.yml'], rules: {r%d-%d: off}}\n", i, j, i, j)
			if i+1 < layers {
				text.WriteString("extends:\n")
				for k := range wide {
					fmt.Fprintf(&text, "- r%d-%d.yml\n", i+1, k)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("r%d-%d.yml", i, j)), []byte(text.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	set, err := rules.Load(os.DirFS(dir), "r0-0.yml")
	if err != nil {
		t.Fatal(err)
	}
	if want := 1 + (layers-1)*wide; len(set.Rules) != want || len(set.Files) != want || len(set.Overrides) != 1 {
		t.Errorf("%d rules of %d files with %d overrides, want %d rules of as many files, and one override", len(set.Rules), len(set.Files), len(set.Overrides), want)
	}
}
