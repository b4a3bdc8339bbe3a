package mapping

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// Locator finds where in the JSON of a study something of its graph stood. It
// may be shared.
type Locator struct {
	rules *rules
	// links are the properties that lead to nodes, by their IRIs.
	links map[string]bool
}

// NewLocator makes one.
func NewLocator() *Locator {
	l := &Locator{rules: newRules(Options{Base: model.DefaultBase}), links: map[string]bool{}}
	for _, f := range l.rules.model.Fields {
		if f.Kind == model.Node || f.Kind == model.Nodes {
			l.links[model.Expand(f.Property)] = true
		}
	}
	return l
}

// Places say where the nodes and values of one graph stood.
type Places map[[2]string]string

// Locate walks through a study's own graph as Restore does. Of a graph that
// describes no study there are no places.
func (l *Locator) Locate(quads []rdf.Quad) Places { return l.locate(quads, locating{}) }

// LocateNodes is Locate for some nodes of a graph, given by their IRIs: the others have
// no places. The rows are those of a study's own graph in the batch, which may get more
// names.
func (l *Locator) LocateNodes(b *rdf.Batch, rows []rdf.BatchRow, nodes []string) Places {
	p := locating{some: true, wanted: map[string]bool{}, way: map[string]bool{}}
	way := make([]bool, b.Vocabulary.Len()+len(b.Names)+len(nodes)+1)
	for _, iri := range nodes {
		p.wanted[iri] = true
		way[b.AddIRI(iri)] = true
	}
	l.mark(b, rows, way)
	for n, marked := range way {
		if marked {
			p.way[b.IRIOf(uint32(n))] = true //nolint:gosec // a number of the batch
		}
	}
	return l.locate(l.along(b, rows, way), p)
}

// mark marks the nodes that lead to those that are marked. What leads to a node mostly
// comes before what the node leads to.
func (l *Locator) mark(b *rdf.Batch, rows []rdf.BatchRow, way []bool) {
	links := map[uint32]bool{}
	for again := true; again; {
		again = false
		for _, row := range slices.Backward(rows) {
			if row[2] >= rdf.LiteralBit || !way[row[2]] || way[row[0]] {
				continue
			}
			leads, known := links[row[1]]
			if !known {
				leads = l.links[b.IRIOf(row[1])]
				links[row[1]] = leads
			}
			if leads {
				way[row[0]], again = true, true
			}
		}
	}
}

// along returns what is said of the nodes that are marked, and what tells the study and
// the order of what they lead to.
func (l *Locator) along(b *rdf.Batch, rows []rdf.BatchRow, way []bool) []rdf.Quad {
	id, order := b.AddIRI(model.NSRegistry+"nct_id"), b.AddIRI(model.Expand("ctg:order"))
	beside := make([]bool, b.Vocabulary.Len()+len(b.Names)+1)
	copy(beside, way)
	var records string
	for _, row := range rows {
		if int(row[0]) < len(way) && way[row[0]] && row[2] < rdf.LiteralBit {
			beside[row[2]] = true
		}
		if row[1] == id {
			records = b.IRIOf(row[0]) + recordFragment
		}
	}
	var quads []rdf.Quad
	last, kept := uint32(0), false
	for _, row := range rows {
		if row[0] != last {
			last, kept = row[0], int(row[0]) < len(way) && way[row[0]] || records != "" && strings.HasPrefix(b.IRIOf(row[0]), records)
		}
		if kept || row[1] == id || row[1] == order && beside[row[0]] {
			quads = append(quads, rdf.Quad{Subject: b.Term(row[0]), Predicate: b.Term(row[1]), Object: b.Term(row[2])})
		}
	}
	return quads
}

// locate finds the places that are asked for.
func (l *Locator) locate(quads []rdf.Quad, p locating) Places {
	r := newRestorer(graphOf(quads))
	defer r.release()
	r.rules = l.rules
	p.found = Places{}
	if study, err := r.find(); err == nil {
		p.inside(r, r.model.Root, spot{subject: study, around: study}, "")
	}
	return p.found
}

// locating are places that are being found.
type locating struct {
	found Places
	// some says that only the nodes that are wanted are looked for, on the way to them.
	some        bool
	wanted, way map[string]bool
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
func (p locating) inside(r *restorer, f *model.Field, at spot, pointer string) {
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
			p.note(subject, r.names.property(c.Property), here)
			for _, d := range c.Derived() {
				p.note(subject, r.names.property(d.Property), here)
			}
		}
	}
}

// nodes notes the places of an object or a list of objects that are nodes.
func (p locating) nodes(r *restorer, c *model.Field, at spot, pointer string) {
	p.note(at.subject, r.names.property(c.Property), pointer)
	iris := r.membersAt(c, at)
	if p.some && !slices.ContainsFunc(iris, func(iri string) bool { return p.way[iri] }) {
		return
	}
	slices.SortFunc(iris, r.compareNodes)
	for i, iri := range iris {
		if p.some && !p.way[iri] {
			continue
		}
		here := pointer
		if c.Kind == model.Nodes {
			here += "/" + strconv.Itoa(i)
		}
		p.note(iri, "", here)
		p.inside(r, c, r.within(c, iri, at), here)
	}
}

// note keeps the first place of what has several.
func (p locating) note(node, property, pointer string) {
	if p.some && !p.wanted[node] {
		return
	}
	if _, known := p.found[[2]string{node, property}]; !known {
		p.found[[2]string{node, property}] = pointer
	}
}

// nodesAt lists the nodes of a field in the order of the record.
func (r *restorer) nodesAt(c *model.Field, at spot) []string {
	iris := r.membersAt(c, at)
	slices.SortFunc(iris, r.compareNodes)
	return iris
}

// membersAt lists the nodes of a field.
func (r *restorer) membersAt(c *model.Field, at spot) []string {
	var iris []string
	for _, t := range r.values(at.subject, c.Property) {
		if r.belongs(c, t.Value, at) {
			iris = append(iris, t.Value)
		}
	}
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
