package sparql

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// maxQuery bounds the length of a query that is sent.
const maxQuery = 1 << 20

// Handler answers queries over HTTP by the SPARQL 1.1 Protocol (query
// operation, section 2.1) at any path, and reads of graphs by the Graph Store
// HTTP Protocol (section 5.2) where the path ends in /data. It never writes.
func Handler(x *index.Index, opts *Options) http.Handler {
	mux := http.NewServeMux()
	s := &endpoint{x, opts}
	mux.HandleFunc("/", s.query)
	mux.HandleFunc("/data", s.graph)
	return open(mux)
}

// open lets pages of other origins ask (Fetch Standard, CORS protocol): nothing
// can be written, and nothing is known of who asks.
func open(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Vary", "Accept")
		if r.Method == http.MethodOptions {
			w.Header().Set("Access-Control-Allow-Methods", "GET, POST")
			w.Header().Set("Access-Control-Allow-Headers", "Accept, Content-Type")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		inner.ServeHTTP(w, r)
	})
}

type endpoint struct {
	index *index.Index
	opts  *Options
}

// httpError is a fault with the status that it has in HTTP.
type httpError struct {
	status int
	text   string
}

func (e *httpError) Error() string { return e.text }

func refuse(status int, format string, args ...string) error {
	list := make([]any, len(args))
	for i, a := range args {
		list[i] = a
	}
	return &httpError{status, fmt.Sprintf(format, list...)}
}

func (s *endpoint) query(w http.ResponseWriter, r *http.Request) {
	if err := s.answer(w, r); err != nil {
		fail(w, err)
	}
}

func fail(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	var known *httpError
	var syntax *Error
	var service *ServiceError
	switch {
	case errors.As(err, &known):
		status = known.status
	case errors.As(err, &syntax):
		status = http.StatusBadRequest
	case errors.As(err, &service) && service.Refused:
		status = http.StatusForbidden
	case errors.As(err, &service):
		status = http.StatusBadGateway
	case errors.Is(err, ErrLimit):
		status = http.StatusServiceUnavailable
	case errors.Is(err, context.Canceled):
		return // nobody is there any more
	}
	http.Error(w, err.Error(), status)
}

// answer reads the query out of the request and writes the result.
func (s *endpoint) answer(w http.ResponseWriter, r *http.Request) error {
	text, err := queryText(r)
	if err != nil {
		return err
	}
	q, err := Parse(text, "")
	if err != nil {
		return err
	}
	q.choose(r.Form["default-graph-uri"], r.Form["named-graph-uri"])
	if q.Form == Construct || q.Form == Describe {
		return s.writeGraph(w, r, q)
	}
	format, err := negotiate(r.Header.Get("Accept"), resultTypes)
	if err != nil {
		return err
	}
	// The first row is found before the answer begins, so that most faults have
	// a status of their own.
	if q.Form == Ask {
		answer, err := q.Ask(r.Context(), s.index, s.opts)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", ResultFormat(format).MediaType())
		return WriteAnswer(w, ResultFormat(format), answer)
	}
	return s.writeRows(w, r, q, ResultFormat(format))
}

// choose applies the graphs that the protocol names, which win over those of
// the query (section 2.1.4).
func (q *Query) choose(defaults, named []string) {
	if len(defaults)+len(named) == 0 {
		return
	}
	q.dataset, q.from, q.fromNamed = true, nil, nil
	for _, g := range defaults {
		q.from = append(q.from, rdf.IRI(g))
	}
	for _, g := range named {
		q.fromNamed = append(q.fromNamed, rdf.IRI(g))
	}
}

// queryText reads the query by the three ways of section 2.1.
func queryText(r *http.Request) (string, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxQuery)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // an odd one is none of ours
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		return "", refuse(http.StatusMethodNotAllowed, "method %s, expected GET or POST", r.Method)
	case r.Method == http.MethodPost && kind == "application/sparql-query":
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return "", refuse(http.StatusRequestEntityTooLarge, "the query is longer than %s bytes", strconv.Itoa(maxQuery))
		}
		r.Form = r.URL.Query()
		return string(body), nil
	case r.Method == http.MethodPost && kind == "application/sparql-update":
		return "", refuse(http.StatusForbidden, "this service only reads")
	case r.Method == http.MethodPost && kind != "application/x-www-form-urlencoded":
		return "", refuse(http.StatusUnsupportedMediaType, "content type %q, expected application/sparql-query or a form", kind)
	}
	if err := r.ParseForm(); err != nil {
		return "", refuse(http.StatusBadRequest, "the parameters cannot be read: %s", err.Error())
	}
	switch {
	case r.Form.Has("update"):
		return "", refuse(http.StatusForbidden, "this service only reads")
	case len(r.Form["query"]) != 1:
		return "", refuse(http.StatusBadRequest, "%s queries, expected one in the parameter query", strconv.Itoa(len(r.Form["query"])))
	}
	return r.Form.Get("query"), nil
}

// offer is a media type that can be asked for, and the format that it stands
// for.
type offer struct{ mediaType, format string }

var resultTypes = []offer{
	{"application/sparql-results+json", string(JSON)}, {"application/json", string(JSON)},
	{"application/sparql-results+xml", string(XML)}, {"application/xml", string(XML)}, {"text/xml", string(XML)},
	{"text/csv", string(CSV)}, {"text/tab-separated-values", string(TSV)}, {"text/plain", string(Table)},
}

