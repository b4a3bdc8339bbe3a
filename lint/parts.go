package lint

import (
	"slices"

	"github.com/trialweave/trialweave/internal/yamltree"
)

// part is an object of a description, where it is written.
type part struct {
	location
	kind objectKind
	// inPaths tells that it is part of what the paths hold, and not of a callback.
	inPaths bool
}

// parts are the objects of a description but for its schemas: those of its own
// and those that its references lead to, each once.
type parts struct {
	doc     *Document
	grammar grammar
	means   map[*yamltree.Node]location
	seen    map[rootKey]bool
	list    []part
}

// partsOf lists the objects of a description in the order of the text. What the
// paths hold comes first.
func (c *Corpus) partsOf(d *Document) *parts {
	p := &parts{doc: d, grammar: objectMembers(), means: map[*yamltree.Node]location{}, seen: map[rootKey]bool{}}
	for _, l := range c.refs.links {
		if l.from.node.Lookup("$ref") != nil {
			p.means[l.from.node] = l.to
		}
	}
	root := d.tree.Root
	if paths := root.Lookup("paths"); paths != nil {
		p.add(part{location{d, []string{"paths"}, paths}, "paths", true})
	}
	p.add(part{location: location{d, nil, root}, kind: "document"})
	return p
}

func (p *parts) add(at part) {
	if at.kind == "" || at.node.IsScalar() || at.kind == "schema" || at.kind == "{schema" {
		return
	}
	if to, refers := p.means[at.node]; refers {
		at.location = to
	}
	key := rootKey{at.node, at.kind}
	if p.seen[key] {
		return
	}
	p.seen[key] = true
	p.list = append(p.list, at)
	for i, item := range at.node.Items {
		name := stepName(at.node, i)
		p.add(part{location{at.doc, append(at.path[:len(at.path):len(at.path)], name), item}, p.grammar.member(at.kind, name), at.inPaths && at.kind != "callback"})
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
	for range maxRefDepth {
		to, refers := p.means[n]
		if !refers {
			return n
		}
		n = to.node
	}
	return n
}

// member is the place of a member of the object.
func (at part) member(steps ...string) []string { return append(slices.Clone(at.path), steps...) }

// descriptionParts are the parts of each description of the corpus, read once.
func (c *Corpus) descriptionParts() []*parts {
	if c.partLists == nil {
		c.partLists = []*parts{}
		for _, d := range c.Documents {
			if d.Kind == OpenAPI {
				c.partLists = append(c.partLists, c.partsOf(d))
			}
		}
	}
	return c.partLists
}
