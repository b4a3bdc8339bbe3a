package mapping_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/record"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
)

// TestRestoreRealStudies converts each real study and restores it from its own
// graph: the JSON is the same but for the order of keys.
func TestRestoreRealStudies(t *testing.T) {
	e := engine(t, nil)
	c := e.NewConverter()
	for name, data := range sampled(t, 100) {
		var out mapping.Output
		if err := c.Convert(data, &out); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		checkRestored(t, name, data, out.Record)
	}
}

func TestRestoreSyntheticStudies(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "testdata", "studies", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d synthetic studies, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		record := convert(t, nil, data).Record
		checkRestored(t, file, data, record)
		checkSameBytes(t, file, quadsOf(t, record))
	}
}

// checkSameBytes restores a graph again and again: the bytes are the same.
func checkSameBytes(t *testing.T, name string, quads []rdf.Quad) {
	t.Helper()
	first, err := mapping.Restore(quads)
	for range 5 {
		again, errAgain := mapping.Restore(quads)
		if err != nil || errAgain != nil || !bytes.Equal(first, again) {
			t.Fatalf("%s: the same graph gives other bytes: %v, %v", name, err, errAgain)
		}
	}
}

// numbers brings the numbers of a value into one spelling: an exponent is
// written out.
func numbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			v[k] = numbers(x)
		}
	case []any:
		for i, x := range v {
			v[i] = numbers(x)
		}
	case json.Number:
		if r, ok := new(big.Rat).SetString(v.String()); ok && len(v) < 10000 {
			return r.RatString()
		}
	}
	return v
}

// difference returns the first place where two values differ.
func difference(a, b any, at string) (place string, inA, inB any) {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return at + "{}", a, b
		}
		for k := range x {
			if place, p, q := difference(x[k], y[k], at+"/"+k); place != "" {
				return place, p, q
			}
		}
		return "", nil, nil
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return at + "[]", a, b
		}
		for i := range x {
			if place, p, q := difference(x[i], y[i], fmt.Sprintf("%s/%d", at, i)); place != "" {
				return place, p, q
			}
		}
		return "", nil, nil
	}
	if a != b {
		return at + " ", a, b
	}
	return "", nil, nil
}

func checkRestored(t *testing.T, name string, data, record []byte) {
	t.Helper()
	back, err := mapping.Restore(quadsOf(t, record))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if at, want, got := difference(numbers(decode(t, data)), numbers(decode(t, back)), ""); at != "" {
		t.Errorf("%s: restored record differs at %s: got %.200v, want %.200v", name, at, got, want)
	}
}

func TestRestoreWhatTheModelHasNoPlaceFor(t *testing.T) {
	const id = `"protocolSection":{"identificationModule":{"nctId":"NCT99990001"}`
	for _, study := range []string{
		`{` + id + `}}`,
		`{` + id + `,"newModule":{}}}`,
		`{` + id + `,"newModule":{"a":1,"bC":[true,"x"],"d_e":["one"],"f":{"g":[{"h":null},{"h":[1,2.50]}]}}}}`,
		`{` + id + `,"designModule":{"studyType":["A","B","A"],"enrollmentInfo":{"count":"12"}}}}`,
		`{` + id + `,"conditionsModule":{"conditions":[],"keywords":["b","a","b"]}}}`,
		`{` + id + `},"newSection":[[1],{"a":2},"b"],"hasResults":"yes"}`,
		`{` + id + `},"resultsSection":{"outcomeMeasuresModule":{"outcomeMeasures":[{"classes":[{"title":"T","x":1},{},{"categories":[{"title":"C"},{"title":"D","measurements":[{"groupId":"OG001","value":"1"},{"groupId":"OG000"}]}]}],"denoms":[{"units":"Eyes"},{"units":"U","counts":[{"groupId":"OG000","value":"1,000"}]},{"units":"V","counts":[]}]}]}}}`,
	} {
		checkRestored(t, study, []byte(study), convert(t, nil, []byte(study)).Record)
	}
}

// TestRestoreOddShapes: what RDF cannot tell apart comes back as it was, from
// either engine.
func TestRestoreOddShapes(t *testing.T) {
	file, err := os.ReadFile("../testdata/restore/shapes.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	e := engine(t, nil)
	gold := e.NewReference()
	for line := range bytes.Lines(file) {
		record := convert(t, nil, line).Record
		checkRestored(t, string(line), line, record)
		var out mapping.Output
		if err := gold.Convert(line, &out); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(sortedLines(out.Record), sortedLines(record)); diff != "" {
			t.Errorf("%s: the engines differ:\n%s", line, diff)
		}
	}
}

func sortedLines(b []byte) []string {
	lines := strings.Split(string(b), "\n")
	slices.Sort(lines)
	return lines
}

// TestRestoreMutants changes studies by chance; whatever can be converted comes
// back.
func TestRestoreMutants(t *testing.T) {
	files, err := filepath.Glob("../testdata/studies/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d synthetic studies, %v", len(files), err)
	}
	e := engine(t, nil)
	c, done := e.NewConverter(), 0
	mutants := portion.Count(100, 1500)
	for seed := range uint64(mutants) {
		data, err := os.ReadFile(files[seed%uint64(len(files))])
		if err != nil {
			t.Fatal(err)
		}
		data = record.Mutate(data, seed, "")
		var out mapping.Output
		if c.Convert(data, &out) != nil {
			continue // it is not a study any more
		}
		done++
		checkRestored(t, fmt.Sprintf("seed %d", seed), data, out.Record)
	}
	if done < mutants*2/3 {
		t.Errorf("%d mutants are studies", done)
	}
}

