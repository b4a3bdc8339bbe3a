package model

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestFoldPlain: the two ways to fold a name agree.
func TestFoldPlain(t *testing.T) {
	parts := []string{"Côte", "the ", "The", "Korea", ", ", ",", "&", " & ", "-", ".", "'", "`", " ", "\t", "\v", "\u00a0", "Republic", "of", "and", "é", "I", "ı", "İ"}
	dice := rand.New(rand.NewPCG(1, 0))
	folded := 0
	for range 50000 {
		var b strings.Builder
		for range dice.IntN(7) {
			b.WriteString(parts[dice.IntN(len(parts))])
		}
		name := b.String()
		var room [256]byte
		got, ok := foldPlain(room[:0], name)
		if !ok {
			continue
		}
		if folded++; string(got) != foldCountry(name) {
			t.Fatalf("%q: %q, expected %q", name, got, foldCountry(name))
		}
	}
	if folded == 0 {
		t.Error("no name was folded")
	}
	for _, c := range Default().Countries {
		if _, known := Default().CountryNamed(strings.ToUpper(c.Name)); !known {
			t.Errorf("%q is unknown in capitals", c.Name)
		}
	}
}
