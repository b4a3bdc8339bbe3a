package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/search"
)

// Bounds of the page of a node.
const (
	maxStatements = 500  // of the node itself
	maxIncoming   = 5000 // of what leads to it, looked through for properties
	incomingRows  = 50   // on a page
	firstRows     = 10   // of each property where there are several
)

// nodePageView is what is said of a node, and what links to it.
type nodePageView struct {
	page
	IRI, Label string
	Away       string
	Classes    []link
	Statements []statement
	More       bool
	Incoming   []incoming
	Only       string // the one property whose links are shown
	Pager      pager
	Counts     []countView // of a property or class of the vocabulary
	Term       *termView
	Studies    *link // the search for the studies that have the node
}

// countryName is the name of a country of the model, "" of anything else.
func (s *Site) countryName(iri string) string {
	code, ok := strings.CutPrefix(iri, model.NSCountry)
	for _, c := range s.links.model.Countries {
		if ok && code != "" && c.Alpha3 == code {
			return c.Name
		}
	}
	return ""
}

// studiesOf leads to the search for the studies of a country or of a MeSH
// heading, with their number where the search knows it. It is nil for other
// nodes.
func (s *Site) studiesOf(ctx context.Context, iri string) (*link, error) {
	for _, f := range facets {
		space := map[int]string{facetCountry: model.NSCountry, facetCondition: model.NSMesh}[f.number]
		code, ok := strings.CutPrefix(iri, space)
		if space == "" || !ok || code == "" {
			continue
		}
		out := &link{Text: "Studies", Href: searchPage(f.parameter, code)}
		state := s.corpus.ready.Load()
		if state == nil {
			return out, nil
		}
		found, err := state.search.Search(ctx, search.Query{Values: []search.Value{{Facet: f.number, Value: code}}})
		if err != nil || found.Total == 0 {
			return nil, err
		}
		out.Text = wording.CountGrouped(found.Total, "study")
		return out, nil
	}
	return nil, nil //nolint:nilnil // other nodes have no search
}

// link is an IRI with what it is called and its page.
type link struct{ Text, Href, Note string }

// statement is a property of a node with its values.
type statement struct {
	Property link
	Values   []link
}

// incoming is a property by which others link to a node.
type incoming struct {
	Property link
	Count    int
	Rows     []link
	All      string
}

type countView struct {
	Name  string
	Count int
}

// node shows the page of anything that has an IRI.
func (s *Site) node(w http.ResponseWriter, r *http.Request, iri string) error {
	id, known := s.graph.Lookup(rdf.IRI(iri))
	term := s.terms.named(iri)
	if !known && term == nil {
		return errNotHere
	}
	p := &nodePageView{IRI: visible(iri), Away: external(iri)}
	quads, more, err := s.graph.collect(r.Context(), index.Quad{index.Subject: id}, index.Union, maxStatements)
	if err != nil {
		return err
	}
	if !known {
		quads = nil
	}
	p.More = more
	s.statements(p, quads)
	p.Label = cmp.Or(p.Label, visible(s.countryName(iri)), visible(s.links.compact(iri)))
	if term != nil {
		p.Term, p.Counts = s.termView(term), s.usage(id, term)
		p.Label = term.Name
	}
	p.page = s.page(p.Label)
	p.Alternates = s.alternates(s.links.page(iri), false)
	if err := s.incoming(r, p, id); err != nil {
		return err
	}
	if p.Term == nil && len(quads) == 0 && len(p.Incoming) == 0 {
		return errNotHere
	}
	if p.Studies, err = s.studiesOf(r.Context(), iri); err != nil {
		return err
	}
	return s.html(w, r, "node", p)
}

// statements groups the quads of a node by property.
func (s *Site) statements(p *nodePageView, quads []rdf.Quad) {
	for _, q := range quads {
		if q.Predicate.Value == rdf.RDFType {
			p.Classes = append(p.Classes, s.link(q.Object))
			continue
		}
		if p.Label == "" && slices.Contains(labels, q.Predicate.Value) {
			p.Label = visible(q.Object.Value)
		}
		property := s.link(q.Predicate)
		at := slices.IndexFunc(p.Statements, func(t statement) bool { return t.Property == property })
		if at < 0 {
			at = len(p.Statements)
			p.Statements = append(p.Statements, statement{Property: property})
		}
		p.Statements[at].Values = append(p.Statements[at].Values, s.link(q.Object))
	}
}

