package sparql_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// repeated is a part of a query again and again; %d in it counts.
func repeated(part string, n int) string {
	var b strings.Builder
	for i := range n {
		if strings.Contains(part, "%d") {
			b.WriteString(strings.ReplaceAll(part, "%d", fmt.Sprint(i)))
		} else {
			b.WriteString(part)
		}
	}
	return b.String()
}

// costly are queries that ask for more than anybody should get.
func costly() map[string]string {
	doubling := func(by string) string {
		var b strings.Builder
		b.WriteString(`SELECT ?v60 { BIND("aaaaaaaaaaaaaaaa" AS ?v0) `)
		for i := range 60 {
			fmt.Fprintf(&b, "BIND("+by+" AS ?v%d) ", i, i, i+1)
		}
		return b.String() + "}"
	}
	return map[string]string{
		"doubling":      doubling("CONCAT(?v%d,?v%d)"),
		"replacing":     doubling(`REPLACE(CONCAT(?v%d,SUBSTR(?v%d,1,0)),"a","aa")`),
		"optionals":     "SELECT * {" + repeated("OPTIONAL{?s <urn:p> ?o}", 5000) + "}",
		"new variables": "SELECT * {" + repeated("OPTIONAL{?s <urn:p> ?v%d}", 5000) + "}",
		"filters":       "SELECT * {?s ?p ?o " + repeated("FILTER(1)", 9000) + "}",
		"binds":         "SELECT * {" + repeated("BIND(1 AS ?v%d)", 900) + "}",
		"unions":        "SELECT * {{}" + repeated("UNION{}", 9000) + "}",
		"minuses":       "SELECT * {?s ?p ?o " + repeated("MINUS{?s ?p 1}", 9000) + "}",
		"patterns":      "SELECT * {" + repeated("?s <urn:p%d> ?o .", 9000) + "}",
		"alike":         "SELECT * {" + repeated("?s ?p ?o .", 9000) + "}",
		"sum":           "SELECT (1" + repeated("+1", 9000) + " AS ?x) {}",
		"ors":           "ASK {FILTER(false" + repeated("||false", 9000) + ")}",
		"path":          "ASK {?s <urn:a>" + repeated("/<urn:a>", 9000) + " ?o}",
		"star path":     "ASK {?s <urn:p>*" + repeated("/<urn:p>*", 2000) + " ?o}",
		"choices":       "ASK {?s <urn:p>" + repeated("|<urn:p>", 9000) + " ?o}",
		"having":        "SELECT ?s {?s ?p ?o} GROUP BY ?s HAVING " + repeated("(1)", 9000),
		"in":            "SELECT * {VALUES ?x {" + repeated("%d ", 30000) + "} FILTER(?x IN (" + strings.TrimSuffix(repeated("%d,", 30000), ",") + "))}",
		"not in":        "SELECT * {VALUES ?x {" + repeated("1.5e%d ", 20000) + "} FILTER(?x NOT IN (" + strings.TrimSuffix(repeated("<urn:%d>,", 20000), ",") + "))}",
		"product":       "SELECT * {?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l}",
		"sorted":        "SELECT * {?a ?b ?c . ?d ?e ?f . ?g ?h ?i} ORDER BY ?c ?f",
		"top":           "SELECT * {?a ?b ?c . ?d ?e ?f . ?g ?h ?i} ORDER BY ?c ?f LIMIT 100000000",
		"grouped":       "SELECT (GROUP_CONCAT(?o) AS ?t) {?a ?b ?c . ?d ?e ?o . ?g ?h ?i}",
		"regex":         `ASK {BIND("` + repeated("a", 300000) + `" AS ?t) FILTER(REGEX(?t,"` + repeated("a?", 900) + `b$"))}`,
		"references":    `ASK {BIND("` + repeated("ab", 2000) + `" AS ?t) FILTER(REGEX(?t,"(a*)(b*)(a*)(b*)\\1\\2c"))}`,
		"constructed":   "CONSTRUCT {?a ?b ?f} {?a ?b ?c . ?d ?e ?f . ?g ?h ?i}",
		"described":     "DESCRIBE ?s {?s ?p ?o}",
	}
}

