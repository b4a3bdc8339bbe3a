package aact_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

const rr = "http://www.w3.org/ns/r2rml#"

// TestR2RML reads the mappings: they are Turtle, each has its three parts, and
// together they have every property whose field AACT carries.
func TestR2RML(t *testing.T) {
	parts := map[string]int{}
	predicates := map[string]bool{}
	for q, err := range rdf.Read(bytes.NewReader(aact.R2RML()), rdf.Turtle, nil) {
		if err != nil {
			t.Fatal(err)
		}
		switch local := strings.TrimPrefix(q.Predicate.Value, rr); local {
		case "logicalTable", "subjectMap", "sqlQuery":
			parts[local]++
		case "predicate":
			predicates[q.Object.Value] = true
		}
	}
	if n := parts["subjectMap"]; n < 300 || parts["logicalTable"] != n || parts["sqlQuery"] != n {
		t.Errorf("%v, expected as many of each", parts)
	}
	lost := map[string]bool{}
	for _, path := range aact.NotCarried() {
		lost[path] = true
	}
	for _, f := range model.Default().Fields {
		// What classic XML alone says has no column either.
		if f.Leaf() && f.Piece != "" && !lost[f.Path] && !predicates[model.Expand(f.Property)] {
			t.Errorf("%s: no mapping has %s", f.Path, f.Property)
		}
	}
}

// TestR2RMLKeys holds that natural keys have the parts that AACT has columns for:
// a part that only another delivery says would make another IRI.
func TestR2RMLKeys(t *testing.T) {
	mapping := string(aact.R2RML())
	for name, parts := range map[string]int{"location-": 5, "outcome-primary-": 2} {
		_, key, found := strings.Cut(mapping, "'"+name+"' || left(encode(sha256(convert_to(")
		key, _, ended := strings.Cut(key, ", 'UTF8')")
		if n := strings.Count(key, "chr(31)") + 1; !found || !ended || n != parts {
			t.Errorf("%s: the key has %d parts, expected %d: %s", name, n, parts, key)
		}
	}
}
