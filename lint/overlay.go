package lint

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// overlay is an overlay while its actions are tried, one after the other.
type overlay struct {
	corpus *Corpus
	doc    *ruleset.Document
	// bases are the descriptions it may be applied to.
	bases []*overlayBase
	// extended tells that it says what it is for.
	extended bool

	shape, extends, targets, failures []finding
	unchecked                         []report.Unchecked
}

// overlayBase is a description as it is after the actions so far.
type overlayBase struct {
	file string
	root *yamltree.Node
}

// overlays tries the actions of all overlays, once.
func (c *Corpus) overlays() []*overlay {
	if c.overlaid != nil {
		return c.overlaid
	}
	for _, d := range c.Documents {
		if d.Kind == ruleset.Overlay {
			o := &overlay{corpus: c, doc: d}
			o.checkShape()
			o.findBases()
			o.actions()
			o.checkUpdates()
			c.overlaid = append(c.overlaid, o)
		}
	}
	return c.overlaid
}

func (o *overlay) skip(at []string, why string) {
	p := o.doc.Place(at).Range.Start
	o.unchecked = append(o.unchecked, report.Unchecked{File: o.doc.File, Why: fmt.Sprintf("%d:%d: %s", p.Line, p.Column, why)})
}

// minor is the minor version of the overlay, 0 where it has none.
func (o *overlay) minor() int {
	version := ruleset.Describe(o.doc.Tree.Root.Lookup("overlay"))
	for minor := newestOverlay; minor > 0; minor-- {
		if strings.HasPrefix(version, fmt.Sprintf("1.%d.", minor)) {
			return minor
		}
	}
	return 0
}

// findBases finds what the overlay extends; without a word about that, it may
// be applied to any description of the corpus.
func (o *overlay) findBases() {
	ref, ok := o.doc.Tree.Root.Lookup("extends").StringValue()
	if !ok {
		for _, d := range o.corpus.Documents {
			if d.Kind == ruleset.OpenAPI {
				o.bases = append(o.bases, &overlayBase{d.File, d.Tree.Root})
			}
		}
		return
	}
	o.extended = true
	at := []string{"extends"}
	file, where := o.extendedFile(ref)
	switch {
	case where != "":
		o.skip(at, fmt.Sprintf("the overlay extends %q, %s; its targets are not checked", ref, where))
		return
	case !exists(o.corpus.files, file):
		file = o.misplaced(at, ref, file)
	}
	if file == "" {
		return
	}
	if d, err := o.corpus.document(file); err == nil {
		o.bases = []*overlayBase{{file, d.Tree.Root}}
	} else {
		o.skip(at, fmt.Sprintf("%q cannot be read: %s", file, source.Plain(err)))
	}
}

// extendedFile is the file that the overlay extends; where says why it is not
// one of this repository. The reference is resolved against $self, where the
// overlay has one (Overlay 1.2), and is then the address of a description that
// says so itself, or lies as far from the overlay's own address as its file
// does from the overlay's.
func (o *overlay) extendedFile(ref string) (file, where string) {
	ref, _, _ = strings.Cut(ref, "#")
	target, err := url.Parse(ref)
	if err != nil {
		return "", "which is not a URI reference"
	}
	self, _ := o.doc.Tree.Root.Lookup("$self").StringValue()
	if base, err := url.Parse(self); err == nil && base.IsAbs() {
		target = base.ResolveReference(target)
		if file := o.corpus.self(target.String()); file != "" {
			return file, ""
		}
		if target.Scheme != base.Scheme || target.Host != base.Host {
			return "", "which is not read"
		}
		return path.Join(path.Dir(o.doc.File), relativePath(path.Dir(base.Path), target.Path)), ""
	}
	if target.IsAbs() {
		if file := o.corpus.self(target.String()); file != "" {
			return file, ""
		}
		return "", "which is not read"
	}
	if path.IsAbs(target.Path) {
		return "", "whose place depends on the address of the overlay"
	}
	return path.Join(path.Dir(o.doc.File), target.Path), ""
}

