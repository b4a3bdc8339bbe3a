package lint

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/trialweave/trialweave/apisjson"
	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// Options is how documents are judged; nil means the defaults.
type Options struct {
	// Rulesets are the rulesets to run instead of those that the
	// configuration or an index names; a file of RulesetFiles, or a built-in
	// name. Default: the configuration's, else those of the indexes, else
	// spectral:oas.
	Rulesets []RulesetUse
	// RulesetFiles holds the rulesets; default: the files of the corpus.
	RulesetFiles fs.FS
	// Strict refuses rulesets that Spectral would refuse; default off.
	Strict bool
	// Timeout bounds the time of one rule on one document; default 5 minutes.
	// The work is bounded by steps, which decide: the time is a last resort.
	Timeout time.Duration
	// Engines run the rule packs that rulesets name; default: none.
	Engines []Engine
	// Functions has the functions in JavaScript run that rulesets among some files
	// name, as a Host of package script does; default: they are not run, and the
	// report says so.
	Functions func(files fs.FS) ruleset.Functions
	// RunBy runs the rulesets instead of this package, as it reads them itself;
	// default: none.
	RunBy RulesetEngine
}

// RefusedError is the error of a strict run with a ruleset that Spectral
// would refuse.
type RefusedError struct {
	// Problems are the faults, each a *rules.Problem.
	Problems []error
}

// Error lists the faults, one a line.
func (e *RefusedError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.Error()
	}
	return "ruleset refused (--strict):\n" + strings.Join(lines, "\n")
}

// Run judges the documents of a corpus and reports what it found, and what it
// could not judge. Its error is a *RefusedError, or that of ctx.
func Run(ctx context.Context, c *Corpus, opts *Options) (*report.Report, error) {
	r := newRunner(c, opts)
	r.loadRulesets()
	if err := r.refuse(); err != nil {
		return nil, err
	}
	if err := r.judge(ctx); err != nil {
		return nil, err
	}
	return r.report, nil
}

func newRunner(c *Corpus, opts *Options) *runner {
	r := &runner{corpus: c, report: &report.Report{}, judged: map[string]bool{}, clean: map[string]bool{}}
	if opts != nil {
		r.opts = *opts
	}
	if r.opts.RulesetFiles == nil {
		r.opts.RulesetFiles = c.files
	}
	r.opts.Timeout = cmp.Or(r.opts.Timeout, 5*time.Minute)
	return r
}

type runner struct {
	corpus *Corpus
	opts   Options
	sets   []*usedSet
	report *report.Report
	// applied tells that the report was made elsewhere.
	applied bool
	// judged are the documents that a ruleset for their kind was run on, be it a
	// bundled one or that of an engine.
	judged map[string]bool
	// known is what rules found, for the next run of a session, and again what this run
	// takes over of the one before.
	known map[ruleRun]ruleOutcome
	again *rerun
	// clean are the checks that found nothing.
	clean map[string]bool
}

// usedSet is a ruleset as it takes part.
type usedSet struct {
	use RulesetUse
	set *rules.Set
	// functions are those that its rules can name beside those of package ruleset.
	functions ruleset.Functions
	compiled  map[*rules.Rule]*ruleset.Compiled
	// matched counts, for each rule, the values it looked at over all
	// documents; ran reports whether it was for any of them.
	matched map[string]int
	broken  map[*rules.Rule]bool
	// foreign is the ruleset as the engine reads it that runs it; nil where
	// this package runs it.
	foreign *EngineRuleset
}

func (r *runner) unchecked(rule, file, why string) {
	r.report.Unchecked = append(r.report.Unchecked, report.Unchecked{Rule: rule, File: file, Why: why})
}

