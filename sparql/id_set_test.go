package sparql

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

func TestIDSet(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, terms := range []int{0, 1, 100, 40000} {
		var s idSet
		want := map[index.ID]bool{}
		for range 20000 {
			id := index.ID(r.IntN(terms + 500)) // some are terms that a query makes
			if s.add(id, terms) == want[id] {
				t.Fatalf("%d of %d terms: it was there: %v", id, terms, want[id])
			}
			want[id] = true
		}
		if terms == 40000 && s.bits == nil {
			t.Error("many numbers are in a map")
		}
	}
}

// TestMemo asks conditions so often that answers are kept, of values that come
// again and again.
func TestMemo(t *testing.T) {
	b := index.NewBuilder()
	for i := range 30000 {
		object := rdf.String(fmt.Sprintf("text %d", i%977))
		if i%3 == 0 {
			object = integer(int64(i % 500)).term
		}
		b.Add(rdf.Quad{Subject: rdf.IRI(fmt.Sprintf("http://e/%d", i)), Predicate: rdf.IRI("http://e/p"), Object: object})
	}
	x := b.Build()
	for condition, want := range map[string]int{
		`?o > 249`:        5000,
		`REGEX(?o, "7$")`: countWhere(func(i int) bool { return i%3 > 0 && i%977%10 == 7 }),
		`isLiteral(?o) && CONTAINS(STR(?o), "1")`: countWhere(func(i int) bool { return contains1(i) }),
		`!(?o > 249)`:              5000,
		`COALESCE(?o > 249, true)`: 25000,
		`?o IN (1, 2, "text 3")`:   countWhere(func(i int) bool { return i%3 == 0 && (i%500 == 1 || i%500 == 2) || i%3 > 0 && i%977 == 3 }),
	} {
		rows, err := sortedRows(t, x, `SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(`+condition+`) }`, nil)
		if err != nil || len(rows) != 1 || rows[0] != fmt.Sprint([]rdf.Term{integer(int64(want)).term}) {
			t.Errorf("%s: %v, %v, expected %d", condition, rows, err, want)
		}
	}
	// What chance decides is decided for each row.
	e := &evaluator{}
	if e.memoOf(callExpr{"<", []expr{callExpr{"RAND", nil}, varExpr{1}}}, 0) != nil || e.memoOf(callExpr{"<", []expr{varExpr{0}, varExpr{1}}}, 0) != nil || e.memoOf(existsExpr{pattern: &bgp{}}, 0) != nil {
		t.Error("a condition that may change is remembered")
	}
}

func countWhere(ok func(i int) bool) (n int) {
	for i := range 30000 {
		if ok(i) {
			n++
		}
	}
	return n
}

func contains1(i int) bool {
	text := fmt.Sprint(i % 977)
	if i%3 == 0 {
		text = fmt.Sprint(i % 500)
	}
	for _, c := range text {
		if c == '1' {
			return true
		}
	}
	return false
}
