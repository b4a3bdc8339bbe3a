package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/toolserver"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/proof"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/yamltree"
)

// Limits of answers.
const (
	usualFindings, mostFindings = 100, 500
	usualRules, mostRules       = 200, 1000
	maxPatch                    = 256 << 10
	maxExcerpt                  = 32 << 10
)

type lintTextIn struct {
	Text     string `json:"text" jsonschema:"the text of the document, YAML or JSON"`
	Name     string `json:"name,omitempty" jsonschema:"the file that the text stands for, relative to the folder; default openapi.yml"`
	Ruleset  string `json:"ruleset,omitempty" jsonschema:"a ruleset file of the folder, or a bundled ruleset such as spectral:oas; default what the configuration names"`
	Severity string `json:"severity,omitempty" jsonschema:"the mildest severity to report: error, warn, info or hint; default hint"`
	Offset   int    `json:"offset,omitempty" jsonschema:"findings to leave out at the beginning"`
	Limit    int    `json:"limit,omitempty" jsonschema:"most findings in the answer; default 100, at most 500"`
}

type lintFilesIn struct {
	Paths    []string `json:"paths,omitempty" jsonschema:"files or folders, relative to the folder; default all"`
	Ruleset  string   `json:"ruleset,omitempty" jsonschema:"a ruleset file of the folder, or a bundled ruleset such as spectral:oas; default what the configuration names"`
	Severity string   `json:"severity,omitempty" jsonschema:"the mildest severity to report: error, warn, info or hint; default hint"`
	Offset   int      `json:"offset,omitempty" jsonschema:"findings to leave out at the beginning"`
	Limit    int      `json:"limit,omitempty" jsonschema:"most findings in the answer; default 100, at most 500"`
}

type lintOut struct {
	Total     int            `json:"total" jsonschema:"how many findings there are in all"`
	Counts    map[string]int `json:"counts" jsonschema:"how many findings of each severity"`
	Findings  []toolFinding  `json:"findings"`
	Unchecked []toolMissing  `json:"unchecked" jsonschema:"what could not be checked, and why"`
	Documents []string       `json:"documents" jsonschema:"the documents that were judged"`
}

type toolFinding struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Pointer  string `json:"pointer" jsonschema:"JSON pointer of the value"`
}

type toolMissing struct {
	File string `json:"file"`
	Rule string `json:"rule,omitempty"`
	Why  string `json:"why"`
}

func (t *tools) lintText(ctx context.Context, in lintTextIn) (lintOut, error) {
	name, err := t.inRoot(cmp.Or(in.Name, "openapi.yml"))
	if err != nil {
		return lintOut{}, err
	}
	w, err := t.workspace([]string{name}, in.Ruleset, name, &in.Text)
	if err != nil {
		return lintOut{}, err
	}
	return t.lint(ctx, w, in.Severity, in.Offset, in.Limit)
}

func (t *tools) lintFiles(ctx context.Context, in lintFilesIn) (lintOut, error) {
	w, err := t.workspace(in.Paths, in.Ruleset, "", nil)
	if err != nil {
		return lintOut{}, err
	}
	return t.lint(ctx, w, in.Severity, in.Offset, in.Limit)
}

func (t *tools) lint(ctx context.Context, w *workspace, severity string, offset, limit int) (lintOut, error) {
	mildest, err := report.ParseSeverity(cmp.Or(severity, "hint"))
	if err != nil {
		return lintOut{}, fmt.Errorf("severity: %w", err)
	}
	corpus, options, err := t.corpus(w)
	if err != nil {
		return lintOut{}, err
	}
	r, err := lint.Run(ctx, corpus, options)
	if err != nil {
		return lintOut{}, err
	}
	found := slices.DeleteFunc(slices.Clone(r.Findings), func(f report.Finding) bool { return f.Severity > mildest })
	out := lintOut{Total: len(found), Counts: map[string]int{}, Findings: []toolFinding{}, Unchecked: missing(r.Unchecked), Documents: []string{}}
	for severity, n := range r.Count() {
		out.Counts[severity.String()] = n
	}
	for _, f := range toolserver.Page(found, offset, limit, usualFindings, mostFindings) {
		out.Findings = append(out.Findings, toolFindingOf(f))
	}
	for _, d := range r.Documents[:min(len(r.Documents), mostFindings)] {
		out.Documents = append(out.Documents, d.File)
	}
	return out, nil
}

func toolFindingOf(f report.Finding) toolFinding {
	return toolFinding{f.Rule, f.Severity.String(), f.Message, f.File, f.Range.Start.Line, f.Range.Start.Column, yamltree.Pointer(f.Path)}
}

