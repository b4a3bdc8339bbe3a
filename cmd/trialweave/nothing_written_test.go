package main

import (
	"bytes"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// TestAllRejected: where every record is rejected the status is 2, and what was
// written before stays as it was; the rejected records are written.
func TestAllRejected(t *testing.T) {
	server, writes := emptyStore(t)
	inputs := map[string]string{
		"deep.json":  `{"response":{"body":{"items":[{"record":{"protocolSection":{"identificationModule":{"nctId":"NCT99910001"}}}}]}}}`,
		"hits.json":  `{"hits":{"hits":[{"_id":"NCT99910001","fields":{"protocolSection.identificationModule.nctId":["NCT99910001"]}}]}}`,
		"texts.json": `["{\"protocolSection\":{}}","{\"protocolSection\":{}}"]`, "fields.json": `{"StudyFieldsResponse":{"StudyFields":[{"Rank":1,"NCTId":[]}]}}`,
		"study.xml": `<?xml version="1.0"?><clinical_study/>`, "rows.csv": "NCT Number,Study Title\nX,T\n", "study.json": `{"protocolSection":{}}`,
	}
	for _, name := range portion.Of(slices.Sorted(maps.Keys(inputs)), 3) {
		text := inputs[name]
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path, rejects := filepath.Join(dir, name), filepath.Join(dir, "rejects.ndjson")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			keepsOutput(t, dir, "rejected; nothing was written", func(old, index string) [][]string {
				return [][]string{
					{"convert", path, "-o", old, "--rejects", rejects}, {"convert", path, "-o", old, "--format", "jsonld"}, {"annotate", path, "-o", old},
					{"stats", path, "-o", old}, {"query", "ASK {}", path, "-o", old}, {"index", path, "-o", index}, {"index", "--update", path, "-o", index},
					{"load", "oxigraph:" + server, path}, {"sync", "oxigraph:" + server, path}, {"sync", "oxigraph:" + server, path, "--allow-empty"}, {"load", "oxigraph:" + server, path, "--bulk", filepath.Join(dir, "bulk")},
				}
			})
			if text, err := os.ReadFile(rejects); err != nil || len(text) == 0 {
				t.Errorf("rejects: %q, %v", text, err)
			}
			if _, err := os.Stat(filepath.Join(dir, "bulk", "load.sh")); err == nil {
				t.Error("there is a script that loads nothing")
			}
		})
	}
	if n := writes.Load(); n > 0 {
		t.Errorf("%d requests that write", n)
	}
}

// TestNoQuads: RDF without a quad is an error of every command that reads it, and
// without a study of restore.
func TestNoQuads(t *testing.T) {
	for name, text := range map[string]string{
		"empty.nq": "", "empty.nt": "", "blank.ttl": " \n# nothing\n", "prefix.trig": "@prefix a: <http://example.org/> .\n", "empty.nq.gz": gzipOf(""),
		"empty.jsonld": "[]", "empty.rdf": `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			keepsOutput(t, dir, path+": no quad was found", func(old, index string) [][]string {
				return [][]string{
					{"restore", path, "-o", old}, {"restore", "--format", "json", path, "-o", old}, {"stats", path, "-o", old}, {"query", "ASK {}", path, "-o", old},
					{"format", "--format", "nquads", path, "-o", old}, {"format", "--format", "jsonld", path, "-o", old}, {"index", path, "-o", index},
				}
			})
		})
	}
	dir := t.TempDir()
	other := filepath.Join(dir, "other.nt")
	if err := os.WriteFile(other, []byte("<http://example.org/a> <http://example.org/b> <http://example.org/c> .\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	keepsOutput(t, dir, other+": no study was found", func(old, _ string) [][]string { return [][]string{{"restore", other, "-o", old}} })
	if status := run(t.Context(), []string{"stats", other}, &streams{out: io.Discard, err: io.Discard, engine: newEngine}); status != 0 {
		t.Errorf("stats of RDF without a study: exit %d", status)
	}
}

// keepsOutput runs commands, which have to fail with status 2 and a message, and
// leave a file and an index as they were.
func keepsOutput(t *testing.T, dir, message string, commands func(old, index string) [][]string) {
	t.Helper()
	old, index := filepath.Join(dir, "old.out"), filepath.Join(dir, "index")
	var fault bytes.Buffer
	std := &streams{in: strings.NewReader(""), out: io.Discard, err: &fault, engine: newEngine}
	if status := run(t.Context(), []string{"index", sample, "-o", index}, std); status != 0 {
		t.Fatalf("exit %d, %s", status, &fault)
	}
	before := filesIn(t, index)
	if err := os.WriteFile(old, []byte("what was there"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range commands(old, index) {
		fault.Reset()
		if status := run(t.Context(), args, std); status != 2 || !strings.Contains(fault.String(), message) {
			t.Errorf("%v: exit %d, %s", args, status, &fault)
		}
		if text, err := os.ReadFile(old); err != nil || string(text) != "what was there" {
			t.Errorf("%v: the old output is %q, %v", args, text, err)
		}
	}
	if !maps.Equal(before, filesIn(t, index)) {
		t.Error("the index has changed")
	}
}
