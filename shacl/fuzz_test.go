package shacl

import (
	"bytes"
	"slices"
	"testing"

	"github.com/trialweave/trialweave/rdf"
)

// everything has a shape of each constraint.
const everything = `
e:S sh:targetClass e:C ; sh:targetSubjectsOf e:p ; sh:targetObjectsOf e:q ; sh:nodeKind sh:IRI ; sh:closed true ; sh:property e:P , e:Q , e:R .
e:P sh:path e:p ; sh:datatype <http://www.w3.org/2001/XMLSchema#date> ; sh:minCount 1 ; sh:maxCount 1 ; sh:lessThanOrEquals e:q ; sh:minInclusive 0 .
e:Q sh:path e:q ; sh:pattern "^a+$" ; sh:maxLength 3 ; sh:uniqueLang true ; sh:languageIn ( "en" ) ; sh:class e:C ; sh:in ( 1 "a" e:c ) ; sh:disjoint e:p .
e:R sh:path ( e:p [ sh:zeroOrMorePath [ sh:inversePath e:q ] ] ) ; sh:not e:Q ; sh:qualifiedValueShape e:P ; sh:qualifiedMaxCount 1 .`

// FuzzCheck: no lines are too much; in good ones the results do not depend on how
// they are cut into parts, nor on graph names.
func FuzzCheck(f *testing.F) {
	shapes, err := compiled(f, everything)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("<http://e/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/C> .\n<http://e/a> <http://e/p> \"2020-01-01\"^^<http://www.w3.org/2001/XMLSchema#date> <http://e/g> .\n"))
	f.Add([]byte("<http://e/a> <http://e/q> \"a\\\"b\"@en-US .\n_:b <http://e/q> <http://e/a> .\n<http://e/a> <http://e/p> _:b .\n"))
	f.Add([]byte("<http://e/C> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <http://e/C> .\n<http://e/a> <http://e/p> \"x <http://e/g>\" .\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c := shapes.NewChecker(nil)
		_, _ = c.Check(t.Context(), text) // no panic
		var named, plain []byte
		for q, err := range rdf.Read(bytes.NewReader(text), rdf.NQuads, nil) {
			if err != nil {
				return
			}
			named = rdf.AppendQuad(named, q)
			q.Graph = rdf.Term{}
			plain = rdf.AppendQuad(plain, q)
		}
		whole, err := c.Check(t.Context(), named)
		if err != nil {
			t.Fatalf("%v\n%s", err, named)
		}
		parts, err := c.Check(t.Context(), bytes.SplitAfter(plain, []byte("\n"))...)
		if err != nil || !slices.Equal(whole, parts) {
			t.Errorf("%v\n%s\n%v\n%v", err, named, whole, parts)
		}
	})
}
