package lint

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// Edit replaces a stretch of a document by another text.
type Edit struct {
	report.Place
	Text string
}

// Renaming is something that can be renamed: an operationId, or a component.
type Renaming struct {
	// Name is its name, and At where the name is written that was asked for.
	Name string
	At   report.Place

	corpus *Corpus
	// api and operation are those of an operationId; doc and path of a component.
	api       *description
	operation openapi.Operation
	doc       *ruleset.Document
	path      []string
}

var errNotRenamable = errors.New("nothing here can be renamed: the operationId of an operation and the name of a component can, where they are defined or referred to")

// Rename finds what can be renamed at a place of a document; its error says why nothing
// can.
func (c *Corpus) Rename(file string, at yamltree.Mark) (*Renaming, error) {
	d, ok := c.Document(file)
	if !ok {
		return nil, fmt.Errorf("%s cannot be read, so that nothing in it can be renamed", file)
	}
	path, key := d.Tree.PathAt(at)
	here := d.Place(path)
	if key {
		here = d.KeyPlace(path)
	}
	if key && isComponent(d, path) {
		return c.renameComponent(here, d, path)
	}
	if len(path) > 0 && path[len(path)-1] == "operationId" {
		return c.renameOperation(here, d, path)
	}
	for _, l := range c.Leads() {
		if l.Kind == LeadReference && samePlace(l.From, here) {
			to, known := c.Document(l.To.File)
			for n := len(l.To.Path); known && n > 0; n-- {
				if isComponent(to, l.To.Path[:n]) {
					return c.renameComponent(here, to, l.To.Path[:n])
				}
			}
		}
	}
	return nil, errNotRenamable
}

func samePlace(a, b report.Place) bool { return a.File == b.File && slices.Equal(a.Path, b.Path) }

// isComponent reports whether a path leads to something that a document names for others.
func isComponent(d *ruleset.Document, path []string) bool {
	switch {
	case d.Kind == ruleset.OpenAPI && len(path) == 3:
		return path[0] == "components"
	case d.Kind == ruleset.OpenAPI && len(path) == 2:
		return slices.Contains([]string{"definitions", "parameters", "responses", "securityDefinitions"}, path[0])
	case len(path) == 2:
		return path[0] == "$defs" || d.Kind == ruleset.JSONSchema && path[0] == "definitions"
	}
	return false
}

func (c *Corpus) renameComponent(here report.Place, d *ruleset.Document, path []string) (*Renaming, error) {
	return &Renaming{Name: path[len(path)-1], At: here, corpus: c, doc: d, path: path}, nil
}

