package sparql

import (
	"compress/gzip"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// HandlerOptions say who may ask a Handler, and how much at a time. Nil is the
// defaults.
type HandlerOptions struct {
	// Raise says how the limits of queries are raised, for who meets one.
	Raise string
	// Hosts are the names that a request may be addressed to (RFC 9110, section
	// 7.2), beside localhost and IP addresses: a page of another site that has
	// its name lead here is refused. Default: any name.
	Hosts []string
	// CheckHost has Hosts checked where it is empty, too.
	CheckHost bool
	// Origins are those whose pages may read answers (Fetch Standard, CORS
	// protocol); "*" is any. Default: none.
	Origins []string
	// Token is what a request has to bring as bearer token (RFC 6750, section
	// 2.1). Default: none is asked for.
	Token string
	// Slots is how many queries that take long run at a time, and half of how
	// many short ones do. Default: one for each processor.
	Slots int
	// Queue is how many queries may wait for a slot. Default: 1000.
	Queue int
	// Bytes is about how much memory all queries together may hold. Default: no
	// limit.
	Bytes int
	// Prefixes are those that queries may use without declaring them.
	Prefixes []rdf.Prefix
	// Warn says what is odd about a query; each text becomes a header
	// Trialweave-Warning of the answer. Its context ends with the time of the query, or
	// when the client leaves. Default: nothing is.
	Warn func(context.Context, *Query) []string
	// Log is called with each query and read of a graph that has ended, by several
	// goroutines. Default: nothing is noted.
	Log func(QueryRecord)
	// Pages answers what the service does not: every other path, and / and
	// /sparql where a GET without a query asks for HTML. Default: nothing does.
	Pages http.Handler
	// WriteTimeout is how long a client may take to read a part of an answer.
	// Default: one minute.
	WriteTimeout time.Duration
}

// guard stands before all that is served.
type guard struct {
	inner   http.Handler
	options HandlerOptions
	damaged atomic.Pointer[string] // what is wrong with the data, if anything is
	// tallies count answers by dataset; "" is for what is of none.
	tallies map[string]*tally
}

// tally counts what is answered about a dataset.
type tally struct {
	classes  [6]atomic.Int64           // by the first digit of the status
	limits   [len(bounds)]atomic.Int64 // that were reached, in the order of bounds
	failures atomic.Int64              // expressions without a value
}

// reached counts the limit that an error is about, if it is about one.
func (t *tally) reached(err error) {
	if i := slices.Index(bounds[:], boundOf(err)); i >= 0 {
		t.limits[i].Add(1)
	}
}

func newGuard(who *HandlerOptions) *guard {
	g := &guard{tallies: map[string]*tally{"": {}}}
	if who != nil {
		g.options = *who
	}
	return g
}

// runs has the guard stand before routes, to which it adds what is for those who run
// the service.
func (g *guard) runs(routes *http.ServeMux, a *admission, all []*endpoint) {
	for _, s := range all {
		g.tallies[s.name] = &tally{}
	}
	routes.HandleFunc("GET /healthz", g.health)
	routes.HandleFunc("GET /metrics", g.metrics(a, all))
	g.inner = routes
}

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := &response{ResponseWriter: w, control: http.NewResponseController(w), timeout: g.options.WriteTimeout}
	count := g.tally(r.URL.Path)
	defer func() { count.classes[min(out.status/100, len(count.classes)-1)].Add(1) }()
	defer g.faults(out)
	h := out.Header()
	h.Set("Vary", "Accept, Accept-Encoding, Origin")
	h.Set("X-Content-Type-Options", "nosniff")
	if !g.allowedHost(r.Host) {
		http.Error(out, fmt.Sprintf("this service does not answer for the host %q\nhint: --host allows another name", r.Host), http.StatusMisdirectedRequest)
		return
	}
	if origin := r.Header.Get("Origin"); origin != "" && g.allowedOrigin(origin) {
		h.Set("Access-Control-Allow-Origin", origin)
	}
	if r.Method == http.MethodOptions {
		h.Set("Allow", "GET, HEAD, POST, OPTIONS")
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", "Accept, Content-Type, Authorization")
		out.WriteHeader(http.StatusNoContent)
		return
	}
	if !g.allowedToken(r.Header.Get("Authorization")) {
		h.Set("WWW-Authenticate", "Bearer")
		http.Error(out, "a bearer token is required", http.StatusUnauthorized)
		return
	}
	packed, plain := codings(r.Header.Values("Accept-Encoding"))
	switch {
	case packed && r.Method != http.MethodHead:
		defer out.compress()()
	case !packed && !plain:
		http.Error(out, "no content coding of Accept-Encoding can be served, expected identity or gzip", http.StatusNotAcceptable)
		return
	}
	g.inner.ServeHTTP(out, r)
	out.whole = true
}

