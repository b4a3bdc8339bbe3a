package proof

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// DifferenceKind is how a rule differs in another engine.
type DifferenceKind string

// The kinds of differences, from the worst to the mildest.
const (
	// Silent: the engine finds nothing where Spectral does.
	Silent DifferenceKind = "silent"
	// Louder: the engine finds something where Spectral does not.
	Louder DifferenceKind = "louder"
	// Number: the engine finds it in another number of lines.
	Number DifferenceKind = "number"
	// Severity: the engine gives the finding another severity, or none.
	Severity DifferenceKind = "severity"
	// Message: the engine prints the template of the message.
	Message DifferenceKind = "message"
	// Place: the engine finds the same in other lines.
	Place DifferenceKind = "place"
)

func kindsOfDifference() []DifferenceKind {
	return []DifferenceKind{Silent, Louder, Number, Severity, Message, Place}
}

// Difference is what a rule means in Spectral and not in another engine.
type Difference struct {
	// Rule is the id of the rule, From the file and line it is defined in.
	Rule, From string
	Kind       DifferenceKind
	// Why says what the engine does.
	Why string
	// Document shows it; nil where no document does. File names the document at
	// hand that it was made of, if it was.
	Document *Witness
	File     string
	// Spectral and Engine are the lines in which each finds something there.
	Spectral, Engine []int
	// Rewrite is the rule as both read it alike, as YAML: it was run by both on
	// all documents. Empty where none was found among the Tried ones.
	Rewrite string
	// Advice says what to do where no other rule is needed.
	Advice string
	Tried  int
}

// Comparison is what rulesets mean in two engines.
type Comparison struct {
	// Rules is the number of rules, Documents that of the documents.
	Rules, Documents int
	// Differences are in the order of the rules.
	Differences []Difference
	// Unchecked is what could not be compared, or what the engine passes over
	// in a ruleset as a whole.
	Unchecked []report.Unchecked
}

// Differs reports whether a rule means something else: differences of place
// alone do not count.
func (c *Comparison) Differs() bool {
	return slices.ContainsFunc(c.Differences, func(d Difference) bool { return d.Kind != Place })
}

// Compare compares what the rules of the rulesets, that a run over the corpus
// with the same options would run, mean here, which is what they mean in
// Spectral, with what they mean in an engine: on the documents of the corpus,
// and on those that the proofs of the rules make. Its error is that of ctx.
func Compare(ctx context.Context, c *lint.Corpus, opts *Options, engine lint.RulesetEngine) (*Comparison, error) {
	p, err := newProver(c, opts)
	if err != nil {
		return nil, err
	}
	result, err := Prove(ctx, c, opts)
	if err != nil {
		return nil, err
	}
	x := &comparer{prover: p, engine: engine, ctx: ctx, out: &Comparison{}}
	x.functions = x.runner()
	x.documents(result.Fixtures(ctx))
	for _, set := range p.sets {
		if err := x.set(set); err != nil {
			return nil, err
		}
	}
	x.out.Documents = len(x.docs)
	return x.out, ctx.Err()
}

// comparer compares the rules of one set after the other.
type comparer struct {
	*prover
	engine lint.RulesetEngine
	// functions are those that rules can name beside those of package ruleset.
	functions ruleset.Functions
	ctx       context.Context //nolint:containedctx // it is that of one call
	docs      []compared
	out       *Comparison
}

// compared is a document that both engines judge.
type compared struct {
	doc   *ruleset.Document
	texts map[string][]byte
	// own tells that it is a document at hand, and not one that was made.
	own bool
}

// maxCompared bounds the documents that are made.
const maxCompared = 600

// documents gathers the documents at hand, and those that were made: what
// rulesets of both engines are for.
func (x *comparer) documents(made []Fixture) {
	forBoth := func(d *ruleset.Document) bool { return d.Kind == ruleset.OpenAPI || d.Kind == ruleset.AsyncAPI }
	for _, d := range x.corpus.Documents {
		if forBoth(d) {
			x.docs = append(x.docs, compared{d, x.corpus.TextsOf(d), true})
		}
	}
	for i, f := range made {
		if i < maxCompared {
			if d, ok := parsed(f.Text()); ok && forBoth(d.doc) {
				x.docs = append(x.docs, d)
			}
		}
	}
}

// madeName is the name of a document that was made.
const madeName = "example.yml"

// parsed makes a document of a text, with its lines.
func parsed(text []byte) (compared, bool) {
	d, err := ruleset.ParseFile(oneFile{madeName, text}, madeName)
	if err != nil {
		return compared{}, false
	}
	d.Named = true
	refs := ruleset.NewReferences(ruleset.NoFiles{})
	refs.Add(d)
	refs.Follow(d)
	return compared{d, map[string][]byte{madeName: text}, false}, true
}

// files holds the rulesets.
func (x *comparer) files() fs.FS {
	if x.opts.RulesetFiles != nil {
		return x.opts.RulesetFiles
	}
	return x.corpus.Files()
}

// runner runs functions in JavaScript where that is allowed.
func (x *comparer) runner() ruleset.Functions {
	if x.opts.Functions == nil {
		return ruleset.Registered()
	}
	return x.opts.Functions(x.files())
}

