//go:build integration

package integration

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/yamltree"
)

// TestRulesetDuel changes rulesets at random and runs them by triallint and by
// Spectral on the same description: where Spectral runs a ruleset, the findings
// are the same, rule by rule and line by line, or the rule is listed as not
// checked; what Spectral refuses is not passed over in silence either.
// TRIALWEAVE_RULESETS says how many are changed, TRIALWEAVE_SEED repeats a run.
func TestRulesetDuel(t *testing.T) {
	count, dice := fromEnv(t, "TRIALWEAVE_RULESETS", 500), rand.New(rand.NewPCG(seedOf(t), 3))
	bases, oracle, dir := rulesetBases(t), startDuel(t), t.TempDir()
	description := filepath.Join(dir, "api.json")
	save(t, description, load(t, filepath.Join(governance, "spectral", "nine-rules", "00-clean.json")))
	refused, theirs, missed := 0, 0, 0
	for i := range count {
		base := bases[dice.IntN(len(bases))]
		doc, err := yamltree.Parse(base, load(t, base), nil)
		if err != nil || len(doc.Root.Items) == 0 {
			continue
		}
		m := rulesetMutator{mutator{Rand: dice}}
		ruleset := filepath.Join(dir, fmt.Sprintf("r%d.yaml", i))
		save(t, ruleset, m.json(m.mutateRules(doc.Root)))
		found := oracle.lint(t, description, ruleset)
		ours, faults := duelRuleset(t, description, ruleset)
		if len(found) == 1 && found[0].Rule == "failed" {
			refused++
			if len(faults) == 0 && m.deviates(found[0]) == "" {
				missed++
				t.Errorf("ruleset %d of %s, %s: Spectral refuses it, ours runs it in silence: %.300s", i, filepath.Base(base), m.what, found[0].Message)
			}
			continue
		}
		theirs += len(found)
		missed += compareRuns(t, fmt.Sprintf("ruleset %d of %s, %s", i, filepath.Base(base), m.what), &m, found, ours)
	}
	t.Logf("%d rulesets, %d refused by Spectral, %d findings of Spectral; %d differences", count, refused, theirs, missed)
	if theirs == 0 || refused == count {
		t.Errorf("%d findings of Spectral, %d rulesets refused: too few to tell", theirs, refused)
	}
}

// compareRuns reports the findings that only one of the two has.
func compareRuns(t *testing.T, name string, m *rulesetMutator, theirs, ours []duelFinding) (missed int) {
	t.Helper()
	unchecked := func(rule string) bool {
		return slices.ContainsFunc(ours, func(o duelFinding) bool {
			return o.Rule == "unchecked" && (strings.HasPrefix(o.Message, rule+": ") || strings.HasPrefix(o.Message, ": "))
		})
	}
	for _, f := range theirs {
		if f.Rule != "parser" && f.Rule != "unrecognized-format" && !f.among(ours) && !unchecked(f.Rule) && m.deviates(f) == "" {
			missed++
			t.Errorf("%s: Spectral alone has %s in line %d: %s", name, f.Rule, f.Line, f.Message)
		}
	}
	for _, o := range ours {
		if isCheck(o.Rule) || o.among(theirs) || m.deviates(o) != "" {
			continue
		}
		missed++
		t.Errorf("%s: ours alone has %s in line %d: %s", name, o.Rule, o.Line, o.Message)
	}
	return missed
}

// isCheck reports whether a finding is not that of a rule.
func isCheck(rule string) bool {
	return rule == "unchecked" || rule == "unrecognized-format" || slices.ContainsFunc(lint.Checks(), func(c lint.Check) bool { return c.ID == rule })
}

