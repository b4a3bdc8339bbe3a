package web

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/search"
)

// facets are those of the search, in the order of the page.
var facets = []struct {
	number           int
	parameter, title string
	scheme           string // of its codes
}{
	{facetStatus, "status", "Status", "Status"},
	{facetPhase, "phase", "Phase", "Phase"},
	{facetType, "type", "Study type", "StudyType"},
	{facetResults, "results", "Results", ""},
	{facetCondition, "condition", "Condition (MeSH)", ""},
	{facetCountry, "country", "Country", ""},
	{facetSponsor, "sponsor", "Lead sponsor", ""},
	{facetYear, "year", "Start year", ""},
}

// Sizes of the search page.
const (
	hitsOnPage     = 20
	valuesOfFacet  = 12
	maxSearchWords = 500 // bytes
	maxHits        = 10_000
)

// homePage is the search.
type homePage struct {
	page
	Fresh    bool // nothing is searched for
	Studies  int
	Quads    int
	Day      string
	Updated  string
	Ready    bool
	Failed   string
	Read     int64
	Left     int
	Hits     []hit
	Total    int
	Facets   []facetView
	Chosen   []facetValue
	Unknown  []string
	Ignores  bool // quotation marks and the like
	Model    int  // quads of the model
	Pager    pager
	Examples []questionLink
}

type hit struct {
	ID, Href, Title   string
	Status, Code      string
	Conditions, Facts []string
	Sponsor           string
}

type facetView struct {
	Title, Parameter string
	Values           []facetValue
	Open             bool
}

type facetValue struct {
	Facet, Label, Href string
	Count              int
}

func (s *Site) home(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := &homePage{page: s.page(s.options.Name), Quads: s.graph.Len(), Read: s.corpus.read.Load()}
	p.Words = strings.TrimSpace(harmless(q.Get("q")))
	if len(p.Words) > maxSearchWords {
		p.Words = strings.ToValidUTF8(p.Words[:maxSearchWords], "")
	}
	if number := s.graph.term("ctg:nct_id"); number != 0 {
		p.Studies = s.graph.Predicate(number).Subjects
	}
	if id, ok := studyNumber(p.Words); ok && s.graph.iri(model.StudyBase+id) != 0 {
		http.Redirect(w, r, s.at(pathStudy+id), http.StatusSeeOther)
		return nil
	}
	if text := s.corpus.failed.Load(); text != nil {
		p.Failed = *text
	}
	query := search.Query{Words: p.Words, Offset: pageNumber(r) * hitsOnPage, Limit: hitsOnPage, Most: valuesOfFacet}
	for _, f := range facets {
		for _, v := range q[f.parameter] {
			query.Values = append(query.Values, search.Value{Facet: f.number, Value: v})
			p.Chosen = append(p.Chosen, facetValue{Facet: f.title, Label: s.valueLabel(f.number, f.scheme, v), Href: without(q, f.parameter, v)})
		}
	}
	p.Ignores, p.Model = ignores(p.Words), s.modelQuads()
	p.Fresh = p.Words == "" && len(query.Values) == 0
	var err error
	if state := s.corpus.ready.Load(); state != nil {
		err = s.searched(r, p, state, query)
	} else {
		p.Hits, err = s.firstStudies(r.Context())
	}
	if err != nil {
		return err
	}
	p.Examples = questionLinks()
	p.Schema = s.datasetSchema(p)
	if f, ok := negotiated(r.Header.Values("Accept"), homeFormats); ok && f.name != "html" {
		return s.send(w, r, f, func() error { return json.NewEncoder(w).Encode(described(p.Schema)) })
	}
	p.Wide, p.NoFind = true, p.Fresh
	return s.html(w, r, "home", p)
}

// studyNumber is the number of a study that is searched for, with NCT or without.
func studyNumber(words string) (id string, ok bool) {
	if len(words) == len("01234567") && strings.Trim(words, "0123456789") == "" {
		words = "NCT" + words
	}
	return model.NormalID(words)
}

// ignores reports whether a search has quotation marks, or a minus before a
// word, which mean nothing here.
func ignores(words string) bool {
	if strings.ContainsAny(words, "\"“”„«»") {
		return true
	}
	return slices.ContainsFunc(strings.Fields(words), func(w string) bool { return len(w) > 1 && w[0] == '-' })
}

// homeFormats are the forms of the first page: as JSON-LD it describes the
// dataset.
var homeFormats = append(pageFormats[:2:2], dataFormats[slices.IndexFunc(dataFormats, func(f format) bool { return f.suffix == ".jsonld" })])

// described is a description in the words of schema.org with a context of its
// own, so that nothing has to be loaded to read it.
func described(schema map[string]any) map[string]any {
	out := maps.Clone(schema)
	out["@context"] = map[string]any{"@vocab": model.NSSchema}
	return out
}

