package web

import (
	"context"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
)

// findingView is what the shapes find in a study.
type findingView struct {
	Severity, Message string
	Property, Term    string
	Value             string
	Pointer, Data     string
}

// maxFindings bounds the findings on a page.
const maxFindings = 200

// findings checks a study, with what it shares with others, against the shapes.
// Checked is false where there are no shapes, and for a graph that cannot be
// checked.
func (s *Site) findings(ctx context.Context, b *builder, shared []rdf.Quad) (list []findingView, total int, checked bool) {
	if s.options.Shapes == nil {
		return nil, 0, false
	}
	var lines []byte
	for _, quads := range [][]rdf.Quad{b.r.quads, shared} {
		for _, q := range quads {
			lines = rdf.AppendQuad(lines, q)
		}
	}
	results, err := s.options.Shapes.NewChecker(nil).Check(ctx, lines)
	if err != nil {
		return nil, 0, false
	}
	for _, r := range results {
		if len(list) == maxFindings {
			break
		}
		v := findingView{Severity: r.Severity.String(), Message: visible(s.options.Shapes.Message(r)), Pointer: b.r.places.Pointer(r.Focus.Value, r.Path.Value)}
		if r.Path.Value != "" {
			v.Property = visible(b.model.Compact(r.Path.Value))
			v.Term = b.links.page(r.Path.Value)
		}
		if r.Value.Value != "" {
			v.Value = visible(shortTerm(b.model, r.Value))
		}
		v.Data = b.dataPage(v.Pointer)
		list = append(list, v)
	}
	return list, len(results), true
}

// nodesOf turns the places of nodes around: the IRI of a node by its pointer.
func nodesOf(places mapping.Places) map[string]string {
	nodes := map[string]string{}
	for key, pointer := range places {
		if key[1] == "" {
			nodes[pointer] = key[0]
		}
	}
	return nodes
}
