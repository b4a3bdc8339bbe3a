package shacl

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/rdf"
)

func TestConformance(t *testing.T) {
	expected := map[string]string{"misc/severity-002": "a severity that is none of the three of the standard is refused"}
	tests := map[string]w3c.ShapesTest{}
	var list []w3c.Test
	for _, test := range w3c.LoadShapes(t) {
		tests[test.ID] = test
		list = append(list, test.Test)
	}
	w3c.Run(t, "SHACL Core", list, expected, func(test w3c.Test) error { return conforms(tests[test.ID]) })
}

func conforms(test w3c.ShapesTest) error {
	shapes, err := Compile(test.Shapes)
	if err != nil {
		return err
	}
	var lines []byte
	for _, q := range test.Data {
		lines = rdf.AppendQuad(lines, q)
	}
	results, err := shapes.NewChecker().Check(lines)
	if err != nil {
		return err
	}
	var got []string
	for _, r := range results {
		got = append(got, w3c.ShapesResult(r.Focus, r.Path, r.Value, r.Shape, rdf.IRI(r.Component), rdf.IRI(r.Severity.IRI())))
	}
	slices.Sort(got)
	got = slices.Compact(got)
	if !slices.Equal(got, test.Results) {
		return fmt.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.Results, "\n"))
	}
	return nil
}
