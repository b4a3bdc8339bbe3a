// Package openapi answers what governance asks of an OpenAPI description, of
// version 2.0 or 3.0 to 3.2: its operations, their parameters and what their
// responses have, each with its place in the file. The folder also holds the
// bundled description of the Data API v2 of ClinicalTrials.gov.
package openapi

import (
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

//go:embed clinical-trials-gov-data-api-v2-openapi.yml
var bundled []byte

// bundledJSON says the same in JSON, which takes a quarter of the time to read. A
// test writes it.
//
//go:embed clinical-trials-gov-data-api-v2-openapi.json
var bundledJSON []byte

// BundledServer is the server that the bundled description is of.
const BundledServer = "https://clinicaltrials.gov/api/v2"

// Bundled returns the text of the bundled description.
func Bundled() []byte { return append([]byte(nil), bundled...) }

// BundledDescription returns the bundled description. Its positions are not those
// in its text.
func BundledDescription() (*Description, error) { return Parse("clinical-trials-gov", bundledJSON) }

// Description is an OpenAPI document. References within it are followed, those
// to other files are not.
type Description struct {
	// Version is the version of OpenAPI, APIVersion that of the API.
	Version, Title, APIVersion string
	// Servers are the addresses of the API.
	Servers    []string
	Operations []Operation
	At         source.Position

	doc *yamltree.Document
	// named and filled answer which schemas have a property by composition,
	// and which have one in their items or values too.
	named, filled *closure
}

// Operation is one operation of a description.
type Operation struct {
	ID, Method, Path, Summary string
	Tags                      []string
	// Parameters are those of the operation and of its path, the former
	// first; a parameter of the path that the operation has too is left out.
	Parameters []Parameter
	// AnyBody reports whether the operation takes something else than objects
	// of named properties.
	AnyBody   bool
	Responses []Response
	At        source.Position

	d      *Description
	bodies []*yamltree.Node
}

// Body returns the properties of the objects that the operation takes, of all
// media types.
func (o Operation) Body() []string { return o.d.properties(o.bodies...) }

// Key names the operation within its API: method and path, with the names of
// path parameters left out, which do not tell operations apart.
func (o Operation) Key() string { return o.Method + " " + pathParameter.ReplaceAllString(o.Path, "{}") }

var pathParameter = regexp.MustCompile(`\{[^{}]*\}`)

// Parameter is a parameter of an operation.
type Parameter struct {
	Name, In, Pattern string
	// Enum are the values that the parameter, or an item of it, may have; nil
	// where any may.
	Enum []string
	// List tells that the value is a list; Pattern and Enum are of its items.
	List     bool
	Required bool
	At       source.Position
}

// Response is one representation of a response.
type Response struct {
	Status, MediaType string
	// Shape says what the schema describes.
	Shape Shape
	At    source.Position

	d      *Description
	schema *yamltree.Node
}

// Properties returns the properties of the object, or of the items of the
// list; in alternatives, those of all of them.
func (r Response) Properties() []string { return r.d.properties(r.schema) }

// Shape is what the schema of a response describes.
type Shape string

// The shapes. Untyped is an object of which no property is named, or nothing
// at all.
const (
	Object  Shape = "object"
	List    Shape = "list"
	Value   Shape = "value"
	Untyped Shape = "untyped"
)

// Parse reads a description; its error is a *source.Error.
func Parse(name string, text []byte) (*Description, error) {
	doc, err := yamltree.Parse(name, text, nil)
	if err != nil {
		return nil, err
	}
	if d := FromTree(doc); d != nil {
		return d, nil
	}
	return nil, &source.Error{Position: doc.Position(doc.Root.Range.Start), Problem: "this is not an OpenAPI description", Expected: "a mapping with openapi or swagger"}
}

// FromTree reads a description that is parsed already; nil where it is none.
func FromTree(doc *yamltree.Document) *Description {
	root := doc.Root
	version := root.Lookup("openapi")
	if version == nil {
		version = root.Lookup("swagger")
	}
	if version == nil {
		return nil
	}
	d := &Description{Version: version.Text, doc: doc, Title: textOf(root.Lookup("info"), "title"), APIVersion: textOf(root.Lookup("info"), "version")}
	d.At = d.position()
	d.named = newClosure(d.composed, hasProperties)
	d.filled = newClosure(d.contents, hasProperties)
	d.readServers()
	d.readOperations()
	return d
}

// Lookup returns the place of a JSON pointer, following references on the way,
// and whether there is something.
func (d *Description) Lookup(pointer string) (source.Position, bool) {
	path, err := yamltree.ParsePointer(pointer)
	if err != nil {
		return source.Position{}, false
	}
	n := d.doc.Root
	at := []string{}
	for _, name := range path {
		n, at = d.follow(n, at)
		if n = n.Child(name); n == nil {
			return source.Position{}, false
		}
		at = append(slices.Clone(at), name)
	}
	return d.position(at...), true
}

func (d *Description) position(path ...string) source.Position {
	r, _ := d.doc.RangeAt(path...)
	return d.doc.Position(r.Start, path...)
}

const maxRefs = 50

// follow goes to the end of a chain of references within the document.
func (d *Description) follow(n *yamltree.Node, path []string) (*yamltree.Node, []string) {
	for range maxRefs {
		ref, ok := n.Lookup("$ref").StringValue()
		if !ok || !strings.HasPrefix(ref, "#") {
			return n, path
		}
		target, err := yamltree.ParsePointer(unescape(ref[1:]))
		if err != nil || d.doc.Root.At(target...) == nil {
			return n, path
		}
		n, path = d.doc.Root.At(target...), target
	}
	return n, path
}

func (d *Description) readServers() {
	root := d.doc.Root
	if host := textOf(root, "host"); host != "" {
		d.Servers = []string{host + textOf(root, "basePath")}
	}
	if servers := root.Lookup("servers"); servers != nil {
		for _, s := range servers.Items {
			d.Servers = append(d.Servers, textOf(s, "url"))
		}
	}
}

func methods() []string {
	return []string{"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}
}

func (d *Description) readOperations() {
	paths := d.doc.Root.Lookup("paths")
	if paths == nil || paths.Kind != yamltree.Mapping {
		return
	}
	for i, key := range paths.Keys {
		item, at := d.follow(paths.Items[i], []string{"paths", key.Name})
		d.readPathItem(key.Name, item, at)
	}
}

// readPathItem reads the operations of a path: since OpenAPI 3.2, those of
// other methods too, under their names.
func (d *Description) readPathItem(path string, item *yamltree.Node, at []string) {
	for i, key := range item.Keys {
		n := item.Items[i]
		where := append(slices.Clone(at), key.Name)
		switch {
		case n.Kind != yamltree.Mapping:
		case slices.Contains(methods(), key.Name):
			d.Operations = append(d.Operations, d.operation(path, key.Name, pathItem{item, at}, n, where))
		case key.Name == "additionalOperations":
			for j, method := range n.Keys {
				if n.Items[j].Kind == yamltree.Mapping {
					d.Operations = append(d.Operations, d.operation(path, method.Name, pathItem{item, at}, n.Items[j], append(slices.Clone(where), method.Name)))
				}
			}
		}
	}
}

// pathItem is what operations have in common, with its place.
type pathItem struct {
	node *yamltree.Node
	at   []string
}

func (d *Description) operation(path, method string, item pathItem, n *yamltree.Node, at []string) Operation {
	o := Operation{d: d, ID: textOf(n, "operationId"), Method: method, Path: path, Summary: textOf(n, "summary"), At: d.position(at...)}
	if tags := n.Lookup("tags"); tags != nil {
		for _, tag := range tags.Items {
			o.Tags = append(o.Tags, tag.Text)
		}
	}
	o.Parameters = d.parameters(n.Lookup("parameters"), append(slices.Clone(at), "parameters"))
	for _, p := range d.parameters(item.node.Lookup("parameters"), append(slices.Clone(item.at), "parameters")) {
		if !slices.ContainsFunc(o.Parameters, func(q Parameter) bool { return q.Name == p.Name && q.In == p.In }) {
			o.Parameters = append(o.Parameters, p)
		}
	}
	o.Responses = d.responses(n.Lookup("responses"), append(slices.Clone(at), "responses"))
	d.readBody(&o, n, item.node)
	return o
}

func (d *Description) parameters(list *yamltree.Node, at []string) []Parameter {
	if list == nil || list.Kind != yamltree.Sequence {
		return nil
	}
	var out []Parameter
	for i, item := range list.Items {
		n, where := d.follow(item, append(slices.Clone(at), strconv.Itoa(i)))
		p := Parameter{Name: textOf(n, "name"), In: textOf(n, "in"), At: d.position(where...)}
		p.Required = n.Lookup("required") != nil && n.Lookup("required").Text == "true"
		d.constrain(&p, n)
		out = append(out, p)
	}
	return out
}

// constrain reads the pattern and the values of a parameter, or of its items.
func (d *Description) constrain(p *Parameter, n *yamltree.Node) {
	for range maxSchemaDepth {
		if n == nil {
			return
		}
		if p.Pattern == "" {
			p.Pattern = textOf(n, "pattern")
		}
		if values := n.Lookup("enum"); values != nil && p.Enum == nil {
			for _, v := range values.Items {
				p.Enum = append(p.Enum, v.Text)
			}
		}
		next := n.Lookup("schema")
		if next == nil {
			next = n.Lookup("items")
			p.List = p.List || next != nil
		}
		n, _ = d.follow(next, nil)
	}
}

func textOf(n *yamltree.Node, key string) string {
	s, _ := n.Lookup(key).StringValue()
	return s
}
