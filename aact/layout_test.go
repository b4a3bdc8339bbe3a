package aact_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/internal/test/aacttest"
	"github.com/trialweave/trialweave/source"
)

// export makes the files of an export of tables, each a name and its lines.
func export(tables map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range tables {
		out[name+".txt"] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

const key = "nct_id|brief_title\nNCT99990601|Synthetic\n"

// TestEarlierColumns reads columns under the names that they had.
func TestEarlierColumns(t *testing.T) {
	const head = `{"protocolSection":{"identificationModule":{"nctId":"NCT99990601",`
	for name, c := range map[string]struct {
		tables map[string]string
		want   string
	}{
		"id_source was id_type": {map[string]string{"studies": key, "id_information": "id|nct_id|id_type|id_value\n1|NCT99990601|org_study_id|T-1\n2|NCT99990601|secondary_id|S-2\n"},
			head + `"orgStudyIdInfo":{"id":"T-1"},"secondaryIdInfos":[{"id":"S-2"}],"briefTitle":"Synthetic"}}}`},
		"id_type is what it says": {map[string]string{"studies": key, "id_information": "id|nct_id|id_source|id_value|id_type\n1|NCT99990601|secondary_id|S-2|NIH\n"},
			head + `"secondaryIdInfos":[{"id":"S-2","type":"NIH"}],"briefTitle":"Synthetic"}}}`},
		"p-value of two columns": {map[string]string{
			"studies": key, "outcomes": "id|nct_id|outcome_type|title\n1|NCT99990601|Primary|O\n",
			"outcome_analyses": "id|nct_id|outcome_id|p_value_modifier|p_value|ci_lower_limit\n1|NCT99990601|1|<|0.001|-3.0\n2|NCT99990601|1||0.5|\n",
		}, head + `"briefTitle":"Synthetic"}},"resultsSection":{"outcomeMeasuresModule":{"outcomeMeasures":[{"type":"PRIMARY","title":"O","analyses":[{"pValue":"<0.001","ciLowerLimit":"-3.0"},{"pValue":"0.5"}]}]}}}`},
		"an empty cell has an earlier one": {map[string]string{
			"studies": key, "outcomes": "id|nct_id|outcome_type\n1|NCT99990601|PRIMARY\n",
			"outcome_analyses": "id|nct_id|outcome_id|p_value_raw|p_value_modifier|p_value\n1|NCT99990601|1||>|0.2\n",
		}, head + `"briefTitle":"Synthetic"}},"resultsSection":{"outcomeMeasuresModule":{"outcomeMeasures":[{"type":"PRIMARY","analyses":[{"pValue":">0.2"}]}]}}}`},
		"headings without a type": {map[string]string{"studies": key, "browse_conditions": "id|nct_id|mesh_term\n1|NCT99990601|Asthma\n"},
			head + `"briefTitle":"Synthetic"}},"derivedSection":{"conditionBrowseModule":{"meshes":[{"term":"Asthma"}]}}}`},
		"a group without counts": {map[string]string{
			"studies": key, "outcomes": "id|nct_id|outcome_type\n7|NCT99990601|PRIMARY\n",
			"result_groups": "id|nct_id|ctgov_group_code|result_type|title|outcome_id\n1|NCT99990601|OG000|Outcome|A|7\n",
		}, head + `"briefTitle":"Synthetic"}},"resultsSection":{"outcomeMeasuresModule":{"outcomeMeasures":[{"type":"PRIMARY","groups":[{"id":"OG000","title":"A"}]}]}}}`},
		"labels": {map[string]string{
			"studies":       "nct_id|study_type|phase\nNCT99990601|Observational [Patient Registry]|N/A\n",
			"designs":       "id|nct_id|masking|subject_masked\n1|NCT99990601|Double (Participant, Outcomes Assessor)|\n",
			"eligibilities": "id|nct_id|minimum_age|maximum_age\n1|NCT99990601|18 Years|N/A\n",
		}, `{"protocolSection":{"identificationModule":{"nctId":"NCT99990601"},"designModule":{"studyType":"OBSERVATIONAL","patientRegistry":true,"phases":["NA"],"designInfo":{"maskingInfo":{"masking":"DOUBLE","whoMasked":["PARTICIPANT","OUTCOMES_ASSESSOR"]}}},"eligibilityModule":{"minimumAge":"18 Years"}}}`},
		"masked by columns": {map[string]string{"studies": key, "designs": "id|nct_id|masking|subject_masked\n1|NCT99990601|Double (Participant, Investigator)|t\n"},
			head + `"briefTitle":"Synthetic"},"designModule":{"designInfo":{"maskingInfo":{"masking":"DOUBLE","whoMasked":["PARTICIPANT"]}}}}}`},
		"agreements in sentences": {map[string]string{"studies": key, "result_agreements": "id|nct_id|pi_employee|agreement\n" +
			"1|NCT99990601|Principal Investigators are NOT employed by the organization sponsoring the study.|Restriction Description: ask <us> first\n"},
			head + `"briefTitle":"Synthetic"}},"resultsSection":{"moreInfoModule":{"certainAgreement":{"piSponsorEmployee":false,"restrictionType":"OTHER","restrictiveAgreement":true,"otherDetails":"ask <us> first"}}}}`},
		"what happened to results": {map[string]string{"studies": key, "pending_results": "id|nct_id|event|event_date_description|event_date\n1|NCT99990601|submitted|May 1, 2018|2018-05-01\n2|NCT99990601|submission_canceled|Unknown|\n"},
			head + `"briefTitle":"Synthetic"}},"annotationSection":{"annotationModule":{"unpostedAnnotation":{"unpostedEvents":[{"type":"RELEASE","date":"2018-05-01"},{"type":"UNRELEASE","dateUnknown":true}]}}}}`},
		"contacts without a role": {map[string]string{"studies": key, "central_contacts": "id|nct_id|contact_type|name\n1|NCT99990601|primary|Jane Example\n"},
			head + `"briefTitle":"Synthetic"},"contactsLocationsModule":{"centralContacts":[{"name":"Jane Example","role":"CONTACT"}]}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want+"\n", made(t, export(c.tables))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestBaselineNumbers: the unit that the makers of AACT write into every row is
// not the record's, a row without data is no measurement, and a class has
// denominators where they are not those of the whole baseline.
func TestBaselineNumbers(t *testing.T) {
	got := made(t, export(map[string]string{
		"studies":         key,
		"baseline_counts": "id|nct_id|ctgov_group_code|units|scope|count\n1|NCT99990601|BG000|Participants|overall|20\n2|NCT99990601|BG001|Participants|overall|30\n",
		"baseline_measurements": "id|nct_id|ctgov_group_code|title|classification|units|param_value|number_analyzed|number_analyzed_units\n" +
			"1|NCT99990601|BG000|Age||years|36|20|Participants\n2|NCT99990601|BG001|Age||years|38|30|Participants\n" +
			"3|NCT99990601||Not measured||years|||Participants\n" +
			"4|NCT99990601|BG000|Weight|week 4|kg|70|18|Participants\n5|NCT99990601|BG001|Weight|week 4|kg|71|30|Participants\n" +
			"6|NCT99990601|BG000|Weight|week 8|kg|72|20|Participants\n7|NCT99990601|BG000|Pressure||mmHg|15|40|Eyes\n",
	}))
	for _, want := range []string{
		`{"title":"Age","unitOfMeasure":"years","classes":[{"categories":[{"measurements":[{"groupId":"BG000","value":"36"},{"groupId":"BG001","value":"38"}]}]}]}`,
		`{"title":"Not measured","unitOfMeasure":"years"}`,
		`{"title":"week 4","denoms":[{"units":"Participants","counts":[{"groupId":"BG000","value":"18"},{"groupId":"BG001","value":"30"}]}],"categories":`,
		`{"title":"week 8","categories":`,
		`"denomUnitsSelected":"Eyes","classes":[{"denoms":[{"units":"Eyes","counts":[{"groupId":"BG000","value":"40"}]}]`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nis not in\n%s", want, got)
		}
	}
	if strings.Count(got, "denomUnitsSelected") != 1 {
		t.Errorf("the unit of every row is in %s", got)
	}
}

// TestAbsent: a column that is not there under any name is reported, and one that
// is there under an earlier name is not.
func TestAbsent(t *testing.T) {
	var notes aact.Notes
	files := export(map[string]string{
		"studies":          key,
		"outcomes":         "id|nct_id\n1|NCT99990601\n",
		"outcome_analyses": "id|nct_id|outcome_id|p_value_modifier|p_value|param_type\n1|NCT99990601|1|<|0.1|x\n",
	})
	for _, err := range aact.Files(t.Context(), files, &notes) {
		if err != nil {
			t.Fatal(err)
		}
	}
	text := strings.Join(notes.Lines(), "\n") + "\n" + strings.Join(notes.AbsentColumns, "\n")
	for _, want := range []string{"outcome_analyses.ci_lower_limit_raw", "studies.acronym", "sponsors", "tables of AACT not in the input"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not reported:\n%s", want, text)
		}
	}
	for _, wrong := range []string{"p_value_raw", "outcome_analyses.param_type", "studies.nct_id"} {
		if strings.Contains(text, wrong) {
			t.Errorf("%s is reported:\n%s", wrong, text)
		}
	}
}

// TestOtherWriters: an export with a line break in a cell was not written by the
// program that puts tildes, and keeps them.
func TestOtherWriters(t *testing.T) {
	files := export(map[string]string{"studies": key, "brief_summaries": "id|nct_id|description\n1|NCT99990601|\"two\nlines ~* and \"\"that\"\"\"\n"})
	if got := made(t, files); !strings.Contains(got, `"two\nlines ~* and \"that\""`) {
		t.Error(got)
	}
	commas := fstest.MapFS{"studies.csv": {Data: []byte("nct_id,brief_title\nNCT99990601,\"With, comma~* item\"\n")}}
	if got := made(t, commas); !aact.IsExport(commas) || !strings.Contains(got, `"With, comma\n* item"`) {
		t.Error(got)
	}
}

// TestDump: a plain-text dump of real studies has them as the database has them,
// line breaks and quotation marks included, and gives what its tables give.
func TestDump(t *testing.T) {
	studies := realStudies(t, aacttest.Latest, 60)
	tables := spread(t, studies, aacttest.Latest)
	var dump bytes.Buffer
	if err := tables.Dump(&dump); err != nil {
		t.Fatal(err)
	}
	if !aact.IsDump(dump.Bytes()) {
		t.Error("it is not recognized")
	}
	dir := t.TempDir()
	if err := tables.Write(dir); err != nil {
		t.Fatal(err)
	}
	fromFiles := map[string]map[string]string{}
	for s, err := range aact.Files(t.Context(), os.DirFS(dir), &aact.Notes{}) {
		if err != nil {
			t.Fatal(err)
		}
		fromFiles[s.ID] = leaves(t, s.JSON)
	}
	n, exact := 0, 0
	for s, err := range aact.Dump(t.Context(), &dump, &aact.Notes{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		want, got, files := leaves(t, studies[s.ID]), leaves(t, s.JSON), fromFiles[s.ID]
		if len(got) != len(files) {
			t.Errorf("%s: %d leaves, from files %d", s.ID, len(got), len(files))
		}
		for path, x := range got {
			if plain(x, false) != plain(files[path], false) {
				t.Errorf("%s %s: %q, from files %q", s.ID, path, x, files[path])
			}
			if strings.Contains(x, "\n") && x == want[path] {
				exact++
			}
		}
	}
	if n != len(studies) || exact == 0 {
		t.Errorf("%d studies, expected %d; %d texts with line breaks are exactly the record's", n, len(studies), exact)
	}
}

func TestBrokenDumps(t *testing.T) {
	const head = "--\n-- PostgreSQL database dump\n--\n\n"
	const whole = head + "COPY ctgov.studies (nct_id, acronym) FROM stdin;\nNCT1\t\\N\n\\.\n"
	for _, rest := range []string{"", "\n", "--\n-- Post", "CREATE TABLE a (b text);", "CREATE TABLE a (\n b text\n);\n\n--", "SELECT 1;\n"} {
		for _, err := range aact.Dump(t.Context(), strings.NewReader(whole+rest), &aact.Notes{}) {
			if err != nil {
				t.Errorf("a dump that goes on with %q: %v", rest, err)
			}
		}
	}
	for text, want := range map[string]string{
		head: "the dump has no COPY block of the table studies",
		head + "COPY ctgov.studies (nct_id, acronym) FROM stdin;\nNCT1\n\\.\n":    "the dump is damaged: line 6: 1 columns, expected 2",
		head + "COPY ctgov.studies (nct_id, acronym) FROM stdin;\nNCT1\t\\N\n":    "the dump is damaged: line 6: the rows of the table studies have no end",
		head + "COPY ctgov.keywords (nct_id, name) FROM stdin;\nNCT1\ta\n\\.\n\n": "the dump has no COPY block of the table studies",
		whole + "\nCOPY ctgov.keywords (nct_id, na":                               "the dump is damaged: line 9: the dump ends within a statement",
		whole + "COPY": "the dump is damaged: line 8: the dump ends within a statement",
		whole + "COPY ctgov.keywords (nct_id, name)\n":          "the dump is damaged: line 8: the dump ends within a statement",
		whole + "COPY ctgov.keywords (nct_id, name) FROM stdin": "the dump is damaged: line 8: the rows of the table keywords have no end",
		whole + "CREATE TABLE ctgov.keyw":                       "the dump is damaged: line 8: the dump ends within a statement",
	} {
		var fault error
		for _, err := range aact.Dump(t.Context(), strings.NewReader(text), &aact.Notes{}) {
			fault = err
		}
		var at *source.Error
		if !errors.As(fault, &at) || !strings.Contains(fault.Error(), want) {
			t.Errorf("%q: %v, expected %q", text, fault, want)
		}
	}
	other := head + "COPY other.studies (nct_id, brief_title) FROM stdin;\nNCT2\ta\n\\.\nCOPY ctgov.studies (nct_id, brief_title) FROM stdin;\nNCT1\ta\\tb\n\\.\n"
	for s, err := range aact.Dump(t.Context(), strings.NewReader(other), &aact.Notes{}) {
		if err != nil || s.ID != "NCT1" || !strings.Contains(string(s.JSON), `a\u0009b`) {
			t.Errorf("%s %s %v, expected the table of AACT's schema", s.ID, s.JSON, err)
		}
	}
}

// TestFixtureIsAnExport: the fixture is as the program writes it.
func TestFixtureIsAnExport(t *testing.T) {
	files, err := filepath.Glob(fixtures + "/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), `""`) {
			t.Errorf("%s has a quotation mark in a cell", file)
		}
	}
}

// TestLongCells: a cell of very many lines takes time by its length.
func TestLongCells(t *testing.T) {
	text := "id|nct_id|description\n1|NCT99990601|\"" + strings.Repeat("a line of some text\n", 200_000) + "\"\n"
	got := made(t, export(map[string]string{"studies": key, "brief_summaries": text}))
	if n := strings.Count(got, `a line of some text\n`); n != 200_000 {
		t.Errorf("%d lines, expected 200000", n)
	}
}

// TestCodesOfGroups reads codes of groups as exports that were made of XML have
// them.
func TestCodesOfGroups(t *testing.T) {
	const modern = "1|NCT99990601|BG000|Baseline|A|\n2|NCT99990601|FG011|Participant Flow|B|\n3|NCT99990601|EG001|Reported Event|C|\n4|NCT99990601|OG000|Outcome|D|7\n"
	tables := func(groups, code string) map[string]string {
		return map[string]string{
			"studies": key, "outcomes": "id|nct_id|outcome_type\n7|NCT99990601|PRIMARY\n",
			"result_groups":        "id|nct_id|ctgov_group_code|result_type|title|outcome_id\n" + groups,
			"outcome_measurements": "id|nct_id|outcome_id|ctgov_group_code|classification|category|param_value\n1|NCT99990601|7|" + code + "|||5\n",
			"baseline_measurements": "id|nct_id|ctgov_group_code|title|param_value|number_analyzed\n1|NCT99990601|" +
				strings.Replace(code, "O", "B", 1) + "|Age|5|9\n",
		}
	}
	old := strings.NewReplacer("BG000", "B1", "FG011", "P12", "EG001", "E2", "OG000", "O1").Replace(modern)
	want := made(t, export(tables(modern, "OG000")))
	if got := made(t, export(tables(old, "O1"))); got != want || !strings.Contains(want, `"groupId":"OG000"`) {
		t.Error(cmp.Diff(want, got))
	}
}

// TestRowsLeftOut counts the rows that say nothing of a study because of their
// type, or because an earlier one says it.
func TestRowsLeftOut(t *testing.T) {
	tables := map[string]string{
		"studies":               "nct_id|brief_title|phase|why_stopped\nNCT99990601|Synthetic||\nNCT99990601|Other|PHASE1|Money\n",
		"sponsors":              "id|nct_id|lead_or_collaborator|name\n1|NCT99990601|lead|L\n2|NCT99990601|partner|P\n3|NCT99990601|lead|M\n",
		"id_information":        "id|nct_id|id_source|id_value\n1|NCT99990601||X\n2|NCT99990601|other_id|Y\n",
		"design_outcomes":       "id|nct_id|outcome_type|measure\n1|NCT99990601|tertiary|M\n",
		"reported_events":       "id|nct_id|event_type|organ_system|adverse_event_term\n1|NCT99990601|odd|O|T\n2|NCT99990601||Total|Total, serious adverse events\n",
		"reported_event_totals": "id|nct_id|event_type|ctgov_group_code|subjects_affected\n1|NCT99990601|serious|EG000|1\n",
		"eligibilities":         "id|nct_id|criteria|gender_description\n1|NCT99990601|C|\n2|NCT99990601||G\n",
		"countries":             "id|nct_id|name|removed\n1|NCT99990601|France|f\n",
	}
	var notes aact.Notes
	text := ""
	for s, err := range aact.Files(t.Context(), export(tables), &notes) {
		if err != nil {
			t.Fatal(err)
		}
		text += string(s.JSON)
	}
	for _, gone := range [...]string{"Money", "PHASE1", "Other", `"M"`, `"G"`} {
		if strings.Contains(text, gone) {
			t.Errorf("%s is in %s", gone, text)
		}
	}
	lines := strings.Join(notes.Lines(), "\n")
	for _, want := range [...]string{
		"5 rows (1 of design_outcomes, 2 of id_information, 1 of reported_events, 1 of sponsors) left out: their type is unknown or missing",
		"2 rows (1 of eligibilities, 1 of sponsors) left out: a study has one such row, and an earlier one counts",
		"1 row of the table studies left out: an earlier row has the same nct_id",
	} {
		if !strings.Contains(lines, want) {
			t.Errorf("no %q in\n%s", want, lines)
		}
	}
}