// duelRuleset runs a ruleset, and lists what a strict run refuses or a run does
// not check.
func duelRuleset(t testing.TB, description, ruleset string) (findings, faults []duelFinding) {
	t.Helper()
	findings = duelOurs(t, description, ruleset)
	for _, f := range findings {
		if f.Rule == "unchecked" || f.Rule == "ruleset-fault" {
			faults = append(faults, f)
		}
	}
	corpus, err := lint.Load(os.DirFS(filepath.Dir(description)), []string{filepath.Base(description)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = lint.Run(context.Background(), corpus, &lint.Options{
		Rulesets: []lint.RulesetUse{{Ruleset: filepath.Base(ruleset)}}, RulesetFiles: os.DirFS(filepath.Dir(ruleset)), Strict: true,
	})
	if err != nil {
		faults = append(faults, duelFinding{Rule: "strict", Message: err.Error()})
	}
	return findings, faults
}

// rulesetBases are the rulesets that are changed: those that need nothing but
// themselves and Spectral.
func rulesetBases(t testing.TB) (out []string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(governance, "spectral", "rulesets", "*.yml"))
	for _, file := range files {
		if text := string(load(t, file)); !strings.Contains(text, "functions:") && !strings.Contains(text, "./") && !strings.Contains(filepath.Base(file), "extends-") {
			out = append(out, file)
		}
	}
	if len(out) < 10 {
		t.Skip("the rulesets are not at hand")
	}
	return append(out, nineRules(t))
}

// rulesetMutator changes rulesets.
type rulesetMutator struct{ mutator }

// mutateRules changes a rule in the way of its kind, or anything at random.
func (m *rulesetMutator) mutateRules(root *yamltree.Node) *yamltree.Node {
	rules := root.Lookup("rules")
	if m.IntN(3) == 0 || rules == nil || rules.Kind != yamltree.Mapping || len(rules.Items) == 0 {
		return m.mutate(root)
	}
	i := m.IntN(len(rules.Items))
	rule, at := rules.Items[i], []string{"rules", rules.Keys[i].Name}
	text := func(s string) *yamltree.Node { return &yamltree.Node{Kind: yamltree.String, Text: s} }
	if rule.Kind != yamltree.Mapping {
		m.what = "severity"
		return replaced(root, at, text([]string{"error", "warn", "info", "hint", "off"}[m.IntN(5)]))
	}
	then := rule.Lookup("then")
	switch m.IntN(4) {
	case 0:
		if given, ok := rule.Lookup("given").StringValue(); ok {
			paths := []string{given + ".*", given + "[*]", given + "^", given + "~", "$.." + strings.TrimLeft(given, "$."), "$", "$.info", "$.paths[*]", "$..parameters[?(@.in == 'query')]", "$..[?(@.type)]"}
			path := paths[m.IntN(len(paths))]
			m.what = "given " + path
			return replaced(root, append(at, "given"), text(path))
		}
	case 1:
		if then != nil && then.Kind == yamltree.Mapping {
			name := []string{"truthy", "falsy", "defined", "undefined", "pattern", "casing", "length", "enumeration", "xor", "alphabetical", "schema"}[m.IntN(11)]
			m.what = "function " + name
			return replaced(root, append(at, "then", "function"), text(name))
		}
	case 2:
		if then.Lookup("field") != nil {
			name := []string{"description", "@key", "name", "title", "info.title", "0", "$.name"}[m.IntN(7)]
			m.what = "field " + name
			return replaced(root, append(at, "then", "field"), text(name))
		}
	}
	return m.mutate(root)
}

// deviates says why a difference is one.
func (m *rulesetMutator) deviates(f duelFinding) string {
	switch {
	case strings.Contains(m.what, "~[") || strings.Contains(m.what, "~."):
		return "a key has no members; Spectral goes on from its value"
	case strings.Contains(f.Message, "undefined") && strings.Contains(f.Message, "reading"):
		return "Spectral fails on a member of nothing"
	case strings.Contains(f.Message, "Nimma"), strings.HasPrefix(f.Message, "TypeError"):
		return "Spectral fails where an expression does"
	}
	return ""
}