func (r *runner) loadRulesets() {
	files := r.opts.RulesetFiles
	uses := r.opts.Rulesets
	if len(uses) == 0 {
		uses, files = r.corpus.rulesetUses(), r.corpus.files
		r.report.Unchecked = append(r.report.Unchecked, r.corpus.foreignRules()...)
	}
	for _, use := range uses {
		r.report.Rulesets = append(r.report.Rulesets, use.Ruleset)
		set, err := rules.Load(files, use.Ruleset, r.opts.packs()...)
		if err != nil {
			r.unchecked("", use.Ruleset, source.Plain(err))
			continue
		}
		r.sets = append(r.sets, &usedSet{use: use, set: set, functions: r.functions(files), compiled: map[*rules.Rule]*ruleset.Compiled{}, matched: map[string]int{}, broken: map[*rules.Rule]bool{}})
		if r.opts.RunBy != nil {
			r.loadForeign(r.sets[len(r.sets)-1])
			continue
		}
		noteForeignFunctions(set)
		noteBareFilters(set)
		r.reportProblems(set)
		r.unknownPacks(r.sets[len(r.sets)-1])
	}
}

// functions are the functions in JavaScript of rulesets among some files.
func (r *runner) functions(files fs.FS) ruleset.Functions {
	if r.opts.Functions != nil {
		return r.opts.Functions(files)
	}
	return scripts(func(then rules.Then) error {
		return fmt.Errorf("it is JavaScript (%s), which is run with --allow-functions only", then.Script.File)
	})
}

// scripts are the functions in JavaScript, which are not run: fault says why they
// cannot be prepared.
func scripts(fault func(then rules.Then) error) ruleset.Functions {
	return func(then rules.Then) (ruleset.Function, bool) {
		return ruleset.Function{Name: then.Function, Prepare: func(*yamltree.Node) (ruleset.Judge, error) { return nil, fault(then) }}, then.Script != nil
	}
}

// unrun are those functions where it is only asked whether a rule is in order.
func unrun() ruleset.Functions { return scripts(func(rules.Then) error { return nil }) }

// noteForeignFunctions makes problems of the functions that run here and that
// Spectral would refuse a ruleset for.
func noteForeignFunctions(set *rules.Set) {
	for _, rule := range set.Enabled() {
		for _, then := range rule.Then {
			if !ruleset.OwnFunction(then.Function) || then.Script != nil || rules.IsBuiltin(then.From.File) {
				continue
			}
			at := yamltree.Mark{Line: then.From.Line, Column: then.From.Column}
			fault := source.Error{Position: then.From, Problem: fmt.Sprintf("Spectral has no function %q; triallint runs it", then.Function)}
			set.Problems = append(set.Problems, rules.Problem{Fault: fault, Rule: rule.ID, Path: []string{"rules", rule.ID, "then"}, Range: yamltree.Range{Start: at, End: at}})
		}
	}
}

// noteBareFilters makes problems of filters that select nothing, in Spectral
// as here.
func noteBareFilters(set *rules.Set) {
	for _, rule := range set.Enabled() {
		for _, given := range rule.Given {
			path, err := jsonpath.Compile(given)
			if err != nil || !path.BareFilter() {
				continue
			}
			at := yamltree.Mark{Line: rule.From.Line, Column: rule.From.Column}
			fault := source.Error{Position: rule.From, Problem: fmt.Sprintf("a filter of the path %q has no parentheses, so that it selects nothing", given), Expected: "a filter as rulesets have it: [?(…)]"}
			set.Problems = append(set.Problems, rules.Problem{Fault: fault, Rule: rule.ID, Accepted: true, Path: []string{"rules", rule.ID, "given"}, Range: yamltree.Range{Start: at, End: at}})
		}
	}
}

// SpectralFiles are the names under which Spectral finds a ruleset by itself,
// of those that are read.
func SpectralFiles() []string { return []string{".spectral.yaml", ".spectral.yml", ".spectral.json"} }

// foreignConfigs are the files by which other linters are configured, and
// Spectral in a form that is not read.
func foreignConfigs() []string {
	return []string{".spectral.js", ".spectral.mjs", ".spectral.cjs", "redocly.yaml", "redocly.yml", ".redocly.yaml", ".redocly.yml", "vacuum.conf.yaml", "vacuum.conf.yml"}
}

// foreignRules lists the configurations of other linters that lie beside, and
// are not read.
func (c *Corpus) foreignRules() (out []report.Unchecked) {
	for _, name := range foreignConfigs() {
		if exists(c.files, name) {
			out = append(out, report.Unchecked{File: name, Why: "this configuration of another linter is not read", Aside: true})
		}
	}
	return out
}