var graphTypes = []offer{
	{"text/turtle", "turtle"}, {"application/n-triples", "ntriples"}, {"text/plain", "ntriples"}, {"text/n3", "turtle"},
	{"text/rdf+n3", "turtle"}, {"application/x-turtle", "turtle"}, {"application/turtle", "turtle"},
	{"application/rdf+xml", "rdfxml"}, {"application/xml", "rdfxml"}, {"text/xml", "rdfxml"},
}

// negotiate picks the format that the client likes best (RFC 9110, section
// 12.5.1); the first where it does not say.
func negotiate(accept string, offers []offer) (string, error) {
	if accept == "" {
		return offers[0].format, nil
	}
	best, weight := "", 0.0
	for _, wish := range strings.Split(accept, ",") {
		kind, parameters, err := mime.ParseMediaType(wish)
		if err != nil {
			continue
		}
		q := 1.0
		if s, ok := parameters["q"]; ok {
			if q, err = strconv.ParseFloat(s, 64); err != nil {
				continue
			}
		}
		for _, o := range offers {
			if q > weight && (kind == o.mediaType || kind == "*/*" || strings.TrimSuffix(kind, "*") == o.mediaType[:strings.IndexByte(o.mediaType, '/')+1]) {
				best, weight = o.format, q
			}
		}
	}
	if best == "" {
		return "", refuse(http.StatusNotAcceptable, "nothing of %q can be served, expected %s or its like", accept, offers[0].mediaType)
	}
	return best, nil
}

// writeRows streams the rows. A fault after the first breaks the connection, so
// that nobody takes a part for the whole.
func (s *endpoint) writeRows(w http.ResponseWriter, r *http.Request, q *Query, format ResultFormat) error {
	var out ResultWriter
	for row, err := range q.Rows(r.Context(), s.index, s.opts) {
		switch {
		case err != nil && out == nil:
			return err
		case err != nil:
			panic(http.ErrAbortHandler)
		case out == nil:
			if out, err = s.begin(w, q, format); err != nil {
				return err
			}
		}
		if out.Row(row) != nil {
			return nil // the client has gone
		}
	}
	if out == nil {
		var err error
		if out, err = s.begin(w, q, format); err != nil {
			return err
		}
	}
	_ = out.Close() // an error is that the client has gone
	return nil
}

func (s *endpoint) begin(w http.ResponseWriter, q *Query, format ResultFormat) (ResultWriter, error) {
	w.Header().Set("Content-Type", format.MediaType())
	return NewResultWriter(w, format, q.Variables)
}

func (s *endpoint) writeGraph(w http.ResponseWriter, r *http.Request, q *Query) error {
	format, err := negotiate(r.Header.Get("Accept"), graphTypes)
	if err != nil {
		return err
	}
	var triples []rdf.Quad
	for t, err := range q.Quads(r.Context(), s.index, s.opts) {
		if err != nil {
			return err
		}
		triples = append(triples, t)
	}
	return writeTriples(w, rdf.FormatByName(format), triples)
}

func writeTriples(w http.ResponseWriter, f rdf.Format, triples []rdf.Quad) error {
	out, err := rdf.NewWriter(w, f, nil)
	if err != nil {
		return err
	}
	for _, t := range triples {
		if err := out.Check(t); err != nil {
			return refuse(http.StatusNotAcceptable, "%s", err.Error())
		}
	}
	w.Header().Set("Content-Type", f.MediaType())
	writeAll(out, triples)
	return nil
}

// writeAll writes until the client has gone.
func writeAll(out *rdf.Writer, triples []rdf.Quad) {
	for _, t := range triples {
		if out.Write(t) != nil {
			return
		}
	}
	_ = out.Close() // an error is that the client has gone
}

// graph serves one graph: ?graph=IRI or ?default.
func (s *endpoint) graph(w http.ResponseWriter, r *http.Request) {
	if err := s.readGraph(w, r); err != nil {
		fail(w, err)
	}
}

func (s *endpoint) readGraph(w http.ResponseWriter, r *http.Request) (err error) {
	defer stopped(&err)
	parameters := r.URL.Query()
	format, err := negotiate(r.Header.Get("Accept"), graphTypes)
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return refuse(http.StatusMethodNotAllowed, "method %s, expected GET or HEAD", r.Method)
	case err != nil:
		return err
	case parameters.Has("default") == parameters.Has("graph"):
		return refuse(http.StatusBadRequest, "expected the parameter graph or default")
	}
	pattern, scope := index.Quad{}, index.Union
	if parameters.Has("graph") {
		id, ok := s.index.Lookup(rdf.IRI(parameters.Get("graph")))
		if !ok || !s.index.HasGraph(id) {
			return refuse(http.StatusNotFound, "there is no graph %s", parameters.Get("graph"))
		}
		pattern[index.Graph], scope = id, index.One
	} else if s.opts != nil && s.opts.StrictDefault {
		scope = index.One
	}
	var triples []rdf.Quad
	s.index.Match(pattern, scope, func(q index.Quad) bool {
		triples = append(triples, rdf.Quad{Subject: s.index.Term(q[0]), Predicate: s.index.Term(q[1]), Object: s.index.Term(q[2])})
		return r.Context().Err() == nil
	})
	return writeTriples(w, rdf.FormatByName(format), triples)
}
