package classic

import (
	"archive/zip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// shape writes a tree, without white space between elements.
func shape(b *strings.Builder, n *node) {
	text := n.text
	if text = strings.TrimSpace(text); len(n.children) == 0 && text != "" {
		text = n.text // where it stands beside elements, white space around it says nothing
	}
	fmt.Fprintf(b, "(%q %c %q %d", n.name, max(n.kind, ' '), text, n.offset)
	for _, c := range n.children {
		shape(b, c)
	}
	b.WriteByte(')')
}

// sameTree compares the two parsers; the quick one may pass.
func sameTree(t *testing.T, name string, text []byte) (quick bool) {
	t.Helper()
	got := quickXML(text, &nodes{})
	if got == nil {
		return false
	}
	want, err := carefulXML(text)
	if err != nil {
		t.Fatalf("%s: read quickly, and refused by the careful parser: %v\n%.300s", name, err, text)
	}
	var a, b strings.Builder
	got.text, want.text = "", "" // of what is around the root
	shape(&a, got)
	shape(&b, want)
	if a.String() != b.String() {
		i := 0
		for i < min(a.Len(), b.Len()) && a.String()[i] == b.String()[i] {
			i++
		}
		from := max(0, i-100)
		t.Fatalf("%s: another tree: %.300s\nexpected %.300s", name, a.String()[from:], b.String()[from:])
	}
	return true
}

// documents are the classic records of the fixtures, and real ones.
func documents(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	files, err := filepath.Glob("../testdata/classic/*.xml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		if out[file], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := zip.OpenReader("../../shared/data/classic-public-xml-visible.zip")
	if err != nil {
		t.Logf("the real records are not at hand: %v", err)
		return out
	}
	defer archive.Close()
	for i, f := range archive.File {
		if !strings.HasSuffix(f.Name, ".xml") || i%4 != 0 {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestQuickXML(t *testing.T) {
	n, quick := 0, 0
	for name, text := range documents(t) {
		n++
		if sameTree(t, name, text) {
			quick++
		}
	}
	if quick*10 < n*9 {
		t.Errorf("%d of %d documents are read quickly", quick, n)
	}
	t.Logf("%d of %d documents are read quickly", quick, n)
	for _, text := range []string{
		"<a/>", "<a b=\"c\"/>", "<a>x<b/>y</a>", "<a>&lt;&#233;&#xE9;&amp;</a>", "<a><!-- c -->x</a>", "<?xml version=\"1.0\"?><a/>", "<a b='c'/>", "<a></b>", "<a>&nbsp;</a>",
		"<a", "<a>", "</a>", "<a/><b/>", "<a/>x", "x<a/>", "<a>]]></a>", "<a b=\"<\"/>", "<a b=\"1\"c=\"2\"/>", "<a:b/>", "<a xmlns=\"x\"/>", "<a>&#0;</a>", "<a>&#xD800;</a>",
		"<a>&#+65;</a>", "<a\r/>", "<a>\xff</a>", "<!DOCTYPE a><a/>", "<a><![CDATA[x]]></a>", "\ufeff<a/>", "<?xml version=\"1.1\"?><a/>", "<?xml encoding=\"latin1\" version=\"1.0\"?><a/>",
		"<a >x</a >", "<a\n b=\"c\"\t/>", "<a>x&y;</a>", "<a>x & y</a>", "<1a/>", "<a.b-c_1/>", "",
	} {
		sameTree(t, text, []byte(text))
	}
}

// TestQuickXMLOnMutants: whatever happens to a document, the quick parser reads
// what the careful one reads, or passes.
func TestQuickXMLOnMutants(t *testing.T) {
	var all [][]byte
	for _, text := range documents(t) {
		if len(text) < 20_000 {
			all = append(all, text)
		}
	}
	dice := rand.New(rand.NewPCG(1, 0))
	bits := []string{"<", ">", "</", "/>", "&", ";", "&amp;", "&#65;", "\"", "'", "=", "<!--", "-->", "]]>", "\r", "\x00", "\xff", " ", "<a>", "</a>", "<?x?>", "xmlns", ":", "\ufeff"}
	quick, mutants := 0, portion.Count(400, 4000)
	for range mutants {
		text := all[dice.IntN(len(all))]
		for range 1 + dice.IntN(3) {
			from := dice.IntN(len(text))
			to := min(len(text), from+dice.IntN(6))
			text = append(append(append([]byte{}, text[:from]...), bits[dice.IntN(len(bits))]...), text[to:]...)
		}
		if sameTree(t, "a mutant", text) {
			quick++
		}
	}
	t.Logf("%d of %d mutants are read quickly", quick, mutants)
}
