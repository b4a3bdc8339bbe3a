package classic_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/classic"
	"github.com/trialweave/trialweave/source"
)

// asStructs writes a value of classic JSON as the API's XML has it: objects as
// <Struct>, an object around an array as <List>, texts as <Field>.
func asStructs(b *bytes.Buffer, name string, v any) {
	switch v := v.(type) {
	case string:
		fmt.Fprintf(b, "<Field Name=%q>", name)
		_ = xml.EscapeText(b, []byte(v)) // into a buffer
		b.WriteString("</Field>\n")
	case map[string]any:
		element := "Struct"
		if strings.HasSuffix(name, "List") && len(v) == 1 {
			element = "List"
		}
		fmt.Fprintf(b, "<%s Name=%q>\n", element, name)
		for key, x := range v {
			asStructs(b, key, x)
		}
		fmt.Fprintf(b, "</%s>\n", element)
	case []any:
		for _, item := range v {
			asStructs(b, name, item)
		}
	}
}

// TestResponsesAgree: real responses of the classic JSON API, written as its XML,
// give the same studies.
func TestResponsesAgree(t *testing.T) {
	files, err := filepath.Glob("../../shared/data/classic-json/*.json")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var response struct {
			FullStudiesResponse struct {
				FullStudies []struct{ Study map[string]any }
			}
		}
		if json.Unmarshal(text, &response) != nil || len(response.FullStudiesResponse.FullStudies) == 0 {
			continue
		}
		var doc bytes.Buffer
		doc.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<FullStudiesResponse>\n<APIVrs>1.01.05</APIVrs>\n<FullStudyList>\n")
		for i, s := range response.FullStudiesResponse.FullStudies {
			fmt.Fprintf(&doc, "<FullStudy Rank=\"%d\">\n", i+1)
			asStructs(&doc, "Study", s.Study)
			doc.WriteString("</FullStudy>\n")
		}
		doc.WriteString("</FullStudyList>\n</FullStudiesResponse>\n")
		if !classic.IsResponse(doc.Bytes()) {
			t.Errorf("%s is not recognized", file)
		}
		var want, got []string
		for s, err := range classic.FromJSON(text) {
			if err != nil {
				t.Fatal(file, err)
			}
			want = append(want, string(s.JSON))
		}
		for s, err := range classic.FromResponse(doc.Bytes()) {
			if err != nil {
				t.Fatal(file, err)
			}
			got = append(got, string(s.JSON))
		}
		n += len(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %.2000s", file, diff)
		}
	}
	if n == 0 {
		t.Skip("the real responses are not at hand")
	}
	t.Logf("%d studies", n)
}

func TestResponses(t *testing.T) {
	const study = `<Struct Name="Study"><Struct Name="ProtocolSection"><Struct Name="IdentificationModule"><Field Name="NCTId">NCT99990601</Field><Field Name="Acronym"></Field></Struct>` +
		`<Struct Name="ConditionsModule"><List Name="ConditionList"><Field Name="Condition">a &amp; b</Field><Field Name="Condition">c</Field></List></Struct>` +
		`<Struct Name="ArmsInterventionsModule"><List Name="ArmGroupList"><Struct Name="ArmGroup"><Field Name="ArmGroupLabel">A</Field></Struct></List></Struct></Struct></Struct>`
	const want = `{"protocolSection":{"identificationModule":{"nctId":"NCT99990601"},"conditionsModule":{"conditions":["a & b","c"]},"armsInterventionsModule":{"armGroups":[{"label":"A"}]}},"hasResults":false}`
	for doc, n := range map[string]int{
		study: 1,
		"<FullStudy Rank=\"1\">" + study + "</FullStudy>": 1,
		"<FullStudiesResponse><FullStudyList><FullStudy Rank='1'>" + study + "</FullStudy><FullStudy Rank='2'>" + study + "</FullStudy></FullStudyList></FullStudiesResponse>": 2,
		"<FullStudiesResponse><FullStudyList/></FullStudiesResponse>": 0,
	} {
		got := 0
		for s, err := range classic.FromResponse([]byte(doc)) {
			if got++; err != nil || string(s.JSON) != want {
				t.Errorf("%.60s: %s %v", doc, s.JSON, err)
			}
		}
		if got != n {
			t.Errorf("%.60s: %d studies, expected %d", doc, got, n)
		}
	}
	fields := `<StudyFieldsResponse><StudyFieldsList><StudyFields Rank="1"><FieldValues Field="NCTId"><FieldValue>NCT99990601</FieldValue></FieldValues>` +
		`<FieldValues Field="Condition"><FieldValue>a</FieldValue><FieldValue>b</FieldValue></FieldValues></StudyFields></StudyFieldsList></StudyFieldsResponse>`
	for s, err := range classic.FromResponse([]byte(fields)) {
		if err != nil || string(s.JSON) != `{"protocolSection":{"identificationModule":{"nctId":"NCT99990601"},"conditionsModule":{"conditions":["a","b"]}}}` {
			t.Errorf("%s %v", s.JSON, err)
		}
	}
	for doc, want := range map[string]string{
		"<html/>":                        "the document is a <html>",
		"<FullStudiesResponse><FullStud": "the text ends in the middle",
		"<FieldValuesResponse/>":         "counts values: it holds no study",
		`<Struct Name="Other"/>`:         "the document is a <Struct>",
	} {
		for _, err := range classic.FromResponse([]byte(doc)) {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, expected %q", doc, err, want)
			}
		}
	}
}

