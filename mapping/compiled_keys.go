package mapping

import (
	"github.com/trialweave/trialweave/internal/scan"
	"github.com/trialweave/trialweave/mapping/model"
)

// memberKeys are the keys of the members that links and computed values are
// made of.
type memberKeys struct {
	id, name, fullName, class, title, typ, label, measure, country, url, pmid, term, abbrev, lat, lon,
	interventionNames, armGroupLabels, groupID, units, denoms, counts, unitsSelected, unitsAnalyzed scan.Key
}

// memberPaths lead to the values of the study that properties are computed of.
type memberPaths struct {
	nctID, aliases, expandedAccess, studyType, firstPosted, lastPosted, conditions, completed, reported, version []scan.Key
	// versions are those of model.VersionDates.
	versions [][]scan.Key
}

// studyActions are the rows of computed.tsv that no field leads to.
type studyActions struct {
	record, sameAs, identifier, replaces, issued, expandedAccess, condition, publication, days  *added
	primaryTopic, source, modified, hash, form, label                                           *added
	organizationName, organizationClass, conditionName, branchAbbrev, branchName, geometry, wkt *added
	holds, classOrder, categoryOrder, classTitle                                                *added
}

func (p *program) compileKeys() {
	k := p.names.Key
	p.keys = memberKeys{
		id: k("id"), name: k("name"), fullName: k("fullName"), class: k("class"), title: k("title"), typ: k("type"), label: k("label"),
		measure: k("measure"), country: k("country"), url: k("url"), pmid: k("pmid"), term: k("term"), abbrev: k("abbrev"),
		lat: k("lat"), lon: k("lon"), interventionNames: k("interventionNames"), armGroupLabels: k("armGroupLabels"),
		groupID: k("groupId"), units: k("units"), denoms: k("denoms"), counts: k("counts"),
		unitsSelected: k("denomUnitsSelected"), unitsAnalyzed: k("typeUnitsAnalyzed"),
	}
	status := protocol + ".statusModule."
	p.paths = memberPaths{
		nctID: p.path(protocol + ".identificationModule.nctId"), aliases: p.path(protocol + ".identificationModule.nctIdAliases"),
		expandedAccess: p.path(status + "expandedAccessInfo.nctId"), studyType: p.path(protocol + ".designModule.studyType"),
		firstPosted: p.path(status + "studyFirstPostDateStruct.date"), lastPosted: p.path(status + "lastUpdatePostDateStruct.date"),
		conditions: p.path(protocol + ".conditionsModule.conditions"), completed: p.path(status + "primaryCompletionDateStruct.date"),
		reported: p.path(status + "resultsFirstSubmitDate"), version: p.path("derivedSection.miscInfoModule.versionHolder"),
	}
	for _, path := range model.VersionDates() {
		p.paths.versions = append(p.paths.versions, p.path(path))
	}
	p.study = studyActions{
		record: p.added("record"), sameAs: p.added("same-as"), identifier: p.added("identifier"), replaces: p.added("replaces"),
		issued: p.added("issued"), expandedAccess: p.added("expanded-access-study"), condition: p.added("condition"),
		publication: p.added("publication"), days: p.added("days-to-report-results"),
		primaryTopic: p.added("primary-topic"), source: p.added("source"), modified: p.added("record-modified"),
		hash: p.added("content-hash"), form: p.added("source-form"), label: p.added("record-label"),
		organizationName: p.added("organization-name"), organizationClass: p.added("organization-class"),
		conditionName: p.added("condition-name"), branchAbbrev: p.added("branch-abbrev"), branchName: p.added("branch-name"),
		geometry: p.added("geometry"), wkt: p.added("wkt"), holds: p.added("holds"), classOrder: p.added("class-order"),
		categoryOrder: p.added("category-order"), classTitle: p.added("denominator-class-title"),
	}
	p.labels = map[string]string{}
	for _, c := range p.model.Concepts {
		if c.Scheme == interventionTypes {
			p.labels[c.Code] = c.Label + ": "
		}
	}
}

// interventionTypes is the scheme whose labels arms name interventions with.
const interventionTypes = "InterventionType"
