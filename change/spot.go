package change

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/yamltree"
)

// version is one of the two versions of a description.
type version struct {
	doc   *yamltree.Document
	views map[*yamltree.Node]*view
	// swagger is set for OpenAPI 2.0, siblings from 3.1 on, where keywords
	// beside a $ref of a schema count.
	swagger, siblings bool
	references        *jsonschema.Alone
	base              *jsonschema.Resource
	// reached are the components that references lead to from what was compared.
	reached map[string]bool
	// following is how many references are being resolved within each other.
	following int
	// left is how many steps the comparison may still take; both versions
	// share it.
	left *int
}

func newVersion(doc *yamltree.Document, left *int) *version {
	v := &version{doc: doc, views: map[*yamltree.Node]*view{}, reached: map[string]bool{}, left: left}
	draft := jsonschema.Draft4
	if v.swagger = doc.Root.Index("swagger") >= 0; !v.swagger && !strings.HasPrefix(doc.Root.Lookup("openapi").TextValue(), "3.0") {
		v.siblings, draft = true, jsonschema.Draft2020
	}
	v.references, v.base = jsonschema.NewAlone(doc.Root, draft)
	return v
}

func (v *version) root() spot { return spot{in: v, node: v.doc.Root} }

// target is what a reference at a place leads to: by pointer, by anchor, or by
// the identifier of a schema (JSON Schema 2020-12, section 8.2). A pointer may
// lead through other references.
func (v *version) target(from spot, ref string) (spot, bool) {
	if to, ok := v.references.Find(v.base.At(from.path), ref); ok {
		return spot{v, to.Node, to.Path}, true
	}
	u, err := url.Parse(ref)
	if err != nil || u.Fragment == "" || strings.SplitN(ref, "#", 2)[0] != "" || v.following >= maxFollowed {
		return spot{}, false
	}
	steps, err := yamltree.ParsePointer(u.Fragment)
	if err != nil {
		return spot{}, false
	}
	v.following++
	defer func() { v.following-- }()
	at := v.root()
	for _, step := range steps {
		at = at.at(step)
	}
	return at, at.node != nil
}

// spot is a value of a version, with its path; one without a node is a value
// that is not there.
type spot struct {
	in   *version
	node *yamltree.Node
	path []string
}

// maxFollowed bounds chains of references.
const maxFollowed = 50

// at is the value that steps lead to, references followed.
func (s spot) at(steps ...string) spot {
	s = s.below(steps...)
	for range maxFollowed {
		to, ok := s.follow("$ref")
		if !ok {
			return s
		}
		s = to
	}
	return s
}

// schema is the schema that steps lead to: a reference is followed where it is
// all that the schema says.
func (s spot) schema(steps ...string) spot {
	s = s.below(steps...)
	for range maxFollowed {
		to, ok := s.follow("$ref")
		if !ok || s.saysMore() {
			return s
		}
		s = to
	}
	return s
}

func (s spot) below(steps ...string) spot {
	if s.node == nil {
		return spot{in: s.in}
	}
	return spot{s.in, s.node.At(steps...), append(slices.Clone(s.path), steps...)}
}

// follow is what the reference under a keyword leads to.
func (s spot) follow(keyword string) (spot, bool) {
	ref, ok := s.node.Lookup(keyword).StringValue()
	if !ok {
		return spot{}, false
	}
	to, ok := s.in.target(s, ref)
	if name, is := component(to.path); is {
		s.in.reached[name] = true
	}
	return to, ok
}

// component is the pointer of the component that a path leads into.
func component(path []string) (pointer string, ok bool) {
	switch {
	case len(path) > 2 && path[0] == "components":
		return yamltree.Pointer(path[:3]), true
	case len(path) > 1 && path[0] == "definitions":
		return yamltree.Pointer(path[:2]), true
	}
	return "", false
}

// saysMore reports whether a schema has keywords beside its $ref that bind
// values: none has before OpenAPI 3.1.
func (s spot) saysMore() bool {
	return s.in.siblings && slices.ContainsFunc(s.node.Keys, func(k yamltree.Key) bool {
		switch k.Name {
		case "$ref", "$comment", "title", "summary", "description", "example", "examples", "externalDocs", "deprecated":
			return false
		}
		return !isExtension(k.Name)
	})
}

// items are the members of a mapping by name, references followed.
func (s spot) items() (names []string, out map[string]spot) {
	return s.members(spot.at)
}

// schemas are the schemas of a mapping by name.
func (s spot) schemas() (names []string, out map[string]spot) {
	return s.members(spot.schema)
}

func (s spot) members(at func(spot, ...string) spot) (names []string, out map[string]spot) {
	out = map[string]spot{}
	if s.node == nil || s.node.Kind != yamltree.Mapping {
		return nil, out
	}
	for i, key := range s.node.Keys {
		if s.node.Index(key.Name) == i {
			names = append(names, key.Name)
			out[key.Name] = at(s, key.Name)
		}
	}
	return names, out
}

// list are the items of a sequence, references followed.
func (s spot) list() (out []spot) {
	if s.node == nil || s.node.Kind != yamltree.Sequence {
		return nil
	}
	for i := range s.node.Items {
		out = append(out, s.at(strconv.Itoa(i)))
	}
	return out
}

// has reports whether a mapping has a key.
func (s spot) has(key string) bool { return s.node.Index(key) >= 0 }

func (s spot) text(key string) string {
	v := s.node.Lookup(key)
	if v == nil {
		return ""
	}
	return v.Text
}

func (s spot) isTrue(key string) bool { return s.text(key) == "true" }

// isExtension reports whether a key is not of the specification, where names
// are not free.
func isExtension(key string) bool { return strings.HasPrefix(key, "x-") }

// texts are the texts of a sequence.
func texts(n *yamltree.Node) (out []string) {
	if n == nil || n.Kind != yamltree.Sequence {
		return nil
	}
	for _, item := range n.Items {
		out = append(out, item.Text)
	}
	return out
}
