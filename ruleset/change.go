package ruleset

import (
	"context"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/yamltree"
)

// Change is a change of one value of a document that leaves all references as they are, so
// that what a rule found elsewhere may still hold. A rule says by Sight which part of a
// document it has to look at again.
type Change struct {
	Doc   *Document
	Patch *yamltree.Patch

	// pointed are the values that references lead to.
	pointed map[*yamltree.Node]bool
}

// Sight is what a rule can see of a change.
type Sight uint8

// A rule that is Blind to a change finds what it found. One that sees it Nearby finds
// elsewhere what it found: what Nearby found before the change goes, what it finds after it
// comes. All others judge the Whole document again.
const (
	Whole Sight = iota
	Nearby
	Blind
)

// NewChange makes a change of a patch of a document that is followed. It is nil where the
// patch concerns references, or what they lead to: everything is to be judged again then.
func NewChange(d *Document, p *yamltree.Patch) *Change {
	c := &Change{Doc: d, Patch: p, pointed: map[*yamltree.Node]bool{}}
	if d.Kind != OpenAPI || len(p.Path) < 2 || !d.Sealed || d.Refs == nil || d.hasIdentifiers() || d.Refs.deep {
		return nil
	}
	if slices.ContainsFunc(p.Path, func(step string) bool { return step == "$ref" || step == "$dynamicRef" || step == "discriminator" }) {
		return nil
	}
	if !d.Refs.alone(d) || c.mends() {
		return nil
	}
	for _, l := range d.Refs.Links {
		c.pointed[l.To.Node] = true
	}
	for _, at := range d.Refs.found {
		c.pointed[at.Node] = true
	}
	if p.Old.Below()&refKeys == 0 && p.New.Below()&refKeys == 0 && !c.leadsInto(p.Old) {
		return c
	}
	if !c.inEntry() || refers(p.Old) || refers(p.New) || !p.Merge(c.separate) {
		return nil
	}
	return c
}

// refers reports whether a mapping is a reference itself, or has what leads elsewhere by its
// other keys.
func refers(n *yamltree.Node) bool {
	return n.Index("$ref") >= 0 || n.Index("$dynamicRef") >= 0 || n.Index("discriminator") >= 0
}

// separate reports whether a member of a mapping may change without a change of references:
// it has none, and none leads into it.
func (c *Change) separate(name string, value *yamltree.Node) bool {
	if name == "openapi" || name == "swagger" { // by these, extensions beside them are read
		return false
	}
	return yamltree.KeyBit(name)&refKeys == 0 && value.Below()&refKeys == 0 && !c.leadsInto(value)
}

// alone reports whether no reference leads from a document to another, or from another to it.
func (r *References) alone(d *Document) bool {
	return !slices.ContainsFunc(r.Links, func(l Link) bool { return l.From.Doc != l.To.Doc && (l.From.Doc == d || l.To.Doc == d) })
}

// mends reports whether a reference that leads nowhere may lead somewhere after the change.
func (c *Change) mends() bool {
	if c.Patch.Old.IsScalar() && c.Patch.New.IsScalar() {
		return false
	}
	return slices.ContainsFunc(c.Doc.Refs.Broken, func(b BrokenRef) bool { return !b.Skip })
}

func (c *Change) leadsInto(n *yamltree.Node) bool {
	return c.pointed[n] || slices.ContainsFunc(n.Items, c.leadsInto)
}

// Apply changes the document, and the form of it in which references are followed.
func (c *Change) Apply() {
	p, r := c.Patch, c.Doc.Refs
	p.Apply()
	n := c.Doc.Tree.Root
	var above []*yamltree.Node
	for _, step := range p.Path {
		above = append(above, n)
		n = n.Child(step)
	}
	if p.Merged() {
		r.merged(p.New)
	}
	for i, raw := range slices.Backward(above) {
		form := r.copied(raw)
		if form == nil {
			continue
		}
		if i == len(above)-1 && !p.Merged() {
			form.Items[slices.Index(raw.Items, p.New)] = p.New
		}
		form.Range = raw.Range
		form.Seal()
	}
	if p.Moved() || p.Merged() {
		for raw, form := range r.done {
			if _, refers := r.target[raw]; !refers && raw != form {
				form.Range = raw.Range
			}
		}
	}
	r.caches = map[schemaKind]*schemaCache{}
}

