package languageserver

import (
	"strings"

	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// The kinds of symbols, as clients show them.
const (
	symbolModule = 2
	symbolClass  = 5
	symbolMethod = 6
	symbolField  = 8
	symbolArray  = 18
	symbolObject = 19
	symbolKey    = 20
)

// symbols outlines a document: operations by method and path, components, capabilities,
// APIs, terms and rules by name.
func (s *server) symbols(p *placeParams) (any, error) {
	at, ok := s.spot(p)
	if !ok {
		return []symbol{}, nil
	}
	o := outline{server: s, doc: at.doc}
	out := o.members(at.doc.Tree.Root, nil, depthOf(at.doc.Kind))
	if s.client.Capabilities.Text.Symbols.Nested {
		return out, nil
	}
	return flat(at.buffer.uri, "", out), nil
}

// depthOf is how deep the outline of a kind of documents is.
func depthOf(kind ruleset.Kind) int {
	switch kind {
	case ruleset.OpenAPI, ruleset.APIsJSON:
		return 3
	case ruleset.Capabilities, ruleset.Ruleset, ruleset.Context, ruleset.JSONSchema, ruleset.Overlay:
		return 2
	}
	return 1
}

type outline struct {
	server *server
	doc    *ruleset.Document
}

// members are the symbols of the members of a collection.
func (o outline) members(n *yamltree.Node, path []string, depth int) []symbol {
	out := []symbol{}
	if depth == 0 {
		return out
	}
	for i, item := range n.Items {
		at := n.Step(path, i)
		name, detail := o.name(n, i, at)
		if name == "" {
			continue
		}
		whole := item.Range
		selected := whole
		if n.Kind == yamltree.Mapping {
			if n.Keys[i].Merged {
				continue
			}
			selected = n.Keys[i].Range
			whole.Start = selected.Start
		}
		if whole.End.Before(selected.End) {
			whole.End = selected.End
		}
		if n.Kind == yamltree.Sequence {
			selected = yamltree.Range{Start: whole.Start, End: whole.Start}
		}
		one := symbol{Name: name, Detail: detail, Kind: o.kind(at, item)}
		one.Range = o.server.encoding.span(o.doc.Line, ruleset.ReportRange(whole))
		one.Select = o.server.encoding.span(o.doc.Line, ruleset.ReportRange(selected))
		if !item.IsScalar() {
			one.Children = o.members(item, at, depth-1)
		}
		out = append(out, one)
	}
	return out
}

// name is how a member is shown, and what beside it.
func (o outline) name(n *yamltree.Node, i int, at []string) (name, detail string) {
	item := n.Items[i]
	if n.Kind == yamltree.Sequence {
		for _, key := range []string{"name", "id", "aid", "type", "url", "target"} {
			if text := yamltree.TextOf(item, key); text != "" {
				return text, yamltree.TextOf(item, "description")
			}
		}
		return "", ""
	}
	name = n.Keys[i].Name
	if item.IsScalar() {
		detail = item.Text
	}
	if o.doc.Kind == ruleset.OpenAPI && len(at) == 3 && at[0] == "paths" {
		if !isMethod(name) {
			return "", ""
		}
		return strings.ToUpper(name) + " " + at[1], yamltree.TextOf(item, "operationId")
	}
	return name, detail
}

func isMethod(name string) bool {
	for _, m := range ruleset.Methods() {
		if m == name {
			return true
		}
	}
	return false
}

func (o outline) kind(at []string, item *yamltree.Node) int {
	switch {
	case o.doc.Kind == ruleset.OpenAPI && len(at) == 3 && at[0] == "paths":
		return symbolMethod
	case o.doc.Kind == ruleset.OpenAPI && len(at) == 3 && at[0] == "components":
		return symbolClass
	case len(at) == 1 && !item.IsScalar():
		return symbolModule
	case item.Kind == yamltree.Sequence:
		return symbolArray
	case item.Kind == yamltree.Mapping:
		return symbolObject
	case len(at) == 1:
		return symbolKey
	}
	return symbolField
}

// flat lists symbols without a tree.
func flat(uri, parent string, all []symbol) []flatSymbol {
	out := []flatSymbol{}
	for _, one := range all {
		out = append(out, flatSymbol{one.Name, one.Kind, location{uri, one.Range}, parent})
		out = append(out, flat(uri, one.Name, one.Children)...)
	}
	return out
}
