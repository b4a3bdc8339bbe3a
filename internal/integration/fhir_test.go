//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// fhirRecord is what the test reads of a study.
type fhirRecord struct {
	Protocol struct {
		Identification struct {
			ID    string `json:"nctId"`
			Title string `json:"briefTitle"`
		} `json:"identificationModule"`
		Conditions struct {
			Names []string `json:"conditions"`
		} `json:"conditionsModule"`
		Status struct {
			Start struct {
				Date string `json:"date"`
			} `json:"startDateStruct"`
			Status string `json:"overallStatus"`
		} `json:"statusModule"`
		Outcomes struct {
			Primary   []any `json:"primaryOutcomes"`
			Secondary []any `json:"secondaryOutcomes"`
			Other     []any `json:"otherOutcomes"`
		} `json:"outcomesModule"`
		Locations struct {
			Sites []struct {
				Facility string `json:"facility"`
			} `json:"locations"`
		} `json:"contactsLocationsModule"`
	} `json:"protocolSection"`
}

// researchStudy is the same of a resource of FHIR.
type researchStudy struct {
	Type      string `json:"resourceType"`
	ID        string `json:"id"`
	Title     string `json:"title"`
	Condition []any  `json:"condition"`
	Period    struct {
		Start string `json:"start"`
	} `json:"period"`
	Progress []struct {
		State struct {
			Text string `json:"text"`
		} `json:"state"`
	} `json:"progressStatus"`
	Outcomes []any `json:"outcomeMeasure"`
	Sites    []any `json:"site"`
}

// TestViewIsFHIR holds that HAPI FHIR reads what the view of that name makes of
// studies, strictly, as resources that say what the records say.
func TestViewIsFHIR(t *testing.T) {
	dir, command := t.TempDir(), trialweave(t)
	tools.Run(t, dir, command, "sample", "-n", "20", "--seed", "5", "-o", "cohort.ndjson", "--quiet")
	args := []string{"java", "-Xmx1g", "-cp", "lib/*", script(t, "Fhir.java")}
	var want []string
	for i, line := range strings.Split(strings.TrimSpace(string(load(t, filepath.Join(dir, "cohort.ndjson")))), "\n") {
		var r fhirRecord
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		p, sites := r.Protocol, 0
		for _, s := range p.Locations.Sites {
			if s.Facility != "" {
				sites++
			}
		}
		want = append(want, fmt.Sprintf("ResearchStudy %s %q, %d conditions, from %s, %s, %d outcomes, %d sites", p.Identification.ID, p.Identification.Title,
			len(p.Conditions.Names), p.Status.Start.Date, p.Status.Status, len(p.Outcomes.Primary)+len(p.Outcomes.Secondary)+len(p.Outcomes.Other), sites))
		study, turtle := filepath.Join(dir, fmt.Sprintf("%d.json", i)), filepath.Join(dir, fmt.Sprintf("%d.ttl", i))
		save(t, study, []byte(line))
		tools.Run(t, dir, command, "query", "fhir", study, "--format", "turtle", "-o", turtle)
		args = append(args, turtle)
	}
	var got []string
	for line := range strings.Lines(tools.Run(t, jars(t, "hapi", "hapi-fhir-structures-r5-8.4.0.jar"), args...)) {
		var s researchStudy
		if err := json.Unmarshal([]byte(line), &s); err != nil || len(s.Progress) != 1 {
			t.Fatalf("%v: %s", err, line)
		}
		got = append(got, fmt.Sprintf("%s %s %q, %d conditions, from %s, %s, %d outcomes, %d sites", s.Type, s.ID, s.Title,
			len(s.Condition), s.Period.Start, s.Progress[0].State.Text, len(s.Outcomes), len(s.Sites)))
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got) != 20 {
		t.Errorf("%d resources (-records +FHIR):\n%s", len(got), diff)
	}
}
