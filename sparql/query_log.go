package sparql

import (
	"iter"
	"net/http"
	"time"
)

// QueryRecord is what a Handler notes of a query, or of a read of a graph, once it
// has ended.
type QueryRecord struct {
	// Dataset is the name of the dataset, where there are several.
	Dataset  string
	Time     time.Time
	Duration time.Duration
	// Query is the text, as it was sent; of a read of a graph it is empty, and
	// Graph is the IRI, or "default".
	Query, Graph string
	// Status is that of the answer. What went wrong behind its first byte is in
	// Problem alone.
	Status int
	// Rows counts the solutions or triples that were sent.
	Rows int
	// Problem is the error that ended the query: the limit that it met, among
	// others.
	Problem string
}

// recorded answers a request, and notes what came of it.
func (s *endpoint) recorded(w http.ResponseWriter, r *http.Request, answer func(rec *QueryRecord) error) {
	rec := &QueryRecord{Dataset: s.name, Time: time.Now()}
	if s.who.Log != nil {
		defer func() {
			rec.Duration = time.Since(rec.Time)
			if out, ok := w.(*response); ok {
				rec.Status = out.status
			}
			if rec.Problem == "" && r.Context().Err() != nil {
				rec.Problem = "the client has gone"
			}
			if rec.Query != "" || rec.Graph != "" {
				s.who.Log(*rec)
			}
		}()
	}
	if err := answer(rec); err != nil {
		rec.Problem = err.Error()
		s.fail(w, err)
	}
}

// noted counts what comes, and notes the error.
func noted[T any](rec *QueryRecord, all iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range all {
			if err == nil {
				rec.Rows++
			} else {
				rec.Problem = err.Error()
			}
			if !yield(v, err) {
				return
			}
		}
	}
}
