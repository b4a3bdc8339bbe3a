package mapping

import (
	"slices"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// graph is triples by subject and predicate, each once.
type graph map[string]*graphNode

// graphNode is what a graph says of a subject, a list of properties for there are few.
type graphNode struct{ properties []graphProperty }

type graphProperty struct {
	name  string
	terms []rdf.Term
	seen  map[rdf.Term]bool // of long lists
}

// of returns the values of a property.
func (n *graphNode) of(property string) []rdf.Term {
	if n == nil {
		return nil
	}
	for i := range n.properties {
		if n.properties[i].name == property {
			return n.properties[i].terms
		}
	}
	return nil
}

// graphOf sorts quads by subject and predicate.
func graphOf(quads []rdf.Quad) graph {
	if slices.ContainsFunc(quads, func(q rdf.Quad) bool { return q.Graph != quads[0].Graph }) {
		return mixedGraphOf(quads)
	}
	g, last := graph{}, (*graphNode)(nil)
	room := make([]rdf.Term, 0, len(quads))
	for i := range quads {
		q := &quads[i]
		if i == 0 || q.Subject.Value != quads[i-1].Subject.Value {
			last = g.node(q.Subject.Value)
		}
		room = last.property(q.Predicate.Value).add(q.Object, room)
	}
	return g
}

// mixedGraphOf is graphOf of quads of several graphs: what two of them say is there
// twice.
func mixedGraphOf(quads []rdf.Quad) graph {
	g, seen := graph{}, make(map[rdf.Quad]bool, len(quads))
	for _, q := range quads {
		if !seen[q] {
			seen[q] = true
			p := g.node(q.Subject.Value).property(q.Predicate.Value)
			p.terms = append(p.terms, q.Object)
		}
	}
	return g
}

func (g graph) node(subject string) *graphNode {
	n := g[subject]
	if n == nil {
		n = &graphNode{}
		g[subject] = n
	}
	return n
}

func (n *graphNode) property(name string) *graphProperty {
	for i := len(n.properties) - 1; i >= 0; i-- { // the last one has more, as a rule
		if n.properties[i].name == name {
			return &n.properties[i]
		}
	}
	n.properties = append(n.properties, graphProperty{name: name})
	return &n.properties[len(n.properties)-1]
}

// longList is from how many values on a map says which are there.
const longList = 32

// add adds a value, unless it is there. Lists are made in room as far as that goes,
// which is returned.
func (p *graphProperty) add(t rdf.Term, room []rdf.Term) []rdf.Term {
	n := len(p.terms)
	if p.has(t) {
		return room
	}
	if p.seen != nil {
		p.seen[t] = true
	}
	if used := len(room); used < cap(room) && (n == 0 || used > 0 && &p.terms[n-1] == &room[used-1]) {
		room = append(room, t)
		p.terms = room[used-n : used+1 : used+1]
		return room
	}
	p.terms = append(p.terms, t)
	return room
}

func (p *graphProperty) has(t rdf.Term) bool {
	if len(p.terms) < longList {
		return slices.Contains(p.terms, t)
	}
	if p.seen == nil {
		p.seen = make(map[rdf.Term]bool, 2*len(p.terms))
		for _, other := range p.terms {
			p.seen[other] = true
		}
	}
	return p.seen[t]
}

// studyGraphs is Studies, with the graph of each.
func studyGraphs(quads []rdf.Quad) []graph {
	var studies []string
	for i := range quads {
		if quads[i].Predicate.Value == nctID {
			studies = append(studies, quads[i].Subject.Value)
		}
	}
	if len(studies) == 0 {
		return nil
	}
	all, out := graphOf(quads), make([]graph, 0, len(studies))
	own := make(map[string]bool, len(studies))
	for _, s := range studies {
		own[s] = true
	}
	for _, s := range studies {
		out = append(out, all.reach(s, own))
	}
	return out
}

const nctID = model.NSRegistry + "nct_id"

// reach is the part of a graph that leads from a study, without the others.
func (g graph) reach(study string, studies map[string]bool) graph {
	out := make(graph, len(g)/len(studies))
	out[study] = g[study]
	for next := []*graphNode{g[study]}; len(next) > 0; next = next[1:] {
		for i := range next[0].properties {
			for _, o := range next[0].properties[i].terms {
				n := g[o.Value]
				if o.Kind != rdf.IRITerm || n == nil || out[o.Value] != nil || studies[o.Value] {
					continue
				}
				out[o.Value] = n
				next = append(next, n)
			}
		}
	}
	return out
}

// names remembers what the short names of properties stand for.
type names struct{ properties, orders map[string]string }

var knownNames = sync.Pool{New: func() any { return &names{map[string]string{}, map[string]string{}} }}

func (n *names) property(name string) string {
	iri, ok := n.properties[name]
	if !ok {
		iri = model.Expand(name)
		n.properties[name] = iri
	}
	return iri
}

// order is the property that says in which order the values of another one stand.
func (n *names) order(name string) string {
	iri, ok := n.orders[name]
	if !ok {
		_, local, _ := strings.Cut(name, ":")
		iri = model.Expand("tw:order_of_" + local)
		n.orders[name] = iri
	}
	return iri
}
