package model

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/rdf"
)

func TestBundledGraphsAreTurtle(t *testing.T) {
	for name, data := range map[string][]byte{
		"ontology": Ontology(), "enums": Enums(), "countries": CountryNames(), "shapes": Shapes(),
	} {
		n := 0
		for _, err := range rdf.Read(bytes.NewReader(data), rdf.Turtle, &rdf.ReadOptions{File: name + ".ttl"}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n < 100 {
			t.Errorf("%s has %d triples", name, n)
		}
	}
}

func TestGeneratedFilesAreCurrent(t *testing.T) {
	m := Default()
	for name, want := range map[string][]byte{
		"ontology.ttl": m.BuildOntology(), "enums.ttl": m.BuildEnums(DefaultBase),
		"countries.ttl": m.BuildCountries(), "shapes.ttl": m.BuildShapes(),
	} {
		if !bytes.Equal(bundled(name), want) {
			t.Errorf("%s is not what the tables make: run go generate ./mapping/model", name)
		}
	}
}

var queryTerm = regexp.MustCompile(`\b(ctg|tw):[A-Za-z_]+`)

// TestQueriesUseTheModel checks that every term of every question is a class
// or property of the model.
func TestQueriesUseTheModel(t *testing.T) {
	known := map[string]bool{}
	for _, p := range Default().Properties() {
		known[p.Name] = true
	}
	for _, c := range Default().Classes {
		known["ctg:"+c.Name] = true
	}
	queries := Queries()
	if len(queries) != 34 {
		t.Errorf("%d queries, expected 34", len(queries))
	}
	for _, q := range queries {
		for _, term := range queryTerm.FindAllString(q.SPARQL, -1) {
			if !known[term] {
				t.Errorf("%s: %s is not a term of the model", q.Name, term)
			}
		}
		if !strings.HasPrefix(q.SPARQL, "# ") {
			t.Errorf("%s does not begin with its question", q.Name)
		}
	}
}

func TestEveryPropertySaysWhatItIs(t *testing.T) {
	for _, p := range Default().Properties() {
		if p.Comment == "" || len(p.Classes) == 0 || len(p.Ranges) == 0 {
			t.Errorf("%s: comment %q, classes %v, ranges %v", p.Name, p.Comment, p.Classes, p.Ranges)
		}
	}
}

func ExampleModel_Field() {
	f := Default().Field("protocolSection.statusModule.startDateStruct.date")
	fmt.Println(f.Kind, f.Subject(), f.Property, f.Term, f.AACT)
	// Output: partialdate Study ctg:start_date startDate studies.start_month_year; studies.start_date
}

func ExampleQueries() {
	fmt.Println(Queries()[0].Name)
	// Output: 01-recruiting-phase3-mesh-descendants-country
}

// TestLinksetsHaveTargets holds that each linkset of the description of a dataset names
// the dataset of its subjects and that of its objects, as VoID asks, and describes both
// (VoID, section 5).
func TestLinksetsHaveTargets(t *testing.T) {
	const void, a = "http://rdfs.org/ns/void#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
	said := map[string][]string{}
	for q, err := range rdf.Read(bytes.NewReader(Dataset{}.Describe()), rdf.Turtle, nil) {
		if err != nil {
			t.Fatal(err)
		}
		key := q.Subject.Value + " " + q.Predicate.Value
		said[key] = append(said[key], q.Object.Value)
	}
	for _, set := range said[DefaultBase+"dataset "+void+"subset"] {
		for _, target := range []string{"subjectsTarget", "objectsTarget"} {
			to := said[set+" "+void+target]
			if len(to) != 1 || !slices.Contains(said[to[0]+" "+a], void+"Dataset") || len(said[to[0]+" "+void+"uriSpace"]) != 1 {
				t.Errorf("%s: void:%s is %q", set, target, to)
			}
		}
	}
	if n := len(said[DefaultBase+"dataset "+void+"subset"]); n != 2 {
		t.Errorf("%d linksets, expected 2", n)
	}
}

// TestFindQuery finds questions by number, with and without zeros before it.
func TestFindQuery(t *testing.T) {
	for name, want := range map[string]string{"1": "01-", "01": "01-", "31": "31-", "8": "08-", "0": "", "": "", "3": "03-", "310": ""} {
		q, ok := FindQuery(name)
		if ok != (want != "") || !strings.HasPrefix(q.Name, want) {
			t.Errorf("%q is %q", name, q.Name)
		}
	}
}
