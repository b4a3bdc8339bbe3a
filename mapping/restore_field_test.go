package mapping_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/record"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// leafValues lists the values of a record by the path of their field.
func leafValues(t *testing.T, text []byte) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for p, v := range record.Leaves(decode(t, text)) {
		out[p.Path] = append(out[p.Path], textOf(v))
	}
	for _, values := range out {
		slices.Sort(values)
	}
	return out
}

func textOf(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return strings.TrimSpace(strings.ReplaceAll(strings.Trim(jsonText(v), `"`), "\n", ""))
}

// TestAPredicateIsAField takes each predicate in turn out of the graph of a
// finished trial: what its fields said is gone from the restored record, and
// nothing else. So no literal holds more than one leaf, and none is said twice.
func TestAPredicateIsAField(t *testing.T) {
	data, err := os.ReadFile("../testdata/studies/NCT99990001.json")
	if err != nil {
		t.Fatal(err)
	}
	quads := quadsOf(t, convert(t, nil, data).Record)
	whole := leafValues(t, data)
	fields := map[string][]string{} // the paths of a property
	leads := map[string]bool{}      // properties that lead to nodes
	for _, f := range model.Default().Fields {
		switch {
		case f.Leaf():
			fields[model.Expand(f.Property)] = append(fields[model.Expand(f.Property)], f.Path)
		case f.Property != "":
			leads[model.Expand(f.Property)] = true
		}
	}
	taken, nth := 0, 0
	for predicate, paths := range fields {
		without := slices.DeleteFunc(slices.Clone(quads), func(q rdf.Quad) bool { return q.Predicate.Value == predicate })
		if len(without) == len(quads) || leads[predicate] || predicate == model.NSRegistry+"nct_id" {
			continue
		}
		if nth++; nth%portion.Count(5, 1) != 0 {
			continue
		}
		taken++
		back, err := mapping.Restore(without)
		if err != nil {
			t.Errorf("without %s: %v", predicate, err)
			continue
		}
		left := leafValues(t, back)
		for path, values := range whole {
			if mine := slices.Contains(paths, path); mine != !slices.Equal(values, left[path]) {
				t.Errorf("without %s: %s is %q, and was %q", predicate, path, left[path], values)
			}
		}
	}
	if taken < portion.Count(40, 200) {
		t.Errorf("only %d predicates were taken out", taken)
	}
}

func jsonText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
