// Package apisjson reads an index of APIs in the format of APIs.json, as YAML
// or JSON: what APIs there are, and where their artefacts lie. Everything it
// returns knows its place in the file.
package apisjson

import (
	"path"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/source"
)

// Index is an APIs.json document.
type Index struct {
	AID, Name            string
	SpecificationVersion string
	APIs                 []API
	// Common are the links that concern all its APIs.
	Common []Link
	At     source.Position
}

// API is one API of an index.
type API struct {
	AID, Name, Description, BaseURL string
	Tags                            []string
	Links                           []Link
	At                              source.Position
}

// Link is a property of an API: an address of a type.
type Link struct {
	Type string
	// URL is the address as it is written, white space included.
	URL string
	// File is the file that a local address means, relative to the folder
	// that the index's name is relative to; empty for an address elsewhere.
	File string
	// At is the place of the address.
	At source.Position
}

// Parse reads an index; its name is that of its file. Its error is a
// *source.Error.
func Parse(name string, text []byte) (*Index, error) {
	doc, err := yamltree.Parse(name, text, nil)
	if err != nil {
		return nil, err
	}
	if doc.Root.Kind != yamltree.Mapping || doc.Root.Index("apis") < 0 {
		return nil, &source.Error{Position: doc.Position(doc.Root.Range.Start), Problem: "this is not an APIs.json index", Expected: "a mapping with apis"}
	}
	return FromTree(doc), nil
}

// FromTree reads an index that is parsed already.
func FromTree(doc *yamltree.Document) *Index {
	r := reader{doc}
	root := doc.Root
	index := &Index{
		AID: textOf(root, "aid"), Name: textOf(root, "name"), SpecificationVersion: textOf(root, "specificationVersion"),
		Common: r.links("common"), At: r.at(),
	}
	if apis := root.Lookup("apis"); apis != nil && apis.Kind == yamltree.Sequence {
		for i, api := range apis.Items {
			index.APIs = append(index.APIs, r.api(api, strconv.Itoa(i)))
		}
	}
	return index
}

// Links returns all links of the index: those of its APIs in their order, then
// the common ones.
func (x *Index) Links() []Link {
	var out []Link
	for _, api := range x.APIs {
		out = append(out, api.Links...)
	}
	return append(out, x.Common...)
}

type reader struct{ doc *yamltree.Document }

func (r reader) at(path ...string) source.Position {
	place, _ := r.doc.RangeAt(path...)
	return r.doc.Position(place.Start, path...)
}

func (r reader) api(n *yamltree.Node, i string) API {
	api := API{
		AID: textOf(n, "aid"), Name: textOf(n, "name"), Description: textOf(n, "description"), BaseURL: textOf(n, "baseURL"),
		Links: r.links("apis", i, "properties"), At: r.at("apis", i),
	}
	if tags := n.Lookup("tags"); tags != nil {
		for _, tag := range tags.Items {
			api.Tags = append(api.Tags, tag.Text)
		}
	}
	return api
}

func (r reader) links(path ...string) []Link {
	list := r.doc.Root.At(path...)
	if list == nil || list.Kind != yamltree.Sequence {
		return nil
	}
	var out []Link
	for i, item := range list.Items {
		if address, ok := item.Lookup("url").StringValue(); ok {
			at := r.at(append(path[:len(path):len(path)], strconv.Itoa(i), "url")...)
			out = append(out, Link{Type: textOf(item, "type"), URL: address, File: r.file(address), At: at})
		}
	}
	return out
}

// file is the file that a local address means.
func (r reader) file(address string) string {
	address = strings.TrimSpace(address)
	if address == "" || strings.HasPrefix(address, "//") || hasScheme(address) {
		return ""
	}
	address, _, _ = strings.Cut(address, "#")
	return path.Join(path.Dir(r.doc.Name), address)
}

// hasScheme reports whether an address begins with a scheme (RFC 3986, 3.1).
func hasScheme(address string) bool {
	scheme, _, ok := strings.Cut(address, ":")
	return ok && scheme != "" && !strings.ContainsAny(scheme, "/.#? ")
}

func textOf(n *yamltree.Node, key string) string {
	s, _ := n.Lookup(key).StringValue()
	return s
}
