package proof

import (
	"io/fs"
	"testing"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// TestSpecimens holds that the specimens are valid documents of their kinds.
func TestSpecimens(t *testing.T) {
	all, err := appendSpecimens(nil)
	if err != nil {
		t.Fatal(err)
	}
	names, _ := fs.Glob(specimens, "specimens/*.*")
	if len(names) != len(all)+1 { // ORIGIN.md
		t.Errorf("%d files, %d are read", len(names), len(all))
	}
	v := lint.NewValidator()
	for _, b := range all {
		if b.kind == ruleset.Other {
			t.Errorf("%s is of no known kind", b.file)
		}
		for _, f := range v.Faults(ruleset.NewDocument(b.file, b.root), b.kind) {
			t.Errorf("%s #%s: %s", b.file, yamltree.Pointer(f.Path), f.Message)
		}
	}
}

// TestEmit holds that both forms of a document are read back as the document.
func TestEmit(t *testing.T) {
	for _, in := range []string{
		"a: [1, {b: null}, 'yes', \"x: y\", -, {}]\n\"\": [[], [[1]]]\n? k\n: |\n  two\n  lines\n",
		"- - a\n  - {b: c}\n- 0x10\n- .inf\n- '2020-01-01'\n", "'#': '- a'\n'a: b': ' a'\n'{x}': 'x '\n", "''", "[]", "- {}\n- []\n- [[]]\n", "a: \"\\u0085<>& \\U0001F600\"\n",
		"/a/{id}: $.b.c (d)\n~: '~'\non: 'off'\n1: '1'\n1.5e3: -0.5\n",
	} {
		doc, err := yamltree.Parse("in", []byte(in), nil)
		if err != nil {
			t.Fatal(err)
		}
		asYAML, err := yamltree.Parse("yaml", appendYAML(nil, doc.Root, ""), nil)
		if err != nil {
			t.Fatalf("%v in\n%s", err, appendYAML(nil, doc.Root, ""))
		}
		asJSON, err := yamltree.Parse("json", appendJSON(nil, doc.Root), nil)
		if err != nil {
			t.Fatalf("%v in\n%s", err, appendJSON(nil, doc.Root))
		}
		if !equal(asYAML.Root, asJSON.Root) {
			t.Errorf("%s becomes\n%s and\n%s", in, appendYAML(nil, doc.Root, ""), appendJSON(nil, doc.Root))
		}
	}
}

func TestWords(t *testing.T) {
	for _, pattern := range []string{`^https://`, `^/v\d+/.*`, `^(a|b)+$`, `[A-Z]{2,3}-\d`, `/search$/i`, `\{vintage\}`} {
		got := words(pattern)
		if len(got) == 0 {
			t.Errorf("no word for %s", pattern)
		}
	}
	for pattern, want := range map[string]bool{`.*`: true, `a?`: true, ``: true, `^`: false, `a`: false, `(x|y*)`: true, `x*$`: false} {
		if matchesAll(pattern) != want {
			t.Errorf("%q matches everything: %v", pattern, !want)
		}
	}
}

// equal reports whether two trees hold the same.
func equal(a, b *yamltree.Node) bool {
	if a == b {
		return true
	}
	if a.Kind != b.Kind || a.Text != b.Text || len(a.Items) != len(b.Items) {
		return false
	}
	for i := range a.Items {
		if a.Kind == yamltree.Mapping && a.Keys[i].Name != b.Keys[i].Name || !equal(a.Items[i], b.Items[i]) {
			return false
		}
	}
	return true
}
