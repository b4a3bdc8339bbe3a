package ruleset

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/yamltree"
)

// Compiled is a rule that is ready to run on any number of documents. It is safe
// for use by several goroutines.
type Compiled struct {
	// Rule is the rule as its ruleset has it.
	Rule *rules.Rule

	given []*jsonpath.Path
	then  []compiledThen
}

type compiledThen struct {
	field    string
	hasField bool
	fieldAt  *jsonpath.Path // where the field is a path of its own
	steps    []string
	judge    judge
	function string
	// host tells that the function is one of a host, whose messages may have
	// placeholders.
	host bool
}

// fault is why a rule cannot run, and where its ruleset says so.
type fault struct {
	at  string
	why string
}

func (f *fault) Error() string { return f.at + ": " + f.why }

// unknownFormat is the fault of a rule that names a format that is not known.
func unknownFormat(rule *rules.Rule) error {
	for _, format := range rule.Formats {
		if !knownFormat(format) {
			return &fault{rule.From.String(), fmt.Sprintf("unknown format %q", format)}
		}
	}
	return nil
}

// Compile prepares a rule, whose functions may be some that a host has; its error
// says where and why it cannot run.
func Compile(rule *rules.Rule, hosts ...Functions) (*Compiled, error) {
	c := &Compiled{Rule: rule}
	if err := unknownFormat(rule); err != nil {
		return nil, err
	}
	for _, given := range rule.Given {
		p, err := jsonpath.Compile(given)
		if err != nil {
			return nil, &fault{rule.From.String(), fmt.Sprintf("given %q: %v", given, err)}
		}
		c.given = append(c.given, p)
	}
	for _, then := range rule.Then {
		t, err := compileThen(then, hosts)
		if err != nil {
			return nil, &fault{then.From.String(), err.Error()}
		}
		c.then = append(c.then, t)
	}
	return c, nil
}

func compileThen(then rules.Then, hosts []Functions) (compiledThen, error) {
	t := compiledThen{field: then.Field, hasField: then.HasField, function: then.Function}
	var err error
	if t.judge, t.host, err = prepareThen(then, hosts); err != nil {
		return t, err
	}
	if strings.HasPrefix(then.Field, "$") {
		t.fieldAt, err = jsonpath.Compile(fieldPath(then.Field))
		if err != nil { // a name such as $schema is not a path
			t.fieldAt, err = nil, nil
		}
	}
	t.steps = fieldSteps(then.Field)
	return t, err
}

// Refusal is why a rule is refused, nil where it is not; of one that does not run,
// its formats, its functions and their options are judged all the same.
func Refusal(rule *rules.Rule, hosts ...Functions) error {
	if rule.Enabled {
		_, err := Compile(rule, hosts...)
		return err
	}
	if err := unknownFormat(rule); err != nil {
		return err
	}
	for _, then := range rule.Then {
		if _, err := compileThen(then, hosts); err != nil {
			return &fault{then.From.String(), err.Error()}
		}
	}
	return nil
}

// fieldPath tells a path ("$.a", "$[0]") from a name that begins with "$".
func fieldPath(field string) string {
	if len(field) > 1 && field[1] != '.' && field[1] != '[' {
		return ""
	}
	return field
}

// fieldSteps splits a field such as a.b[0]['c'] into steps.
func fieldSteps(field string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(field, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		out = append(out, strings.Trim(part, `'"`))
	}
	return out
}

// AppliesTo reports whether the rule is for documents of these formats.
func (c *Compiled) AppliesTo(formats map[string]bool) bool {
	if len(c.Rule.Formats) == 0 {
		return !c.Rule.NoFormat
	}
	return slices.ContainsFunc(c.Rule.Formats, func(f string) bool { return formats[f] })
}

// pathsFor are the paths that the rule looks at in documents of some formats.
func (c *Compiled) pathsFor(formats map[string]bool) []*jsonpath.Path {
	chosen := c.Rule.GivenFor(formats)
	return slices.DeleteFunc(slices.Clone(c.given), func(p *jsonpath.Path) bool { return !slices.Contains(chosen, p.String()) })
}

