package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// section is a part of the page of a study: what is below some paths of the
// record.
type section struct {
	id, title string
	paths     []string
	// show makes the blocks; where it is nil, they are made by the members.
	show func(*builder, *value) []block
}

// sections are the parts of the page, in their order. A path that is below none
// of these is listed under all data.
var sections = []section{
	{"status", "Status and dates", []string{"/protocolSection/statusModule", "/hasResults"}, nil},
	{"description", "Description", []string{"/protocolSection/descriptionModule", "/protocolSection/conditionsModule"}, nil},
	{"design", "Design", []string{"/protocolSection/designModule"}, nil},
	{"arms", "Arms and interventions", []string{"/protocolSection/armsInterventionsModule"}, nil},
	{"eligibility", "Who can take part", []string{"/protocolSection/eligibilityModule"}, nil},
	{"outcomes", "Planned outcomes", []string{"/protocolSection/outcomesModule"}, nil},
	{"flow", "Participant flow", []string{"/resultsSection/participantFlowModule"}, (*builder).flow},
	{"baseline", "Baseline characteristics", []string{"/resultsSection/baselineCharacteristicsModule"}, (*builder).baseline},
	{"results", "Outcome results", []string{"/resultsSection/outcomeMeasuresModule"}, (*builder).outcomes},
	{"events", "Adverse events", []string{"/resultsSection/adverseEventsModule"}, (*builder).events},
	{"about-results", "About the results", []string{"/resultsSection/moreInfoModule"}, nil},
	{"sites", "Contacts and sites", []string{"/protocolSection/contactsLocationsModule"}, nil},
	{"sponsors", "Sponsors and oversight", []string{"/protocolSection/sponsorCollaboratorsModule", "/protocolSection/oversightModule"}, nil},
	{"documents", "Documents and data sharing", []string{"/documentSection", "/protocolSection/ipdSharingStatementModule"}, nil},
	{"references", "References and links", []string{"/protocolSection/referencesModule"}, nil},
	{"identifiers", "Names and identifiers", []string{"/protocolSection/identificationModule"}, nil},
	{"mesh", "MeSH terms", []string{"/derivedSection/conditionBrowseModule", "/derivedSection/interventionBrowseModule"}, nil},
	{"history", "Record history", []string{"/derivedSection/miscInfoModule", "/annotationSection"}, nil},
}

// studyPage is what the template of a study shows.
type studyPage struct {
	page
	ID, Title, Official string
	Status, StatusCode  string
	Badges              []badge
	Summary             []fact
	Sections            []sectionView
	Rest                []fact
	Leaves, Quads       int
	Versions            []versionView
	Findings            []findingView
	Found               int
	Checked             bool
	Version             string
	Registry            string
	DataPage            string
}

// badge is a short fact at the head of the page that leads to what shares it.
type badge struct{ Name, Text, Href string }

type sectionView struct {
	ID, Title string
	Blocks    []block
}

type versionView struct {
	Day, Href, Compare string
	Current            bool
}

// maxRest bounds the list of what is in no section.
const maxRest = 500

func (s *Site) study(w http.ResponseWriter, r *http.Request, id string) error {
	rec, err := s.record(r.Context(), id, r.URL.Query().Get("version"))
	if err != nil {
		return err
	}
	return s.html(w, r, "study", s.studyPage(r.Context(), rec))
}

// builder begins to show a record.
func (s *Site) builder(rec *record) *builder {
	b := &builder{r: rec, links: s.links, model: s.links.model, shared: s.sharedPages(rec), done: map[*value]bool{}, named: map[string]bool{}}
	for _, taken := range []string{"main", "find", "versions", "checks", "all-data"} {
		b.named[taken] = true
	}
	for _, part := range sections {
		b.named[part.id] = true
	}
	if len(rec.versions) > 1 && rec.graph != rec.versions[0] {
		b.version = "&version=" + url.QueryEscape(rec.day())
	}
	return b
}

