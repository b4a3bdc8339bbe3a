package mapping_test

import (
	"bytes"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// named is a study and the name of its file.
type named struct {
	name string
	data []byte
}

// fixtures returns the synthetic studies of the project.
func fixtures(t testing.TB) []named {
	t.Helper()
	return append(studiesIn(t, "../testdata/studies"), readStudy(t, "../testdata/sample.json"))
}

func studiesIn(t testing.TB, dir string) []named {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "NCT*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no studies in %s: %v", dir, err)
	}
	var out []named
	for _, f := range files {
		out = append(out, readStudy(t, f))
	}
	return out
}

func readStudy(t testing.TB, file string) named {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return named{filepath.Base(file), data}
}

// full reports whether tests go through all of the real studies, or a sample.
func full() bool { return portion.Full() }

// sampled yields each nth real study, or all of them where TRIALWEAVE_FULL is set.
func sampled(t testing.TB, nth int) func(func(string, []byte) bool) {
	t.Helper()
	return chosen(t, func(i int, _ string) bool { return i%nth == nth-1 || full() })
}

// enginesMade are the engines of options, which do not change.
var enginesMade sync.Map

// engine is that of options, which is made once.
func engine(t testing.TB, o *mapping.Options) *mapping.Engine {
	t.Helper()
	key := "the default"
	if o != nil {
		key = fmt.Sprintf("%+v", *o)
	}
	if e, ok := enginesMade.Load(key); ok {
		return e.(*mapping.Engine)
	}
	e, err := mapping.NewEngine(o)
	if err != nil {
		t.Fatal(err)
	}
	enginesMade.Store(key, e)
	return e
}

func quadsOf(t testing.TB, lines []byte) []rdf.Quad {
	t.Helper()
	var out []rdf.Quad
	for q, err := range rdf.Read(bytes.NewReader(lines), rdf.NQuads, nil) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, q)
	}
	return out
}

// coverage is what a set of studies holds.
type coverage struct {
	leaves, codes map[string]bool
	texts         map[model.Kind]map[string]bool
	recordEmpty   map[string]bool
}

func newCoverage() *coverage {
	return &coverage{map[string]bool{}, map[string]bool{}, map[model.Kind]map[string]bool{}, map[string]bool{}}
}

func (c *coverage) walk(f *model.Field, v any) {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			c.recordEmpty["{}"] = true
		}
		for key, x := range v {
			if child := f.Child(key); child != nil {
				c.walk(child, x)
			} else {
				c.unknown(x)
			}
		}
	case []any:
		if len(v) == 0 {
			c.recordEmpty["[]"] = true
		}
		for _, x := range v {
			c.walk(f, x)
		}
	case nil:
		c.recordEmpty["null"] = true
	default:
		c.leaf(f, v)
	}
}

func (c *coverage) leaf(f *model.Field, v any) {
	if !f.Leaf() {
		c.recordEmpty["a "+string(f.Kind)+" that is a scalar"] = true
		return
	}
	c.leaves[f.Path] = true
	s, ok := v.(string)
	if !ok {
		return
	}
	if c.texts[f.Kind] == nil {
		c.texts[f.Kind] = map[string]bool{}
	}
	c.texts[f.Kind][s] = true
	if f.Kind == model.Enum {
		c.codes[f.Enum+" "+s] = true
	}
	if f.Path == "resultsSection.outcomeMeasuresModule.outcomeMeasures.dispersionType" {
		c.codes["dispersion label "+s] = true
	}
}

func (c *coverage) unknown(v any) {
	switch v.(type) {
	case map[string]any:
		c.recordEmpty["unknown object"] = true
	case []any:
		c.recordEmpty["unknown list"] = true
	default:
		c.recordEmpty["unknown scalar"] = true
	}
}

// TestFixturesCoverTheModel: the synthetic studies together hold every leaf,
// every code, every precision of a date, and every odd form of a number.
func TestFixturesCoverTheModel(t *testing.T) {
	c := newCoverage()
	for _, f := range fixtures(t) {
		c.walk(model.Default().Root, decode(t, f.data))
	}
	for _, f := range model.Default().Fields {
		if f.Leaf() && !c.leaves[f.Path] {
			t.Errorf("no fixture has %s", f.Path)
		}
	}
	for _, x := range model.Default().Concepts {
		if !c.codes[x.Scheme+" "+x.Code] {
			t.Errorf("no fixture has %s %s", x.Scheme, x.Code)
		}
	}
	for kind, forms := range oddForms() {
		for _, s := range forms {
			if !c.texts[kind][s] {
				t.Errorf("no fixture has the %s %q", kind, s)
			}
		}
	}
	for _, what := range []string{"{}", "[]", "null", "unknown scalar", "unknown list", "unknown object", "a node that is a scalar", "a nodes that is a scalar"} {
		if !c.recordEmpty[what] {
			t.Errorf("no fixture has %s", what)
		}
	}
}

