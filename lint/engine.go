package lint

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// Engine runs rule packs of its own, which a ruleset extends by name, such as
// "vacuum:oas".
type Engine interface {
	// Packs returns the names of the rule packs.
	Packs() []string
	// Run runs a pack on an OpenAPI description: the recommended rules of the
	// pack, or all of them.
	Run(ctx context.Context, pack string, all bool, in EngineInput) (EngineOutput, error)
}

// EngineInput is the document that an engine judges.
type EngineInput struct {
	// File is the name of the document in Files.
	File string
	// Text is the text of the document.
	Text []byte
	// Files holds what the document may refer to.
	Files fs.FS
}

// EngineOutput is what an engine found.
type EngineOutput struct {
	// Rules are the rules that ran.
	Rules []EngineRule
	// Findings are in any order.
	Findings []EngineFinding
}

// EngineRule describes a rule of an engine.
type EngineRule struct{ ID, Severity, Description string }

// EngineFinding is a finding of an engine. Line and Column count from 1.
type EngineFinding struct {
	Rule, Severity, Message string
	Line, Column            int
}

// engineOf returns the engine that has a rule pack.
func (r *runner) engineOf(pack string) (Engine, bool) {
	for _, e := range r.opts.Engines {
		if slices.Contains(e.Packs(), pack) {
			return e, true
		}
	}
	return nil, false
}

// packs lists the rule packs of all engines.
func (r *runner) packs() string {
	var names []string
	for _, e := range r.opts.Engines {
		names = append(names, e.Packs()...)
	}
	if len(names) == 0 {
		return "this build has none: it was built with -tags novacuum"
	}
	return "this build has " + strings.Join(names, ", ")
}

// runEngine runs a rule pack on a document.
func (r *runner) runEngine(ctx context.Context, pack, mode string, d *ruleset.Document) {
	if mode == "off" || d.Kind != ruleset.OpenAPI {
		return
	}
	engine, ok := r.engineOf(pack)
	if !ok {
		r.unchecked(pack, d.File, "unknown rule pack; "+r.packs())
		return
	}
	out, err := engine.Run(ctx, pack, mode == "all", EngineInput{File: d.File, Text: d.Tree.Text, Files: r.corpus.files})
	if err != nil {
		r.unchecked(pack, d.File, err.Error())
	}
	for _, rule := range out.Rules {
		severity, _ := report.ParseSeverity(rule.Severity)
		r.report.Rules = append(r.report.Rules, report.Rule{ID: rule.ID, Description: rule.Description, Severity: severity, From: pack})
	}
	for _, f := range out.Findings {
		severity, err := report.ParseSeverity(f.Severity)
		if err != nil {
			severity = report.Warn
		}
		path := pathAt(d.Tree.Root, yamltree.Mark{Line: f.Line, Column: f.Column})
		place := d.Place(path)
		place.Range.Start = report.Mark{Line: f.Line, Column: f.Column}
		r.report.Findings = append(r.report.Findings, report.Finding{Rule: f.Rule, Severity: severity, Message: f.Message, Place: place})
	}
}

// pathAt returns the path of the value that a place of the text belongs to.
func pathAt(n *yamltree.Node, at yamltree.Mark) []string {
	for i, item := range n.Items {
		start := item.Range.Start
		if n.Kind == yamltree.Mapping {
			start = n.Keys[i].Range.Start
		}
		if !at.Before(start) && (at.Before(item.Range.End) || at == item.Range.Start) {
			return append(n.Step(nil, i), pathAt(item, at)...)
		}
	}
	return nil
}
