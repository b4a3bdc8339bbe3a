package sparql_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

var textWords = strings.Fields("asthma Asthma asthmatic heart failure Heart-failure type 2 diabetes diabetic insulin insulin-naïve naive Sjögren placebo double-blind randomised of in the with Straße")

func randomSentence(r *rand.Rand) string {
	var b strings.Builder
	for i := range 1 + r.IntN(8) {
		if i > 0 {
			b.WriteString([]string{" ", " ", ", ", "\n", "-"}[r.IntN(5)])
		}
		b.WriteString(textWords[r.IntN(len(textWords))])
	}
	return b.String()
}

// textIndexes returns an index with words and one without of the same quads.
func textIndexes(t *testing.T) (with, without *index.Index) {
	t.Helper()
	r := rand.New(rand.NewPCG(20, 20))
	dir := filepath.Join(t.TempDir(), "index")
	b := index.NewBuilder()
	for step := range 2 {
		begin := index.Create
		if step > 0 {
			begin = func(dir string) (*index.Writer, error) { return index.Update(dir, nil) }
		}
		w, err := begin(dir)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3000 {
			q := rdf.Quad{
				Subject: rdf.IRI(fmt.Sprintf("http://example.org/%d/%s", i/3, textWords[i%5])), Predicate: rdf.IRI("http://example.org/p" + fmt.Sprint(i%3)),
				Object: rdf.String(randomSentence(r)), Graph: rdf.IRI("http://example.org/g" + fmt.Sprint(2*step+i%2)),
			}
			switch r.IntN(6) {
			case 0:
				q.Object = rdf.LangString(randomSentence(r), "en")
			case 1:
				q.Object = rdf.IRI(fmt.Sprintf("http://example.org/%s/%d", textWords[r.IntN(3)], r.IntN(9)))
			case 2:
				q.Object = rdf.Typed(fmt.Sprint(r.IntN(400)), rdf.XSDInteger)
			}
			b.Add(q)
			if err := w.Add(q); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	x, err := index.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x, b.Build()
}

func rowsOf(t *testing.T, x *index.Index, text string) []string {
	t.Helper()
	q, err := sparql.Parse(text, "")
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var out []string
	for row, err := range q.Rows(t.Context(), x, nil) {
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		out = append(out, fmt.Sprint(row))
	}
	slices.Sort(out)
	return out
}

func planText(t *testing.T, p *sparql.Plan) string {
	t.Helper()
	var b strings.Builder
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// randomCondition asks for words of ?o in one of the ways that may be looked up.
func randomCondition(r *rand.Rand) string {
	text := randomSentence(r)
	from := r.IntN(len(text))
	text = strings.ToValidUTF8(text[from:min(len(text), from+3+r.IntN(12))], "")
	quoted := rdf.String(text).String()
	pattern := rdf.String(strings.NewReplacer("-", `[\- ]`, " ", `\s+`, "s", "[sS]", "2", "(1|2)").Replace(text)).String()
	word := textWords[r.IntN(len(textWords))]
	return []string{
		"CONTAINS(?o, " + quoted + ")", "CONTAINS(STR(?o), " + quoted + ")", "CONTAINS(LCASE(STR(?o)), LCASE(" + quoted + "))",
		"CONTAINS(LCASE(?o), " + rdf.String(strings.ToLower(text)).String() + ")", "CONTAINS(UCASE(STR(?o)), " + rdf.String(strings.ToUpper(text)).String() + ")",
		"STRSTARTS(STR(?o), " + quoted + ")", "STRENDS(?o, " + quoted + ")", "LCASE(STR(?o)) = " + rdf.String(strings.ToLower(text)).String(),
		"REGEX(?o, " + pattern + ")", `REGEX(STR(?o), ` + pattern + `, "i")`, `REGEX(?o, "^(` + word + `|placebo)", "i")`, `REGEX(?o, "` + word + `\\W?$", "i")`,
		`tw:matches(?o, "` + word + `")`, `tw:matches(?o, "` + word[:1] + `* OR failure NOT heart")`,
		"CONTAINS(?o, " + quoted + `) || CONTAINS(?o, "placebo")`, "CONTAINS(?o, " + quoted + `) && ?p != <http://example.org/p1>`, "!CONTAINS(?o, " + quoted + ")",
	}[r.IntN(17)]
}

const prefixTW = "PREFIX tw: <https://w3id.org/trialweave/ns#> "

// TestTextEqualsScan asks 200 conditions of texts, in several patterns, of an
// index with words and of one without: the rows are the same.
func TestTextEqualsScan(t *testing.T) {
	with, without := textIndexes(t)
	if !with.HasText() || without.HasText() {
		t.Fatal("one index has words, the other has none")
	}
	explained, err := sparql.Parse(`SELECT ?s { ?s ?p ?o FILTER(CONTAINS(?o, "asthma heart")) }`, "")
	if err != nil {
		t.Fatal(err)
	}
	if plan, err := explained.Explain(t.Context(), with, nil); err != nil || !strings.Contains(planText(t, plan), "by their words") {
		t.Fatalf("the words are not used: %v, %v", plan, err)
	}
	r := rand.New(rand.NewPCG(21, 21))
	shapes := []string{
		"SELECT ?s ?p ?o { ?s ?p ?o FILTER(%s) }", "SELECT ?s ?o ?n { ?s ?p ?o OPTIONAL { ?s <http://example.org/p2> ?n } FILTER(%s) }",
		"SELECT ?g ?s ?o { GRAPH ?g { ?s ?p ?o } FILTER(%s) }", "SELECT ?o (COUNT(*) AS ?n) { ?s ?p ?o . ?s <http://example.org/p0> ?x FILTER(%s) } GROUP BY ?o",
		"SELECT ?s ?o FROM <http://example.org/g0> { ?s ?p ?o FILTER(%s) }", "SELECT * { ?s ?p ?o BIND(STR(?p) AS ?name) MINUS { ?s <http://example.org/p1> 7 } FILTER(%s) }",
		"SELECT ?o ?s { { ?s ?p ?o } UNION { ?o ?p ?s } FILTER(%s) }", "SELECT ?s ?o { ?s ?p ?o FILTER EXISTS { ?s <http://example.org/p0> ?x } FILTER(%s) }",
	}
	found := 0
	queries := portion.Count(16, 200)
	for i := range queries {
		text := prefixTW + fmt.Sprintf(shapes[i%len(shapes)], randomCondition(r))
		want := rowsOf(t, without, text)
		if got := rowsOf(t, with, text); !slices.Equal(got, want) {
			t.Errorf("%s: %d rows, expected the %d of a scan", text, len(got), len(want))
		}
		if len(want) > 0 {
			found++
		}
	}
	if found < queries/2 {
		t.Errorf("%d of %d queries found something, expected more", found, queries)
	}
}

// TestMatchesEqualsFunction holds the property tw:matches to the function.
func TestMatchesEqualsFunction(t *testing.T) {
	with, without := textIndexes(t)
	for _, search := range []string{"asthma", `\"heart failure\"`, "ins* NOT naive", "(type 2) OR sjogren", "absent", "STRASSE diabet*"} {
		for _, shape := range []string{
			`SELECT DISTINCT ?o { %s }`, `SELECT ?s ?o { ?s <http://example.org/p1> ?o . %s }`, `SELECT ?g ?o { GRAPH ?g { ?s <http://example.org/p0> ?o . %s } }`,
			`SELECT DISTINCT ?o FROM <http://example.org/g1> { %s }`, `SELECT ?s ?o { ?s <http://example.org/p1> ?x OPTIONAL { ?s <http://example.org/p2> ?o . %s } }`,
			`SELECT ?s { ?s ?p ?x FILTER EXISTS { ?s <http://example.org/p0> ?o . %s } }`,
		} {
			by := prefixTW + fmt.Sprintf(shape, fmt.Sprintf("?any ?way ?o FILTER(tw:matches(?o, \"%s\"))", search))
			if strings.Contains(shape, "?s ?o {") || strings.Contains(shape, "GRAPH") || strings.Contains(shape, "EXISTS") {
				by = prefixTW + fmt.Sprintf(shape, fmt.Sprintf("FILTER(tw:matches(?o, \"%s\"))", search))
			}
			want := rowsOf(t, without, by)
			for name, x := range map[string]*index.Index{"with": with, "without": without} {
				if got := rowsOf(t, x, prefixTW+fmt.Sprintf(shape, fmt.Sprintf("?o tw:matches \"%s\"", search))); !slices.Equal(got, want) {
					t.Errorf("%s words, %s, %s: %d rows, expected %d", name, shape, search, len(got), len(want))
				}
			}
		}
	}
	if got := rowsOf(t, with, prefixTW+`SELECT ?o { BIND("asthma, which nobody says" AS ?o) ?o tw:matches "asthma" }`); len(got) != 0 {
		t.Errorf("a text that is not in the data matches: %v", got)
	}
}

func TestScoreAndSnippet(t *testing.T) {
	with, without := textIndexes(t)
	text := prefixTW + `SELECT ?o (ROUND(1000 * tw:score(?o, "asthma \"heart failure\"")) AS ?score) { ?s ?p ?o . ?o tw:matches "asthma OR \"heart failure\"" }`
	got, want := rowsOf(t, with, text), rowsOf(t, without, text)
	if len(got) < 100 || len(got) != len(want) {
		t.Errorf("%d rows, expected more than 100, and as many as without words: %d", len(got), len(want))
	}
	for query, want := range map[string]string{
		`SELECT (tw:snippet("Severe Asthma, in adults", "asthma adult*") AS ?x) {}`:               `["Severe **Asthma**, in **adults**"]`,
		`SELECT (tw:snippet("Severe Asthma"@en, "asthma", "<b>", "</b>") AS ?x) {}`:               `["Severe <b>Asthma</b>"@en]`,
		`SELECT (tw:score("rare", "absent") AS ?x) {}`:                                            `["0.0E0"^^<http://www.w3.org/2001/XMLSchema#double>]`,
		`SELECT (tw:score("asthma", "asthma") > tw:score("asthma of the in", "asthma") AS ?x) {}`: `["true"^^<http://www.w3.org/2001/XMLSchema#boolean>]`,
		`SELECT (tw:matches(<http://example.org/asthma>, "asthma") AS ?x) {}`:                     `[]`,
	} {
		if got := rowsOf(t, with, prefixTW+query); len(got) != 1 || strings.TrimSpace(got[0]) != want {
			t.Errorf("%s: %v, expected %s", query, got, want)
		}
	}
}

// TestWordsHaveLimits: what is found by words counts as memory of the query.
func TestWordsHaveLimits(t *testing.T) {
	with, without := textIndexes(t)
	q, err := sparql.Parse(prefixTW+`SELECT (COUNT(*) AS ?n) { ?o tw:matches "a* OR h* OR i* OR p*" }`, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]*index.Index{"with": with, "without": without} {
		for _, err = range q.Rows(t.Context(), x, &sparql.Options{Limits: sparql.Limits{Bytes: 8 << 10}}) {
		}
		if !errors.Is(err, sparql.ErrLimit) {
			t.Errorf("%s words: %v, expected the limit of memory", name, err)
		}
	}
}

func TestWordsThatAreRefused(t *testing.T) {
	for query, want := range map[string]string{
		`SELECT * { ?o tw:matches ?q }`:                      "must be a constant string",
		`SELECT * { ?o tw:matches 5 }`:                       "must be a constant string",
		`SELECT * { <http://example.org/> tw:matches "x" }`:  "of a term",
		`SELECT * { ?o tw:matches+ "x" }`:                    "within a path",
		`SELECT * { ?o (^tw:matches|a) "x" }`:                "within a path",
		`SELECT * { ?o tw:matches "NOT x" }`:                 "would match",
		`SELECT * { ?s ?p ?o FILTER(tw:matches(?o, "(x")) }`: `expected ")"`,
		`SELECT * { ?s ?p ?o FILTER(tw:matches(?o)) }`:       "1 argument of",
		`SELECT (tw:score(?o, "a", "b") AS ?x) { ?s ?p ?o }`: "3 arguments",
		`SELECT (tw:scores(?o, "a") AS ?x) { ?s ?p ?o }`:     "did you mean <https://w3id.org/trialweave/ns#score>?",
	} {
		x := index.NewBuilder().Build()
		q, err := sparql.Parse(prefixTW+query, "")
		if err == nil {
			for _, e := range q.Rows(t.Context(), x, nil) {
				err = e
			}
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, expected an error with %q", query, err, want)
		}
	}
}
