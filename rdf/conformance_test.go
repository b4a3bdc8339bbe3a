package rdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/trialweave/trialweave/internal/w3c"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

func TestConformance(t *testing.T) {
	for _, suite := range []struct {
		name     string
		format   rdf.Format
		expected map[string]string
	}{
		{"rdf-n-triples", rdf.NTriples, nil},
		{"rdf-n-quads", rdf.NQuads, nil},
		{"rdf-turtle", rdf.Turtle, nil},
		{"rdf-trig", rdf.TriG, nil},
		{"rdf-xml", rdf.RDFXML, knownXMLFailures()},
	} {
		t.Run(suite.name, func(t *testing.T) {
			dir := w3c.Dir(t, "data/w3c/rdf-tests/rdf/rdf11/"+suite.name)
			tests := w3c.Load(t, dir, "https://w3c.github.io/rdf-tests/rdf/rdf11/"+suite.name+"/")
			w3c.Run(t, suite.name, tests, suite.expected, func(test w3c.Test) error {
				return conforms(test, suite.format)
			})
		})
	}
}

// knownXMLFailures are the tests that fail because of the decoder we use.
func knownXMLFailures() map[string]string {
	return map[string]string{}
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

func writersKeep(quads []rdf.Quad) error { return nil }
