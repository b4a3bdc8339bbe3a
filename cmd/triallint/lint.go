package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
)

// lintCmd lints documents.
type lintCmd struct {
	Paths         []string      `arg:"" optional:"" name:"PATH" help:"Files or folders; default: this folder; - is standard input."`
	Ruleset       []string      `help:"Ruleset to run: a file, spectral:oas, vacuum:oas, trialweave:clinical-trials-gov. Default: what .triallint.yml, else the index, names." placeholder:"FILE"`
	Format        []string      `help:"Format of the report, with =FILE into a file: text, json, sarif, junit, github, gitlab, checkstyle, markdown, html." default:"text" placeholder:"FORMAT[=FILE]"`
	Official      []string      `help:"Description that says how the API is: others of the same service are compared with it." placeholder:"FILE"`
	FailOn        string        `help:"Least severity that makes the exit status 1: error, warn, info, hint or never. Default: what .triallint.yml says, else error." placeholder:"SEVERITY"`
	Baseline      string        `help:"Report only what this JSON report does not have; fail on entries of it that are gone." placeholder:"FILE"`
	WriteBaseline string        `help:"Write the findings as a baseline." placeholder:"FILE"`
	ChangedSince  string        `help:"Report only findings that a revision of the repository does not have." placeholder:"REV"`
	Root          string        `help:"Folder whose files may be read: what a path or reference names outside of it is not. Default: this folder where it holds all paths, else the repository around them." placeholder:"DIR"`
	Strict        bool          `help:"Refuse rulesets that Spectral would refuse."`
	Quiet         bool          `help:"Print only errors (text format)."`
	Watch         bool          `help:"Lint again whenever a file changes."`
	Timeout       time.Duration `help:"Time for one rule on one document." default:"5s"`
}

// Run lints the paths, and again on every change with --watch.
func (c *lintCmd) Run(ctx context.Context, std *streams) error {
	outputs, err := parseOutputs(c.Format)
	if err != nil {
		return err
	}
	if slices.Contains(c.Paths, "-") {
		dir, err := withStdin(std.in)
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		c.replaceStdin(dir)
	}
	once := func() error { return c.once(ctx, std, outputs) }
	if c.Watch {
		return c.watch(ctx, std, once)
	}
	return once()
}

func (c *lintCmd) replaceStdin(dir string) {
	for i, p := range c.Paths {
		if p == "-" {
			c.Paths[i] = filepath.Join(dir, stdinName)
		}
	}
}

// once lints one time.
func (c *lintCmd) once(ctx context.Context, std *streams, outputs []output) error {
	w, err := openWorkspace(c.Root, c.Paths, c.Ruleset)
	if err != nil {
		return err
	}
	config, err := lint.ReadConfig(w.files)
	if err != nil {
		return err
	}
	failOn, err := c.failOn(config)
	if err != nil {
		return err
	}
	r, corpus, err := c.judge(ctx, w, config)
	if err != nil {
		return err
	}
	if err := c.narrow(ctx, std, w, config, r); err != nil {
		return err
	}
	w.show(r, fileNames(corpus))
	r.Sort()
	if c.WriteBaseline != "" {
		if err := writeBaseline(c.WriteBaseline, r); err != nil {
			return err
		}
	}
	stale, err := c.applyBaseline(std, r)
	if err != nil {
		return err
	}
	if err := writeOutputs(std, outputs, r, c.Quiet, lineReader(w, corpus)); err != nil {
		return err
	}
	return outcome(r, failOn, stale)
}

// judge loads and lints the documents of a workspace.
func (c *lintCmd) judge(ctx context.Context, w *workspace, config *lint.Config) (*report.Report, *lint.Corpus, error) {
	corpus, err := lint.Load(w.files, w.paths, config)
	if err != nil {
		return nil, nil, err
	}
	if err := addOfficials(corpus, c.Official); err != nil {
		return nil, nil, err
	}
	r, err := lint.Run(ctx, corpus, &lint.Options{
		Rulesets: w.rulesets, RulesetFiles: w.rulesetFiles, Strict: c.Strict, Timeout: c.Timeout,
	})
	if err == nil && len(r.Documents) == 0 && len(r.Unchecked) == 0 {
		r.Unchecked = append(r.Unchecked, report.Unchecked{File: strings.Join(c.Paths, " "), Why: "no document was found to lint"})
	}
	return r, corpus, err
}

// addOfficials names official descriptions, which may lie anywhere.
func addOfficials(corpus *lint.Corpus, files []string) error {
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		d, err := openapi.Parse(file, text)
		if err != nil {
			return err
		}
		corpus.AddOfficial(file, d)
	}
	return nil
}

// outcome is the error that carries the exit status of a run.
func outcome(r *report.Report, failOn report.Severity, stale bool) error {
	switch {
	case len(r.Unchecked) > 0:
		return errUnchecked
	case stale, failOn != never && r.Worst(failOn):
		return errFindings
	}
	return nil
}

// never is milder than no severity: no finding fails the run.
const never = report.Hint + 1

func (c *lintCmd) failOn(config *lint.Config) (report.Severity, error) {
	name := c.FailOn
	if name == "" {
		name = config.FailOn
	}
	switch name {
	case "never":
		return never, nil
	case "":
		return report.Error, nil
	}
	s, err := report.ParseSeverity(name)
	if err != nil {
		return 0, fmt.Errorf("--fail-on: %w, or never", err)
	}
	return s, nil
}

func fileNames(c *lint.Corpus) map[string]bool {
	out := map[string]bool{}
	for _, d := range c.Documents {
		out[d.File] = true
	}
	return out
}

func writeBaseline(file string, r *report.Report) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	known := &report.Report{Findings: r.Findings}
	return errors.Join(report.Write(f, report.JSON, known, nil), f.Close())
}

// applyBaseline drops known findings; stale entries fail the run.
func (c *lintCmd) applyBaseline(std *streams, r *report.Report) (stale bool, err error) {
	if c.Baseline == "" {
		return false, nil
	}
	f, err := os.Open(c.Baseline)
	if err != nil {
		return false, err
	}
	defer f.Close()
	known, err := report.ReadJSON(f)
	if err != nil {
		return false, fmt.Errorf("%s is no baseline: %w", c.Baseline, err)
	}
	gone := r.Baseline(known)
	for _, g := range gone {
		std.note("%s: stale entry: %s in %s is found no more (%s)", c.Baseline, g.Rule, g.File, g.Message)
	}
	return len(gone) > 0, nil
}