// merged makes the form of a mapping, in which references below it are followed, anew of those
// of its members.
func (r *References) merged(n *yamltree.Node) {
	form := r.copied(n)
	if form == nil {
		return
	}
	form.Keys, form.Items = n.Keys, make([]*yamltree.Node, len(n.Items))
	for i, item := range n.Items {
		form.Items[i] = item
		if followed, ok := r.done[item]; ok {
			form.Items[i] = followed
		}
	}
	form.Range = n.Range
	form.Seal()
}

// copied is the form of a value in which references below it are followed; nil where that is
// the value itself, or that of what it refers to.
func (r *References) copied(n *yamltree.Node) *yamltree.Node {
	if _, refers := r.target[n]; refers || r.done[n] == n {
		return nil
	}
	return r.done[n]
}

// Sight is what the rule sees of a change.
func (c *Compiled) Sight(change *Change) Sight {
	if len(c.then) == 1 && !c.then[0].host && len(c.given) == 1 && c.given[0].String() == "$" && !c.then[0].hasField {
		switch c.then[0].function {
		case "oasUnusedComponent":
			if at := change.Patch.Path; at[0] != "components" || len(at) > 2 {
				return Blind
			}
		case "oasDocumentSchema":
			if change.inEntry() {
				return Nearby
			}
		}
		return Whole
	}
	locals, reads := c.local()
	if locals == nil || c.crosses(change, reads) {
		return Whole
	}
	named := slices.ContainsFunc(locals, func(l *jsonpath.Local) bool { return l.Named })
	if named && c.Rule.Resolved && !c.ofScalars() && change.elsewhere(reads) {
		return Whole
	}
	return Nearby
}

// elsewhere reports whether what changes, or a member around it that a rule reads by some
// keys, goes by other names, too: those of references to it.
func (c *Change) elsewhere(reads []string) bool {
	n := c.Doc.Tree.Root
	for _, step := range c.Patch.Path {
		if c.pointed[n] && slices.Contains(reads, step) {
			return true
		}
		n = n.Child(step)
	}
	return c.pointed[c.Patch.Old]
}

// ofScalars reports whether the rule has nothing to say of a collection.
func (c *Compiled) ofScalars() bool {
	return !slices.ContainsFunc(c.then, func(t compiledThen) bool { return t.hasField || t.function != "pattern" })
}

// local returns the paths of a rule that judges members by themselves, with the keys that it
// reads in them; nil where it is none. The functions read a scalar, or whether a value is
// there, or what stands under these keys.
func (c *Compiled) local() (out []*jsonpath.Local, reads []string) {
	if c.Rule.Resolved && strings.Contains(c.Rule.Message, "operation") {
		return nil, nil // the way to the value is part of the message
	}
	for _, given := range c.given {
		l := given.Local()
		if l == nil {
			return nil, nil
		}
		out, reads = append(out, l), append(reads, l.Reads...)
	}
	for _, then := range c.then {
		if then.host {
			return nil, nil // what it reads is not known
		}
		if strings.Contains(c.Rule.Message, "value") && then.function != "pattern" {
			return nil, nil // all of the value may be part of the message
		}
		switch then.function {
		case "typedEnum":
			reads = append(reads, "enum", "type")
		case "uniqueEnum", "truthy", "falsy", "defined", "undefined", "pattern":
		case "refSiblings":
			continue
		default:
			return nil, nil
		}
		if then.hasField && (then.fieldAt != nil || then.field == "" || then.field == "@key" || len(then.steps) != 1) {
			return nil, nil
		}
		if then.hasField {
			reads = append(reads, then.field)
		}
	}
	return out, reads
}

