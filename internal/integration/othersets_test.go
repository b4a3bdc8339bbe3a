//go:build integration

package integration

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/yamltree"
)

// TestSpectralsOtherSets holds that the rules of spectral:asyncapi and
// spectral:arazzo that we carry find what they find in Spectral, by rule and
// path: on the examples of the rules, and on these with a value removed, emptied
// or retyped, all of them or a sample spread over them. The rules that are not
// carried are exactly those that are listed as not checked.
func TestSpectralsOtherSets(t *testing.T) {
	oracle, dir := startDuel(t), t.TempDir()
	for _, name := range []string{"spectral:asyncapi", "spectral:arazzo"} {
		set, err := rules.Load(fstest.MapFS{}, name)
		if err != nil {
			t.Fatal(err)
		}
		ruleset := filepath.Join(dir, strings.ReplaceAll(name, ":", "-")+".yml")
		save(t, ruleset, []byte("extends: [["+name+", all]]\n"))
		texts := exampleTexts(t, set)
		found := 0
		for i, text := range portion.Of(texts, 30) {
			file := filepath.Join(dir, "docs", fmt.Sprintf("%d.json", i))
			save(t, file, []byte(text))
			found += sameBySet(t, set, text, oracle.lint(t, file, ruleset), duelOurs(t, file, ruleset))
		}
		t.Logf("%s: %d documents, %d findings of both", name, min(len(texts), portion.Count(30, len(texts))), found)
		if found < 20 {
			t.Errorf("%s: %d findings are too few to tell", name, found)
		}
	}
}

// sameBySet compares what both find by the rules that are carried.
func sameBySet(t *testing.T, set *rules.Set, text string, theirs, ours []duelFinding) (both int) {
	t.Helper()
	carried := func(id string) bool {
		rule := set.Rules[id]
		return rule != nil && rule.Then[0].Function != "notCarried"
	}
	places := func(all []duelFinding) map[string]bool {
		out := map[string]bool{}
		for _, f := range all {
			if carried(f.Rule) {
				out[f.Rule+" at "+strings.Join(f.Path, "/")] = true
			}
		}
		return out
	}
	if slices.ContainsFunc(theirs, func(f duelFinding) bool { return f.Rule == "failed" }) {
		return 0 // a function of Spectral's throws an error at it, and ends the run
	}
	want, got := places(theirs), places(ours)
	for at := range want {
		if !got[at] {
			t.Errorf("Spectral alone has %s in %s", at, text)
		}
		both++
	}
	for at := range got {
		if !want[at] {
			t.Errorf("ours alone has %s in %s", at, text)
		}
	}
	for _, o := range ours {
		if id, _, _ := strings.Cut(o.Message, ": "); o.Rule == "unchecked" && id != "" && carried(id) {
			t.Errorf("%s is carried and was not checked: %s", id, o.Message)
		}
	}
	return both
}

// exampleTexts are the examples of rules, and what is left of them when a value is
// removed, or another one.
func exampleTexts(t *testing.T, set *rules.Set) []string {
	t.Helper()
	seen := map[string]bool{}
	var out []string
	add := func(text string) {
		if text != "" && !seen[text] {
			seen[text] = true
			out = append(out, text)
		}
	}
	m := mutator{}
	for _, rule := range set.Enabled() {
		for _, text := range []string{rule.Good, rule.Bad} {
			add(text)
			doc, err := yamltree.Parse("example.json", []byte(text), nil)
			if err != nil || text == "" {
				continue
			}
			for _, changed := range spoiledTrees(doc.Root) {
				add(string(m.json(changed)))
			}
		}
	}
	return out
}

// spoiledTrees are trees in which one value is not there, is null, empty, or of
// another kind.
func spoiledTrees(n *yamltree.Node) []*yamltree.Node {
	var out []*yamltree.Node
	with := func(i int, item *yamltree.Node) *yamltree.Node {
		c := *n
		c.Items, c.Keys = append([]*yamltree.Node(nil), n.Items...), append([]yamltree.Key(nil), n.Keys...)
		if item != nil {
			c.Items[i] = item
			return &c
		}
		c.Items = append(c.Items[:i], c.Items[i+1:]...)
		if n.Kind == yamltree.Mapping {
			c.Keys = append(c.Keys[:i], c.Keys[i+1:]...)
		}
		return &c
	}
	for i, item := range n.Items {
		out = append(out, with(i, nil), with(i, &yamltree.Node{Kind: yamltree.String}), with(i, &yamltree.Node{Kind: yamltree.Mapping}), with(i, &yamltree.Node{Kind: yamltree.Sequence}), with(i, &yamltree.Node{}))
		for _, changed := range spoiledTrees(item) {
			out = append(out, with(i, changed))
		}
	}
	return out
}