func (s *Site) studyPage(ctx context.Context, rec *record) *studyPage {
	b := s.builder(rec)
	p := &studyPage{ID: rec.id, Quads: len(rec.quads), Registry: model.StudyBase + rec.id, DataPage: b.dataPage("")}
	status := rec.root.get("protocolSection", "statusModule", "overallStatus")
	identity := rec.root.get("protocolSection", "identificationModule")
	p.Title, p.Official = visible(identity.get("briefTitle").string()), visible(identity.get("officialTitle").string())
	if p.Title == "" {
		p.Title = rec.id
	}
	if status != nil {
		p.StatusCode, p.Status = visible(status.text), visible(b.text(status))
	}
	p.Badges = s.badges(b)
	for _, part := range sections {
		if v := (sectionView{ID: part.id, Title: part.title, Blocks: part.blocks(b)}); len(v.Blocks) > 0 {
			p.Sections = append(p.Sections, v)
		}
	}
	rec.root.leaves(func(v *value) {
		p.Leaves++
		if !b.done[v] && !b.inSection(v) && len(p.Rest) < maxRest {
			f := b.fact(v)
			f.Name = v.pointer
			p.Rest = append(p.Rest, f)
		}
	})
	p.Versions = versionViews(rec)
	p.Findings, p.Found, p.Checked = s.findings(ctx, b, s.sharedQuads(ctx, rec))
	p.page = s.page(p.Title + " (" + rec.id + ")")
	p.Alternates = s.alternates(pathStudy+rec.id, true)
	p.Schema = trialSchema(rec)
	p.Description = shortened(strings.Join(strings.Fields(visible(rec.root.get("protocolSection", "descriptionModule", "briefSummary").string())), " "), 200)
	return p
}

// inSection reports whether a value is in a list of which the page shows a part.
func (b *builder) inSection(v *value) bool {
	for _, list := range b.parted {
		if strings.HasPrefix(v.pointer, list+"/") {
			return true
		}
	}
	return false
}

// blocks makes the blocks of a section, in the order of its paths.
func (p section) blocks(b *builder) []block {
	var out []block
	for _, path := range p.paths {
		v := b.r.root.at(path)
		switch {
		case v == nil:
		case p.show != nil && v.kind == '{':
			out = append(out, p.show(b, v)...)
		case v.leaf() || len(v.list) == 0:
			out = append(out, block{Facts: []fact{b.fact(v)}, Level: 3})
		default:
			out = append(out, b.blocks(v, 3)...)
		}
	}
	return joined(out)
}

// joined puts the facts of neighbouring blocks without a title together.
func joined(blocks []block) []block {
	var out []block
	for _, k := range blocks {
		plain := k.Title == "" && k.Table == nil && k.Matrix == nil && len(k.Parts) == 0
		if last := len(out) - 1; plain && last >= 0 && out[last].Title == "" && out[last].Table == nil && out[last].Matrix == nil && len(out[last].Parts) == 0 {
			out[last].Facts = append(out[last].Facts, k.Facts...)
			continue
		}
		out = append(out, k)
	}
	return out
}

// sharedProperties lead from a study to nodes that other studies share.
var sharedProperties = []string{"schema:sponsor", "ctg:collaborator", "ctg:organization", "ctg:conditions"}

// sharedPages are the pages of the shared nodes of a study by their names.
func (s *Site) sharedPages(rec *record) map[string]string {
	out := map[string]string{}
	for _, property := range sharedProperties {
		for _, t := range rec.objects[[2]string{rec.iri, model.Expand(property)}] {
			if t.Kind != rdf.IRITerm {
				continue
			}
			if label := s.graph.label(s.graph.iri(t.Value)); label != "" {
				out[label] = s.links.page(t.Value)
			}
		}
	}
	return out
}

// badges are what a study has in common with others, as links to the search.
func (s *Site) badges(b *builder) []badge {
	var out []badge
	add := func(name, parameter string, v *value) {
		for _, item := range v.items() {
			if item.leaf() && item.kind != '0' {
				out = append(out, badge{name, visible(b.text(item)), searchPage(parameter, item.text)})
			}
		}
	}
	design := b.r.root.get("protocolSection", "designModule")
	add("Type", "type", design.get("studyType"))
	add("Phase", "phase", design.get("phases"))
	if has := b.r.root.get("hasResults"); has.string() == "true" {
		out = append(out, badge{"Results", "Has results", searchPage("results", "yes")})
	}
	return out
}

// versionViews are the versions of a study, where there are several.
func versionViews(rec *record) []versionView {
	if len(rec.versions) < 2 {
		return nil
	}
	var out []versionView
	for i, graph := range rec.versions {
		day := strings.TrimPrefix(graph, rec.iri+dayed)
		v := versionView{Day: day, Href: pathStudy + rec.id + "?version=" + day, Current: graph == rec.graph}
		if i+1 < len(rec.versions) {
			v.Compare = pathStudy + rec.id + "/changes?from=" + strings.TrimPrefix(rec.versions[i+1], rec.iri+dayed) + "&to=" + day
		}
		out = append(out, v)
	}
	return out
}

// dataPage is a page of the leaves of a record.
type dataPage struct {
	page
	ID, At, Title string
	Rows          []fact
	Total         int
	Pager         pager
}

