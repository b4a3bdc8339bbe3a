package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/trialweave/trialweave/proof"
)

// rulesMutateCmd changes rulesets and looks whether fixtures notice.
type rulesMutateCmd struct {
	Paths       []string `arg:"" optional:"" name:"PATH" help:"Files or folders that fixtures are made from, without --fixtures; default: this folder."`
	Ruleset     []string `help:"Ruleset to change: a file, or a bundled one by name. Default: what a run would use." placeholder:"FILE"`
	Fixtures    string   `help:"Folder that rules prove --write wrote. Default: the documents that rules prove would write." placeholder:"DIR"`
	Format      string   `help:"text or json." enum:"text,json" default:"text"`
	MinCoverage float64  `help:"Least share of changes that a fixture notices, in percent; below it the exit status is 1." placeholder:"N"`
	Inherited   bool     `help:"Change the rules of bundled rulesets that are inherited, too."`
	allowing
}

// mutatedRule is a rule in the JSON form.
type mutatedRule struct {
	Rule      string   `json:"rule"`
	From      string   `json:"from"`
	Mutants   int      `json:"mutants"`
	Killed    int      `json:"killed"`
	Survivors []string `json:"survivors"`
}

// Run changes the rules and prints the changes that nothing noticed.
func (c *rulesMutateCmd) Run(ctx context.Context, std *streams) error {
	p, err := openProving(ctx, c.Paths, c.Ruleset, &c.allowing)
	if err != nil {
		return err
	}
	defer c.allowing.close()
	p.opts.Inherited = c.Inherited
	fixtures, err := c.fixtures(ctx, p)
	if err != nil {
		return err
	}
	s, err := proof.Mutate(ctx, p.corpus, p.opts, fixtures)
	if err != nil {
		return err
	}
	p.workspace.showUnchecked(std, s.Unchecked)
	for _, f := range s.Failed {
		std.note("%s", f)
	}
	if err := printSurvivors(std.out, p.workspace, s, c.Format); err != nil {
		return err
	}
	switch {
	case len(s.Unchecked) > 0:
		return errUnchecked
	case len(s.Failed) > 0:
		return errFindings
	case s.Score() < c.MinCoverage:
		std.note("%.0f %% of the changes are noticed, fewer than --min-coverage %g", s.Score(), c.MinCoverage)
		return errFindings
	}
	return nil
}

func (c *rulesMutateCmd) fixtures(ctx context.Context, p *proving) ([]proof.Fixture, error) {
	if c.Fixtures != "" {
		fixtures, err := proof.ReadFixtures(os.DirFS(c.Fixtures))
		if err != nil {
			return nil, fmt.Errorf("--fixtures %s: %w\nhint: triallint rules prove --write writes such a folder", c.Fixtures, err)
		}
		return fixtures, nil
	}
	result, err := proof.Prove(ctx, p.corpus, p.opts)
	if err != nil {
		return nil, err
	}
	return result.Fixtures(ctx), nil
}

func printSurvivors(w io.Writer, ws *workspace, s *proof.Survival, format string) error {
	if format == "json" {
		return writeJSON(w, jsonSurvivors(ws, s))
	}
	killed, all := 0, 0
	for _, r := range s.Rules {
		killed += r.Killed()
		all += len(r.Mutants)
		fmt.Fprintf(w, "%3d of %3d  %s  (%s)\n", r.Killed(), len(r.Mutants), r.Rule, ws.shown(r.From))
		for _, m := range r.Mutants {
			if m.KilledBy == "" {
				fmt.Fprintf(w, "            unnoticed: %s\n", m.Change)
			}
		}
	}
	_, err := fmt.Fprintf(w, "\n%d of %d changes are noticed by a fixture\n", killed, all)
	return err
}

func jsonSurvivors(ws *workspace, s *proof.Survival) []mutatedRule {
	out := []mutatedRule{}
	for _, r := range s.Rules {
		rule := mutatedRule{Rule: r.Rule, From: ws.shown(r.From), Mutants: len(r.Mutants), Killed: r.Killed(), Survivors: []string{}}
		for _, m := range r.Mutants {
			if m.KilledBy == "" {
				rule.Survivors = append(rule.Survivors, m.Change)
			}
		}
		out = append(out, rule)
	}
	return out
}
