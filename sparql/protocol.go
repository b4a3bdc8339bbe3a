package sparql

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"runtime/debug"
	"strings"
	"sync/atomic"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// maxQuery bounds the length of a query that is sent.
const maxQuery = 1 << 20

// Handler answers queries over HTTP by the SPARQL 1.1 Protocol (query
// operation, section 2.1) at / and /sparql, and reads of graphs by the Graph
// Store HTTP Protocol (section 5.2) at /data. A request without a query gets the
// description of the service (SPARQL 1.1 Service Description), /.well-known/void
// that of the data (VoID, section 7.2). /healthz and /metrics are for those who run it. Nothing can be written.
func Handler(x Store, opts *Options, who *HandlerOptions) http.Handler {
	g := newGuard(who)
	s := newEndpoint(x, opts, g, newAdmission(g.options))
	g.runs(s.routes(), s.admission, nil)
	return g
}

func newEndpoint(x Store, opts *Options, g *guard, a *admission) *endpoint {
	s := &endpoint{store: x, guard: g, who: g.options, admission: a}
	if opts != nil {
		s.opts = *opts
	}
	return s
}

// routes are the paths of a dataset.
func (s *endpoint) routes() *http.ServeMux {
	mux := http.NewServeMux()
	if s.who.Pages != nil {
		mux.HandleFunc("/", s.page)
	}
	mux.HandleFunc("/{$}", s.queryOrPage(htmlFirst))
	mux.HandleFunc("/sparql", s.queryOrPage(htmlLast))
	mux.HandleFunc("/data", s.graph)
	mux.HandleFunc("GET /.well-known/void", s.describeData)
	return mux
}

type endpoint struct {
	store     Store
	guard     *guard
	opts      Options
	who       HandlerOptions
	admission *admission

	// Of one of several datasets: its name, the path that it is below, and how many
	// of its queries run.
	name, prefix string
	running      atomic.Int64
}

// run lets a request in that needs nothing read before.
func (s *endpoint) run(w http.ResponseWriter, r *http.Request, query func(context.Context, *Options) error) error {
	return s.arrive(r, func(l *lane) error { return s.enter(w, l, query) })
}

// arrive gives a request a lane, which counts what it holds.
func (s *endpoint) arrive(r *http.Request, answer func(*lane) error) (err error) {
	_, l := s.admission.arrive(r.Context())
	l.limit = int64(s.opts.Limits.Bytes)
	defer func() {
		l.leave()
		s.guard.tallies[s.name].failures.Add(int64(l.failures))
	}()
	defer stopped(&err)
	return answer(l)
}

// enter lets a query in and gives it the options that it runs with. Its time begins.
func (s *endpoint) enter(w http.ResponseWriter, l *lane, query func(context.Context, *Options) error) error {
	if err := l.begin(); err != nil {
		return err
	}
	s.running.Add(1)
	defer s.running.Add(-1)
	attended(w, l)
	defer attended(w, nil)
	ctx, cancel := limited(l.ctx, &s.opts)
	defer cancel()
	l.ctx = ctx
	opts := s.opts
	opts.lane = l
	return query(ctx, &opts)
}

// ErrClosing is the cause with which the context of a request ends where the
// service does.
var ErrClosing = errors.New("the service is being shut down")

// httpError is a fault with the status that it has in HTTP.
type httpError struct {
	status int
	text   string
	bound  Bound // that was reached, if one was
}

func (e *httpError) Error() string { return e.text }

func refuse(status int, format string, args ...string) error {
	list := make([]any, len(args))
	for i, a := range args {
		list[i] = a
	}
	return &httpError{status, fmt.Sprintf(format, list...), ""}
}

func (s *endpoint) query(w http.ResponseWriter, r *http.Request) {
	s.recorded(w, r, func(rec *QueryRecord) error { return s.answer(w, r, rec) })
}

