package lint

import (
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/internal/jsonschema"
	"github.com/trialweave/trialweave/internal/yamltree"
)

// references follows the $ref of documents within one tree of files. Nothing
// remote and nothing outside the tree is read.
type references struct {
	fsys fs.FS
	// done holds the resolved form of each node, busy those on the way.
	done map[*yamltree.Node]*yamltree.Node
	busy map[*yamltree.Node]bool
	// target holds where each followed $ref leads.
	target map[*yamltree.Node]location
	// links are all references that lead somewhere.
	links []link
	// shared holds the resolved forms that some reference leads to.
	shared map[*yamltree.Node]bool
	broken []brokenRef
	// later are the values that are still to be looked at.
	later []postponed
	// documents are the documents of the run.
	documents []*Document

	// lock guards what is below: functions of rules follow references too.
	lock  sync.Mutex
	files map[string]*Document
	// resources holds what has a URI: documents, and schemas within them.
	resources map[string]*jsonschema.Resource
	// twice are the identifiers that two schemas have.
	twice []identifier
	// stray are the references that mean something only where the identifier of
	// the schema that they are in is passed over.
	stray map[reference]bool
	// found holds what references were found to mean.
	found  map[reference]location
	caches map[schemaKind]*schemaCache
}

// reference is a reference where it stands.
type reference struct {
	from *jsonschema.Resource
	ref  string
}

// location is a node with the document and the path it stands at.
type location struct {
	doc  *Document
	path []string
	node *yamltree.Node
}

// link is a reference with what it leads to.
type link struct{ from, to location }

// brokenRef is a reference that leads nowhere, or is not followed.
type brokenRef struct {
	at   location
	key  string
	ref  string
	why  string
	skip bool // not followed on purpose: remote
	// stray tells that it leads nowhere by the standard alone, and is followed.
	stray bool
}

func newReferences(fsys fs.FS) *references {
	return &references{
		fsys: fsys, files: map[string]*Document{}, resources: map[string]*jsonschema.Resource{}, found: map[reference]location{}, stray: map[reference]bool{}, caches: map[schemaKind]*schemaCache{},
		done: map[*yamltree.Node]*yamltree.Node{}, busy: map[*yamltree.Node]bool{}, target: map[*yamltree.Node]location{}, shared: map[*yamltree.Node]bool{},
	}
}

// add makes a document known under its name, and what it has identifiers for
// under these.
func (r *references) add(d *Document) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.register(d)
}

func (r *references) register(d *Document) {
	r.files[d.File] = d
	d.refs = r
	base := fileURI(d.File)
	if self, ok := d.tree.Root.Lookup("$self").StringValue(); ok && (d.Kind == OpenAPI || d.Kind == Overlay) {
		if u, err := url.Parse(self); err == nil {
			base = base.ResolveReference(u)
			base.Fragment = ""
		}
	}
	all := []*jsonschema.Resource{jsonschema.NewResource(d.tree.Root, base, d)}
	if d.hasIdentifiers() {
		all = jsonschema.Scan(d.tree.Root, base, d, d.draft())
	}
	d.resource = all[0]
	r.resources[fileURI(d.File).String()] = all[0]
	for i, resource := range all {
		uri := resource.URI.String()
		if first := r.resources[uri]; first == nil {
			r.resources[uri] = resource
		} else if i > 0 {
			r.twice = append(r.twice, identifier{uri, d.idKey(), first.Document.(*Document), first.Path, d, resource.Path})
		}
		for _, again := range resource.Again {
			r.twice = append(r.twice, identifier{again.Name, again.Key, d, again.First, d, again.Path})
		}
	}
}

// identifier is an $id or $anchor that two schemas have.
type identifier struct {
	name, key string
	firstDoc  *Document
	first     []string
	doc       *Document
	again     []string
}

