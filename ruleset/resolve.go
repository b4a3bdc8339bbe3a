package ruleset

import (
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/yamltree"
)

// References follows the $ref of documents within one tree of files. Nothing
// outside the tree is read, but for what a tree that is a source.Remote reads from
// other hosts.
type References struct {
	fsys fs.FS
	// done holds the resolved form of each node, busy those on the way.
	done map[*yamltree.Node]*yamltree.Node
	busy map[*yamltree.Node]bool
	// target holds where each followed $ref leads.
	target map[*yamltree.Node]Location
	// Links are all references that lead somewhere.
	Links []Link
	// shared holds the resolved forms that some reference leads to.
	shared map[*yamltree.Node]bool
	Broken []BrokenRef
	// later are the values that are still to be looked at.
	later []postponed
	// deep tells that there were such values, and odd, once it is known, that references
	// stand or lead where keys are not keywords.
	deep bool
	odd  *bool
	// Documents are the documents of the run.
	Documents []*Document

	// lock guards what is below: functions of rules follow references too.
	lock  sync.Mutex
	Files map[string]*Document
	// resources holds what has a URI: documents, and schemas within them.
	resources map[string]*jsonschema.Resource
	// Twice are the identifiers that two schemas have.
	Twice []Identifier
	// Stray are the references that mean something only where the identifier of
	// the schema that they are in is passed over.
	stray map[reference]bool
	// found holds what references were found to mean.
	found  map[reference]Location
	caches map[schemaKind]*schemaCache
}

// reference is a reference where it stands.
type reference struct {
	from *jsonschema.Resource
	ref  string
}

// Location is a node with the document and the path it stands at.
type Location struct {
	Doc  *Document
	Path []string
	Node *yamltree.Node
}

// Link is a reference with what it leads to.
type Link struct{ From, To Location }

// BrokenRef is a reference that leads nowhere, or is not followed.
type BrokenRef struct {
	At   Location
	Key  string
	Ref  string
	Why  string
	Skip bool // not followed on purpose: remote
	// Stray tells that it leads nowhere by the standard alone, and is followed.
	Stray bool
}

// NewReferences begins to follow references within a tree of files.
func NewReferences(fsys fs.FS) *References {
	return &References{
		fsys: fsys, Files: map[string]*Document{}, resources: map[string]*jsonschema.Resource{}, found: map[reference]Location{}, stray: map[reference]bool{}, caches: map[schemaKind]*schemaCache{},
		done: map[*yamltree.Node]*yamltree.Node{}, busy: map[*yamltree.Node]bool{}, target: map[*yamltree.Node]Location{}, shared: map[*yamltree.Node]bool{},
	}
}

// Add makes a document known under its name, and what it has identifiers for
// under these.
func (r *References) Add(d *Document) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.register(d)
}

func (r *References) register(d *Document) {
	r.Files[d.File] = d
	d.Refs = r
	base := fileURI(d.File)
	if self, ok := d.Tree.Root.Lookup("$self").StringValue(); ok && (d.Kind == OpenAPI || d.Kind == Overlay) {
		if u, err := url.Parse(self); err == nil {
			base = base.ResolveReference(u)
			base.Fragment = ""
		}
	}
	all := []*jsonschema.Resource{jsonschema.NewResource(d.Tree.Root, base, d)}
	if d.hasIdentifiers() {
		all = jsonschema.Scan(d.Tree.Root, base, d, d.Draft())
	}
	d.resource = all[0]
	r.resources[fileURI(d.File).String()] = all[0]
	for i, resource := range all {
		uri := resource.URI.String()
		if first := r.resources[uri]; first == nil {
			r.resources[uri] = resource
		} else if i > 0 {
			r.Twice = append(r.Twice, Identifier{uri, d.idKey(), first.Document.(*Document), first.Path, d, resource.Path})
		}
		for _, again := range resource.Again {
			r.Twice = append(r.Twice, Identifier{again.Name, again.Key, d, again.First, d, again.Path})
		}
	}
}

// Identifier is an $id or $anchor that two schemas have.
type Identifier struct {
	Name, Key string
	FirstDoc  *Document
	First     []string
	Doc       *Document
	Again     []string
}

// idKey is the keyword that gives schemas of the document their identifiers.
func (d *Document) idKey() string {
	if d.Draft() == jsonschema.Draft4 {
		return "id"
	}
	return "$id"
}

// fileURI is the URI of a file of the tree.
// What was fetched has its address for a name.
func fileURI(name string) *url.URL {
	if isAddress(name) {
		if u, err := url.Parse(name); err == nil {
			return u
		}
	}
	return &url.URL{Scheme: "file", Path: "/" + name}
}

