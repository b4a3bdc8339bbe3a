package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/report/formats"
)

// reporting is what every command that reports findings is told about that.
type reporting struct {
	Format        []string `help:"Format of the report, with =FILE into a file: text, json, sarif, junit, github, gitlab, checkstyle, markdown, html, rdjson (reviewdog)." default:"text" placeholder:"FORMAT[=FILE]"`
	FailOn        string   `help:"Least severity that makes the exit status 1: error, warn, info, hint or never; with commas, also ids of checks that do. Default: what .triallint.yml says, else error." placeholder:"SEVERITY"`
	Baseline      string   `help:"Report only what this JSON report does not have; fail on entries of it that are gone." placeholder:"FILE"`
	WriteBaseline string   `help:"Write the findings as a baseline." placeholder:"FILE"`
	Quiet         bool     `help:"Print only errors (text format)."`

	// failing are the rules that fail the run whatever their severity.
	failing []string
	// folder is where the names of files begin, from the root of the repository.
	folder string
}

// finish writes the report, after the baseline has been taken off, and returns
// the error that carries the exit status.
func (c *reporting) finish(std *streams, r *report.Report, config *lint.Config, outputs []output, line func(string, int) string) error {
	failOn, err := c.failOn(config)
	if err != nil {
		return err
	}
	r.Sort()
	if c.WriteBaseline != "" {
		if err := writeBaseline(c.WriteBaseline, r); err != nil {
			return err
		}
	}
	stale, err := c.applyBaseline(r)
	if err != nil {
		return err
	}
	if err := writeOutputs(std, outputs, r, c, line); err != nil {
		return err
	}
	if slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return slices.Contains(c.failing, f.Rule) }) {
		stale = true
	}
	return outcome(r, failOn, stale)
}

// outcome is the error that carries the exit status of a run.
func outcome(r *report.Report, failOn report.Severity, stale bool) error {
	switch {
	case r.Incomplete():
		return errUnchecked
	case stale, failOn != never && r.Worst(failOn):
		return errFindings
	}
	return nil
}

// never is milder than no severity: no finding fails the run.
const never = report.Hint + 1

func (c *reporting) failOn(config *lint.Config) (report.Severity, error) {
	name := c.FailOn
	if name == "" {
		name = config.FailOn
	}
	if name == "" {
		return report.Error, nil
	}
	least := never
	c.failing = nil
	for _, one := range strings.Split(name, ",") {
		s, err := report.ParseSeverity(one)
		switch {
		case err == nil:
			least = min(least, s)
		case isRule(one):
			c.failing = append(c.failing, one)
		case one != "never":
			return 0, fmt.Errorf("--fail-on: %w, never, or the id of a check", err)
		}
	}
	return least, nil
}

// isRule reports whether a name is the id of a check of any command.
func isRule(name string) bool {
	if slices.ContainsFunc(lint.Checks(), func(c lint.Check) bool { return c.ID == name }) {
		return true
	}
	_, ok := explainOther(name)
	return ok
}

func writeBaseline(file string, r *report.Report) error {
	known := &report.Report{Findings: r.Findings}
	return writeReport(file, formats.JSON, known, nil)
}

// applyBaseline drops known findings; stale entries fail the run.
func (c *reporting) applyBaseline(r *report.Report) (stale bool, err error) {
	if c.Baseline == "" {
		return false, nil
	}
	f, err := os.Open(c.Baseline)
	if err != nil {
		return false, err
	}
	defer f.Close()
	known, err := formats.ReadJSON(f)
	if err != nil {
		return false, fmt.Errorf("%s is not a baseline: %w", c.Baseline, err)
	}
	before := len(r.Findings)
	gone := formats.Baseline(r, known)
	r.Known = before - len(r.Findings)
	for _, g := range gone {
		r.Findings = append(r.Findings, report.Finding{
			Rule: staleBaseline, Severity: report.Error, Place: report.Place{File: c.Baseline, Range: report.Range{Start: report.Mark{Line: 1, Column: 1}, End: report.Mark{Line: 1, Column: 1}}},
			Message: fmt.Sprintf("baseline entry no longer found: %s in %s (%s); write the baseline again: --write-baseline %s", g.Rule, g.File, g.Message, c.Baseline),
		})
	}
	if len(gone) > 0 {
		r.Rules = append(r.Rules, report.Rule{
			ID: staleBaseline, Severity: report.Error, From: "triallint", Description: "Every entry of a baseline is found.",
			Why: "An entry that is left hides the same finding when it comes again.", Fix: "Write the baseline again with --write-baseline.",
		})
		r.Sort()
	}
	return len(gone) > 0, nil
}

// staleBaseline is what reports the entries of a baseline that are gone.
const staleBaseline = "stale-baseline"