// missing lists what was not checked.
func missing(all []report.Unchecked) []toolMissing {
	out := []toolMissing{}
	for _, u := range all[:min(len(all), usualFindings)] {
		out = append(out, toolMissing{u.File, u.Rule, u.Why})
	}
	if more := len(all) - len(out); more > 0 {
		out = append(out, toolMissing{Why: fmt.Sprintf("and %d more", more)})
	}
	return out
}

type explainIn struct {
	Rule    string `json:"rule" jsonschema:"the id of a rule or check, as findings have it"`
	Ruleset string `json:"ruleset,omitempty" jsonschema:"the ruleset that has the rule; default what the configuration names"`
	File    string `json:"file,omitempty" jsonschema:"with line: a place that the rule is asked about"`
	Line    int    `json:"line,omitempty"`
}

type explainOut struct {
	Rule        string        `json:"rule"`
	Severity    string        `json:"severity"`
	From        string        `json:"from"`
	Description string        `json:"description"`
	Why         string        `json:"why,omitempty"`
	Fix         string        `json:"fix,omitempty"`
	Given       []string      `json:"given,omitempty" jsonschema:"the paths that the rule looks at"`
	Asks        []string      `json:"asks,omitempty"`
	Formats     []string      `json:"formats,omitempty"`
	Good        string        `json:"good,omitempty"`
	Bad         string        `json:"bad,omitempty"`
	Enabled     bool          `json:"enabled"`
	Unusable    string        `json:"unusable,omitempty"`
	Fires       []toolFinding `json:"fires,omitempty" jsonschema:"what the rule finds at the place"`
	Silent      string        `json:"silent,omitempty" jsonschema:"why it finds nothing there"`
}

func (t *tools) explain(ctx context.Context, in explainIn) (explainOut, error) {
	w, err := t.workspace(nil, in.Ruleset, "", nil)
	if err != nil {
		return explainOut{}, err
	}
	file := ""
	if in.File != "" {
		if file, err = t.inRoot(in.File); err != nil {
			return explainOut{}, err
		}
	}
	corpus, options, err := t.corpus(w)
	if err != nil {
		return explainOut{}, err
	}
	e, ok := lint.Explain(corpus, options, in.Rule)
	if !ok {
		if e, ok = explainOther(in.Rule); !ok {
			return explainOut{}, fmt.Errorf("no rule or check is named %q; list_rules lists those that would run", in.Rule)
		}
	}
	out := explainOut{
		Rule: e.ID, Severity: e.Severity, From: e.From, Description: e.Description, Why: e.Why, Fix: e.Fix, Given: e.Given, Asks: e.Then,
		Formats: e.Formats, Good: e.Good, Bad: e.Bad, Enabled: e.Enabled, Unusable: e.Unusable,
	}
	if file == "" {
		return out, nil
	}
	if !fileNames(corpus)[file] {
		return out, fmt.Errorf("%s is not among the documents", in.File)
	}
	r, err := lint.Run(ctx, corpus, options)
	if err != nil {
		return out, err
	}
	for _, f := range r.Findings {
		if f.Rule == e.ID && f.File == file && f.Range.Start.Line <= in.Line && in.Line <= f.Range.End.Line && len(out.Fires) < usualFindings {
			out.Fires = append(out.Fires, toolFindingOf(f))
		}
	}
	if len(out.Fires) == 0 {
		out.Silent = e.WhyNot(file, in.Line)
	}
	return out, nil
}

type listRulesIn struct {
	Ruleset string `json:"ruleset,omitempty" jsonschema:"a ruleset file of the folder, or a bundled ruleset; default what the configuration names"`
	Words   string `json:"words,omitempty" jsonschema:"only rules whose id or description has these words"`
	All     bool   `json:"all,omitempty" jsonschema:"also rules that are switched off"`
	Offset  int    `json:"offset,omitempty"`
	Limit   int    `json:"limit,omitempty" jsonschema:"most rules in the answer; default 200, at most 1000"`
}

type listRulesOut struct {
	Total     int           `json:"total"`
	Rules     []toolRule    `json:"rules"`
	Unchecked []toolMissing `json:"unchecked"`
}

type toolRule struct {
	Rule        string `json:"rule"`
	Severity    string `json:"severity"`
	From        string `json:"from"`
	Description string `json:"description"`
	Enabled     bool   `json:"enabled"`
	Unusable    string `json:"unusable,omitempty"`
}