// searched fills the page with the answer of the search.
func (s *Site) searched(r *http.Request, p *homePage, state *ready, query search.Query) error {
	found, err := state.search.Search(r.Context(), query)
	if err != nil {
		return err
	}
	p.Ready, p.Day, p.Updated, p.Left = true, state.day, state.updated, state.search.Left()
	p.Total, p.Unknown = found.Total, found.Unknown
	if err := pastEnd(r, min(found.Total, maxHits), hitsOnPage); err != nil {
		return err
	}
	p.Pager = newPager(r, min(found.Total, maxHits), hitsOnPage)
	for _, name := range found.Names {
		p.Hits = append(p.Hits, s.hit(name))
	}
	q := r.URL.Query()
	for _, f := range facets {
		view := facetView{Title: f.title, Parameter: f.parameter, Open: f.number < facetCountry || q.Has(f.parameter)}
		for _, c := range found.Counts[f.number] {
			if slices.Contains(q[f.parameter], c.Value) {
				continue
			}
			view.Values = append(view.Values, facetValue{f.title, s.valueLabel(f.number, f.scheme, c.Value), with(q, f.parameter, c.Value), c.Count})
		}
		if len(view.Values) > 0 {
			p.Facets = append(p.Facets, view)
		}
	}
	return nil
}

// modelQuads counts the quads that describe the model: they have a graph of their
// own, below the base of the data or, where they come with the program, below its
// own.
func (s *Site) modelQuads() int {
	for _, base := range []string{s.links.base, model.DefaultBase} {
		if id := s.graph.iri(base + "graph/model"); id != 0 && s.graph.HasGraph(id) {
			return s.graph.Estimate(index.Quad{index.Graph: id}, index.One)
		}
	}
	return 0
}

// firstStudies are some studies, for as long as the search is not ready.
func (s *Site) firstStudies(ctx context.Context) ([]hit, error) {
	number := s.graph.term("ctg:nct_id")
	if number == 0 {
		return nil, nil
	}
	quads, _, err := s.graph.collect(ctx, index.Quad{index.Predicate: number}, index.Union, hitsOnPage)
	var out []hit
	for _, q := range quads {
		if isStudyID(q.Object.Value) {
			out = append(out, s.hit(q.Object.Value))
		}
	}
	return out, err
}

// hit is a study in a list.
func (s *Site) hit(id string) hit {
	study := s.graph.iri(model.StudyBase + id)
	text := func(property string) string { return s.graph.first(study, s.graph.term(property)).Value }
	h := hit{ID: id, Href: pathStudy + id, Title: visible(text("schema:name")), Code: visible(text("ctg:overall_status"))}
	if h.Title == "" {
		h.Title = id
	}
	h.Status = visible(s.codeLabel("Status", h.Code))
	for i, name := range s.graph.all(study, s.graph.term("ctg:condition_name"), 6) {
		if i == 5 {
			h.Conditions = append(h.Conditions, "…")
			break
		}
		h.Conditions = append(h.Conditions, visible(name.Value))
	}
	if phases := s.phases(study); phases != "" {
		h.Facts = append(h.Facts, phases)
	}
	if v := text("ctg:study_type"); v != "" {
		h.Facts = append(h.Facts, visible(s.codeLabel("StudyType", v)))
	}
	if v := text("ctg:start_date"); v != "" {
		h.Facts = append(h.Facts, "Started "+visible(v))
	}
	if text("ctg:has_results") == "true" {
		h.Facts = append(h.Facts, "Has results")
	}
	if entry := s.graph.first(study, s.graph.term("ctg:lead_sponsor_entry")); entry.Kind == rdf.IRITerm {
		h.Sponsor = visible(s.graph.label(s.graph.iri(entry.Value)))
	}
	return h
}

// maxPhases bounds the phases that are listed of a study.
const maxPhases = 10

// phases are all phases of a study, in their order.
func (s *Site) phases(study index.ID) string {
	var out []string
	for _, t := range s.graph.all(study, s.graph.term("ctg:phase"), maxPhases) {
		out = append(out, visible(s.codeLabel("Phase", t.Value)))
	}
	slices.Sort(out)
	return strings.Join(out, "/")
}

func (s *Site) codeLabel(scheme, code string) string {
	if c := s.links.model.Concept(scheme, code); c != nil {
		return c.Label
	}
	return code
}

// valueLabel is what a value of a facet is called.
func (s *Site) valueLabel(facet int, scheme, value string) string {
	switch {
	case scheme != "":
		return visible(s.codeLabel(scheme, value))
	case facet == facetResults:
		return map[string]string{"yes": "Has results", "no": "No results"}[value]
	case facet == facetCondition:
		if label := s.graph.label(s.graph.iri(model.NSMesh + value)); label != "" {
			return visible(label)
		}
	case facet == facetCountry:
		for _, c := range s.links.model.Countries {
			if c.Alpha3 == value {
				return c.Name
			}
		}
	}
	return visible(value)
}

// with is the address of the search with one more value; without is that with
// one less. Both begin at the first page.
func with(q url.Values, parameter, value string) string {
	next := cloned(q)
	next.Add(parameter, value)
	return "/?" + next.Encode()
}

func without(q url.Values, parameter, value string) string {
	next := cloned(q)
	next.Del(parameter)
	for _, v := range q[parameter] {
		if v != value {
			next.Add(parameter, v)
		}
	}
	if len(next) == 0 {
		return "/"
	}
	return "/?" + next.Encode()
}

func cloned(q url.Values) url.Values {
	out := url.Values{}
	for name, values := range q {
		if name != "page" && (name != "q" || len(values) > 0 && values[0] != "") {
			out[name] = append([]string(nil), values...)
		}
	}
	return out
}
