// Package proof judges rulesets: for each rule it makes a document on which
// the rule fires and one on which it is quiet, or says that there is none, and
// notes where a rule does not do what its words say.
//
// The documents are made by changing the documents at hand, and specimens that
// have one of everything: what a rule looks at is removed, emptied, retyped,
// renamed, repeated and extended, by the options of its function too. Nothing
// is decided by the name of a rule. Prove is the first call to make.
package proof

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// Verdict is whether a rule can do what rules are for.
type Verdict string

// The verdicts.
const (
	// Proven: it fires on a valid document and is quiet on another.
	Proven Verdict = "proven"
	// Vacuous: it fires on no document that is valid otherwise.
	Vacuous Verdict = "vacuous"
	// Unproven: that could not be decided.
	Unproven Verdict = "unproven"
)

// NoteKind is what a note is about.
type NoteKind string

// The kinds of notes.
const (
	Narrower            NoteKind = "narrower"
	Inverted            NoteKind = "inverted"
	DeadPath            NoteKind = "dead-path"
	DuplicateOf         NoteKind = "duplicate-of"
	UnreachableSeverity NoteKind = "unreachable-severity"
	PromiseKeptBy       NoteKind = "promise-kept-by"
)

// Note is something to know about a rule beside its verdict.
type Note struct {
	Kind NoteKind
	// Rule is the other rule that it is about; empty where there is none.
	Rule string
	Why  string
}

// Proof is what was found out about one rule.
type Proof struct {
	Rule string
	// From is the file and line that the rule is defined in.
	From    string
	Verdict Verdict
	// Why says for what reason the rule is not proven, and what was tried.
	Why string
	// Fires and Quiet are the documents; nil where none was found.
	Fires, Quiet *Witness
	Notes        []Note

	rule      *rules.Rule
	trial     *ruleset.Compiled
	functions ruleset.Functions
	harness   *harness
}

// Witness is a document that shows what a rule does.
type Witness struct {
	// From says which document it was made of, and how.
	From string

	root *yamltree.Node
}

// JSON is the document as JSON, its keys in their order.
func (w *Witness) JSON() []byte { return appendJSON(nil, w.root) }

// YAML is the document as YAML.
func (w *Witness) YAML() []byte { return appendYAML(nil, w.root, "") }

// Options is how rulesets are proven; nil means the defaults.
type Options struct {
	// Rulesets and RulesetFiles are as in lint.Options.
	Rulesets     []lint.RulesetUse
	RulesetFiles fs.FS
	// Functions has the functions in JavaScript run that rulesets name, as in lint.Options;
	// default: they are not run, and rules that name one are unchecked.
	Functions func(files fs.FS) ruleset.Functions
	// Inherited tells that the rules of bundled rulesets that are inherited
	// are proven too; default only those of files, and of a bundled ruleset
	// that is asked for itself.
	Inherited bool
	// Only is the id of the one rule that is proven; default all.
	Only string
	// Workers is the number of rules that are worked on at a time; default
	// that of processors. The result does not depend on it.
	Workers int
	// Tries bounds the documents that are tried for one rule; default 12,000.
	Tries int
	// Done is called when a rule is done, with how many are, and of how many. It is
	// called from any goroutine. Default: nothing is called.
	Done func(done, rules int)
}

// Result is what was found out about rulesets.
type Result struct {
	// Proofs has one entry a rule, in the order of definition.
	Proofs []Proof
	// Unchecked is what could not be loaded or run.
	Unchecked []report.Unchecked
}

// Coverage is the share of the rules that are proven, in percent; 100 where
// there are none.
func (r *Result) Coverage() float64 {
	proven := 0
	for _, p := range r.Proofs {
		if p.Verdict == Proven {
			proven++
		}
	}
	if len(r.Proofs) == 0 {
		return 100
	}
	return 100 * float64(proven) / float64(len(r.Proofs))
}

