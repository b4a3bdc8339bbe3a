package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/trialweave/trialweave/lint"
)

// rulesListCmd lists what would run.
type rulesListCmd struct {
	Paths   []string `arg:"" optional:"" name:"PATH" help:"Files or folders; default: this folder."`
	Ruleset []string `help:"Ruleset to list." placeholder:"FILE"`
	Engine  string   `help:"What runs the rulesets: spectral or vacuum. Default: what .triallint.yml says, else spectral." enum:",spectral,vacuum" default:"" placeholder:"NAME"`
	Format  string   `help:"text or json." enum:"text,json" default:"text"`
	All     bool     `help:"List rules that are switched off too."`
	allowing
}

// listedRule is a rule in the JSON form of the list.
type listedRule struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	From     string `json:"from"`
	Enabled  bool   `json:"enabled"`
	// Unusable says why the rule cannot run.
	Unusable string `json:"unusable,omitempty"`
}

// Run prints one line a rule.
func (c *rulesListCmd) Run(ctx context.Context, std *streams) error {
	if err := c.allowing.open(); err != nil {
		return err
	}
	defer c.allowing.close()
	w, corpus, err := openReaching(ctx, "", c.Paths, c.Ruleset, &c.reaching)
	if err != nil {
		return err
	}
	runBy, err := rulesetEngine(cmp.Or(c.Engine, corpus.Config.Engine), ruleTimeout)
	if err != nil {
		return err
	}
	opts := &lint.Options{RunBy: runBy, Rulesets: w.rulesets, RulesetFiles: w.rulesetFiles, Engines: engines(ruleTimeout)}
	c.allowing.apply(opts)
	listing := lint.List(corpus, opts)
	for _, u := range listing.Unchecked {
		std.note("%s: %s: %s", u.File, u.Rule, u.Why)
	}
	rules := []listedRule{}
	for _, e := range listing.Rules {
		if e.Enabled || c.All {
			rules = append(rules, listedRule{e.ID, e.Severity, e.From, e.Enabled, e.Unusable})
		}
	}
	if err := printRules(std, rules, c.Format); err != nil {
		return err
	}
	if len(listing.Unchecked) > 0 {
		return errUnchecked
	}
	return nil
}

func printRules(std *streams, rules []listedRule, format string) error {
	if format == "json" {
		e := json.NewEncoder(std.out)
		e.SetIndent("", "  ")
		return e.Encode(rules)
	}
	t := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, r := range rules {
		state := ""
		if !r.Enabled {
			state = "off"
		}
		if r.Unusable != "" {
			state = "cannot run: " + r.Unusable
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.Rule, r.Severity, r.From, state)
	}
	return t.Flush()
}
