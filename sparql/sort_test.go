package sparql

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/rdf"
)

func manyObjects() *index.Index {
	r := rand.New(rand.NewPCG(5, 5))
	b := index.NewBuilder()
	for i := range 30000 {
		object := integer(int64(r.IntN(5000))).term
		switch r.IntN(4) {
		case 0:
			object = rdf.LangString(strings.Repeat("x", r.IntN(40)), "en")
		case 1:
			object = rdf.IRI(fmt.Sprintf("http://e/%d", r.IntN(1000)))
		case 2:
			object = rdf.Typed(fmt.Sprintf("2020-01-%02d", 1+r.IntN(28)), xsd+"date")
		}
		b.Add(rdf.Quad{Subject: rdf.IRI(fmt.Sprintf("http://e/s%d", i)), Predicate: rdf.IRI("http://e/p"), Object: object})
	}
	return b.Build()
}

func sortedRows(t *testing.T, x *index.Index, text string, opts *Options) ([]string, error) {
	t.Helper()
	q, err := Parse(text, "")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for row, err := range q.Rows(t.Context(), x, opts) {
		if err != nil {
			return out, err
		}
		out = append(out, fmt.Sprint(row))
	}
	return out, nil
}

// TestSortSpills: a sort that has a folder gives within little memory what one
// gives that holds all; without a folder it ends at the limit.
func TestSortSpills(t *testing.T) {
	x, dir := manyObjects(), t.TempDir()
	small := Limits{Bytes: 2 << 20}
	texts := []string{
		`SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o ?s`,
		`SELECT ?s ?o { ?s ?p ?o } ORDER BY DESC(?o)`, // equal rows stay as they came
		`SELECT ?s ?o { ?s ?p ?o } ORDER BY DESC(STRLEN(STR(?o))) LCASE(STR(?o)) ?s`,
		`SELECT ?o ?n { ?s ?p ?o OPTIONAL { ?s <http://e/none> ?n } } ORDER BY ?n (?o + 1) ?o`,
		`SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o ?s LIMIT 20000`,
		`SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o ?s OFFSET 15000`,
		`SELECT ?s ?o { { SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s } } ORDER BY ?o`,
	}
	for _, text := range portion.Of(texts, 2) {
		want, err := sortedRows(t, x, text, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := sortedRows(t, x, text, &Options{Limits: small, Temp: dir})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %d rows, %v, expected the %d of a sort in memory", text, len(got), err, len(want))
		}
		if _, err := sortedRows(t, x, text, &Options{Limits: small}); !errors.Is(err, ErrLimit) {
			t.Errorf("%s: %v, expected the limit of memory", text, err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("%v is left, %v", entries, err)
	}
	if _, err := sortedRows(t, x, `SELECT * { ?s ?p ?o } ORDER BY ?o`, &Options{Limits: small, Temp: filepath.Join(dir, "none")}); err == nil || !strings.Contains(err.Error(), "sorting in") {
		t.Errorf("%v, expected the fault of the folder", err)
	}
}
