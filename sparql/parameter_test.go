package sparql

import (
	"fmt"
	"strings"
	"testing"
)

const asked = `PREFIX mesh: <http://id.nlm.nih.gov/mesh/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT * { # VALUES ?none { 1 }
  VALUES ?disease { mesh:D008171 mesh:D001249 } # of two
  VALUES ?country { <http://example.org/country/CHN> }
  VALUES (?a ?b) { (1 2) }
  VALUES ?since { "2025-01-01"^^xsd:date }
  VALUES ?label { "lung"@en }
  VALUES ?phase { "PHASE3" }
  VALUES ?level { 0.05 }
  VALUES ?west { -72.1 }
  VALUES ?open { true }
  { SELECT * { VALUES ?sponsor { UNDEF } VALUES ?empty {} } }
}`

func TestWithValues(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"disease", "D000001", "{ mesh:D000001 }"},
		{"disease", "xsd:date", "{ xsd:date }"},
		{"disease", "http://example.org/x", "{ <http://example.org/x> }"},
		{"disease", "<http://example.org/x>", "{ <http://example.org/x> }"},
		{"country", "USA", "{ <http://example.org/country/USA> }"},
		{"country", "urn:x:y", "{ <urn:x:y> }"},
		{"since", "2026-02-28", `{ "2026-02-28"^^xsd:date }`},
		{"since", `"2026-02-28"^^<http://www.w3.org/2001/XMLSchema#date>`, `{ "2026-02-28"^^<http://www.w3.org/2001/XMLSchema#date> }`},
		{"label", "heart", `{ "heart"@en }`},
		{"phase", `a "b" \c } #`, `{ "a \"b\" \\c } #" }`},
		{"phase", "#VALUES ?x { 1 }", `{ "#VALUES ?x { 1 }" }`},
		{"level", "1", "{ 1 }"},
		{"level", "1e-3", "{ 1e-3 }"},
		{"west", "-1.5", "{ -1.5 }"},
		{"open", "false", "{ false }"},
		{"sponsor", "A, Inc.", `{ "A, Inc." }`},
	} {
		got, err := WithValues(asked, map[string][]string{c.name: {c.value}})
		if err != nil {
			t.Errorf("%s=%s: %v", c.name, c.value, err)
			continue
		}
		if want := "VALUES ?" + c.name + " " + c.want; !strings.Contains(got, want) {
			t.Errorf("%s=%s: %s\nexpected %s", c.name, c.value, got, want)
		}
		if strings.Count(got, "\n") != strings.Count(asked, "\n") || len(strings.Fields(got)) < 60 {
			t.Errorf("%s=%s: the rest changed: %s", c.name, c.value, got)
		}
	}
	got, err := WithValues(asked, map[string][]string{"country": {"USA", "CAN"}, "level": {"0.01"}})
	if err != nil || !strings.Contains(got, "{ <http://example.org/country/USA> <http://example.org/country/CAN> }") || !strings.Contains(got, "{ 0.01 }") {
		t.Errorf("%v: %s", err, got)
	}
}

// A value that would change more than itself, or be equal to nothing, is told.
func TestValuesThatAreNone(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"since", "2026-02-30", `since=2026-02-30: the value must be valid and of the same type as "2025-01-01"^^xsd:date`},
		{"since", `"2026-02-28"`, "must be valid and of the same type as"},
		{"level", "low", "must be a term of SPARQL, such as 0.05"},
		{"level", "true", "must be valid and of the same type as"},
		{"open", "yes", "must be a term of SPARQL"},
		{"west", "1 2", "must be a term of SPARQL"},
		{"west", "", "is empty"},
		{"disease", "a b", "must be a term of SPARQL"},
		{"disease", "nih:D1", "must be a term of SPARQL"},
		{"disease", `"D008171"`, "must be valid and of the same type as"},
		{"phase", `"a" } ?s ?p ?o . VALUES ?x { "b"`, "must be one term of SPARQL"},
		{"phase", `"a" #`, "must be a term of SPARQL"},
		{"country", "<http://example.org/a b>", "must be a term of SPARQL"},
		{"phase", "\xff", "must be a term of SPARQL"},
		{"contry", "USA", `no parameter "contry", expected disease, country, since, label, phase, level, west, open, sponsor`},
		{"empty", "1", "no parameter"},
		{"a", "1", "no parameter"},
	} {
		got, err := WithValues(asked, map[string][]string{c.name: {c.value}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s=%s: %v, expected %s; %s", c.name, c.value, err, c.want, got)
		}
	}
	if _, err := WithValues("SELECT * { ?s ?p ?o }", map[string][]string{"x": {"1"}}); err == nil || !strings.Contains(err.Error(), "none") {
		t.Error(err)
	}
	if _, err := WithValues("SELECT", nil); err == nil {
		t.Error("a query that is none was taken")
	}
}

func ExampleWithValues() {
	query := `PREFIX mesh: <http://id.nlm.nih.gov/mesh/>
PREFIX ctg: <https://clinicaltrials.gov/ns/>
SELECT ?s { VALUES ?disease { mesh:D008171 } ?s ctg:condition_mesh ?disease }`
	query, err := WithValues(query, map[string][]string{"disease": {"D001249", "D011014"}})
	if err != nil {
		panic(err)
	}
	fmt.Println(query[strings.Index(query, "SELECT"):])
	// Output: SELECT ?s { VALUES ?disease { mesh:D001249 mesh:D011014 } ?s ctg:condition_mesh ?disease }
}

func ExampleQuery_Parameters() {
	q, err := Parse(`SELECT ?s { VALUES ?since { "2025-01-01" } ?s <http://purl.org/dc/terms/modified> ?d FILTER(?d > ?since) }`, "")
	if err != nil {
		panic(err)
	}
	for _, p := range q.Parameters() {
		fmt.Println(p.Name, p.Values)
	}
	// Output: since ["2025-01-01"]
}