func (t *tools) listRules(_ context.Context, in listRulesIn) (listRulesOut, error) {
	w, err := t.workspace(nil, in.Ruleset, "", nil)
	if err != nil {
		return listRulesOut{}, err
	}
	corpus, options, err := t.corpus(w)
	if err != nil {
		return listRulesOut{}, err
	}
	listing := lint.List(corpus, options)
	words := strings.Fields(strings.ToLower(in.Words))
	var all []toolRule
	for _, e := range listing.Rules {
		text := strings.ToLower(e.ID + " " + e.Description)
		if !e.Enabled && !in.All || slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) }) {
			continue
		}
		all = append(all, toolRule{e.ID, e.Severity, e.From, e.Description, e.Enabled, e.Unusable})
	}
	out := listRulesOut{Total: len(all), Rules: []toolRule{}, Unchecked: missing(listing.Unchecked)}
	out.Rules = append(out.Rules, toolserver.Page(all, in.Offset, in.Limit, usualRules, mostRules)...)
	return out, nil
}

type proveIn struct {
	Rule    string `json:"rule" jsonschema:"the id of the rule"`
	Ruleset string `json:"ruleset,omitempty" jsonschema:"the ruleset that has the rule: a file of the folder, or a bundled one; default what the configuration names"`
}

type proveOut struct {
	Rule    string   `json:"rule"`
	From    string   `json:"from"`
	Verdict string   `json:"verdict" jsonschema:"proven, vacuous or unproven"`
	Why     string   `json:"why,omitempty"`
	FiresOn string   `json:"firesOn,omitempty" jsonschema:"a document, as JSON, on which the rule fires"`
	QuietOn string   `json:"quietOn,omitempty" jsonschema:"a document, as JSON, on which it is quiet"`
	Notes   []string `json:"notes"`
}

func (t *tools) proveRule(ctx context.Context, in proveIn) (proveOut, error) {
	w, err := t.workspace(nil, in.Ruleset, "", nil)
	if err != nil {
		return proveOut{}, err
	}
	corpus, _, err := t.corpus(w)
	if err != nil {
		return proveOut{}, err
	}
	result, err := proof.Prove(ctx, corpus, &proof.Options{Rulesets: w.rulesets, RulesetFiles: w.rulesetFiles, Only: in.Rule, Inherited: true, Functions: t.functions})
	if err != nil {
		return proveOut{}, err
	}
	switch {
	case len(result.Proofs) > 0:
		return proveOutOf(result.Proofs[0]), nil
	case len(result.Unchecked) > 0:
		return proveOut{}, fmt.Errorf("%s: %s", result.Unchecked[0].File, result.Unchecked[0].Why)
	}
	return proveOut{}, fmt.Errorf("no rule is named %q; list_rules lists those that would run", in.Rule)
}

func proveOutOf(p proof.Proof) proveOut {
	out := proveOut{Rule: p.Rule, From: p.From, Verdict: string(p.Verdict), Why: p.Why, Notes: []string{}}
	out.FiresOn, _ = toolserver.Shortened(witness(p.Fires), maxPatch)
	out.QuietOn, _ = toolserver.Shortened(witness(p.Quiet), maxPatch)
	for _, n := range p.Notes {
		out.Notes = append(out.Notes, strings.TrimSpace(fmt.Sprintf("%s %s: %s", n.Kind, n.Rule, n.Why)))
	}
	return out
}

func witness(w *proof.Witness) string {
	if w == nil {
		return ""
	}
	return string(w.JSON())
}

type fixesIn struct {
	Paths []string `json:"paths,omitempty" jsonschema:"files or folders, relative to the folder; default all"`
	Text  *string  `json:"text,omitempty" jsonschema:"a text to fix in place of a file"`
	Name  string   `json:"name,omitempty" jsonschema:"the file that the text stands for"`
}

type fixesOut struct {
	Patch    string        `json:"patch" jsonschema:"a patch as git apply takes it; empty where nothing is certain"`
	Overlays []toolOverlay `json:"overlays" jsonschema:"OpenAPI Overlays with what descriptions need"`
}

type toolOverlay struct {
	Description string `json:"description" jsonschema:"the file that the overlay is for"`
	Name        string `json:"name" jsonschema:"what the overlay would be called"`
	Text        string `json:"text"`
}

func (t *tools) proposeFixes(_ context.Context, in fixesIn) (out fixesOut, err error) {
	name := ""
	if in.Text != nil {
		if name, err = t.inRoot(cmp.Or(in.Name, "openapi.yml")); err != nil {
			return out, err
		}
	}
	w, err := t.workspace(in.Paths, "", name, in.Text)
	if err != nil {
		return out, err
	}
	corpus, _, err := t.corpus(w)
	if err != nil {
		return out, err
	}
	repair := lint.Fixes(corpus)
	patch := repair.Patch(func(file string) string { return file })
	out = fixesOut{Patch: string(patch), Overlays: []toolOverlay{}}
	size := len(patch)
	for _, description := range repair.Descriptions() {
		overlay := lint.OverlayName(description)
		text, err := repair.Overlay(description, path.Base(description))
		if err != nil {
			return out, err
		}
		size += len(text)
		out.Overlays = append(out.Overlays, toolOverlay{description, overlay, string(text)})
	}
	if size > maxPatch {
		return fixesOut{}, fmt.Errorf("the fixes have %d bytes, expected at most %d; name fewer paths", size, maxPatch)
	}
	return out, nil
}

