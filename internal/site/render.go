package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

//go:embed theme
var theme embed.FS

// repository is where files are read that are not pages.
const repository = "https://github.com/trialweave/trialweave/blob/main/"

// view is what the template of a page is given.
type view struct {
	Title, Root string
	Home        bool
	Body        template.HTML
	Parts       []viewPart
	Sections    []entry
	Source      string
}

type viewPart struct {
	Title string
	Open  bool
	Pages []viewPage
}

type viewPage struct {
	Title, URL string
	Current    bool
}

// entry is a section of a page, as the search finds it.
type entry struct {
	Page  string `json:"p"`
	Title string `json:"t"`
	URL   string `json:"u"`
	Text  string `json:"x"`
}

// address is where a page is in the site, from its root.
func address(name string) string {
	name = strings.TrimPrefix(name, folder+"/")
	if path.Base(name) == "README.md" {
		return path.Join(path.Dir(name), "index.html")
	}
	return strings.TrimSuffix(name, ".md") + ".html"
}

// between is the way from one file of the site to another.
func between(from, to string) string {
	rel, err := filepath.Rel(path.Dir(from), to)
	if err != nil {
		return to // both are relative, so this cannot be
	}
	return filepath.ToSlash(rel)
}

// render returns the files of the site by their names.
func (s *site) render() (map[string][]byte, error) {
	layout, err := template.ParseFS(theme, "theme/page.html")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	var found []entry
	for _, name := range s.names() {
		p := s.pages[name]
		found = append(found, p.sections()...)
		s.relink(p)
		var body, whole bytes.Buffer
		if err := markdown().Renderer().Render(&body, p.source, p.root); err != nil {
			return nil, err
		}
		if err := layout.Execute(&whole, s.view(p, body.String())); err != nil {
			return nil, err
		}
		files[address(name)] = whole.Bytes()
	}
	for _, name := range s.images {
		if files[strings.TrimPrefix(name, folder+"/")], err = fs.ReadFile(s.files, name); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"site.css", "site.js"} {
		if files[name], err = theme.ReadFile("theme/" + name); err != nil {
			return nil, err
		}
	}
	index, err := json.Marshal(found)
	files["search.js"] = append(append([]byte("window.searchIndex = "), index...), ";\n"...)
	return files, err
}

// tables get a box that scrolls by itself, which the keyboard reaches.
var tables = regexp.MustCompile(`(?s)<table>.*?</table>`)

func (s *site) view(p *page, body string) view {
	at := address(p.name)
	body = strings.ReplaceAll(body, "<!-- raw HTML omitted -->\n", "") // which comments leave
	number := 0
	body = tables.ReplaceAllStringFunc(body, func(table string) string {
		number++
		return fmt.Sprintf(`<div class="scroll" tabindex="0" role="region" aria-label="Table %d">%s</div>`, number, table)
	}) // regions have different names
	body = strings.ReplaceAll(strings.ReplaceAll(body, "<pre>", `<pre tabindex="0">`), "<th></th>", "<td></td>")
	v := view{
		Title: p.title, Home: p.name == home, Root: strings.TrimSuffix(between(at, "x"), "x"), Source: repository + p.name,
		Body: template.HTML(body), //nolint:gosec // it is made of our own pages, which may have no HTML
	}
	for i, part := range s.parts {
		vp := viewPart{Title: part.Title, Open: i == s.partOf(p.name) || v.Home}
		for _, to := range part.pages {
			vp.Pages = append(vp.Pages, viewPage{to.title, between(at, address(to.name)), to == p})
		}
		v.Parts = append(v.Parts, vp)
	}
	return v
}

// relink makes links to pages links to where they are in the site, and those to other
// files of the repository links to where these are read.
func (s *site) relink(p *page) {
	for _, l := range p.links {
		to := repository + l.file
		switch {
		case s.pages[l.file] != nil:
			to = between(address(p.name), address(l.file))
		case strings.HasPrefix(l.file, folder+"/"):
			to = between(address(p.name), strings.TrimPrefix(l.file, folder+"/"))
		}
		if l.anchor != "" {
			to += "#" + l.anchor
		}
		l.node.set(to)
	}
}

// sections are what the search finds: each heading with what follows it.
func (p *page) sections() []entry {
	var out []entry
	for n := p.root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			e := entry{Page: p.title, Title: plain(h, p.source), URL: address(p.name)}
			if id, ok := h.AttributeString("id"); ok && h.Level > 1 {
				e.URL += "#" + string(id.([]byte))
			}
			out = append(out, e)
			continue
		}
		if len(out) > 0 {
			last := &out[len(out)-1]
			last.Text = strings.TrimSpace(last.Text + " " + strings.Join(strings.Fields(plain(n, p.source)), " "))
		}
	}
	return out
}

// write puts files into a folder.
func write(out string, files map[string][]byte) error {
	for name, data := range files {
		file := filepath.Join(out, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // pages are for everybody
			return err
		}
		if err := os.WriteFile(file, data, 0o644); err != nil { //nolint:gosec // as above
			return err
		}
	}
	return nil
}