// rulesetUses are the rulesets of the configuration, else that of Spectral by
// its name, else those that the indexes name, else Spectral's rules for OpenAPI.
func (c *Corpus) rulesetUses() []RulesetUse {
	if len(c.Config.Rulesets) > 0 {
		return c.Config.Rulesets
	}
	for _, name := range SpectralFiles() {
		if exists(c.files, name) {
			return []RulesetUse{{Ruleset: name}}
		}
	}
	var out []RulesetUse
	for _, d := range c.Documents {
		if d.Kind == ruleset.Ruleset && c.linked(d) {
			out = append(out, RulesetUse{Ruleset: d.File})
		}
	}
	if out == nil {
		out = []RulesetUse{{Ruleset: "spectral:oas"}}
	}
	return out
}

// linked reports whether an index names the document.
func (c *Corpus) linked(d *ruleset.Document) bool {
	return slices.ContainsFunc(c.Documents, func(index *ruleset.Document) bool {
		return index.Kind == ruleset.APIsJSON && slices.ContainsFunc(indexLinks(index), func(l apisjson.Link) bool { return l.File == d.File })
	})
}

func (r *runner) reportProblems(set *rules.Set) {
	var mild []rules.Problem
	for _, p := range set.Problems {
		if !p.Stops {
			mild = append(mild, p)
			continue
		}
		at := p.Fault
		at.File = ""
		r.unchecked(p.Rule, p.Fault.File, strings.TrimPrefix(at.Error(), ":"))
	}
	r.report.Findings = append(r.report.Findings, faultFindings(mild, report.Warn)...)
}

// refuse makes the error of a strict run.
func (r *runner) refuse() error {
	if !r.opts.Strict {
		return nil
	}
	refused := &RefusedError{}
	for _, used := range r.sets {
		for i := range used.set.Problems {
			if !used.set.Problems[i].Accepted {
				refused.Problems = append(refused.Problems, &used.set.Problems[i])
			}
		}
		for _, id := range slices.Sorted(maps.Keys(used.set.Rules)) {
			if err := ruleset.Refusal(used.set.Rules[id], unrun()); err != nil {
				refused.Problems = append(refused.Problems, fmt.Errorf("%w (%s)", err, id))
			}
		}
	}
	if len(refused.Problems) == 0 {
		return nil
	}
	return refused
}

// checks runs the checks that do not depend on rulesets.
func (r *runner) checks() {
	r.report.Unchecked = append(r.report.Unchecked, r.corpus.unchecked...)
	r.report.Unchecked = append(r.report.Unchecked, r.corpus.remoteReferences()...)
	r.report.Unchecked = append(r.report.Unchecked, r.corpus.remoteLinks()...)
	r.report.Unchecked = append(r.report.Unchecked, r.corpus.newerIndexes()...)
	r.report.Unchecked = append(r.report.Unchecked, r.corpus.newerCapabilities()...)
	for _, o := range r.corpus.overlays() {
		r.report.Unchecked = append(r.report.Unchecked, o.unchecked...)
	}
	for _, x := range r.corpus.capabilityFiles() {
		r.report.Unchecked = append(r.report.Unchecked, x.unchecked...)
	}
	for _, x := range r.corpus.contexts() {
		r.report.Unchecked = append(r.report.Unchecked, x.unchecked...)
	}
	r.report.Unchecked = append(r.report.Unchecked, r.corpus.foreignDialects()...)
	for _, u := range r.corpus.contextUses() {
		r.report.Unchecked = append(r.report.Unchecked, u.unchecked...)
	}
	for _, check := range Checks() {
		if check.run != nil && !r.again.stillClean(check) {
			found := check.findings(check.run(r.corpus))
			r.report.Findings = append(r.report.Findings, found...)
			r.clean[check.ID] = len(found) == 0
		}
	}
	for _, d := range r.corpus.Documents {
		r.report.Documents = append(r.report.Documents, report.Document{File: d.File, Kind: string(d.Kind)})
		if d.Kind == ruleset.Ruleset && !r.uses(d.File) {
			r.judgeRuleset(d)
		}
	}
}

