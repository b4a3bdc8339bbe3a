package rdf_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/rdf"
)

// nodesOf are quads of nodes of two classes that stand one in the other, more than a
// table of names holds.
func nodesOf(n int) []rdf.Quad {
	var out []rdf.Quad
	add := func(s, p string, o rdf.Term) {
		out = append(out, rdf.Quad{Subject: rdf.IRI(s), Predicate: rdf.IRI("http://e/ns#" + p), Object: o, Graph: rdf.IRI("http://e/g")})
	}
	typ := func(s, class string) {
		out = append(out, rdf.Quad{Subject: rdf.IRI(s), Predicate: rdf.IRI(rdf.RDFType), Object: rdf.IRI("http://e/ns#" + class), Graph: rdf.IRI("http://e/g")})
	}
	for i := range n {
		outer := fmt.Sprintf("http://e/a#n%d", i)
		add("http://e/a", "node", rdf.IRI(outer))
		typ(outer, "Outer")
		add(outer, "order", rdf.Typed(fmt.Sprint(i%3), rdf.XSDInteger))
		inner := outer + "-x"
		add(outer, "inner", rdf.IRI(inner))
		typ(inner, "Inner")
		add(inner, "order", rdf.Typed("0", rdf.XSDInteger))
		add(inner, "label", rdf.String(string(bytes.Repeat([]byte("é"), i%200/150))))
		add(inner, "says", rdf.LangString("a", "en"))
		add(outer, "label", rdf.String("same"))
	}
	return out
}

func batchOf(v *rdf.Vocabulary, quads []rdf.Quad) *rdf.Batch {
	b := new(rdf.Batch)
	b.Reset(v)
	for _, q := range quads {
		b.Add(q)
	}
	return b
}

func sortedQuads(quads []rdf.Quad) []string {
	var out []string
	for _, q := range quads {
		out = append(out, q.String())
	}
	slices.Sort(out)
	return out
}

