package mapping

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

// extras add to a node what follows from it as a whole, by class.
var extras = map[string]func(a *annotator, c *model.Field, in, out *value){
	"OrgStudyId":        func(a *annotator, c *model.Field, in, out *value) { a.registryID("org", c, in, out) },
	"SecondaryId":       func(a *annotator, c *model.Field, in, out *value) { a.registryID("secondary", c, in, out) },
	"OrganizationEntry": func(a *annotator, c *model.Field, in, _ *value) { a.organization("organization", in, "fullName") },
	"SponsorEntry": func(a *annotator, c *model.Field, in, _ *value) {
		a.organization(sponsorLinks[c.Key], in, "name")
	},
	"ArmGroup":          (*annotator).armLinks,
	"Intervention":      (*annotator).interventionLinks,
	"Outcome":           (*annotator).outcomeExtras,
	"Location":          (*annotator).country,
	"Reference":         (*annotator).publication,
	"Link":              func(a *annotator, _ *model.Field, in, out *value) { a.page("link-page", in, out) },
	"AvailableIpd":      func(a *annotator, _ *model.Field, in, out *value) { a.page("ipd-page", in, out) },
	"MeshEntry":         (*annotator).mesh,
	"BrowseBranchEntry": (*annotator).branch,
	"FlowGroup":         func(a *annotator, _ *model.Field, in, out *value) { a.matchArm("flow-matches-arm", in, out) },
	"BaselineGroup":     func(a *annotator, _ *model.Field, in, out *value) { a.matchArm("baseline-matches-arm", in, out) },
	"OutcomeGroup":      func(a *annotator, _ *model.Field, in, out *value) { a.matchArm("outcome-matches-arm", in, out) },
	"EventGroup":        func(a *annotator, _ *model.Field, in, out *value) { a.matchArm("event-matches-arm", in, out) },
	"OutcomeMeasure":    (*annotator).reportsOutcome,
	"AdverseEvent": func(a *annotator, _ *model.Field, in, out *value) {
		a.computed(out, "event-label", given(in.get("term").str())...)
	},
}

// sponsorLinks says which property of the study stands beside an entry.
var sponsorLinks = map[string]string{"leadSponsor": "sponsor", "collaborators": "collaborator"}

// given is s as a list of one, or of none where s is blank.
func given(s string) []string {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	return []string{s}
}

const protocol = "protocolSection"

// index finds the IRIs of the nodes that others refer to by name.
func (a *annotator) index() {
	a.arms, a.uses, a.outcomes = map[string]string{}, map[string]string{}, map[string]string{}
	a.links = map[string][]string{}
	const module = "armsInterventionsModule"
	a.indexNames(a.arms, protocol+"."+module+".armGroups", func(v *value) string { return v.get("label").str() })
	a.indexNames(a.uses, protocol+"."+module+".interventions", a.interventionName)
	for _, list := range []string{"primaryOutcomes", "secondaryOutcomes", "otherOutcomes"} {
		a.indexNames(a.outcomes, protocol+".outcomesModule."+list, func(v *value) string { return list + outcomeGlue + v.get("measure").str() })
	}
}

// indexNames indexes the nodes of a list by name; the first of equal names wins.
func (a *annotator) indexNames(into map[string]string, path string, name func(*value) string) {
	c := a.model.Field(path)
	v := a.in.path(strings.Split(path, ".")...)
	if v == nil || !fits(c, v) || a.without[c.Part] || a.without[c.Parent.Part] {
		return
	}
	seen := map[string]int{}
	n := node{iri: a.study, around: a.study}
	for i, item := range v.list() {
		iri := distinct(seen, a.patterns[c].iri(a.at(item, n, i)), a.patterns[c].root)
		if key := normalize(name(item)); key != "" && into[key] == "" {
			into[key] = iri
		}
	}
}

// interventionName is how an arm names an intervention: "Drug: Aspirin".
func (a *annotator) interventionName(v *value) string {
	name := v.get("name").str()
	if c := a.model.Concept("InterventionType", v.get("type").str()); c != nil {
		return c.Label + ": " + name
	}
	return name
}

func (a *annotator) armLinks(_ *model.Field, in, out *value) {
	a.computed(out, "uses-intervention", a.found(a.uses, in.get("interventionNames"))...)
}

func (a *annotator) interventionLinks(_ *model.Field, in, out *value) {
	a.computed(out, "used-in-arm", a.found(a.arms, in.get("armGroupLabels"))...)
}