// Result is what a rule found in a document.
type Result struct {
	Findings []report.Finding
	// Matched counts the values that the rule's paths selected.
	Matched int
}

// Run runs the rule on a document. Its error is that of ctx, or of a path or a
// function that takes too many steps or fails; the result then has what was found
// before.
func (c *Compiled) Run(ctx context.Context, d *Document) (Result, error) {
	ctx, done := context.WithCancel(ctx)
	defer done()
	r := c.on(ctx, d)
	err := guarded(r.document)
	return Result{r.findings, r.matched}, err
}

func (c *Compiled) on(ctx context.Context, d *Document) *run {
	return &run{ctx: ctx, doc: d, rule: c, formats: Formats(d.Tree.Root), steps: stepBudget, number: runs.Add(1)}
}

// guarded runs f; a panic becomes its error.
func guarded(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("it failed: %v", r)
		}
	}()
	return f()
}

// run judges a document by the rule.
type run struct {
	ctx     context.Context
	doc     *Document
	rule    *Compiled
	formats map[string]bool
	// matched counts the values that the rule's paths selected.
	matched int
	// keys tells that the path that is being looked for selects keys.
	keys bool
	// steps are what is left of the work that its functions may do.
	steps    int
	findings []report.Finding
	err      error
	// number tells the run from all others.
	number int64
}

// VisitBudget bounds the places that one path of a rule looks at in a document
// of usual size, stepBudget the steps that the functions of a rule take. Steps
// are counted, and not time: a verdict must not depend on how busy a machine
// is.
const (
	VisitBudget = 3_000_000
	stepBudget  = 100_000_000
)

// limits lets ".." go into the target of references once: by whichever way it
// comes there, a finding is reported where the target is written.
func (d *Document) limits() *jsonpath.Limits {
	limits := &jsonpath.Limits{Places: max(VisitBudget, 5*len(d.Tree.Text)), Sealed: d.Sealed}
	if d.Refs != nil {
		limits.Once = func(n *yamltree.Node) bool { return d.Refs.shared[n] }
	}
	return limits
}

// limitsFor are those of the paths of a rule.
func (d *Document) limitsFor(rule *rules.Rule) *jsonpath.Limits {
	limits := d.limits()
	if rule.SkipData {
		limits.Enter = d.enterSchemas
	}
	return limits
}

// enterSchemas keeps paths out of what is data, and out of extensions. Those of
// the document itself and of its components often hold objects of OpenAPI, such
// as webhooks before version 3.1, and are read.
func (d *Document) enterSchemas(state int, in *yamltree.Node, name string, member *yamltree.Node) (int, bool) {
	at := jsonschema.Position(state) //nolint:gosec // it was one
	if at == jsonschema.InObject && in.Kind == yamltree.Mapping && strings.HasPrefix(name, "x-") {
		return int(jsonschema.InObject), in.Index("openapi") >= 0 || in.Index("swagger") >= 0 || in == d.Tree.Root.Lookup("components") || in == d.Resolved.Lookup("components")
	}
	next := at.Next(in, name, member)
	return int(next), next != jsonschema.InData
}

// document runs the rule over the whole document.
func (r *run) document() error {
	root := r.doc.Tree.Root
	if r.rule.Rule.Resolved {
		root = r.doc.Resolved
	}
	for _, given := range r.rule.pathsFor(r.formats) {
		r.keys = selectsKeys(given)
		if err := given.Select(root, r.doc.limitsFor(r.rule.Rule), r.match); err != nil {
			return fmt.Errorf("given %s: %w", given, err)
		}
		if r.err != nil {
			return r.err
		}
	}
	return r.ctx.Err()
}

