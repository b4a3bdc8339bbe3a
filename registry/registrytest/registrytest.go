// Package registrytest is a registry for tests: it serves studies as the Data
// API v2 does, as far as the bundled description says how, and does on demand
// what a registry on the other side of a network does to a client.
//
// New makes it; it is an http.Handler, below the path of the description's
// server. A request that the description does not allow is answered with 400.
package registrytest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/registry"
)

// Registry serves studies.
type Registry struct {
	mu      sync.Mutex
	studies []record
	// generation counts the refreshes of the data.
	generation int
	faults     faults
	requests   []string
	mux        *http.ServeMux
}

// record is a study with what is searched in it.
type record struct {
	id   string
	json []byte
	tree map[string]any
}

// New makes a registry of studies, in their order. It panics where one is no
// study: that is a fault of the test.
func New(studies [][]byte) *Registry {
	r := &Registry{mux: http.NewServeMux()}
	for _, s := range studies {
		r.studies = append(r.studies, newRecord(s))
	}
	base, err := url.Parse(registry.DefaultBase)
	if err != nil {
		panic(err)
	}
	r.mux.HandleFunc("GET "+base.Path+"/version", r.version)
	r.mux.HandleFunc("GET "+base.Path+"/studies", r.search)
	r.mux.HandleFunc("GET "+base.Path+"/studies/{id}", r.study)
	return r
}

func newRecord(text []byte) record {
	r := record{json: slices.Clone(text)}
	if err := json.Unmarshal(text, &r.tree); err != nil {
		panic(err)
	}
	r.id = textAt(r.tree, "protocolSection.identificationModule.nctId")
	if r.id == "" {
		panic("a study without nctId")
	}
	return r
}

// Requests returns the paths and queries that were asked for, in order.
func (r *Registry) Requests() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.requests)
}

// Find returns the studies, as they are now, that a search finds, by their
// numbers.
func (r *Registry) Find(query string) (map[string]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, err
	}
	found, err := r.find(values)
	out := map[string]string{}
	for _, s := range found {
		out[s.id] = string(s.json)
	}
	return out, err
}

// ServeHTTP answers, or does to the request what a fault says.
func (r *Registry) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = append(r.requests, q.URL.RequestURI())
	if r.disturb(w, q) {
		return
	}
	r.mux.ServeHTTP(w, q)
}

func (r *Registry) version(w http.ResponseWriter, q *http.Request) {
	answer(w, q, []byte(fmt.Sprintf(`{"apiVersion":"2.0.5","dataTimestamp":%q}`, r.timestamp())))
}

func (r *Registry) timestamp() string {
	return fmt.Sprintf("2026-01-%02dT09:00:05", r.generation%28+1)
}

// study answers the look-up of one study; a former number leads to the present
// one.
func (r *Registry) study(w http.ResponseWriter, q *http.Request) {
	id := q.PathValue("id")
	for _, s := range r.studies {
		if s.id == id {
			answer(w, q, s.json)
			return
		}
		if slices.Contains(textsAt(s.tree, "protocolSection.identificationModule.nctIdAliases"), id) {
			http.Redirect(w, q, strings.TrimSuffix(q.URL.Path, id)+s.id, http.StatusMovedPermanently)
			return
		}
	}
	http.Error(w, "NCT number "+id+" not found", http.StatusNotFound)
}
