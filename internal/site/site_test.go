package main

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// TestDocs makes the site of the pages that there are. Nothing in it is loaded from
// another origin, every page has one heading of level 1, and the same pages make the
// same bytes.
func TestDocs(t *testing.T) {
	made := func() map[string][]byte {
		s, err := read(os.DirFS("../.."))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(s.faults()...); err != nil {
			t.Fatal(err)
		}
		files, err := s.render()
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	files, again := made(), made()
	loads := regexp.MustCompile(`(?:src|<link[^>]*href)="((?:[a-z]+:)?//[^"]*)"`)
	for name, data := range files {
		if string(data) != string(again[name]) {
			t.Errorf("%s is not the same twice", name)
		}
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		if m := loads.FindSubmatch(data); m != nil {
			t.Errorf("%s loads %s", name, m[1])
		}
		if n := strings.Count(string(data), "<h1"); n != 1 {
			t.Errorf("%s has %d headings of level 1", name, n)
		}
	}
	if len(files) < 200 || files["index.html"] == nil || files["search.js"] == nil {
		t.Errorf("the site has %d files", len(files))
	}
	write := t.TempDir()
	if err := build("../..", write); err != nil {
		t.Error(err)
	}
	if err := build("../..", write); err == nil {
		t.Error("a folder with files is written into")
	}
}

// TestFaults holds that what is wrong with pages is an error.
func TestFaults(t *testing.T) {
	const start = "# Home\n\n## Tutorials\n\n- [A](a.md)\n"
	for _, tt := range []struct{ home, page, want string }{
		{start, "# A\n\n## One two\n\n[here](#one-two) [home](README.md#home)\n", ""},
		{start, "# A\n\n[b](b.md)\n", "leads nowhere"},
		{start, "# A\n\n[b](../b.go)\n", "leads nowhere"},
		{start, "# A\n\n[b](../LICENSE)\n", ""},
		{start, "# A\n\n[b](#two)\n", "no heading #two"},
		{start, "# A\n\n## One\n\n## One\n\n[b](#one-1)\n", ""},
		{start, "no heading\n", "no heading of level 1"},
		{start, "# A\n\n### Three\n", "of level 3 after one of level 1"},
		{start, "# A\n\n# B\n", "of level 1 after one of level 1"},
		{start, "# A\n\n<b>bold</b>\n", "HTML, expected Markdown"},
		{start, "# A\n\n<p>block</p>\n", "HTML, expected Markdown"},
		{start, "# A\n\n<!-- a comment -->\n\ntext\n", ""},
		{start, "# A\n\n![](a.png)\n", "no text in its place"},
		{start, "# A\n\n![a](a.png)\n", "leads nowhere"},
		{"# Home\n\n## Tutorials\n", "# A\n", "no page has a link to it"},
		{"# Home\n\n[A](a.md)\n\n## Tutorials\n", "# A\n", "in none of the parts"},
	} {
		s, err := read(fstest.MapFS{"docs/README.md": {Data: []byte(tt.home)}, "docs/a.md": {Data: []byte(tt.page)}, "LICENSE": {}})
		if err == nil {
			err = errors.Join(s.faults()...)
		}
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%q: %v, expected %q", tt.page, err, tt.want)
		}
	}
}

// TestRender holds that links between pages lead to pages, and others to the repository.
func TestRender(t *testing.T) {
	s, err := read(fstest.MapFS{
		"docs/README.md":     {Data: []byte("# Home\n\n## Tutorials\n\n- [A](t/a.md)\n\n## Reference\n\n- [B](r/README.md)\n")},
		"docs/t/a.md":        {Data: []byte("# A\n\nSee [b](../r/b.md#two), [license](../../LICENSE) and [there](https://example.org/x.md).\n\n| a | |\n|---|---|\n| b | c |\n")},
		"docs/r/README.md":   {Data: []byte("# R\n\n[b](b.md)\n")},
		"docs/r/b.md":        {Data: []byte("# B\n\n## Two\n\nSome words & signs.\n\n    code\n\n![p](p.svg)\n")},
		"docs/r/p.svg":       {Data: []byte("<svg/>")},
		"LICENSE":            {},
		"internal/other.txt": {},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.faults()...); err != nil {
		t.Fatal(err)
	}
	files, err := s.render()
	if err != nil {
		t.Fatal(err)
	}
	for name, wants := range map[string][]string{
		"t/a.html": {
			`<a href="../r/b.html#two">b</a>`, `<a href="https://github.com/trialweave/trialweave/blob/main/LICENSE">license</a>`, `<a href="https://example.org/x.md">there</a>`,
			`<link rel="stylesheet" href="../site.css">`, `<a href="a.html" aria-current="page">A</a>`, `<td></td>`, `<a href="../r/index.html">R</a>`, "<title>A – trialweave</title>",
		},
		"r/b.html":   {`<h2 id="two">Two</h2>`, `<img src="p.svg" alt="p">`, `<pre tabindex="0">`},
		"index.html": {`<title>Home</title>`, `<a href="t/a.html">A</a>`, `href="site.css"`},
		"search.js":  {`{"p":"B","t":"Two","u":"r/b.html#two","x":"Some words \u0026 signs. code p"}`},
	} {
		for _, want := range wants {
			if !strings.Contains(string(files[name]), want) {
				t.Errorf("%s lacks %s:\n%s", name, want, files[name])
			}
		}
	}
	if string(files["r/p.svg"]) != "<svg/>" {
		t.Error("the picture is not there")
	}
}
