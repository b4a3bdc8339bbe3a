package ruleset

import (
	"io/fs"
	"slices"

	"github.com/trialweave/trialweave/yamltree"
)

// Written finds where a path, of the document with its references followed, is
// written; missing are the steps of it that do not exist. It is nil where that
// is another document.
func (d *Document) Written(path []string) (at, missing []string) {
	loc, missing := d.Refs.Locate(d, path)
	if loc.Doc != d {
		return nil, nil
	}
	return append([]string{}, loc.Path...), missing
}

// NewDocument makes a document of a value that is in no file. References to
// other files lead nowhere from it.
func NewDocument(file string, root *yamltree.Node) *Document {
	d := &Document{File: file, Kind: kindOf(root), Named: true, Tree: &yamltree.Document{Name: file, Root: root}}
	d.Refs = NewReferences(NoFiles{})
	d.Refs.Follow(d)
	return d
}

// Root is the value of the document.
func (d *Document) Root() *yamltree.Node { return d.Tree.Root }

// Standalone is the value of the document with what it refers to in other
// Files written into it.
func (d *Document) Standalone() *yamltree.Node { return d.standalone(d.Tree.Root) }

func (d *Document) standalone(n *yamltree.Node) *yamltree.Node {
	if target, ok := d.Refs.target[n]; ok && target.Doc != d {
		if done := d.Refs.done[target.Node]; done != nil {
			return done
		}
		return target.Node // it refers to nothing
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

// NoFiles is a tree of files that has none.
type NoFiles struct{}

// Open finds nothing.
func (NoFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}
