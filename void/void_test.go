package void_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/void"
)

// TestLinesCountAsQuads counts what studies become in both ways.
func TestLinesCountAsQuads(t *testing.T) {
	engine, err := mapping.NewEngine(nil)
	if err != nil {
		t.Fatal(err)
	}
	converter := engine.NewConverter()
	files, err := filepath.Glob("../testdata/studies/NCT*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	lines, quads := void.New(), void.New()
	for _, file := range files {
		study, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var out mapping.Output
		if err := converter.Convert(study, &out); err != nil {
			t.Fatal(err)
		}
		for _, text := range [][]byte{out.Shared, out.Record} {
			if err := lines.AddLines(text); err != nil {
				t.Fatal(err)
			}
			for q, err := range rdf.Read(bytes.NewReader(text), rdf.NQuads, nil) {
				if err != nil {
					t.Fatal(err)
				}
				quads.Add(q)
			}
		}
	}
	if diff := cmp.Diff(quads, lines); diff != "" || lines.Studies() != int64(len(files)) {
		t.Error(lines.Studies(), diff)
	}
}

func TestOddLines(t *testing.T) {
	c := void.New()
	good := "_:b <urn:p> \"a <b> .\\n> <c\" <urn:g> .\n<urn:s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:C> <urn:g> .\n"
	if err := c.AddLines([]byte(good)); err != nil || c.Quads != 2 || c.Graphs.N("urn:g") != 2 || c.Classes.N("urn:C") != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	for _, bad := range []string{"\n", "x\n", "<urn:s> <urn:p> <urn:o> .\n", "<urn:s> <urn:p> \"o\" .\n", "<urn:s> <urn:p> <urn:o> <urn:g> .", "<urn:s> <urn:p> <urn:g> .\n", "<s> <> .\n", "<> .\n"} {
		if err := c.AddLines([]byte(bad)); err == nil {
			t.Errorf("%q is counted", bad)
		}
	}
}

func ExampleCounts_Turtle() {
	c := void.New()
	c.Add(rdf.Quad{Subject: rdf.IRI("urn:s"), Predicate: rdf.IRI("urn:p"), Object: rdf.IRI("urn:o"), Graph: rdf.IRI("urn:g")})
	var out strings.Builder
	err := c.Turtle(&out, []rdf.Prefix{{Name: "void", IRI: "http://rdfs.org/ns/void#"}})
	fmt.Println(strings.Contains(out.String(), "void:triples 1"), err)
	// Output: true <nil>
}
