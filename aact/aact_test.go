package aact_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/internal/test/aacttest"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/record"
)

const real = "../../shared/data/"

// spread makes tables of studies, by the mapping of AACT's makers.
func spread(t testing.TB, studies map[string][]byte, year int) *aacttest.Tables {
	t.Helper()
	mapping, err := os.ReadFile(real + "aact/mapping.json")
	if err != nil {
		t.Skipf("the mapping of AACT's makers is not at hand: %v", err)
	}
	tables, err := aacttest.New(mapping, year)
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
	return tables
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

// told takes out of a study what has no row in any table of a year: measures of
// the baseline without a measurement, what is said of adverse events where there
// are none, and keys that the registry's field tree does not have.
func told(t testing.TB, study []byte, year int) []byte {
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
		}
		if year < 2025 {
			baseline["measures"] = measured(measures)
		}
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
	withoutUnknownDates(v) // the makers' mapping has no column for them
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
		return err != nil || !strings.Contains(string(text), `"measurements":[{`)
	})
}

// ambiguous reports whether two measures of the baseline, one after the other, say
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
		if categories, ok := class["categories"].([]any); ok {
			class["categories"] = measured(categories)
		}
	}
	if classes = measured(classes); len(classes) > 0 {
		m["classes"] = classes
	} else {
		delete(m, "classes")
	}
}

var index = regexp.MustCompile(`\[\d+\]`)

// blank is what the export makes one of, and what may have been a line break.
var blank = regexp.MustCompile(`[~\s]+`)

// plain is a leaf without what exports lose: quotation marks, blank lines and
// the form of line breaks; of numbers that stand in a column of numbers, also
// how they are written.
func plain(leaf string, asNumber bool) string {
	leaf = strings.TrimSpace(blank.ReplaceAllString(strings.ReplaceAll(leaf, `"`, ""), " "))
	if asNumber {
		operator := strings.TrimRight(leaf, "0123456789.,eE- ")
		if f, err := strconv.ParseFloat(strings.TrimLeft(leaf, "<>=≤≥~ "), 64); err == nil {
			return operator + strconv.FormatFloat(f, 'f', -1, 64)
		}
	}
	return leaf
}

// numeric are the leaves that exports of before the end of 2023 have as numbers
// alone.
var numeric = regexp.MustCompile(`analyses.*\.(pValue|ciLowerLimit|ciUpperLimit)$|outcomeMeasures.*measurements.*\.(lowerLimit|upperLimit)$`)

// alwaysNumeric are those that every export has as numbers alone.
var alwaysNumeric = regexp.MustCompile(`baselineCharacteristicsModule\..*(lowerLimit|upperLimit|denoms.*value)$|ciPctValue$|geoPoint`)

// unsaid are the paths that an export has no columns for, by the table of the
// package.
func unsaid(t testing.TB, notes *aact.Notes) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("tables.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out, said := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		column, _, _ := strings.Cut(cells[3], ",")
		column, _, _ = strings.Cut(column, "?")
		where, _, _ := strings.Cut(cells[1], "=")
		absent := slices.Contains(notes.AbsentTables, cells[0]) || slices.Contains(notes.AbsentColumns, cells[0]+"."+column) ||
			strings.HasPrefix(cells[5], "else ") || column == "" || strings.HasPrefix(column, "!") ||
			where == "mesh_type" && slices.Contains(notes.AbsentColumns, cells[0]+".mesh_type")
		if absent {
			out[cells[4]] = true
		} else {
			said[cells[4]] = true
		}
	}
	for path := range said {
		delete(out, path)
	}
	for _, path := range aact.NotCarried() {
		out[path] = true
	}
	return out
}

// TestRealStudiesThroughTables spreads real studies over the tables of exports of
// several years, written as their program writes them, and reads them back: all
// that the columns of the year hold is there, and nothing that the study does not
// say.
func TestRealStudiesThroughTables(t *testing.T) {
	for _, year := range portion.Of([]int{2018, 2021, 2022, 2024, aacttest.Latest}, 2) {
		t.Run(strconv.Itoa(year), func(t *testing.T) { throughTables(t, year) })
	}
}

// withoutUnknownDates takes out what says that the date of an unposted event is
// unknown.
func withoutUnknownDates(study map[string]any) {
	var at any = study
	for _, key := range []string{"annotationSection", "annotationModule", "unpostedAnnotation", "unpostedEvents"} {
		object, _ := at.(map[string]any)
		at = object[key]
	}
	events, _ := at.([]any)
	for _, e := range events {
		if event, ok := e.(map[string]any); ok {
			delete(event, "dateUnknown")
		}
	}
}

