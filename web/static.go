package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping"
)

// WriteVocabulary writes the pages of the vocabulary as files, for whoever hosts
// the namespace: ns/index.html and model/index.html, a folder for each term, the
// same as Turtle and JSON-LD beside it, and what the pages load. The files belong
// at the root of a host.
func WriteVocabulary(ctx context.Context, write func(name string, data []byte) error) error {
	s := New(index.NewBuilder().Build(), &Options{Name: "trialweave vocabulary", Prefixes: mapping.Prefixes()})
	s.static = true
	type file struct{ path, accept, name string }
	files := []file{{"/ns", "text/html", "ns/index.html"}, {"/model", "text/html", "model/index.html"}, {"/ns", "text/turtle", "ns.ttl"}, {"/ns", "application/ld+json", "ns.jsonld"}}
	for _, t := range s.terms.order {
		path := termPage(t.Name)
		files = append(files, file{path, "text/html", path[1:] + "/index.html"})
		for _, a := range s.alternates(path, false) {
			files = append(files, file{a.Href, a.Type, a.Href[1:]})
		}
	}
	for name := range assets() {
		if name == "site.css" || name == "site.js" || name == "icon.svg" || name == "licenses.txt" {
			files = append(files, file{"/assets/" + name, "*/*", "assets/" + name})
		}
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	for _, f := range files {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, f.path, nil)
		if err != nil {
			return err
		}
		r.Header.Set("Accept", f.accept)
		w := &captured{header: http.Header{}, status: http.StatusOK}
		s.ServeHTTP(w, r)
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if w.status != http.StatusOK {
			return fmt.Errorf("the page %s has the status %d", f.path, w.status)
		}
		if err := write(f.name, w.body); err != nil {
			return err
		}
	}
	return nil
}

// captured is an answer that is kept.
type captured struct {
	header http.Header
	status int
	body   []byte
}

// Header returns the headers.
func (c *captured) Header() http.Header { return c.header }

// WriteHeader keeps the status.
func (c *captured) WriteHeader(status int) { c.status = status }

// Write keeps a part of the body.
func (c *captured) Write(b []byte) (int, error) {
	c.body = append(c.body, b...)
	return len(b), nil
}
