package sparql

import (
	"net/http"
	"slices"
)

// htmlFirst is what / can answer a GET without a query with, and htmlLast what
// /sparql can: who accepts everything gets the first.
var (
	htmlFirst = append([]offer{{"text/html", "html"}}, graphTypes...)
	htmlLast  = slices.Concat(graphTypes, []offer{{"text/html", "html"}})
)

// page answers with a page. Faults of mapped memory end it, and not the program.
func (s *endpoint) page(w http.ResponseWriter, r *http.Request) {
	defer watchFaults()()
	s.who.Pages.ServeHTTP(w, r)
}

// queryOrPage answers with a page where there is no query and the client likes
// HTML best, and by the protocol otherwise.
func (s *endpoint) queryOrPage(offers []offer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		parameters := r.URL.Query()
		if s.who.Pages != nil && reads && !parameters.Has("query") && !parameters.Has("update") {
			if format, err := negotiate(accepted(r), offers); err == nil && format == "html" {
				s.page(w, r)
				return
			}
		}
		s.query(w, r)
	}
}
