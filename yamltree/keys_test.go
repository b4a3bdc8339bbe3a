package yamltree

import (
	"fmt"
	"strings"
	"testing"
)

// TestIndexOfManyKeys finds keys of mappings that have a table and of such that have
// none, also after the keys of a copy were changed.
func TestIndexOfManyKeys(t *testing.T) {
	for _, count := range []int{manyKeys - 1, manyKeys, 3 * manyKeys} {
		var text strings.Builder
		text.WriteString("{")
		for i := range count {
			fmt.Fprintf(&text, "%q: %d, ", fmt.Sprint("k", i), i)
		}
		text.WriteString(`"k1": "again"}`)
		doc, err := Parse("a.yaml", []byte(text.String()), nil)
		if err != nil {
			t.Fatal(err)
		}
		n := doc.Root
		if (n.places != nil) != (count+1 >= manyKeys) {
			t.Errorf("%d keys: a table %v", count, n.places != nil)
		}
		for i := range count {
			want := i
			if i == 1 { // of duplicate keys the last one counts
				want = count
			}
			if got := n.Index(fmt.Sprint("k", i)); got != want {
				t.Fatalf("%d keys: k%d at %d, expected %d", count, i, got, want)
			}
		}
		if n.Index("k") >= 0 || n.Index("") >= 0 {
			t.Errorf("%d keys: finds what is not there", count)
		}
		c := *n
		c.Keys = append(append([]Key(nil), n.Keys...), Key{Name: "more"})
		c.Keys[0].Name = "other"
		if c.Index("more") != count+1 || c.Index("other") != 0 || c.Index("k0") >= 0 || n.Index("k0") != 0 {
			t.Errorf("%d keys: a copy with other keys", count)
		}
	}
}

// BenchmarkLookupOfEachKey takes a time that grows with the keys.
func BenchmarkLookupOfEachKey(b *testing.B) {
	for _, count := range []int{1000, 10000, 100000} {
		var text strings.Builder
		for i := range count {
			fmt.Fprintf(&text, "k%d: %d\n", i, i)
		}
		doc, err := Parse("a.yaml", []byte(text.String()), nil)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			for b.Loop() {
				for i := range doc.Root.Keys {
					doc.Root.Index(doc.Root.Keys[i].Name)
				}
			}
		})
	}
}