// TestRestoreCut: a graph that is cut behind a line is refused where that can be
// seen, and else the record is not the whole of what was converted, by its hash.
func TestRestoreCut(t *testing.T) {
	data := studyOf(`,"statusModule":{"startDateStruct":{"date":"2020-01"}},"conditionsModule":{"conditions":["Asthma"]},"contactsLocationsModule":{"centralContacts":[{"name":"A. Person","email":"a@example.org"}]}`,
		`,"derivedSection":{"miscInfoModule":{"versionHolder":"2026-11-20"}}`)
	for name, o := range map[string]*mapping.Options{"all": nil, "nothing computed": {NoComputed: true}, "no contacts": {Without: []string{"contacts"}}} {
		quads := quadsOf(t, convert(t, o, data).Record)
		record := slices.IndexFunc(quads, func(q rdf.Quad) bool { return strings.HasSuffix(q.Subject.Value, "#record") })
		for n := 1; n <= len(quads); n++ {
			for _, graphs := range []bool{true, false} {
				got, fault := restoreEach(quads[:n], graphs)
				seen := fault != nil || len(got) == 0 || got[0].Partial
				switch {
				case n <= record && (n > 2 || graphs) && fault == nil:
					t.Errorf("%s, graphs %t: %d of %d quads are a study", name, graphs, n, len(quads))
				case n > record && n < len(quads)-4 && name == "all" && !seen:
					t.Errorf("%s, graphs %t: %d of %d quads are a whole study", name, graphs, n, len(quads))
				case n == len(quads) && (fault != nil || len(got) != 1 || got[0].Partial != (name == "no contacts")):
					t.Errorf("%s, graphs %t: %v, %v", name, graphs, got, fault)
				}
			}
		}
	}
	core := quadsOf(t, convert(t, &mapping.Options{Profile: mapping.Core}, data).Record)
	if _, err := mapping.Restore(core); err != nil {
		t.Errorf("the profile core: %v", err)
	}
}

// restoreEach restores quads, in their graphs or in none.
func restoreEach(quads []rdf.Quad, graphs bool) (out []mapping.Restored, fault error) {
	for r, err := range mapping.RestoreEach(func(yield func(rdf.Quad, error) bool) {
		for _, q := range quads {
			if !graphs {
				q.Graph = rdf.Term{}
			}
			if !yield(q, nil) {
				return
			}
		}
	}) {
		if fault = err; err == nil {
			out = append(out, r)
		}
	}
	return out, fault
}

// TestRestoreTwoRecords: a graph into which two records were put is refused, and
// one that has its lines twice is not.
func TestRestoreTwoRecords(t *testing.T) {
	one := []byte(`{"protocolSection":{"identificationModule":{"nctId":"NCT99990001","briefTitle":"One"}}}`)
	other := []byte(`{"protocolSection":{"identificationModule":{"nctId":"NCT99990001","briefTitle":"Other"}}}`)
	quads := quadsOf(t, convert(t, nil, one).Record)
	if back, err := mapping.Restore(append(quads, quads...)); err != nil || !bytes.Equal(back, one) {
		t.Errorf("%s, %v", back, err)
	}
	both := append(quadsOf(t, convert(t, nil, other).Record), quads...)
	without := slices.DeleteFunc(slices.Clone(both), func(q rdf.Quad) bool { return strings.HasSuffix(q.Predicate.Value, "content_hash") })
	for want, quads := range map[string][]rdf.Quad{"2 values of tw:content_hash": both, `2 values of schema:name, "One" and "Other" among them`: without} {
		if _, err := mapping.Restore(quads); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, expected %s", err, want)
		}
	}
}

func ExampleRestore() {
	study := []byte(`{"protocolSection":{"identificationModule":{"nctId":"NCT99990001","briefTitle":"A study"}}}`)
	engine, err := mapping.NewEngine(nil)
	if err != nil {
		panic(err)
	}
	var out mapping.Output
	if err := engine.NewConverter().Convert(study, &out); err != nil {
		panic(err)
	}
	var quads []rdf.Quad
	for q := range rdf.Read(bytes.NewReader(out.Record), rdf.NQuads, nil) {
		quads = append(quads, q)
	}
	back, err := mapping.Restore(quads)
	fmt.Println(string(back), err, json.Valid(back))
	// Output: {"protocolSection":{"identificationModule":{"nctId":"NCT99990001","briefTitle":"A study"}}} <nil> true
}
