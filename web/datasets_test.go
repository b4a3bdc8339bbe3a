package web

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestBelowAPath holds that every address in the pages of a site that is below a path
// leads below that path, and that the pages are otherwise those of a site at the root.
func TestBelowAPath(t *testing.T) {
	plain := testSite(t)
	options := plain.options
	options.Path = "/trials"
	below := New(plain.graph.Store, &options)
	for _, path := range pagesToSee {
		w := get(t, below, path)
		if w.Code != http.StatusOK {
			t.Errorf("%s: status %d", path, w.Code)
			continue
		}
		links, back := 0, 0
		walk(parsed(t, below, path), nil, func(n *html.Node, _ []*html.Node) {
			for _, a := range n.Attr {
				switch {
				case a.Val == "/" && a.Key == "href" && textOf(n) == "Datasets":
					back++
				case strings.HasPrefix(a.Val, "/trials/"):
					links++
				case strings.HasPrefix(a.Val, "/") && (len(a.Val) > 1 || a.Key == "href" || a.Key == "action") && a.Key != "data-root" && a.Key != "data-at" && a.Key != "title" && a.Key != "id" && a.Key != "value":
					t.Errorf("%s: <%s %s=%q> does not lead below /trials", path, n.Data, a.Key, a.Val)
				}
			}
		})
		if links < 5 || back != 1 {
			t.Errorf("%s: %d links below the path, %d to the list of datasets", path, links, back)
		}
		for _, link := range w.Header().Values("Link") {
			if !strings.HasPrefix(link, "</trials/") {
				t.Errorf("%s: Link: %s", path, link)
			}
		}
	}
	for path, want := range map[string]string{"/?q=NCT99990001": "/trials/study/NCT99990001", "/study/nct99990001": "/trials/study/NCT99990001"} {
		if w := get(t, below, path); w.Header().Get("Location") != want {
			t.Errorf("%s: %d, Location %q, want %q", path, w.Code, w.Header().Get("Location"), want)
		}
	}
	if w := get(t, below, "/sitemap.xml"); !strings.Contains(w.Body.String(), "/trials/study/NCT99990001</loc>") {
		t.Errorf("the sitemap lacks the path:\n%.500s", w.Body)
	}
	if w := get(t, below, "/editor/labels?iri=https%3A%2F%2Fclinicaltrials.gov%2Fns%2FStudy"); !strings.Contains(w.Body.String(), `"/trials/ns/`) {
		t.Errorf("the labels lack the path: %s", w.Body)
	}
}

// TestListOfDatasets holds that the page leads to every dataset.
func TestListOfDatasets(t *testing.T) {
	s := List("Our data", []Listed{{"trials", 1234}, {"devices", 5}})
	w := get(t, s, "/")
	inspect(t, "/", w.Body.String())
	for _, want := range []string{"<h1>Our data</h1>", `<a href="/trials/">trials</a>`, "1,234 quads", `href="/devices/sparql"`, `href="/devices/.well-known/void"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %s:\n%s", want, w.Body)
		}
	}
	if strings.Contains(w.Body.String(), "<nav") {
		t.Error("the page has links to pages of a site")
	}
	if w := get(t, s, "/nothing", "Accept", "text/html"); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "All datasets") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := get(t, s, "/robots.txt"); !strings.Contains(w.Body.String(), "Disallow: /*/sparql") || !strings.Contains(w.Body.String(), "/devices/sitemap.xml") {
		t.Error(w.Body)
	}
	if w := get(t, s, assetPage("site.css")); w.Code != http.StatusOK {
		t.Errorf("status %d of the style sheet", w.Code)
	}
}
