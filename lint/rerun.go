package lint

import (
	"context"
	"maps"
	"slices"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
)

// ruleRun is a rule with a document that it judged, and ruleOutcome what it found there.
type ruleRun struct {
	rule *ruleset.Compiled
	doc  *ruleset.Document
}

type ruleOutcome struct {
	result ruleset.Result
	err    error
}

// rerun is what a run takes over of the one before, after a change of one value.
type rerun struct {
	change *ruleset.Change
	known  map[ruleRun]ruleOutcome
	// sights says what each rule sees of the change, before what those that see it nearby
	// found there before.
	sights map[*ruleset.Compiled]ruleset.Sight
	before map[*ruleset.Compiled]ruleset.Result
	// clean are the checks that found nothing before.
	clean map[string]bool
}

// stillClean reports whether a check found nothing before, and does not see the change of
// one scalar to another.
func (a *rerun) stillClean(check Check) bool {
	return a != nil && check.structural && a.clean[check.ID] && a.change.Patch.Old.IsScalar() && a.change.Patch.New.IsScalar()
}

// apply runs a rule on a document, as far as what it found before does not hold.
func (r *runner) apply(ctx context.Context, c *ruleset.Compiled, d *ruleset.Document) (ruleset.Result, error) {
	if r.again != nil {
		if known, ok := r.again.known[ruleRun{c, d}]; ok && known.err == nil {
			if result, ok := r.again.result(ctx, c, d, known.result); ok {
				return result, nil
			}
		}
	}
	return c.Run(ctx, d)
}

// result is what the rule finds after the change; it is false where it has to run.
func (a *rerun) result(ctx context.Context, c *ruleset.Compiled, d *ruleset.Document, known ruleset.Result) (ruleset.Result, bool) {
	if d != a.change.Doc {
		return known, true
	}
	switch a.sights[c] {
	case ruleset.Blind:
		return a.change.Kept(known), true
	case ruleset.Nearby:
		after, err := c.Nearby(ctx, a.change)
		if err != nil {
			return ruleset.Result{}, false
		}
		return a.change.Merge(known, a.before[c], after)
	}
	return ruleset.Result{}, false
}

// note keeps what a rule found, where there is to be a next run.
func (r *runner) note(c *ruleset.Compiled, d *ruleset.Document, one *ruleset.Result, err error) {
	if r.known != nil {
		r.known[ruleRun{c, d}] = ruleOutcome{*one, err}
	}
}

// judgement is a run of a session that a next one can take over from.
type judgement struct {
	corpus *Corpus
	runner *runner
	// loaded is what loading the rulesets reported.
	loaded report.Report
}

// judged runs over a corpus in a way that can be taken over from.
func judged(ctx context.Context, c *Corpus, opts *Options) (*judgement, error) {
	j := &judgement{corpus: c, runner: newRunner(c, opts)}
	j.runner.known = map[ruleRun]ruleOutcome{}
	j.runner.loadRulesets()
	j.loaded = copied(j.runner.report)
	if err := j.runner.refuse(); err != nil {
		return nil, err
	}
	return j, j.runner.judge(ctx)
}

func copied(r *report.Report) report.Report {
	c := *r
	c.Findings, c.Unchecked, c.Rulesets = slices.Clone(r.Findings), slices.Clone(r.Unchecked), slices.Clone(r.Rulesets)
	return c
}

// judge runs the checks and the rulesets, and makes the report.
func (r *runner) judge(ctx context.Context) error {
	r.checks()
	for _, d := range r.corpus.Documents {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.document(ctx, d)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r.finish()
	return nil
}

// prepare finds what the rules see of a change, before it is made.
func (j *judgement) prepare(ctx context.Context, change *ruleset.Change) *rerun {
	a := &rerun{change: change, known: j.runner.known, clean: j.runner.clean, sights: map[*ruleset.Compiled]ruleset.Sight{}, before: map[*ruleset.Compiled]ruleset.Result{}}
	for run := range j.runner.known {
		if run.doc != change.Doc {
			continue
		}
		sight := run.rule.Sight(change)
		if sight == ruleset.Nearby {
			before, err := run.rule.Nearby(ctx, change)
			if a.before[run.rule] = before; err != nil {
				sight = ruleset.Whole
			}
		}
		a.sights[run.rule] = sight
	}
	return a
}

// after is the run after a change, which is made.
func (j *judgement) after(ctx context.Context, a *rerun) (*judgement, error) {
	c := j.corpus
	c.forget(a.change)
	loaded := copied(&j.loaded)
	r := &runner{corpus: c, opts: j.runner.opts, sets: j.runner.sets, report: &loaded, judged: map[string]bool{}, clean: maps.Clone(a.clean), known: make(map[ruleRun]ruleOutcome, len(a.known)), again: a}
	for _, used := range r.sets {
		used.matched = map[string]int{}
		for _, rule := range slices.Collect(maps.Keys(used.compiled)) {
			if used.compiled[rule] == nil { // it is reported again
				delete(used.compiled, rule)
			}
		}
	}
	next := &judgement{corpus: c, runner: r, loaded: j.loaded}
	err := r.judge(ctx)
	r.again = nil
	return next, err
}

// forget drops what was read of documents and may have changed. The objects of a description
// are collections, which a change of one scalar to another leaves as they are; of scalars, a
// description keeps those that say what operations take and return.
func (c *Corpus) forget(change *ruleset.Change) {
	p := change.Patch
	c.abilities, c.uses, c.overlaid, c.leads = nil, nil, nil, nil
	if !p.Old.IsScalar() || !p.New.IsScalar() {
		c.forgetParts(change)
		c.forgetDescription(change.Doc)
		return
	}
	switch p.Path[len(p.Path)-1] {
	case "description", "default", "example", "maxLength", "minLength", "maximum", "minimum", "maxItems", "minItems", "nullable", "deprecated", "externalDocs":
		if !slices.Contains([]string{"info", "servers", "tags"}, p.Path[0]) && !slices.Contains([]string{"enum", "tags", "properties"}, p.Path[len(p.Path)-2]) {
			return
		}
	}
	c.forgetDescription(change.Doc)
}

// forgetDescription drops what a description says; that of others stays, for no reference leads
// from one to the other.
func (c *Corpus) forgetDescription(d *ruleset.Document) {
	delete(c.described, d)
	c.apis = nil
}
