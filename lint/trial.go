package lint

import (
	"context"

	"fmt"
	"io/fs"
	"slices"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/internal/jsonschema"
	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
)

// Trial is one rule, ready to be tried on single documents without a run
// around it: no engine, no overrides, no configuration. It is safe for use by
// several goroutines.
type Trial struct {
	// Rule is the rule that is tried.
	Rule *rules.Rule

	compiled *compiledRule
}

// NewTrial compiles a rule; its error says where and why it cannot run.
func NewTrial(rule *rules.Rule) (*Trial, error) {
	c, err := compile(rule)
	if err != nil {
		return nil, err
	}
	return &Trial{Rule: rule, compiled: c}, nil
}

// Look is one value that a rule judged.
type Look struct {
	// Then counts the entries of the rule's then, from 0.
	Then int
	// Path is the path of the selected value as the rule sees it, references
	// followed.
	Path []string
	// Given is where the value that the paths select is written, Target where
	// the value that was judged is, or the nearest place above it that exists;
	// Missing are the steps from there that do not exist. A value that is
	// written in another document has no Given.
	Given, Target, Missing []string
	// Key tells that the key at Target was judged, and not its value.
	Key bool
	// Findings are what the rule found there.
	Findings []report.Finding
}

// AppliesTo reports whether the rule is for documents of this format.
func (t *Trial) AppliesTo(d *Document) bool {
	return len(t.Rule.Formats) == 0 || t.compiled.applies(formats(d.tree.Root))
}

// JudgesValidity reports whether the rule asks just what Validator does: that
// the document is valid.
func (t *Trial) JudgesValidity() bool {
	return slices.ContainsFunc(t.Rule.Then, func(then rules.Then) bool { return then.Function == "oasDocumentSchema" })
}

// On tries the rule on a document. Its error is that of ctx, or of a path or
// an expression that takes too long.
func (t *Trial) On(ctx context.Context, d *Document) (looks []Look, err error) {
	failed := guarded(func() error {
		looks, err = t.on(ctx, d)
		return err
	})
	return looks, failed
}

