package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// madeOf is what a view makes of the studies: a predicate, with an object where one
// is meant, and how many of it the record of a study gives.
type madeOf struct {
	view, statement string
	of              func(study map[string]any) int
}

// TestViews holds that the views make of studies what their records have, counted in
// the records themselves: of synthetic studies, and of real ones where they are at
// hand.
func TestViews(t *testing.T) {
	const bio, cto, schema, fhir, wd = "<http://bio2rdf.org/clinicaltrials_vocabulary:", "<http://purl.obolibrary.org/obo/", "<https://schema.org/", "<http://hl7.org/fhir/", "<http://www.wikidata.org/prop/direct/"
	interventional := func(s map[string]any) bool { return at(s, "designModule", "studyType") == "INTERVENTIONAL" }
	cases := []madeOf{
		{"bio2rdf", bio + "nct-id>", one},
		{"bio2rdf", bio + "brief-title>", present("identificationModule", "briefTitle")},
		{"bio2rdf", bio + "why-stopped>", present("statusModule", "whyStopped")},
		{"bio2rdf", bio + "start-date>", present("statusModule", "startDateStruct", "date")},
		{"bio2rdf", bio + "primary-outcome>", length("outcomesModule", "primaryOutcomes")},
		{"bio2rdf", bio + "secondary-outcome>", length("outcomesModule", "secondaryOutcomes")},
		{"bio2rdf", bio + "arm-group>", length("armsInterventionsModule", "armGroups")},
		{"bio2rdf", bio + "location>", length("contactsLocationsModule", "locations")},
		{"bio2rdf", bio + "phase>", length("designModule", "phases")},
		{"bio2rdf", bio + "minimum-age>", present("eligibilityModule", "minimumAge")},
		{"schema-org", "a " + schema + "MedicalStudy>", one},
		{"schema-org", schema + "description>", present("descriptionModule", "briefSummary")},
		{"schema-org", schema + "studyLocation>", length("contactsLocationsModule", "locations")},
		{"schema-org", schema + "studySubject>", length("armsInterventionsModule", "interventions")},
		{"schema-org", schema + "status> " + schema + "Completed>", equal("COMPLETED", "statusModule", "overallStatus")},
		{"schema-org", schema + "trialDesign> " + schema + "RandomizedTrial>", equal("RANDOMIZED", "designModule", "designInfo", "allocation")},
		{"schema-org", schema + "trialDesign> " + schema + "OpenTrial>", equal("NONE", "designModule", "designInfo", "maskingInfo", "masking")},
		{"cto", cto + "CTO_0000122>", present("identificationModule", "briefTitle")},
		{"cto", cto + "CTO_0000123>", present("statusModule", "completionDateStruct", "date")},
		{"cto", cto + "CTO_0000125>", length("designModule", "phases")},
		{"cto", cto + "CTO_0000129>", length("contactsLocationsModule", "locations")},
		{"cto", "a " + cto + "NCIT_C16084>", equal("OBSERVATIONAL", "designModule", "studyType")},
		{"fhir", fhir + "ResearchStudy.title>", present("identificationModule", "briefTitle")},
		{"fhir", fhir + "ResearchStudy.condition>", length("conditionsModule", "conditions")},
		{"fhir", fhir + "ResearchStudy.outcomeMeasure>", outcomes},
		{"fhir", fhir + "ResearchStudy.comparisonGroup>", length("armsInterventionsModule", "armGroups")},
		{"wikidata", wd + "P3098>", when(interventional, one)},
		{"wikidata", wd + "P1132>", when(interventional, present("designModule", "enrollmentInfo", "count"))},
	}
	t.Run("sample", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "cohort.ndjson")
		runWith(t, "sample", "-n", "80", "--seed", "7", "-o", file, "--quiet")
		viewsOf(t, []string{file}, cases)
	})
	t.Run("real", func(t *testing.T) {
		files, err := filepath.Glob("../../../shared/data/golden/NCT*.json")
		if err != nil || len(files) == 0 {
			t.Skipf("the real studies are not at hand, %v", err)
		}
		viewsOf(t, files, cases)
	})
}

func viewsOf(t *testing.T, files []string, cases []madeOf) {
	var studies []map[string]any
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		for d := json.NewDecoder(f); ; {
			var s map[string]any
			if err := d.Decode(&s); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			studies = append(studies, s)
		}
		_ = f.Close()
	}
	name := filepath.Join(t.TempDir(), "studies.index")
	runWith(t, append([]string{"index", "-o", name, "--quiet"}, files...)...)
	views, found := map[string]string{}, 0
	for _, c := range cases {
		if views[c.view] == "" {
			views[c.view] = runWith(t, "query", c.view, name, "--format", "ntriples")
		}
		want := 0
		for _, s := range studies {
			want += c.of(s)
		}
		statement := strings.ReplaceAll(c.statement, "a <", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <")
		if got := strings.Count(views[c.view], "> "+statement+" "); got != want {
			t.Errorf("%s: %d × %s, expected %d", c.view, got, statement, want)
		}
		if want > 0 {
			found++
		}
	}
	if found < len(cases)-2 {
		t.Errorf("%d of %d statements occur", found, len(cases))
	}
}

// at returns a value of the protocol section, nil where it is absent.
func at(study map[string]any, path ...string) any {
	var value any = study["protocolSection"]
	for _, name := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[name]
	}
	return value
}

func one(map[string]any) int { return 1 }

func present(path ...string) func(map[string]any) int {
	return func(s map[string]any) int {
		if at(s, path...) == nil {
			return 0
		}
		return 1
	}
}

func equal(value any, path ...string) func(map[string]any) int {
	return func(s map[string]any) int {
		if at(s, path...) != value {
			return 0
		}
		return 1
	}
}

func length(path ...string) func(map[string]any) int {
	return func(s map[string]any) int {
		list, _ := at(s, path...).([]any)
		return len(list)
	}
}

func outcomes(s map[string]any) (n int) {
	for _, name := range []string{"primaryOutcomes", "secondaryOutcomes", "otherOutcomes"} {
		n += length("outcomesModule", name)(s)
	}
	return n
}

func when(holds func(map[string]any) bool, then func(map[string]any) int) func(map[string]any) int {
	return func(s map[string]any) int {
		if !holds(s) {
			return 0
		}
		return then(s)
	}
}
