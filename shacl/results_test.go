package shacl

import (
	"strings"
	"testing"

	"github.com/trialweave/trialweave/rdf"
)

// TestResultsAreABag holds how many results there are where some are equal.
func TestResultsAreABag(t *testing.T) {
	const prefixes = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e/> .\n"
	for _, c := range []struct {
		what, shapes, data string
		want               int
	}{
		{"pairs", "e:S sh:targetNode e:n ; sh:property [ sh:path e:p ; sh:lessThan e:q ] .", "e:n e:p 3 , 4 ; e:q 1 , 2 , 9 .", 4},
		{"pairs with an equal", "e:S sh:targetNode e:n ; sh:property [ sh:path e:p ; sh:lessThanOrEquals e:q ] .", "e:n e:p 2 , 4 ; e:q 1 , 2 .", 3},
		{"incomparable pairs", "e:S sh:targetNode e:n ; sh:property [ sh:path e:p ; sh:lessThan e:q ] .", `e:n e:p 1 ; e:q "a" , "b" .`, 2},
		{"two classes", "e:S sh:targetNode e:n ; sh:class e:A , e:B .", "e:n e:p 1 .", 2},
		{"a shape of two", "e:S sh:targetNode e:n ; sh:property e:P . e:T sh:targetNode e:n ; sh:property e:P . e:P sh:path e:p ; sh:minCount 2 .", "e:n e:p 1 .", 2},
		{"two ways to a node", "e:S sh:targetNode e:m , e:n ; sh:property [ sh:path e:p ; sh:property [ sh:path e:q ; sh:minCount 1 ] ] .", "e:n e:p e:o . e:m e:p e:o .", 2},
		{"two targets that are one node", "e:S sh:targetNode e:n ; sh:targetSubjectsOf e:p ; sh:targetObjectsOf e:p ; sh:class e:A .", "e:n e:p e:n .", 1},
	} {
		read := func(text string) []rdf.Quad {
			var out []rdf.Quad
			for q, err := range rdf.Read(strings.NewReader(prefixes+text), rdf.Turtle, nil) {
				if err != nil {
					t.Fatal(c.what, err)
				}
				out = append(out, q)
			}
			return out
		}
		shapes, err := Compile(read(c.shapes))
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		var lines []byte
		for _, q := range read(c.data) {
			lines = rdf.AppendQuad(lines, q)
		}
		checker := shapes.NewChecker(nil)
		for range 2 { // the second time with each line twice
			results, err := checker.Check(t.Context(), lines)
			if err != nil || len(results) != c.want {
				t.Errorf("%s: %d results %v, %v, expected %d", c.what, len(results), results, err, c.want)
			}
			lines = append(lines, lines...)
		}
	}
}
