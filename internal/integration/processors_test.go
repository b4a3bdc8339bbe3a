//go:build integration

package integration

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/tools"
	"github.com/trialweave/trialweave/jsonld"
)

// annotateAll writes the annotated documents of all studies to a folder and
// returns what each must become.
func annotateAll(t *testing.T, dir string) map[string][]string {
	t.Helper()
	e, want := engine(t, nil), map[string][]string{}
	for _, file := range studies(t) {
		data := load(t, file)
		doc, err := e.Annotate(nil, data, jsonld.Inline)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		save(t, filepath.Join(dir, name+".jsonld"), doc)
		want[name] = convert(t, e, data)
	}
	return want
}

// TestAnyProcessor: the annotated studies, run through jsonld.js and pyld, give
// exactly our N-Quads.
func TestAnyProcessor(t *testing.T) {
	for _, processor := range []struct {
		name string
		run  func(dir string)
	}{
		{"jsonld.js", func(dir string) { tools.Run(t, node(t), "node", script(t, "tordf.js"), node(t), dir) }},
		{"pyld", func(dir string) { tools.Run(t, dir, python(t), script(t, "tordf.py"), dir) }},
	} {
		t.Run(processor.name, func(t *testing.T) {
			dir := t.TempDir()
			want := annotateAll(t, dir)
			processor.run(dir)
			for name, lost := range want {
				got := lines(t, load(t, filepath.Join(dir, name+".nq")))
				if diff := differences(lost, got); diff != "" {
					t.Errorf("%s: %s", name, diff)
				}
			}
			t.Logf("%d studies", len(want))
		})
	}
}

// object is a JSON object.
type object = map[string]any

// TestTheContextIsTheDefinition: in jsonld.js too, taking a term out of the
// context takes its triples out of the output of the fixtures.
func TestTheContextIsTheDefinition(t *testing.T) {
	dir := t.TempDir()
	e := engine(t, &jsonld.Options{Concepts: true})
	var graphs []any
	files, err := filepath.Glob("../../testdata/studies/NCT9999000*.json")
	if err != nil {
		t.Fatal(err)
	}
	// The last one has the fields that only classic XML has.
	for _, file := range append(files, "../../testdata/studies/NCT99990010.json", "../../testdata/studies/NCT99990131.json") {
		text, err := e.Annotate(nil, load(t, file), jsonld.NoContext)
		if err != nil {
			t.Fatal(err)
		}
		var doc object
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		graphs = append(graphs, doc["@graph"].([]any)...)
	}
	text, err := json.Marshal(graphs)
	if err != nil {
		t.Fatal(err)
	}
	save(t, filepath.Join(dir, "graphs.json"), text)
	save(t, filepath.Join(dir, "context.json"), jsonld.BundledContext())
	tools.Run(t, node(t), "node", script(t, "terms.js"), node(t), dir)
	var lost map[string]int
	if err := json.Unmarshal(load(t, filepath.Join(dir, "lost.json")), &lost); err != nil {
		t.Fatal(err)
	}
	for _, term := range slices.Sorted(maps.Keys(lost)) {
		if lost[term] == 0 {
			t.Errorf("%s: jsonld.js loses nothing without it", term)
		}
	}
	t.Logf("%d terms", len(lost))
}
