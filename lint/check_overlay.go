package lint

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/report"
)

func checkOverlayExtends() Check {
	return Check{
		ID: "overlay-extends", Severity: report.Error,
		Description: "What an overlay extends is a description in this repository.",
		Why:         "The reference is resolved from the overlay's own folder, as the Overlay specification has it; tools that apply the overlay look there, find nothing, and apply it to nothing.",
		Fix:         "Write the way from the overlay to the description, such as ../openapi/api.yml.",
		run: func(c *Corpus) (out []finding) {
			for _, o := range c.overlays() {
				out = append(out, o.extends...)
			}
			return out
		},
	}
}

func checkOverlayTarget() Check {
	return Check{
		ID: "overlay-target", Severity: report.Warn,
		Description: "Every action of an overlay changes something.",
		Why:         "An action whose target selects nothing is not an error to any tool that applies it: what it was to add is just not there.",
		Fix:         "Correct the target. An update does not create what its target does not find: select the parent, and put the missing key into the update.",
		run: func(c *Corpus) (out []finding) {
			for _, o := range c.overlays() {
				out = append(out, o.targets...)
			}
			return out
		},
	}
}

// overlay is an overlay while its actions are tried, one after the other.
type overlay struct {
	corpus *Corpus
	doc    *Document
	// bases are the descriptions it may be applied to, as they are after the
	// actions so far.
	bases []*yamltree.Node

	extends, targets []finding
	unchecked        []report.Unchecked
}

// overlays tries the actions of all overlays.
func (c *Corpus) overlays() (out []*overlay) {
	for _, d := range c.Documents {
		if d.Kind == Overlay {
			o := &overlay{corpus: c, doc: d}
			o.findBases()
			o.actions()
			out = append(out, o)
		}
	}
	return out
}

func (o *overlay) skip(at []string, why string) {
	p := o.doc.place(at).Range.Start
	o.unchecked = append(o.unchecked, report.Unchecked{File: o.doc.File, Why: fmt.Sprintf("%d:%d: %s", p.Line, p.Column, why)})
}

// findBases finds what the overlay extends; without a word about that, it may
// be applied to any description of the corpus.
func (o *overlay) findBases() {
	ref, ok := o.doc.tree.Root.Lookup("extends").StringValue()
	if !ok {
		for _, d := range o.corpus.Documents {
			if d.Kind == OpenAPI {
				o.bases = append(o.bases, d.tree.Root)
			}
		}
		return
	}
	at := []string{"extends"}
	if u, err := url.Parse(ref); err == nil && u.IsAbs() {
		o.skip(at, fmt.Sprintf("the overlay extends %q, which is not read; its targets are not checked", ref))
		return
	}
	ref, _, _ = strings.Cut(ref, "#")
	file := path.Join(path.Dir(o.doc.File), ref)
	if !exists(o.corpus.files, file) {
		file = o.misplaced(at, ref, file)
	}
	if file == "" {
		return
	}
	if d, err := o.corpus.document(file); err == nil {
		o.bases = []*yamltree.Node{d.tree.Root}
	} else {
		o.skip(at, fmt.Sprintf("%q cannot be read: %s", file, plainError(err)))
	}
}

// misplaced reports an extends that leads nowhere, and returns the file that
// is meant where that can be told: the same path from the root, or from a
// folder above the overlay's.
func (o *overlay) misplaced(at []string, ref, file string) string {
	f := finding{place: o.doc.place(at), message: fmt.Sprintf("the overlay extends %q, but there is no file %q", ref, file)}
	meant := ""
	for dir := path.Dir(o.doc.File); dir != "." && dir != "/" && meant == ""; {
		dir = path.Dir(dir)
		if guess := path.Join(dir, ref); exists(o.corpus.files, guess) {
			meant = guess
			way := relativePath(path.Dir(o.doc.File), guess)
			f.message += didYouMean(way)
			f.fixes = replacement(f.place, way)
		}
	}
	if meant == "" {
		o.skip(at, "what the overlay extends is not there; its targets are not checked")
	}
	o.extends = append(o.extends, f)
	return meant
}