// costlyWords are searches of words that ask for too much.
func costlyWords() map[string]string {
	const tw = "https://w3id.org/trialweave/ns#"
	long := `BIND("` + repeated("a ", 100000) + `" AS ?t0) ` + repeatedBinds(3)
	phrase := `\"` + repeated("a ", 250) + `b\"`
	letters := make([]string, 60)
	for i := range letters {
		letters[i] = fmt.Sprintf("%c*", 'a'+i%26)
	}
	return map[string]string{
		"everything":          `SELECT * {?o <` + tw + `matches> "` + strings.Join(letters, " OR ") + `" . ?a ?b ?c . ?d ?e ?f}`,
		"all and all":         `SELECT * {?o <` + tw + `matches> "t* ` + repeated("t* ", 60) + `" . ?p <` + tw + `matches> "t*"}`,
		"nested":              `SELECT * {?o <` + tw + `matches> "` + repeated("(t* OR NOT ", 15) + "x" + repeated(" AND t*)", 15) + ` text"}`,
		"not":                 `SELECT * {?o <` + tw + `matches> "text ` + repeated("NOT x%d* ", 100) + `"}`,
		"a phrase":            `SELECT * {?o <` + tw + `matches> "\"` + repeated("text ", 250) + `\""}`,
		"a phrase of a text":  `ASK {` + long + `FILTER(<` + tw + `matches>(?t3, "` + phrase + `"))}`,
		"phrases of a text":   `ASK {` + long + `FILTER(<` + tw + `matches>(?t3, "` + repeated(`\"a a a a a a a b%d\" OR `, 100) + `x"))}`,
		"score of a text":     `SELECT (<` + tw + `score>(?t3, "` + phrase + ` OR a") AS ?s) {` + long + `}`,
		"snippet of a text":   `SELECT (<` + tw + `snippet>(?t3, "` + phrase + ` OR a") AS ?s) {` + long + `}`,
		"snippets":            `SELECT (<` + tw + `snippet>(?o, "text 1* 2* 3*") AS ?s) {?o <` + tw + `matches> "text" . ?a ?b ?c}`,
		"scores":              `SELECT ?o {?o <` + tw + `matches> "text" . ?a ?b ?c} ORDER BY <` + tw + `score>(?o, "` + strings.Join(letters, " OR ") + `")`,
		"many searches":       "SELECT * {" + repeated(`?v%d <`+tw+`matches> "t*" .`, 200) + "}",
		"searches in filters": "SELECT * {?s ?p ?o " + repeated(`FILTER(<`+tw+`matches>(?o, "t* OR x%d*"))`, 2000) + "}",
		"words of rows":       `SELECT (COUNT(*) AS ?n) {?s ?p ?o . ?a ?b ?c FILTER(<` + tw + `matches>(?o, CONCAT(STR(?c), "*")))}`,
		"pieces":              "SELECT * {?s ?p ?o . ?a ?b ?o " + repeated(`FILTER(CONTAINS(?o, "ext %d"))`, 3000) + "}",
		"marks":               `SELECT * {?s ?p ?o . ?a ?b ?o FILTER(CONTAINS(?o, "` + repeated("\u0301", 30000) + repeated("abc ", 30000) + `"))}`,
		"alternatives":        `SELECT * {?s ?p ?o . ?a ?b ?o FILTER(REGEX(?o, "` + repeated("(abc|def|ext)", 60) + `"))}`,
	}
}

// repeatedBinds double a text again and again.
func repeatedBinds(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "BIND(CONCAT(?t%d, ?t%d) AS ?t%d) ", i, i, i+1)
	}
	return b.String()
}

// TestBoundsOfWords does with searches of words what TestBounds does with all else,
// with an index of words and without one.
func TestBoundsOfWords(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	w, err := index.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	b := index.NewBuilder()
	for i := range 20000 {
		q := rdf.Quad{Subject: rdf.IRI(fmt.Sprintf("urn:s%d", i%500)), Predicate: rdf.IRI("urn:q"), Object: rdf.String(fmt.Sprintf("text %d of x%x", i, i*7919))}
		b.Add(q)
		if err := w.Add(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	with, err := index.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer with.Close()
	without := b.Build()
	for name, text := range costlyWords() {
		for which, x := range map[string]*index.Index{"with": with, "without": without} {
			t.Run(name+" "+which, func(t *testing.T) { ends(t, x, text, time.Duration(portion.Count(10, 50))*time.Millisecond) })
		}
	}
}

// ends holds that a query ends soon behind its time limit and within its memory.
func ends(t *testing.T, x *index.Index, text string, within time.Duration) {
	t.Helper()
	opts := &sparql.Options{Limits: sparql.Limits{Time: within, Bytes: 128 << 20}}
	start, before := time.Now(), peak()
	err := drain(text, x, opts)
	var syntax *sparql.Error
	if err != nil && !errors.Is(err, sparql.ErrLimit) && !errors.As(err, &syntax) {
		t.Error(err)
	}
	took, grown := time.Since(start), peak()-before
	if t.Logf("%v, %d MB: %.100v", took.Round(time.Millisecond), grown>>20, err); took > 10*time.Second || grown > 1<<30 {
		t.Error("it took too long, or too much memory")
	}
}

// TestBounds holds that every costly query ends soon behind its time limit,
// within its memory, with an answer, an error of the query or ErrLimit.
func TestBounds(t *testing.T) {
	b := index.NewBuilder()
	for i := range 20000 {
		b.Add(rdf.Quad{Subject: rdf.IRI(fmt.Sprintf("urn:s%d", i%500)), Predicate: rdf.IRI("urn:p"), Object: rdf.IRI(fmt.Sprintf("urn:s%d", i*7%500))})
		b.Add(rdf.Quad{Subject: rdf.IRI(fmt.Sprintf("urn:s%d", i%500)), Predicate: rdf.IRI("urn:q"), Object: rdf.String(fmt.Sprintf("text %d", i))})
	}
	x := b.Build()
	for name, text := range costly() {
		t.Run(name, func(t *testing.T) { ends(t, x, text, time.Duration(portion.Count(20, 500))*time.Millisecond) })
	}
}

// peak is what the program has got from the system so far.
func peak() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}

// drain answers a query and passes over what comes.
func drain(text string, x *index.Index, opts *sparql.Options) error {
	q, err := sparql.Parse(text, "")
	if err != nil {
		return err
	}
	ctx := context.Background()
	switch q.Form {
	case sparql.Ask:
		_, err = q.Ask(ctx, x, opts)
		return err
	case sparql.Select:
		for _, err := range q.Rows(ctx, x, opts) {
			if err != nil {
				return err
			}
		}
		return nil
	}
	for _, err := range q.Quads(ctx, x, opts) {
		if err != nil {
			return err
		}
	}
	return nil
}
