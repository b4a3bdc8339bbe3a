package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// folder has the pages, and home is the page that the others are found from.
const (
	folder = "docs"
	home   = "docs/README.md"
)

// page is a file of Markdown.
type page struct {
	name    string // in the repository
	title   string
	source  []byte
	root    ast.Node
	anchors map[string]bool
	links   []link
}

// link leads from a page to another, or to a file.
type link struct {
	node         destination
	file, anchor string
}

// destination is a link or an image.
type destination interface {
	get() string
	set(string)
}

type (
	linkNode  struct{ *ast.Link }
	imageNode struct{ *ast.Image }
)

func (l linkNode) get() string   { return string(l.Destination) }
func (l linkNode) set(s string)  { l.Destination = []byte(s) }
func (i imageNode) get() string  { return string(i.Destination) }
func (i imageNode) set(s string) { i.Destination = []byte(s) }

// site is all pages, by their names in the repository.
type site struct {
	files  fs.FS
	pages  map[string]*page
	images []string
	parts  []part
}

// part is one of the parts of the navigation.
type part struct {
	Title string
	pages []*page
}

func markdown() goldmark.Markdown {
	return goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
}

// read reads the pages, and the navigation.
func read(files fs.FS) (*site, error) {
	s := &site{files: files, pages: map[string]*page{}}
	err := fs.WalkDir(files, folder, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir():
			return err
		case path.Ext(name) == ".md":
			p, err := readPage(files, name)
			s.pages[name] = p
			return err
		case path.Ext(name) == ".png" || path.Ext(name) == ".svg" || path.Ext(name) == ".json":
			s.images = append(s.images, name)
			return nil
		}
		return fmt.Errorf("%s: neither a page nor a picture nor a schema", name)
	})
	if err != nil {
		return nil, err
	}
	return s, s.navigate()
}

func readPage(files fs.FS, name string) (*page, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	p := &page{name: name, source: data, anchors: map[string]bool{}}
	p.root = markdown().Parser().Parse(text.NewReader(data), parser.WithContext(parser.NewContext(parser.WithIDs(&anchors{p.anchors}))))
	level := 0
	err = ast.Walk(p.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			if n.Level > level+1 || n.Level == 1 && p.title != "" {
				return ast.WalkStop, fmt.Errorf("%s: heading %q of level %d after one of level %d", name, plain(n, data), n.Level, level)
			}
			level = n.Level
			if n.Level == 1 {
				p.title = plain(n, data)
			}
		case *ast.Link:
			p.link(linkNode{n})
		case *ast.Image:
			p.link(imageNode{n})
			if plain(n, data) == "" {
				return ast.WalkStop, fmt.Errorf("%s: the picture %s has no text in its place", name, n.Destination)
			}
		case *ast.HTMLBlock:
			if n.HTMLBlockType != ast.HTMLBlockType2 { // a comment, which is not shown
				return ast.WalkStop, fmt.Errorf("%s: HTML, expected Markdown alone", name)
			}
		case *ast.RawHTML:
			return ast.WalkStop, fmt.Errorf("%s: HTML, expected Markdown alone: %.60q", name, plain(n, data))
		}
		return ast.WalkContinue, nil
	})
	if err == nil && p.title == "" {
		err = fmt.Errorf("%s: no heading of level 1", name)
	}
	return p, err
}

// link notes where a link leads to, unless that is another host.
func (p *page) link(d destination) {
	to := d.get()
	if strings.Contains(to, ":") {
		return
	}
	file, anchor, _ := strings.Cut(to, "#")
	if file == "" {
		file = path.Base(p.name)
	}
	p.links = append(p.links, link{d, path.Join(path.Dir(p.name), file), anchor})
}

// plain is the text of a node.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // it cannot fail
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Segment.Value(source))
			if n.SoftLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				b.Write(line.Value(source))
			}
			b.WriteByte('\n')
		case *ast.Paragraph, *ast.ListItem, *east.TableCell:
			b.WriteByte(' ')
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}

// anchors makes the ids of headings as GitHub does, so that a link leads to the same
// place here and there.
type anchors struct{ taken map[string]bool }

// Generate makes an id of the text of a heading.
func (a *anchors) Generate(value []byte, _ ast.NodeKind) []byte {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(string(value))) {
		switch {
		case r == ' ' || r == '-':
			b.WriteByte('-')
		case r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 127:
			b.WriteRune(r)
		}
	}
	id := b.String()
	for i := 1; a.taken[id]; i++ {
		id = fmt.Sprintf("%s-%d", b.String(), i)
	}
	a.taken[id] = true
	return []byte(id)
}

// Put notes an id.
func (a *anchors) Put(value []byte) { a.taken[string(value)] = true }

// navigate reads the parts from the home page: what each heading of level 2 lists. A
// page named README.md in a folder leads to the others of its folder.
func (s *site) navigate() error {
	p := s.pages[home]
	if p == nil {
		return fmt.Errorf("%s: not there", home)
	}
	at := map[ast.Node]string{}
	for _, l := range p.links {
		if n, ok := l.node.(linkNode); ok {
			at[n.Link] = l.file
		}
	}
	for n := p.root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok && h.Level == 2 {
			s.parts = append(s.parts, part{Title: plain(h, p.source)})
			continue
		}
		if len(s.parts) == 0 {
			continue
		}
		last := &s.parts[len(s.parts)-1]
		err := ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if file := at[n]; entering && s.pages[file] != nil && file != home {
				last.pages = append(last.pages, s.pages[file])
			}
			return ast.WalkContinue, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// faults are the links that lead nowhere, and the pages that nothing leads to.
func (s *site) faults() (all []error) {
	led := map[string]bool{home: true}
	for _, name := range s.names() {
		for _, l := range s.pages[name].links {
			led[l.file] = true
			to := s.pages[l.file]
			if to == nil {
				if _, err := fs.Stat(s.files, l.file); err != nil {
					all = append(all, fmt.Errorf("%s: the link to %s leads nowhere", name, l.file))
				}
				continue
			}
			if l.anchor != "" && !to.anchors[l.anchor] {
				all = append(all, fmt.Errorf("%s: %s has no heading #%s", name, l.file, l.anchor))
			}
		}
	}
	for _, name := range append(s.names(), s.images...) {
		if !led[name] {
			all = append(all, fmt.Errorf("%s: no page has a link to it", name))
		}
	}
	for _, name := range s.names() {
		if s.partOf(name) < 0 && name != home {
			all = append(all, fmt.Errorf("%s: in none of the parts of %s", name, home))
		}
	}
	return all
}

// partOf is the part that a page belongs to: that which lists it, or the list of its
// folder.
func (s *site) partOf(name string) int {
	return slices.IndexFunc(s.parts, func(part part) bool {
		return slices.ContainsFunc(part.pages, func(p *page) bool {
			return p.name == name || path.Base(p.name) == "README.md" && path.Dir(p.name) == path.Dir(name)
		})
	})
}

func (s *site) names() []string {
	var out []string
	for name := range s.pages {
		out = append(out, name)
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}
