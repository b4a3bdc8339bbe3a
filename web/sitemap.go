package web

import (
	"bufio"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/index"
)

// sitemapSize is how many addresses a part of the sitemap has; the protocol of
// sitemaps allows 50,000.
const sitemapSize = 20_000

// sitemap lists the pages of studies, in parts.
func (s *Site) sitemap(w http.ResponseWriter, r *http.Request) error {
	number := s.graph.term("ctg:nct_id")
	total := 0
	if number != 0 {
		total = s.graph.Predicate(number).Quads
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	out := bufio.NewWriter(w)
	fmt.Fprint(out, `<?xml version="1.0" encoding="UTF-8"?>`+"\n")
	if part := r.URL.Query().Get("part"); part == "" && total > sitemapSize {
		fmt.Fprint(out, `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`+"\n")
		for i := range (total + sitemapSize - 1) / sitemapSize {
			fmt.Fprintf(out, "<sitemap><loc>%s/sitemap.xml?part=%d</loc></sitemap>\n", s.origin(r), i+1)
		}
		fmt.Fprint(out, "</sitemapindex>\n")
		return out.Flush()
	}
	n, _ := strconv.Atoi(r.URL.Query().Get("part")) // an odd one is the first
	from := max(0, min(n-1, total/sitemapSize)) * sitemapSize
	fmt.Fprint(out, `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`+"\n")
	at := 0
	if number != 0 {
		s.graph.Match(index.Quad{index.Predicate: number}, index.Union, func(q index.Quad) bool {
			if at++; at > from {
				if id := s.graph.Term(q[index.Object]).Value; isStudyID(id) {
					fmt.Fprintf(out, "<url><loc>%s%s%s</loc></url>\n", s.origin(r), pathStudy, id)
				}
			}
			return at < from+sitemapSize && (at%checkEvery != 0 || r.Context().Err() == nil)
		})
	}
	fmt.Fprint(out, "</urlset>\n")
	return out.Flush()
}

// origin is the address of the site.
func (s *Site) origin(r *http.Request) string { return siteOrigin(r) + s.options.Path }

// siteOrigin is the origin that a request was sent to, as XML has it.
func siteOrigin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	host := strings.Map(func(c rune) rune {
		if strings.ContainsRune("<>&\"'", c) || c < ' ' {
			return -1
		}
		return c
	}, r.Host)
	return scheme + "://" + host
}

// robots keeps crawlers to the pages of studies. Each of several sites below paths of
// their own has its sitemap.
func robots(w http.ResponseWriter, r *http.Request, below string, sites []Listed) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "User-agent: *\nDisallow: %[1]s/sparql\nDisallow: %[1]s/data\nDisallow: %[1]s/editor/\nDisallow: /*?\n", below)
	for _, d := range sites {
		fmt.Fprintf(out, "Sitemap: %s/sitemap.xml\n", strings.TrimSuffix(siteOrigin(r)+"/"+d.Name, "/"))
	}
	return out.Flush()
}