// self is the file of the description that has an address as its $self.
func (c *Corpus) self(address string) string {
	for _, d := range c.Documents {
		if s, ok := d.Tree.Root.Lookup("$self").StringValue(); ok && s == address && d.Kind == ruleset.OpenAPI {
			return d.File
		}
	}
	return ""
}

// misplaced reports an extends that leads nowhere, and returns the file that
// is meant where that can be told: the same path from the root, or from a
// folder above the overlay's.
func (o *overlay) misplaced(at []string, ref, file string) string {
	f := finding{place: o.doc.Place(at), message: fmt.Sprintf("the overlay extends %q, but there is no file %q", ref, file)}
	meant := ""
	for dir := path.Dir(o.doc.File); dir != "." && dir != "/" && meant == ""; {
		dir = path.Dir(dir)
		if guess := path.Join(dir, ref); exists(o.corpus.files, guess) {
			meant = guess
			way := relativePath(path.Dir(o.doc.File), guess)
			f.message += nearest.DidYouMean(way)
			f.fixes = replacement(f.place, way)
		}
	}
	if meant == "" {
		o.skip(at, "what the overlay extends is not there; its targets are not checked")
	}
	o.extends = append(o.extends, f)
	return meant
}

// checkUpdates tries the references in what actions write: they belong to the
// description, and lead to what is there after all actions.
func (o *overlay) checkUpdates() {
	if !o.extended || len(o.bases) != 1 {
		return
	}
	visitUpdates(o.doc.Tree.Root, func(update *yamltree.Node, at []string) {
		eachReference(update, at, func(ref string, at []string) {
			if why := o.bases[0].lacks(o.corpus, ref); why != "" {
				o.failures = append(o.failures, finding{place: o.doc.Place(at), message: fmt.Sprintf("%q leads nowhere: %s", ref, why)})
			}
		})
	})
}

// lacks says why a reference of the description leads nowhere.
func (b *overlayBase) lacks(c *Corpus, ref string) string {
	file, fragment, _ := strings.Cut(ref, "#")
	if ruleset.IsRemote(ref) || fragment != "" && fragment[0] != '/' {
		return ""
	}
	root := b.root
	if file != "" {
		if unescaped, err := url.PathUnescape(file); err == nil {
			file = unescaped
		}
		name := path.Join(path.Dir(b.file), file)
		d, err := c.document(name)
		if err != nil {
			return fmt.Sprintf("there is no file %q", name)
		}
		root = d.Tree.Root
	}
	steps, err := yamltree.ParsePointer(yamltree.Unescape(fragment))
	if err != nil || root.At(steps...) == nil {
		return fmt.Sprintf("%s has no #%s, nor do the actions add it", b.file, fragment)
	}
	return ""
}

// visitUpdates visits what the actions of an overlay write.
func visitUpdates(root *yamltree.Node, visit func(update *yamltree.Node, at []string)) {
	one := func(action *yamltree.Node, at []string) {
		if update := action.Lookup("update"); update != nil {
			visit(update, append(slices.Clone(at), "update"))
		}
	}
	if actions := root.Lookup("actions"); actions != nil {
		for i, action := range actions.Items {
			one(action, actions.Step([]string{"actions"}, i))
		}
	}
	if reusable := root.At("components", "actions"); reusable != nil {
		for i, action := range reusable.Items {
			at := append(reusable.Step([]string{"components", "actions"}, i), "fields")
			one(action.Lookup("fields"), at)
		}
	}
}

// eachReference visits the references within a value that an action writes,
// but for those in what is data wherever it is written.
func eachReference(n *yamltree.Node, at []string, visit func(ref string, at []string)) {
	if n.IsScalar() {
		return
	}
	if ref, ok := n.Lookup("$ref").StringValue(); ok && at[len(at)-1] != "properties" {
		visit(ref, append(slices.Clone(at), "$ref"))
	}
	for i, item := range n.Items {
		if name := n.StepName(i); !slices.Contains([]string{"example", "default", "const", "enum", "value"}, name) {
			eachReference(item, append(slices.Clone(at), name), visit)
		}
	}
}
