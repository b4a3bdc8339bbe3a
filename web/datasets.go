package web

import (
	"net/http"
	"runtime"
	"time"
)

// Listed is a dataset as the page of a service of several datasets shows it.
type Listed struct {
	// Name is the first part of its paths.
	Name string
	// Quads is how many quads it has.
	Quads int
}

// datasetsPage lists datasets.
type datasetsPage struct {
	page
	Datasets []Listed
}

// List makes the page that leads to the sites of several datasets, each of which is
// below the path of its name. The title is that of the page.
func List(title string, all []Listed) http.Handler {
	s := &Site{mux: http.NewServeMux(), views: templates(), bare: true, slots: make(chan struct{}, 2*runtime.GOMAXPROCS(0))}
	s.options = Options{Name: title, Timeout: 10 * time.Second}
	s.handle("/{$}", func(w http.ResponseWriter, r *http.Request, _ string) error {
		return s.html(w, r, "datasets", &datasetsPage{s.page(title), all})
	})
	s.handle("/robots.txt", func(w http.ResponseWriter, r *http.Request, _ string) error { return robots(w, r, "/*", all) })
	s.handle("/assets/{name}", asset)
	s.handle("/", func(http.ResponseWriter, *http.Request, string) error { return errNotHere })
	return s
}
