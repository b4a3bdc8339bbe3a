//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// TestVacuumItself holds that a ruleset that triallint runs in vacuum has the
// findings of vacuum's own command of the same version, rule by rule and line by
// line, but for the rules that triallint lists as not checked: by all rulesets at
// hand on all OpenAPI descriptions, or a sample of both that TRIALWEAVE_SEED
// repeats.
func TestVacuumItself(t *testing.T) {
	c := &enginesCompared{ours: triallint(t), theirs: vacuum(t)}
	rulesets, descriptions, big := engineRulesets(t), duelDescriptions(t), bigDescriptions(t)
	dice := rand.New(rand.NewPCG(seedOf(t), 22))
	for _, ruleset := range rulesets {
		dice.Shuffle(len(descriptions), func(a, b int) { descriptions[a], descriptions[b] = descriptions[b], descriptions[a] })
		for _, description := range descriptions[:portion.Count(1, len(descriptions))] {
			c.compare(t, ruleset, description)
		}
	}
	for _, ruleset := range rulesets[len(rulesets)-portion.Count(1, 3):] {
		for _, description := range portion.Of(big, 1) {
			c.compare(t, ruleset, description)
		}
	}
	compared, found, refused := c.compared, c.found, c.refused
	t.Logf("%d runs compared, %d of rulesets that vacuum refuses, %d findings of vacuum", compared, refused, found)
	if found == 0 || refused == compared {
		t.Errorf("%d findings of vacuum, %d of %d runs refused: too few to tell", found, refused, compared)
	}
}

// enginesCompared counts what was compared.
type enginesCompared struct {
	ours, theirs             string
	compared, found, refused int
}

// compare runs a ruleset on a description by both.
func (c *enginesCompared) compare(t *testing.T, ruleset, description string) {
	t.Helper()
	want, ok := vacuumFindings(t, c.theirs, ruleset, description)
	got := engineFindings(t, c.ours, ruleset, description)
	c.compared++
	if ok {
		c.found += len(want)
		again := func() map[place]string {
			found, _ := vacuumFindings(t, c.theirs, ruleset, description)
			return found
		}
		compareEngines(t, fmt.Sprintf("%s on %s", ruleset, description), want, got, again)
		return
	}
	c.refused++
	if len(got.unchecked) == 0 {
		t.Errorf("%s on %s: vacuum refuses it, ours runs it in silence", ruleset, description)
	}
}

// engineRulesets are the rulesets at hand, and vacuum's own.
func engineRulesets(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, pattern := range []string{"spectral/rulesets/*.yml", "siblings/*/rules/*.yml", "clinical-trials-gov/rules/*.yml"} {
		files, _ := filepath.Glob(filepath.Join(governance, pattern))
		out = append(out, files...)
	}
	if len(out) < 30 {
		t.Fatalf("%d rulesets at hand, expected more", len(out))
	}
	own := filepath.Join(t.TempDir(), "own.yml")
	save(t, own, []byte("extends: [[vacuum:oas, all], [vacuum:owasp, all]]\n"))
	return append(out, own, nineRules(t))
}

// compareEngines reports the findings that only one of the two has. Where they
// differ vacuum is asked again: some of its rules find something else each time,
// as operation-parameters does with the line of a parameter that occurs twice.
func compareEngines(t *testing.T, name string, want map[place]string, got engineReport, again func() map[place]string) {
	t.Helper()
	missed, more := onlyIn(want, got.findings), onlyIn(got.findings, want)
	maps.DeleteFunc(missed, func(at place, _ string) bool { return got.unchecked[at.rule] })
	maps.DeleteFunc(more, func(at place, _ string) bool { return isCheck(at.rule) || comparesExamples(at.rule) && isBig(name) })
	for range 12 {
		if len(missed) == 0 && len(more) == 0 {
			return
		}
		found := again()
		maps.DeleteFunc(missed, func(at place, _ string) bool { _, still := found[at]; return !still })
		maps.DeleteFunc(more, func(at place, _ string) bool { _, now := found[at]; return now })
	}
	for at, message := range missed {
		t.Errorf("%s: vacuum alone has %s in line %d: %s", name, at.rule, at.line, message)
	}
	for at, message := range more {
		t.Errorf("%s: ours alone has %s in line %d: %s", name, at.rule, at.line, message)
	}
}

// comparesExamples reports whether a rule compares examples with schemas, which
// vacuum's own command leaves off in silence after ten seconds.
func comparesExamples(rule string) bool { return rule == "oas3-valid-schema-example" }

// isBig reports whether a comparison is of a description of several megabytes.
func isBig(name string) bool {
	return strings.HasSuffix(name, "gh.json") || strings.HasSuffix(name, "stripe.yaml")
}

// onlyIn are the findings of one that the other has not.
func onlyIn(one, other map[place]string) map[place]string {
	out := maps.Clone(one)
	maps.DeleteFunc(out, func(at place, _ string) bool { _, both := other[at]; return both })
	return out
}

// place is where a rule found something.
type place struct {
	rule string
	line int
}

// vacuumFindings runs vacuum's command, and reports whether it took the ruleset.
func vacuumFindings(t testing.TB, command, ruleset, description string) (map[place]string, bool) {
	t.Helper()
	ruleset, description = absolutePath(t, ruleset), absolutePath(t, description)
	cmd := exec.CommandContext(t.Context(), command, "spectral-report", "-o", "-q", "--no-update-check", "--remote=false", "--timeout", "600", "--lookup-timeout", "60000", "--ruleset", ruleset, description)
	cmd.Dir = filepath.Dir(ruleset)
	out, err := cmd.Output()
	var results []struct {
		Code, Message string
		Range         struct{ Start struct{ Line int } }
	}
	if json.Unmarshal(out, &results) != nil {
		t.Logf("%s on %s: vacuum says %.200s %v", ruleset, description, out, err)
		return nil, false
	}
	found := map[place]string{}
	for _, r := range results {
		found[place{r.Code, r.Range.Start.Line}] = r.Message
	}
	return found, true
}

// engineReport is what triallint reports.
type engineReport struct {
	findings  map[place]string
	unchecked map[string]bool
}

// engineFindings runs triallint with vacuum as its engine.
func engineFindings(t testing.TB, command, ruleset, description string) engineReport {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command, "--engine", "vacuum", "--ruleset", ruleset, "--format", "json", "--fail-on", "never", description)
	out, err := cmd.Output()
	var report struct {
		Findings []struct {
			Rule, Message string
			Range         struct{ Start struct{ Line int } }
		}
		Unchecked []struct {
			Rule, Why string
			Aside     bool
		}
	}
	if json.Unmarshal(out, &report) != nil {
		t.Fatalf("%s on %s: triallint prints no report: %v\n%.300s", ruleset, description, err, out)
	}
	r := engineReport{map[place]string{}, map[string]bool{}}
	for _, f := range report.Findings {
		r.findings[place{f.Rule, f.Range.Start.Line}] = f.Message
	}
	for _, u := range report.Unchecked {
		if !u.Aside {
			r.unchecked[u.Rule] = true
		}
	}
	return r
}

func absolutePath(t testing.TB, name string) string {
	t.Helper()
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
