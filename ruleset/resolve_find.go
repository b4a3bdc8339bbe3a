package ruleset

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// isLiteral reports whether a place is inside a value that is data, where a
// property may happen to be named $ref.
func isLiteral(at Location) bool {
	return jsonschema.PositionAt(at.Doc.Tree.Root, at.Path) == jsonschema.InData
}

// IsRemote reports whether a reference leads to another host.
func IsRemote(ref string) bool {
	u, err := url.Parse(ref)
	return err == nil && u.Scheme != ""
}

// NotRemote is why a reference to another host leads nowhere.
const NotRemote = "remote references are not followed"

// Find locates what a reference at a place means, or says why it means
// nothing.
func (r *References) Find(at Location, ref string) (Location, string) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if at.Doc.resource == nil {
		r.register(at.Doc)
	}
	return r.lookup(at.Doc.resource.At(at.Path), ref)
}

// lookup finds what a reference in a resource means. Identifiers come first,
// as JSON Schema 2020-12 (section 8.2) has it, then files.
func (r *References) lookup(from *jsonschema.Resource, ref string) (Location, string) {
	if ref == "" {
		return Location{}, "it is empty"
	}
	if at, known := r.found[reference{from, ref}]; known {
		return at, ""
	}
	file, fragment, _ := strings.Cut(ref, "#")
	resource := from
	if file != "" {
		var why string
		if resource, why = r.resource(from, file); why != "" {
			return Location{}, why
		}
	}
	fragment = yamltree.Unescape(fragment)
	at, why := r.within(resource, fragment)
	if why != "" {
		return at, why
	}
	r.found[reference{from, ref}] = at
	if resource != at.Doc.resource && at.Doc == resource.Document {
		if _, inside := resource.Find(fragment); !inside {
			r.stray[reference{from, ref}] = true
		}
	}
	return at, ""
}

// within finds what a fragment means in a resource. A pointer that leads
// nowhere in a schema with an identifier of its own is taken for one into the
// document: that is how most tools read it.
func (r *References) within(resource *jsonschema.Resource, fragment string) (Location, string) {
	doc := resource.Document.(*Document)
	for _, in := range []*jsonschema.Resource{resource, doc.resource} {
		if p, ok := in.Find(fragment); ok {
			return Location{doc, p.Path, p.Node}, ""
		}
	}
	if fragment != "" && fragment[0] != '/' {
		return Location{}, fmt.Sprintf("%s has no anchor %q", doc.File, fragment)
	}
	steps, err := yamltree.ParsePointer(fragment)
	if err != nil {
		return Location{}, err.Error()
	}
	return r.through(doc, steps)
}

// through follows references on the way to a place that is not there as such.
func (r *References) through(doc *Document, steps []string) (Location, string) {
	at := Location{doc, nil, doc.Tree.Root}
	for i, name := range steps {
		if next, ok := r.target[at.Node]; ok {
			at = next
		}
		child := at.Node.Child(name)
		if child == nil {
			return Location{}, fmt.Sprintf("%s has no #%s", doc.File, yamltree.Pointer(steps[:i+1]))
		}
		at = Location{at.Doc, append(slices.Clone(at.Path), name), child}
	}
	return at, ""
}

// resource finds the resource that a reference without its fragment means: one
// that has the identifier, or a file.
func (r *References) resource(from *jsonschema.Resource, file string) (*jsonschema.Resource, string) {
	u, err := url.Parse(file)
	if err != nil {
		u = &url.URL{Path: file} // a name that is no URI
	}
	uri := from.URI.ResolveReference(u)
	if known := r.resources[uri.String()]; known != nil {
		return known, ""
	}
	uri.Fragment = ""
	switch {
	case isAddress(uri.String()) && (u.Scheme != "" || isAddress(from.Document.(*Document).File)):
		doc, why := r.remote(uri.String())
		if why != "" {
			return nil, why
		}
		return doc.resource, ""
	case u.Scheme != "":
		return nil, NotRemote
	}
	doc, why := r.file(from.Document.(*Document), file)
	if why != "" {
		return nil, why
	}
	return doc.resource, ""
}

// remote is the document at an address, where its host may be asked.
func (r *References) remote(address string) (*Document, string) {
	if doc := r.Files[address]; doc != nil {
		return doc, ""
	}
	from, ok := r.fsys.(source.Remote)
	if !ok {
		return nil, NotRemote
	}
	text, err := from.ReadRemote(address)
	if errors.Is(err, source.ErrNotAllowed) {
		return nil, NotRemote
	}
	var doc *Document
	if err == nil {
		doc, err = parseText(address, text)
	}
	if err != nil {
		return nil, unread + source.Plain(err)
	}
	r.register(doc)
	return doc, ""
}

// unread begins why a reference to another host leads nowhere that would be followed.
const unread = "it cannot be read: "

// skipped reports whether a reference was not followed for a reason that is not its
// own: it leads to another host.
func skipped(why string) bool { return why == NotRemote || strings.HasPrefix(why, unread) }

func (r *References) file(from *Document, file string) (*Document, string) {
	file = yamltree.Unescape(file)
	name := path.Join(path.Dir(from.File), file)
	if path.IsAbs(file) || !fs.ValidPath(name) {
		return nil, "it leads out of the folder that is linted"
	}
	if doc := r.Files[name]; doc != nil {
		return doc, ""
	}
	doc, err := ParseFile(r.fsys, name)
	if err != nil {
		return nil, "the file cannot be read: " + source.Plain(err)
	}
	r.register(doc)
	return doc, ""
}
