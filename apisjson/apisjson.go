// Package apisjson reads an index of APIs in the format of APIs.json, as YAML
// or JSON: what APIs there are, and where their artefacts lie. Everything it
// returns knows its place in the file.
package apisjson

import (
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// Index is an APIs.json document.
type Index struct {
	AID, Name            string
	SpecificationVersion string
	APIs                 []API
	// Common are the links that concern all its APIs: those of common, and of
	// prompts, rules and workflows (since 0.21).
	Common []Link
	// Others are the links to other indexes: include, network and overlays.
	Others []Link
	At     source.Position
}

// API is one API of an index.
type API struct {
	AID, Name, Description, BaseURL string
	Tags                            []string
	Links                           []Link
	At                              source.Position
}

// Collections are the keys of lists of typed links, at the top of an index and
// in each API of it.
func Collections() []string { return []string{"properties", "common", "prompts", "rules", "workflows"} }

// Types of the links to other indexes.
const (
	Include = "include"
	Network = "network"
	Overlay = "overlays"
)

// Link is a property of an API: an address of a type.
type Link struct {
	// Type is the type as it is written; that of a link to another index is
	// the key that it stands below.
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
		At: r.at(),
	}
	for _, key := range Collections() {
		index.Common = append(index.Common, r.links(key)...)
	}
	for _, key := range []string{Include, Network, Overlay} {
		for _, link := range r.links(key) {
			link.Type = key
			index.Others = append(index.Others, link)
		}
	}
	if apis := root.Lookup("apis"); apis != nil && apis.Kind == yamltree.Sequence {
		for i, api := range apis.Items {
			index.APIs = append(index.APIs, r.api(api, strconv.Itoa(i)))
		}
	}
	return index
}

// Links returns all links of the index: those of its APIs in their order, then
// the common ones, then those to other indexes.
func (x *Index) Links() []Link {
	var out []Link
	for _, api := range x.APIs {
		out = append(out, api.Links...)
	}
	return append(append(out, x.Common...), x.Others...)
}

type reader struct{ doc *yamltree.Document }

func (r reader) at(path ...string) source.Position {
	place, _ := r.doc.RangeAt(path...)
	return r.doc.Position(place.Start, path...)
}

func (r reader) api(n *yamltree.Node, i string) API {
	api := API{
		AID: textOf(n, "aid"), Name: textOf(n, "name"), Description: textOf(n, "description"), BaseURL: textOf(n, "baseURL"),
		At: r.at("apis", i),
	}
	for _, key := range Collections() {
		api.Links = append(api.Links, r.links("apis", i, key)...)
	}
	for _, link := range r.links("apis", i, Overlay) {
		link.Type = Overlay
		api.Links = append(api.Links, link)
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
	switch {
	case list == nil:
		return nil
	case list.Kind == yamltree.Mapping && list.Lookup("url") != nil:
		return r.single(list, path)
	case list.Kind != yamltree.Sequence:
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

// single is a link that stands where a list of them is expected.
func (r reader) single(n *yamltree.Node, path []string) []Link {
	address, ok := n.Lookup("url").StringValue()
	if !ok {
		return nil
	}
	return []Link{{Type: textOf(n, "type"), URL: address, File: r.file(address), At: r.at(append(path[:len(path):len(path)], "url")...)}}
}

// file is the file that a local address means.
func (r reader) file(address string) string {
	address = strings.TrimSpace(address)
	if address == "" || strings.HasPrefix(address, "//") || hasScheme(address) {
		return ""
	}
	address, _, _ = strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "?")
	if unescaped, err := url.PathUnescape(address); err == nil {
		address = unescaped
	}
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
