package yamltree

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// difference is the first thing in which two trees differ.
func difference(a, b *Node, at []string) string {
	if a.Kind != b.Kind || a.Text != b.Text || a.Range != b.Range || a.size != b.size || a.below != b.below || a.twice != b.twice || fmt.Sprint(a.Number) != fmt.Sprint(b.Number) || len(a.Items) != len(b.Items) {
		return fmt.Sprintf("%s: %v %q %v size %d below %x, and %v %q %v size %d below %x", Pointer(at), a.Kind, a.Text, a.Range, a.size, a.below, b.Kind, b.Text, b.Range, b.size, b.below)
	}
	if !slices.Equal(a.Keys, b.Keys) {
		return fmt.Sprintf("%s: keys %v, and %v", Pointer(at), a.Keys, b.Keys)
	}
	for i := range a.Items {
		if d := difference(a.Items[i], b.Items[i], a.Step(at, i)); d != "" {
			return d
		}
	}
	return ""
}

const patched = `# A document of many forms.
openapi: 3.0.3
info:
  title: "A title: quoted" # a comment
  description: |
    Some text,
      indented [more].

    And an end.
  summary: >-
    Folded
    text.
  plain: over
    two lines
empty:
list:
- one
- two: 2
  three:
    - a
    -
    - {b: [1, 2], c: 'it''s'}
- - nested
  - deeper: yes
    and: "é 😀"

other: {flow: [1,
  2], map: {}}
paths:
  /a:
    get:
      # A comment of its own.
      responses: {'200': {description: ok}}
      tags: [a, b]
  '/b/{c}':
    parameters:
      - name: c
        in: path
        required: true
`

// TestPatch edits documents at random: a tree that was patched is the one that is parsed.
func TestPatch(t *testing.T) {
	texts := []string{patched, strings.ReplaceAll(patched, "\n", "\r\n")}
	edits := portion.Count(200, 1500)
	if n, err := strconv.Atoi(os.Getenv("TRIALWEAVE_PATCHES")); err == nil {
		edits = n
	}
	bits := []string{"x", " ", "\n", ": ", "- ", "#", "'", "\"", "|", "[", "]", "{", "}", ",", "  ", "\n  ", "\n    a: b", "é", "😀", "&a ", "*a", "1", "true", "", "", "", ">", "\n---\n", "\t", "\n#c\n", "!!str ", "<<: ", "\r\n", "key:\n", "? "}
	random := rand.New(rand.NewPCG(7, uint64(edits))) //nolint:gosec // a number of edits
	applied, merged, whole := 0, 0, 0
	for n := range edits {
		original := texts[n%len(texts)]
		d, err := Parse("d.yml", []byte(original), nil)
		if err != nil {
			t.Fatal(err)
		}
		text := original
		for range 3 {
			at := random.IntN(len(text))
			next := text[:at] + bits[random.IntN(len(bits))] + text[min(at+random.IntN(3)*random.IntN(4), len(text)):]
			p := d.Patch([]byte(next))
			want, err := Parse("d.yml", []byte(next), nil)
			if p == nil {
				if whole++; err != nil {
					break
				}
				d, text = want, next
				continue
			}
			applied++
			if err != nil {
				t.Fatalf("edit %d at %d is patched, and cannot be read: %v\n%s", n, at, err, next)
			}
			var kept *Node
			if random.IntN(2) == 0 {
				old := p.Old
				if p.Merge(func(name string, _ *Node) bool { return len(name) < 9 }) {
					merged++
					kept = old
				}
			}
			p.Apply()
			if kept != nil && d.Root.At(p.Path...) != kept {
				t.Fatalf("the mapping at %v is not kept", p.Path)
			}
			if got := difference(d.Root, want.Root, nil); got != "" || !slices.Equal(d.lines, want.lines) || string(d.Text) != string(want.Text) || d.plain != want.plain {
				t.Fatalf("edit %d at %d, of %v: %s\nlines %v\nand   %v\n%s", n, at, p.Path, got, d.lines, want.lines, next)
			}
			if p.New != d.Root.At(p.Path...) {
				t.Fatalf("the new value is not at %v", p.Path)
			}
			text = next
		}
	}
	if applied < edits/3 || whole < edits/10 {
		t.Errorf("%d edits were patches, %d not", applied, whole)
	}
	if merged < edits/50 {
		t.Errorf("%d mappings were kept", merged)
	}
}
