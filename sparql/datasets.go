package sparql

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// Dataset is one of several that a service answers for.
type Dataset struct {
	// Name is the first part of its paths: /NAME/sparql.
	Name  string
	Index Store
	// Warn and Pages are those of HandlerOptions, for this dataset. Pages gets paths
	// without the name.
	Warn  func(context.Context, *Query) []string
	Pages http.Handler
}

// Datasets answers for several datasets, for each as Handler does for one, below the
// path of its name. All share who may ask, how many queries run at a time and how
// much memory they hold. / and /.well-known/void list the datasets; Pages of who
// answers what is below no name.
func Datasets(all []Dataset, opts *Options, who *HandlerOptions) http.Handler {
	g := newGuard(who)
	a := newAdmission(g.options)
	l := &datasets{endpoint: newEndpoint(nil, opts, g, a)}
	mux := http.NewServeMux()
	for _, d := range all {
		s := newEndpoint(d.Index, opts, g, a)
		s.name, s.prefix = d.Name, "/"+d.Name
		s.who.Warn, s.who.Pages = d.Warn, d.Pages
		l.all = append(l.all, s)
		mux.Handle(s.prefix+"/", http.StripPrefix(s.prefix, s.routes()))
	}
	mux.HandleFunc("/{$}", l.list)
	mux.HandleFunc("GET /.well-known/void", l.describe)
	mux.HandleFunc("/", l.other)
	g.runs(mux, a, l.all)
	return g
}

// datasets is what a service of several datasets answers beside them.
type datasets struct {
	*endpoint
	all []*endpoint
}

// list answers with a page that lists the datasets, or with their description.
func (l *datasets) list(w http.ResponseWriter, r *http.Request) {
	if format, err := negotiate(accepted(r), htmlFirst); l.who.Pages != nil && !r.URL.Query().Has("query") && err == nil && format == "html" {
		l.who.Pages.ServeHTTP(w, r)
		return
	}
	if r.URL.Query().Has("query") || r.Method != http.MethodGet && r.Method != http.MethodHead {
		l.other(w, r)
		return
	}
	l.describe(w, r)
}

// describe answers with the datasets in VoID: where each is, and how much it has.
func (l *datasets) describe(w http.ResponseWriter, r *http.Request) {
	l.recorded(w, r, func(rec *QueryRecord) error {
		rec.Graph = r.URL.Path
		var quads []rdf.Quad
		for _, s := range l.all {
			base := s.base(r)
			node := rdf.IRI(base + "/.well-known/void#dataset")
			triples := 0
			if err := s.store.View(func() error { triples = s.store.Len(); return nil }); err != nil {
				return err
			}
			quads = append(
				quads,
				rdf.Quad{Subject: node, Predicate: rdf.IRI(rdf.RDFType), Object: rdf.IRI(nsVoID + "Dataset")},
				rdf.Quad{Subject: node, Predicate: rdf.IRI("http://purl.org/dc/terms/title"), Object: rdf.String(s.name)},
				rdf.Quad{Subject: node, Predicate: rdf.IRI(nsVoID + "sparqlEndpoint"), Object: rdf.IRI(base + "/sparql")},
				rdf.Quad{Subject: node, Predicate: rdf.IRI(nsVoID + "triples"), Object: integer(int64(triples)).term},
			)
		}
		return l.writeGraph(w, r, noted(rec, sequence(quads)))
	})
}

// other answers what is below no dataset.
func (l *datasets) other(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if l.who.Pages != nil && path != "/" && path != "/sparql" && path != "/data" {
		l.who.Pages.ServeHTTP(w, r)
		return
	}
	var names []string
	for _, s := range l.all {
		names = append(names, s.prefix+"/sparql")
	}
	http.Error(w, fmt.Sprintf("there is no dataset at %s, expected one of %s", path, strings.Join(names, ", ")), http.StatusNotFound)
}

// tally is where answers of a path are counted.
func (g *guard) tally(path string) *tally {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if t := g.tallies[name]; t != nil {
		return t
	}
	return g.tallies[""]
}

// labels are the datasets that have metrics of their own, with the label of each. A
// service of one dataset has none.
func (g *guard) labels() (names []string, label func(name string) string) {
	names = slices.Sorted(maps.Keys(g.tallies))
	if len(names) == 1 {
		return names, func(string) string { return "" }
	}
	return names, func(name string) string { return `dataset="` + name + `",` }
}
