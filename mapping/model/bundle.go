package model

import (
	"embed"
	"regexp"
	"slices"
	"strings"
)

//go:embed quality-shapes.ttl ontology.ttl enums.ttl countries.ttl shapes.ttl queries sql views
var bundle embed.FS

// Ontology returns the ontology of the ctg: and tw: terms, as Turtle.
func Ontology() []byte { return bundled("ontology.ttl") }

// Enums returns the SKOS concept schemes of all codes, as Turtle.
func Enums() []byte { return bundled("enums.ttl") }

// CountryNames returns the registry's names of countries, as Turtle.
func CountryNames() []byte { return bundled("countries.ttl") }

// Shapes returns the SHACL shapes, as Turtle.
func Shapes() []byte { return bundled("shapes.ttl") }

// Query is a competency question, a question that the graph was made to answer, or a
// view of the graph in other terms.
type Query struct {
	// Name is the name of its file without the ending.
	Name string
	// SPARQL is the text, which begins with what it asks as comments.
	SPARQL string
	// SQL asks the same of tables, in the SQL of DuckDB; a view has none.
	SQL string
}

// Question is what the query asks, as its first comment says.
func (q Query) Question() string {
	line, _, _ := strings.Cut(q.SPARQL, "\n")
	return strings.TrimSpace(strings.TrimLeft(line, "# "))
}

// Parameters are the variables that the query gives values in VALUES, in the order of
// the text, without question marks: each can be given others.
func (q Query) Parameters() []string {
	var out []string
	for line := range strings.Lines(q.SPARQL) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, m := range values.FindAllStringSubmatch(line, -1) {
			if !slices.Contains(out, m[1]) {
				out = append(out, m[1])
			}
		}
	}
	return out
}

var values = regexp.MustCompile(`\bVALUES\s+\?(\w+)\s*\{`)

// Queries returns the competency questions, sorted by name.
func Queries() []Query { return queriesIn("queries") }

// FindQuery returns the competency question of a name or number, or the view of a
// name, and whether there is one.
func FindQuery(name string) (Query, bool) {
	for _, q := range Queries() {
		number, _, _ := strings.Cut(q.Name, "-")
		if name == q.Name || strings.TrimLeft(name, "0") == strings.TrimLeft(number, "0") { // 1 is question 01
			return q, true
		}
	}
	for _, q := range Views() {
		if name == q.Name {
			return q, true
		}
	}
	return Query{}, false
}

// queriesIn returns the queries of a folder of the bundle, sorted by name.
func queriesIn(folder string) []Query {
	entries, err := bundle.ReadDir(folder)
	if err != nil {
		panic(err) // a folder that go:embed put there
	}
	var out []Query
	for _, e := range entries {
		q := Query{Name: strings.TrimSuffix(e.Name(), ".rq"), SPARQL: string(bundled(folder + "/" + e.Name()))}
		if folder == "queries" {
			q.SQL = string(bundled("sql/" + q.Name + ".sql"))
		}
		out = append(out, q)
	}
	return out
}

func bundled(name string) []byte {
	data, err := bundle.ReadFile(name)
	if err != nil {
		panic(err) // a file that go:embed put there
	}
	return data
}
