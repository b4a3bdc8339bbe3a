package mapping

import (
	"slices"
	"strconv"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// Locator finds where in the JSON of a study something of its graph stood. It
// may be shared.
type Locator struct{ rules *rules }

// NewLocator makes one.
func NewLocator() *Locator { return &Locator{newRules(Options{Base: model.DefaultBase})} }

// Places say where the nodes and values of one graph stood.
type Places map[[2]string]string

// Locate walks through a study's own graph as Restore does. Of a graph that
// describes no study there are no places.
func (l *Locator) Locate(quads []rdf.Quad) Places {
	r := newRestorer(graphOf(quads))
	defer r.release()
	r.rules = l.rules
	places := Places{}
	if study, err := r.find(); err == nil {
		places.inside(r, r.model.Root, spot{subject: study, around: study}, "")
	}
	return places
}

// Pointer returns the JSON Pointer of a property of a node, given by their IRIs;
// where that is not known, of the node. The study itself is the empty pointer, as
// is what has no place of its own.
func (p Places) Pointer(node, property string) string {
	if at, ok := p[[2]string{node, property}]; ok {
		return at
	}
	return p[[2]string{node, ""}]
}

// inside notes the places of the members of an object.
func (p Places) inside(r *restorer, f *model.Field, at spot, pointer string) {
	for _, c := range f.Children {
		here := pointer + "/" + source.EscapePointer(c.Key)
		switch c.Kind {
		case model.Nest:
			p.inside(r, c, at, here)
		case model.Nests:
			for i := range r.places(c, at) {
				around := r.rules.patterns[c].iri(&place{study: at.subject, around: at.around, measure: at.measure, index: i})
				p.inside(r, c, spot{subject: at.subject, around: around, measure: at.measure}, here+"/"+strconv.Itoa(i))
			}
		case model.Node, model.Nodes:
			p.nodes(r, c, at, here)
		default:
			subject := at.subject
			if c.Class == "Record" {
				subject = r.record(subject)
			}
			p.note(subject, model.Expand(c.Property), here)
			for _, d := range c.Derived() {
				p.note(subject, model.Expand(d.Property), here)
			}
		}
	}
}

// nodes notes the places of an object or a list of objects that are nodes.
func (p Places) nodes(r *restorer, c *model.Field, at spot, pointer string) {
	p.note(at.subject, model.Expand(c.Property), pointer)
	iris := r.nodesAt(c, at)
	for i, iri := range iris {
		here := pointer
		if c.Kind == model.Nodes {
			here += "/" + strconv.Itoa(i)
		}
		p.note(iri, "", here)
		p.inside(r, c, r.within(c, iri, at), here)
	}
}

// note keeps the first place of what has several.
func (p Places) note(node, property, pointer string) {
	if _, known := p[[2]string{node, property}]; !known {
		p[[2]string{node, property}] = pointer
	}
}

// nodesAt lists the nodes of a field in the order of the record.
func (r *restorer) nodesAt(c *model.Field, at spot) []string {
	var iris []string
	for _, t := range r.values(at.subject, c.Property) {
		if r.belongs(c, t.Value, at) {
			iris = append(iris, t.Value)
		}
	}
	slices.SortFunc(iris, r.compareNodes)
	return iris
}

// within is the spot of the members of a node.
func (r *restorer) within(c *model.Field, iri string, at spot) spot {
	inner := spot{subject: iri, around: iri, measure: at.measure}
	if c.Class == "OutcomeMeasure" {
		inner.measure = iri
	}
	return inner
}