// idKey is the keyword that gives schemas of the document their identifiers.
func (d *Document) idKey() string {
	if d.draft() == jsonschema.Draft4 {
		return "id"
	}
	return "$id"
}

// fileURI is the URI of a file of the tree.
func fileURI(name string) *url.URL { return &url.URL{Scheme: "file", Path: "/" + name} }

// resolve makes the form of a document in which every reference is followed;
// one that leads back into itself stays as it is.
func (r *references) resolve(d *Document) *yamltree.Node {
	if d.resource == nil {
		r.add(d)
	}
	out := r.node(location{d, nil, d.tree.Root}, jsonschema.InObject, 0)
	for len(r.later) > 0 {
		at := r.later[len(r.later)-1]
		r.later = r.later[:len(r.later)-1]
		r.node(at.location, at.in, 0)
	}
	return out
}

// maxRefDepth bounds how deep the resolved form of a document is, and how long a
// chain of references.
const maxRefDepth = 400

// postponed is a value that is too deep to be part of the resolved form. Its
// references are followed all the same.
type postponed struct {
	location
	in jsonschema.Position
}

// refKeys are the keys that lead elsewhere.
var refKeys = yamltree.KeyBit("$ref") | yamltree.KeyBit("$dynamicRef") | yamltree.KeyBit("discriminator")

func (r *references) node(at location, in jsonschema.Position, depth int) *yamltree.Node {
	n := at.node
	if n.IsScalar() || at.doc.sealed && n.Below()&refKeys == 0 {
		return n
	}
	if done, ok := r.done[n]; ok {
		return done
	}
	if r.busy[n] {
		return n
	}
	if depth > maxRefDepth {
		r.later = append(r.later, postponed{at, in})
		return n
	}
	r.busy[n] = true
	defer delete(r.busy, n)
	var out *yamltree.Node
	if in != jsonschema.InData {
		out = r.follow(at, depth)
	}
	if out == nil {
		out = r.children(at, in, depth)
	}
	r.done[n] = out
	return out
}

