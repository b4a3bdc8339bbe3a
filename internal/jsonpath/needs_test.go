package jsonpath_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/yamltree"
)

// TestSealed holds that a path selects the same where it passes over what cannot
// hold what it looks for, and that it fails where it fails without that.
func TestSealed(t *testing.T) {
	paths := []string{
		"$..a", "$..[a,b]", "$..*", "$..", "$..a..b", "$..a.*~", "$..a^", "$..a^.b", "$..[0]", "$..['0','a']", "$..a[1:]", "$..a[(@.length-1)]",
		"$..[?(@ && @.a && @.b)]", "$..[?(@.a || @.b)]", "$..[?(@property === 'a')]", "$..[?(@property !== 'a' && @.b)]", "$..[?(@property === 'a' || @.b)]",
		"$..[?(@.a !== undefined)]", "$..[?(@.a != undefined || @.b === 1)]", "$..[?(@.a === undefined)]", "$..[?(!@.a)]", "$..[?(@.length)]", "$..[?(@.a.b)]",
		"$..[?(@ && (@.a === 'x' || Array.isArray(@.a) && @.a.includes('x')))]", "$..[?(@.a == null)]", "$..[?(@.a.includes('x') && @.b)]", "$..[?(@.b && @.a.match(/x/))]",
		"$..b[?(@.a)]", "$..[?(@.a)].b", "$..a..[?(@.b)]", "$..@string()", "$..[?(@.name)]", "$..[?(@[0])]", "$..[?(@.a in {})]", "$..[?(Array && @.a)]", "$..[?(@.type && @.enum)].enum",
	}
	dice := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // the same in every run
	for range 300 {
		doc, err := yamltree.Parse("a.yaml", []byte(randomValue(dice, 0)), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range paths {
			p, err := jsonpath.Compile(text)
			if err != nil {
				continue // not every path is one
			}
			want, got := selected(p, doc.Root, false), selected(p, doc.Root, true)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s on %s (-all +sealed):\n%s", text, doc.Text, diff)
			}
		}
	}
}

func selected(p *jsonpath.Path, root *yamltree.Node, sealed bool) (out []string) {
	err := p.Select(root, &jsonpath.Limits{Sealed: sealed}, func(m jsonpath.Match) bool {
		out = append(out, yamltree.Pointer(m.Path)+" "+m.Value.Text)
		return true
	})
	return append(out, fmt.Sprint(err))
}

// randomValue writes a value of few names, some of them twice.
func randomValue(dice *rand.Rand, depth int) string {
	names := []string{"a", "b", "c", "name", "length", "type", "enum", "'0'"}
	kind := dice.IntN(8)
	if depth > 4 || depth > 0 && kind < 3 {
		return []string{"1", "0", "x", "''", "null", "true", "xx"}[dice.IntN(7)]
	}
	var parts []string
	for range dice.IntN(5) {
		item := randomValue(dice, depth+1)
		if kind > 4 || depth == 0 {
			item = names[dice.IntN(len(names))] + ": " + item
		}
		parts = append(parts, item)
	}
	if kind > 4 || depth == 0 {
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
