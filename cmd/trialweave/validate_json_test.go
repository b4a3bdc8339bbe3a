package main

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/shacl"
)

// jsonMutants are edits of a study, each "path value" of JSON or "path" to
// delete, by the rule that they break. "-" says why no study breaks it.
var jsonMutants = map[string]string{
	"StudyIdentity sh:pattern":                                   "- a record without an NCT number is rejected",
	"StudyIdentity-nct_id sh:minCount":                           "- a record without an NCT number is rejected",
	"StudyIdentity-nct_id sh:pattern":                            `protocolSection.identificationModule.nctId "NCT1"`,
	"StudyIdentity-name sh:minCount":                             "protocolSection.identificationModule.briefTitle",
	"StudyIdentity-overall_status sh:minCount":                   "protocolSection.statusModule.overallStatus",
	"StudyIdentity-modified sh:minCount":                         "protocolSection.statusModule.lastUpdatePostDateStruct",
	"StudyIdentity-sponsor sh:minCount":                          "protocolSection.sponsorCollaboratorsModule.leadSponsor",
	"StudyIdentity-sponsor sh:maxCount":                          "- a record has one lead sponsor",
	"StudyIdentity-study_first_submit_date sh:minCount":          "protocolSection.statusModule.studyFirstSubmitDate",
	"StudyIdentity-study_first_submit_date sh:lessThanOrEquals":  `protocolSection.statusModule.studyFirstSubmitDate "2999-01-01"`,
	"StudyLengths-name sh:maxLength":                             `protocolSection.identificationModule.briefTitle "` + strings.Repeat("x", 301) + `"`,
	"StudyLengths-official_title sh:maxLength":                   `protocolSection.identificationModule.officialTitle "` + strings.Repeat("x", 601) + `"`,
	"StudyLengths-acronym sh:maxLength":                          `protocolSection.identificationModule.acronym "FIFTEEN-LETTERS"`,
	"StudyLengths-why_stopped sh:maxLength":                      `protocolSection.statusModule.whyStopped "` + strings.Repeat("é", 251) + `"`,
	"StudyContent-conditions sh:minCount":                        "protocolSection.conditionsModule.conditions",
	"StudyContent-phase sh:maxCount":                             `protocolSection.designModule.phases ["PHASE1","PHASE2","PHASE3"]`,
	"StudyContent-enrollment_count sh:minInclusive":              "protocolSection.designModule.enrollmentInfo.count -1",
	"StudyContent-condition_mesh sh:pattern":                     "- an identifier that is not one of MeSH makes no link",
	"StudyContent-intervention_mesh sh:pattern":                  "- an identifier that is not one of MeSH makes no link",
	"StudyDates-start_date_min sh:lessThanOrEquals":              `protocolSection.statusModule.startDateStruct.date "2999-01"`,
	"StudyDates-primary_completion_date_min sh:lessThanOrEquals": `protocolSection.statusModule.primaryCompletionDateStruct.date "2999-01"`,
	"Stopped-overall_status sh:in":                               `protocolSection.statusModule {"overallStatus":"COMPLETED","whyStopped":"It was not."}`,
	"LastKnown-overall_status sh:hasValue":                       `protocolSection.statusModule {"overallStatus":"COMPLETED","lastKnownStatus":"RECRUITING"}`,
	"WithResults-has_results sh:hasValue":                        "hasResults false",
	"WithResults-results_first_submit_date sh:minCount":          "protocolSection.statusModule.resultsFirstSubmitDate",
	"Withdrawn sh:or":                                            `protocolSection.statusModule.overallStatus "WITHDRAWN"`,
	"InterventionalDesign sh:or":                                 "protocolSection.designModule.designInfo.primaryPurpose",
	"Ages-minimum_age sh:pattern":                                `protocolSection.eligibilityModule.minimumAge "18 Winters"`,
	"Ages-maximum_age sh:pattern":                                `protocolSection.eligibilityModule.maximumAge "99"`,
	"Ages-std_age sh:maxCount":                                   `protocolSection.eligibilityModule.stdAges ["CHILD","ADULT","OLDER_ADULT","ANCIENT"]`,
	"Ages-minimum_age_years sh:lessThanOrEquals":                 `protocolSection.eligibilityModule.minimumAge "120 Years"`,
	"Named-name sh:minCount":                                     "protocolSection.armsInterventionsModule.armGroups.0.label",
	"OutcomeTitle-measure sh:minCount":                           "protocolSection.outcomesModule.primaryOutcomes.0.measure",
	"OutcomeTitle-measure-length sh:maxLength":                   `protocolSection.outcomesModule.primaryOutcomes.0.measure "` + strings.Repeat("x", 256) + `"`,
	"Place-addressCountry sh:minCount":                           "protocolSection.contactsLocationsModule.locations.0.country",
	"Place-lat sh:minInclusive":                                  "protocolSection.contactsLocationsModule.locations.0.geoPoint.lat -90.5",
	"Place-lat sh:maxInclusive":                                  "protocolSection.contactsLocationsModule.locations.0.geoPoint.lat 90.5",
	"Place-long sh:minInclusive":                                 "protocolSection.contactsLocationsModule.locations.0.geoPoint.lon -180.5",
	"Place-long sh:maxInclusive":                                 "protocolSection.contactsLocationsModule.locations.0.geoPoint.lon 180.5",
	"Place-country sh:maxCount":                                  "- the table of countries has one code for a name",
	"Place-country sh:pattern":                                   "- the table of countries has codes of three letters",
	"KnownCountry-country sh:minCount":                           `protocolSection.contactsLocationsModule.locations.0.country "Atlantis"`,
	"Pmid-pmid sh:pattern":                                       `protocolSection.referencesModule.references.0.pmid "PMC12"`,
	"Counts-group sh:minCount":                                   "resultsSection.adverseEventsModule.seriousEvents.0.stats.0.groupId",
	"Counts-group sh:maxCount":                                   "- a count has one group id",
	"Counts-group sh:class":                                      `resultsSection.adverseEventsModule.seriousEvents.0.stats.0.groupId "EG999"`,
	"Counts-num_affected sh:minInclusive":                        "resultsSection.adverseEventsModule.seriousEvents.0.stats.0.numAffected -1",
	"Counts-num_affected-order sh:lessThanOrEquals":              "resultsSection.adverseEventsModule.seriousEvents.0.stats.0.numAffected 999999",
	"MeasurementGroup-group sh:minCount":                         "resultsSection.outcomeMeasuresModule.outcomeMeasures.0.classes.0.categories.0.measurements.0.groupId",
	"MeasurementGroup-group sh:maxCount":                         "- a measurement has one group id",
	"Reported-outcome_type sh:minCount":                          "resultsSection.outcomeMeasuresModule.outcomeMeasures.0.type",
	"Probability-p_value_num sh:minInclusive":                    "- a p-value outside of 0 to 1 gets no number",
	"Probability-p_value_num sh:maxInclusive":                    "- a p-value outside of 0 to 1 gets no number",
}