func (c *Corpus) renameOperation(here report.Place, d *ruleset.Document, path []string) (*Renaming, error) {
	id, ok := d.Tree.Root.At(path...).StringValue()
	if !ok {
		return nil, errors.New("the operationId is not a string")
	}
	owner := report.Place{File: d.File, Path: path[:len(path)-1]}
	for _, l := range c.Leads() {
		if l.Kind == LeadOperation && samePlace(l.From, here) {
			owner = l.To
		}
	}
	var found []*Renaming
	for _, api := range c.descriptions() {
		for _, o := range api.Operations {
			if o.ID == id && samePlace(api.place(o.At), owner) {
				found = append(found, &Renaming{Name: id, At: here, corpus: c, api: api, operation: o})
			}
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no operation of a description has the operationId %q here", id)
	}
	if len(found) > 1 {
		return nil, fmt.Errorf("the operation is part of %s, whose users would have to be renamed as well", wording.Count(len(found), "description"))
	}
	return found[0], nil
}

// Edits are the edits, in all documents, that give what is renamed another name. The error
// says why that is not safe.
func (r *Renaming) Edits(name string) ([]Edit, error) {
	if name == r.Name {
		return nil, nil
	}
	if err := r.corpus.unreadable(r.Name); err != nil {
		return nil, err
	}
	if err := r.corpus.targeted(r.Name); err != nil {
		return nil, err
	}
	var edits []Edit
	var err error
	if r.api != nil {
		edits, err = r.operationEdits(name)
	} else {
		edits, err = r.componentEdits(name)
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(edits, func(a, b Edit) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return compareStarts(a.Range, b.Range)
	})
	edits = slices.CompactFunc(edits, func(a, b Edit) bool { return a.File == b.File && a.Range == b.Range })
	return edits, r.corpus.keepsReferences(edits)
}

// unreadable refuses a renaming while a document that has the name cannot be read.
func (c *Corpus) unreadable(name string) error {
	for _, u := range c.unchecked {
		if _, known := c.Document(u.File); known {
			continue
		}
		if text, err := readText(c.files, u.File); err == nil && strings.Contains(text, name) {
			return fmt.Errorf("%s has the name %q and cannot be read: %s", u.File, name, u.Why)
		}
	}
	return nil
}

// targeted refuses a renaming of what the target of an overlay names.
func (c *Corpus) targeted(name string) error {
	for _, d := range c.Documents {
		if d.Kind != ruleset.Overlay {
			continue
		}
		actions := d.Tree.Root.Lookup("actions")
		if actions == nil {
			continue
		}
		for _, action := range actions.Items {
			if target := yamltree.TextOf(action, "target"); strings.Contains(target, name) {
				return fmt.Errorf("the overlay %s has the target %q, which names it", d.File, target)
			}
		}
	}
	return nil
}

func (r *Renaming) operationEdits(name string) ([]Edit, error) {
	if strings.TrimSpace(name) == "" {
		return nil, errors.New("an operationId must not be empty")
	}
	same := 0
	for _, o := range r.api.Operations {
		if o.ID == name {
			return nil, fmt.Errorf("%s has the operationId %q already", operationName(o), name)
		}
		if o.ID == r.Name {
			same++
		}
	}
	if same > 1 {
		return nil, fmt.Errorf("%s have the operationId %q: which of them others mean is unknown", wording.Count(same, "operation"), r.Name)
	}
	for _, d := range r.corpus.Documents {
		if d.Kind == ruleset.Arazzo && strings.Contains(string(d.Tree.Text), r.Name) {
			return nil, fmt.Errorf("the Arazzo document %s has the name, and is not read", d.File)
		}
	}
	at := r.api.place(r.operation.At)
	d, _ := r.corpus.Document(at.File)
	places := []report.Place{d.Place(append(slices.Clone(at.Path), "operationId"))}
	for _, l := range r.corpus.linksTo(r.api) {
		if l.id == r.Name {
			places = append(places, l.place)
		}
	}
	var out []Edit
	for _, p := range places {
		out = append(out, r.corpus.rewritten(p, r.Name, name))
	}
	return out, nil
}

func (r *Renaming) componentEdits(name string) ([]Edit, error) {
	last := len(r.path) - 1
	if !ruleset.ComponentName.MatchString(name) {
		return nil, fmt.Errorf("%q is not a name of a component, expected letters, digits, points, hyphens and underscores", name)
	}
	if r.doc.Tree.Root.At(append(slices.Clone(r.path[:last]), name)...) != nil {
		return nil, fmt.Errorf("%s has %q already", r.doc.File, yamltree.Pointer(append(slices.Clone(r.path[:last]), name)))
	}
	if err := r.impliedByValues(); err != nil {
		return nil, err
	}
	out := []Edit{r.corpus.rewritten(r.doc.KeyPlace(r.path), r.Name, name)}
	for _, l := range r.corpus.Leads() {
		if l.Kind != LeadReference || l.To.File != r.doc.File || !yamltree.Below(r.path, l.To.Path) {
			continue
		}
		e, err := r.reference(l, name)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	if r.path[last-1] == "securitySchemes" || r.path[last-1] == "securityDefinitions" {
		r.requirements(r.doc.Tree.Root, nil, func(at []string) {
			out = append(out, r.corpus.rewritten(r.doc.KeyPlace(at), r.Name, name))
		})
	}
	return out, nil
}

// reference rewrites a reference to the component, or into it.
func (r *Renaming) reference(l Lead, name string) (Edit, error) {
	d, _ := r.corpus.Document(l.From.File)
	ref := d.Tree.Root.At(l.From.Path...).TextValue()
	if ref == r.Name { // of the mapping of a discriminator
		return r.corpus.rewritten(l.From, ref, name), nil
	}
	file, fragment, _ := strings.Cut(ref, "#")
	steps := strings.Split(fragment, "/")
	at := len(r.path)
	if len(steps) <= at || source.UnescapePointer(yamltree.Unescape(steps[at])) != r.Name {
		return Edit{}, fmt.Errorf("%s:%d: the reference %q leads to it by another way", l.From.File, l.From.Range.Start.Line, ref)
	}
	steps[at] = name
	return r.corpus.rewritten(l.From, ref, file+"#"+strings.Join(steps, "/")), nil
}

// requirements visits the security requirements that name the scheme.
func (r *Renaming) requirements(n *yamltree.Node, at []string, visit func(at []string)) {
	for i, item := range n.Items {
		path := n.Step(at, i)
		if n.Kind != yamltree.Mapping || n.Keys[i].Name != "security" || item.Kind != yamltree.Sequence {
			r.requirements(item, path, visit)
			continue
		}
		for j, one := range item.Items {
			if one.Index(r.Name) >= 0 {
				visit(append(item.Step(path, j), r.Name))
			}
		}
	}
}

// impliedByValues refuses a renaming of a schema whose name is a value on the wire: that
// of a discriminator without a mapping for it.
func (r *Renaming) impliedByValues() error {
	for _, l := range r.corpus.refs.Links {
		var owner *yamltree.Node
		n := len(l.From.Path)
		switch {
		case n < 2 || l.From.Node.Lookup("$ref") == nil:
		case l.To.Doc == r.doc && slices.Equal(l.To.Path, r.path) && (l.From.Path[n-2] == "oneOf" || l.From.Path[n-2] == "anyOf"):
			owner = l.From.Doc.Tree.Root.At(l.From.Path[:n-2]...)
		case l.From.Doc == r.doc && yamltree.Below(r.path, l.From.Path) && l.From.Path[n-2] == "allOf":
			owner = l.To.Node
		}
		discriminator := owner.Lookup("discriminator")
		if discriminator == nil || r.mapped(discriminator.Lookup("mapping")) {
			continue
		}
		return fmt.Errorf("%q is the value of the discriminator %q in what is sent: give it a mapping before the schema is renamed", r.Name, discriminator.Lookup("propertyName").TextValue())
	}
	return nil
}

// mapped reports whether a mapping of a discriminator has the schema.
func (r *Renaming) mapped(mapping *yamltree.Node) bool {
	if mapping == nil {
		return false
	}
	return slices.ContainsFunc(mapping.Items, func(v *yamltree.Node) bool {
		return v.Text == r.Name || strings.HasSuffix(v.Text, yamltree.Pointer(r.path))
	})
}

// rewritten replaces a text, in the way it is quoted, by another one.
func (c *Corpus) rewritten(at report.Place, old, name string) Edit {
	d, ok := c.Document(at.File)
	if !ok || at.Range.Start.Line != at.Range.End.Line {
		return Edit{at, quotedJSON(name)}
	}
	line := d.Line(at.Range.Start.Line)
	raw := cutUnits(line, at.Range.Start.Column-1, at.Range.End.Column-1)
	switch {
	case raw == old && plainIn(name):
		return Edit{at, name}
	case raw == "'"+old+"'":
		return Edit{at, "'" + strings.ReplaceAll(name, "'", "''") + "'"}
	}
	return Edit{at, quotedJSON(name)}
}

// plainIn reports whether a text may stand in YAML without quotes, wherever it was.
func plainIn(s string) bool {
	tree, err := yamltree.Parse("name", []byte("{a: "+s+", b: 1}"), nil)
	value, ok := "", false
	if err == nil {
		value, ok = tree.Root.Lookup("a").StringValue()
	}
	return ok && value == s && len(tree.Root.Keys) == 2
}

func quotedJSON(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		return s
	}
	return string(text)
}

// cutUnits is the part of a line between two columns, from 0.
func cutUnits(line string, from, to int) string {
	at, start, end := 0, len(line), len(line)
	for i, r := range line {
		if at >= from && start == len(line) {
			start = i
		}
		if at >= to {
			end = i
			break
		}
		at += yamltree.Units(string(r))
	}
	return line[min(start, end):end]
}

// keepsReferences refuses edits after which a reference leads nowhere that led somewhere, or
// a document cannot be read.
func (c *Corpus) keepsReferences(edits []Edit) error {
	files := NewTexts(c.files)
	for start := 0; start < len(edits); {
		end := start
		for end < len(edits) && edits[end].File == edits[start].File {
			end++
		}
		d, _ := c.Document(edits[start].File)
		files.Set(d.File, []byte(edited(d.Tree, edits[start:end])))
		start = end
	}
	names := make([]string, 0, len(c.Documents))
	for _, d := range c.Documents {
		names = append(names, d.File)
	}
	after, err := Load(files, names, c.Config)
	if err != nil {
		return err
	}
	if len(after.unchecked) > len(c.unchecked) {
		last := after.unchecked[len(after.unchecked)-1]
		return fmt.Errorf("%s could not be read any more: %s", last.File, last.Why)
	}
	if len(after.refs.Broken) > len(c.refs.Broken) {
		last := after.refs.Broken[len(after.refs.Broken)-1]
		return fmt.Errorf("the reference %q of %s would lead nowhere", last.Ref, last.At.Doc.File)
	}
	return nil
}
