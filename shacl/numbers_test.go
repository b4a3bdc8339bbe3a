package shacl

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/rdf"
)

// everyKind are shapes with each kind of target, path and constraint.
const everyKind = `
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
e:ByClass sh:targetClass e:C0 ; sh:nodeKind sh:IRI ; sh:class e:C1 , e:C2 ; sh:pattern "e/[n1]" ; sh:property e:Typed , e:Counted , e:Paired .
e:C3 a rdfs:Class , sh:NodeShape ; sh:closed true ; sh:ignoredProperties ( rdf:type e:p1 ) ; sh:property [ sh:path e:p0 ; sh:minCount 1 ] .
e:BySubject sh:targetSubjectsOf e:p0 ; sh:severity sh:Warning ; sh:property e:Ranged , e:Logical , e:Routed .
e:ByObject sh:targetObjectsOf e:p1 ; sh:severity e:Bad ; sh:nodeKind sh:BlankNodeOrIRI ; sh:minLength 9 ; sh:maxLength 10 ; sh:languageIn ( "en" "de-at" ) ; sh:in ( e:n0 e:n1 "x" "x"@en 1 "1"^^xsd:decimal ) ; sh:property e:Nested .
e:ByName sh:targetNode e:n0 , e:absent , "abc" , "x"@en , 1 , "1.5"^^xsd:decimal ; sh:nodeKind sh:IRIOrLiteral ; sh:property [ sh:path e:p2 ; sh:minCount 1 ] ; sh:not e:Text .
e:Text sh:datatype xsd:string ; sh:maxLength 4 .
e:Typed0 sh:datatype xsd:integer . e:Typed1 sh:datatype xsd:date . e:Typed2 sh:datatype rdf:langString .
e:Typed sh:path e:p0 ; sh:or ( e:Text e:Typed0 e:Typed1 e:Typed2 ) ; sh:xone ( e:Text [ sh:minLength 2 ] ) ; sh:and ( [ sh:nodeKind sh:Literal ] [ sh:maxLength 20 ] ) .
e:Counted sh:path e:p1 ; sh:minCount 1 ; sh:maxCount 2 ; sh:uniqueLang true ; sh:hasValue "x" , e:n1 ; sh:qualifiedValueShape e:Text ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ; sh:qualifiedValueShapesDisjoint true .
e:Paired sh:path e:p2 ; sh:equals e:p0 ; sh:disjoint e:p1 ; sh:lessThan e:p3 ; sh:lessThanOrEquals e:p0 ; sh:qualifiedValueShape e:Typed0 ; sh:qualifiedMaxCount 0 .
e:Ranged sh:path e:p3 ; sh:minInclusive 1 ; sh:maxExclusive "2020-02-01"^^xsd:date ; sh:maxInclusive 10 ; sh:minExclusive "a" .
e:Logical sh:path e:p2 ; sh:node e:ByObject ; sh:in ( "x" "y"@en "2020-01-31"^^xsd:date 10 ) ; sh:property e:Nested .
e:Routed sh:path [ sh:alternativePath ( e:p1 ( e:p2 e:p0 ) [ sh:inversePath e:p3 ] [ sh:zeroOrMorePath e:p1 ] [ sh:oneOrMorePath e:p2 ] [ sh:zeroOrOnePath e:p0 ] ) ] ; sh:maxCount 2 ; sh:datatype xsd:string ; sh:class e:C2 .
e:Nested sh:path e:p1 ; sh:datatype xsd:dateTime ; sh:maxCount 1 ; sh:property [ sh:path e:p0 ; sh:maxCount 0 ; sh:message "none" ] .
e:Forms sh:targetSubjectsOf e:p1 ; sh:property [ sh:path e:p0 ; sh:datatype xsd:decimal ] , [ sh:path e:p1 ; sh:datatype xsd:gYearMonth ] , [ sh:path e:p2 ; sh:datatype xsd:boolean ] , [ sh:path e:p3 ; sh:datatype xsd:duration ] , [ sh:path e:p0 ; sh:datatype e:other ] , [ sh:path e:p3 ; sh:datatype xsd:unsignedByte ] .
e:Off sh:targetSubjectsOf e:p1 ; sh:deactivated true ; sh:property [ sh:path e:p0 ; sh:maxCount 0 ] .
`