func realStudies(t testing.TB, year, step int) map[string][]byte {
	t.Helper()
	studies := map[string][]byte{}
	for f, err := range record.Archive(real+"ctg-studies-visible.json.zip", record.Sample(step)) {
		if errors.Is(err, fs.ErrNotExist) {
			t.Skipf("the real records are not at hand: %v", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		studies[f.ID] = told(t, f.Text, year)
	}
	return studies
}

func throughTables(t *testing.T, year int) {
	step := portion.Count(120, 10)
	if year == aacttest.Latest {
		step = portion.Count(30, 10) // fewer hold no numbers of classes
	}
	studies := realStudies(t, year, step)
	dir, notes := t.TempDir(), aact.Notes{}
	if err := spread(t, studies, year).Write(dir); err != nil {
		t.Fatal(err)
	}
	c := comparison{year: year, lost: map[string]int{}, more: map[string]string{}, changed: map[string]string{}}
	n, alike, before := 0, 0, ""
	for s, err := range aact.Files(t.Context(), os.DirFS(dir), &notes) {
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
		c.id = s.ID
		c.compare(t, studies[s.ID], s.JSON)
	}
	if n != len(studies) {
		t.Errorf("%d studies, expected %d", n, len(studies))
	}
	t.Logf("%d of %d leaves of %d studies came back, %d of %d texts with line breaks as they were but for blank lines and quotation marks; %d of %d numbers of classes; %d studies have measures in a row that AACT cannot tell apart",
		c.same, c.all, n-alike, c.broken-c.otherwise, c.broken, c.numbers, c.allNumbers, alike)
	t.Logf("%d of %d line breaks came back", c.breaks-c.kept, c.breaks)
	if alike > n/50 {
		t.Errorf("%d of %d studies have measures that cannot be told apart", alike, n)
	}
	if c.kept*100 > c.breaks || notes.LineBreaks == 0 {
		t.Errorf("%d of %d line breaks did not come back", c.kept, c.breaks)
	}
	if (c.numbers == 0) != (year < 2022) {
		t.Errorf("%d numbers of classes in an export of %d", c.numbers, year)
	}
	unsaid := unsaid(t, &notes)
	for path, count := range c.lost {
		if !unsaid[path] {
			t.Errorf("%s: %d lost", path, count)
		}
	}
	for path, value := range c.changed {
		t.Errorf("%s: %s", path, value)
	}
	for path, value := range c.more {
		t.Errorf("%s: %s is not in the study", path, value)
	}
}

// comparison counts what came back of studies.
type comparison struct {
	id                           string
	year                         int
	same, all, broken, otherwise int
	// breaks are line breaks, and kept those that are a tilde still, as they may be
	// one.
	breaks, kept int
	// numbers are those analysed in classes of the baseline: an export has those
	// that differ from the whole baseline's, of groups with a measurement.
	numbers, allNumbers int
	lost                map[string]int
	more, changed       map[string]string
}

const classDenoms = "resultsSection.baselineCharacteristicsModule.measures.classes.denoms"

// classNumber finds the class, and the list and the place in it of a number.
var classNumber = regexp.MustCompile(`^(resultsSection\.baselineCharacteristicsModule\.measures\[\d+\]\.classes\[\d+\])(\.denoms\[\d+\])(\.counts\[\d+\])\.value$`)

// classNumbers are the numbers of groups in classes, by class, units and group.
func classNumbers(leaves map[string]string) map[string]string {
	out := map[string]string{}
	for path, value := range leaves {
		if m := classNumber.FindStringSubmatch(path); m != nil {
			denom := m[1] + m[2]
			out[m[1]+" "+leaves[denom+".units"]+" "+leaves[denom+m[3]+".groupId"]] = value
		}
	}
	return out
}

// blankLines are what an export loses of line breaks.
var blankLines = regexp.MustCompile(`\n\s`)

func (c *comparison) compare(t testing.TB, want, got []byte) {
	t.Helper()
	one, two := leaves(t, want), leaves(t, got)
	numbers, theirs := classNumbers(one), classNumbers(two)
	for at, n := range theirs {
		if numbers[at] != n {
			c.more[classDenoms] = fmt.Sprintf("%s %s of %s", at, n, c.id)
		}
	}
	c.numbers, c.allNumbers = c.numbers+len(theirs), c.allNumbers+len(numbers)
	for path, x := range one {
		field := index.ReplaceAllString(path, "")
		if strings.HasPrefix(field, classDenoms) {
			continue
		}
		y, there := two[path]
		numbers := alwaysNumeric.MatchString(field) || c.year < 2023 && numeric.MatchString(field)
		c.all++
		switch {
		case !there && numbers && plain(x, true) == plain(x, false): // it may be no number
			if _, err := strconv.ParseFloat(strings.TrimLeft(x, "<>="), 64); err == nil {
				c.lost[field]++
			}
		case !there:
			c.lost[field]++
		case plain(x, numbers) != plain(y, numbers):
			c.changed[field] = fmt.Sprintf("%.200q, expected %.200q in %s", y, x, c.id)
		default:
			c.same++
		}
		if strings.Contains(x, "\n") {
			c.broken++
			want := strings.ReplaceAll(blankLines.ReplaceAllString(x, "\n"), `"`, "")
			breaks, back := strings.Count(want, "\n"), strings.Count(y, "\n")
			c.breaks, c.kept = c.breaks+breaks, c.kept+max(0, breaks-back)
			if want != y {
				c.otherwise++
			}
			if back > breaks {
				c.changed[field] = fmt.Sprintf("%.200q has more line breaks than %.200q in %s", y, want, c.id)
			}
		}
	}
	for path, y := range two {
		field := index.ReplaceAllString(path, "")
		if c.year < 2024 && strings.HasSuffix(field, ".patientRegistry") && y == "false" {
			continue // what is no registry is not said to be one, as in classic XML
		}
		if _, ok := one[path]; !ok && !strings.HasPrefix(field, classDenoms) {
			c.more[field] = fmt.Sprintf("%.200q of %s", y, c.id)
		}
	}
}