// link shows a term: an IRI by its label.
func (s *Site) link(t rdf.Term) link {
	if t.Kind != rdf.IRITerm {
		out := link{Text: visible(t.Value)}
		if t.Kind == rdf.BlankTerm {
			out.Text = "_:" + out.Text
		}
		if t.Datatype != "" && t.Datatype != rdf.XSDString {
			out.Note = s.links.model.Compact(t.Datatype)
		}
		if t.Language != "" {
			out.Note = t.Language
		}
		return out
	}
	compact := visible(s.links.compact(t.Value))
	out := link{Text: compact, Href: s.links.page(t.Value)}
	if term := s.terms.named(t.Value); term != nil {
		return out
	}
	if label := cmp.Or(s.graph.label(s.graph.iri(t.Value)), s.countryName(t.Value)); label != "" {
		out.Text, out.Note = visible(label), strings.TrimPrefix(compact, model.StudyBase)
	}
	return out
}

// incoming lists what links to a node, by property: some of each, or a page of
// those of one property.
func (s *Site) incoming(r *http.Request, p *nodePageView, id index.ID) error {
	if id == 0 {
		return nil
	}
	only := r.URL.Query().Get("by")
	for _, property := range s.leadingTo(r.Context(), id) {
		iri := s.graph.Term(property)
		compact := s.links.model.Compact(iri.Value)
		if only != "" && only != compact {
			continue
		}
		in := incoming{Property: s.link(iri), Count: s.graph.count(property, id)}
		from, rows := 0, firstRows
		if only != "" {
			p.Only, p.Robots = compact, "noindex"
			if err := pastEnd(r, in.Count, incomingRows); err != nil {
				return err
			}
			p.Pager = newPager(r, in.Count, incomingRows)
			from, rows = pageNumber(r)*incomingRows, incomingRows
		} else if in.Count > rows {
			u := *r.URL
			q := u.Query()
			q.Set("by", compact)
			u.RawQuery = q.Encode()
			in.All = u.RequestURI()
		}
		var err error
		if in.Rows, err = s.subjects(r.Context(), property, id, from, rows); err != nil {
			return err
		}
		p.Incoming = append(p.Incoming, in)
	}
	if only != "" && len(p.Incoming) == 0 {
		return &statusError{http.StatusNotFound, "Nothing leads here by the property " + visible(only) + "."}
	}
	slices.SortStableFunc(p.Incoming, func(a, b incoming) int { return cmp.Compare(b.Count, a.Count) })
	return nil
}

// leadingTo returns the properties that have a node as object: those of the
// model, and what the first quads that lead to it have beside them.
func (s *Site) leadingTo(ctx context.Context, object index.ID) []index.ID {
	var out []index.ID
	seen := map[index.ID]bool{}
	add := func(property index.ID) {
		if property != 0 && !seen[property] {
			seen[property] = true
			out = append(out, property)
		}
	}
	for _, property := range s.terms.properties(s.graph) {
		if s.graph.count(property, object) > 0 {
			add(property)
		}
	}
	n := 0
	s.graph.Match(index.Quad{index.Object: object}, index.Union, func(q index.Quad) bool {
		add(q[index.Predicate])
		n++
		return n < maxIncoming && (n%checkEvery != 0 || ctx.Err() == nil)
	})
	return out
}

// subjects are those that have an object by a property, from one place on. A
// node that has no label is shown with the study that it belongs to.
func (s *Site) subjects(ctx context.Context, property, object index.ID, from, most int) ([]link, error) {
	var ids []index.ID
	var err error
	n := 0
	s.graph.Match(index.Quad{index.Predicate: property, index.Object: object}, index.Union, func(q index.Quad) bool {
		if n%checkEvery == 0 {
			if err = context.Cause(ctx); err != nil {
				return false
			}
		}
		if n++; n > from {
			ids = append(ids, q[index.Subject])
		}
		return len(ids) < most
	})
	var out []link
	for _, id := range ids {
		out = append(out, s.link(s.graph.Term(id)))
	}
	return out, err
}

// nodeQuads are a part of the quads of a node, then of those that lead to it, so
// many of each. More reports whether there is another part.
func (s *Site) nodeQuads(ctx context.Context, iri string, part int) (quads []rdf.Quad, more bool, err error) {
	var own, leading bool
	var in []rdf.Quad
	if id := s.graph.iri(iri); id != 0 {
		if quads, own, err = s.graph.part(ctx, index.Quad{index.Subject: id}, index.Union, part*maxIncoming, maxIncoming); err != nil {
			return nil, false, err
		}
		if in, leading, err = s.graph.part(ctx, index.Quad{index.Object: id}, index.Union, part*maxIncoming, maxIncoming); err != nil {
			return nil, false, err
		}
	}
	if len(quads) == 0 && part == 0 && s.terms.named(iri) != nil {
		if quads, err = s.terms.quads(iri); err != nil {
			return nil, false, err
		}
	}
	if quads = append(quads, in...); len(quads) == 0 {
		return nil, false, errNotHere
	}
	return quads, own || leading, nil
}