// set compares the rules of one set.
func (x *comparer) set(set lint.LoadedRuleset) error {
	foreign, err := x.engine.Ruleset(x.files(), set.Name)
	if err != nil {
		x.out.Unchecked = append(x.out.Unchecked, report.Unchecked{File: set.Name, Why: err.Error()})
		foreign = nil
	} else {
		x.passedOver(set, foreign)
	}
	byRule := x.outcomes(set.Set, foreign)
	for _, s := range x.subjects {
		if s.set.Set != set.Set || x.ctx.Err() != nil {
			continue
		}
		x.out.Rules++
		found, by := byRule[s.rule.ID], foreign
		if one, ok := x.single(s, nil); foreign == nil && ok { // it may be another rule that is refused
			found, by = x.outcomes(one.set, one.foreign)[s.rule.ID], one.foreign
		}
		if s.broken == nil {
			x.out.Differences = append(x.out.Differences, x.rule(s, by, found)...)
		}
	}
	return x.ctx.Err()
}

// outcomes are what both engines find in all documents, by rule.
func (x *comparer) outcomes(set *rules.Set, foreign *lint.EngineRuleset) map[string][]outcome {
	out := map[string][]outcome{}
	for _, d := range x.docs {
		if x.ctx.Err() != nil {
			break
		}
		for id, o := range x.both(set, foreign, d) {
			out[id] = append(out[id], o)
		}
	}
	return out
}

// passedOver lists what the engine passes over in a ruleset, but for the rules
// that are compared.
func (x *comparer) passedOver(set lint.LoadedRuleset, foreign *lint.EngineRuleset) {
	for _, f := range foreign.Failures {
		if set.Rules[f.Rule] == nil {
			x.out.Unchecked = append(x.out.Unchecked, report.Unchecked{Rule: f.Rule, File: set.Name, Why: f.Why})
		}
	}
	for _, note := range foreign.Notes {
		x.out.Unchecked = append(x.out.Unchecked, report.Unchecked{File: set.Name, Why: note, Aside: true})
	}
}

// outcome is what both engines find by a rule in a document.
type outcome struct {
	compared
	spectral, engine []string // FILE:LINE, in order, each once
	messages         []string
	severities       []string
	failed           string
}

// both runs a ruleset by both engines on a document, and returns what the rules
// find.
func (x *comparer) both(set *rules.Set, foreign *lint.EngineRuleset, d compared) map[string]outcome {
	out := map[string]outcome{}
	update := func(id string, f func(*outcome)) {
		o, ok := out[id]
		if !ok {
			o.compared = d
		}
		f(&o)
		out[id] = o
	}
	formats := d.doc.Formats()
	effective := set.For(func(string) bool { return false })
	for _, id := range slices.Sorted(maps.Keys(effective.Rules)) {
		rule := effective.Rules[id]
		c, err := ruleset.Compile(rule, x.functions)
		if !rule.Enabled || rule.Pack != "" || err != nil || !c.AppliesTo(formats) {
			continue
		}
		r, err := c.Run(x.ctx, d.doc)
		if err != nil {
			continue
		}
		for _, f := range r.Findings {
			update(id, func(o *outcome) { o.spectral = append(o.spectral, at(f.File, f.Range.Start.Line)) })
		}
	}
	if foreign == nil || foreign.Run == nil {
		return out
	}
	found, err := foreign.Run(x.ctx, lint.EngineInput{File: d.doc.File, Kind: d.doc.Kind, Texts: d.texts})
	for _, f := range found.Findings {
		update(f.Rule, func(o *outcome) {
			o.engine = append(o.engine, at(cmp.Or(f.File, d.doc.File), f.Line))
			o.messages, o.severities = append(o.messages, f.Message), append(o.severities, f.Severity)
		})
	}
	for _, f := range found.Failures {
		update(f.Rule, func(o *outcome) { o.failed = f.Why })
	}
	if err != nil {
		return nil // the engine cannot read the document
	}
	for id, o := range out {
		slices.Sort(o.spectral)
		slices.Sort(o.engine)
		o.spectral, o.engine = slices.Compact(o.spectral), slices.Compact(o.engine)
		out[id] = o
	}
	return out
}

func at(file string, line int) string { return fmt.Sprintf("%s:%06d", file, line) }

// kind is how the findings in a document differ; empty where they do not.
func (o *outcome) kind() DifferenceKind {
	switch {
	case len(o.spectral) > 0 && len(o.engine) == 0:
		return Silent
	case len(o.spectral) == 0 && len(o.engine) > 0:
		return Louder
	case len(o.spectral) != len(o.engine):
		return Number
	case slices.Contains(o.severities, ""):
		return Severity
	case slices.ContainsFunc(o.messages, func(m string) bool { return strings.Contains(m, "{{") }):
		return Message
	case !slices.Equal(o.spectral, o.engine):
		return Place
	}
	return ""
}

// lines are the lines of places.
func lines(places []string) []int {
	out := []int{}
	for _, p := range places {
		line := 0
		_, _ = fmt.Sscanf(p[strings.LastIndexByte(p, ':')+1:], "%d", &line)
		out = append(out, line)
	}
	return out
}

// textOf is a value as YAML.
func textOf(root *yamltree.Node) []byte { return bytes.TrimRight(appendYAML(nil, root, ""), "\n") }
