// Package web shows a graph of studies as pages that people read: a search with
// facets, a page for each study and for everything else that has an IRI, the
// vocabulary, and an editor of queries. Every page that is about something has
// its RDF, too, by content negotiation and by suffix.
//
// New makes a Site, which is an http.Handler; Site.Prepare reads what the search
// needs and may run beside it. The Site does not check who asks: it is meant to
// stand behind sparql.Handler, as its Pages.
package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shacl"
	"github.com/trialweave/trialweave/sparql"
)

// Options say what a Site shows. Nil is the defaults.
type Options struct {
	// Name is what the dataset is called. Default: "Clinical studies".
	Name string
	// Path is the path that the site is below, such as /trials; requests come
	// without it. Default: none.
	Path string
	// Base is the IRI below which the nodes live that are not fragments of a
	// study. Default: what the studies of the store have.
	Base string
	// Prefixes are those that queries may use without declaring them, and that
	// Turtle is written with.
	Prefixes []rdf.Prefix
	// Warn says what is odd about a query, until its context ends. Default: nothing is.
	Warn func(context.Context, *sparql.Query) []string
	// Shapes are what studies are checked against. Default: they are not checked.
	Shapes *shacl.Shapes
	// Timeout ends the work for one page. Default: 10 seconds.
	Timeout time.Duration
	// SearchBytes is about how much memory the search may take. Default: 512 MiB.
	SearchBytes int
	// Log takes the faults of pages. Default: they are not logged.
	Log *slog.Logger
}

// Site answers requests for pages.
type Site struct {
	graph   graph
	options Options
	links   links
	mux     *http.ServeMux
	terms   *vocabulary
	views   *template.Template
	locator *mapping.Locator
	slots   chan struct{}
	static  bool // the pages become files, and show no data
	bare    bool // it has no dataset
	corpus  corpus

	warnings []string
}

// Warnings says what in the options does not agree with the store.
func (s *Site) Warnings() []string { return s.warnings }

// New makes a site of a store.
func New(store Store, o *Options) *Site {
	s := &Site{graph: graph{store}, mux: http.NewServeMux(), views: templates(), locator: mapping.NewLocator(), slots: make(chan struct{}, 2*runtime.GOMAXPROCS(0))}
	if o != nil {
		s.options = *o
	}
	if s.options.Name == "" {
		s.options.Name = "Clinical studies"
	}
	if s.options.Timeout <= 0 {
		s.options.Timeout = 10 * time.Second
	}
	found := s.graph.base()
	if s.options.Base != "" && found != "" && found != s.options.Base {
		s.warnings = append(s.warnings, "the shared nodes of the data live below "+found+", not below "+s.options.Base+": their pages have other paths than their IRIs")
	}
	s.options.Base = cmp.Or(s.options.Base, found, model.DefaultBase)
	s.links = links{base: s.options.Base, model: model.Default()}
	s.terms = newVocabulary(s.links.model)
	s.routes()
	return s
}

// routes are the pages. What is below none of these is a node, or nothing.
func (s *Site) routes() {
	s.handle("/{$}", func(w http.ResponseWriter, r *http.Request, _ string) error { return s.home(w, r) })
	s.handle("/study/{name}", s.resource)
	s.handle("/study/{name}/data", s.ofStudy(s.data))
	s.handle("/study/{name}/list", s.ofStudy(s.list))
	s.handle("/study/{name}/changes", s.ofStudy(s.changes))
	s.handle("/questions", func(w http.ResponseWriter, r *http.Request, _ string) error { return s.questions(w, r) })
	s.handle("/questions/{name}", s.question)
	s.handle("/sparql", func(w http.ResponseWriter, r *http.Request, _ string) error { return s.editor(w, r) })
	s.handle("/editor/check", func(w http.ResponseWriter, r *http.Request, _ string) error { return s.check(w, r) })
	s.handle("/editor/terms", func(w http.ResponseWriter, r *http.Request, _ string) error { return s.completions(w, r) })
	s.handle("/editor/labels", func(w http.ResponseWriter, r *http.Request, _ string) error { return s.labels(w, r) })
	s.handle("/sitemap.xml", func(w http.ResponseWriter, r *http.Request, _ string) error { return s.sitemap(w, r) })
	s.handle("/robots.txt", func(w http.ResponseWriter, r *http.Request, _ string) error { return robots(w, r, "", []Listed{{}}) })
	s.handle("/assets/{name}", asset)
	s.handle("/", s.resource)
}

// handle adds a page. Its third argument is what {name} stands for.
func (s *Site) handle(pattern string, page func(http.ResponseWriter, *http.Request, string) error) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			s.fail(w, r, &statusError{http.StatusMethodNotAllowed, "This page can only be read."})
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), s.options.Timeout)
		defer cancel()
		r = r.WithContext(ctx)
		out := &captured{header: w.Header(), status: http.StatusOK}
		if err := s.make(out, r, page); err != nil {
			s.fail(w, r, err)
			return
		}
		w.WriteHeader(out.status)
		if r.Method != http.MethodHead {
			_, _ = w.Write(out.body) // an error is that the client has gone
		}
	})
}