func (s *endpoint) fail(w http.ResponseWriter, err error) {
	s.guard.note(err)
	s.guard.tallies[s.name].reached(err)
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
	case errors.Is(err, ErrClosing):
		status = http.StatusServiceUnavailable
	case errors.Is(err, ErrLimit):
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "10")
		if s.who.Raise != "" {
			err = fmt.Errorf("%w; %s", err, s.who.Raise)
		}
	case errors.Is(err, context.Canceled):
		return // nobody is there any more
	}
	http.Error(w, err.Error(), status)
}

// answer reads the query out of the request and writes the result.
func (s *endpoint) answer(w http.ResponseWriter, r *http.Request, rec *QueryRecord) error {
	return s.arrive(r, func(l *lane) error {
		text, err := queryText(w, r, l)
		if err != nil {
			return err
		}
		if rec.Query = text; text == "" {
			return s.describe(w, r)
		}
		return s.enter(w, l, func(ctx context.Context, opts *Options) error {
			q, err := parseWith(text, "", s.who.Prefixes, nil, l)
			if err != nil {
				return err
			}
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := q.choose(r.Form["default-graph-uri"], r.Form["named-graph-uri"]); err != nil {
				return err
			}
			if s.who.Warn != nil {
				if err := s.warn(ctx, w.Header(), q, l); err != nil {
					return err
				}
			}
			if r.Form.Has("explain") {
				return s.explain(ctx, w, q, opts)
			}
			return s.result(ctx, w, r, q, opts, rec)
		})
	})
}

// result evaluates a query and writes what comes. The first row is found before the
// answer begins, so that most faults have a status of their own.
func (s *endpoint) result(ctx context.Context, w http.ResponseWriter, r *http.Request, q *Query, opts *Options, rec *QueryRecord) error {
	if q.Form == Construct || q.Form == Describe {
		return s.writeGraph(w, r, noted(rec, q.Quads(ctx, s.store, opts)))
	}
	format, err := negotiate(accepted(r), resultTypes)
	if err != nil {
		return err
	}
	if q.Form == Ask {
		answer, err := q.Ask(ctx, s.store, opts)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", ResultFormat(format).MediaType())
		return WriteAnswer(w, ResultFormat(format), answer)
	}
	out := &answerWriter{ResponseWriter: w, head: r.Method == http.MethodHead}
	return s.writeRows(out, q, noted(rec, q.Rows(ctx, s.store, opts)), ResultFormat(format), opts.lane)
}

// warn says what is odd about a query, in the time and memory of the query. Where the
// index cannot be read, the query itself will say so.
func (s *endpoint) warn(ctx context.Context, h http.Header, q *Query, l *lane) error {
	held := q.tokens * bytesOfToken
	l.hold(held)
	all := s.warnings(ctx, q)
	l.hold(-held)
	l.pass()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	sent := 0
	for i, warning := range all {
		value := fieldValue(source.Visible(warning))
		if sent += len(value); i > 0 && (i == mostWarnings || sent > mostWarned) {
			h.Add(warningField, fmt.Sprintf("there are %d more warnings", len(all)-i))
			break
		}
		h.Add(warningField, value)
	}
	return nil
}

func (s *endpoint) warnings(ctx context.Context, q *Query) []string {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch fault := recover().(type) {
		case nil, *index.CorruptionError, interface{ Addr() uintptr }:
		default:
			panic(fault)
		}
	}()
	return s.who.Warn(ctx, q)
}

// warningField is the header that warnings are in, and the others bound them: clients
// take so many lines and bytes of headers.
const (
	warningField = "Trialweave-Warning"
	mostWarnings = 20
	mostWarned   = 6 << 10
)

