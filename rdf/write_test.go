package rdf_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/rdf"
)

func TestTurtleReadsWell(t *testing.T) {
	const document = `<http://e/ns#a> <http://e/ns#p> "x" , 1 , -1.50 , 1e3 , "1."^^<http://www.w3.org/2001/XMLSchema#decimal> , true , "1"^^<http://www.w3.org/2001/XMLSchema#boolean> .
<http://e/ns#b> <http://e/ns#p> "first" .
<http://e/ns#a> a <http://e/ns#T> ; <http://e/ns#q> """one "two"
three \\ \u0008""""; <http://e/ns#p> "x" , <http://e/ns#a.b> , <http://e/ns#.c.> , <http://e/ns#d/e> , <http://e/ns#f(g)%20%> , <http://e/ns#-h> , <http://e/ns#> .
`
	const want = `@prefix e: <http://e/ns#> .

e:a a e:T ;
    e:p "x" , 1 , -1.50 , 1e3 , "1."^^<http://www.w3.org/2001/XMLSchema#decimal> , true , "1"^^<http://www.w3.org/2001/XMLSchema#boolean> , e:a.b , e:\.c\. , <http://e/ns#d/e> , e:f\(g\)%20\% , e:\-h , e: ;
    e:q """one "two"
three \\ \b\"""" .

e:b e:p "first" .
`
	quads, err := readAll([]byte(strings.Replace(document, `\u0008""""`, `\u0008\""""`, 1)), rdf.Turtle, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := write(quads, rdf.Turtle, &rdf.WriteOptions{Prefixes: []rdf.Prefix{{Name: "e", IRI: "http://e/ns#"}}})
	if err != nil || string(got) != want {
		t.Errorf("error %v, got\n%s\nwant\n%s", err, got, want)
	}
}

func TestTriGWritesGraphByGraph(t *testing.T) {
	const want = `<http://e/s> <http://e/p> "1" .

<http://e/g> {
    <http://e/s> <http://e/p> "2" .
}

<http://e/s> <http://e/p> "3" .

_:g {
    <http://e/s> <http://e/p> "4" ;
        <http://e/q> "5" .

    <http://e/t> <http://e/p> "6" .
}
`
	quads := []rdf.Quad{
		quad("s", "p", "1", rdf.Term{}), quad("s", "p", "2", rdf.IRI("http://e/g")), quad("s", "p", "3", rdf.Term{}),
		quad("s", "p", "4", rdf.Blank("g")), quad("t", "p", "6", rdf.Blank("g")), quad("s", "q", "5", rdf.Blank("g")),
	}
	got, err := write(quads, rdf.TriG, nil)
	if err != nil || string(got) != want {
		t.Errorf("error %v, got\n%s\nwant\n%s", err, got, want)
	}
}

func quad(s, p, o string, g rdf.Term) rdf.Quad {
	return rdf.Quad{Subject: rdf.IRI("http://e/" + s), Predicate: rdf.IRI("http://e/" + p), Object: rdf.String(o), Graph: g}
}

// TestGroupingIsBounded: a graph of any size is held back in pieces only.
func TestGroupingIsBounded(t *testing.T) {
	var out bytes.Buffer
	w, err := rdf.NewWriter(&out, rdf.Turtle, &rdf.WriteOptions{MaxGroup: 10})
	if err != nil {
		t.Fatal(err)
	}
	for range 100_000 {
		if err := w.Write(quad("s", "p", "x", rdf.Term{})); err != nil {
			t.Fatal(err)
		}
	}
	if out.Len() == 0 {
		t.Error("nothing written before the end")
	}
}

func TestWriterRefuses(t *testing.T) {
	good := quad("s", "p", "o", rdf.Term{})
	for name, spoil := range map[string]func(*rdf.Quad){
		"space in IRI":            func(q *rdf.Quad) { q.Subject.Value = "http://e/a b" },
		"relative IRI":            func(q *rdf.Quad) { q.Predicate.Value = "p" },
		"literal subject":         func(q *rdf.Quad) { q.Subject = rdf.String("s") },
		"blank predicate":         func(q *rdf.Quad) { q.Predicate = rdf.Blank("p") },
		"no object":               func(q *rdf.Quad) { q.Object = rdf.Term{} },
		"blank node label":        func(q *rdf.Quad) { q.Object = rdf.Blank("a .") },
		"language tag":            func(q *rdf.Quad) { q.Object = rdf.LangString("o", "en .") },
		"datatype":                func(q *rdf.Quad) { q.Object = rdf.Typed("o", "x> .") },
		"literal graph":           func(q *rdf.Quad) { q.Graph = rdf.String("g") },
		"graph in N-Triples":      func(q *rdf.Quad) { q.Graph = rdf.IRI("http://e/g") },
		"literal not in UTF-8":    func(q *rdf.Quad) { q.Object.Value = "\xff" },
		"blank label ends in a .": func(q *rdf.Quad) { q.Object = rdf.Blank("a.") },
	} {
		q := good
		spoil(&q)
		got, err := write([]rdf.Quad{q}, rdf.NTriples, nil)
		if err == nil {
			t.Errorf("%s: wrote %s", name, got)
		}
	}
	if _, err := rdf.NewWriter(nil, rdf.UnknownFormat, nil); err == nil {
		t.Error("made a writer of no syntax")
	}
	for _, p := range []rdf.Prefix{{Name: "a b", IRI: "http://e/"}, {Name: "a.", IRI: "http://e/"}, {Name: "a", IRI: "e"}} {
		if _, err := rdf.NewWriter(nil, rdf.Turtle, &rdf.WriteOptions{Prefixes: []rdf.Prefix{p}}); err == nil {
			t.Errorf("declared the prefix %v", p)
		}
	}
}

type brokenWriter struct{ err error }

func (b brokenWriter) Write([]byte) (int, error) { return 0, b.err }

func TestWriterKeepsItsError(t *testing.T) {
	full := errors.New("disk full")
	for _, f := range []rdf.Format{rdf.NQuads, rdf.TriG} {
		w, err := rdf.NewWriter(brokenWriter{full}, f, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(quad("s", "p", "o", rdf.Term{})); err != nil {
			t.Errorf("%s: %v before anything was written", f, err)
		}
		if err := w.Close(); !errors.Is(err, full) {
			t.Errorf("%s: closing gives %v", f, err)
		}
		if err := w.Write(quad("s", "p", "o", rdf.Term{})); !errors.Is(err, full) {
			t.Errorf("%s: writing afterwards gives %v", f, err)
		}
	}
}

// TestLiteralsInTripleTerms: a string with line ends is written in one pair of quotes
// within a triple term, and a boolean with its datatype, which every reader takes.
func TestLiteralsInTripleTerms(t *testing.T) {
	s, p := rdf.IRI("http://e/s"), rdf.IRI("http://e/p")
	long := rdf.LangString("one\ntwo \"\"\"", "en")
	quads := []rdf.Quad{
		{Subject: s, Predicate: p, Object: rdf.Triple(s, p, rdf.Triple(s, p, long))},
		{Subject: s, Predicate: p, Object: long},
		{Subject: s, Predicate: p, Object: rdf.Triple(s, p, rdf.Typed("true", rdf.XSDBoolean))},
		{Subject: s, Predicate: p, Object: rdf.Typed("true", rdf.XSDBoolean)},
	}
	var b bytes.Buffer
	w, err := rdf.NewWriter(&b, rdf.Turtle, &rdf.WriteOptions{Version: rdf.RDF12})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range quads {
		if err := w.Write(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if text := b.String(); !strings.Contains(text, `"one\ntwo \"\"\""@en )>> )>>`) || strings.Count(text, `"""one`) != 1 ||
		!strings.Contains(text, `"true"^^<`) || !strings.Contains(text, ", true") {
		t.Error(text)
	}
	got, err := readAll(b.Bytes(), rdf.Turtle, &rdf.ReadOptions{Version: rdf.RDF12})
	if err != nil || !slices.Equal(got, quads) {
		t.Errorf("%v, %v", got, err)
	}
}
