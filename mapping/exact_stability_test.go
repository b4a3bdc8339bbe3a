package mapping_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// shuffled writes a record with the keys of every object in another order.
func shuffled(v any, rnd *rand.Rand) []byte {
	switch v := v.(type) {
	case map[string]any:
		keys := []string{}
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		rnd.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		var members [][]byte
		for _, k := range keys {
			members = append(members, append(append(shuffled(k, rnd), ':'), shuffled(v[k], rnd)...))
		}
		return append(append([]byte("{"), bytes.Join(members, []byte(","))...), '}')
	case []any:
		var items [][]byte
		for _, x := range v {
			items = append(items, shuffled(x, rnd))
		}
		return append(append([]byte("["), bytes.Join(items, []byte(" , "))...), ']')
	}
	out, err := json.Marshal(v)
	if err != nil {
		panic(err) // a value that was decoded from JSON
	}
	return out
}

// TestStability: converting a study twice, shuffling its keys, or changing only
// versionHolder changes no IRI and no content hash.
func TestStability(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, f := range fixtures(t) {
		stable(t, f, rnd)
	}
}

func TestStabilityOfRealStudies(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for name, data := range sampled(t, 400) {
		stable(t, named{name, data}, rnd)
	}
}

func stable(t *testing.T, f named, rnd *rand.Rand) {
	t.Helper()
	first := convert(t, nil, f.data)
	if again := convert(t, nil, f.data); !bytes.Equal(again.Record, first.Record) || !bytes.Equal(again.Shared, first.Shared) {
		t.Errorf("%s: a second time gives other bytes", f.name)
	}
	record := decode(t, f.data)
	if other := convert(t, nil, shuffled(record, rnd)); !sameSet(other.Record, first.Record) || !sameSet(other.Shared, first.Shared) {
		t.Errorf("%s: other bytes with the keys in another order", f.name)
	}
	misc, ok := at(record, "derivedSection", "miscInfoModule").(map[string]any)
	if !ok {
		return
	}
	misc["versionHolder"] = "2027-01-02"
	later := convert(t, nil, shuffled(record, rnd))
	known := map[string]bool{}
	for line := range strings.Lines(string(first.Record)) {
		known[line] = true
	}
	for line := range strings.Lines(string(later.Record)) {
		if !known[line] && !strings.Contains(line, "version_holder") && !strings.Contains(line, "unmapped_") {
			t.Errorf("%s: with another versionHolder there is %s", f.name, line)
		}
	}
}

func at(v any, keys ...string) any {
	for _, k := range keys {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}

func sameSet(a, b []byte) bool {
	sorted := func(b []byte) []string { return slices.Sorted(strings.Lines(string(b))) }
	return slices.Equal(slices.Compact(sorted(a)), slices.Compact(sorted(b)))
}

// TestUnchangedNodesKeepTheirIRIs: of two versions of a real record, the arms,
// outcomes, locations and contacts that say the same have the same IRI.
func TestUnchangedNodesKeepTheirIRIs(t *testing.T) {
	older, err := filepath.Glob(filepath.Join(w3c.Dir(t, "data/v2-older"), "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	newer := map[string][]byte{}
	isOlder := func(_ int, name string) bool {
		return slices.ContainsFunc(older, func(file string) bool {
			id, _, _ := strings.Cut(filepath.Base(file), ".")
			return id == strings.TrimSuffix(name, ".json")
		})
	}
	for name, data := range chosen(t, isOlder) {
		newer[strings.TrimSuffix(name, ".json")] = data
	}
	kept := map[string]int{}
	for _, file := range older {
		id, _, _ := strings.Cut(filepath.Base(file), ".")
		if newer[id] == nil {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		before, after := described(t, data), described(t, newer[id])
		for what, iris := range before {
			if slices.Equal(iris, after[what]) {
				kept[what[:strings.IndexByte(what, ' ')]]++
			} else if after[what] != nil && len(iris) == len(after[what]) {
				t.Errorf("%s: %v became %v: %s", id, iris, after[what], what)
			}
		}
	}
	t.Logf("kept: %v", kept)
	for _, class := range []string{"ArmGroup", "Outcome", "Location", "Contact", "Intervention", "Official"} {
		if kept[class] == 0 {
			t.Errorf("no %s is the same in two versions", class)
		}
	}
}

// described maps what the record says of a node to the IRIs of such nodes.
func described(t *testing.T, data []byte) map[string][]string {
	t.Helper()
	says := map[string][]string{}
	classes := map[string]string{}
	for _, q := range quadsOf(t, convert(t, nil, data).Record) {
		class, ours := strings.CutPrefix(q.Object.Value, model.NSRegistry)
		switch {
		case q.Predicate.Value == rdf.RDFType && ours:
			classes[q.Subject.Value] = class
		case q.Object.Kind == rdf.LiteralTerm && q.Predicate.Value != model.NSRegistry+"order":
			says[q.Subject.Value] = append(says[q.Subject.Value], q.Predicate.Value+" "+q.Object.Value)
		}
	}
	out := map[string][]string{}
	for iri, lines := range says {
		slices.Sort(lines)
		what := classes[iri] + " " + place(iri, classes) + strings.Join(lines, "\n")
		out[what] = append(out[what], iri)
		slices.Sort(out[what])
	}
	for what := range out {
		switch what[:strings.IndexByte(what, ' ')] {
		case "ArmGroup", "Outcome", "Location", "Contact", "Intervention", "Official":
		default:
			delete(out, what)
		}
	}
	return out
}

// place tells contacts of different locations apart: by the IRI without the
// part of the contact itself.
func place(iri string, classes map[string]string) string {
	if classes[iri] != "Contact" {
		return ""
	}
	before, _, _ := strings.Cut(iri, "-contact-")
	return before
}