type operationIn struct {
	Operation string `json:"operation" jsonschema:"an operationId, or a method and a path such as GET /pets"`
	File      string `json:"file,omitempty" jsonschema:"the description, where several have such an operation"`
}

type operationOut struct {
	Operations []toolOperation `json:"operations"`
}

type toolOperation struct {
	File       string        `json:"file"`
	Line       int           `json:"line"`
	Pointer    string        `json:"pointer"`
	ID         string        `json:"operationId,omitempty"`
	Method     string        `json:"method"`
	Path       string        `json:"path"`
	Summary    string        `json:"summary,omitempty"`
	Parameters []string      `json:"parameters"`
	Properties []string      `json:"properties" jsonschema:"the properties of its responses"`
	Text       string        `json:"text" jsonschema:"the lines of the operation"`
	Cut        bool          `json:"cut,omitempty" jsonschema:"whether more lines follow"`
	Findings   []toolFinding `json:"findings"`
	Unchecked  int           `json:"unchecked" jsonschema:"how much of the run could not be checked"`
}

func (t *tools) operation(ctx context.Context, in operationIn) (operationOut, error) {
	w, err := t.workspace(nil, "", "", nil)
	if err != nil {
		return operationOut{}, err
	}
	file := ""
	if in.File != "" {
		if file, err = t.inRoot(in.File); err != nil {
			return operationOut{}, err
		}
	}
	corpus, options, err := t.corpus(w)
	if err != nil {
		return operationOut{}, err
	}
	const most = 20
	out := operationOut{Operations: []toolOperation{}}
	for _, o := range corpus.Operations() {
		named := strings.EqualFold(in.Operation, o.Method+" "+o.Path) || o.ID != "" && in.Operation == o.ID
		if named && (file == "" || o.File == file) && len(out.Operations) < most {
			out.Operations = append(out.Operations, t.operationAt(corpus, o))
		}
	}
	if len(out.Operations) == 0 {
		return out, noOperation(corpus, in.Operation)
	}
	r, err := lint.Run(ctx, corpus, options)
	if err != nil {
		return out, err
	}
	for i := range out.Operations {
		o := &out.Operations[i]
		o.Unchecked = len(r.Unchecked)
		for _, f := range r.Findings {
			pointer := yamltree.Pointer(f.Path)
			if f.File == o.File && (pointer == o.Pointer || strings.HasPrefix(pointer, o.Pointer+"/")) && len(o.Findings) < usualFindings {
				o.Findings = append(o.Findings, toolFindingOf(f))
			}
		}
	}
	return out, nil
}

func (t *tools) operationAt(corpus *lint.Corpus, o lint.NamedOperation) toolOperation {
	out := toolOperation{
		File: o.At.File, Line: o.At.Range.Start.Line, Pointer: yamltree.Pointer(o.At.Path), ID: o.ID, Method: strings.ToUpper(o.Method), Path: o.Path,
		Summary: o.Summary, Parameters: notNil(o.Parameters), Properties: notNil(o.Properties), Findings: []toolFinding{},
	}
	if d, ok := corpus.Document(o.At.File); ok {
		r, _ := d.Tree.RangeAt(o.At.Path...)
		var text strings.Builder
		for line := out.Line; line <= max(r.End.Line, out.Line) && text.Len() <= maxExcerpt; line++ {
			text.WriteString(d.Line(line) + "\n")
		}
		out.Text, out.Cut = toolserver.Shortened(text.String(), maxExcerpt)
	}
	return out
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list[:min(len(list), mostFindings)]
}

// noOperation is the error of an operation that is not there, with some that are.
func noOperation(corpus *lint.Corpus, name string) error {
	var known []string
	for _, o := range corpus.Operations() {
		known = append(known, strings.TrimSpace(strings.ToUpper(o.Method)+" "+o.Path+" "+o.ID))
	}
	if len(known) == 0 {
		return errors.New("no description of the folder has an operation")
	}
	return fmt.Errorf("no operation is named %q, expected an operationId, or a method and a path, such as %s", name, strings.Join(known[:min(len(known), 10)], "; "))
}
