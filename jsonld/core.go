package jsonld

import (
	"strings"

	"github.com/trialweave/trialweave/jsonld/model"
)

func studyIRI(nct string) string { return model.StudyBase + nct }

// core projects the study onto the seven classes of the core context: flat
// terms, each node with its type, and the IRIs of the full profile.
func (a *annotator) core() (record, shared *value) {
	a.links = map[string][]string{}
	study := a.coreStudy()
	graph := array(study)
	const module = "armsInterventionsModule"
	study.add("interventions", a.coreNodes(graph, protocol+"."+module+".interventions", coreTerms{"type": "type", "name": "name", "description": "description"}))
	a.coreNodes(graph, protocol+".contactsLocationsModule.locations",
		coreTerms{"facility": "facility", "city": "city", "state": "state", "country": "country", "status": "status"})
	for _, list := range []string{"primaryOutcomes", "secondaryOutcomes", "otherOutcomes"} {
		a.coreNodes(graph, protocol+".outcomesModule."+list, coreTerms{"measure": "measure", "description": "description", "timeFrame": "timeFrame"})
	}
	a.coreEligibility(graph)
	record = object(member{"@id", stringValue(a.study + "#record")}, member{"@graph", graph})
	if len(a.shared) > 0 {
		shared = object(member{"@id", stringValue(a.base + "graph/shared")}, member{"@graph", array(a.shared...)})
	}
	return record, shared
}

// coreTerms maps keys of the record to terms of the core context.
type coreTerms map[string]string

func (a *annotator) coreStudy() *value {
	out := object(member{"@id", stringValue(a.study)}, member{"@type", stringValue("Study")})
	p := a.in.get(protocol)
	for _, m := range []struct {
		term string
		val  *value
	}{
		{"nctId", p.path("identificationModule", "nctId")},
		{"briefTitle", p.path("identificationModule", "briefTitle")},
		{"officialTitle", p.path("identificationModule", "officialTitle")},
		{"overallStatus", p.path("statusModule", "overallStatus")},
		{"phase", p.path("designModule", "phases")},
		{"studyType", p.path("designModule", "studyType")},
		{"startDate", coreDate(p.path("statusModule", "startDateStruct", "date"))},
		{"completionDate", coreDate(p.path("statusModule", "completionDateStruct", "date"))},
		{"lastUpdateDate", coreDate(p.path("statusModule", "lastUpdatePostDateStruct", "date"))},
	} {
		if m.val != nil && m.val.kind != 'n' && (m.val.kind != '[' || allOf(m.val.items, (*value).scalar)) {
			out.add(m.term, m.val)
		}
	}
	a.coreShared(p)
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
func (a *annotator) coreShared(p *value) {
	a.conditions()
	if lead := p.path("sponsorCollaboratorsModule", "leadSponsor"); lead != nil {
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
func (a *annotator) coreNodes(graph *value, path string, terms coreTerms) *value {
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
		coreMembers(o, item, terms)
		graph.items = append(graph.items, o)
		refs.items = append(refs.items, reference(iri))
	}
	if len(refs.items) == 0 {
		return nil
	}
	return refs
}

func coreMembers(out, in *value, terms coreTerms) {
	for _, m := range in.members {
		if term := terms[m.key]; term != "" && m.val.scalar() {
			out.add(term, m.val)
		}
	}
}

func (a *annotator) coreEligibility(graph *value) {
	in := a.in.path(protocol, "eligibilityModule")
	if in == nil || in.kind != '{' {
		return
	}
	o := object(member{"@id", stringValue(a.study + "#eligibility")}, member{"@type", stringValue("EligibilityCriteria")})
	coreMembers(o, in, coreTerms{"minimumAge": "minimumAge", "maximumAge": "maximumAge", "sex": "sex", "healthyVolunteers": "healthyVolunteers"})
	graph.items = append(graph.items, o)
}
