package web

import "net/http"

// editorPage is the editor of queries. Without scripts it is a form.
type editorPage struct {
	page
	Query string
}

func (s *Site) editor(w http.ResponseWriter, r *http.Request) error {
	return s.html(w, r, "editor", &editorPage{page: s.page("SPARQL")})
}
