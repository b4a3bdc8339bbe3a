package aact_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/internal/test/aacttest"
	"github.com/trialweave/trialweave/internal/test/portion"
)

// notesOf are the notes on an export.
func notesOf(t *testing.T, tables map[string]string) string {
	t.Helper()
	var notes aact.Notes
	for _, err := range aact.Files(t.Context(), export(tables), &notes) {
		if err != nil {
			t.Fatal(err)
		}
	}
	return strings.Join(notes.Lines(), "\n")
}

// TestNothingIsPassedOverInSilence: tables and columns that are not known, and
// rows that belong to no study or to no row, are counted.
func TestNothingIsPassedOverInSilence(t *testing.T) {
	text := notesOf(t, map[string]string{
		"studies":          "nct_id|brief_title|new_column\nNCT99990602|b|x\nNCT99990604|d|y\nNCT99990604|e|z\n",
		"keywords":         "id|nct_id|name|downcase_name\n1|NCT99990601|a|a\n2|NCT99990602|b|b\n3|NCT99990603|c|c\n4|NCT99990605|d|d\n",
		"new_table":        "id|nct_id|x\n1|NCT99990602|1\n",
		"study_searches":   "id|nct_id\n",
		"readme":           "hello\n",
		"outcomes":         "id|nct_id|outcome_type|title\n1|NCT99990602|PRIMARY|O\n",
		"outcome_analyses": "id|nct_id|outcome_id|p_value_raw\n1|NCT99990602|7|0.1\n2|NCT99990602|1|0.2\n",
	})
	for _, want := range []string{
		"1 unknown table, not read: new_table",
		"1 unknown column, not read: studies.new_column",
		"3 rows (3 of keywords) left out: the table studies does not have their study",
		"1 row (1 of outcome_analyses) left out: the row that they refer to is not there",
		"1 row of the table studies left out: an earlier row has the same nct_id",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// TestNothingOfRealTablesIsUnknown: of the tables that AACT's makers define and
// fill, in each layout, nothing is unknown and no row is left out.
func TestNothingOfRealTablesIsUnknown(t *testing.T) {
	for _, year := range portion.Of([]int{2018, 2021, 2022, 2024, 2026}, 2) {
		tables, dir := spread(t, realStudies(t, year, portion.Count(360, 40)), year), t.TempDir()
		if err := tables.Write(dir); err != nil {
			t.Fatal(err)
		}
		var notes aact.Notes
		for _, err := range aact.Files(t.Context(), os.DirFS(dir), &notes) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if len(notes.UnknownTables)+len(notes.UnknownColumns)+len(notes.Orphans)+len(notes.Dangling)+notes.Repeated+len(notes.Unended)+len(notes.Others) > 0 {
			t.Errorf("%d: %s", year, strings.Join(notes.Lines(), "\n"))
		}
	}
	schema, err := os.ReadFile(real + "aact/structure.sql")
	if err != nil {
		t.Skipf("the schema of AACT is not at hand: %v", err)
	}
	all := map[string]string{}
	for _, m := range regexp.MustCompile(`(?s)CREATE TABLE ctgov(?:_v2)?\.(\w+) \((.*?)\n\);`).FindAllStringSubmatch(string(schema), -1) {
		var names []string
		for line := range strings.Lines(strings.TrimSpace(m[2])) {
			names = append(names, strings.Trim(strings.Fields(line)[0], `"`))
		}
		if name := m[1]; strings.Contains(" "+strings.Join(names, " ")+" ", " nct_id ") {
			all[name] = strings.Join(names, "|") + "\n"
		}
	}
	if text := notesOf(t, all); len(all) < 45 || strings.Contains(text, "unknown") {
		t.Errorf("%d tables: %s", len(all), text)
	}
}

// TestDumpIsWhole: a dump says in its last line that it is whole.
func TestDumpIsWhole(t *testing.T) {
	const text = "--\n-- PostgreSQL database dump\n--\n\nCOPY ctgov.studies (nct_id, brief_title) FROM stdin;\nNCT99990601\tOne\n\\.\n\n" +
		"COPY ctgov.new_table (id, nct_id) FROM stdin;\n\\.\n\nCOPY support.stray (id, nct_id) FROM stdin;\n\\.\n"
	for end, want := range map[string]bool{"": true, "--\n-- PostgreSQL database dump complete\n--\n\n": false} {
		var notes aact.Notes
		for _, err := range aact.Dump(t.Context(), strings.NewReader(text+end), &notes) {
			if err != nil {
				t.Fatal(err)
			}
		}
		lines := strings.Join(notes.Lines(), "\n")
		if notes.NoEnd != want || strings.Contains(lines, "may be cut short") != want || !strings.Contains(lines, "1 unknown table, not read: new_table") || strings.Contains(lines, "stray") {
			t.Errorf("%q: %s", end, lines)
		}
	}
	var whole strings.Builder
	if err := (&aacttest.Tables{}).Dump(&whole); err != nil || !strings.Contains(whole.String(), "dump complete") {
		t.Errorf("%q, %v, expected the last line of pg_dump", whole.String(), err)
	}
}

// TestLongStudies: the rows of a study have a limit together; the other studies
// are read.
func TestLongStudies(t *testing.T) {
	var keywords strings.Builder
	keywords.WriteString("id|nct_id|name\n1|NCT99990602|word\n")
	for i := range 70 {
		keywords.WriteString("2|NCT99990601|" + strings.Repeat("w", 1<<20) + strings.Repeat("x", i) + "\n")
	}
	files := export(map[string]string{"studies": "nct_id|brief_title\nNCT99990601|One\nNCT99990602|Two\n", "keywords": keywords.String()})
	var got []string
	for s, err := range aact.Files(t.Context(), files, &aact.Notes{}) {
		if err != nil {
			t.Fatal(err)
		}
		if s.Err != nil {
			got = append(got, s.ID+" "+s.Err.Problem)
			continue
		}
		got = append(got, string(s.JSON))
	}
	if len(got) != 2 || !strings.HasPrefix(got[0], "NCT99990601 the rows of the study have more than 67108864 bytes") || !strings.Contains(got[1], `"keywords":["word"]`) {
		t.Errorf("%.300q", got)
	}
}
