package sparql_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// TestBindings holds that a value from outside stands for its variable in every part
// of a query: where it does not bind it itself, in groups, sub-queries, unions and
// the ends of paths of no length.
func TestBindings(t *testing.T) {
	b := index.NewBuilder()
	for q, err := range rdf.Read(strings.NewReader("<x:a> <x:p> 1 , 2 ; <x:q> <x:b> . <x:b> <x:p> 3 ."), rdf.Turtle, nil) {
		if err != nil {
			t.Fatal(err)
		}
		b.Add(q)
	}
	x := b.Build()
	reads := sparql.Prebinding{Variables: []string{"this"}, Optional: []string{"more"}, Path: "<x:q>/<x:p>"}
	for text, want := range map[string][]string{
		"SELECT $this ?v { $this <x:p> ?v }":                                                                               {"a 1", "a 2"},
		"SELECT $this { FILTER (bound($this) && $this = <x:a>) }":                                                          {"a"},
		"SELECT $this { { { FILTER ($this = <x:a>) } } UNION { FILTER (false) } }":                                         {"a"},
		"SELECT ?v $this { ?v <x:p> 3 OPTIONAL { ?v <x:p> ?n FILTER (?n > 5 || $this = <x:b>) } }":                         {"b a"},
		"SELECT ?v { BIND ($this AS ?v) }":                                                                                 {"a"},
		"SELECT ?v { { SELECT $this ?v { ?v <x:p> 3 FILTER ($this = <x:a> && bound(?more)) } } }":                          {"b"},
		"SELECT ?n { { SELECT $this (COUNT(*) AS ?n) { $this <x:p> ?v } GROUP BY $this } }":                                {"2"},
		"SELECT ?v { ?v <x:p> ?n FILTER NOT EXISTS { { $this <x:q> ?v } } } GROUP BY ?v":                                   {"a"},
		"SELECT ?v { $this <x:p> ?v FILTER NOT EXISTS { { $this <x:p> ?w FILTER (?w > ?v) } UNION { $this <x:no> ?w } } }": {"2"},
		"SELECT ?v { ?more <x:any>* ?v }":                                                                                  {"elsewhere"},
		"SELECT ?v { $this $PATH ?v }":                                                                                     {"3"},
		"SELECT ?v { ?v ^(<x:p>) $this . }":                                                                                {"1", "2"},
		"SELECT (SUM(?v) AS ?s) { $this <x:p> ?v } HAVING (COUNT(*) > 1)":                                                  {"3"},
		"SELECT $this ?v { { $this <x:q> ?v } { ?v <x:p> 3 FILTER (!bound($this) || $this != <x:a>) } }":                   nil,
		"SELECT ?v { ?v <x:p> 1 FILTER EXISTS { { SELECT $this { $this <x:q> ?o FILTER (bound(?more)) } } } }":             {"a"},
	} {
		q, err := reads.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var got []string
		for row, err := range q.Rows(t.Context(), x, &sparql.Options{StrictDefault: true, Bindings: map[string]rdf.Term{"this": rdf.IRI("x:a"), "more": rdf.IRI("x:elsewhere")}}) {
			if err != nil {
				t.Fatal(text, err)
			}
			var line []string
			for _, term := range row {
				line = append(line, strings.TrimPrefix(term.Value, "x:"))
			}
			got = append(got, fmt.Sprint(strings.Join(line, " ")))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