// allowedHost compares the name of a Host header, without its port.
func (g *guard) allowedHost(host string) bool {
	if len(g.options.Hosts) == 0 && !g.options.CheckHost {
		return true
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.Trim(host, "[]"), ".")
	return strings.EqualFold(host, "localhost") || net.ParseIP(host) != nil ||
		slices.ContainsFunc(g.options.Hosts, func(name string) bool { return strings.EqualFold(name, host) })
}

func (g *guard) allowedOrigin(origin string) bool {
	return slices.Contains(g.options.Origins, "*") || slices.Contains(g.options.Origins, origin)
}

func (g *guard) allowedToken(header string) bool {
	if g.options.Token == "" {
		return true
	}
	scheme, token, _ := strings.Cut(header, " ")
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare([]byte(strings.TrimSpace(token)), []byte(g.options.Token)) == 1
}

// faults makes an answer of a failure of this program. What was answered in part
// is broken off.
func (g *guard) faults(out *response) {
	fault := recover()
	if fault == nil {
		return
	}
	if fault == http.ErrAbortHandler { //nolint:errorlint // it is that very value
		panic(fault)
	}
	if out.status != 0 {
		panic(http.ErrAbortHandler)
	}
	http.Error(out, fmt.Sprintf("the query failed: %v", fault), http.StatusInternalServerError)
}

// note keeps what is wrong with the files of the index.
func (g *guard) note(err error) {
	if damage, ok := errors.AsType[*index.CorruptionError](err); ok {
		text := "the index is damaged: " + damage.Error()
		g.damaged.Store(&text)
	}
}

// health answers 200 while the data can be read, else 503 with the reason.
func (g *guard) health(w http.ResponseWriter, _ *http.Request) {
	if text := g.damaged.Load(); text != nil {
		http.Error(w, *text, http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "ok")
}

// response is an answer that knows its status, packs itself where it is told to,
// and does not wait for a client for ever.
type response struct {
	http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	status  int
	wants   bool // gzip
	whole   bool // all was written
	packed  *gzip.Writer
	lane    *lane // of the query that is answered, if any is
}

// compress packs what is written from now on; the result ends it.
func (a *response) compress() func() {
	a.wants = true
	return func() {
		if a.packed != nil && a.whole {
			_ = a.packed.Close() // an error is that the client has gone
		}
	}
}

// WriteHeader sends the status.
func (a *response) WriteHeader(status int) {
	if a.status != 0 {
		return
	}
	a.status = status
	if a.wants && status == http.StatusOK {
		a.Header().Set("Content-Encoding", "gzip")
		a.Header().Del("Content-Length")
		a.packed, _ = gzip.NewWriterLevel(sender{a}, gzip.BestSpeed) // the level is valid
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the body.
func (a *response) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	if a.packed != nil {
		return a.packed.Write(b)
	}
	return a.send(b)
}

// send hands bytes to the client. A query that waits for it meanwhile takes no
// place of others.
func (a *response) send(b []byte) (n int, err error) {
	timeout := a.timeout
	if timeout <= 0 {
		timeout = time.Minute
	}
	_ = a.control.SetWriteDeadline(time.Now().Add(timeout)) // of a connection; a recorder has none
	if a.lane == nil {
		return a.ResponseWriter.Write(b)
	}
	a.lane.rest(func() { n, err = a.ResponseWriter.Write(b) })
	return n, err
}

// sender is the client as what gzip writes to.
type sender struct{ to *response }

func (s sender) Write(b []byte) (int, error) { return s.to.send(b) }

// attended says which query a response answers from now on; nil is none.
func attended(w http.ResponseWriter, l *lane) {
	if a, ok := w.(*response); ok {
		a.lane = l
	}
}

// attending returns the lane of the query that a response answers; nil where there is
// none.
func attending(w http.ResponseWriter) *lane {
	if a, ok := w.(*response); ok {
		return a.lane
	}
	return nil
}

// Unwrap is for http.ResponseController.
func (a *response) Unwrap() http.ResponseWriter { return a.ResponseWriter }
