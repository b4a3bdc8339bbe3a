package mapping

import (
	"slices"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

func studyIRI(nct string) string { return model.StudyBase + nct }

// coreFields are the terms of a study that hold a value of the record.
var coreFields = [...]struct {
	term, path string
	date       bool
}{
	{"nctId", protocol + ".identificationModule.nctId", false},
	{"briefTitle", protocol + ".identificationModule.briefTitle", false},
	{"officialTitle", protocol + ".identificationModule.officialTitle", false},
	{"overallStatus", protocol + ".statusModule.overallStatus", false},
	{"phase", protocol + ".designModule.phases", false},
	{"studyType", protocol + ".designModule.studyType", false},
	{"startDate", protocol + ".statusModule.startDateStruct.date", true},
	{"completionDate", protocol + ".statusModule.completionDateStruct.date", true},
	{"lastUpdateDate", protocol + ".statusModule.lastUpdatePostDateStruct.date", true},
}

// coreLists are the lists whose objects become nodes.
var coreLists = [...]string{
	protocol + "." + arms + ".interventions", protocol + ".contactsLocationsModule.locations",
	protocol + ".outcomesModule.primaryOutcomes", protocol + ".outcomesModule.secondaryOutcomes", protocol + ".outcomesModule.otherOutcomes",
}

// coreKeys are the keys of those objects, by class, that are also terms.
var coreKeys = map[string][]string{
	"Intervention":        {"type", "name", "description"},
	"Location":            {"facility", "city", "state", "country", "status"},
	"Outcome":             {"measure", "description", "timeFrame"},
	"EligibilityCriteria": {"minimumAge", "maximumAge", "sex", "healthyVolunteers"},
}

const (
	arms            = "armsInterventionsModule"
	eligibilityPath = protocol + ".eligibilityModule"
	leadSponsorPath = protocol + ".sponsorCollaboratorsModule.leadSponsor"
)

// core projects the study onto the seven classes of the core context: flat
// terms, each node with its type, and the IRIs of the full profile.
func (a *annotator) core() (record, shared *value) {
	a.links = map[string][]string{}
	study := a.coreStudy()
	graph := array(study)
	for _, path := range coreLists {
		refs := a.coreNodes(graph, path)
		if a.model.Field(path).Class == "Intervention" {
			study.add("interventions", refs)
		}
	}
	a.coreEligibility(graph)
	record = object(member{"@id", stringValue(a.graph)}, member{"@graph", graph})
	if len(a.shared) > 0 {
		shared = object(member{"@id", stringValue(a.base + "graph/shared")}, member{"@graph", array(a.shared...)})
	}
	return record, shared
}

func (a *annotator) coreStudy() *value {
	out := object(member{"@id", stringValue(a.study)}, member{"@type", stringValue("Study")})
	for _, f := range coreFields {
		v := a.in.path(strings.Split(f.path, ".")...)
		if f.date {
			out.add(f.term, coreDate(v))
		} else {
			out.add(f.term, coreValue(v))
		}
	}
	a.coreShared()
	if iris := a.links["sponsor"]; len(iris) > 0 {
		out.add("leadSponsor", reference(iris[0]))
	}
	conditions := array()
	for _, iri := range a.links["condition"] {
		conditions.items = append(conditions.items, reference(iri))
	}
	if len(conditions.items) > 0 {
		out.add("conditions", conditions)
	}
	return out
}

// coreValue writes a scalar or a list of them; of anything else it says nothing.
func coreValue(v *value) *value {
	switch {
	case v == nil || v.kind != '[' && !v.scalar() || v.kind == '[' && !allOf(v.items, (*value).scalar):
		return nil
	case v.kind == '"':
		return v
	case v.kind != '[':
		return number(v, model.Text)
	}
	list := array()
	for _, x := range v.items {
		list.items = append(list.items, coreValue(x))
	}
	return list
}

func reference(iri string) *value { return object(member{"@id", stringValue(iri)}) }

// coreDate types a date by its precision. The core context types it xsd:date
// throughout, which a partial date is not.
func coreDate(v *value) *value {
	p, _, _ := partialDate(v.str())
	switch {
	case v.str() == "":
		return nil
	case p == noDate:
		return valueObject(v.text, "")
	}
	return valueObject(v.text, "http://www.w3.org/2001/XMLSchema#"+p.datatype())
}

// coreShared adds the sponsor and the conditions to the shared graph.
func (a *annotator) coreShared() {
	a.conditions()
	if lead := a.in.path(strings.Split(leadSponsorPath, ".")...); lead != nil {
		a.organization("sponsor", lead, "name")
	}
	for _, o := range a.shared {
		for i, m := range o.members {
			if m.key == "@type" && m.val.kind == '[' {
				o.members[i].val = stringValue("Sponsor")
			}
		}
	}
}

// coreNodes writes a list of nodes with the terms that the core context has,
// and returns references to them.
func (a *annotator) coreNodes(graph *value, path string) *value {
	c := a.model.Field(path)
	v := a.in.path(strings.Split(path, ".")...)
	if v == nil || !fits(c, v) {
		return nil
	}
	seen, refs := map[string]int{}, array()
	n := node{iri: a.study, around: a.study}
	for i, item := range v.list() {
		iri := distinct(seen, a.patterns[c].iri(a.at(item, n, i)), a.patterns[c].root)
		o := object(member{"@id", stringValue(iri)}, member{"@type", stringValue(c.Class)})
		if c.Class == "Outcome" {
			o.add("type", stringValue(outcomeKind(c)))
		}
		coreMembers(o, item, coreKeys[c.Class])
		graph.items = append(graph.items, o)
		refs.items = append(refs.items, reference(iri))
	}
	if len(refs.items) == 0 {
		return nil
	}
	return refs
}

func coreMembers(out, in *value, keys []string) {
	for _, m := range in.members {
		if slices.Contains(keys, m.key) && m.val.scalar() {
			out.add(m.key, coreValue(m.val))
		}
	}
}

func (a *annotator) coreEligibility(graph *value) {
	in := a.in.path(strings.Split(eligibilityPath, ".")...)
	if in == nil || in.kind != '{' {
		return
	}
	const class = "EligibilityCriteria"
	o := object(member{"@id", stringValue(a.study + "#eligibility")}, member{"@type", stringValue(class)})
	coreMembers(o, in, coreKeys[class])
	graph.items = append(graph.items, o)
}