// TestUnknownDates: the word in place of a date is a flag, and the registry's own
// labels of events are codes.
func TestUnknownDates(t *testing.T) {
	const doc = `{"FullStudy":{"Study":{"ProtocolSection":{"IdentificationModule":{"NCTId":"NCT99990601"}},"AnnotationSection":{"AnnotationModule":{
		"UnpostedAnnotation":{"UnpostedEventList":{"UnpostedEvent":[{"UnpostedEventType":"Unrelease","UnpostedEventDate":"Unknown"},{"UnpostedEventDate":"May 1, 2020"}]}},
		"ViolationAnnotation":{"ViolationEventList":{"ViolationEvent":[{"ViolationEventType":"Violation Identified by FDA"},{"ViolationEventType":"Correction Confirmed by FDA"},
			{"ViolationEventType":"Penalty Imposed by FDA"},{"ViolationEventType":"Issues in letter addressed; confirmed by FDA."}]}}}},
		"DerivedSection":{"MiscInfoModule":{"SubmissionTracking":{"SubmissionInfoList":{"SubmissionInfo":[{"SubmissionReleaseDate":"May 1, 2020","SubmissionUnreleaseDate":"Unknown"}]}}}}}}}`
	const want = `{"protocolSection":{"identificationModule":{"nctId":"NCT99990601"}},"annotationSection":{"annotationModule":{` +
		`"unpostedAnnotation":{"unpostedEvents":[{"type":"UNRELEASE","dateUnknown":true},{"date":"2020-05-01"}]},` +
		`"violationAnnotation":{"violationEvents":[{"type":"VIOLATION_IDENTIFIED"},{"type":"CORRECTION_CONFIRMED"},{"type":"PENALTY_IMPOSED"},{"type":"ISSUES_IN_LETTER_ADDRESSED_CONFIRMED"}]}}},` +
		`"derivedSection":{"miscInfoModule":{"submissionTracking":{"submissionInfos":[{"releaseDate":"2020-05-01","unreleaseDateUnknown":true}]}}},"hasResults":false}`
	for s, err := range classic.FromJSON([]byte(doc)) {
		if err != nil || string(s.JSON) != want {
			t.Errorf("%s %v, expected\n%s", s.JSON, err, want)
		}
	}
}