// writeBatches writes quads in batches, and every third one by itself.
func writeBatches(t *testing.T, o *rdf.WriteOptions, v *rdf.Vocabulary, pieces ...[]rdf.Quad) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := rdf.NewWriter(&b, rdf.Jelly, o)
	if err != nil {
		t.Fatal(err)
	}
	for i, quads := range pieces {
		if i%3 == 2 {
			for _, q := range quads {
				if err := w.Write(q); err != nil {
					t.Fatal(err)
				}
			}
			continue
		}
		if err := w.WriteBatch(batchOf(v, quads)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestJellyBatches: batches and quads in one stream come out as they went in, whatever
// the vocabulary, and take far fewer bytes than quads one by one.
func TestJellyBatches(t *testing.T) {
	o := &rdf.WriteOptions{Version: rdf.RDF12}
	all, nodes := quadsOfAllKinds(), nodesOf(7000)
	valid := slices.DeleteFunc(all, func(q rdf.Quad) bool {
		return q.Object == rdf.Blank("http://e/s") || q.Object.Direction != rdf.NoDirection
	})
	pieces := [][]rdf.Quad{valid, nodes, valid, nil, valid, nodes[:50], valid, nodes}
	vocabulary := new(rdf.Vocabulary)
	for _, iri := range []string{"http://e/p", rdf.RDFType, rdf.XSDInteger, "http://e/ns#Inner", "http://e/ns#order"} {
		vocabulary.Add(iri)
	}
	large := new(rdf.Vocabulary) // more than the tables of a stream hold
	for i := range 5000 {
		large.Add(fmt.Sprintf("http://e/%d/p", i))
	}
	large.Add(rdf.RDFType)
	for i, v := range portion.Of([]*rdf.Vocabulary{nil, vocabulary, large}, 2) {
		got, err := readAll(writeBatches(t, o, v, pieces...), rdf.Jelly, &rdf.ReadOptions{Version: rdf.RDF12})
		if err != nil {
			t.Fatal(err)
		}
		if want := slices.Concat(pieces...); !slices.Equal(sortedQuads(got), sortedQuads(want)) {
			t.Fatalf("vocabulary %d: %d quads, expected %d", i, len(got), len(want))
		}
	}
	single, err := write(nodes, rdf.Jelly, nil)
	if batch := writeBatches(t, nil, nil, nodes); err != nil || 3*len(batch) > 2*len(single) {
		t.Errorf("%d bytes of a batch, %d of quads, %v", len(batch), len(single), err)
	}
}

// TestJellyManyNames: nodes with more prefixes and datatypes than the tables hold, and
// several vocabularies in one stream.
func TestJellyManyNames(t *testing.T) {
	var quads []rdf.Quad
	for i := range 3000 {
		quads = append(quads, rdf.Quad{
			Subject: rdf.IRI(fmt.Sprintf("http://e/%d/a", i%1700)), Predicate: rdf.IRI(fmt.Sprintf("http://p/%d", i%3)), Object: rdf.Typed(fmt.Sprint(i/5), fmt.Sprintf("http://t/%d", i%100)),
		}, rdf.Quad{Subject: rdf.IRI("http://e/1/a"), Predicate: rdf.IRI("http://p/1"), Object: rdf.IRI(fmt.Sprintf("http://o/%d/", i))})
	}
	var b bytes.Buffer
	w, err := rdf.NewWriter(&b, rdf.Jelly, nil)
	if err != nil {
		t.Fatal(err)
	}
	e := w.NewEncoder()
	var want []string
	for i := range 6 {
		v := new(rdf.Vocabulary)
		v.Add(fmt.Sprintf("http://p/%d", i/2))
		v.Add(fmt.Sprintf("http://t/%d", i/2))
		var x rdf.Encoded
		e.Encode(batchOf(v, quads[i*100:]), &x)
		if err := w.WriteEncoded(&x); err != nil {
			t.Fatal(err)
		}
		want = append(want, sortedQuads(quads[i*100:])...)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := readAll(b.Bytes(), rdf.Jelly, nil)
	slices.Sort(want)
	if err != nil || !slices.Equal(sortedQuads(got), want) {
		t.Errorf("%d quads, expected %d, %v", len(got), len(want), err)
	}
}

// TestJellyTriples: a stream of triples leaves the graphs of a batch out.
func TestJellyTriples(t *testing.T) {
	quads := nodesOf(20)
	got, err := readAll(writeBatches(t, &rdf.WriteOptions{MergeGraphs: true}, nil, quads), rdf.Jelly, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range quads {
		quads[i].Graph = rdf.Term{}
	}
	if !slices.Equal(sortedQuads(got), sortedQuads(quads)) {
		t.Errorf("%d triples, expected %d", len(got), len(quads))
	}
}

// TestJellyBatchRefused: what a stream cannot say is refused, and the stream reads as
// what came before and after it.
func TestJellyBatchRefused(t *testing.T) {
	s, p := rdf.IRI("http://e/s"), rdf.IRI("http://e/p")
	good := rdf.Quad{Subject: s, Predicate: p, Object: rdf.String("x")}
	for _, bad := range []rdf.Term{rdf.Triple(s, p, s), rdf.DirLangString("x", "ar", rdf.RightToLeft)} {
		var b bytes.Buffer
		w, err := rdf.NewWriter(&b, rdf.Jelly, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, o := range []rdf.Term{good.Object, bad, good.Object} {
			if err := w.WriteBatch(batchOf(nil, []rdf.Quad{{Subject: s, Predicate: p, Object: o}})); (err != nil) != (i == 1) {
				t.Errorf("%s: %v", o, err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got, err := readAll(b.Bytes(), rdf.Jelly, nil); err != nil || !slices.Equal(got, []rdf.Quad{good, good}) {
			t.Errorf("%v, %v", got, err)
		}
	}
}
