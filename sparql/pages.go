package sparql

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
)

// htmlFirst is what / can answer a GET without a query with, and htmlLast what
// /sparql can: who accepts everything gets the first. The pages have JSON-LD of /,
// too.
var (
	htmlFirst = slices.Concat([]offer{{"text/html", "html"}, {"application/ld+json", "html"}}, graphTypes)
	htmlLast  = slices.Concat(graphTypes, []offer{{"text/html", "html"}})
)

// page answers with a page. Faults of the index break it off.
func (s *endpoint) page(w http.ResponseWriter, r *http.Request) {
	err := s.store.View(func() error {
		s.who.Pages.ServeHTTP(w, r)
		return nil
	})
	if err == nil {
		return
	}
	if out, ok := w.(*response); ok && out.status != 0 {
		s.guard.note(err)
		panic(http.ErrAbortHandler)
	}
	s.fail(w, err)
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

// explained is a Plan as JSON.
type explained struct {
	Operator string      `json:"operator"`
	Times    int         `json:"times"`
	Rows     int         `json:"rows"`
	Estimate int         `json:"estimate"`
	Steps    []explained `json:"steps,omitempty"`
}

// explainedQuery is a Plan of a whole query.
type explainedQuery struct {
	explained
	Milliseconds float64          `json:"ms"`
	Bytes        int              `json:"bytes"`
	Errors       []explainedError `json:"errors"`
	Limit        *explainedLimit  `json:"limit,omitempty"`
}

type explainedError struct {
	Expression string `json:"expression"`
	Count      int    `json:"count"`
	Example    string `json:"example"`
}

// explainedLimit is what ended a query.
type explainedLimit struct {
	Bound   Bound  `json:"bound"`
	Problem string `json:"problem"`
}

func explainedPlan(p *Plan) explained {
	out := explained{Operator: p.Operator, Times: p.Times, Rows: p.Rows, Estimate: p.Estimate}
	for _, s := range p.Steps {
		out.Steps = append(out.Steps, explainedPlan(s))
	}
	return out
}

// explain answers with what was done for a query, in place of its answer.
func (s *endpoint) explain(ctx context.Context, w http.ResponseWriter, q *Query, opts *Options) error {
	plan, err := q.Explain(ctx, s.store, opts)
	if plan == nil {
		return err
	}
	out := explainedQuery{explained: explainedPlan(plan), Milliseconds: float64(plan.Took.Microseconds()) / 1000, Bytes: plan.Bytes, Errors: []explainedError{}}
	for _, e := range plan.Errors {
		out.Errors = append(out.Errors, explainedError(e))
	}
	if err != nil {
		s.guard.tallies[s.name].reached(err)
		out.Limit = &explainedLimit{boundOf(err), err.Error()}
	}
	data, err := json.Marshal(out)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(data) // an error is that the client has gone
	return nil
}
