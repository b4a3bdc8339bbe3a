package w3c

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/rdf"
)

// ShapesTest is a test of the SHACL suite.
type ShapesTest struct {
	Test
	Data, Shapes []rdf.Quad
	// Failure says that the shapes graph cannot be used.
	Failure bool
	// Results are those of the report, each as ShapesResult writes it, sorted.
	Results []string
}

const (
	shaclNS     = "http://www.w3.org/ns/shacl#"
	shapeTestNS = "http://www.w3.org/ns/shacl-test#"
)

// LoadShapes reads the tests of a part of the suite: core or sparql.
func LoadShapes(t testing.TB, part string) []ShapesTest {
	t.Helper()
	root := Dir(t, "data/w3c/data-shapes/data-shapes-test-suite/tests/"+part)
	files, err := filepath.Glob(filepath.Join(root, "*", "*.ttl"))
	if err != nil {
		t.Fatal(err)
	}
	var out []ShapesTest
	for _, name := range files {
		m := statements{}
		for _, q := range readTurtle(t, name) {
			if m[q.Subject] == nil {
				m[q.Subject] = map[string][]rdf.Term{}
			}
			m[q.Subject][q.Predicate.Value] = append(m[q.Subject][q.Predicate.Value], q.Object)
		}
		for entry := range m {
			if slices.Contains(m[entry][rdf.RDFType], rdf.IRI(shapeTestNS+"Validate")) {
				out = append(out, m.shapesTest(t, entry, root, name))
			}
		}
	}
	return out
}

// statements are a graph by subject and predicate.
type statements map[rdf.Term]map[string][]rdf.Term

func (m statements) shapesTest(t testing.TB, entry rdf.Term, root, name string) ShapesTest {
	t.Helper()
	id, err := filepath.Rel(root, name)
	if err != nil {
		t.Fatal(err)
	}
	action := m[m.one(entry, manifestNS+"action")]
	report := m.one(entry, manifestNS+"result")
	test := ShapesTest{
		Test:   Test{ID: strings.TrimSuffix(filepath.ToSlash(id), ".ttl")},
		Data:   readTurtle(t, strings.TrimPrefix(action[shapeTestNS+"dataGraph"][0].Value, "file://")),
		Shapes: readTurtle(t, strings.TrimPrefix(action[shapeTestNS+"shapesGraph"][0].Value, "file://")),
	}
	test.Failure = report == rdf.IRI(shapeTestNS+"Failure")
	for _, r := range m[report][shaclNS+"result"] {
		test.Results = append(test.Results, ShapesResult(
			m.one(r, shaclNS+"focusNode"), m.one(r, shaclNS+"resultPath"), m.one(r, shaclNS+"value"),
			m.one(r, shaclNS+"sourceShape"), m.one(r, shaclNS+"sourceConstraintComponent"), m.one(r, shaclNS+"resultSeverity"), m.one(r, shaclNS+"sourceConstraint")))
	}
	slices.Sort(test.Results)
	return test
}

func (m statements) one(subject rdf.Term, property string) rdf.Term {
	if list := m[subject][property]; len(list) > 0 {
		return list[0]
	}
	return rdf.Term{}
}

// ShapesResult writes the parts of a validation result, blank nodes without
// their labels.
func ShapesResult(parts ...rdf.Term) string {
	var b strings.Builder
	for _, t := range parts {
		switch t.Kind {
		case rdf.NoTerm:
			b.WriteString("- ")
		case rdf.BlankTerm:
			b.WriteString("_ ")
		default:
			fmt.Fprint(&b, t, " ")
		}
	}
	return b.String()
}

func readTurtle(t testing.TB, name string) []rdf.Quad {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []rdf.Quad
	for q, err := range rdf.Read(f, rdf.Turtle, &rdf.ReadOptions{File: name, Base: "file://" + name}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, q)
	}
	return out
}
