package yamltree_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

func ExampleParse() {
	doc, err := yamltree.Parse("a.yml", []byte("info:\n  title: Studies\n  tags: []\n"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(doc.Root.At("info", "title").Text)
	r, _ := doc.RangeAt("info", "title")
	fmt.Println(r.Start, r.End)
	// Output:
	// Studies
	// {2 10} {2 17}
}

func TestRanges(t *testing.T) {
	text := "a: |\n  one\n  two\n\nb: {\"c\": [1, 22], d: {}}\ne:\n- 'it''s'\n- two\n  words\nf:\n\"g\" : \"x\"\n"
	doc, err := yamltree.Parse("a.yml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ path, want string }{
		{"", "1:1-11:10"},
		{"a", "1:4-3:6"},
		{"b", "5:3-5:24"},
		{"b/c", "5:9-5:16"},
		{"b/c/1", "5:14-5:16"},
		{"b/d", "5:21-5:24"},
		{"e/0", "7:3-7:10"},
		{"e/1", "8:3-9:8"},
		{"f", "10:3-10:3"},
		{"g", "11:7-11:10"},
	} {
		var path []string
		if tt.path != "" {
			path = strings.Split(tt.path, "/")
		}
		r, n := doc.RangeAt(path...)
		got := fmt.Sprintf("%d:%d-%d:%d", r.Start.Line, r.Start.Column, r.End.Line, r.End.Column)
		if got != tt.want || n != len(path) {
			t.Errorf("range of %q is %s (%d steps), want %s", tt.path, got, n, tt.want)
		}
	}
}

func TestDuplicatesAndMore(t *testing.T) {
	doc, err := yamltree.Parse("a.yml", []byte("a: 1\nb: {c: 1, c: 2}\na: 3\n---\nx: 1\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Duplicates) != 2 || doc.Duplicates[0].Key != "c" || doc.Duplicates[1].Again.Start.Line != 3 {
		t.Errorf("duplicates: %+v", doc.Duplicates)
	}
	if len(doc.More) != 1 || doc.More[0].Line != 5 {
		t.Errorf("further documents: %+v", doc.More)
	}
	if got := doc.Root.At("b", "c").Text; got != "2" {
		t.Errorf("of duplicate keys the value is %q, want the last one", got)
	}
}

func TestSlashes(t *testing.T) {
	text := "{\"a\\/b\": \"c\\/d\\\\/e\", \"g\": 'h\\/i', \"j\": k}"
	doc, err := yamltree.Parse("a.json", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Root.Lookup("a/b").Text; got != `c/d\/e` {
		t.Errorf("in double quotes: %q", got)
	}
	if got := doc.Root.Lookup("g").Text; got != `h\/i` {
		t.Errorf("in single quotes: %q", got)
	}
	if r, _ := doc.RangeAt("j"); r.Start.Column != 40 {
		t.Errorf("columns moved: %+v", r)
	}
}

func TestRefuses(t *testing.T) {
	laughs := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		laughs += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	for name, text := range map[string]string{
		"laughs": laughs,
		"loop":   "a: &a\n  b: *a\n",
		"merge":  "a: &a\n  <<: *a\n",
		"deep":   strings.Repeat("[", 30000),
		"blocks": strings.Repeat("- ", 700) + "x",
		"latin1": "a: caf\xe9\n",
		"nul":    "a: \x00\n",
		"syntax": "a: [1,\nb: 2\n",
	} {
		_, err := yamltree.Parse("a.yml", []byte(text), nil)
		var at *source.Error
		if !errors.As(err, &at) || at.Line == 0 {
			t.Errorf("%s: error %v, want one with a line", name, err)
		}
	}
}

// TestMalformed reads the collection of hostile documents within its budget.
func TestMalformed(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/data/governance/malformed/*")
	if len(files) == 0 {
		t.Skip("../shared is absent: the collection of malformed documents was not read")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = yamltree.Parse(filepath.Base(file), text, nil)
		if d := time.Since(start); d > time.Second {
			t.Errorf("%s took %v", file, d)
		}
		t.Log(filepath.Base(file), err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("a: {b: [1, 'x']}\nc: &d |\n  text\ne: *d\n"))
	f.Add([]byte("{\"a\":null}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		doc, err := yamltree.Parse("f", text, nil)
		if err != nil {
			return
		}
		checkRanges(t, doc.Root)
	})
}

func checkRanges(t *testing.T, n *yamltree.Node) {
	if n.Range.End.Before(n.Range.Start) {
		t.Errorf("range ends before it begins: %+v", n.Range)
	}
	for _, item := range n.Items {
		checkRanges(t, item)
	}
}