func (r *run) match(m jsonpath.Match) bool {
	r.matched++
	path := slices.Clone(m.Path)
	for _, then := range r.rule.then {
		for _, t := range targets(then, m.Value) {
			at := append(path[:len(path):len(path)], t.path...)
			r.judge(then, t, at)
		}
	}
	return r.err == nil && r.ctx.Err() == nil
}

// selectsKeys reports whether a path selects keys, and not their values.
func selectsKeys(path *jsonpath.Path) bool {
	return strings.HasSuffix(strings.TrimRight(path.String(), "^"), "~")
}

type fieldTarget struct {
	path  []string
	value *yamltree.Node // nil is undefined
}

// targets are the values a field leads to. A field that leads nowhere is one
// undefined value, so that its absence can be judged; on a value that has no
// members the field counts for nothing.
func targets(t compiledThen, value *yamltree.Node) []fieldTarget {
	if !t.hasField || value.IsScalar() {
		return []fieldTarget{{nil, value}}
	}
	var out []fieldTarget
	switch {
	case t.field == "": // names nothing
	case t.field == "@key":
		out = keyTargets(value)
	case t.fieldAt != nil:
		_ = t.fieldAt.Select(value, nil, func(m jsonpath.Match) bool {
			out = append(out, fieldTarget{slices.Clone(m.Path), m.Value})
			return true
		})
	case value.Child(t.field) != nil:
		return []fieldTarget{{[]string{t.field}, value.Child(t.field)}}
	default:
		return []fieldTarget{{t.steps, value.At(t.steps...)}}
	}
	if out == nil {
		return []fieldTarget{{nil, nil}}
	}
	return out
}

func keyTargets(n *yamltree.Node) []fieldTarget {
	var out []fieldTarget
	for i := range n.Items {
		name := n.Step(nil, i)[0]
		out = append(out, fieldTarget{[]string{name}, &yamltree.Node{Kind: yamltree.String, Text: name}})
	}
	return out
}

func (r *run) judge(then compiledThen, t fieldTarget, at []string) {
	outcomes, err := then.judge(input{value: t.value, path: at, doc: r.doc, formats: r.formats, steps: &r.steps, run: r})
	if err != nil {
		r.err = fmt.Errorf("function %q: %w", then.function, err)
		return
	}
	key := r.keys && len(t.path) == 0 || then.field == "@key" && len(t.path) > 0
	for _, o := range outcomes {
		if o.path != nil {
			r.add(o.path, o.message, false, then.host)
			continue
		}
		r.add(at, o.message, key, then.host)
	}
}

// Add makes a finding of an outcome: at the place where the path is written,
// or the nearest that exists. A key is written in the mapping that has it, also
// where its value is a reference.
func (r *run) add(path []string, message string, key, template bool) {
	var at Location
	var missing []string
	if r.rule.Rule.Resolved && key && len(path) > 0 {
		at, missing = r.doc.Refs.locateKey(r.doc, path)
	} else if r.rule.Rule.Resolved {
		at, missing = r.doc.Refs.Locate(r.doc, path)
	} else {
		_, n := r.doc.Tree.RangeAt(path...)
		at, missing = Location{r.doc, path[:n], r.doc.Tree.Root.At(path[:n]...)}, path[n:]
	}
	f := report.Finding{
		Rule: r.rule.Rule.ID, Severity: report.Severity(r.rule.Rule.Severity),
		Place: at.Doc.Place(at.Path),
	}
	parts := messageParts{error: message, path: at.Path, missing: missing, value: at.Node, from: path}
	if template {
		parts.error = parts.fill(message, r.rule.Rule)
	}
	f.Message = fillMessage(r.rule.Rule, parts)
	if at.Doc != r.doc {
		f.Related = []report.Related{{Message: "reached from", Place: r.doc.Place(path[:min(len(path), existing(r.doc, path))])}}
	}
	r.findings = append(r.findings, f)
}

func existing(d *Document, path []string) int {
	_, n := d.Tree.RangeAt(path...)
	return n
}