// Prove proves the rules of the rulesets that a run over the corpus with the
// same options would run. Its error is that of ctx.
func Prove(ctx context.Context, c *lint.Corpus, opts *Options) (*Result, error) {
	p, err := newProver(c, opts)
	if err != nil {
		return nil, err
	}
	out := &Result{Proofs: make([]Proof, len(p.subjects)), Unchecked: p.unchecked}
	var done atomic.Int64
	err = parallel(ctx, len(p.subjects), p.opts.Workers, func(i int) error {
		var err error
		out.Proofs[i], err = p.prove(ctx, p.subjects[i])
		if n := int(done.Add(1)); p.opts.Done != nil {
			p.opts.Done(n, len(p.subjects))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, s := range p.subjects {
		if s.broken != nil {
			out.Unchecked = append(out.Unchecked, report.Unchecked{Rule: s.rule.ID, File: s.rule.From.File, Why: s.broken.Error()})
		}
	}
	return out, nil
}

// parallel runs f for each index on some goroutines and waits for them; its
// error is the first one by index.
func parallel(ctx context.Context, n, workers int, f func(int) error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	errs := make([]error, n)
	next := make(chan int)
	var group sync.WaitGroup
	for range min(workers, n) {
		group.Go(func() {
			for i := range next {
				errs[i] = f(i)
			}
		})
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// subject is a rule that is to be proven.
type subject struct {
	rule   *rules.Rule
	set    lint.LoadedRuleset
	trial  *ruleset.Compiled
	broken error
}

type prover struct {
	opts      Options
	corpus    *lint.Corpus
	subjects  []subject
	bases     []base
	validator *lint.Validator
	unchecked []report.Unchecked
	// peers are the enabled rules of each set.
	peers map[*rules.Set][]*ruleset.Compiled
	sets  []lint.LoadedRuleset
}

func newProver(c *lint.Corpus, opts *Options) (*prover, error) {
	p := &prover{corpus: c, validator: lint.NewValidator(), peers: map[*rules.Set][]*ruleset.Compiled{}}
	if opts != nil {
		p.opts = *opts
	}
	if p.opts.Tries <= 0 {
		p.opts.Tries = 12_000
	}
	sets, unchecked := lint.Rulesets(c, &lint.Options{Rulesets: p.opts.Rulesets, RulesetFiles: p.opts.RulesetFiles, Functions: p.opts.Functions})
	p.unchecked, p.sets = unchecked, sets
	for _, set := range sets {
		p.addSet(set)
		for _, pack := range slices.Sorted(maps.Keys(set.Engines)) {
			p.unchecked = append(p.unchecked, report.Unchecked{Rule: pack, File: set.Name, Why: "the rules of a rule pack run in its engine only and cannot be proven"})
		}
	}
	var err error
	p.bases, err = bases(c, p.validator)
	return p, err
}

func (p *prover) addSet(set lint.LoadedRuleset) {
	var own []subject
	for _, id := range sortedIDs(set.Set) {
		rule := set.Rules[id]
		trial, err := ruleset.Compile(rule, set.Functions)
		if err == nil && rule.Enabled {
			p.peers[set.Set] = append(p.peers[set.Set], trial)
		}
		if p.wants(set.Set, rule) {
			own = append(own, subject{rule, set, trial, err})
		}
	}
	slices.SortStableFunc(own, func(a, b subject) int { return compareDefinitions(a.rule, b.rule) })
	p.subjects = append(p.subjects, own...)
}

// wants reports whether a rule is to be proven.
func (p *prover) wants(set *rules.Set, rule *rules.Rule) bool {
	if p.opts.Only != "" && rule.ID != p.opts.Only {
		return false
	}
	if !rules.IsBuiltin(rule.From.File) {
		return true
	}
	return rule.Enabled && (p.opts.Inherited || rule.From.File == set.Name)
}

func place(rule *rules.Rule) string { return fmt.Sprintf("%s:%d", rule.From.File, rule.From.Line) }
