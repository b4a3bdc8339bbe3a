// Package capabilities reads the files that say what an API can be asked to
// do, in the four forms that are in public use: the simple profile (provider
// and capabilities), Naftiko, Ikanos, and a bare list. Everything it returns
// knows its place in the file. The folder also holds the bundled file for
// ClinicalTrials.gov.
package capabilities

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// Form is the form of a capabilities file.
type Form string

// The forms.
const (
	Simple  Form = "simple"
	Naftiko Form = "naftiko"
	Ikanos  Form = "ikanos"
	Bare    Form = "bare"
)

// File is a capabilities file.
type File struct {
	Form Form
	// Provider is who offers the API (simple form).
	Provider string
	// Version is the version of the form (Naftiko, Ikanos).
	Version      string
	Capabilities []Capability
	At           source.Position
}

// Capability is one thing that an API can be asked to do. In Naftiko and
// Ikanos files it is an operation that the file consumes.
type Capability struct {
	ID, Name string
	// API is the aid of the API; may be absent.
	API *Text
	// OperationRef points at an operation of a description: a file and a
	// JSON pointer as its fragment; may be absent.
	OperationRef *Text
	// Inputs are names of parameters, Outputs names of properties of the
	// response.
	Inputs, Outputs []Text
	// Method, Path and BaseURI say which operation is meant, where the form
	// has no OperationRef.
	Method, Path, BaseURI string
	At                    source.Position
}

// Text is a string of the file with its place.
type Text struct {
	Value string
	At    source.Position
}

// Split returns the file and the JSON pointer of an operationRef. A brace in
// the fragment, which a URI would have to escape, is taken as it is; escaped
// reports whether there was none.
func (t Text) Split() (file, pointer string, escaped bool) {
	file, pointer, _ = strings.Cut(t.Value, "#")
	return file, unescape(pointer), !strings.ContainsAny(pointer, "{}")
}

// Parse reads a capabilities file; its error is a *source.Error.
func Parse(name string, text []byte) (*File, error) {
	doc, err := yamltree.Parse(name, text, nil)
	if err != nil {
		return nil, err
	}
	if f := FromTree(doc); f != nil {
		return f, nil
	}
	return nil, &source.Error{Position: doc.Position(doc.Root.Range.Start), Problem: "this is not a capabilities file", Expected: "a mapping with capabilities, naftiko or ikanos"}
}

// FromTree reads a file that is parsed already; nil where it is of none of the
// forms.
func FromTree(doc *yamltree.Document) *File {
	r := reader{doc}
	root := doc.Root
	if root.Kind != yamltree.Mapping {
		return nil
	}
	f := &File{At: r.at()}
	switch {
	case root.Index("naftiko") >= 0:
		f.Form, f.Version = Naftiko, root.Lookup("naftiko").Text
		f.Capabilities = r.consumed()
	case root.Index("ikanos") >= 0:
		f.Form, f.Version = Ikanos, root.Lookup("ikanos").Text
		f.Capabilities = r.consumed()
	case root.Index("capabilities") < 0:
		return nil
	case root.Index("provider") >= 0:
		f.Form, f.Provider = Simple, textOf(root, "provider")
		f.Capabilities = r.listed()
	default:
		f.Form = Bare
		f.Capabilities = r.listed()
	}
	return f
}

type reader struct{ doc *yamltree.Document }

func (r reader) at(path ...string) source.Position {
	place, _ := r.doc.RangeAt(path...)
	return r.doc.Position(place.Start, path...)
}

// each visits the entries of a list, or of the mapping by name that Ikanos has
// in its place since 1.0.0-alpha3; name is that of the key there.
func (r reader) each(path []string, visit func(n *yamltree.Node, path []string)) {
	list := r.doc.Root.At(path...)
	if list == nil {
		return
	}
	for i, item := range list.Items {
		name := strconv.Itoa(i)
		if list.Kind == yamltree.Mapping {
			name = list.Keys[i].Name
		}
		visit(item, append(slices.Clone(path), name))
	}
}

// nameOf is the name of an entry: its own, or that of its key.
func (r reader) nameOf(n *yamltree.Node, path []string) string {
	if name := textOf(n, "name"); name != "" {
		return name
	}
	if list := r.doc.Root.At(path[:len(path)-1]...); list.Kind == yamltree.Mapping {
		return path[len(path)-1]
	}
	return ""
}

// listed reads the simple and the bare form.
func (r reader) listed() (out []Capability) {
	r.each([]string{"capabilities"}, func(n *yamltree.Node, path []string) {
		out = append(out, Capability{
			ID: textOf(n, "id"), Name: textOf(n, "name"), At: r.at(path...),
			API: r.text(path, "api"), OperationRef: r.text(path, "operationRef"),
			Inputs: r.names(append(path, "inputs")), Outputs: r.names(append(path, "outputs")),
		})
	})
	return out
}

func (r reader) text(path []string, key string) *Text {
	at := append(slices.Clone(path), key)
	s, ok := r.doc.Root.At(at...).StringValue()
	if !ok {
		return nil
	}
	return &Text{s, r.at(at...)}
}

// names reads a list of names: strings, or mappings with a name; or the names
// of a mapping.
func (r reader) names(path []string) (out []Text) {
	list := r.doc.Root.At(path...)
	r.each(slices.Clone(path), func(n *yamltree.Node, at []string) {
		if list.Kind == yamltree.Mapping {
			out = append(out, Text{at[len(at)-1], r.at(at...)})
		} else if s, ok := n.StringValue(); ok {
			out = append(out, Text{s, r.at(at...)})
		} else if s, ok := n.Lookup("name").StringValue(); ok {
			out = append(out, Text{s, r.at(append(at, "name")...)})
		}
	})
	return out
}

// consumed reads the operations that a Naftiko or Ikanos file consumes, below
// capability or at the root.
func (r reader) consumed() (out []Capability) {
	for _, base := range [][]string{{"capability", "consumes"}, {"consumes"}} {
		r.each(base, func(n *yamltree.Node, path []string) {
			out = append(out, r.resources(n, path)...)
		})
	}
	return out
}

func (r reader) resources(consumer *yamltree.Node, path []string) (out []Capability) {
	r.each(append(slices.Clone(path), "resources"), func(resource *yamltree.Node, at []string) {
		r.each(append(slices.Clone(at), "operations"), func(op *yamltree.Node, at []string) {
			out = append(out, Capability{
				ID: r.nameOf(op, at), Name: textOf(op, "description"), At: r.at(at...),
				Inputs:  r.names(append(slices.Clone(at), "inputParameters")),
				Outputs: r.names(append(slices.Clone(at), "outputParameters")),
				Method:  strings.ToLower(textOf(op, "method")), Path: textOf(resource, "path"), BaseURI: textOf(consumer, "baseUri"),
			})
		})
	})
	return out
}

func textOf(n *yamltree.Node, key string) string {
	s, _ := n.Lookup(key).StringValue()
	return s
}
