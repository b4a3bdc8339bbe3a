package proof

import (
	"bytes"
	"io/fs"
	"slices"
	"time"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// rule compares one rule by what both engines find by it in all documents.
func (x *comparer) rule(s subject, foreign *lint.EngineRuleset, outcomes []outcome) []Difference {
	worst := map[DifferenceKind]*outcome{}
	for i := range outcomes {
		o := &outcomes[i]
		if k := o.kind(); k != "" && (worst[k] == nil || smaller(o, worst[k])) {
			worst[k] = o
		}
	}
	never := failureOf(foreign, s.rule.ID)
	var out []Difference
	for _, kind := range kindsOfDifference() {
		o := worst[kind]
		if o == nil && !(kind == Silent && never != "" && s.rule.Enabled) {
			continue
		}
		d := Difference{Rule: s.rule.ID, From: place(s.rule), Kind: kind, Why: never}
		if !s.rule.Enabled {
			d.Why = "runs the rule, although its definition switches it off"
		}
		if o != nil {
			x.show(&d, s, o)
		}
		if d.Why == "" {
			d.Why = whyDifferent(kind)
		}
		out = append(out, d)
		if kind == Silent && never != "" || kind != Silent && kind != Louder {
			break // the milder kinds are in the same findings
		}
	}
	if len(out) > 0 {
		x.rewrite(&out[0], s, outcomes)
	}
	return out
}

func smaller(a, b *outcome) bool { return a.doc.Size() < b.doc.Size() }

// failureOf is why an engine does not run a rule of a ruleset.
func failureOf(foreign *lint.EngineRuleset, rule string) string {
	if foreign == nil {
		return ""
	}
	for _, f := range foreign.Failures {
		if f.Rule == rule {
			return f.Why
		}
	}
	return ""
}

func whyDifferent(kind DifferenceKind) string {
	return map[DifferenceKind]string{
		Silent:   "finds nothing where Spectral does",
		Louder:   "finds something where Spectral does not",
		Number:   "finds it in another number of lines than Spectral",
		Severity: "gives the findings no severity, because the rule has none; in Spectral they are warnings",
		Message:  "prints the placeholders of the message as they are",
		Place:    "finds the same in other lines",
	}[kind]
}

// show makes the document small that shows a difference.
func (x *comparer) show(d *Difference, s subject, o *outcome) {
	if d.Why == "" {
		d.Why = o.failed
	}
	shown := *o
	if single, ok := x.single(s, nil); ok {
		if small, ok := x.smaller(single, s, o, d.Kind); ok {
			shown = small
		}
	}
	if o.own {
		d.File = o.doc.File
	}
	if !shown.own { // one at hand has other lines when it is written again
		d.Document = &Witness{root: shown.doc.Root()}
	}
	d.Spectral, d.Engine = lines(shown.spectral), lines(shown.engine)
}

// shrinkTries bounds the tries of making a document smaller, shrinkSize the
// nodes of one that is tried.
const shrinkTries, shrinkSize = 500, 5000

// smaller removes from a document what the difference does not need.
func (x *comparer) smaller(r *reading, s subject, o *outcome, kind DifferenceKind) (outcome, bool) {
	var last outcome
	found, tries := false, 0
	holds := func(root *yamltree.Node) bool {
		if tries++; tries > shrinkTries || x.ctx.Err() != nil {
			return false
		}
		text := append(textOf(root), '\n')
		d, ok := parsed(text)
		if !ok || d.doc.Kind != o.doc.Kind || len(x.validator.Faults(ruleset.NewDocument("", root), d.doc.Kind)) > 0 {
			return false
		}
		got := x.both(r.set, r.foreign, d)[s.rule.ID]
		if got.kind() != kind {
			return false
		}
		last, found = got, true
		return true
	}
	root := o.doc.Standalone()
	if sizeUpTo(root, shrinkSize) > shrinkSize || !holds(root) {
		return outcome{}, false
	}
	minimise(root, holds)
	return last, found
}

// reading is a ruleset of one rule as both engines read it.
type reading struct {
	set     *rules.Set
	foreign *lint.EngineRuleset
}

// single makes a ruleset of one rule: as it is written, or with another
// definition.
func (x *comparer) single(s subject, definition *yamltree.Node) (*reading, bool) {
	file := fileOf(s)
	if file == nil {
		return nil, false
	}
	if definition == nil {
		definition = file.Root.At("rules", s.rule.ID)
	}
	if definition == nil || definition.Kind != yamltree.Mapping || definition.Lookup("given") == nil {
		return nil, false
	}
	root := member(object(), "rules", member(object(), s.rule.ID, definition))
	for _, key := range []string{"aliases", "formats"} {
		if n := file.Root.Lookup(key); n != nil {
			root = member(root, key, n)
		}
	}
	files := oneFile{singleName, appendJSON(nil, root)}
	set, err := rules.Load(files, singleName)
	if err != nil {
		return nil, false
	}
	withScripts(set.Rules[s.rule.ID], s.rule)
	foreign, err := x.engine.Ruleset(files, singleName)
	if err != nil {
		foreign = &lint.EngineRuleset{Failures: []lint.EngineFailure{{Rule: s.rule.ID, Why: err.Error()}}}
	}
	return &reading{set, foreign}, true
}

// withScripts gives a rule the functions in JavaScript that another one names, which are in
// the files of that.
func withScripts(rule, other *rules.Rule) {
	for _, then := range other.Then {
		for i := 0; rule != nil && then.Script != nil && i < len(rule.Then); i++ {
			if rule.Then[i].Function == then.Function {
				rule.Then[i].Script = then.Script
			}
		}
	}
}

// fileOf is the file that a rule is written in.
func fileOf(s subject) *yamltree.Document {
	i := slices.IndexFunc(s.set.Files, func(f *yamltree.Document) bool { return f.Name == s.rule.From.File })
	if i < 0 {
		return nil
	}
	return s.set.Files[i]
}

// singleName is the name of a ruleset of one rule.
const singleName = "rule.json"

// oneFile is a tree of one file.
type oneFile struct {
	name string
	text []byte
}

// Open opens the file.
func (o oneFile) Open(name string) (fs.File, error) {
	if name != o.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &openText{Reader: bytes.NewReader(o.text), size: int64(len(o.text)), name: name}, nil
}

// openText is the file, opened; it describes itself.
type openText struct {
	*bytes.Reader
	size int64
	name string
}

func (o *openText) Stat() (fs.FileInfo, error) { return o, nil }
func (o *openText) Close() error               { return nil }
func (o *openText) Name() string               { return o.name }
func (o *openText) Mode() fs.FileMode          { return 0o444 }
func (o *openText) ModTime() time.Time         { return time.Time{} }
func (o *openText) IsDir() bool                { return false }
func (o *openText) Sys() any                   { return nil }

// rewrite looks for a way to write a rule that both engines read alike.
func (x *comparer) rewrite(d *Difference, s subject, outcomes []outcome) {
	file := fileOf(s)
	if file == nil || d.Kind == Place {
		return
	}
	definition := file.Root.At("rules", s.rule.ID)
	if definition == nil || definition.Kind != yamltree.Mapping {
		return
	}
	if !s.rule.Enabled {
		d.Advice = "leave the rule out: it is switched off where it is defined, and the engine runs it all the same"
		return
	}
	tests := x.tests(s, outcomes)
	for _, candidate := range rewrites(definition) {
		if d.Tried++; d.Tried > maxRewrites || x.ctx.Err() != nil {
			return
		}
		if x.alike(s, candidate, tests) {
			d.Rewrite = string(textOf(member(object(), s.rule.ID, candidate)))
			return
		}
	}
}

// maxRewrites bounds the ways to write one rule that are tried, maxTests the
// documents that each is tried on.
const maxRewrites, maxTests = 250, 60

// tests are the outcomes that a rule has to have written in another way: the
// small documents first, those where something is found before the others.
func (x *comparer) tests(s subject, outcomes []outcome) []outcome {
	tests := slices.Clone(outcomes)
	slices.SortStableFunc(tests, func(a, b outcome) int { return a.doc.Size() - b.doc.Size() })
	seen := map[*ruleset.Document]bool{}
	for _, o := range tests {
		seen[o.doc] = true
	}
	for _, d := range x.docs { // on which both are quiet
		if !seen[d.doc] && len(tests) < maxTests && applies(s.trial, d.doc) {
			tests = append(tests, outcome{compared: d})
		}
	}
	return tests[:min(len(tests), maxTests)]
}

// alike reports whether a rule in another writing finds here what it found
// before, and the engine finds as much.
func (x *comparer) alike(s subject, definition *yamltree.Node, tests []outcome) bool {
	r, ok := x.single(s, definition)
	if !ok || failureOf(r.foreign, s.rule.ID) != "" || slices.ContainsFunc(r.set.Problems, func(p rules.Problem) bool { return p.Stops || !p.Accepted }) {
		return false
	}
	if rule := r.set.Rules[s.rule.ID]; rule == nil || ruleset.Refusal(rule) != nil {
		return false
	}
	fired := false
	for _, want := range tests {
		got := x.both(r.set, r.foreign, want.compared)[s.rule.ID]
		got.compared = want.compared
		if !slices.Equal(got.spectral, want.spectral) || got.kind() != "" && got.kind() != Place || got.failed != "" {
			return false
		}
		fired = fired || len(got.spectral) > 0
	}
	return fired
}
