package rdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

func TestConformance(t *testing.T) {
	for _, suite := range []struct {
		name    string
		format  rdf.Format
		version rdf.Version
	}{
		{"rdf11/rdf-n-triples", rdf.NTriples, rdf.RDF11},
		{"rdf11/rdf-n-quads", rdf.NQuads, rdf.RDF11},
		{"rdf11/rdf-turtle", rdf.Turtle, rdf.RDF11},
		{"rdf11/rdf-trig", rdf.TriG, rdf.RDF11},
		{"rdf11/rdf-xml", rdf.RDFXML, rdf.RDF11},
		{"rdf12/rdf-n-triples/syntax", rdf.NTriples, rdf.RDF12},
		{"rdf12/rdf-n-triples/c14n", rdf.NTriples, rdf.RDF12},
		{"rdf12/rdf-n-quads/syntax", rdf.NQuads, rdf.RDF12},
		{"rdf12/rdf-n-quads/c14n", rdf.NQuads, rdf.RDF12},
		{"rdf12/rdf-turtle/syntax", rdf.Turtle, rdf.RDF12},
		{"rdf12/rdf-turtle/eval", rdf.Turtle, rdf.RDF12},
		{"rdf12/rdf-trig/syntax", rdf.TriG, rdf.RDF12},
		{"rdf12/rdf-trig/eval", rdf.TriG, rdf.RDF12},
		{"rdf12/rdf-xml/eval", rdf.RDFXML, rdf.RDF12},
		// What RDF 1.1 has means the same when RDF 1.2 is read.
		{"rdf11/rdf-n-triples", rdf.NTriples, rdf.RDF12},
		{"rdf11/rdf-n-quads", rdf.NQuads, rdf.RDF12},
		{"rdf11/rdf-turtle", rdf.Turtle, rdf.RDF12},
		{"rdf11/rdf-trig", rdf.TriG, rdf.RDF12},
		{"rdf11/rdf-xml", rdf.RDFXML, rdf.RDF12},
	} {
		name := suite.name
		if strings.HasPrefix(name, "rdf11") && suite.version == rdf.RDF12 {
			name += " read as 1.2"
		}
		t.Run(name, func(t *testing.T) {
			dir := w3c.Dir(t, "data/w3c/rdf-tests/rdf/"+suite.name)
			tests := w3c.Load(t, dir, "https://w3c.github.io/rdf-tests/rdf/"+suite.name+"/")
			w3c.Run(t, name, tests, nil, func(test w3c.Test) error {
				return conforms(test, suite.format, suite.version)
			})
		})
	}
}

func conforms(test w3c.Test, f rdf.Format, version rdf.Version) error {
	quads, err := readFile(test.Action, f, test.Base, version)
	if test.Negative() {
		return refused(err)
	}
	if err != nil {
		return err
	}
	if strings.HasSuffix(test.Type, "C14N") {
		return canonicalLines(quads, f, test.Result)
	}
	if test.Result != "" {
		want, err := readFile(test.Result, rdf.FormatByFile(filepath.Base(test.Result)), test.Base, version)
		if err != nil {
			return fmt.Errorf("expected result: %w", err)
		}
		if err := w3c.SameGraphs(quads, want); err != nil {
			return err
		}
	}
	return writersKeep(quads, version)
}

// refused wants a fault of the document that names its place.
func refused(err error) error {
	var fault *source.Error
	switch {
	case err == nil:
		return errors.New("read without complaint")
	case !errors.As(err, &fault):
		return fmt.Errorf("not a fault of the document: %w", err)
	case fault.Line == 0 || fault.Column == 0 || fault.File == "":
		return fmt.Errorf("fault without a place: %w", err)
	}
	return nil
}

// canonicalLines wants the canonical form of a document of lines.
func canonicalLines(quads []rdf.Quad, f rdf.Format, result string) error {
	got, err := write(quads, f, &rdf.WriteOptions{Version: rdf.RDF12})
	if err != nil {
		return err
	}
	want, err := os.ReadFile(result)
	if err == nil && !bytes.Equal(got, want) {
		err = fmt.Errorf("got\n%swant\n%s", got, want)
	}
	return err
}

func readFile(path string, f rdf.Format, base string, version rdf.Version) ([]rdf.Quad, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return readAll(data, f, &rdf.ReadOptions{File: filepath.Base(path), Base: base, Version: version})
}

func readAll(data []byte, f rdf.Format, o *rdf.ReadOptions) ([]rdf.Quad, error) {
	var quads []rdf.Quad
	for q, err := range rdf.Read(bytes.NewReader(data), f, o) {
		if err != nil {
			return quads, err
		}
		quads = append(quads, q)
	}
	return quads, nil
}

// writersKeep writes the quads in every syntax and reads them back. Labels of
// blank nodes are kept by both, so that no isomorphism is needed.
func writersKeep(quads []rdf.Quad, version rdf.Version) error {
	for _, f := range []rdf.Format{rdf.NTriples, rdf.NQuads, rdf.Turtle, rdf.TriG} {
		want := quads
		if !f.HasGraphs() {
			want = merged(quads)
		}
		text, err := write(quads, f, &rdf.WriteOptions{MergeGraphs: !f.HasGraphs(), Prefixes: testPrefixes(), Version: version})
		if err != nil {
			return err
		}
		got, err := readAll(text, f, &rdf.ReadOptions{File: f.String(), Version: version})
		if err != nil {
			return fmt.Errorf("%w, reading back\n%s", err, text)
		}
		if version == rdf.RDF12 {
			got, want = lowerLanguages(got), lowerLanguages(want)
		}
		if !sameSet(got, want) {
			return fmt.Errorf("%s: %w\n%s", f, w3c.SameGraphs(got, want), text)
		}
	}
	return nil
}

func testPrefixes() []rdf.Prefix {
	return []rdf.Prefix{
		{Name: "", IRI: "http://example.org/ns#"},
		{Name: "a", IRI: "http://a.example/"},
		{Name: "e.g", IRI: "http://example.org/"},
		{Name: "xsd", IRI: "http://www.w3.org/2001/XMLSchema#"},
	}
}

func write(quads []rdf.Quad, f rdf.Format, o *rdf.WriteOptions) ([]byte, error) {
	var b bytes.Buffer
	w, err := rdf.NewWriter(&b, f, o)
	if err != nil {
		return nil, err
	}
	for _, q := range quads {
		if err := w.Write(q); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return b.Bytes(), err
}

func merged(quads []rdf.Quad) []rdf.Quad {
	triples := slices.Clone(quads)
	for i := range triples {
		triples[i].Graph = rdf.Term{}
	}
	return triples
}

func sameSet(a, b []rdf.Quad) bool { return maps.Equal(set(a), set(b)) }

func set(quads []rdf.Quad) map[rdf.Quad]bool {
	m := make(map[rdf.Quad]bool)
	for _, q := range quads {
		m[q] = true
	}
	return m
}

// lowerLanguages brings language tags into the case of the canonical form.
func lowerLanguages(quads []rdf.Quad) []rdf.Quad {
	out := slices.Clone(quads)
	for i := range out {
		out[i].Object = lowerLanguage(out[i].Object)
	}
	return out
}

func lowerLanguage(t rdf.Term) rdf.Term {
	t.Language = strings.ToLower(t.Language)
	if s, p, o, ok := t.Triple(); ok {
		return rdf.Triple(s, p, lowerLanguage(o))
	}
	return t
}