// children resolves the items of a collection; it copies the node only where
// one of them changed.
func (r *references) children(at location, in jsonschema.Position, depth int) *yamltree.Node {
	n := at.node
	var items []*yamltree.Node
	for i, item := range n.Items {
		if item.IsScalar() {
			continue
		}
		name := stepName(n, i)
		path := append(at.path[:len(at.path):len(at.path)], name)
		resolved := r.node(location{at.doc, path, item}, in.Next(n, name, item), depth+1)
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
	c.Seal()
	return &c
}

func step(p []string, n *yamltree.Node, i int) []string {
	return append(p[:len(p):len(p)], stepName(n, i))
}

func stepName(n *yamltree.Node, i int) string {
	if n.Kind == yamltree.Mapping {
		return n.Keys[i].Name
	}
	return strconv.Itoa(i)
}

// follow resolves a $ref; nil where there is none or it is not followed.
func (r *references) follow(at location, depth int) *yamltree.Node {
	ref, ok := at.node.Lookup("$ref").StringValue()
	if at.doc.Kind == Overlay && inUpdate(at.path) {
		return nil // it belongs to the description
	}
	r.tryDynamic(at)
	r.tryMapping(at)
	if !ok {
		return nil
	}
	target, why := r.find(at, ref)
	if why == "" && r.leadsBack(at.node, target) {
		why = "following it leads back to it"
	}
	if why != "" {
		r.broken = append(r.broken, brokenRef{at: at, key: "$ref", ref: ref, why: why, skip: why == notRemote})
		return nil
	}
	if len(r.stray) > 0 && r.stray[reference{at.doc.resource.At(at.path), ref}] {
		r.broken = append(r.broken, brokenRef{at: at, key: "$ref", ref: ref, stray: true, why: "it is resolved against the identifier of the schema that it stands in, and not against the document (JSON Schema 2020-12, section 8.2.1)"})
	}
	r.links = append(r.links, link{at, target})
	if r.busy[target.node] {
		return nil
	}
	resolved := r.node(target, jsonschema.InObject, depth+1)
	r.target[at.node] = target
	r.shared[resolved] = true
	return resolved
}

// leadsBack reports whether a reference means nothing but itself, by way of
// other references or at once.
func (r *references) leadsBack(from *yamltree.Node, at location) bool {
	for range maxRefDepth {
		if at.node == from {
			return true
		}
		ref, ok := at.node.Lookup("$ref").StringValue()
		if !ok || isLiteral(at) {
			return false
		}
		next, why := r.find(at, ref)
		if why != "" {
			return false
		}
		at = next
	}
	return true
}

// tryDynamic notes a dynamic reference that leads nowhere. What it means is
// known only when a value is judged.
func (r *references) tryDynamic(at location) {
	ref, ok := at.node.Lookup("$dynamicRef").StringValue()
	if !ok || at.doc.draft() < jsonschema.Draft2020 {
		return
	}
	if _, why := r.find(at, ref); why != "" {
		r.broken = append(r.broken, brokenRef{at: at, key: "$dynamicRef", ref: ref, why: why, skip: why == notRemote})
	}
}

// tryMapping follows the values of the mapping of a discriminator: each is the
// name of a schema, or a reference to one.
func (r *references) tryMapping(at location) {
	discriminator := at.node.Lookup("discriminator")
	if discriminator == nil {
		return
	}
	in := append(slices.Clone(at.path), "discriminator")
	if value, ok := discriminator.Lookup("defaultMapping").StringValue(); ok { // of OpenAPI 3.2
		r.tryMapped(location{at.doc, in, discriminator}, "defaultMapping", value)
	}
	mapping := discriminator.Lookup("mapping")
	if mapping == nil || mapping.Kind != yamltree.Mapping {
		return
	}
	from := location{at.doc, append(slices.Clone(in), "mapping"), mapping}
	for i, item := range mapping.Items {
		if value, ok := item.StringValue(); ok {
			r.tryMapped(from, mapping.Keys[i].Name, value)
		}
	}
}

func (r *references) tryMapped(from location, key, value string) {
	target, why := r.mapped(from, value)
	if why != "" {
		r.broken = append(r.broken, brokenRef{at: from, key: key, ref: value, why: why, skip: why == notRemote})
		return
	}
	r.links = append(r.links, link{from, target})
}

var componentName = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`)

// mapped finds what the value of a mapping means. A name means the schema of
// that name, in this document or in the one that this is a piece of.
func (r *references) mapped(at location, value string) (location, string) {
	if componentName.MatchString(value) {
		for _, d := range append([]*Document{at.doc}, r.documents...) {
			if n := d.tree.Root.At("components", "schemas", value); n != nil {
				return location{d, []string{"components", "schemas", value}, n}, ""
			}
		}
	}
	target, why := r.find(at, value)
	if why != "" && why != notRemote && componentName.MatchString(value) && path.Ext(value) == "" {
		why = "there is no schema of that name"
	}
	return target, why
}

// isLiteral reports whether a place is inside a value that is data, where a
// property may happen to be named $ref.
func isLiteral(at location) bool {
	return jsonschema.PositionAt(at.doc.tree.Root, at.path) == jsonschema.InData
}

func isRemote(ref string) bool {
	u, err := url.Parse(ref)
	return err == nil && u.Scheme != ""
}

const notRemote = "remote references are not followed"

// find locates what a reference at a place means, or says why it means
// nothing.
func (r *references) find(at location, ref string) (location, string) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if at.doc.resource == nil {
		r.register(at.doc)
	}
	return r.lookup(at.doc.resource.At(at.path), ref)
}

// lookup finds what a reference in a resource means. Identifiers come first,
// as JSON Schema 2020-12 (section 8.2) has it, then files.
func (r *references) lookup(from *jsonschema.Resource, ref string) (location, string) {
	if ref == "" {
		return location{}, "it is empty"
	}
	if at, known := r.found[reference{from, ref}]; known {
		return at, ""
	}
	file, fragment, _ := strings.Cut(ref, "#")
	resource := from
	if file != "" {
		var why string
		if resource, why = r.resource(from, file); why != "" {
			return location{}, why
		}
	}
	fragment = unescapeFragment(fragment)
	at, why := r.within(resource, fragment)
	if why != "" {
		return at, why
	}
	r.found[reference{from, ref}] = at
	if resource != at.doc.resource && at.doc == resource.Document {
		if _, inside := resource.Find(fragment); !inside {
			r.stray[reference{from, ref}] = true
		}
	}
	return at, ""
}

// within finds what a fragment means in a resource. A pointer that leads
// nowhere in a schema with an identifier of its own is taken for one into the
// document: that is how most tools read it.
func (r *references) within(resource *jsonschema.Resource, fragment string) (location, string) {
	doc := resource.Document.(*Document)
	for _, in := range []*jsonschema.Resource{resource, doc.resource} {
		if p, ok := in.Find(fragment); ok {
			return location{doc, p.Path, p.Node}, ""
		}
	}
	if fragment != "" && fragment[0] != '/' {
		return location{}, fmt.Sprintf("%s has no anchor %q", doc.File, fragment)
	}
	steps, err := yamltree.ParsePointer(fragment)
	if err != nil {
		return location{}, err.Error()
	}
	return r.through(doc, steps)
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

// resource finds the resource that a reference without its fragment means: one
// that has the identifier, or a file.
func (r *references) resource(from *jsonschema.Resource, file string) (*jsonschema.Resource, string) {
	u, err := url.Parse(file)
	if err != nil {
		u = &url.URL{Path: file} // a name that is no URI
	}
	uri := from.URI.ResolveReference(u)
	if known := r.resources[uri.String()]; known != nil {
		return known, ""
	}
	if u.Scheme != "" {
		return nil, notRemote
	}
	doc, why := r.file(from.Document.(*Document), file)
	if why != "" {
		return nil, why
	}
	return doc.resource, ""
}

func (r *references) file(from *Document, file string) (*Document, string) {
	file = unescapeFragment(file)
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
	r.register(doc)
	return doc, ""
}

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

// locateKey finds where the key is written that a path of the resolved form of
// a document ends in.
func (r *references) locateKey(d *Document, p []string) (location, []string) {
	at, missing := r.locate(d, p[:len(p)-1])
	name := p[len(p)-1]
	child := at.node.Child(name)
	if len(missing) > 0 || child == nil {
		return at, append(slices.Clone(missing), name)
	}
	return location{at.doc, append(slices.Clone(at.path), name), child}, nil
}

// end is what a place means, with references followed.
func (r *references) end(at location) location {
	for range maxRefDepth {
		ref, ok := at.node.Lookup("$ref").StringValue()
		if !ok {
			return at
		}
		next, why := r.find(at, ref)
		if why != "" {
			return at
		}
		at = next
	}
	return at
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

// Resolve finds what a reference in a schema means.
func (r *references) Resolve(from *jsonschema.Resource, ref string) (jsonschema.Target, bool) {
	r.lock.Lock()
	defer r.lock.Unlock()
	at, why := r.lookup(from, ref)
	if why != "" {
		return jsonschema.Target{}, false
	}
	in := at.doc.resource.At(at.path)
	t := jsonschema.Target{Node: at.node, Resource: in}
	if _, fragment, _ := strings.Cut(ref, "#"); in.Dynamic(fragment) {
		t.Dynamic = fragment
	}
	return t, true
}

// Within returns the resource of a schema that stands in another one.
func (r *references) Within(n *yamltree.Node, outer *jsonschema.Resource) *jsonschema.Resource {
	return outer.Inner(n, outer)
}