// TestNoAge: the words for an age without a limit, and for the type of a study
// that is withheld, are no values, as in XML, in each shape of a response.
func TestNoAge(t *testing.T) {
	const (
		full = `{"FullStudy":{"Study":{"ProtocolSection":{"IdentificationModule":{"NCTId":"NCT99990602"},"DesignModule":{"StudyType":"N/A"},"EligibilityModule":{"MinimumAge":"N/A","MaximumAge":"None"}}}}}`
		flat = `{"StudyFieldsResponse":{"StudyFields":[{"Rank":1,"NCTId":["NCT99990602"],"StudyType":["N/A"],"MinimumAge":["N/A"],"MaximumAge":["None"]}]}}`
		some = `{"FullStudy":{"Study":{"ProtocolSection":{"IdentificationModule":{"NCTId":"NCT99990602"},"DesignModule":{"StudyType":"Observational"},"EligibilityModule":{"MinimumAge":"18 Years"}}}}}`
		api  = `<FullStudy Rank="1"><Struct Name="Study"><Struct Name="ProtocolSection"><Struct Name="IdentificationModule"><Field Name="NCTId">NCT99990602</Field></Struct>` +
			`<Struct Name="EligibilityModule"><Field Name="MinimumAge">N/A</Field><Field Name="MaximumAge">N/A</Field></Struct></Struct></Struct></FullStudy>`
	)
	check := func(studies iter.Seq2[classic.Study, *source.Error], want ...string) {
		t.Helper()
		for s, err := range studies {
			text := string(s.JSON)
			if err != nil || strings.Contains(text, "N/A") || strings.Contains(text, "None") || strings.Contains(text, "classicRecord") {
				t.Errorf("%s %v", text, err)
			}
			for _, part := range want {
				if !strings.Contains(text, part) {
					t.Errorf("%s does not have %s", text, part)
				}
			}
		}
	}
	check(classic.FromJSON([]byte(full)))
	check(classic.FromJSON([]byte(flat)))
	check(classic.FromResponse([]byte(api)))
	check(classic.FromJSON([]byte(some)), `"studyType":"OBSERVATIONAL"`, `"minimumAge":"18 Years"`)
}

// TestMissingStudies: a response that holds fewer studies than it says, or an
// entry without one, is reported, and what it does hold is read.
func TestMissingStudies(t *testing.T) {
	const (
		study    = `{"Rank":1,"Study":{"ProtocolSection":{"IdentificationModule":{"NCTId":"NCT99990001"}}}}`
		xmlStudy = `<FullStudy Rank="1"><Struct Name="Study"><Struct Name="ProtocolSection"><Struct Name="IdentificationModule"><Field Name="NCTId">NCT99990001</Field></Struct></Struct></Struct></FullStudy>`
	)
	for input, want := range map[string]string{
		`{"FullStudiesResponse":{"NStudiesFound":9,"NStudiesReturned":2,"FullStudies":[` + study + "," + study + `]}}`: "ok ok",
		`{"FullStudiesResponse":{"NStudiesFound":9,"NStudiesReturned":3,"FullStudies":[` + study + `]}}`:               "ok the response says that it returns 3 studies and holds 1",
		`{"FullStudiesResponse":{"NStudiesFound":1,"NStudiesReturned":100,"FullStudies":[` + study + `]}}`:             "ok",
		`{"FullStudiesResponse":{"FullStudies":[` + study + `,{"Rank":2},` + study + `]}}`:                             "ok the FullStudy has no Study ok",
		`{"FullStudy":{"Rank":2}}`: "the FullStudy has no Study",
		`{"StudyFieldsResponse":{"NStudiesReturned":2,"StudyFields":[{"Rank":1,"NCTId":["NCT99990001"]}]}}`:                                "ok the response says that it returns 2 studies and holds 1",
		"<FullStudiesResponse><NStudiesReturned>2</NStudiesReturned><FullStudyList>" + xmlStudy + "</FullStudyList></FullStudiesResponse>": "ok the response says that it returns 2 studies and holds 1",
		"<FullStudyList>" + xmlStudy + `<FullStudy Rank="2"/>` + xmlStudy + "</FullStudyList>":                                             "ok the FullStudy has no Study ok",
		`<FullStudy Rank="2"><Struct Name="Other"/></FullStudy>`:                                                                           "the FullStudy has no Study",
	} {
		read := classic.FromJSON
		if input[0] == '<' {
			read = classic.FromResponse
		}
		var got []string
		for s, err := range read([]byte(input)) {
			switch {
			case err != nil && s.Offset == 0:
				t.Errorf("%s: %v has no place", input, err)
			case err != nil:
				got = append(got, err.Problem)
			case strings.Contains(string(s.JSON), "NCT99990001"):
				got = append(got, "ok")
			}
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s: %s, expected %s", input, text, want)
		}
	}
}
