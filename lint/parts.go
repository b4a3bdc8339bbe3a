package lint

import (
	"slices"

	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// part is an object of a description, where it is written.
type part struct {
	ruleset.Location
	kind objectKind
	// inPaths tells that it is part of what the paths hold, and not of a callback.
	inPaths bool
}

// parts are the objects of a description but for its schemas: those of its own
// and those that its references lead to, each once.
type parts struct {
	doc     *ruleset.Document
	grammar grammar
	means   map[*yamltree.Node]ruleset.Location
	seen    map[rootKey]bool
	list    []part
}

// partsOf lists the objects of a description in the order of the text. What the
// paths hold comes first.
func (c *Corpus) partsOf(d *ruleset.Document) *parts {
	p := &parts{doc: d, grammar: objectMembers(), means: map[*yamltree.Node]ruleset.Location{}, seen: map[rootKey]bool{}}
	for _, l := range c.refs.Links {
		if l.From.Node.Lookup("$ref") != nil {
			p.means[l.From.Node] = l.To
		}
	}
	root := d.Tree.Root
	if paths := root.Lookup("paths"); paths != nil {
		p.add(part{ruleset.Location{Doc: d, Path: []string{"paths"}, Node: paths}, "paths", true})
	}
	p.add(part{Location: ruleset.Location{Doc: d, Path: nil, Node: root}, kind: "document"})
	return p
}

func (p *parts) add(at part) {
	if at.kind == "" || at.Node.IsScalar() || at.kind == "schema" || at.kind == "{schema" {
		return
	}
	if to, refers := p.means[at.Node]; refers {
		at.Location = to
	}
	key := rootKey{at.Node, at.kind}
	if p.seen[key] {
		return
	}
	p.seen[key] = true
	p.list = append(p.list, at)
	for i, item := range at.Node.Items {
		name := at.Node.StepName(i)
		p.add(part{ruleset.Location{Doc: at.Doc, Path: append(at.Path[:len(at.Path):len(at.Path)], name), Node: item}, p.grammar.member(at.kind, name), at.inPaths && at.kind != "callback"})
	}
}

// of lists the objects of a kind.
func (p *parts) of(kind objectKind) (out []part) {
	for _, at := range p.list {
		if at.kind == kind {
			out = append(out, at)
		}
	}
	return out
}

// end is the object that a place stands for, with references followed.
func (p *parts) end(n *yamltree.Node) *yamltree.Node {
	for range ruleset.MaxReferenceDepth {
		to, refers := p.means[n]
		if !refers {
			return n
		}
		n = to.Node
	}
	return n
}

// member is the place of a member of the object.
func (at part) member(steps ...string) []string { return append(slices.Clone(at.Path), steps...) }

// descriptionParts are the parts of each description of the corpus, read once.
func (c *Corpus) descriptionParts() []*parts {
	if c.partLists == nil {
		c.partLists = []*parts{}
		for _, d := range c.Documents {
			if d.Kind == ruleset.OpenAPI {
				c.partLists = append(c.partLists, nil)
			}
		}
	}
	i := 0
	for _, d := range c.Documents {
		if d.Kind == ruleset.OpenAPI {
			if c.partLists[i] == nil {
				c.partLists[i] = c.partsOf(d)
			}
			i++
		}
	}
	return c.partLists
}

// forgetParts drops the objects of a description that a change may have changed: one of a value
// within a schema, or of an extension, leaves them as they are.
func (c *Corpus) forgetParts(change *ruleset.Change) {
	p := change.Patch
	above := change.Doc.Tree.Root.At(p.Path[:len(p.Path)-1]...)
	for i, list := range c.partLists {
		if list != nil && list.doc == change.Doc && slices.ContainsFunc(list.list, func(at part) bool { return at.Node == above || at.Node == p.New }) {
			c.partLists[i] = nil
		}
	}
}