func (r *runner) uses(file string) bool {
	return slices.ContainsFunc(r.sets, func(s *usedSet) bool {
		return slices.ContainsFunc(s.set.Files, func(t *yamlDocument) bool { return t.Name == file })
	})
}

// judgeRuleset reports the faults of a ruleset that takes no part in the run.
func (r *runner) judgeRuleset(d *ruleset.Document) {
	set, err := rules.Load(r.corpus.files, d.File, r.opts.packs()...)
	if err != nil {
		r.unchecked("", d.File, source.Plain(err))
		return
	}
	r.report.Findings = append(r.report.Findings, faultFindings(set.Problems, report.Warn)...)
	for _, rule := range set.Enabled() {
		if rule.Pack != "" {
			continue
		}
		_, err := ruleset.Compile(rule, unrun())
		if err == nil {
			err = r.corpus.missingScript(rule)
		}
		if err != nil && rule.From.File == d.File {
			f := checkRulesetFault().findings([]finding{{place: d.KeyPlace([]string{"rules", rule.ID}), message: "rule " + rule.ID + ": " + err.Error()}})
			r.report.Findings = append(r.report.Findings, f...)
		}
	}
}

// missingScript is the error of a rule that names a function whose file is not there.
func (c *Corpus) missingScript(rule *rules.Rule) error {
	for _, then := range rule.Then {
		if then.Script != nil && !exists(c.files, then.Script.File) {
			return fmt.Errorf("function %q: there is no file %s", then.Function, then.Script.File)
		}
	}
	return nil
}

// document runs the rulesets on one document.
func (r *runner) document(ctx context.Context, d *ruleset.Document) {
	formats := ruleset.Formats(d.Tree.Root)
	ran := false
	for _, used := range r.sets {
		if !used.wants(d, formats) {
			continue
		}
		if used.foreign != nil {
			ran = r.runForeign(ctx, used, d) || ran
			continue
		}
		ran = r.runSet(ctx, used, d, formats) || ran
		ran = r.runPacks(ctx, used, d, formats) || ran
	}
	if d.Kind == ruleset.Other && d.Named && !d.Tree.Empty && d.Tree.Root.Kind != yamltree.Mapping && !ran {
		r.unchecked("", d.File, "the document is "+wording.Article(d.Tree.Root.Kind.String())+", and no rule is for it")
	}
}

// wants reports whether the ruleset is for a document.
func (u *usedSet) wants(d *ruleset.Document, formats map[string]bool) bool {
	if wanted, narrowed := u.use.Wants(d); narrowed {
		return wanted
	}
	if d.Named || d.Kind == ruleset.OpenAPI && u.forOpenAPI() {
		return true
	}
	if d.Kind == ruleset.Other {
		return false
	}
	for _, rule := range u.set.Enabled() {
		if slices.ContainsFunc(rule.Formats, func(f string) bool { return formats[f] }) {
			return true
		}
	}
	return false
}

// forOpenAPI reports whether any rule of the set can be for OpenAPI: one that
// names no format of ours.
func (u *usedSet) forOpenAPI() bool {
	ours := []string{string(ruleset.APIsJSON), string(ruleset.Capabilities), string(ruleset.Context), string(ruleset.Overlay), string(ruleset.Ruleset)}
	return len(u.set.Rules) == 0 || slices.ContainsFunc(slices.Collect(maps.Values(u.set.Rules)), func(r *rules.Rule) bool {
		own := r.Pack == "" && !rules.IsBuiltin(r.From.File)
		return own && len(r.Formats) == 0 || slices.ContainsFunc(r.Formats, func(f string) bool { return !slices.Contains(ours, f) && (own || isOpenAPIFormat(f)) })
	})
}

// isOpenAPIFormat reports whether a format is one of OpenAPI.
func isOpenAPIFormat(f string) bool {
	return f == string(ruleset.OpenAPI) || strings.HasPrefix(f, "oas")
}