// make makes an answer in one of the slots, of which there are few. It is sent
// afterwards, so that nobody who reads slowly holds a slot.
func (s *Site) make(out *captured, r *http.Request, page func(http.ResponseWriter, *http.Request, string) error) error {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-r.Context().Done():
		return context.Cause(r.Context())
	}
	return page(out, r, r.PathValue("name"))
}

// ofStudy is a page about the study whose number the path has.
func (s *Site) ofStudy(page func(http.ResponseWriter, *http.Request, string) error) func(http.ResponseWriter, *http.Request, string) error {
	return func(w http.ResponseWriter, r *http.Request, name string) error {
		id, ok := model.NormalID(name)
		if !ok {
			return errNotHere
		}
		return page(w, r, id)
	}
}

// ServeHTTP answers a request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Content-Security-Policy", policy("")) // of what is not HTML; a page has its own
	s.mux.ServeHTTP(w, r)
}

// policy lets a page load what comes from its own origin, and nothing else; a
// nonce lets through the elements that have it.
func policy(nonce string) string {
	from := "'self'"
	if nonce != "" {
		from += " 'nonce-" + nonce + "'"
	}
	return "default-src 'none'; script-src " + from + "; style-src " + from + "; img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// page is what every page has.
type page struct {
	Title, Description string
	Site               string
	Nonce              string
	Words              string // of the search
	Robots             string
	Alternates         []alternate
	Schema             map[string]any // schema.org, as JSON-LD
	Scripts            []string
	Wide               bool
	Static             bool   // it becomes a file
	NoFind             bool   // the page has a search box of its own
	Below              string // Options.Path
	Bare               bool   // it is not of a site: it has no links to other pages
}

func (p *page) head() *page { return p }

// view is a page with what every page has.
type view interface{ head() *page }

func (s *Site) page(title string) page {
	return page{Title: title, Site: s.options.Name, Static: s.static, NoFind: s.static || s.bare, Below: s.options.Path, Bare: s.bare}
}

// html renders a page. It is made whole before anything is sent.
func (s *Site) html(w http.ResponseWriter, r *http.Request, name string, v view) error {
	if refusesHTML(r) {
		return &statusError{http.StatusNotAcceptable, "This page is HTML, which the request does not accept."}
	}
	return s.htmlStatus(w, name, v, http.StatusOK)
}

func (s *Site) htmlStatus(w http.ResponseWriter, name string, v view, status int) error {
	p := v.head()
	p.Nonce = newNonce()
	var out bytes.Buffer
	if err := s.views.ExecuteTemplate(&out, name, v); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy(p.Nonce))
	for _, a := range p.Alternates {
		h.Add("Link", "<"+s.at(a.Href)+`>; rel="alternate"; type="`+a.Type+`"`)
	}
	w.WriteHeader(status)
	_, err := w.Write(s.rooted(out.Bytes()))
	return err
}

// at is the address of a path of the site.
func (s *Site) at(path string) string {
	if strings.HasPrefix(path, "/") {
		return s.options.Path + path
	}
	return path
}

// ofRoot are the attributes of pages that hold a path of the site. A quotation mark
// of a text is escaped there, so that only markup matches.
var ofRoot = regexp.MustCompile(`( (?:href|action|src|data-charts|data-world)=")/([^/])`)

// rooted puts the path that the site is below before the paths in a page.
func (s *Site) rooted(html []byte) []byte {
	if s.options.Path == "" {
		return html
	}
	return ofRoot.ReplaceAll(html, []byte("${1}"+s.options.Path+"/${2}"))
}

func newNonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// statusError is a fault with its status in HTTP and a sentence for people.
type statusError struct {
	status int
	text   string
}

func (e *statusError) Error() string { return e.text }

// errorPage says what went wrong.
type errorPage struct {
	page
	Status int
	Text   string
}

// fail answers with an error, as a page or a line.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := &errorPage{Status: http.StatusInternalServerError, Text: "This page could not be made. The service's log says why."}
	var known *statusError
	switch {
	case errors.As(err, &known):
		p.Status, p.Text = known.status, known.text
	case errors.Is(err, errNotHere):
		p.Status, p.Text = http.StatusNotFound, "This dataset has nothing under this address."
	case errors.Is(err, context.DeadlineExceeded):
		p.Status, p.Text = http.StatusServiceUnavailable, "This page took longer than "+s.options.Timeout.String()+" to make."
		w.Header().Set("Retry-After", "10")
	case errors.Is(err, context.Canceled):
		return // nobody is there any more
	case s.options.Log != nil:
		s.options.Log.Error("page", "path", r.URL.Path, "error", err)
	}
	p.page = s.page(http.StatusText(p.Status))
	p.Robots = "noindex"
	if format, _ := negotiated(r.Header.Values("Accept"), pageFormats); format.name != "html" {
		http.Error(w, p.Text, p.Status)
		return
	}
	if err := s.htmlStatus(w, "error", p, p.Status); err != nil {
		http.Error(w, p.Text, p.Status)
	}
}

// searchPage is the address of a search by one value of a facet.
func searchPage(facet, value string) string {
	return "/?" + strings.ReplaceAll(urlQuery(facet, value), "%20", "+")
}
