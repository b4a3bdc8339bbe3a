package mapping_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// placed is what reifiers say of the statements of a study.
type placed struct {
	plain    []string // lines that are not of reifiers, sorted
	pointers map[string][]string
	versions map[string]bool
}

const (
	reifies = "<" + rdf.RDFReifies + ">"
	from    = model.NSTool + "from"
)

func placedOf(t testing.TB, lines []byte) placed {
	t.Helper()
	out := placed{pointers: map[string][]string{}, versions: map[string]bool{}}
	places := map[string]string{}
	reified := map[string][]string{}
	for q, err := range rdf.Read(bytes.NewReader(lines), rdf.NQuads, &rdf.ReadOptions{Version: rdf.RDF12}) {
		if err != nil {
			t.Fatal(err)
		}
		switch r := q.Subject.Value; {
		case q.Object.Kind == rdf.TripleTerm:
			s, p, o, _ := q.Object.Triple()
			reified[r] = append(reified[r], string(rdf.AppendQuad(nil, rdf.Quad{Subject: s, Predicate: p, Object: o, Graph: q.Graph})))
		case q.Predicate.Value == from:
			if _, twice := places[r]; twice {
				t.Fatalf("%s has two places", r)
			}
			places[r] = q.Object.Value
		case q.Predicate.Value == model.Expand("prov:wasDerivedFrom"):
			out.versions[q.Object.Value] = true
		default:
			out.plain = append(out.plain, string(rdf.AppendQuad(nil, q)))
		}
	}
	for r, statements := range reified {
		at, ok := places[r]
		if !ok {
			t.Fatalf("%s has no place", r)
		}
		for _, s := range statements {
			out.pointers[s] = append(out.pointers[s], at)
		}
	}
	slices.Sort(out.plain)
	return out
}

// resolve follows a JSON Pointer.
func resolve(t testing.TB, record any, pointer string) any {
	t.Helper()
	if pointer == "" {
		return record
	}
	for token := range strings.SplitSeq(pointer[1:], "/") {
		switch v := record.(type) {
		case map[string]any:
			x, ok := v[source.UnescapePointer(token)]
			if !ok {
				t.Fatalf("%s leads nowhere at %s", pointer, token)
			}
			record = x
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i >= len(v) {
				t.Fatalf("%s leads nowhere at %s", pointer, token)
			}
			record = v[i]
		default:
			t.Fatalf("%s leads into a value at %s", pointer, token)
		}
	}
	return record
}

// pathOf is the dotted path of a pointer, without places in lists.
func pathOf(pointer string) string {
	var out []string
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if _, err := strconv.Atoi(token); err != nil {
			out = append(out, token)
		}
	}
	return strings.Join(out, ".")
}

// checkStatements converts a study with and without annotations, and checks each of
// them with the record.
func checkStatements(t *testing.T, name string, study []byte, with, without *mapping.Converter) {
	t.Helper()
	var got, want mapping.Output
	if err := without.Convert(study, &want); err != nil {
		return // the same error; see below
	}
	if err := with.Convert(study, &got); err != nil {
		t.Fatal(name, err)
	}
	if n := bytes.Count(got.Record, []byte("\n")); n != got.Quads {
		t.Errorf("%s: %d lines, counted as %d", name, n, got.Quads)
	}
	if !bytes.Equal(got.Shared, want.Shared) {
		t.Errorf("%s: other lines of the shared graph", name)
	}
	a := placedOf(t, got.Record)
	plain := strings.SplitAfter(string(want.Record), "\n")
	plain = slices.Sorted(slices.Values(plain[:len(plain)-1]))
	if !slices.Equal(a.plain, plain) {
		t.Fatalf("%s: the statements are not those of a run without annotations", name)
	}
	var record any
	d := json.NewDecoder(bytes.NewReader(study))
	d.UseNumber()
	if err := d.Decode(&record); err != nil {
		t.Fatal(err)
	}
	for _, q := range quadsOf(t, want.Record) {
		line := string(rdf.AppendQuad(nil, q))
		if len(a.pointers[line]) == 0 {
			t.Errorf("%s: no place of %s", name, line)
		}
		for _, pointer := range a.pointers[line] {
			checkPlace(t, name, q, pointer, resolve(t, record, pointer), len(want.Unknown) == 0)
		}
	}
	if len(a.pointers) != len(plain) {
		t.Errorf("%s: %d statements have places, expected %d", name, len(a.pointers), len(plain))
	}
}

