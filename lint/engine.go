package lint

import (
	"context"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// Engine is a linter that runs rules which this package cannot: rule packs of
// its own, which a ruleset extends by name, such as "vacuum:oas".
type Engine interface {
	// Packs returns the rule packs.
	Packs() []rules.Pack
	// Run runs rules of the packs on a document. Its error is the failure to
	// read or to process the document.
	Run(ctx context.Context, rules []*rules.Rule, in EngineInput) (EngineOutput, error)
}

// RulesetEngine is an engine that runs whole rulesets, as it reads them itself.
type RulesetEngine interface {
	Engine
	// Name is the name of the engine.
	Name() string
	// Ruleset reads a ruleset: a file of files, or a name. Its error is that of a
	// ruleset that cannot be read.
	Ruleset(files fs.FS, name string) (*EngineRuleset, error)
}

// EngineRuleset is a ruleset as an engine reads it.
type EngineRuleset struct {
	// Rules are the rules that run.
	Rules []EngineRule
	// Failures are the rules, and the parts of the ruleset, that do not run.
	Failures []EngineFailure
	// Notes say what means something else than its name suggests.
	Notes []string
	// Run runs the rules on a document.
	Run func(ctx context.Context, in EngineInput) (EngineOutput, error)
}

// EngineRule describes a rule of an engine.
type EngineRule struct{ ID, Severity, Description string }

// EngineInput is the document that an engine judges.
type EngineInput struct {
	// File is the name of the document.
	File string
	// Kind is what the document is.
	Kind ruleset.Kind
	// Texts are the text of the document, and those of the files that it refers
	// to, by name.
	Texts map[string][]byte
}

// EngineOutput is what an engine found.
type EngineOutput struct {
	// Findings are in any order.
	Findings []EngineFinding
	// Failures are the rules that did not run to their end.
	Failures []EngineFailure
}

// EngineFinding is a finding of an engine. Line and Column count from 1.
type EngineFinding struct {
	Rule, Severity, Message string
	// File is the file that it is in; empty for that of the document.
	File         string
	Line, Column int
}

// EngineFailure says why a rule did not run.
type EngineFailure struct{ Rule, Why string }

// packs are the rule packs of all engines.
func (o *Options) packs() []rules.Pack {
	var out []rules.Pack
	if o == nil {
		return nil
	}
	for _, e := range o.Engines {
		out = append(out, e.Packs()...)
	}
	return out
}

// hasPack reports whether one of some rule packs has a name.
func hasPack(packs []rules.Pack, name string) bool {
	return slices.ContainsFunc(packs, func(p rules.Pack) bool { return p.Name == name })
}

// packNames lists the rule packs of all engines.
func (o *Options) packNames() string {
	var names []string
	for _, p := range o.packs() {
		names = append(names, p.Name)
	}
	if len(names) == 0 {
		return "this build has none: it was built with -tags novacuum or lean"
	}
	return "this build has " + strings.Join(names, ", ")
}

// unknownPacks reports the rule packs of a ruleset that no engine has.
func (r *runner) unknownPacks(used *usedSet) {
	known := r.opts.packs()
	for _, name := range slices.Sorted(maps.Keys(used.set.Engines)) {
		if used.set.Engines[name] != "off" && !hasPack(known, name) {
			r.unchecked(name, used.use.Ruleset, "unknown rule pack; "+r.opts.packNames())
		}
	}
}

// runPacks runs the rules of packs that a ruleset has for a document, and
// reports whether there were any.
func (r *runner) runPacks(ctx context.Context, used *usedSet, d *ruleset.Document, formats map[string]bool) bool {
	if len(used.set.Engines) == 0 {
		return false
	}
	all, _ := used.rulesFor(d.File)
	ran := false
	for _, engine := range r.opts.Engines {
		mine := map[string]*rules.Rule{}
		packs := engine.Packs()
		for _, rule := range all {
			if hasPack(packs, rule.Pack) && appliesTo(rule, formats) {
				mine[rule.ID] = rule
			}
		}
		if len(mine) > 0 {
			r.runEngine(ctx, engine, used, mine, d)
			ran = true
		}
	}
	return ran
}

// TextsOf are the texts of a document, and of the files that it refers to, by
// name.
func (c *Corpus) TextsOf(d *ruleset.Document) map[string][]byte {
	out := map[string][]byte{}
	for _, piece := range c.reached(d) {
		out[piece.File] = piece.Tree.Text
	}
	return out
}

// appliesTo reports whether a rule is for documents of some formats.
func appliesTo(rule *rules.Rule, formats map[string]bool) bool {
	return !rule.NoFormat && (len(rule.Formats) == 0 || slices.ContainsFunc(rule.Formats, func(f string) bool { return formats[f] }))
}

// runEngine runs rules in their engine on a document.
func (r *runner) runEngine(ctx context.Context, engine Engine, used *usedSet, mine map[string]*rules.Rule, d *ruleset.Document) {
	run := slices.SortedFunc(maps.Values(mine), func(a, b *rules.Rule) int { return strings.Compare(a.ID, b.ID) })
	out, err := engine.Run(ctx, run, EngineInput{File: d.File, Kind: d.Kind, Texts: r.corpus.TextsOf(d)})
	if err != nil {
		for _, name := range slices.Sorted(maps.Keys(used.set.Engines)) {
			if slices.ContainsFunc(run, func(rule *rules.Rule) bool { return rule.Pack == name }) {
				r.unchecked(name, d.File, err.Error())
			}
		}
	}
	r.judged[d.File] = true
	for _, f := range out.Failures {
		if mine[f.Rule] != nil {
			r.unchecked(f.Rule, d.File, f.Why)
		}
	}
	for _, f := range out.Findings {
		if rule := mine[f.Rule]; rule != nil {
			r.engineFinding(used, rule, d, f)
		}
	}
}

// engineFinding takes a finding of an engine over: its severity is what the
// rulesets say, its path is that of the value at its place.
func (r *runner) engineFinding(used *usedSet, rule *rules.Rule, d *ruleset.Document, f EngineFinding) {
	if other := r.corpus.refs.Files[f.File]; other != nil {
		d = other
	}
	path := pathAt(d.Tree.Root, yamltree.Mark{Line: f.Line, Column: f.Column})
	severity, ok := used.severityAt(d.File, path, rule.ID)
	if !ok {
		severity = rule.Severity
	}
	if severity == rules.Off {
		return
	}
	place := d.Place(path)
	place.Range.Start = report.Mark{Line: f.Line, Column: f.Column}
	r.report.Findings = append(r.report.Findings, report.Finding{Rule: f.Rule, Severity: report.Severity(severity), Message: f.Message, Place: place})
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
