package rdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/trialweave/trialweave/internal/w3c"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

func TestConformance(t *testing.T) {
	for _, suite := range []struct {
		name   string
		format rdf.Format
	}{
		{"rdf-n-triples", rdf.NTriples},
		{"rdf-n-quads", rdf.NQuads},
		{"rdf-turtle", rdf.Turtle},
		{"rdf-trig", rdf.TriG},
		{"rdf-xml", rdf.RDFXML},
	} {
		t.Run(suite.name, func(t *testing.T) {
			dir := w3c.Dir(t, "data/w3c/rdf-tests/rdf/rdf11/"+suite.name)
			tests := w3c.Load(t, dir, "https://w3c.github.io/rdf-tests/rdf/rdf11/"+suite.name+"/")
			w3c.Run(t, suite.name, tests, nil, func(test w3c.Test) error {
				return conforms(test, suite.format)
			})
		})
	}
}

func conforms(test w3c.Test, f rdf.Format) error {
	quads, err := readFile(test.Action, f, test.Base)
	if test.Negative() {
		return refused(err)
	}
	if err != nil {
		return err
	}
	if test.Result != "" {
		want, err := readFile(test.Result, rdf.FormatByFile(filepath.Base(test.Result)), test.Base)
		if err != nil {
			return fmt.Errorf("expected result: %w", err)
		}
		if err := w3c.SameGraphs(quads, want); err != nil {
			return err
		}
	}
	return writersKeep(quads)
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

func readFile(path string, f rdf.Format, base string) ([]rdf.Quad, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return readAll(data, f, &rdf.ReadOptions{File: filepath.Base(path), Base: base})
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
func writersKeep(quads []rdf.Quad) error {
	for _, f := range []rdf.Format{rdf.NTriples, rdf.NQuads, rdf.Turtle, rdf.TriG} {
		want := quads
		if !f.HasGraphs() {
			want = merged(quads)
		}
		text, err := write(quads, f, &rdf.WriteOptions{MergeGraphs: !f.HasGraphs(), Prefixes: testPrefixes()})
		if err != nil {
			return err
		}
		got, err := readAll(text, f, &rdf.ReadOptions{File: f.String()})
		if err != nil {
			return fmt.Errorf("%w, reading back\n%s", err, text)
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