// checkPlace holds that the place of a statement is one of a field that the
// tables give its property, and that it is the value itself where the tables say
// so. A record with values of another shape than the tables have is not known.
func checkPlace(t *testing.T, name string, q rdf.Quad, pointer string, value any, known bool) {
	t.Helper()
	m := model.Default()
	property := m.Compact(q.Predicate.Value)
	f := m.Field(pathOf(pointer))
	if f == nil || q.Predicate.Value == rdf.RDFType {
		return // of what the model does not know
	}
	for _, c := range m.Computed {
		if c.Property == property {
			return
		}
	}
	if strings.HasPrefix(property, "tw:order_of_") {
		if _, list := value.([]any); !list {
			t.Errorf("%s: %s comes from %s, which is no list", name, q, pointer)
		}
		return
	}
	mine := f.Property == property
	for _, d := range f.Derived() {
		mine = mine || d.Property == property
	}
	if !mine && known && f.Property != "" {
		t.Errorf("%s: %s comes from %s, whose field is %s", name, q, pointer, f.Property)
	}
	if f.Property != property || !f.Leaf() || f.Kind == model.GroupRef {
		return
	}
	text, ok := value.(string)
	if ok && q.Object.Value != text && strings.TrimSuffix(q.Object.Value, ":00") != text {
		t.Errorf("%s: %s comes from %s, where %q stands", name, q, pointer, text)
	}
	if b, ok := value.(bool); ok && q.Object.Value != strconv.FormatBool(b) {
		t.Errorf("%s: %s comes from %s, where %v stands", name, q, pointer, b)
	}
	switch value.(type) {
	case map[string]any, []any:
		t.Errorf("%s: %s comes from %s, where no single value stands", name, q, pointer)
	}
}

// TestStatements: an annotated study says what it says without annotations, and of
// each statement where it comes from, in real and synthetic studies under several
// options.
func TestStatements(t *testing.T) {
	for name, o := range map[string]mapping.Options{
		"default": {}, "history": {History: true}, "concepts": {Concepts: true, Without: []string{"browse"}}, "no calc": {NoComputed: true},
	} {
		t.Run(name, func(t *testing.T) {
			without := engine(t, &o).NewConverter()
			o.Statements = true
			with := engine(t, &o).NewConverter()
			for _, f := range portion.Of(fixtures(t), 5) {
				checkStatements(t, f.name, f.data, with, without)
			}
			for name, data := range sampled(t, 800) {
				checkStatements(t, name, data, with, without)
			}
		})
	}
}

// TestStatementsName: what reifies the statements of a value is named by the
// record and the place, and says the version where there is a date.
func TestStatementsName(t *testing.T) {
	c := engine(t, &mapping.Options{Statements: true}).NewConverter()
	study := `{"protocolSection":{"identificationModule":{"nctId":"NCT99990001"},"conditionsModule":{"keywords":["b","a","b"],"a/b %":"x"}%s}}`
	var dated, undated mapping.Output
	if err := c.Convert([]byte(strings.ReplaceAll(study, "%s", `,"statusModule":{"lastUpdatePostDateStruct":{"date":"2024-05-01"}}`)), &dated); err != nil {
		t.Fatal(err)
	}
	if err := c.Convert([]byte(strings.ReplaceAll(study, "%s", "")), &undated); err != nil {
		t.Fatal(err)
	}
	const record = "https://clinicaltrials.gov/study/NCT99990001#record"
	for _, line := range []string{
		`<` + record + `/protocolSection/conditionsModule/keywords/0> <` + from + `> "/protocolSection/conditionsModule/keywords/0" <` + record + `> .`,
		`<` + record + `/protocolSection/conditionsModule/keywords/2> ` + reifies + ` <<( <https://clinicaltrials.gov/study/NCT99990001> <https://schema.org/keywords> "b" )>> <` + record + `> .`,
		`<` + record + `:whole> <` + from + `> "" <` + record + `> .`,
		`<` + record + `/protocolSection/conditionsModule/a~1b%20%25> <` + from + `> "/protocolSection/conditionsModule/a~1b %" <` + record + `> .`,
	} {
		for _, out := range []mapping.Output{dated, undated} {
			if !strings.Contains(string(out.Record), line+"\n") {
				t.Errorf("no line %s in\n%s", line, out.Record)
			}
		}
	}
	version := placedOf(t, dated.Record).versions
	if len(version) != 1 || !version[record+"-2024-05-01"] {
		t.Errorf("versions %v", version)
	}
	if v := placedOf(t, undated.Record).versions; len(v) != 0 {
		t.Errorf("versions %v of a record without a date", v)
	}
}

// TestStatementsRefused: only the full profile with the bundled context knows the
// places.
func TestStatementsRefused(t *testing.T) {
	for _, o := range []mapping.Options{{Statements: true, Profile: mapping.Core}, {Statements: true, Context: []byte(`{"@context":{}}`)}} {
		if _, err := mapping.NewEngine(&o); err == nil || !strings.Contains(err.Error(), "full profile") {
			t.Errorf("%v", err)
		}
	}
}
