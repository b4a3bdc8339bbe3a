package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/change"
	"github.com/trialweave/trialweave/internal/remote"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/payload"
	"github.com/trialweave/trialweave/report"
)

// explainCmd explains a rule.
type explainCmd struct {
	Rule    string   `arg:"" help:"Id of a rule or check."`
	At      string   `help:"Say why the rule fires at a place, or why not." placeholder:"FILE:LINE"`
	Ruleset []string `help:"Ruleset that has the rule." placeholder:"FILE"`
	allowing
}

// Run prints what the rule asks for, why, and what it does at the place.
func (c *explainCmd) Run(ctx context.Context, std *streams) error {
	file, line, err := splitPlace(c.At)
	if err != nil {
		return err
	}
	var paths []string
	if file != "" {
		paths = []string{file}
	}
	if err := c.allowing.open(); err != nil {
		return err
	}
	defer c.allowing.close()
	w, corpus, err := openAround(ctx, paths, c.Ruleset, &c.reaching)
	if err != nil {
		return err
	}
	opts := &lint.Options{Rulesets: w.rulesets, RulesetFiles: w.rulesetFiles, Engines: engines(ruleTimeout)}
	c.allowing.apply(opts)
	e, ok := lint.Explain(corpus, opts, c.Rule)
	if !ok {
		e, ok = explainOther(c.Rule)
	}
	if !ok {
		return fmt.Errorf("no rule or check is named %q\nhint: triallint rules list shows those that would run", c.Rule)
	}
	printExplanation(std.out, e)
	if file == "" {
		return nil
	}
	r, err := lint.Run(ctx, corpus, opts)
	if err != nil {
		return err
	}
	return printAt(std.out, e, r, w.paths[0], line)
}

// openAround reads the documents of the folder that everything is in, so that
// what is said about a file is what a run over all of them says: artefacts are
// compared with each other, and a file may be a piece of a description.
func openAround(ctx context.Context, paths, rulesets []string, a *reaching) (*workspace, *lint.Corpus, error) {
	w, err := openWorkspace("", paths, rulesets)
	if err != nil {
		return nil, nil, err
	}
	config, err := w.config()
	if err != nil {
		return nil, nil, err
	}
	if _, err := a.reach(ctx, w, remote.Locked); err != nil {
		return nil, nil, err
	}
	corpus, err := lint.Load(w.files, []string{"."}, config)
	if err != nil || len(paths) == 0 || fileNames(corpus)[w.paths[0]] {
		return w, corpus, err
	}
	corpus, err = lint.Load(w.files, []string{".", w.paths[0]}, config)
	return w, corpus, err
}

// explainOther explains a check of triallint payload or diff.
func explainOther(id string) (lint.Explanation, bool) {
	for _, c := range payload.Checks() {
		if c.ID == id {
			bad, good := payload.Example(id)
			return lint.Explanation{ID: id, Severity: c.Severity.String(), From: "triallint payload", Description: c.Description, Why: c.Why, Fix: c.Fix, Bad: bad, Good: good}, true
		}
	}
	for _, c := range change.Checks() {
		if c.ID == id {
			return lint.Explanation{ID: id, Severity: c.Severity.String(), From: "triallint diff", Description: c.Description, Why: c.Why, Fix: c.Fix}, true
		}
	}
	return lint.Explanation{}, false
}

func splitPlace(at string) (file string, line int, err error) {
	if at == "" {
		return "", 0, nil
	}
	i := strings.LastIndexByte(at, ':')
	if i < 0 {
		return "", 0, fmt.Errorf("--at %q, expected FILE:LINE", at)
	}
	line, err = strconv.Atoi(at[i+1:])
	if err != nil {
		return "", 0, fmt.Errorf("--at %q, expected FILE:LINE", at)
	}
	return at[:i], line, nil
}

func printExplanation(w io.Writer, e lint.Explanation) {
	fmt.Fprintf(w, "%s (%s, from %s)\n\n%s\n", e.ID, e.Severity, e.From, e.Description)
	for _, part := range []struct{ title, text string }{
		{"Why", e.Why}, {"What to do", e.Fix}, {"Looks at", strings.Join(e.Given, "\n")}, {"Asks", strings.Join(e.Then, "\n")},
		{"Only in", strings.Join(e.Formats, ", ")}, {"Cannot run", e.Unusable}, {"Good", e.Good}, {"Bad", e.Bad},
	} {
		if part.text != "" {
			fmt.Fprintf(w, "\n%s:\n%s\n", part.title, indent(part.text))
		}
	}
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  ")
}

// printAt says which findings of the rule touch the line; where there is none,
// why not.
func printAt(w io.Writer, e lint.Explanation, r *report.Report, file string, line int) error {
	fmt.Fprintf(w, "\nAt line %d of %s:\n", line, file)
	var unchecked bool
	for _, u := range r.Unchecked {
		if u.Rule == e.ID {
			unchecked = true
			fmt.Fprintf(w, "  it could not be judged: %s\n", u.Why)
		}
	}
	touched, total := 0, 0
	for _, f := range r.Findings {
		if f.Rule != e.ID || f.File != file {
			continue
		}
		total++
		if f.Range.Start.Line <= line && line <= f.Range.End.Line {
			touched++
			fmt.Fprintf(w, "  it fires: %d:%d %s\n", f.Range.Start.Line, f.Range.Start.Column, f.Message)
		}
	}
	if touched == 0 && !unchecked {
		fmt.Fprintf(w, "  it does not fire: %s; elsewhere in this document it fires %s\n", e.WhyNot(file, line), times(total))
	}
	return nil
}

// times says how often something happens.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
