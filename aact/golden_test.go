package aact_test

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/source"
)

var update = flag.Bool("update", false, "write the golden file")

const fixtures = "../testdata/aact"

func made(t testing.TB, files fs.FS) string {
	t.Helper()
	var b strings.Builder
	for s, err := range aact.Files(t.Context(), files, &aact.Notes{}) {
		if err != nil {
			t.Fatal(err)
		}
		b.Write(s.JSON)
		b.WriteByte('\n')
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	files := os.DirFS(fixtures)
	if !aact.IsExport(files) || aact.IsExport(os.DirFS("..")) {
		t.Error("an export is told by its table of studies")
	}
	got := made(t, files)
	golden := filepath.Join(fixtures, "golden.ndjson")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

func TestBrokenTables(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "studies.txt:offset 0: the table has no line of names",
		"id|name\n1|x\n":                "studies.txt:offset 0: the table has no column nct_id, expected a table of AACT",
		"nct_id|a\nNCT1|x\nNCT2|x|y\n":  "studies.txt:offset 16: the table is damaged: line 3: wrong number of fields",
		"nct_id|a\nNCT1|\"x\nNCT2|x\n ": "the table is damaged",
	} {
		files := fstest.MapFS{"studies.txt": {Data: []byte(text)}}
		var fault error
		for _, err := range aact.Files(t.Context(), files, &aact.Notes{}) {
			fault = err
		}
		var at *source.Error
		if !errors.As(fault, &at) || !strings.Contains(fault.Error(), want) {
			t.Errorf("%q: %v, expected %q", text, fault, want)
		}
	}
}

// TestBigTablesAreSortedInFiles makes tables that do not fit into a chunk.
func TestBigTablesAreSortedInFiles(t *testing.T) {
	const n = 60_000
	var studies, keywords strings.Builder
	studies.WriteString("nct_id|brief_title\n")
	keywords.WriteString("id|nct_id|name\n")
	for i := range n {
		id := (i*7919)%n + 1 // 7919 is prime: every number once, in no order
		fmt.Fprintf(&studies, "NCT%08d|%s %d\n", id, strings.Repeat("long ", 80), id)
		fmt.Fprintf(&keywords, "%d|NCT%08d|b\n%d|NCT%08d|a\n", 2*id+1, id, 2*id, id)
	}
	files := fstest.MapFS{"studies.txt": {Data: []byte(studies.String())}, "keywords.txt": {Data: []byte(keywords.String())}}
	at := 0
	for s, err := range aact.Files(t.Context(), files, &aact.Notes{}) {
		if err != nil {
			t.Fatal(err)
		}
		at++
		if want := fmt.Sprintf("NCT%08d", at); s.ID != want || !strings.Contains(string(s.JSON), `"keywords":["a","b"]`) {
			t.Fatalf("%s, expected %s: %.300s", s.ID, want, s.JSON)
		}
	}
	if at != n {
		t.Errorf("%d studies, expected %d", at, n)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range aact.Files(ctx, os.DirFS(fixtures), &aact.Notes{}) {
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}

func TestPasswordsAreNotShown(t *testing.T) {
	const address = "postgres://someone:secret@127.0.0.1:1/aact?connect_timeout=2"
	if name := aact.DatabaseName(address); strings.Contains(name, "secret") {
		t.Error(name)
	}
	for _, err := range aact.Database(t.Context(), address, nil, &aact.Notes{}) {
		if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "the database cannot be read") {
			t.Error(err)
		}
	}
}

func ExampleFiles() {
	for s, err := range aact.Files(context.Background(), os.DirFS(fixtures), &aact.Notes{}) {
		fmt.Println(s.ID, len(s.JSON) > 0, err)
	}
	// Output:
	// NCT99990301 true <nil>
	// NCT99990302 true <nil>
	// NCT99990303 true <nil>
}

// A data frame that has an empty cell in a column of whole numbers writes 12 as
// "12.0": numbers and links are what they were.
func TestWholeNumbersOfDataFrames(t *testing.T) {
	whole := regexp.MustCompile(`^(enrollment|number_of_\w+|number_analyzed|count|event_count|subjects_\w+|outcome_id|result_group_id|design_group_id|intervention_id|outcome_analysis_id|facility_id)$`)
	names, err := filepath.Glob(filepath.Join(fixtures, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	files, changed := fstest.MapFS{}, 0
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		in := csv.NewReader(strings.NewReader(string(text)))
		in.Comma, in.LazyQuotes = '|', true
		rows, err := in.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows[1:] {
			for i, cell := range r {
				if number, err := strconv.Atoi(cell); err == nil && whole.MatchString(rows[0][i]) {
					r[i] = strconv.Itoa(number) + ".0"
					changed++
				}
			}
		}
		var b strings.Builder
		out := csv.NewWriter(&b)
		out.Comma = '|'
		if err := out.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = &fstest.MapFile{Data: []byte(b.String())}
	}
	if changed < 50 {
		t.Fatalf("the fixture has %d such numbers", changed)
	}
	if diff := cmp.Diff(made(t, os.DirFS(fixtures)), made(t, files)); diff != "" {
		t.Error(diff)
	}
}