// runSet runs the rules of one ruleset on one document, and reports whether
// there were any.
func (r *runner) runSet(ctx context.Context, used *usedSet, d *ruleset.Document, formats map[string]bool) bool {
	r.noteFormats(used, d, formats)
	var tasks []task
	found := map[string]*ruleset.Result{}
	all, problems := used.rulesFor(d.File)
	for _, p := range problems {
		if p.Stops && !slices.ContainsFunc(used.set.Problems, func(known rules.Problem) bool { return known.Stops && slices.Equal(known.Path, p.Path) }) {
			r.unchecked(p.Rule, d.File, p.Fault.Error())
		}
	}
	for _, rule := range all {
		if rule.Pack != "" || rules.IsBuiltin(rule.From.File) && !appliesTo(rule, formats) {
			continue
		}
		c := r.compiled(used, rule)
		if c == nil || !c.AppliesTo(formats) || d.Kind != ruleset.OpenAPI && !d.Named && len(rule.Formats) == 0 && len(used.use.Documents) == 0 {
			continue
		}
		r.judged[d.File] = r.judged[d.File] || rules.IsBuiltin(rule.From.File)
		one := &ruleset.Result{}
		found[rule.ID] = one
		tasks = append(tasks, task{id: rule.ID, run: func() (err error) {
			*one, err = r.apply(ctx, c, d)
			return err
		}})
	}
	if len(tasks) == 0 {
		return false
	}
	results := runTasks(tasks, r.opts.Timeout)
	for _, rule := range all {
		if one := found[rule.ID]; one != nil {
			r.collect(used, d, rule, one, results[rule.ID])
		}
	}
	return true
}

// collect takes the findings of a rule over; one that did not end is not
// touched, because it may still be running.
func (r *runner) collect(used *usedSet, d *ruleset.Document, rule *rules.Rule, one *ruleset.Result, result taskResult) {
	id := rule.ID
	switch {
	case !result.done:
		r.unchecked(id, d.File, fmt.Sprintf("the rule took longer than %s", r.opts.Timeout))
		return
	case result.err != nil:
		r.unchecked(id, d.File, fmt.Sprintf("%s: %v", rule.From.String(), result.err))
	}
	r.note(used.compiled[rule], d, one, result.err)
	used.matched[id] += one.Matched
	for _, f := range one.Findings {
		s, ok := used.severityAt(f.File, f.Path, id)
		if !ok {
			s = rule.Severity
		}
		if s == rules.Off {
			continue
		}
		f.Severity = report.Severity(s)
		r.report.Findings = append(r.report.Findings, f)
	}
}

// compiled compiles a rule once; one that cannot be is reported once.
func (r *runner) compiled(used *usedSet, rule *rules.Rule) *ruleset.Compiled {
	if c, ok := used.compiled[rule]; ok {
		return c
	}
	c, err := ruleset.Compile(rule, used.functions)
	if err != nil {
		c = nil
		used.broken[rule] = true
		r.unchecked(rule.ID, rule.From.File, strings.TrimPrefix(err.Error(), rule.From.File+":"))
	}
	used.compiled[rule] = c
	return c
}

// noteFormats says, as Spectral does, when none of the formats that the rules
// of a ruleset are for is that of the document.
func (r *runner) noteFormats(used *usedSet, d *ruleset.Document, formats map[string]bool) {
	if d.Kind != ruleset.OpenAPI && d.Kind != ruleset.Other {
		return // the checks of its kind look at it
	}
	var names []string
	for _, rule := range used.set.Rules {
		if len(rule.Formats) == 0 && !rules.IsBuiltin(rule.From.File) {
			continue
		}
		for _, f := range rule.Formats {
			if formats[f] {
				return
			}
			names = append(names, f)
		}
	}
	if len(names) == 0 {
		return
	}
	slices.Sort(names)
	r.report.Findings = append(r.report.Findings, report.Finding{
		Rule: "unrecognized-format", Severity: report.Warn, Place: d.Place(nil),
		Message: "the document is of none of the formats that the ruleset is for: " + strings.Join(slices.Compact(names), ", "),
	})
}
