package index_test

import (
	"math/rand/v2"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// TestPackBatch: the packet of a batch has the terms and quads of that of its lines, in their
// sequence, whatever the vocabulary.
func TestPackBatch(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	vocabulary := new(rdf.Vocabulary)
	for i := range 20 {
		vocabulary.Add(name(i).Value)
	}
	vocabulary.Add(rdf.XSDInteger)
	var ofBatches, ofLines index.Packer
	var b rdf.Batch
	for round := range 40 {
		b.Reset([]*rdf.Vocabulary{nil, vocabulary}[round%2])
		var lines []byte
		for range r.IntN(400) {
			q := randomQuad(r, 300)
			switch r.IntN(8) {
			case 0:
				q.Object = rdf.Typed("1", rdf.XSDInteger)
			case 1:
				q.Object = rdf.Typed("a\"\\\n", "http://example.org/type")
			case 2:
				q.Object = rdf.DirLangString("a", "AR", rdf.RightToLeft)
			case 3:
				q.Object = rdf.Triple(q.Subject, q.Predicate, rdf.LangString("a", "EN"))
			case 4:
				q.Object = rdf.String([]string{"", "a", "\u007f"}[r.IntN(3)])
			}
			b.Add(q)
			lines = rdf.AppendQuad(lines, q)
		}
		var got, want index.Packet
		if err := ofLines.Pack(&want, lines); err != nil {
			t.Fatal(err)
		}
		ofBatches.PackBatch(&got, &b)
		if got, want := got.String(), want.String(); got != want {
			t.Fatalf("round %d: the packet\n%s\nexpected\n%s\nof\n%s", round, got, want, lines)
		}
	}
}