// crosses reports whether the rule may see the change through a reference. It reads values
// under some keys of a member, and the items of a list there.
func (c *Compiled) crosses(change *Change, reads []string) bool {
	if !c.Rule.Resolved {
		return false
	}
	if c.Rule.SkipData && change.Doc.Refs.oddPlaces() {
		return true
	}
	at := change.Patch.Path
	above := change.Doc.Tree.Root.At(at[:len(at)-1]...)
	if !change.pointed[above] {
		return false
	}
	return change.Doc.Refs.referredFrom(above, reads, 0)
}

// referredFrom reports whether a reference to a value stands under one of some keys.
func (r *References) referredFrom(n *yamltree.Node, keys []string, depth int) bool {
	if depth > MaxReferenceDepth {
		return true
	}
	return slices.ContainsFunc(r.Links, func(l Link) bool {
		if l.To.Node != n || len(l.From.Path) == 0 {
			return false
		}
		return slices.Contains(keys, l.From.Path[len(l.From.Path)-1]) || l.From.Node != n && r.referredFrom(l.From.Node, keys, depth+1)
	})
}

// oddPlaces reports whether references stand or lead where keys are not keywords: what is
// data there depends on the way.
func (r *References) oddPlaces() bool {
	if r.odd == nil {
		odd := false
		for _, l := range r.Links {
			odd = odd || jsonschema.PositionAt(l.From.Doc.Tree.Root, l.From.Path) != jsonschema.InObject ||
				jsonschema.PositionAt(l.To.Doc.Tree.Root, l.To.Path) != jsonschema.InObject ||
				slices.ContainsFunc(l.To.Path, func(step string) bool { return strings.HasPrefix(step, "x-") })
		}
		r.odd = &odd
	}
	return *r.odd
}

// Nearby judges what of the document can see the change, as it is now. See Sight.
func (c *Compiled) Nearby(ctx context.Context, change *Change) (Result, error) {
	r := c.on(ctx, change.Doc)
	err := guarded(func() error {
		if c.then[0].function == "oasDocumentSchema" {
			r.match(jsonpath.Match{Value: change.slice()})
			return r.err
		}
		locals, reads := c.local()
		for _, l := range locals {
			r.keys = false
			if err := r.nearby(change, l, reads); err != nil {
				return err
			}
		}
		return r.err
	})
	return Result{r.findings, r.matched}, err
}

// walking is a place on the way of a rule through the document.
type walking struct {
	value *yamltree.Node
	path  []string
	state int
}

// nearby judges the members on the way to the change that read it, and all below it.
func (r *run) nearby(change *Change, l *jsonpath.Local, reads []string) error {
	root := r.doc.Tree.Root
	if r.rule.Rule.Resolved {
		root = r.doc.Resolved
	}
	limits := r.doc.limitsFor(r.rule.Rule)
	at := walking{value: root}
	raw := r.doc.Tree.Root
	for i, step := range change.Patch.Path {
		if _, refers := r.doc.Refs.target[raw]; refers && r.rule.Rule.Resolved {
			return nil // what stands beside a reference is not seen
		}
		raw = raw.Child(step)
		next, ok := r.step(at, step, limits)
		if !ok {
			return nil
		}
		if _, refers := r.doc.Refs.target[raw]; refers && r.rule.Rule.Resolved {
			return nil
		}
		if i == len(change.Patch.Path)-1 {
			return r.below(root, l, at, next, step, limits, change.Patch)
		}
		if slices.Contains(reads, change.Patch.Path[i+1]) {
			if err := r.member(root, l, at, next, step); err != nil {
				return err
			}
		}
		at = next
	}
	return nil
}

// step goes to a member; ok is false where rules do not go.
func (r *run) step(at walking, step string, limits *jsonpath.Limits) (next walking, ok bool) {
	next = walking{at.value.Child(step), append(at.path[:len(at.path):len(at.path)], step), 0}
	if limits.Enter != nil {
		next.state, ok = limits.Enter(at.state, at.value, step, next.value)
		return next, ok && next.value != nil
	}
	return next, next.value != nil
}

