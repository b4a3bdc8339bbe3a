//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/tools"
)

// dateExpressions are what one asks of dates, ages and months, in the order of the
// page.
var dateExpressions = []string{
	`"2020-01-01"^^xsd:date < "2020-03-01"^^xsd:date`,
	`"2020-01"^^xsd:gYearMonth < "2020-03"^^xsd:gYearMonth`,
	`"2019"^^xsd:gYear < "2020"^^xsd:gYear`,
	`"2019"^^xsd:gYear < "2020-03"^^xsd:gYearMonth`,
	`"2020-01"^^xsd:gYearMonth < "2020-03-01"^^xsd:date`,
	`"2020-05"^^xsd:gYearMonth < "2020-03-01"^^xsd:date`,
	`"2020-01-01"^^xsd:date < "2020-03-01T00:00:00Z"^^xsd:dateTime`,
	`18.0 < 65.0`,
	`"P18Y"^^xsd:duration < "P65Y"^^xsd:duration`,
	`"P6M"^^xsd:duration < "P2Y"^^xsd:duration`,
	`"P12M"^^xsd:duration = "P1Y"^^xsd:duration`,
	`"P30D"^^xsd:duration < "P1M"^^xsd:duration`,
	`YEAR("2020-03-01"^^xsd:date)`,
	`YEAR("2020-03"^^xsd:gYearMonth)`,
	`xsd:gYear("2020-03-01"^^xsd:date)`,
	`"2020-03-01"^^xsd:date - "2020-01-01"^^xsd:date`,
}

// dateOrders are values in the order in which they stand in the query.
var dateOrders = []string{
	`"P65Y"^^xsd:duration "P6M"^^xsd:duration "P18Y"^^xsd:duration`,
	`"2020-03"^^xsd:gYearMonth "2019-12"^^xsd:gYearMonth`,
	`"2020-03-01"^^xsd:date "2020"^^xsd:gYear "2019-12"^^xsd:gYearMonth`,
}

// dateLiteral is a literal of an expression. Queries have variables in place of them,
// as those of people have: some engines refuse a query with constants that they
// cannot compare.
var dateLiteral = regexp.MustCompile(`"[^"]*"\^\^xsd:\w+|\d+\.\d+`)

// dateQueries are the queries of both, each with one value ?x, and what the page
// calls them.
func dateQueries() (names, queries []string) {
	prefix := "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
	for _, e := range dateExpressions {
		n := 0
		variables := dateLiteral.ReplaceAllStringFunc(e, func(string) string {
			n++
			return fmt.Sprintf("?v%d", n)
		})
		values := ""
		for i, literal := range dateLiteral.FindAllString(e, -1) {
			values += fmt.Sprintf("VALUES ?v%d { %s } ", i+1, literal)
		}
		names, queries = append(names, "`"+e+"`"), append(queries, prefix+"SELECT ?x { "+values+"BIND (("+variables+") AS ?x) }")
	}
	for _, values := range dateOrders {
		names = append(names, "`ORDER BY` of `"+values+"`")
		queries = append(queries, prefix+"SELECT (GROUP_CONCAT(STR(?v); separator=\", \") AS ?x) { { SELECT ?v { VALUES ?v { "+values+" } } ORDER BY ?v } }")
	}
	return names, queries
}

// A dateEngine answers the queries of a file, one on each line, with a line each.
type dateEngine struct {
	name string
	run  func(t *testing.T, file string) []string
}

func answerLines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

var dateEngines = []dateEngine{
	{"trialweave", func(t *testing.T, file string) []string {
		var out []string
		for _, query := range answerLines(string(load(t, file))) {
			rows := answered(t, "", query).Rows
			out = append(out, lexicalForm(rows[0]))
		}
		return out
	}},
	{"oxigraph 0.5.13", func(t *testing.T, file string) []string {
		return answerLines(tools.Run(t, t.TempDir(), python(t), script(t, "dates.py"), "oxigraph", file))
	}},
	{"Jena 5.6.0", jenaDates},
	{"RDF4J 5.2.2", func(t *testing.T, file string) []string {
		return answerLines(tools.Run(t, rdf4jDir(t), "java", "-Xmx1g", "-cp", "lib/*", script(t, "Places.java"), file))
	}},
	{"rdflib 7.6.0", func(t *testing.T, file string) []string {
		return answerLines(tools.Run(t, t.TempDir(), python(t), script(t, "dates.py"), "rdflib", file))
	}},
}

func jenaDates(t *testing.T, file string) []string {
	type question struct {
		Data  string `json:"data"`
		Query string `json:"query"`
	}
	var cases []question
	for _, query := range answerLines(string(load(t, file))) {
		cases = append(cases, question{Query: query})
	}
	data, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	save(t, file+".json", data)
	var rows [][]string
	if err := json.Unmarshal([]byte(tools.Run(t, jenaDir(t), "java", "-Xmx1g", "-cp", "lib/*", script(t, "Ask.java"), "cases", file+".json")), &rows); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, row := range rows {
		out = append(out, lexicalForm(row[0]))
	}
	return out
}

// lexicalForm is that of the literal of a row, x=TERM.
func lexicalForm(row string) string {
	if strings.HasPrefix(row, "failed") {
		return "error"
	}
	_, term, _ := strings.Cut(row, "=")
	_, text, _ := strings.Cut(term, `"`)
	text, _, _ = strings.Cut(text, `"`)
	return text
}

// TestDatesOverEngines holds the table of what engines make of dates, ages and months.
func TestDatesOverEngines(t *testing.T) { holdTable(t, "dates", dateTable(t, dateEngines)) }

// TestDatesInComunica is the same for an engine that takes long to install.
func TestDatesInComunica(t *testing.T) {
	if !portion.Full() {
		t.Skip("part of make soak: TRIALWEAVE_FULL installs the slow tools")
	}
	comunica := dateEngine{"Comunica 5.4.1", func(t *testing.T, file string) []string {
		return answerLines(tools.Run(t, t.TempDir(), "node", script(t, "dates.js"), moreNode(t), file))
	}}
	holdTable(t, "slow dates", today()+dateTable(t, []dateEngine{comunica}))
}

func dateTable(t *testing.T, engines []dateEngine) string {
	t.Helper()
	names, queries := dateQueries()
	file := filepath.Join(t.TempDir(), "queries.txt")
	save(t, file, []byte(strings.Join(queries, "\n")+"\n"))
	head, cells := "| |", make([]string, len(queries))
	for _, e := range engines {
		answers := e.run(t, file)
		if len(answers) != len(queries) {
			t.Fatalf("%s: %d answers, expected %d", e.name, len(answers), len(queries))
		}
		head += " " + e.name + " |"
		for i, answer := range answers {
			if answer == "" {
				answer = "unbound"
			}
			cells[i] += " " + strings.ReplaceAll(answer, "|", "\\|") + " |"
		}
	}
	table := head + "\n|---|" + strings.Repeat("---|", len(engines)) + "\n"
	for i, name := range names {
		table += "| " + name + " |" + cells[i] + "\n"
	}
	t.Log("\n" + table)
	return table
}