// drawnTerms are terms of all kinds, among them those that are nearly what shapes ask for.
func drawnTerms() (nodes, objects []rdf.Term) {
	for i := range 5 {
		nodes = append(nodes, rdf.IRI(fmt.Sprintf("http://e/n%d", i)))
	}
	nodes = append(nodes, rdf.Blank("b0"), rdf.Blank("b1"), rdf.IRI("http://e/C0"))
	objects = slices.Clone(nodes)
	for _, text := range []string{"", "x", "y", "ab", "1", "01", "-1", "1.0", "10", "300", "true", "2020-01-31", "2020-01-05", "2020-02-30", "2020-02", "2020-13", "2020-01-31T10:00:00", "2020-01-31T25:00:00Z", "P1Y", "P", "a\"\\\n\tb", "ééééé"} {
		for _, datatype := range []string{"string", "string", "integer", "decimal", "date", "dateTime", "gYearMonth", "boolean", "duration", "unsignedByte"} {
			objects = append(objects, rdf.Typed(text, xsd+datatype))
		}
		objects = append(objects, rdf.Typed(text, "http://e/other"), rdf.LangString(text, "en"), rdf.LangString(text, "EN"), rdf.LangString(text, "de-AT"))
	}
	return nodes, objects
}

// drawn is a graph in which a few terms stand in many places, some quads twice.
func drawn(r *rand.Rand) []rdf.Quad {
	nodes, objects := drawnTerms()
	var out []rdf.Quad
	for range 1 + r.IntN(60) {
		q := rdf.Quad{Subject: nodes[r.IntN(len(nodes))], Predicate: rdf.IRI(fmt.Sprintf("http://e/p%d", r.IntN(5))), Object: objects[r.IntN(len(objects))]}
		switch r.IntN(6) {
		case 0:
			q.Predicate, q.Object = rdf.IRI(rdf.RDFType), rdf.IRI(fmt.Sprintf("http://e/C%d", r.IntN(5)))
		case 1:
			q.Object = nodes[r.IntN(len(nodes))]
		case 2:
			if r.IntN(4) == 0 {
				q.Subject, q.Predicate, q.Object = rdf.IRI(fmt.Sprintf("http://e/C%d", r.IntN(5))), rdf.IRI(subClassOf), rdf.IRI(fmt.Sprintf("http://e/C%d", r.IntN(5)))
			}
		case 3:
			if len(out) > 0 {
				q = out[r.IntN(len(out))]
			}
		}
		if r.IntN(2) == 0 {
			q.Graph = rdf.IRI("http://e/graph")
		}
		out = append(out, q)
	}
	return out
}

// TestNumbers holds that a checker finds in drawn graphs, as lines, and as batches with a
// vocabulary of the shapes, of others and with none, what is found where each term is its
// text, in the same order.
func TestNumbers(t *testing.T) {
	shapes, err := compiled(t, everyKind)
	if err != nil {
		t.Fatal(err)
	}
	other := new(rdf.Vocabulary)
	for _, iri := range []string{"http://e/unknown", "http://e/p1", rdf.RDFType, "http://e/n1", "http://e/C2", xsd + "date", "http://e/C0"} {
		other.Add(iri)
	}
	checker := shapes.NewChecker(nil) // one for all: nothing of a graph is left for the next
	found := map[string]int{}
	for seed := range portion.Count(300, 10_000) {
		quads := drawn(rand.New(rand.NewPCG(uint64(seed), 7)))
		var lines []byte
		for _, q := range quads {
			lines = rdf.AppendQuad(lines, q)
		}
		want, err := newPlainChecker(shapes).results(lines)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range want {
			found[r.Component]++
		}
		got, err := checker.Check(t.Context(), lines)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("seed %d: as lines (- plain, + got): %s %v\n%s", seed, diff, err, lines)
		}
		for name, v := range map[string]*rdf.Vocabulary{"none": nil, "the shapes'": checker.Vocabulary(), "another": other} {
			var batch rdf.Batch
			batch.Reset(v)
			for _, q := range quads {
				batch.Add(q)
			}
			got, err := checker.CheckBatch(t.Context(), &batch)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Fatalf("seed %d: with the vocabulary %s (- plain, + got): %s %v\n%s", seed, name, diff, err, lines)
			}
		}
	}
	for _, name := range parameters {
		if found[componentOf(name)] == 0 && name != "sparql" {
			t.Errorf("sh:%s was never broken", name)
		}
	}
}
