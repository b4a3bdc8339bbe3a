package rdf_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

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

// TestJellyBatches: batches and quads in one stream come out as they went in, the
// bytes are the same whatever the vocabulary, and far fewer than those of quads one by
// one.
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
	text := writeBatches(t, o, nil, pieces...)
	if other := writeBatches(t, o, vocabulary, pieces...); !bytes.Equal(text, other) {
		t.Errorf("%d bytes with a vocabulary, %d without", len(other), len(text))
	}
	got, err := readAll(text, rdf.Jelly, &rdf.ReadOptions{Version: rdf.RDF12})
	if err != nil {
		t.Fatal(err)
	}
	if want := slices.Concat(pieces...); !slices.Equal(sortedQuads(got), sortedQuads(want)) {
		t.Fatalf("%d quads, expected %d", len(got), len(want))
	}
	single, err := write(nodes, rdf.Jelly, nil)
	if batch := writeBatches(t, nil, nil, nodes); err != nil || 3*len(batch) > 2*len(single) {
		t.Errorf("%d bytes of a batch, %d of quads, %v", len(batch), len(single), err)
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