func (o *overlay) actions() {
	list := o.doc.tree.Root.Lookup("actions")
	if list.Kind != yamltree.Sequence {
		o.targets = append(o.targets, finding{place: o.doc.place([]string{"actions"}), message: "the actions are " + article(list.Kind.String()) + ", expected a list"})
		return
	}
	for i, action := range list.Items {
		o.action(action, []string{"actions", strconv.Itoa(i)})
	}
}

func (o *overlay) action(action *yamltree.Node, at []string) {
	target, ok := action.Lookup("target").StringValue()
	if !ok {
		o.targets = append(o.targets, finding{place: o.doc.place(at), message: "the action has no target"})
		return
	}
	at = append(at, "target")
	p, err := jsonpath.Compile(target)
	if err != nil {
		o.skip(at, fmt.Sprintf("the target %q is not understood: %v", target, err))
		return
	}
	if len(o.bases) == 0 {
		if o.doc.tree.Root.Index("extends") < 0 {
			o.skip(at, fmt.Sprintf("there is no description to try the target %q on", target))
		}
		return
	}
	matched := 0
	for i, base := range o.bases {
		found, err := selectPaths(p, base)
		if err != nil {
			o.skip(at, fmt.Sprintf("the target %q: %v", target, err))
			return
		}
		matched += len(found)
		o.bases[i] = apply(base, action, found)
	}
	if matched == 0 {
		o.targets = append(o.targets, finding{place: o.doc.place(at), message: fmt.Sprintf("the target %q selects nothing", target)})
	}
}

func selectPaths(p *jsonpath.Path, root *yamltree.Node) (out [][]string, err error) {
	err = p.Select(root, &jsonpath.Limits{Places: visitBudget}, func(m jsonpath.Match) bool {
		out = append(out, slices.Clone(m.Path))
		return true
	})
	return out, err
}

// apply returns a description after an action: what it adds, a later action
// may select, since actions are applied in order.
func apply(root, action *yamltree.Node, found [][]string) *yamltree.Node {
	update := action.Lookup("update")
	remove := action.Lookup("remove")
	for _, at := range slices.Backward(found) {
		switch {
		case remove != nil && remove.Text == "true":
			root = replaced(root, at, nil)
		case update != nil:
			root = replaced(root, at, merged(root.At(at...), update))
		}
	}
	return root
}

// replaced copies a tree with another value at a path, or with none there.
func replaced(n *yamltree.Node, at []string, value *yamltree.Node) *yamltree.Node {
	if len(at) == 0 && value != nil {
		return value
	}
	if len(at) == 0 || n == nil {
		return n
	}
	i, err := strconv.Atoi(at[0])
	if n.Kind == yamltree.Mapping {
		i = n.Index(at[0])
	} else if err != nil {
		return n
	}
	if i < 0 || i >= len(n.Items) {
		return n
	}
	c := *n
	c.Items = slices.Clone(n.Items)
	if len(at) > 1 || value != nil {
		c.Items[i] = replaced(n.Items[i], at[1:], value)
		return &c
	}
	c.Items = slices.Delete(c.Items, i, i+1)
	if n.Kind == yamltree.Mapping {
		c.Keys = slices.Delete(slices.Clone(n.Keys), i, i+1)
	}
	return &c
}

// merged is a value after an update: mappings are merged, lists joined.
func merged(n, update *yamltree.Node) *yamltree.Node {
	if n == nil {
		return update
	}
	c := *n
	switch {
	case n.Kind == yamltree.Sequence && update.Kind == yamltree.Sequence:
		c.Items = append(slices.Clone(n.Items), update.Items...)
	case n.Kind == yamltree.Sequence:
		c.Items = append(slices.Clone(n.Items), update)
	case n.Kind == yamltree.Mapping && update.Kind == yamltree.Mapping:
		c.Keys, c.Items = slices.Clone(n.Keys), slices.Clone(n.Items)
		for i, key := range update.Keys {
			if at := c.Index(key.Name); at >= 0 {
				c.Items[at] = merged(c.Items[at], update.Items[i])
			} else {
				c.Keys, c.Items = append(c.Keys, key), append(c.Items, update.Items[i])
			}
		}
	default:
		return update
	}
	return &c
}
