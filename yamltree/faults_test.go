package yamltree

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// TestFaults breaks documents at random, some again while they are broken: the errors are
// those that Parse has, and are mostly found without it.
func TestFaults(t *testing.T) {
	texts := []string{patched, "---\n# c\n" + patched + "end:\n- a\n- - b\n  - c: d\n"}
	edits := portion.Count(150, 800)
	if n, err := strconv.Atoi(os.Getenv("TRIALWEAVE_PATCHES")); err == nil {
		edits = n
	}
	bits := []string{"x", " ", "\n", ": ", "- ", "#", "'", "\"", "|", "[", "]", "{", "}", ",", "  ", "\n  s", "\n    a: b\n   c", "é", "😀", "&a ", "*a", "*b\n", "", "", ">", "\n---\n", "\t", "\n#c\n", "!!str ", "!", "<<: ", "key:\n", "? ", "\nword\n", "\n      word", "%", "@", "`", "a: b: c", "\n..\n", "\n...\n", "- - "}
	random := rand.New(rand.NewPCG(11, uint64(edits))) //nolint:gosec // a number of edits
	found, missed := 0, 0
	for n := range edits {
		original := texts[n%len(texts)]
		d, err := Parse("d.yml", []byte(original), nil)
		if err != nil {
			t.Fatal(err)
		}
		next, place := original, random.IntN(len(original))
		for range 1 + n%3 {
			at := min(max(place+random.IntN(9)-4, 0), len(next)-1)
			next = next[:at] + bits[random.IntN(len(bits))] + next[min(at+random.IntN(3)*random.IntN(4), len(next)):]
			got := d.Faults([]byte(next))
			_, want := Parse("d.yml", []byte(next), nil)
			if got == nil {
				if want != nil {
					missed++
				}
				continue
			}
			found++
			if want == nil || got.Error() != want.Error() {
				t.Fatalf("edit %d: %v\nParse says %v\n%s", n, got, want, next)
			}
			if h := d.hunk([]byte(next)); !slices.Equal(d.linesAfter(h, []byte(next)), lineStarts([]byte(next))) {
				t.Fatalf("edit %d: lines %v, want %v", n, d.linesAfter(h, []byte(next)), lineStarts([]byte(next)))
			}
		}
	}
	if found < edits/4 || missed > found/2 {
		t.Errorf("the errors of %d texts were found, of %d not", found, missed)
	}
}
