package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/change"
	"github.com/trialweave/trialweave/internal/commandline"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/study"
)

// diffCmd compares two versions of an artefact.
type diffCmd struct {
	Old     string   `arg:"" name:"OLD" help:"The version before."`
	New     string   `arg:"" name:"NEW" help:"The version after."`
	Studies []string `arg:"" optional:"" name:"STUDIES" help:"For contexts: studies, in any form that trialweave convert reads. For rulesets: the documents to judge; default: this folder."`
	reporting
}

// Help says more than --help has room for.
func (diffCmd) Help() string {
	return `OpenAPI descriptions: what changes for clients, in requests and in responses, by the kinds that the docs list
(change-request-enum-narrowed, …), each of which --fail-on takes. Capabilities: what breaks those who rely on the old version
(change-breaking), and what does not (change-compatible). JSON-LD contexts: which terms changed, and with STUDIES which triples of how many of them, each with one
before and after (change-triples, change-term). Rulesets: which verdicts on the documents change (change-verdict). The exit
status is 1 where something breaks.`
}

// Run compares the two versions.
func (c *diffCmd) Run(ctx context.Context, std *streams) error {
	outputs, err := parseOutputs(c.Format)
	if err != nil {
		return err
	}
	if _, err := c.failOn(&lint.Config{}); err != nil {
		return err
	}
	old, err := readVersion(c.Old)
	if err != nil {
		return err
	}
	now, err := readVersion(c.New)
	if err != nil {
		return err
	}
	if old.kind != now.kind {
		return fmt.Errorf("%s is of kind %s, %s is of kind %s, expected two versions of one artefact", c.Old, old.kind, c.New, now.kind)
	}
	r := &report.Report{Rules: change.Rules(), Documents: []report.Document{{File: c.Old, Kind: string(old.kind)}, {File: c.New, Kind: string(now.kind)}}}
	if r.Findings, err = c.compare(ctx, std, old, now, r); err != nil {
		return err
	}
	config, err := c.apply(r)
	if err != nil {
		return err
	}
	return c.finish(std, r, config, outputs, readLine())
}

// artefact is a version of an artefact.
type artefact struct {
	change.File
	kind ruleset.Kind
	// bundle is a description that refers to other files, in one; nil for
	// others.
	bundle *lint.Bundle
	// name is how the user would name a file of the bundle.
	name func(string) string
}

func readVersion(file string) (artefact, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return artefact{}, err
	}
	kind, err := ruleset.KindOf(file, text)
	a := artefact{File: change.File{Name: file, Text: text}, kind: kind}
	if err != nil || kind != ruleset.OpenAPI {
		return a, err
	}
	return a, a.readPieces()
}

// readPieces reads what a description refers to in other files.
func (a *artefact) readPieces() error {
	w, corpus, err := openCorpus("", []string{a.File.Name}, nil)
	if err != nil {
		return err
	}
	if b := corpus.Bundle(w.paths[0]); b != nil && b.Split() {
		a.bundle, a.name = b, w.name
		a.Text = b.JSON()
	}
	return nil
}

// written moves a place in a description to the file where it is written.
func (a *artefact) written(p report.Place) report.Place {
	if a.bundle == nil || p.File != a.File.Name {
		return p
	}
	out := a.bundle.Place(p.Path)
	if out.File = a.name(out.File); out.File == a.name(a.bundle.Main()) {
		out.File = a.File.Name
	}
	return out
}

// descriptions compares two versions of a description, with the files that
// they refer to.
func descriptions(old, now artefact) ([]report.Finding, error) {
	found, err := change.Descriptions(old.File, now.File)
	for i := range found {
		f := &found[i]
		f.Place = old.written(now.written(f.Place))
		for j := range f.Related {
			f.Related[j].Place = old.written(now.written(f.Related[j].Place))
		}
	}
	return found, err
}

func (c *diffCmd) compare(ctx context.Context, std *streams, old, now artefact, r *report.Report) ([]report.Finding, error) {
	switch old.kind {
	case ruleset.OpenAPI:
		if change.Lean() {
			std.note("texts, and components that no operation uses, are not compared: this build has -tags lean")
		}
		return descriptions(old, now)
	case ruleset.Capabilities:
		return change.Capabilities(old.File, now.File)
	case ruleset.Ruleset:
		return c.verdicts(ctx, r)
	case ruleset.Context:
		if len(c.Studies) == 0 {
			return change.Contexts(ctx, old.File, now.File, nil, nil)
		}
		in, err := study.Open(c.Studies, &study.Options{Stdin: std.in})
		if err != nil {
			return nil, err
		}
		line := commandline.NewProgress(std.err, std.watched, "studies")
		defer line.Clear()
		return change.Contexts(ctx, old.File, now.File, in, counter(line, in))
	}
	return nil, fmt.Errorf("%s is of kind %s, expected an OpenAPI description, a capabilities file, a JSON-LD context or a ruleset", c.Old, old.kind)
}

// verdicts lints the documents by both versions of a ruleset. What could not be
// checked by the new one is part of the report.
func (c *diffCmd) verdicts(ctx context.Context, r *report.Report) ([]report.Finding, error) {
	old, err := c.judgeBy(ctx, c.Old)
	if err != nil {
		return nil, err
	}
	now, err := c.judgeBy(ctx, c.New)
	if err != nil {
		return nil, err
	}
	r.Unchecked = slices.Concat(r.Unchecked, old.Unchecked, now.Unchecked)
	return change.Verdicts(old, now), nil
}

func (c *diffCmd) judgeBy(ctx context.Context, ruleset string) (*report.Report, error) {
	w, err := openWorkspace("", c.Studies, []string{ruleset})
	if err != nil {
		return nil, err
	}
	config, err := w.config()
	if err != nil {
		return nil, err
	}
	lints := &lintCmd{Paths: c.Studies, Timeout: ruleTimeout}
	r, corpus, err := lints.judge(ctx, w, config)
	if err != nil {
		return nil, err
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f report.Finding) bool {
		return slices.ContainsFunc(lint.Checks(), func(check lint.Check) bool { return check.ID == f.Rule })
	})
	w.show(r, fileNames(corpus))
	return r, nil
}

// apply applies the configuration around the new version.
func (c *diffCmd) apply(r *report.Report) (*lint.Config, error) {
	w, corpus, err := openCorpus("", []string{c.New}, nil)
	if err != nil {
		return nil, err
	}
	// The configuration knows the file from its own folder, the report as the
	// user named it.
	rename(r, c.New, w.paths[0])
	lint.Apply(corpus, r)
	rename(r, w.paths[0], c.New)
	return corpus.Config, nil
}

func rename(r *report.Report, from, to string) {
	for i := range r.Findings {
		if r.Findings[i].File == from {
			r.Findings[i].File = to
		}
	}
}

// readLine reads lines of files for excerpts.
func readLine() func(string, int) string {
	files := map[string][]string{}
	return func(file string, n int) string {
		if _, ok := files[file]; !ok {
			text, _ := os.ReadFile(filepath.FromSlash(file))
			files[file] = strings.Split(string(text), "\n")
		}
		if n < 1 || n > len(files[file]) {
			return ""
		}
		return files[file][n-1]
	}
}

// counter says on a line how many records of an input have been read.
func counter(line *commandline.Progress, in *study.Input) func(int64) {
	return func(n int64) { line.Set(n, in.Consumed(), in.Size()) }
}