// fieldValue writes a text as the value of a header, which is of ASCII (RFC 9110,
// section 5.5): other characters and the percent sign are percent-encoded UTF-8, as
// RFC 8187, section 3.2.1, has them.
func fieldValue(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '%' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

var resultTypes = []offer{
	{"application/sparql-results+json", string(JSON)}, {"application/json", string(JSON)},
	{"application/sparql-results+xml", string(XML)}, {"application/xml", string(XML)}, {"text/xml", string(XML)},
	{"text/csv", string(CSV)}, {"text/tab-separated-values", string(TSV)}, {"text/plain", string(Table)},
}

// writeRows streams the rows. A fault after the first byte breaks the connection, so
// that nobody takes a part for the whole.
func (s *endpoint) writeRows(w *answerWriter, q *Query, rows iter.Seq2[[]rdf.Term, error], format ResultFormat, l *lane) error {
	var out ResultWriter
	for row, err := range rows {
		if err != nil {
			return s.broken(w, err)
		}
		if out == nil {
			if out, err = s.begin(w, q, format, l); err != nil {
				return err
			}
		}
		if err := out.Row(row); errors.Is(err, errNotInFormat) {
			return s.broken(w, refuse(http.StatusNotAcceptable, "%s", err.Error()))
		} else if errors.Is(err, ErrLimit) {
			return s.broken(w, err)
		} else if err != nil || w.head && w.sent {
			return nil // the client has gone, or has what it wants
		}
	}
	if out == nil {
		var err error
		if out, err = s.begin(w, q, format, l); err != nil {
			return err
		}
	}
	_ = out.Close() // an error is that the client has gone
	return nil
}

// answerWriter notes whether anything was sent.
type answerWriter struct {
	http.ResponseWriter
	head bool // the client wants no more than the head
	sent bool
}

func (w *answerWriter) Write(b []byte) (int, error) {
	w.sent = true
	if w.head {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// broken returns the error of an answer of which nothing was sent, and breaks the
// connection otherwise.
func (s *endpoint) broken(w *answerWriter, err error) error {
	if !w.sent {
		return err
	}
	s.guard.note(err)
	s.guard.tallies[s.name].reached(err)
	panic(http.ErrAbortHandler)
}

func (s *endpoint) begin(w http.ResponseWriter, q *Query, format ResultFormat, l *lane) (ResultWriter, error) {
	w.Header().Set("Content-Type", format.MediaType())
	out, err := NewResultWriter(w, format, q.Variables)
	if table, ok := out.(*tableWriter); ok {
		table.hold = l.charge
	}
	return out, err
}

// writeGraph streams triples in the syntax that the client likes best. A fault
// after the first byte breaks the connection.
func (s *endpoint) writeGraph(w http.ResponseWriter, r *http.Request, triples iter.Seq2[rdf.Quad, error]) error {
	name, err := negotiate(accepted(r), graphTypes)
	if err != nil {
		return err
	}
	answer := &answerWriter{ResponseWriter: w, head: r.Method == http.MethodHead}
	out, err := NewGraphWriter(answer, name, &rdf.WriteOptions{Extend: true, MaxGroup: quadsOfGroup})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", GraphMediaType(name))
	l, n := attending(w), 0
	for t, err := range triples {
		if err == nil {
			if fault := out.Check(t); fault != nil {
				err = refuse(http.StatusNotAcceptable, "%s", fault.Error())
			}
		}
		if n++; n <= quadsOfGroup && err == nil && l != nil {
			err = l.charge(bytesOfQuad + len(t.Subject.Value) + len(t.Object.Value))
		}
		switch {
		case err != nil:
			return s.broken(answer, err)
		case out.Write(t) != nil || answer.head && answer.sent:
			return nil // the client has gone, or has what it wants
		}
	}
	_ = out.Close() // an error is that the client has gone
	return nil
}

// bytesOfQuad is about what a quad takes that is held back, beside its texts.
const bytesOfQuad = 300

// graph serves one graph: ?graph=IRI or ?default.
func (s *endpoint) graph(w http.ResponseWriter, r *http.Request) {
	s.recorded(w, r, func(rec *QueryRecord) error { return s.readGraph(w, r, rec) })
}

func (s *endpoint) readGraph(w http.ResponseWriter, r *http.Request, rec *QueryRecord) error {
	parameters := r.URL.Query()
	if rec.Graph = parameters.Get("graph"); rec.Graph == "" {
		rec.Graph = "default"
	}
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD, OPTIONS")
		return refuse(http.StatusMethodNotAllowed, "method %s, expected GET or HEAD", r.Method)
	case parameters.Has("default") == parameters.Has("graph"):
		return refuse(http.StatusBadRequest, "expected the parameter graph or default")
	case parameters.Has("graph"):
		if err := rdf.CheckIRI(parameters.Get("graph")); err != nil {
			return refuse(http.StatusBadRequest, "the graph %q: %s", parameters.Get("graph"), err.Error())
		}
	}
	return s.run(w, r, func(ctx context.Context, opts *Options) error {
		pattern, scope := index.Quad{}, index.Union
		if parameters.Has("graph") {
			err := s.store.View(func() error {
				id, ok := s.store.Lookup(rdf.IRI(parameters.Get("graph")))
				if !ok || !s.store.HasGraph(id) {
					return refuse(http.StatusNotFound, "there is no graph %s", parameters.Get("graph"))
				}
				pattern[index.Graph], scope = id, index.One
				return nil
			})
			if err != nil {
				return err
			}
		} else if opts.StrictDefault {
			scope = index.One
		}
		return s.writeGraph(w, r, noted(rec, s.triples(ctx, opts, pattern, scope)))
	})
}

// triples are those of a graph, until the time of a query is over.
func (s *endpoint) triples(ctx context.Context, opts *Options, pattern index.Quad, scope index.Scope) iter.Seq2[rdf.Quad, error] {
	return func(yield func(rdf.Quad, error) bool) {
		ctx, cancel := limited(ctx, opts)
		defer cancel()
		n, more := 0, true
		err := s.store.View(func() (err error) {
			s.store.Match(pattern, scope, func(q index.Quad) bool {
				if n++; n%1024 == 0 {
					opts.lane.pass()
					if err = context.Cause(ctx); err != nil {
						return false
					}
				}
				more = yield(rdf.Quad{Subject: s.store.Term(q[0]), Predicate: s.store.Term(q[1]), Object: s.store.Term(q[2])}, nil)
				return more
			})
			return err
		})
		if err != nil && more {
			yield(rdf.Quad{}, err)
		}
	}
}

// resultNames are the formats of answers that the W3C has names for.
var resultNames = [...]string{"SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples", "RDF_XML", "N-Quads", "TriG", "JSON-LD"}

const nsFormats = "http://www.w3.org/ns/formats/"

const nsSD = "http://www.w3.org/ns/sparql-service-description#"

// describe answers a request without a query with the description of the
// service (SPARQL 1.1 Service Description, section 2).
func (s *endpoint) describe(w http.ResponseWriter, r *http.Request) error {
	node, a := rdf.Blank("service"), rdf.IRI(rdf.RDFType)
	iri := func(local string) rdf.Term { return rdf.IRI(nsSD + local) }
	quads := []rdf.Quad{
		{Subject: node, Predicate: a, Object: iri("Service")},
		{Subject: node, Predicate: iri("endpoint"), Object: rdf.IRI(s.base(r) + "/sparql")},
		{Subject: node, Predicate: iri("supportedLanguage"), Object: iri("SPARQL11Query")},
	}
	for _, name := range resultNames {
		quads = append(quads, rdf.Quad{Subject: node, Predicate: iri("resultFormat"), Object: rdf.IRI(nsFormats + name)})
	}
	if !s.opts.StrictDefault {
		quads = append(quads, rdf.Quad{Subject: node, Predicate: iri("feature"), Object: iri("UnionDefaultGraph")})
	}
	return s.writeGraph(w, r, sequence(quads))
}
