//go:build integration

package integration

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// TestRandomQueries12AgreeWithOxigraph asks random queries of SPARQL 1.2 of random
// small graphs of RDF 1.2 here and there, with triple terms, reifiers, annotations,
// directions of texts and their functions.
func TestRandomQueries12AgreeWithOxigraph(t *testing.T) {
	agreeWithOxigraph(t, generator12(t), queries12(t))
}

// TestRandomQueries12AgreeWithJena asks a share of the same of Jena.
func TestRandomQueries12AgreeWithJena(t *testing.T) {
	agreeWithJena(t, generator12(t), queries12(t)/5)
}

func queries12(t *testing.T) int {
	count := 5000
	if portion.Full() {
		count = 50000
	}
	return fromEnv(t, "TRIALWEAVE_QUERIES12", count)
}

func generator12(t *testing.T) *generator {
	t.Helper()
	seed := fromEnv(t, "TRIALWEAVE_SEED", 1)
	t.Logf("%d queries from seed %d", queries12(t), seed)
	return &generator{Rand: rand.New(rand.NewPCG(uint64(seed), 12)), rdf12: true}
}

const reifies = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies>"

var directed = []string{`"a"@ar--rtl`, `"a"@ar--ltr`, `"a"@ar`, `"b"@en--ltr`}

func (g *generator) reifier() string { return fmt.Sprintf("<http://e/r%d>", g.IntN(3)) }

// object12 is an object that only RDF 1.2 has, with triple terms in triple terms down
// to a depth.
func (g *generator) object12(depth int) string {
	if g.IntN(3) == 0 {
		return g.one(directed...)
	}
	object := g.node()
	switch {
	case depth > 0 && g.IntN(4) == 0:
		object = g.object12(depth - 1)
	case g.IntN(3) == 0:
		object = g.one(literals...)
	}
	return "<<( " + g.node() + " " + g.predicate() + " " + object + " )>>"
}

// statements are quads with reifiers and what is said of them.
func (g *generator) statements() string {
	var b strings.Builder
	for range 2 + g.IntN(5) {
		graph := g.one("", "", "<http://e/g0>", "<http://e/g1>")
		r, s, p, o := g.reifier(), g.node(), g.predicate(), g.object()
		fmt.Fprintf(&b, "%s %s <<( %s %s %s )>> %s .\n", r, reifies, s, p, o, graph)
		if g.IntN(2) == 0 {
			fmt.Fprintf(&b, "%s %s %s %s .\n", s, p, o, graph)
		}
		if g.IntN(2) == 0 {
			fmt.Fprintf(&b, "%s %s %s %s .\n", r, g.predicate(), g.object(), graph)
		}
	}
	return b.String()
}

// inTerm is a part of a triple term in a pattern.
func (g *generator) inTerm(node func() string) string {
	if g.IntN(2) == 0 {
		return node()
	}
	return g.variable()
}

// statement is a pattern that only SPARQL 1.2 has.
func (g *generator) statement() string {
	s, p, o := g.inTerm(g.node), g.inTerm(g.predicate), g.inTerm(g.object)
	if strings.HasPrefix(o, "<<") && g.IntN(2) == 0 {
		o = "<<( " + g.inTerm(g.node) + " " + g.inTerm(g.predicate) + " " + g.variable() + " )>>"
	}
	triple := s + " " + p + " " + o
	r := g.one("?d", "?a", g.reifier())
	return g.one(
		r+" "+reifies+" <<( "+triple+" )>> . ",
		g.variable()+" "+g.term(g.predicate)+" <<( "+triple+" )>> . ",
		"<< "+triple+" >> "+g.term(g.predicate)+" "+g.variable()+" . ",
		"<< "+triple+" ~ "+r+" >> . ",
		triple+" ~ "+r+" . ",
		triple+" {| "+g.term(g.predicate)+" "+g.variable()+" |} . ",
		triple+" ~ "+r+" {| "+g.term(g.predicate)+" "+g.term(g.object)+" |} . ",
	)
}

// condition12 and expression12 make triple terms of IRIs as subjects: of a literal or
// a triple term, TRIPLE is an error (section 17.4.6), and Jena 5.6.0 makes one of
// both all the same, oxigraph 0.5.13 one that has no place in RDF.
func (g *generator) condition12() string {
	a, b := g.variable(), g.variable()
	return g.one(
		"(isTRIPLE("+a+"))", "(!isTRIPLE("+a+"))", "(SUBJECT("+a+") = "+b+")", "(PREDICATE("+a+") = "+g.predicate()+")", "(OBJECT("+a+") = "+b+")",
		"(hasLANG("+a+"))", "(hasLANGDIR("+a+"))", "(LANGDIR("+a+") = \"rtl\")", "(LANG("+a+") = \"ar\")", "(sameTerm("+a+", "+g.object12(1)+"))",
		"("+a+" = "+g.object12(0)+")", "("+a+" != "+g.object12(0)+")", "(DATATYPE("+a+") = <http://www.w3.org/1999/02/22-rdf-syntax-ns#dirLangString>)",
		"(isIRI("+a+") && isTRIPLE(TRIPLE("+a+", "+g.predicate()+", "+b+")))", "(isIRI("+a+") || isTRIPLE("+a+"))",
	)
}

func (g *generator) expression12() string {
	a, b := g.variable(), g.variable()
	return g.one(
		"SUBJECT("+a+")", "PREDICATE("+a+")", "OBJECT("+a+")", "IF(isIRI("+a+"), TRIPLE("+a+", "+g.predicate()+", "+b+"), 0)", "<<( "+g.node()+" "+g.predicate()+" "+a+" )>>",
		"LANGDIR("+a+")", "LANG("+a+")", "STRLANGDIR(STR("+a+"), \"ar\", \""+g.one("ltr", "rtl")+"\")", "STRLANG(STR("+a+"), \"en\")", "DATATYPE("+a+")",
		"hasLANG("+a+")", "hasLANGDIR("+a+")", "UCASE("+a+")", "CONCAT("+a+", "+b+")", "STR("+a+")", "COALESCE(OBJECT("+a+"), "+b+")",
	)
}
