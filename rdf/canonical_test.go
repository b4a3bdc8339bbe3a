package rdf_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/piprate/json-gold/ld"

	"github.com/trialweave/trialweave/rdf"
)

func ExampleCanonicalize() {
	document := "_:who <http://schema.org/name> \"Ann\" .\n<http://example.org/study> <http://schema.org/sponsor> _:who .\n"
	form, err := rdf.Canonicalize(context.Background(), rdf.Read(strings.NewReader(document), rdf.NQuads, nil))
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%s", form)
	// Output:
	// <http://example.org/study> <http://schema.org/sponsor> _:c14n0 .
	// _:c14n0 <http://schema.org/name> "Ann" .
}

func ExampleIsomorphic() {
	read := func(document string) func(func(rdf.Quad, error) bool) {
		return rdf.Read(strings.NewReader(document), rdf.Turtle, nil)
	}
	same, err := rdf.Isomorphic(context.Background(),
		read(`[] <http://schema.org/name> "Ann" .`),
		read(`_:x <http://schema.org/name> "Ann" .`))
	fmt.Println(same, err)
	// Output: true <nil>
}

func canonical(document string) (string, error) {
	form, err := rdf.Canonicalize(context.Background(), rdf.Read(strings.NewReader(document), rdf.NQuads, nil))
	return string(form), err
}

// TestCanonicalAgainstJSONGold compares with json-gold's URDNA2015 on small
// random datasets, full of blank nodes that are hard to tell apart.
func TestCanonicalAgainstJSONGold(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		document := randomDataset(random)
		got, err := canonical(document)
		if err != nil {
			t.Fatalf("%v for\n%s", err, document)
		}
		options := ld.NewJsonLdOptions("")
		options.Algorithm = ld.AlgorithmURDNA2015
		options.InputFormat, options.Format = "application/n-quads", "application/n-quads"
		want, err := ld.NewJsonLdProcessor().Normalize(document, options)
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Fatalf("got\n%sjson-gold\n%sfor\n%s", got, want, document)
		}
	}
}

// randomDataset has no quad with one blank node in two places: json-gold counts
// such a quad twice, where section 4.4.3, step 2.1 adds a reference to it.
func randomDataset(random *rand.Rand) string {
	lines := make(map[string]bool)
	for range 1 + random.IntN(9) {
		nodes := random.Perm(3 + random.IntN(3))
		line := fmt.Sprintf("_:n%d <http://example.org/p%d> _:n%d", nodes[0], random.IntN(2), nodes[1])
		if random.IntN(4) == 0 {
			line += fmt.Sprintf(" _:n%d", nodes[2])
		}
		lines[line+" .\n"] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(lines)), "")
}

// TestCanonicalEscapes has the characters that json-gold writes, and hashes,
// otherwise than the standard asks for.
func TestCanonicalEscapes(t *testing.T) {
	got, err := canonical("_:b <http://example.org/p> \"\\u0008\\u000C\\u0001\\u007F\\u000B\\u00E9\\t\" .\n")
	if want := "_:c14n0 <http://example.org/p> \"\\b\\f\\u0001\\u007F\\u000Bé\\t\" .\n"; got != want || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// TestCanonicalBound has datasets whose canonical form would take for ever.
func TestCanonicalBound(t *testing.T) {
	var clique, star strings.Builder
	for i := range 24 {
		for j := range 24 {
			if i != j {
				fmt.Fprintf(&clique, "_:n%d <http://example.org/p> _:n%d .\n", i, j)
			}
		}
		fmt.Fprintf(&star, "_:a <http://example.org/p> _:x%d .\n_:b <http://example.org/p> _:x%d .\n", i, i)
	}
	for name, document := range map[string]string{"clique": clique.String(), "star": star.String()} {
		if _, err := canonical(document); !errors.Is(err, rdf.ErrTooComplex) {
			t.Errorf("%s: got error %v, want %v", name, err, rdf.ErrTooComplex)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := rdf.Canonicalize(ctx, rdf.Read(bytes.NewBufferString(clique.String()), rdf.NQuads, nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
}

// TestCanonicalManyAlike has many small groups of nodes that are alike: much
// work, but work that grows with the dataset only.
func TestCanonicalManyAlike(t *testing.T) {
	var b strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&b, "_:a%d <http://example.org/p> _:b%d .\n", i, i)
	}
	form, err := canonical(b.String())
	if err != nil || strings.Count(form, "\n") != 20000 {
		t.Errorf("%d lines, error %v", strings.Count(form, "\n"), err)
	}
}
