package input_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/rdf"
)

const triples = `<http://e.org/s> <http://e.org/p> "o" .` + "\n"

func write(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOf(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "i")
	w, err := index.Create(dir)
	if err == nil {
		err = w.Add(rdf.Quad{Subject: rdf.IRI("http://e.org/s"), Predicate: rdf.IRI("http://e.org/p"), Object: rdf.String("o")})
	}
	if err == nil {
		err = w.Commit(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]input.Kind{
		"a.ttl": input.Graph, "a.nq.gz": input.Graph, "a.jsonld.zst": input.Graph, "a.json": input.Studies, "a.zip": input.Studies,
		"api:asthma": input.Studies, "-": input.Studies, dir: input.Folder,
	} {
		if got := input.Of(name, ""); got != want {
			t.Errorf("%s is of kind %d, expected %d", name, got, want)
		}
	}
	if input.Of("-", "turtle") != input.Graph {
		t.Error("with a syntax, standard input is RDF")
	}
	n := 0
	for q, err := range input.Quads(t.Context(), dir, nil) {
		if err != nil || q.Object.Value != "o" {
			t.Errorf("%v, %v", q, err)
		}
		n++
	}
	if n != 1 {
		t.Errorf("the index yields %d quads, expected 1", n)
	}
}

// TestRDF holds how the syntax is found, and that every fault names the file.
func TestRDF(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte(strings.Repeat(triples, 1000)))
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		file   string
		text   []byte
		syntax string
		quads  int
		fault  string
	}{
		"by name":          {"a.nt", []byte(triples), "", 1, ""},
		"by content":       {"a", []byte("@prefix e: <http://e.org/> . e:s e:p e:o, e:q .\n"), "", 2, ""},
		"as given":         {"a.txt", []byte(triples), "nquads", 1, ""},
		"compressed":       {"a.nt.gz", packed.Bytes(), "", 1000, ""},
		"cut":              {"a.nt.gz", packed.Bytes()[:packed.Len()-20], "", -1, "a.nt.gz"},
		"of no syntax":     {"a", []byte("hello"), "", -1, "no syntax of RDF"},
		"an unknown one":   {"a", []byte(triples), "hdt", -1, `unknown syntax "hdt"`},
		"a syntax's fault": {"a.nt", []byte("<http://e.org/s> .\n"), "", -1, "a.nt:1"},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			var fault error
			for _, err := range input.RDF(t.Context(), write(t, tt.file, tt.text), &input.Options{Syntax: tt.syntax}) {
				if err != nil {
					fault = err
					break
				}
				n++
			}
			if tt.fault == "" && (fault != nil || n != tt.quads) {
				t.Errorf("%d quads, %v, expected %d", n, fault, tt.quads)
			}
			if tt.fault != "" && (fault == nil || !strings.Contains(fault.Error(), tt.fault)) {
				t.Errorf("%v, expected %s", fault, tt.fault)
			}
		})
	}
}

// Quads of RDF whose syntax is found by the content.
func ExampleRDF() {
	stdin := strings.NewReader(`@prefix schema: <https://schema.org/> . <http://example.org/a> schema:name "A" .`)
	for q, err := range input.RDF(context.Background(), "-", &input.Options{Stdin: stdin}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(q.Predicate.Value, q.Object.Value)
	}
	// Output: https://schema.org/name A
}
