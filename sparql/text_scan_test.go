package sparql

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/rdf"
)

// TestOddCase holds that the characters beyond ASCII that become ASCII in another
// case are all known.
func TestOddCase(t *testing.T) {
	ascii := func(s string) bool { return strings.ContainsFunc(s, func(r rune) bool { return r < utf8.RuneSelf }) }
	last := rune(portion.Count(0x1FFFF, unicode.MaxRune)) // above, few are assigned, and none has a case
	for r := rune(utf8.RuneSelf); r <= last; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		c := string(r)
		if odd := ascii(upper(c)) || ascii(lower(c)) || ascii(string(unicode.SimpleFold(r))); odd != hasOddCase(c) {
			t.Errorf("%U %s: %t", r, c, odd)
		}
	}
}

// TestScan holds that a look at the bytes of terms changes no answer: each query is
// asked so, and with a condition that has to be asked of every row.
func TestScan(t *testing.T) {
	dice := rand.New(rand.NewPCG(20, 33))
	words := []string{"asthma", "Asthma", "aſthma", "ASTHMA", "Kelvin", "\u212aelvin", "heart failure", "ﬁsh", "straße", "STRASSE", "İnternet", "naïve", "as", "thma", "\n", "x.y", "(a|b)", "Sjögren", "🫁 lung"}
	b := index.NewBuilder()
	for i := range portion.Count(2500, 6000) {
		var text strings.Builder
		for range 1 + dice.IntN(4) {
			text.WriteString(words[dice.IntN(len(words))] + []string{" ", "", "-"}[dice.IntN(3)])
		}
		o := rdf.String(fmt.Sprint(text.String(), i))
		switch dice.IntN(6) {
		case 0:
			o = rdf.LangString(o.Value, "en")
		case 1:
			o = rdf.IRI("http://asthma.example/" + fmt.Sprint(i, words[dice.IntN(4)]))
		case 2:
			o = rdf.Typed(o.Value, "http://e/asthma")
		case 3:
			o = rdf.Blank(fmt.Sprint("asthma", i))
		}
		b.Add(rdf.Quad{Subject: rdf.IRI("http://e/s"), Predicate: rdf.IRI("http://e/p"), Object: o})
	}
	x := b.Build()
	conditions := []string{
		`CONTAINS(?o, "asthma")`, `CONTAINS(STR(?o), "asthma")`, `CONTAINS(LCASE(STR(?o)), "asthma")`, `CONTAINS(UCASE(?o), "ASTHMA")`, `CONTAINS(UCASE(STR(?o)), "STRASSE")`,
		`CONTAINS(LCASE(?o), "kelvin")`, `CONTAINS(UCASE(?o), "FISH")`, `CONTAINS(LCASE(?o), "internet")`, `CONTAINS(?o, "naïve")`, `STRSTARTS(STR(?o), "http://asth")`, `STRENDS(?o, "failure12")`,
		`REGEX(?o, "asthma", "i")`, `REGEX(STR(?o), "kelvin|fish", "i")`, `REGEX(?o, "as+thma")`, `REGEX(?o, "[aA]sthma")`, `REGEX(?o, "^heart.*failure")`, `REGEX(?o, "(as){2}thma")`, `REGEX(?o, "x\\.y|\\(a\\|b\\)")`,
		`REGEX(?o, "x.y", "q")`, `REGEX(?o, "as thma", "x")`, `REGEX(?o, "(ast|naï)(hma|ve)")`, `REGEX(?o, "asthm?a?")`, `REGEX(LCASE(?o), "strasse")`, `REGEX(?o, "sjögren", "i")`, `REGEX(?o, "lung ?$")`, `REGEX(?o, "a$\nasthma", "m")`,
		`isLiteral(?o) && CONTAINS(STR(?o), "asthma")`, `CONTAINS(?o, "kelvin") || REGEX(?o, "asthma")`, `CONTAINS(?o, "Kelvin") || isIRI(?o)`, `!CONTAINS(STR(?o), "asthma")`, `isIRI(?o) || STRLEN(?o) > 20 && CONTAINS(?o, "heart")`,
		`CONTAINS(?o, "as") = false`, `CONTAINS("asthma", ?o)`, `IF(CONTAINS(STR(?o), "asthma"), false, true)`, `COALESCE(CONTAINS(?o, "asthma"), true)`,
	}
	scanned := 0
	for _, c := range conditions {
		fast, plain := scanRows(t, x, c), scanRows(t, x, "("+c+") && RAND() < 2")
		if !slices.Equal(fast, plain) {
			t.Errorf("%s: %d rows, expected %d", c, len(fast), len(plain))
		}
		if q, err := Parse("SELECT ?o {?s ?p ?o FILTER("+c+")}", ""); err == nil && len(partsOf(firstFilter(q.root), q.columns[0])) > 0 {
			scanned++
		}
	}
	if scanned < 25 {
		t.Errorf("%d conditions have parts, expected more", scanned)
	}
}

func firstFilter(n node) expr {
	switch n := n.(type) {
	case *bgp:
		return n.filters[0]
	case *filter:
		return n.by
	case *project:
		return firstFilter(n.inner)
	}
	panic(fmt.Sprintf("%T", n))
}

func scanRows(t *testing.T, x *index.Index, condition string) []string {
	t.Helper()
	q, err := Parse("SELECT ?o {?s ?p ?o FILTER("+condition+")}", "")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for row, err := range q.Rows(t.Context(), x, nil) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row[0].String())
	}
	return out
}
