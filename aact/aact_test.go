package aact_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/internal/aacttest"
	"github.com/trialweave/trialweave/internal/record"
)

const real = "../../shared/data/"

// spread makes tables of studies, by the mapping of AACT's makers.
func spread(t testing.TB, studies map[string][]byte) string {
	t.Helper()
	mapping, err := os.ReadFile(real + "aact/mapping.json")
	if err != nil {
		t.Skipf("the mapping of AACT's makers is not at hand: %v", err)
	}
	tables, err := aacttest.New(mapping)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, 0, len(studies))
	for id := range studies {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	slices.Reverse(ids) // a table need not be in order
	for _, id := range ids {
		if err := tables.Add(studies[id]); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	if err := tables.Write(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// leaves lists what a record says, by path.
func leaves(t testing.TB, text []byte) map[string]string {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v: %.300s", err, text)
	}
	out := map[string]string{}
	for p, leaf := range record.Leaves(v) {
		out[p.At] = fmt.Sprint(leaf)
	}
	return out
}

// told takes out of a study what has no row in any table: measures of the
// baseline without a measurement, what is said of adverse events where there
// are none, and keys that the registry's field tree does not have.
func told(t testing.TB, study []byte) []byte {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(study)))
	dec.UseNumber()
	var v map[string]any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	results, _ := v["resultsSection"].(map[string]any)
	if baseline, ok := results["baselineCharacteristicsModule"].(map[string]any); ok {
		measures, _ := baseline["measures"].([]any)
		for _, m := range measures {
			withoutEmptyClasses(m)
			delete(m.(map[string]any), "denoms") // which AACT does not have either
		}
		baseline["measures"] = measured(measures)
	}
	if outcomes, ok := results["outcomeMeasuresModule"].(map[string]any); ok {
		list, _ := outcomes["outcomeMeasures"].([]any)
		for _, m := range list {
			withoutEmptyClasses(m)
		}
	}
	if events, ok := results["adverseEventsModule"].(map[string]any); ok && events["seriousEvents"] == nil && events["otherEvents"] == nil {
		delete(events, "timeFrame")
		delete(events, "description")
		delete(events, "frequencyThreshold")
	}
	if protocol, ok := v["protocolSection"].(map[string]any); ok {
		if places, ok := protocol["contactsLocationsModule"].(map[string]any); ok {
			delete(places, "locations_nested")
		}
		if arms, ok := protocol["armsInterventionsModule"].(map[string]any); ok {
			delete(arms, "interventionMappedName")
		}
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// measured leaves out what holds no measurement.
func measured(list []any) []any {
	return slices.DeleteFunc(slices.Clone(list), func(m any) bool {
		text, err := json.Marshal(m)
		return err != nil || !strings.Contains(string(text), `"groupId"`)
	})
}

// ambiguous says whether two measures of the baseline, one after the other, say
// the same of themselves, so that nothing in their rows tells them apart.
func ambiguous(t testing.TB, study []byte) bool {
	t.Helper()
	var v struct {
		ResultsSection struct {
			BaselineCharacteristicsModule struct {
				Measures []struct{ Title, Description, PopulationDescription, ParamType, DispersionType, UnitOfMeasure string }
			}
		}
	}
	if err := json.Unmarshal(study, &v); err != nil {
		t.Fatal(err)
	}
	measures := v.ResultsSection.BaselineCharacteristicsModule.Measures
	for i := range measures {
		if i > 0 && measures[i] == measures[i-1] {
			return true
		}
	}
	return false
}

func withoutEmptyClasses(measure any) {
	m, _ := measure.(map[string]any)
	classes, _ := m["classes"].([]any)
	for _, c := range classes {
		class, _ := c.(map[string]any)
		delete(class, "denoms") // which AACT does not have either
		if categories, ok := class["categories"].([]any); ok {
			class["categories"] = measured(categories)
		}
	}
	if classes != nil {
		m["classes"] = measured(classes)
	}
}

var index = regexp.MustCompile(`\[\d+\]`)

// compare tells what of a study AACT gave back otherwise, or not at all.
func compare(t testing.TB, want, got []byte, lost map[string]int) (same, all int) {
	t.Helper()
	one, two := leaves(t, want), leaves(t, got)
	for path, x := range one {
		field := index.ReplaceAllString(path, "")
		y, there := two[path]
		all++
		switch {
		case there && x == y:
			same++
		default:
			lost[field]++
		}
	}
	return same, all
}

func TestRealStudiesThroughTables(t *testing.T) {
	studies := map[string][]byte{}
	for f, err := range record.Archive(real+"ctg-studies-visible.json.zip", record.Sample(10)) {
		if errors.Is(err, fs.ErrNotExist) {
			t.Skipf("the real records are not at hand: %v", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		studies[f.ID] = told(t, f.Text)
	}
	dir := spread(t, studies)
	lost := map[string]int{}
	n, same, all, alike := 0, 0, 0, 0
	before := ""
	for s, err := range aact.Files(t.Context(), os.DirFS(dir)) {
		if err != nil {
			t.Fatal(err)
		}
		if s.ID <= before {
			t.Errorf("%s comes after %s", s.ID, before)
		}
		before = s.ID
		n++
		if ambiguous(t, studies[s.ID]) {
			alike++
			continue
		}
		a, b := compare(t, studies[s.ID], s.JSON, lost)
		same, all = same+a, all+b
	}
	if n != len(studies) {
		t.Errorf("%d studies, expected %d", n, len(studies))
	}
	t.Logf("%d of %d leaves of %d studies came back; %d more have measures in a row that AACT cannot tell apart", same, all, n-alike, alike)
	if alike > n/50 {
		t.Errorf("%d of %d studies have measures that cannot be told apart", alike, n)
	}
	notCarried := aact.NotCarried()
	for path, count := range lost {
		if !slices.Contains(notCarried, path) {
			t.Errorf("%s: %d lost", path, count)
		}
	}
}
