package lint

import (
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/yamltree"
)

// references follows the $ref of documents within one tree of files. Nothing
// remote and nothing outside the tree is read.
type references struct {
	fsys  fs.FS
	files map[string]*Document
	// done holds the resolved form of each node, busy those on the way.
	done map[*yamltree.Node]*yamltree.Node
	busy map[*yamltree.Node]bool
	// target holds where each followed $ref leads.
	target map[*yamltree.Node]location
	// home holds the document that each of them stands in.
	home map[*yamltree.Node]*Document
	// shared holds the resolved forms that some reference leads to.
	shared map[*yamltree.Node]bool
	broken []brokenRef
}

// location is a node with the document and the path it stands at.
type location struct {
	doc  *Document
	path []string
	node *yamltree.Node
}

// brokenRef is a reference that leads nowhere, or is not followed.
type brokenRef struct {
	at   location
	ref  string
	why  string
	skip bool // not followed on purpose: remote
}

func newReferences(fsys fs.FS) *references {
	return &references{
		fsys: fsys, files: map[string]*Document{},
		done: map[*yamltree.Node]*yamltree.Node{}, busy: map[*yamltree.Node]bool{}, target: map[*yamltree.Node]location{}, home: map[*yamltree.Node]*Document{}, shared: map[*yamltree.Node]bool{},
	}
}

// resolve makes the form of a document in which every reference is followed;
// one that leads back into itself stays as it is.
func (r *references) resolve(d *Document) *yamltree.Node {
	r.files[d.File] = d
	return r.node(location{d, nil, d.tree.Root}, 0)
}

const maxRefDepth = 400

func (r *references) node(at location, depth int) *yamltree.Node {
	n := at.node
	if n.IsScalar() || depth > maxRefDepth {
		return n
	}
	if done, ok := r.done[n]; ok {
		return done
	}
	if r.busy[n] {
		return n
	}
	r.busy[n] = true
	defer delete(r.busy, n)
	out := r.follow(at, depth)
	if out == nil {
		out = r.children(at, depth)
	}
	r.done[n] = out
	return out
}

// children resolves the items of a collection; it copies the node only where
// one of them changed.
func (r *references) children(at location, depth int) *yamltree.Node {
	n := at.node
	var items []*yamltree.Node
	for i, item := range n.Items {
		if item.IsScalar() {
			continue
		}
		resolved := r.node(location{at.doc, step(at.path, n, i), item}, depth+1)
		if resolved != item && items == nil {
			items = slices.Clone(n.Items)
		}
		if items != nil {
			items[i] = resolved
		}
	}
	if items == nil {
		return n
	}
	c := *n
	c.Items = items
	return &c
}

func step(p []string, n *yamltree.Node, i int) []string {
	name := fmt.Sprint(i)
	if n.Kind == yamltree.Mapping {
		name = n.Keys[i].Name
	}
	return append(p[:len(p):len(p)], name)
}

// follow resolves a $ref; nil where there is none or it is not followed.
func (r *references) follow(at location, depth int) *yamltree.Node {
	ref, ok := at.node.Lookup("$ref").StringValue()
	if !ok || isLiteral(at.path) {
		return nil
	}
	target, why := r.find(at.doc, ref)
	if why != "" {
		r.broken = append(r.broken, brokenRef{at: at, ref: ref, why: why, skip: isRemote(ref)})
		return nil
	}
	if r.busy[target.node] {
		return nil
	}
	resolved := r.node(target, depth+1)
	r.target[at.node], r.home[at.node] = target, at.doc
	r.shared[resolved] = true
	return resolved
}

// isLiteral reports whether a path is inside a value that is data, where a
// property may happen to be named $ref.
func isLiteral(p []string) bool {
	n := len(p)
	return n > 0 && (p[n-1] == "example" || p[n-1] == "default" || p[n-1] == "properties")
}

func isRemote(ref string) bool {
	u, err := url.Parse(ref)
	return err == nil && u.Scheme != ""
}

// find locates what a reference means, or says why it means nothing.
func (r *references) find(from *Document, ref string) (location, string) {
	if ref == "" {
		return location{}, "it is empty"
	}
	file, fragment, _ := strings.Cut(ref, "#")
	doc := from
	if file != "" {
		var why string
		if doc, why = r.file(from, file); why != "" {
			return location{}, why
		}
	}
	if unescaped, err := url.PathUnescape(fragment); err == nil {
		fragment = unescaped
	}
	steps, err := yamltree.ParsePointer(fragment)
	if err != nil {
		return location{}, err.Error()
	}
	node := doc.tree.Root.At(steps...)
	if node == nil {
		return r.through(doc, steps)
	}
	return location{doc, steps, node}, ""
}

// through follows references on the way to a place that is not there as such.
func (r *references) through(doc *Document, steps []string) (location, string) {
	at := location{doc, nil, doc.tree.Root}
	for i, name := range steps {
		if next, ok := r.target[at.node]; ok {
			at = next
		}
		child := at.node.Child(name)
		if child == nil {
			return location{}, fmt.Sprintf("%s has no #%s", doc.File, yamltree.Pointer(steps[:i+1]))
		}
		at = location{at.doc, append(slices.Clone(at.path), name), child}
	}
	return at, ""
}

func (r *references) file(from *Document, file string) (*Document, string) {
	if isRemote(file) {
		return nil, "remote references are not followed"
	}
	if unescaped, err := url.PathUnescape(file); err == nil {
		file = unescaped
	}
	name := path.Join(path.Dir(from.File), file)
	if path.IsAbs(file) || !fs.ValidPath(name) {
		return nil, "it leads out of the folder that is linted"
	}
	if doc := r.files[name]; doc != nil {
		return doc, ""
	}
	doc, err := parse(r.fsys, name)
	if err != nil {
		return nil, "the file cannot be read: " + plainError(err)
	}
	r.files[name] = doc
	return doc, ""
}

// within reports whether a node that refers to something stands in a document.
func (r *references) within(d *Document, n *yamltree.Node) bool { return r.home[n] == d }

// locate finds where a path of the resolved form of a document is written,
// and how many of its steps exist.
func (r *references) locate(d *Document, p []string) (location, []string) {
	at := location{d, nil, d.tree.Root}
	for i, name := range p {
		at = r.jump(at)
		child := at.node.Child(name)
		if child == nil {
			return at, p[i:]
		}
		at = location{at.doc, append(slices.Clone(at.path), name), child}
	}
	return r.jump(at), nil
}

// jump follows the references at a place to their end.
func (r *references) jump(at location) location {
	for range maxRefDepth {
		next, ok := r.target[at.node]
		if !ok {
			return at
		}
		at = next
	}
	return at
}
