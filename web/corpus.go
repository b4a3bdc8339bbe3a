package web

import (
	"context"
	"strings"
	"sync/atomic"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/search"
)

// Searcher finds studies. A *search.Index is one.
type Searcher interface {
	Search(context.Context, search.Query) (search.Result, error)
	Len() int
	Left() int
}

// The facets, by number.
const (
	facetStatus = iota
	facetPhase
	facetType
	facetResults
	facetCountry
	facetCondition
	facetSponsor
	facetYear
	facetCount
)

// corpus is what the search knows, once it has been read.
type corpus struct {
	ready  atomic.Pointer[ready]
	read   atomic.Int64 // studies so far
	failed atomic.Pointer[string]
}

// ready is the outcome of Prepare.
type ready struct {
	search  Searcher
	day     string // of the registry's data
	updated string // the last update of a study
}

// Prepare reads what the search needs; until it has returned, pages say that
// the search is not ready. It is called once, and may run beside the requests.
func (s *Site) Prepare(ctx context.Context) error {
	err := s.graph.View(func() error { return s.prepare(ctx) })
	if err != nil {
		text := err.Error()
		s.corpus.failed.Store(&text)
	}
	return err
}

// reader reads the studies of a store.
type reader struct {
	graph    graph
	texts    map[index.ID]search.Class // of properties of the study
	facets   map[index.ID]int          // of properties of the study
	parts    map[index.ID][]index.ID   // properties that lead to nodes with texts, and their properties
	classes  map[index.ID]search.Class // of those
	codes    map[index.ID]string       // of objects: the value of a facet
	builder  *search.Builder
	number   index.ID // ctg:nct_id
	location index.ID
	country  index.ID
	version  index.ID
	modified index.ID
	out      ready
}

// The texts that are searched: a class for each property of the study, then of
// nodes that it leads to.
var (
	studyTexts = map[string]search.Class{
		"schema:name": search.Title, "ctg:nct_id": search.Title, "ctg:acronym": search.Title, "ctg:official_title": search.Subject,
		"ctg:condition_name": search.Subject, "schema:keywords": search.Detail, "ctg:nct_id_alias": search.Detail,
	}
	partTexts = map[string]map[string]search.Class{
		"ctg:interventions":      {"schema:name": search.Subject, "schema:alternateName": search.Detail},
		"ctg:lead_sponsor_entry": {"schema:name": search.Detail}, "ctg:collaborator_entry": {"schema:name": search.Detail},
		"ctg:org_study_id": {"ctg:id_value": search.Detail}, "ctg:secondary_id": {"ctg:id_value": search.Detail},
		"ctg:eligibility":          {"ctg:criteria": search.Body},
		"ctg:condition_mesh_entry": {"rdfs:label": search.Detail}, "ctg:intervention_mesh_entry": {"rdfs:label": search.Detail},
	}
	studyFacets = map[string]int{
		"ctg:overall_status": facetStatus, "ctg:phase": facetPhase, "ctg:study_type": facetType, "ctg:has_results": facetResults,
		"ctg:condition_mesh": facetCondition, "ctg:condition_mesh_ancestor": facetCondition, "ctg:start_date": facetYear,
	}
)

func newReader(g graph, bytes int) *reader {
	r := &reader{
		graph: g, texts: map[index.ID]search.Class{}, facets: map[index.ID]int{}, parts: map[index.ID][]index.ID{}, classes: map[index.ID]search.Class{}, codes: map[index.ID]string{},
		builder: search.NewBuilder(&search.Options{Facets: facetCount, Bytes: bytes}), number: g.term("ctg:nct_id"),
		location: g.term("ctg:location"), country: g.term("tw:country"), version: g.term("ctg:version_holder"), modified: g.term("dcterms:modified"),
	}
	for property, class := range studyTexts {
		r.texts[g.term(property)] = class
	}
	for property, facet := range studyFacets {
		r.facets[g.term(property)] = facet
	}
	for property, inner := range partTexts {
		id := g.term(property)
		for p, class := range inner {
			r.parts[id] = append(r.parts[id], g.term(p))
			r.classes[g.term(p)] = max(r.classes[g.term(p)], class)
		}
	}
	return r
}

