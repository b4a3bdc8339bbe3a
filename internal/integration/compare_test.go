//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// comparedRule is a difference as triallint rules compare prints it.
type comparedRule struct {
	Rule, Kind, Why, Example, Rewrite string
	Spectral, Vacuum                  []int
}

// TestCompareIsTrue holds that what triallint rules compare says of rules is what
// the real Spectral and the real vacuum do: on the example each finds something in
// the lines that are named, and both read the other way to write the rule alike.
// The rulesets are a small one of ours, and those at hand or a sample of them.
func TestCompareIsTrue(t *testing.T) {
	descriptions := duelDescriptions(t)
	rulesets := engineRulesets(t)
	dice := rand.New(rand.NewPCG(seedOf(t), 23))
	dice.Shuffle(len(rulesets), func(a, b int) { rulesets[a], rulesets[b] = rulesets[b], rulesets[a] })
	rulesets = append([]string{absolutePath(t, "testdata/compare/rules.yml")}, rulesets[:portion.Count(4, len(rulesets))]...)
	j := &judge{ours: triallint(t), vacuum: vacuum(t), spectral: startDuel(t), dir: t.TempDir()}
	for _, ruleset := range rulesets {
		if !strings.HasSuffix(ruleset, "own.yml") { // vacuum's own rules are no rules of Spectral's
			j.ruleset(t, ruleset, descriptions[dice.IntN(len(descriptions))])
		}
	}
	t.Logf("%d differences of %d rulesets: %d examples and %d other ways of writing a rule were run by both", j.differences, len(rulesets), j.examples, j.rewrites)
	if j.examples < 8 || j.rewrites < 6 {
		t.Errorf("%d examples and %d rewritten rules are too few to tell", j.examples, j.rewrites)
	}
}

// judge asks the real ones.
type judge struct {
	ours, vacuum, dir               string
	spectral                        *duel
	differences, examples, rewrites int
}

func (j *judge) ruleset(t *testing.T, ruleset, description string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), j.ours, "rules", "compare", "--format", "json", "--ruleset", ruleset, description)
	out, err := cmd.Output()
	var found []comparedRule
	if json.Unmarshal(out, &found) != nil {
		t.Logf("%s is not compared: %v", ruleset, err)
		return
	}
	for i, d := range found {
		j.differences++
		if d.Example == "" || d.Kind == "place" {
			continue
		}
		example := filepath.Join(j.dir, fmt.Sprintf("%d", j.differences), "example.yml")
		save(t, example, []byte(d.Example))
		name := fmt.Sprintf("%s: %s (%s)\n%s", ruleset, d.Rule, d.Kind, d.Example)
		j.examples++
		if got, ok := j.bySpectral(t, ruleset, example, d.Rule); ok && !slices.Equal(got, d.Spectral) {
			t.Errorf("%s: Spectral finds it in the lines %v, ours says %v", name, got, d.Spectral)
		}
		if got, ok := j.byVacuum(t, ruleset, example, d.Rule); ok && !slices.Equal(got, d.Vacuum) {
			t.Errorf("%s: vacuum finds it in the lines %v, ours says %v", name, got, d.Vacuum)
		}
		if found[i].Rewrite != "" && !strings.Contains(d.Rewrite, "#") {
			j.rewritten(t, name, example, d)
		}
	}
}

// rewritten holds that a rule that is written in another way finds what it found
// in Spectral, and as much in vacuum.
func (j *judge) rewritten(t *testing.T, name, example string, d comparedRule) {
	t.Helper()
	j.rewrites++
	ruleset := filepath.Join(filepath.Dir(example), "rule.yml")
	save(t, ruleset, []byte("rules:\n  "+strings.ReplaceAll(d.Rewrite, "\n", "\n  ")+"\n"))
	if got, ok := j.bySpectral(t, ruleset, example, d.Rule); !ok || !slices.Equal(got, d.Spectral) {
		t.Errorf("%s: by\n%s\nSpectral finds it in the lines %v, before in %v", name, d.Rewrite, got, d.Spectral)
	}
	if got, ok := j.byVacuum(t, ruleset, example, d.Rule); !ok || len(got) != len(d.Spectral) {
		t.Errorf("%s: by\n%s\nvacuum finds it in the lines %v, Spectral in %v", name, d.Rewrite, got, d.Spectral)
	}
}

// bySpectral are the lines in which Spectral finds something by a rule, and
// whether it takes the ruleset.
func (j *judge) bySpectral(t *testing.T, ruleset, example, rule string) ([]int, bool) {
	t.Helper()
	out := []int{}
	for _, f := range j.spectral.lint(t, example, ruleset) {
		if f.Rule == rule {
			out = append(out, f.Line)
		}
		if f.Rule == "failed" {
			return nil, false
		}
	}
	slices.Sort(out)
	return slices.Compact(out), true
}

// byVacuum are the lines in which vacuum finds something by a rule, without its
// saying there that it cannot run it, and whether it takes the ruleset.
func (j *judge) byVacuum(t *testing.T, ruleset, example, rule string) ([]int, bool) {
	t.Helper()
	out := []int{}
	found, ok := vacuumFindings(t, j.vacuum, ruleset, example)
	for at, message := range found {
		if at.rule == rule && at.line > 0 && !strings.Contains(message, "cannot be compiled into a regular expression") {
			out = append(out, at.line)
		}
	}
	slices.Sort(out)
	return out, ok
}
