package sparql_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
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

// TestBounds holds that every costly query ends soon behind its time limit,
// within its memory, with an answer, an error of the query or ErrLimit.
func TestBounds(t *testing.T) {
	b := index.NewBuilder()
	for i := range 20000 {
		b.Add(rdf.Quad{Subject: rdf.IRI(fmt.Sprintf("urn:s%d", i%500)), Predicate: rdf.IRI("urn:p"), Object: rdf.IRI(fmt.Sprintf("urn:s%d", i*7%500))})
		b.Add(rdf.Quad{Subject: rdf.IRI(fmt.Sprintf("urn:s%d", i%500)), Predicate: rdf.IRI("urn:q"), Object: rdf.String(fmt.Sprintf("text %d", i))})
	}
	x := b.Build()
	opts := &sparql.Options{Limits: sparql.Limits{Time: 500 * time.Millisecond, Bytes: 128 << 20}}
	for name, text := range costly() {
		t.Run(name, func(t *testing.T) {
			start, before := time.Now(), peak()
			err := drain(text, x, opts)
			var syntax *sparql.Error
			if err != nil && !errors.Is(err, sparql.ErrLimit) && !errors.As(err, &syntax) {
				t.Error(err)
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("it took %s: %v", took, err)
			}
			if grown := peak() - before; grown > 1<<30 {
				t.Errorf("memory grew by %d MB", grown>>20)
			}
		})
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