// isAddress reports whether a name is an address on another host.
func isAddress(name string) bool {
	return strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://")
}

// Follow sets the resolved form of a document, in which every reference is followed;
// one that leads back into itself stays as it is. Rules need it.
func (r *References) Follow(d *Document) {
	if d.resource == nil {
		r.Add(d)
	}
	out := r.node(Location{d, nil, d.Tree.Root}, jsonschema.InObject, 0)
	for len(r.later) > 0 {
		at := r.later[len(r.later)-1]
		r.later = r.later[:len(r.later)-1]
		r.node(at.Location, at.in, 0)
	}
	d.Resolved = out
}

// MaxReferenceDepth bounds how deep the resolved form of a document is, and how long a
// chain of references.
const MaxReferenceDepth = 400

// postponed is a value that is too deep to be part of the resolved form. Its
// References are followed all the same.
type postponed struct {
	Location
	in jsonschema.Position
}

// refKeys are the keys that lead elsewhere.
var refKeys = yamltree.KeyBit("$ref") | yamltree.KeyBit("$dynamicRef") | yamltree.KeyBit("discriminator")

func (r *References) node(at Location, in jsonschema.Position, depth int) *yamltree.Node {
	n := at.Node
	if n.IsScalar() || at.Doc.Sealed && n.Below()&refKeys == 0 {
		return n
	}
	if done, ok := r.done[n]; ok {
		return done
	}
	if r.busy[n] {
		return n
	}
	if depth > MaxReferenceDepth {
		r.later, r.deep = append(r.later, postponed{at, in}), true
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
func (r *References) children(at Location, in jsonschema.Position, depth int) *yamltree.Node {
	n := at.Node
	var items []*yamltree.Node
	for i, item := range n.Items {
		if item.IsScalar() {
			continue
		}
		name := n.StepName(i)
		path := append(at.Path[:len(at.Path):len(at.Path)], name)
		resolved := r.node(Location{at.Doc, path, item}, in.Next(n, name, item), depth+1)
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

// follow resolves a $ref; nil where there is none or it is not followed.
func (r *References) follow(at Location, depth int) *yamltree.Node {
	ref, ok := at.Node.Lookup("$ref").StringValue()
	if at.Doc.Kind == Overlay && inUpdate(at.Path) {
		return nil // it belongs to the description
	}
	r.tryDynamic(at)
	r.tryMapping(at)
	if !ok {
		return nil
	}
	target, why := r.Find(at, ref)
	if why == "" && r.leadsBack(at.Node, target) {
		why = "following it leads back to it"
	}
	if why != "" {
		r.Broken = append(r.Broken, BrokenRef{At: at, Key: "$ref", Ref: ref, Why: why, Skip: skipped(why)})
		return nil
	}
	if len(r.stray) > 0 && r.stray[reference{at.Doc.resource.At(at.Path), ref}] {
		r.Broken = append(r.Broken, BrokenRef{At: at, Key: "$ref", Ref: ref, Stray: true, Why: "it is resolved against the identifier of the schema that it stands in, and not against the document (JSON Schema 2020-12, section 8.2.1)"})
	}
	r.Links = append(r.Links, Link{at, target})
	if r.busy[target.Node] {
		return nil
	}
	resolved := r.node(target, jsonschema.InObject, depth+1)
	r.target[at.Node] = target
	r.shared[resolved] = true
	return resolved
}

// leadsBack reports whether a reference means nothing but itself, by way of
// other references or at once.
func (r *References) leadsBack(from *yamltree.Node, at Location) bool {
	for range MaxReferenceDepth {
		if at.Node == from {
			return true
		}
		ref, ok := at.Node.Lookup("$ref").StringValue()
		if !ok || isLiteral(at) {
			return false
		}
		next, why := r.Find(at, ref)
		if why != "" {
			return false
		}
		at = next
	}
	return true
}

// tryDynamic notes a dynamic reference that leads nowhere. What it means is
// known only when a value is judged.
func (r *References) tryDynamic(at Location) {
	ref, ok := at.Node.Lookup("$dynamicRef").StringValue()
	if !ok || at.Doc.Draft() < jsonschema.Draft2020 {
		return
	}
	if _, why := r.Find(at, ref); why != "" {
		r.Broken = append(r.Broken, BrokenRef{At: at, Key: "$dynamicRef", Ref: ref, Why: why, Skip: skipped(why)})
	}
}

// tryMapping follows the values of the mapping of a discriminator: each is the
// Name of a schema, or a reference to one.
func (r *References) tryMapping(at Location) {
	discriminator := at.Node.Lookup("discriminator")
	if discriminator == nil {
		return
	}
	in := append(slices.Clone(at.Path), "discriminator")
	if value, ok := discriminator.Lookup("defaultMapping").StringValue(); ok { // of OpenAPI 3.2
		r.tryMapped(Location{at.Doc, in, discriminator}, "defaultMapping", value)
	}
	mapping := discriminator.Lookup("mapping")
	if mapping == nil || mapping.Kind != yamltree.Mapping {
		return
	}
	from := Location{at.Doc, append(slices.Clone(in), "mapping"), mapping}
	for i, item := range mapping.Items {
		if value, ok := item.StringValue(); ok {
			r.tryMapped(from, mapping.Keys[i].Name, value)
		}
	}
}

func (r *References) tryMapped(from Location, key, value string) {
	target, why := r.mapped(from, value)
	if why != "" {
		r.Broken = append(r.Broken, BrokenRef{At: from, Key: key, Ref: value, Why: why, Skip: skipped(why)})
		return
	}
	r.Links = append(r.Links, Link{from, target})
}

// ComponentName matches the names that components of OpenAPI may have.
var ComponentName = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`)

// mapped finds what the value of a mapping means. A name means the schema of
// that name, in this document or in the one that this is a piece of.
func (r *References) mapped(at Location, value string) (Location, string) {
	if ComponentName.MatchString(value) {
		for _, d := range append([]*Document{at.Doc}, r.Documents...) {
			if n := d.Tree.Root.At("components", "schemas", value); n != nil {
				return Location{d, []string{"components", "schemas", value}, n}, ""
			}
		}
	}
	target, why := r.Find(at, value)
	if why != "" && why != NotRemote && ComponentName.MatchString(value) && path.Ext(value) == "" {
		why = "there is no schema of that name"
	}
	return target, why
}

// Locate finds where a path of the resolved form of a document is written,
// and how many of its steps exist.
func (r *References) Locate(d *Document, p []string) (Location, []string) {
	at := Location{d, nil, d.Tree.Root}
	for i, name := range p {
		at = r.jump(at)
		child := at.Node.Child(name)
		if child == nil {
			return at, p[i:]
		}
		at = Location{at.Doc, append(slices.Clone(at.Path), name), child}
	}
	return r.jump(at), nil
}

// locateKey finds where the key is written that a path of the resolved form of
// a document ends in.
func (r *References) locateKey(d *Document, p []string) (Location, []string) {
	at, missing := r.Locate(d, p[:len(p)-1])
	name := p[len(p)-1]
	child := at.Node.Child(name)
	if len(missing) > 0 || child == nil {
		return at, append(slices.Clone(missing), name)
	}
	return Location{at.Doc, append(slices.Clone(at.Path), name), child}, nil
}

// end is what a place means, with references followed.
func (r *References) end(at Location) Location {
	for range MaxReferenceDepth {
		ref, ok := at.Node.Lookup("$ref").StringValue()
		if !ok {
			return at
		}
		next, why := r.Find(at, ref)
		if why != "" {
			return at
		}
		at = next
	}
	return at
}

// jump follows the references at a place to their end.
func (r *References) jump(at Location) Location {
	for range MaxReferenceDepth {
		next, ok := r.target[at.Node]
		if !ok {
			return at
		}
		at = next
	}
	return at
}

// Resolve finds what a reference in a schema means.
func (r *References) Resolve(from *jsonschema.Resource, ref string) (jsonschema.Target, bool) {
	r.lock.Lock()
	defer r.lock.Unlock()
	at, why := r.lookup(from, ref)
	if why != "" {
		return jsonschema.Target{}, false
	}
	in := at.Doc.resource.At(at.Path)
	t := jsonschema.Target{Node: at.Node, Resource: in}
	if _, fragment, _ := strings.Cut(ref, "#"); in.Dynamic(fragment) {
		t.Dynamic = fragment
	}
	return t, true
}

// Within returns the resource of a schema that stands in another one.
func (r *References) Within(n *yamltree.Node, outer *jsonschema.Resource) *jsonschema.Resource {
	return outer.Inner(n, outer)
}

// inUpdate reports whether a path of an overlay is in what an action writes.
func inUpdate(p []string) bool {
	switch {
	case len(p) >= 3 && p[0] == "actions":
		return p[2] == "update"
	case len(p) >= 5 && p[0] == "components" && p[1] == "actions":
		return p[3] == "fields" && p[4] == "update"
	}
	return false
}