// oddForms are the spellings that fixtures must hold, by kind.
func oddForms() map[model.Kind][]string {
	return map[model.Kind][]string{
		model.PartialDate: {"2019", "2020-02-03", "2024-05", "2024-02-29", "2023-02-30", "May 2020", "0000-01"},
		model.Date:        {"2020-01-05", "2019-07", "sometime"},
		model.DateTime:    {"2023-05-30T09:41", "2020-01-01"},
		model.Age:         {"18 Years", "1 Year", "6 Months", "2 Weeks", "10 Days", "1 Day", "12 Hours", "30 Minutes", "N/A"},
		model.NumText: {
			"0,3139", "-0,083", "12,5", "1,234", "12,345.6", "1,234,567", "1,2,3", "NA", "NE", "<0.1", "≤ 5", "≥ 10",
			"+3.5", ".5", "5.", "-.25", "007", "1e5", "", " 12 ", "1 234", "12%", "-0", "1.2.3", "１２", "½", "Infinity", "NaN",
		},
		model.PValue: {"<0.001", "≤0.05", "≥0.9", "<=0.01", ">= 0.2", "= 0.03", "1", "1.0", "0", ".04", "1.2", "41", "-0.5", "0,03", "NS", ""},
	}
}

// TestFixturesAreMarkedAsSynthetic: nobody can take a fixture for a record.
func TestFixturesAreMarkedAsSynthetic(t *testing.T) {
	for _, f := range fixtures(t) {
		id := decode(t, f.data)["protocolSection"].(map[string]any)["identificationModule"].(map[string]any)
		title, _ := id["briefTitle"].(string)
		number, _ := id["nctId"].(string)
		if !strings.HasPrefix(title, "Synthetic ") || !strings.HasPrefix(number, "NCT9999") || f.name != "sample.json" && f.name != number+".json" {
			t.Errorf("%s: number %q, title %q", f.name, number, title)
		}
	}
}

// TestNoRealStudyHasANumberOfOurs looks for the numbers of the fixtures among
// the names of the real studies, and in the texts of a sample.
func TestNoRealStudyHasANumberOfOurs(t *testing.T) {
	names := []string{}
	for range chosen(t, func(_ int, name string) bool {
		if strings.HasPrefix(name, "NCT9999") {
			names = append(names, name)
		}
		return false
	}) {
		t.Fatal("a study was chosen")
	}
	for name, data := range sampled(t, 80) {
		if bytes.Contains(data, []byte(`"NCT9999`)) {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		t.Errorf("%v", slices.Compact(names))
	}
}

// strange is the fixture whose keys and types the model does not know.
const strange = "NCT99990007.json"

// TestLeafAccountingOfFixtures: every leaf of every fixture is carried under
// its own property, as often as it occurs.
func TestLeafAccountingOfFixtures(t *testing.T) {
	c := engine(t, nil).NewConverter()
	for _, f := range fixtures(t) {
		if f.name == strange {
			continue
		}
		var out mapping.Output
		if err := c.Convert(f.data, &out); err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		got, _ := carried(t, out.Record)
		for _, m := range missing(leaves(t, decode(t, f.data)), got) {
			t.Errorf("%s: %s", f.name, m)
		}
	}
}

// TestNothingStrangeIsDropped: where the model knows neither key nor type, each
// value is in the record's graph all the same, as often as it occurs.
func TestNothingStrangeIsDropped(t *testing.T) {
	data := readStudy(t, "../testdata/studies/"+strange).data
	got, _ := carried(t, convert(t, nil, data).Record)
	found := map[string]int{}
	for l, n := range got {
		if l.class == "*" {
			found[plainNumber(l.value)] += n
		}
	}
	want := map[string]int{}
	scalars(decode(t, data), want)
	for v, n := range want {
		if found[v] < n {
			t.Errorf("%q: %d times in the record, %d in the graph", v, n, found[v])
		}
	}
}

// scalars counts the values of a record, whatever their keys.
func scalars(v any, into map[string]int) {
	switch v := v.(type) {
	case map[string]any:
		for _, x := range v {
			scalars(x, into)
		}
	case []any:
		for _, x := range v {
			scalars(x, into)
		}
	case nil:
	default:
		into[plainNumber(spoken(&model.Field{}, v))]++
	}
}

// plainNumber writes a number without an exponent; anything else stays.
func plainNumber(s string) string {
	if r, ok := new(big.Rat).SetString(s); ok && !strings.Contains(s, "/") {
		return r.RatString()
	}
	return s
}