func (t *Trial) on(ctx context.Context, d *Document) ([]Look, error) {
	r := &run{ctx: ctx, doc: d, rule: t.compiled, formats: formats(d.tree.Root), severity: t.Rule.Severity, steps: stepBudget}
	root := d.tree.Root
	if t.Rule.Resolved {
		root = d.resolved
	}
	var looks []Look
	for _, given := range t.compiled.pathsFor(r.formats) {
		r.keys = selectsKeys(given)
		err := given.Select(root, d.limitsFor(t.Rule), func(m jsonpath.Match) bool {
			looks = append(looks, r.looksAt(m, r.keys)...)
			return r.err == nil && ctx.Err() == nil
		})
		if err != nil {
			return nil, fmt.Errorf("given %s: %w", given, err)
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	return looks, ctx.Err()
}

// looksAt judges what is selected at one place.
func (r *run) looksAt(m jsonpath.Match, key bool) []Look {
	path := slices.Clone(m.Path)
	given, _ := r.written(path)
	var looks []Look
	for i, then := range r.rule.then {
		for _, t := range targets(then, m.Value) {
			before := len(r.findings)
			at := append(path[:len(path):len(path)], t.path...)
			r.judge(then, t, at)
			look := Look{Then: i, Path: path, Findings: r.findings[before:len(r.findings):len(r.findings)], Key: key || then.field == "@key" && len(t.path) > 0}
			if given != nil {
				look.Given = given
				look.Target, look.Missing = r.written(at)
			}
			looks = append(looks, look)
		}
	}
	return looks
}

// written finds where a path that the rule sees is written in the document;
// nil where that is another document.
func (r *run) written(path []string) (at, missing []string) {
	if !r.rule.rule.Resolved {
		_, n := r.doc.tree.RangeAt(path...)
		return append([]string{}, path[:n]...), path[n:]
	}
	return r.doc.Written(path)
}

// Written finds where a path, of the document with its references followed, is
// written; missing are the steps of it that do not exist. It is nil where that
// is another document.
func (d *Document) Written(path []string) (at, missing []string) {
	loc, missing := d.refs.locate(d, path)
	if loc.doc != d {
		return nil, nil
	}
	return append([]string{}, loc.path...), missing
}

// NewDocument makes a document of a value that is in no file. References to
// other files lead nowhere from it.
func NewDocument(file string, root *yamltree.Node) *Document {
	d := &Document{File: file, Kind: kindOf(root), Named: true, tree: &yamltree.Document{Name: file, Root: root}}
	d.refs = newReferences(noFiles{})
	d.resolved = d.refs.resolve(d)
	return d
}

// Root is the value of the document.
func (d *Document) Root() *yamltree.Node { return d.tree.Root }

// Standalone is the value of the document with what it refers to in other
// files written into it.
func (d *Document) Standalone() *yamltree.Node { return d.standalone(d.tree.Root) }

func (d *Document) standalone(n *yamltree.Node) *yamltree.Node {
	if target, ok := d.refs.target[n]; ok && target.doc != d {
		return d.refs.done[target.node]
	}
	if n.IsScalar() {
		return n
	}
	var items []*yamltree.Node
	for i, item := range n.Items {
		changed := d.standalone(item)
		if changed != item && items == nil {
			items = slices.Clone(n.Items)
		}
		if items != nil {
			items[i] = changed
		}
	}
	if items == nil {
		return n
	}
	c := *n
	c.Items = items
	return &c
}

// Fault is a reason why a document is not valid.
type Fault struct {
	Path    []string
	Message string
}

// Validator reports whether documents are valid, apart from any ruleset: an
// OpenAPI description by the schema of its version, a JSON Schema by the one
// of its dialect, any other document by those checks that look at nothing else;
// and every $ref leads somewhere. It is safe for use by several goroutines.
type Validator struct {
	schema judge
	checks []Check
}

// NewValidator makes a validator.
func NewValidator() *Validator {
	schema, _ := prepareDocumentSchema(nil)
	v := &Validator{schema: schema}
	for _, id := range []string{"document-empty", "duplicate-key", "key-type", "capability-shape", "context-term"} {
		if c, ok := checkNamed(id); ok {
			v.checks = append(v.checks, c)
		}
	}
	return v
}

// Faults lists why the document is not a valid one of a kind.
func (v *Validator) Faults(d *Document, as Kind) (out []Fault) {
	if d.Kind != as && as != JSONSchema {
		return []Fault{{Message: "this is not a document of the kind " + string(as)}}
	}
	err := guarded(func() error {
		out = v.faults(d, as)
		return nil
	})
	if err != nil {
		return []Fault{{Message: err.Error()}}
	}
	return out
}

func (v *Validator) faults(d *Document, as Kind) (out []Fault) {
	for _, b := range d.refs.broken {
		out = append(out, Fault{b.at.path, "the reference " + b.ref + " leads nowhere"})
	}
	switch as {
	case OpenAPI:
		return append(out, v.openAPIFaults(d)...)
	case JSONSchema:
		return append(out, schemaFaults(d.tree.Root)...)
	}
	corpus := &Corpus{Documents: []*Document{d}, Config: &Config{}, files: noFiles{}, refs: d.refs}
	for _, c := range v.checks {
		for _, f := range c.run(corpus) {
			if n := len(f.place.Path); n > 0 && f.place.Path[n-1] == "@version" {
				continue // the version of a context is what json-ld-version is for
			}
			out = append(out, Fault{f.place.Path, c.ID + ": " + f.message})
		}
	}
	return out
}

func (v *Validator) openAPIFaults(d *Document) (out []Fault) {
	if len(openAPIVersions(d.tree.Root)) == 0 {
		return []Fault{{Message: "unknown version of OpenAPI"}}
	}
	outcomes, err := v.schema(input{value: d.tree.Root, doc: d, formats: formats(d.tree.Root)})
	if err != nil {
		return []Fault{{Message: err.Error()}}
	}
	for _, o := range outcomes {
		out = append(out, Fault{o.path, o.message})
	}
	return out
}

// schemaFaults says why a JSON Schema is invalid.
func schemaFaults(root *yamltree.Node) []Fault {
	draft, known := jsonschema.DraftOf(root.Lookup("$schema").TextValue())
	if !known {
		draft = jsonschema.Draft2020
	}
	if fault := schemaFault(root, draft); fault != "" {
		return []Fault{{Message: fault}}
	}
	return nil
}

// noFiles is a tree of files that has none.
type noFiles struct{}

// Open finds nothing.
func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// LoadedRuleset is a ruleset that a run would use.
type LoadedRuleset struct {
	*rules.Set
	// Use is how it came to be used.
	Use RulesetUse
}

// Rulesets loads the rulesets that a run with the same arguments would run;
// what could not be loaded is in the second result.
func Rulesets(c *Corpus, opts *Options) ([]LoadedRuleset, []report.Unchecked) {
	r := newRunner(c, opts)
	r.loadRulesets()
	var sets []LoadedRuleset
	for _, used := range r.sets {
		sets = append(sets, LoadedRuleset{used.set, used.use})
	}
	return sets, r.report.Unchecked
}

// SeverityIn is the severity that the findings of a rule have in a file, after
// overrides and configuration; Off where the rule does not run on it.
func (l LoadedRuleset) SeverityIn(c *Corpus, file, rule string) rules.Severity {
	used := &usedSet{set: l.Set}
	severity := rules.Off
	all, _ := used.rulesFor(file)
	for _, r := range all {
		if r.ID == rule {
			severity = r.Severity
		}
	}
	for _, change := range c.Config.Severities {
		if severity == rules.Off || !change.matches(report.Finding{Rule: rule, Place: report.Place{File: file}}) {
			continue
		}
		for s := rules.Error; s <= rules.Off; s++ {
			if s.String() == change.Severity {
				severity = s
			}
		}
	}
	return severity
}

// Wants reports whether the ruleset is narrowed down to some documents, and
// whether that is one of them.
func (u RulesetUse) Wants(d *Document) (wanted, narrowed bool) {
	if len(u.Documents) == 0 {
		return true, false
	}
	return matchAny(u.Documents, d.File) || slices.Contains(u.Documents, string(d.Kind)), true
}