func (s *Site) prepare(ctx context.Context) (err error) {
	r := newReader(s.graph, s.options.SearchBytes)
	if r.number != 0 {
		var last index.ID
		r.graph.Match(index.Quad{index.Predicate: r.number}, index.Union, func(q index.Quad) bool {
			if err = context.Cause(ctx); err != nil || q[index.Subject] == last {
				return err == nil
			}
			last = q[index.Subject]
			r.study(q[index.Subject])
			s.corpus.read.Add(1)
			return true
		})
	}
	if err != nil {
		return err
	}
	r.out.day = r.latest(r.version)
	r.out.updated = r.latest(r.modified)
	r.out.search = r.builder.Build()
	s.corpus.ready.Store(&r.out)
	return nil
}

// latest is the last day that a property has, whose objects are few; what a
// record has in place of a day is none.
func (r *reader) latest(property index.ID) string {
	out := ""
	if property == 0 {
		return out
	}
	var last index.ID
	r.graph.Match(index.Quad{index.Predicate: property}, index.Union, func(q index.Quad) bool {
		if q[index.Object] != last {
			last = q[index.Object]
			if t := r.graph.Term(last); t.Datatype == model.NSXSD+"date" {
				out = max(out, t.Value)
			}
		}
		return true
	})
	return out
}

// study adds a study.
func (r *reader) study(id index.ID) {
	d := search.Document{}
	r.graph.Match(index.Quad{index.Subject: id}, index.Union, func(q index.Quad) bool {
		p, o := q[index.Predicate], q[index.Object]
		if class, ok := r.texts[p]; ok && p != 0 {
			text := r.graph.Term(o).Value
			d.Texts = append(d.Texts, search.Text{Class: class, Text: text})
			if p == r.number {
				d.Name = text
				d.Texts = append(d.Texts, search.Text{Class: class, Text: strings.TrimPrefix(text, "NCT")})
			}
		}
		if facet, ok := r.facets[p]; ok && p != 0 {
			if value := r.value(facet, o); value != "" {
				d.Facets = append(d.Facets, search.Value{Facet: facet, Value: value})
			}
		}
		for _, property := range r.parts[p] {
			r.part(&d, o, property)
		}
		if p == r.location && r.country != 0 && p != 0 {
			r.place(&d, o)
		}
		return true
	})
	r.sponsor(&d, id)
	if isStudyID(d.Name) {
		r.builder.Add(d)
	}
}

// part adds a text of a node that the study leads to.
func (r *reader) part(d *search.Document, node, property index.ID) {
	if property == 0 {
		return
	}
	r.graph.Match(index.Quad{index.Subject: node, index.Predicate: property}, index.Union, func(q index.Quad) bool {
		class := r.classes[property]
		d.Texts = append(d.Texts, search.Text{Class: class, Text: r.graph.Term(q[index.Object]).Value})
		return true
	})
}

// value is the value of a facet for an object.
func (r *reader) value(facet int, o index.ID) string {
	if v, ok := r.codes[o]; ok {
		return v
	}
	v := r.graph.Term(o).Value
	switch facet {
	case facetResults:
		v = map[string]string{"true": "yes", "false": "no"}[v]
	case facetCondition:
		v = strings.TrimPrefix(v, model.NSMesh)
	case facetCountry:
		v = strings.TrimPrefix(v, model.NSCountry)
	case facetYear:
		v = v[:min(4, len(v))]
	}
	r.codes[o] = v
	return v
}

func (r *reader) place(d *search.Document, location index.ID) {
	r.graph.Match(index.Quad{index.Subject: location, index.Predicate: r.country}, index.Union, func(q index.Quad) bool {
		v := search.Value{Facet: facetCountry, Value: r.value(facetCountry, q[index.Object])}
		if len(d.Facets) == 0 || d.Facets[len(d.Facets)-1] != v {
			d.Facets = append(d.Facets, v)
		}
		return true
	})
}

// sponsor adds the name of the lead sponsor, as the record has it.
func (r *reader) sponsor(d *search.Document, study index.ID) {
	entry := r.graph.first(study, r.graph.term("ctg:lead_sponsor_entry"))
	if entry.Kind != rdf.IRITerm {
		return
	}
	if name := r.graph.first(r.graph.iri(entry.Value), r.graph.term("schema:name")); name.Value != "" {
		d.Facets = append(d.Facets, search.Value{Facet: facetSponsor, Value: name.Value})
	}
}