// dataRows is how many leaves a page has.
const dataRows = 100

// data shows every leaf below a pointer with its triples, a page at a time.
func (s *Site) data(w http.ResponseWriter, r *http.Request, id string) error {
	rec, err := s.record(r.Context(), id, r.URL.Query().Get("version"))
	if err != nil {
		return err
	}
	at := rec.root.at(r.URL.Query().Get("at"))
	if at == nil {
		return errNotHere
	}
	b := s.builder(rec)
	p := &dataPage{ID: id, At: at.pointer, Title: visible(rec.root.get("protocolSection", "identificationModule", "briefTitle").string())}
	from := pageNumber(r) * dataRows
	at.leaves(func(v *value) {
		if p.Total >= from && len(p.Rows) < dataRows {
			f := b.fact(v)
			if f.Name = v.pointer; f.Name == "" {
				f.Name = "/"
			}
			p.Rows = append(p.Rows, f)
		}
		p.Total++
	})
	if err := pastEnd(r, p.Total, dataRows); err != nil {
		return err
	}
	p.page = s.page("All data of " + id)
	p.Robots = "noindex"
	p.Pager = newPager(r, p.Total, dataRows)
	return s.html(w, r, "data", p)
}

// listPage is a page of a list of a record.
type listPage struct {
	page
	ID, Title, Section string
	Blocks             []block
	Pager              pager
}

// list shows a list of a record that is too long for the page of the study, a
// part at a time.
func (s *Site) list(w http.ResponseWriter, r *http.Request, id string) error {
	rec, err := s.record(r.Context(), id, r.URL.Query().Get("version"))
	if err != nil {
		return err
	}
	list := rec.root.at(r.URL.Query().Get("at"))
	if list == nil || list.kind != '[' || len(list.list) == 0 {
		return errNotHere
	}
	b := s.builder(rec)
	b.list, b.from = list.pointer, pageNumber(r)
	p := &listPage{ID: id, Title: visible(rec.root.get("protocolSection", "identificationModule", "briefTitle").string()), Section: title(list)}
	size := b.listBlocks(p, list)
	if err := pastEnd(r, len(list.list), size); err != nil {
		return err
	}
	p.page = s.page(p.Section + " of " + id)
	p.Robots = "noindex"
	p.Pager = newPager(r, len(list.list), size)
	return s.html(w, r, "list", p)
}

// listBlocks makes the blocks of a list, and returns how many items a page has.
func (b *builder) listBlocks(p *listPage, list *value) (size int) {
	results := b.r.root.get("resultsSection")
	switch list {
	case results.get("outcomeMeasuresModule", "outcomeMeasures"):
		p.Blocks, size = b.outcomes(&value{kind: '{', list: []*value{list}}), maxMeasures
	case results.get("adverseEventsModule", "seriousEvents"), results.get("adverseEventsModule", "otherEvents"):
		p.Blocks, size = []block{b.eventTable(p.Section, list, results.get("adverseEventsModule", "eventGroups"))}, maxEvents
	default:
		items, _ := b.window(list, maxTableRows)
		p.Blocks, size = []block{{Level: 3, Table: b.table(list, items)}}, maxTableRows
	}
	for i := range p.Blocks {
		p.Blocks[i].More, p.Blocks[i].Collapsed, p.Blocks[i].Level = nil, false, 2
	}
	return size
}

// quadsOf yields the quads of a study for its RDF.
func (s *Site) quadsOf(r *http.Request, id string) ([]rdf.Quad, error) {
	rec, err := s.quads(r.Context(), id, r.URL.Query().Get("version"))
	if err != nil {
		return nil, err
	}
	return append(rec.quads, s.sharedQuads(r.Context(), rec)...), nil
}

// sharedQuads are the names of the shared nodes of a study, so that its RDF can
// be read alone.
func (s *Site) sharedQuads(ctx context.Context, rec *record) []rdf.Quad {
	var out []rdf.Quad
	var shared []string
	for _, property := range sharedProperties {
		shared = append(shared, model.Expand(property))
	}
	for _, q := range rec.quads {
		node := index.ID(0)
		if q.Subject.Value == rec.iri && q.Object.Kind == rdf.IRITerm && slices.Contains(shared, q.Predicate.Value) {
			node = s.graph.iri(q.Object.Value)
		}
		if node == 0 {
			continue
		}
		if found, _, err := s.graph.collect(ctx, index.Quad{index.Subject: node}, index.Union, 50); err == nil {
			out = append(out, found...)
		}
	}
	return out
}
