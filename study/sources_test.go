package study_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/internal/test/record"
	"github.com/trialweave/trialweave/mapping/model"
)

// carried says of each form which leaves of the field tree it has a place for.
func carried(f *model.Field, notInAACT map[string]bool, columns map[string]bool) map[string]bool {
	return map[string]bool{
		"xml": f.XML != "", "json": f.Piece != "", "aact": !notInAACT[f.Path], "csv": columns[f.XML],
	}
}

// csvPlaces are the places of classic XML that columns of a full download say,
// and the texts that one column holds of several fields.
func csvPlaces(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("../classic/columns.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{
		"intervention/intervention_type": true, "intervention/intervention_name": true, "sponsors/collaborator/agency": true,
		"id_info/org_study_id": true, "id_info/secondary_id/.": true, "eligibility/std_age": true,
		"provided_document_section/provided_document/document_type": true, "provided_document_section/provided_document/document_url !file": true,
		"provided_document_section/provided_document/document_url !abbreviation": true, "clinical_results/. !true | no_results/. !false": true,
		"phase !phases": true, "study_type !before-bracket": true,
	}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(strings.TrimSpace(line), "\t"); len(cells) == 2 || len(cells) == 3 && cells[2] == "count" {
			out[cells[1]] = true
		}
	}
	for _, part := range []string{
		"allocation", "intervention_model", "primary_purpose", "masking !before-parenthesis", "masking !in-parenthesis", "observational_model", "time_perspective",
	} {
		out["study_design_info/"+part] = true
	}
	return out
}

// TestSourcesAreDocumented holds docs/reference/sources.md against the tables: which
// leaves each form carries, how many that are, and, where the real studies are
// at hand, which share of their leaf values.
func TestSourcesAreDocumented(t *testing.T) {
	notInAACT := map[string]bool{}
	for _, path := range aact.NotCarried() {
		notInAACT[path] = true
	}
	columns := csvPlaces(t)
	forms := []string{"json", "xml", "aact", "csv"}
	leaves := map[string]int{}
	var missing [4][]string
	all := 0
	places := map[string]map[string]bool{}
	for _, f := range model.Default().Fields {
		if !f.Leaf() || f.Piece == "" {
			continue
		}
		all++
		places[f.Path] = carried(f, notInAACT, columns)
		for i, form := range forms {
			if places[f.Path][form] {
				leaves[form]++
			} else {
				missing[i] = append(missing[i], f.Path)
			}
		}
	}
	text, err := os.ReadFile("../docs/reference/sources.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, form := range forms {
		want := fmt.Sprintf("%d of %d", leaves[form], all)
		if !strings.Contains(string(text), want) {
			t.Errorf("docs/reference/sources.md does not say that %s carries %s fields", form, want)
		}
		if form == "csv" {
			continue // it carries so little that the list would be long
		}
		for _, path := range missing[i] {
			if !strings.Contains(string(text), "`"+path+"`") {
				t.Errorf("docs/reference/sources.md does not list %s, which %s lacks", path, form)
			}
		}
	}
	shares(t, places)
}

// shares logs which share of the leaf values of real studies each form carries.
func shares(t *testing.T, places map[string]map[string]bool) {
	t.Helper()
	values, total := map[string]int{}, 0
	for f, err := range record.Archive("../../shared/data/ctg-studies-visible.json.zip", record.Sample(20)) {
		if errors.Is(err, fs.ErrNotExist) {
			t.Logf("the real records are not at hand: %v", err)
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(f.Text, &v); err != nil {
			t.Fatal(err)
		}
		for p := range record.Leaves(v) {
			total++
			for form, ok := range places[p.Path] {
				if ok {
					values[form]++
				}
			}
		}
	}
	for _, form := range slices.Sorted(func(yield func(string) bool) {
		for form := range values {
			if !yield(form) {
				return
			}
		}
	}) {
		t.Logf("%s: %.1f %% of %d leaf values", form, 100*float64(values[form])/float64(total), total)
	}
}
