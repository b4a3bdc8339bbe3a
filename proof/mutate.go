package proof

import (
	"context"
	"fmt"
	"slices"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
)

// Mutant is a rule with one change, and the fixture that shows the difference.
type Mutant struct {
	Change string
	// KilledBy is the fixture on which the changed rule finds something else;
	// empty where none does.
	KilledBy string
}

// RuleMutants are the mutants of one rule.
type RuleMutants struct {
	Rule, From string
	Mutants    []Mutant
}

// Killed counts the mutants that a fixture kills.
func (r *RuleMutants) Killed() int {
	n := 0
	for _, m := range r.Mutants {
		if m.KilledBy != "" {
			n++
		}
	}
	return n
}

// Survival is what was found out about the fixtures of rulesets.
type Survival struct {
	Rules []RuleMutants
	// Failed are the fixtures that the rulesets themselves contradict.
	Failed []string
	// Unchecked is what could not be loaded or run.
	Unchecked []report.Unchecked
}

// Score is the share of the mutants that are killed, in percent; 100 where
// there are none.
func (s *Survival) Score() float64 {
	killed, all := 0, 0
	for i := range s.Rules {
		killed += s.Rules[i].Killed()
		all += len(s.Rules[i].Mutants)
	}
	if all == 0 {
		return 100
	}
	return 100 * float64(killed) / float64(all)
}

// Mutate changes each rule of the rulesets in one place at a time and tells
// which changes no fixture notices. Its error is that of ctx.
func Mutate(ctx context.Context, c *lint.Corpus, opts *Options, fixtures []Fixture) (*Survival, error) {
	p, err := newProver(c, opts)
	if err != nil {
		return nil, err
	}
	out := &Survival{Rules: make([]RuleMutants, len(p.subjects)), Unchecked: p.unchecked}
	failed := make([][]string, len(p.subjects))
	err = parallel(ctx, len(p.subjects), p.opts.Workers, func(i int) error {
		s := p.subjects[i]
		var mine []Fixture
		for _, f := range fixtures {
			if f.Rule == s.rule.ID {
				mine = append(mine, f)
			}
		}
		out.Rules[i], failed[i] = mutateRule(ctx, s, mine)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	for i, s := range p.subjects {
		out.Failed = append(out.Failed, failed[i]...)
		if s.broken != nil {
			out.Unchecked = append(out.Unchecked, report.Unchecked{Rule: s.rule.ID, File: s.rule.From.File, Why: s.broken.Error()})
		}
	}
	return out, nil
}

func mutateRule(ctx context.Context, s subject, fixtures []Fixture) (out RuleMutants, failed []string) {
	rule := s.rule
	out = RuleMutants{Rule: rule.ID, From: place(rule)}
	trial := compiled(rule, s.set.Functions)
	for _, f := range fixtures {
		if got := findings(ctx, trial, f.document()); !slices.Equal(got, f.Findings) {
			failed = append(failed, fmt.Sprintf("%s: %s finds %v, expected %v", f.File, rule.ID, got, f.Findings))
		}
	}
	for _, m := range mutants(rule) {
		killed := Mutant{Change: m.change}
		trial := compiled(m.rule, s.set.Functions)
		for _, f := range fixtures {
			if !slices.Equal(findings(ctx, trial, f.document()), f.Findings) {
				killed.KilledBy = f.File
				break
			}
		}
		out.Mutants = append(out.Mutants, killed)
	}
	return out, failed
}

// compiled is a rule that can run; nil for one that cannot.
func compiled(rule *rules.Rule, functions ruleset.Functions) *ruleset.Compiled {
	t, err := ruleset.Compile(rule, functions)
	if err != nil {
		return nil
	}
	return t
}

// findings is what a rule finds in a document, in order; a rule that cannot
// run finds nothing.
func findings(ctx context.Context, t *ruleset.Compiled, d *ruleset.Document) []Finding {
	if t == nil || d == nil || !applies(t, d) {
		return nil
	}
	looks, err := t.Looks(ctx, d)
	if err != nil {
		return nil
	}
	return findingsOf(t.Rule, looks)
}
