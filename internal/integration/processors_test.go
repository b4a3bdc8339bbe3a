//go:build integration

package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/record"
	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/study"
)

// processors read each *.jsonld of a folder and write N-Quads beside it.
var processors = []struct {
	name string
	run  func(t *testing.T, dir string)
}{
	{"json-gold", jsonGold},
	{"jsonld.js", func(t *testing.T, dir string) {
		tools.Run(t, node(t), "node", script(t, "tordf_jsonld.js"), node(t), dir)
	}},
	{"jsonld-streaming-parser", func(t *testing.T, dir string) {
		tools.Run(t, node(t), "node", script(t, "tordf_streaming.js"), node(t), dir)
	}},
	{"pyld", func(t *testing.T, dir string) { tools.Run(t, dir, python(t), script(t, "tordf_pyld.py"), dir) }},
	{"pyoxigraph", func(t *testing.T, dir string) { tools.Run(t, dir, python(t), script(t, "tordf_pyoxigraph.py"), dir) }},
	{"rdflib", func(t *testing.T, dir string) { tools.Run(t, dir, python(t), script(t, "tordf_rdflib.py"), dir) }},
	{"titanium", func(t *testing.T, dir string) {
		java(t, jars(t, "titanium", "titanium-json-ld-1.7.0.jar"), "ToRdfTitanium.java", dir)
	}},
	{"jena", func(t *testing.T, dir string) { java(t, jenaDir(t), "ToRdfJena.java", dir) }},
	{"rdf4j", func(t *testing.T, dir string) {
		java(t, rdf4jDir(t), "ToRdfRdf4j.java", dir)
	}},
}

func jsonGold(t *testing.T, dir string) {
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonld"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		var out []byte
		for q, err := range jsonld.ReadDocument(bytes.NewReader(load(t, file)), file, "") {
			if err != nil {
				t.Fatal(err)
			}
			out = rdf.AppendQuad(out, q)
		}
		save(t, strings.TrimSuffix(file, ".jsonld")+".nq", out)
	}
}

// TestEveryProcessor: every processor reads from every form of JSON-LD that is
// written exactly the quads that convert writes: of the fixtures, of the golden
// studies, and of mutants of both. TRIALWEAVE_SOAK makes it 500 mutants, and
// TRIALWEAVE_SEED others.
func TestEveryProcessor(t *testing.T) {
	mutants := 30
	if os.Getenv("TRIALWEAVE_SOAK") != "" {
		mutants = 500
	}
	seed, dir := fromEnv(t, "TRIALWEAVE_SEED", 1), t.TempDir()
	files := studies(t)
	t.Logf("%d studies, and %d mutants from seed %d", len(files), mutants, seed)
	files = append(files, mutate(t, files, mutants, uint64(seed))...)
	want := writeForms(t, files, dir)
	for _, p := range processors {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel() // each is a process of its own
			own := t.TempDir()
			for name := range want {
				if err := os.Link(filepath.Join(dir, name+".jsonld"), filepath.Join(own, name+".jsonld")); err != nil {
					t.Fatal(err)
				}
			}
			p.run(t, own)
			for _, name := range slices.Sorted(maps.Keys(want)) {
				if diff := differences(want[name], lines(t, load(t, filepath.Join(own, name+".nq")))); diff != "" {
					t.Errorf("%s:\n%s", name, diff)
				}
			}
		})
	}
}

// mutate writes studies that differ by chance from those of the files.
func mutate(t *testing.T, files []string, n int, seed uint64) []string {
	t.Helper()
	var out []string
	e, dir := engine(t, nil), t.TempDir()
	for ; len(out) < n; seed++ {
		source := files[int(seed%uint64(len(files)))]
		id := strings.TrimSuffix(filepath.Base(source), ".json")
		own := fmt.Sprintf("NCT%08d", 80_000_000+len(out)) // one record of a study counts in a run
		data := record.Mutate(bytes.ReplaceAll(load(t, source), []byte(id), []byte(own)), seed, "")
		if _, err := e.Annotate(nil, data, mapping.NoContext); err != nil {
			continue // it is not a study any more
		}
		file := filepath.Join(dir, fmt.Sprintf("seed-%d.json", seed))
		save(t, file, data)
		if isRead(t, file, data) {
			out = append(out, file)
		}
	}
	return out
}

// isRead reports whether a file is read as the one study that it holds: what has
// lost the keys of a study is not.
func isRead(t *testing.T, file string, data []byte) bool {
	t.Helper()
	in, err := study.Open([]string{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	n, same := 0, false
	for r, err := range in.Records(t.Context()) {
		if err != nil {
			return false
		}
		n++
		same = r.Err == nil && !r.Made && bytes.Equal(bytes.TrimSpace(r.JSON), bytes.TrimSpace(data))
	}
	return n == 1 && same && in.Finish() == nil
}

// writeForms writes the documents of studies: the annotated one of each, and
// one of all of them in each form that convert writes. It returns the quads
// that each must become.
func writeForms(t *testing.T, files []string, dir string) map[string][]string {
	t.Helper()
	e, want := engine(t, nil), map[string][]string{}
	var all []string
	for _, file := range files {
		data := load(t, file)
		doc, err := e.Annotate(nil, data, mapping.Inline)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		save(t, filepath.Join(dir, name+".jsonld"), doc)
		want[name] = convert(t, e, data)
		all = append(all, want[name]...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	for _, form := range []mapping.Form{mapping.Annotated, mapping.Expanded, mapping.Compacted} {
		name := "all-" + string(form)
		out := filepath.Join(dir, name+".jsonld")
		tools.Run(t, ".", append([]string{trialweave(t), "convert", "--format", "jsonld", "--form", string(form), "-o", out}, files...)...)
		want[name] = all
	}
	return want
}

// object is a JSON object.
type object = map[string]any

// TestTheContextIsTheDefinition: in jsonld.js too, taking a term out of the
// context takes its triples out of the output of the fixtures.
func TestTheContextIsTheDefinition(t *testing.T) {
	dir := t.TempDir()
	e := engine(t, &mapping.Options{Concepts: true})
	var graphs []any
	files, err := filepath.Glob("../../testdata/studies/NCT9999000*.json")
	if err != nil {
		t.Fatal(err)
	}
	// The last two have the fields that only classic XML and only CSV have.
	for _, file := range append(files, "../../testdata/studies/NCT99990010.json", "../../testdata/studies/NCT99990131.json", "../../testdata/studies/NCT99990132.json") {
		text, err := e.Annotate(nil, load(t, file), mapping.NoContext)
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