// member judges a member if the path selects it.
func (r *run) member(root *yamltree.Node, l *jsonpath.Local, in, at walking, name string) error {
	selected, err := l.Selects(root, in.value, name, at.value)
	if selected {
		r.match(jsonpath.Match{Value: at.value, Path: at.path})
	}
	return err
}

// below judges a member, and all that is in it; of a mapping that is kept, what changes in it.
func (r *run) below(root *yamltree.Node, l *jsonpath.Local, in, at walking, name string, limits *jsonpath.Limits, patch *yamltree.Patch) error {
	if err := r.member(root, l, in, at, name); err != nil {
		return err
	}
	for i := range at.value.Items {
		name := at.value.StepName(i)
		if patch != nil && patch.Merged() && !slices.Contains(patch.Members, name) {
			continue
		}
		if next, ok := r.step(at, name, limits); ok {
			if err := r.below(root, l, at, next, name, limits, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// inEntry reports whether the change is in an entry of the paths, or of a kind of
// components, which the schema of documents judges each by itself.
func (c *Change) inEntry() bool {
	at := c.Patch.Path
	return len(at) > 1 && at[0] == "paths" || len(at) > 2 && at[0] == "components"
}

// slice is the document with the entry alone that the change is in, and without other paths
// and components.
func (c *Change) slice() *yamltree.Node {
	at := c.Patch.Path
	root := *c.Doc.Tree.Root
	root.Items = slices.Clone(root.Items)
	for i, key := range root.Keys {
		switch {
		case key.Name == "paths" || key.Name == "components":
			keep := at[1:]
			if key.Name != at[0] {
				keep = nil
			}
			root.Items[i] = only(root.Items[i], keep, map[string]int{"paths": 1, "components": 2}[key.Name])
		case key.Name == "webhooks" || key.Name == "definitions" || key.Name == "tags":
			// they are valid or not by themselves
		}
	}
	return &root
}

// only is a mapping with a single entry, or with none, down to a depth.
func only(n *yamltree.Node, keep []string, depth int) *yamltree.Node {
	if n.Kind != yamltree.Mapping || depth == 0 {
		return n
	}
	c := *n
	c.Keys, c.Items = nil, nil
	if len(keep) > 0 {
		if i := n.Index(keep[0]); i >= 0 {
			c.Keys, c.Items = n.Keys[i:i+1], []*yamltree.Node{only(n.Items[i], keep[1:], depth-1)}
		}
	}
	return &c
}

// Merge is the result of a rule after a change: what it found before, without what it found
// nearby then, with what it finds nearby now. It is false where these do not fit.
func (c *Change) Merge(known, before, after Result) (Result, bool) {
	drop := map[string]bool{}
	for _, f := range before.Findings {
		drop[identity(f)] = true
	}
	dropped := map[string]bool{}
	out := Result{Matched: known.Matched - before.Matched + after.Matched}
	for _, f := range known.Findings {
		if id := identity(f); drop[id] {
			dropped[id] = true
			continue
		}
		out.Findings = append(out.Findings, c.moved(f))
	}
	out.Findings = append(out.Findings, after.Findings...)
	return out, len(dropped) == len(drop) && (out.Matched > 0 || known.Matched == 0)
}

func identity(f report.Finding) string {
	return strings.Join(f.Path, "\x00") + "\x00\x00" + f.Message
}

// Kept is the result of a rule that is blind to the change.
func (c *Change) Kept(known Result) Result {
	out := Result{Matched: known.Matched, Findings: make([]report.Finding, len(known.Findings))}
	for i, f := range known.Findings {
		out.Findings[i] = c.moved(f)
	}
	return out
}

// moved is a finding where its value stands now.
func (c *Change) moved(f report.Finding) report.Finding {
	if f.File == c.Doc.File && (c.Patch.Moved() || yamltree.Below(f.Path, c.Patch.Path) || yamltree.Below(c.Patch.Path, f.Path)) {
		f.Place = c.Doc.Place(f.Path)
	}
	return f
}
