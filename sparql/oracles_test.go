package sparql

import (
	"bytes"
	"slices"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// TestWhereOraclesErr keeps queries that another engine was found to answer
// otherwise than the standard has it.
func TestWhereOraclesErr(t *testing.T) {
	data := `<http://e/a> <http://e/p> <http://e/b> .
<http://e/a> <http://e/q> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .
`
	b := index.NewBuilder()
	for q, err := range rdf.Read(bytes.NewReader([]byte(data)), rdf.NQuads, nil) {
		if err != nil {
			t.Fatal(err)
		}
		b.Add(q)
	}
	x := b.Build()
	for _, c := range []struct {
		why, query string
		want       []string
	}{
		{
			"The left side stays where the filter of an OPTIONAL without patterns fails (section 18.5, LeftJoin). Jena 5.6.0's reference engine loses it.",
			`SELECT * { ?s :p ?o OPTIONAL { FILTER EXISTS { ?x :q 2 } } }`,
			[]string{"s=<http://e/a> o=<http://e/b>"},
		},
		{
			"A path of no length leads from nodes of the graph; :p is none (section 18.4, ZeroLengthPath). Jena 5.6.0 has it lead from what another pattern bound.",
			`SELECT * { :a ?p :b . ?p :q* ?o }`,
			nil,
		},
		{
			"A row of VALUES with UNDEF joins with whatever the variable is bound to (section 18.5, Join). Jena 5.6.0 loses rows.",
			`SELECT * { :a ?y ?z FILTER(ISIRI(?y)) VALUES (?x ?y) { (:n UNDEF) ("a" :m) } } ORDER BY ?y`,
			[]string{`y=<http://e/p> z=<http://e/b> x=<http://e/n>`, `y=<http://e/q> z="1"^^<http://www.w3.org/2001/XMLSchema#integer> x=<http://e/n>`},
		},
	} {
		got, err := rowsOf(t, c.query, x, nil)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s\n%s: %q, %v, expected %q", c.why, c.query, got, err, c.want)
		}
	}
}
