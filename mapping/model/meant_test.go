package model

import "testing"

// TestMeant holds which term a name of the registry, of AACT, of classic records or of
// schema.org means, and which one a slip.
func TestMeant(t *testing.T) {
	m := Default()
	for name, want := range map[string]string{
		"ctg:brief_title": "schema:name", "ctg:briefTitle": "schema:name", "BriefTitle": "schema:name", "https://clinicaltrials.gov/ns/BRIEF-TITLE": "schema:name",
		"ctg:OverallStatus": "ctg:overall_status", "ctg:overallStatus": "ctg:overall_status", "ctg:overall_statu": "ctg:overall_status", "ctg:overal_status": "ctg:overall_status",
		"ctg:enrollment": "ctg:enrollment_count", "ctg:enrolment": "ctg:enrollment_count", "ctg:EnrollmentCount": "ctg:enrollment_count", "ctg:enrolmentCount": "ctg:enrollment_count",
		"ctg:Trial": "ctg:Study", "ctg:ClinicalTrial": "ctg:Study", "schema:MedicalTrial": "ctg:Study", "ctg:study": "ctg:Study", "ctg:Studies": "ctg:Study", "ctg:Facility": "ctg:Location", "ctg:Site": "ctg:Location",
		"ctg:phases": "ctg:phase", "ctg:title": "schema:name", "ctg:official_title": "ctg:official_title", "ctg:StartDate": "ctg:start_date", "ctg:startDateMin": "tw:start_date_min",
		"ctg:zzzzzz": "", "ctg:": "", "": "", "ctg:x": "",
	} {
		if got := m.Meant(name); got != want {
			t.Errorf("%s means %q, want %q", name, got, want)
		}
	}
	for text, want := range map[string]string{"Recruiting": "RECRUITING", "Active": "ACTIVE_NOT_RECRUITING", "active, not recruiting": "ACTIVE_NOT_RECRUITING", "complete": "COMPLETED", "Compelted": "COMPLETED", "green": "", "": ""} {
		if got := m.MeantCode("Status", text); got != want {
			t.Errorf("%q means %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"Phase 3", "3", "phase3"} {
		if got := m.MeantCode("Phase", text); got != "PHASE3" {
			t.Errorf("%s means %q", text, got)
		}
	}
	for _, text := range []string{"", "7", "1990"} {
		if got := m.MeantCode("Phase", text); got != "" {
			t.Errorf("%q means %q", text, got)
		}
	}
}