// TestEveryRuleHasAMutantStudy breaks each rule on values in the JSON of a
// study, which is then noticed by both engines.
func TestEveryRuleHasAMutantStudy(t *testing.T) {
	e := newEngines(t)
	record, err := os.ReadFile("../../testdata/studies/NCT99990001.json")
	if err != nil {
		t.Fatal(err)
	}
	classes := map[string]bool{}
	for _, c := range model.Default().Classes {
		classes[model.NSShapes+c.Name] = true
	}
	shared, own := e.lines(t, record)
	before := verdict(t, e.compiled, shared, own)
	seen := map[string]bool{}
	for _, c := range e.shapes.Constraints() {
		if classes[c.Target.Value] {
			continue // of a class: see TestEveryConstraintHasAMutant
		}
		name := strings.TrimPrefix(c.Shape.Value, model.NSShapes) + " " + shacl.Result{Component: c.Component}.Constraint()
		seen[name] = true
		edit, known := jsonMutants[name]
		if !known {
			t.Errorf("no mutant study breaks %s", name)
		}
		if !known || strings.HasPrefix(edit, "-") {
			continue
		}
		shared, own := e.lines(t, edited(t, record, edit))
		found := verdict(t, e.compiled, shared, own)
		if len(seen)%portion.Count(5, 1) == 0 {
			found = e.both(t, name, shared, own)
		}
		if !slices.ContainsFunc(found, func(f string) bool {
			return strings.HasPrefix(f, model.NSShapes+name+" ") && !slices.Contains(before, f)
		}) {
			t.Errorf("%s: not found:\n%s", name, strings.Join(found, "\n"))
		}
	}
	for name := range jsonMutants {
		if !seen[name] {
			t.Errorf("there is no rule %s", name)
		}
	}
}

// edited applies an edit to a record.
func edited(t *testing.T, record []byte, edit string) []byte {
	t.Helper()
	path, text, set := strings.Cut(edit, " ")
	var root, value any
	err := json.Unmarshal(record, &root)
	if err == nil && set {
		err = json.Unmarshal([]byte(text), &value)
	}
	if err != nil {
		t.Fatal(edit, err)
	}
	steps := strings.Split(path, ".")
	at := root
	for _, step := range steps[:len(steps)-1] {
		if i, err := strconv.Atoi(step); err == nil {
			at = at.([]any)[i]
		} else {
			at = at.(map[string]any)[step]
		}
	}
	object, last := at.(map[string]any), steps[len(steps)-1]
	if !set {
		delete(object, last)
	} else if merged, ok := value.(map[string]any); ok {
		for k, v := range merged {
			object[last].(map[string]any)[k] = v
		}
	} else {
		object[last] = value
	}
	out, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
