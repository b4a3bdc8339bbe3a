package shacl

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/rdf"
)

func TestConformance(t *testing.T) {
	for _, suite := range []struct {
		part, name string
		tests      int
	}{{"core", "SHACL Core", 98}, {"sparql", "SHACL-SPARQL", 23}} {
		tests := map[string]w3c.ShapesTest{}
		var list []w3c.Test
		for _, test := range w3c.LoadShapes(t, suite.part) {
			tests[test.ID] = test
			list = append(list, test.Test)
		}
		if len(list) != suite.tests {
			t.Errorf("%s has %d tests, expected %d", suite.name, len(list), suite.tests)
		}
		w3c.Run(t, suite.name, list, nil, func(test w3c.Test) error { return conforms(t, tests[test.ID]) })
	}
}

func conforms(t *testing.T, test w3c.ShapesTest) error {
	t.Helper()
	shapes, err := Compile(test.Shapes)
	if test.Failure {
		if err == nil {
			return errors.New("the shapes were taken, expected an error")
		}
		t.Logf("%s: %v", test.ID, err)
		return nil
	}
	if err != nil {
		return err
	}
	var lines []byte
	for _, q := range test.Data {
		lines = rdf.AppendQuad(lines, q)
	}
	results, err := shapes.NewChecker(nil).Check(t.Context(), lines)
	if err != nil {
		return err
	}
	var got []string
	for _, r := range results {
		got = append(got, w3c.ShapesResult(r.Focus, r.Path, r.Value, r.Shape, rdf.IRI(r.Component), rdf.IRI(r.SeverityIRI()), r.Source))
	}
	slices.Sort(got)

	if !slices.Equal(got, test.Results) {
		return fmt.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.Results, "\n"))
	}
	return nil
}