// found looks up a list of names.
func (a *annotator) found(index map[string]string, names *value) []string {
	var out []string
	for _, x := range names.list() {
		if iri := index[normalize(x.str())]; iri != "" && !slices.Contains(out, iri) {
			out = append(out, iri)
		}
	}
	return out
}

func (a *annotator) matchArm(id string, in, out *value) {
	if iri := a.arms[normalize(in.get("title").str())]; iri != "" {
		a.computed(out, id, iri)
	}
}

// outcomeGlue stands between the list and the title of an outcome in the index.
const outcomeGlue = "\x1f"

// outcomeLists says in which list the outcome of a measure was registered.
var outcomeLists = map[string]string{
	"PRIMARY": "primaryOutcomes", "SECONDARY": "secondaryOutcomes", "OTHER_PRE_SPECIFIED": "otherOutcomes",
}

func (a *annotator) reportsOutcome(_ *model.Field, in, out *value) {
	list := outcomeLists[in.get("type").str()]
	if iri := a.outcomes[normalize(list+outcomeGlue+in.get("title").str())]; list != "" && iri != "" {
		a.computed(out, "reports-outcome", iri)
	}
}

func (a *annotator) outcomeExtras(c *model.Field, in, out *value) {
	a.computed(out, "outcome-type", outcomeKind(c))
	a.computed(out, "outcome-label", given(in.get("measure").str())...)
}

// outcomeKind names the list that an outcome stands in.
func outcomeKind(c *model.Field) string {
	return strings.ToUpper(strings.TrimSuffix(c.Key, "Outcomes"))
}

// Paths of values that are looked at beside the table.
const (
	aliasPath   = protocol + ".identificationModule.nctIdAliases"
	countryPath = protocol + ".contactsLocationsModule.locations.country"
)

// noteInvalid counts a value that is not what its field holds.
func (a *annotator) noteInvalid(kind, path string, v *value) {
	a.invalid = append(a.invalid, Invalid{kind, Unknown{Path: path, Example: cutExample(v.appendJSON(nil))}})
}

func (a *annotator) country(_ *model.Field, in, out *value) {
	name := in.get("country")
	iri, known := a.model.CountryNamed(name.str())
	if iri != "" {
		a.computed(out, "country", iri)
	}
	if !known && name.str() != "" {
		a.noteInvalid(InvalidCountry, countryPath, name)
	}
}

func (a *annotator) page(id string, in, out *value) {
	if iri, ok := webPage(in.get("url").str()); ok {
		a.computed(out, id, iri)
	}
}

func (a *annotator) publication(c *model.Field, in, out *value) {
	pmid := strings.TrimSpace(in.get("pmid").str())
	if !isPubMedID(pmid) {
		if pmid != "" {
			a.noteInvalid(InvalidIdentifier, c.Path+".pmid", in.get("pmid"))
		}
		return
	}
	iri := pubMed + pmid
	a.computed(out, "reference-publication", iri)
	a.link("publication", iri)
}

// link remembers a value of a computed property of the study.
func (a *annotator) link(id, iri string) {
	if !slices.Contains(a.links[id], iri) {
		a.links[id] = append(a.links[id], iri)
	}
}

// organization links the study to a shared organisation.
func (a *annotator) organization(id string, in *value, nameKey string) {
	name := normalize(in.get(nameKey).str())
	if name == "" || isWithheld(name) {
		return
	}
	iri := a.base + "organization/" + hashKey(sharedHash, name)
	types := array(stringValue("Organization"))
	if id != "organization" {
		types.items = append(types.items, stringValue("Sponsor"))
	}
	o := object(member{"@id", stringValue(iri)}, member{"@type", types})
	a.computed(o, "organization-name", name)
	a.computed(o, "organization-class", given(in.get("class").str())...)
	a.shared = append(a.shared, o)
	a.link(id, iri)
}

// mesh links the study to a MeSH heading.
func (a *annotator) mesh(c *model.Field, in, _ *value) {
	served := strings.TrimSpace(in.get("id").str())
	id, valid, certain := meshID(served)
	if served != "" && !certain {
		a.noteInvalid(InvalidIdentifier, c.Path+".id", in.get("id"))
	}
	if !valid {
		return
	}
	iri := model.NSMesh + id
	if label := normalize(in.get("term").str()); label != "" {
		a.shared = append(a.shared, object(member{"@id", stringValue(iri)}, member{"rdfs:label", stringValue(label)}))
	}
	a.link(linkID(c), iri)
}

// linkID is the id of the study's own property beside an entry:
// ctg:condition_mesh_entry stands beside condition-mesh.
func linkID(c *model.Field) string {
	return strings.ReplaceAll(strings.TrimSuffix(c.Local(), "_entry"), "_", "-")
}

// branch links the study to a branch of the browse tree. "All" is a branch of
// both trees, so the IRI says which tree.
func (a *annotator) branch(c *model.Field, in, _ *value) {
	abbrev := strings.TrimSpace(in.get("abbrev").str())
	if abbrev == "" {
		return
	}
	iri := a.base + "branch/" + browseTree(c) + "-" + escapeKey(abbrev)
	o := object(member{"@id", stringValue(iri)}, member{"@type", stringValue("BrowseBranch")})
	a.computed(o, "branch-abbrev", abbrev)
	a.computed(o, "branch-name", given(normalize(in.get("name").str()))...)
	a.shared = append(a.shared, o)
	a.link(linkID(c), iri)
}

// browseTree names the tree of a branch: condition or intervention.
func browseTree(c *model.Field) string {
	tree, _, _ := strings.Cut(c.Local(), "_")
	return tree
}

func (a *annotator) registryID(which string, c *model.Field, in, out *value) {
	id := recognizeID(strings.TrimSpace(in.get("id").str()))
	if id.scheme == "" && isEuropean(in.get("type").str()) && in.get("id").str() != "" {
		a.noteInvalid(InvalidIdentifier, c.Path+".id", in.get("id"))
	}
	a.computed(out, which+"-id-scheme", given(id.scheme)...)
	a.computed(out, which+"-id-page", given(id.page+id.number+id.version)...)
}

// studyTypes returns the classes of the study.
func (a *annotator) studyTypes() *value {
	return array(stringValue("Study"), stringValue(studyClass(a.in.path(protocol, "designModule", "studyType").str())))
}

// studyClass is the class of schema.org for a type of study.
func studyClass(studyType string) string {
	switch studyType {
	case "INTERVENTIONAL":
		return "schema:MedicalTrial"
	case "OBSERVATIONAL":
		return "schema:MedicalObservationalStudy"
	}
	return "schema:MedicalStudy"
}

// studyLinks adds the computed properties of the study.
func (a *annotator) studyLinks(out *value) {
	identification := a.in.path(protocol, "identificationModule")
	status := a.in.path(protocol, "statusModule")
	a.computed(out, "record", a.graph)
	a.computed(out, "same-as", identifiersOrg+a.nct)
	a.computed(out, "identifier", a.nct)
	for _, x := range identification.get("nctIdAliases").list() {
		if nct, ok := model.NormalID(x.str()); !ok {
			a.noteInvalid(InvalidIdentifier, aliasPath, x)
		} else if nct != a.nct {
			a.link("replaces", model.StudyBase+nct)
		}
	}
	if nct, ok := model.NormalID(status.path("expandedAccessInfo", "nctId").str()); ok && nct != a.nct {
		a.link("expanded-access-study", model.StudyBase+nct)
	}
	if day := status.path("studyFirstPostDateStruct", "date").str(); isDay(day) {
		a.computed(out, "issued", day)
	}
	a.conditions()
	a.reportingDelay(status, out)
	for _, c := range a.model.Computed {
		a.computed(out, c.ID, a.links[c.ID]...)
	}
}

// conditions links the study to its conditions.
func (a *annotator) conditions() {
	for _, x := range a.in.path(protocol, "conditionsModule", "conditions").list() {
		name := normalize(x.str())
		if name == "" || isWithheld(name) {
			continue
		}
		iri := a.base + "condition/" + hashKey(sharedHash, name)
		o := object(member{"@id", stringValue(iri)}, member{"@type", stringValue("Condition")})
		a.computed(o, "condition-name", name)
		a.shared = append(a.shared, o)
		a.link("condition", iri)
	}
}

func (a *annotator) reportingDelay(status, out *value) {
	done := status.path("primaryCompletionDateStruct", "date").str()
	if days, ok := daysBetween(done, status.get("resultsFirstSubmitDate").str()); ok {
		a.computed(out, "days-to-report-results", strconv.Itoa(days))
	}
}
