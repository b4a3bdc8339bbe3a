package store

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trialweave/trialweave/rdf"
)

// Options says how to open a store; nil and the zero value mean the defaults.
type Options struct {
	// Protocol is GSP or Update for a store that is spoken to by that protocol
	// alone. Default: what is best for the kind of store.
	Protocol Kind
	// QueryURL and UpdateURL are where a store of the kind GSP or Update takes
	// queries and updates. Default: for Update the address itself, for GSP none,
	// and graphs are then counted by reading them.
	QueryURL, UpdateURL string
	// Credentials say who asks. Default: nobody.
	Credentials Credentials
	// Transport carries the requests. Default: http.DefaultTransport.
	Transport http.RoundTripper
	// Retries is how often a request is sent again that a store that is not
	// there or busy did not take; negative is never. Default: 4.
	Retries int
	// Pause is the time before the first of them, which doubles. Default: 500 ms.
	Pause time.Duration
	// Timeout is how long one request may take. Default: 15 minutes.
	Timeout time.Duration
}

// Store is a triple store that was opened. It may be used from several
// goroutines.
type Store struct {
	target     Target
	capability Capability
	client     *client
	at         endpoints
	// Warnings are what a user should know before anything is sent.
	Warnings []string
}

// Open finds out what kind of store is at the target, where the target does not
// say, and whether it answers and knows who asks. Nothing is written.
func Open(ctx context.Context, target Target, options *Options) (*Store, error) {
	var o Options
	if options != nil {
		o = *options
	}
	s := &Store{target: target, client: newClient(o)}
	kind := target.Kind
	if o.Protocol != "" {
		kind = o.Protocol
	}
	if kind == "" {
		var err error
		if kind, err = recognise(ctx, s.client, target.Address); err != nil {
			return nil, err
		}
	}
	s.capability = *capability(kind)
	if s.capability.Offline {
		return nil, fmt.Errorf("%s is loaded in bulk only, expected --bulk DIR", s.capability.Name)
	}
	s.at = endpointsOf(kind, target.Address, !o.Credentials.IsZero())
	if o.QueryURL != "" {
		s.at.query = o.QueryURL
	}
	if o.UpdateURL != "" {
		s.at.update = o.UpdateURL
	}
	if o.Credentials.readableByOthers(target.Address) {
		s.Warnings = append(s.Warnings, "the password travels in the clear; https would hide it")
	}
	if s.at.query != "" {
		if _, err := s.any(ctx, "?s ?p ?o"); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func newClient(o Options) *client {
	next := o.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	c := &client{retries: o.Retries, pause: o.Pause, timeout: o.Timeout, http: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirected },
		Transport:     next,
	}}
	if !o.Credentials.IsZero() {
		c.http.Transport = newAuthTransport(o.Credentials, next)
	}
	if c.retries == 0 {
		c.retries = 4
	}
	if c.pause == 0 {
		c.pause = 500 * time.Millisecond
	}
	if c.timeout == 0 {
		c.timeout = 15 * time.Minute
	}
	return c
}

// Capability returns what the store can do.
func (s *Store) Capability() Capability { return s.capability }

// Sent is how many requests that write were sent so far, and how many bytes.
func (s *Store) Sent() (requests, bytes int64) { return s.client.count.Load(), s.client.sent.Load() }

// question is a request that asks. It is a form (SPARQL 1.1 Protocol, section
// 2.1.2): Virtuoso 7.2.5 never answers a body that is the query itself.
func (s *Store) question(query, accept string) request {
	return request{action: "asking", method: http.MethodPost, url: s.at.query, contentType: "application/x-www-form-urlencoded",
		accept: accept, body: [][]byte{[]byte("query=" + url.QueryEscape(query))}}
}

// rows asks a SELECT and calls yield with the cells of each row.
func (s *Store) rows(ctx context.Context, query string, begin func(), yield func([]string)) error {
	r := s.question(query, "text/csv")
	return s.client.do(ctx, r, func(body io.Reader) error {
		begin()
		in := csv.NewReader(body)
		in.ReuseRecord = true
		if _, err := in.Read(); err != nil { // the names of the columns
			return fmt.Errorf("%s gave %w, expected rows as CSV: %w", s.at.query, errAnswer, err)
		}
		for {
			row, err := in.Read()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			yield(row)
		}
	})
}

// any reports whether a pattern has a solution. It is no ASK, which has no form in
// CSV, and which Virtuoso 7.2.5 answers in a form of its own.
func (s *Store) any(ctx context.Context, pattern string) (found bool, err error) {
	err = s.rows(ctx, "SELECT * WHERE { "+pattern+" } LIMIT 1", func() { found = false }, func([]string) { found = true })
	return found, err
}

// counts counts the quads of named graphs.
func (s *Store) counts(ctx context.Context, graphs []string) (map[string]int64, error) {
	out := make(map[string]int64, len(graphs))
	if !s.capability.Values || s.at.query == "" {
		for _, g := range graphs {
			n, err := s.Count(ctx, g)
			if err != nil {
				return nil, err
			}
			out[g] = n
		}
		return out, nil
	}
	var q strings.Builder
	q.WriteString("SELECT ?g (COUNT(*) AS ?n) WHERE { VALUES ?g {")
	for _, g := range graphs {
		q.WriteString(" <" + g + ">")
	}
	q.WriteString(" } GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
	fault := error(nil)
	err := s.rows(ctx, q.String(), func() { clear(out) }, func(row []string) {
		n, err := number(row, 1)
		if err != nil {
			fault = err
		} else if n > 0 {
			out[row[0]] = n
		}
	})
	return out, errors.Join(err, fault)
}

func number(row []string, column int) (int64, error) {
	if column >= len(row) {
		return 0, fmt.Errorf("a row of %d columns is %w", len(row), errAnswer)
	}
	n, err := strconv.ParseInt(row[column], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is %w: expected a number", row[column], errAnswer)
	}
	return n, nil
}

// Count counts the triples of a graph; the empty name is the default graph.
func (s *Store) Count(ctx context.Context, graph string) (n int64, err error) {
	if s.at.query == "" {
		err = s.read(ctx, graph, func() { n = 0 }, func(rdf.Line) { n++ })
		return n, err
	}
	pattern := "?s ?p ?o"
	if graph != "" {
		pattern = "GRAPH <" + graph + "> { ?s ?p ?o }"
	}
	var fault error
	found := false
	err = s.rows(ctx, "SELECT (COUNT(*) AS ?n) WHERE { "+pattern+" }", func() {}, func(row []string) {
		n, fault = number(row, 0)
		found = true
	})
	if err == nil && fault == nil && !found {
		fault = fmt.Errorf("no row is %w: expected a count", errAnswer)
	}
	return n, errors.Join(err, fault)
}

// size counts the triples of graphs together, which is half the work of counting
// each by a query.
func (s *Store) size(ctx context.Context, graphs []string) (sum int64, err error) {
	for some := range slices.Chunk(graphs, 40) { // the line of a request may have 8 kB
		q := url.Values{}
		for _, g := range some {
			q.Add("context", "<"+g+">")
		}
		var n int64
		err := s.client.do(ctx, request{action: "counting graphs", method: http.MethodGet, url: s.at.size + "?" + q.Encode()}, func(body io.Reader) error {
			text, err := io.ReadAll(io.LimitReader(body, 64))
			if err == nil {
				n, err = number([]string{strings.TrimSpace(string(text))}, 0)
			}
			return err
		})
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// read yields what a graph holds; a graph that is not there holds nothing.
func (s *Store) read(ctx context.Context, graph string, begin func(), yield func(rdf.Line)) error {
	r := request{action: "reading <" + graph + ">", method: http.MethodGet, accept: rdf.NTriples.MediaType()}
	if s.at.data != "" {
		r.url = s.at.graphURL(graph)
	} else {
		r = s.question("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <"+graph+"> { ?s ?p ?o } }", r.accept)
	}
	err := s.client.do(ctx, r, func(body io.Reader) error {
		begin()
		for line, err := range rdf.ReadLines(body, rdf.NTriples, &rdf.ReadOptions{Version: rdf.RDF12}) {
			if err != nil {
				return err
			}
			yield(line)
		}
		return nil
	})
	var refused *RefusedError
	if errors.As(err, &refused) && refused.Status == http.StatusNotFound {
		begin()
		return nil
	}
	return err
}

// put makes a graph hold exactly these triples, add adds them.
func (s *Store) put(ctx context.Context, graph string, triples []byte) error {
	if s.at.data == "" {
		if err := s.update(ctx, "emptying <"+graph+">", "DROP SILENT GRAPH <"+graph+">", false); err != nil {
			return err
		}
		return s.insert(ctx, graph, triples)
	}
	return s.write(ctx, request{action: "sending <" + graph + ">", method: http.MethodPut, url: s.at.graphURL(graph),
		contentType: rdf.NTriples.MediaType(), body: [][]byte{triples}})
}

func (s *Store) add(ctx context.Context, graph string, triples []byte) error {
	if s.at.data == "" {
		return s.insert(ctx, graph, triples)
	}
	return s.write(ctx, request{action: "adding to <" + graph + ">", method: http.MethodPost, url: s.at.graphURL(graph),
		contentType: rdf.NTriples.MediaType(), body: [][]byte{triples}})
}

// insert sends triples in as many updates as the store needs.
func (s *Store) insert(ctx context.Context, graph string, triples []byte) error {
	for len(triples) > 0 {
		var some []byte
		some, triples = cutLines(triples, s.capability.InsertMost)
		if err := s.update(ctx, "adding to <"+graph+">", "INSERT DATA {\nGRAPH <"+graph+"> {\n"+string(appendSPARQL(nil, some))+"}\n}", false); err != nil {
			return err
		}
	}
	return nil
}

// post sends N-Quads of any graphs, which are added.
func (s *Store) post(ctx context.Context, quads ...[]byte) error {
	return s.write(ctx, request{action: "sending quads", method: http.MethodPost, url: s.at.quads, contentType: rdf.NQuads.MediaType(), body: quads})
}

// update carries an update out, and says that it is in UTF-8: RDF4J 3.7 would take
// it for Latin-1 otherwise. One that is not the same when it is carried out
// twice is never sent twice.
func (s *Store) update(ctx context.Context, action, text string, once bool) error {
	return s.write(ctx, request{action: action, method: http.MethodPost, url: s.at.update, contentType: "application/sparql-update; charset=utf-8", body: [][]byte{[]byte(text)}, once: once})
}

func (s *Store) write(ctx context.Context, r request) error {
	s.client.count.Add(1)
	return s.client.do(ctx, r, nil)
}

// Drop removes graphs, those that are not there too.
func (s *Store) Drop(ctx context.Context, graphs ...string) error {
	if s.at.update == "" {
		for _, g := range graphs {
			err := s.write(ctx, request{action: "removing <" + g + ">", method: http.MethodDelete, url: s.at.graphURL(g)})
			var refused *RefusedError
			if err != nil && (!errors.As(err, &refused) || refused.Status != http.StatusNotFound) {
				return err
			}
		}
		return nil
	}
	var text strings.Builder
	for i, g := range graphs {
		if i > 0 {
			text.WriteString(";\n")
		}
		text.WriteString("DROP SILENT GRAPH <" + g + ">")
	}
	return s.update(ctx, "removing graphs", text.String(), false)
}

// UnionDefault reports whether a query without GRAPH sees a triple that stands in
// a named graph. The triple is one line of N-Quads.
func (s *Store) UnionDefault(ctx context.Context, line []byte) (bool, error) {
	for l, err := range rdf.ReadLines(strings.NewReader(string(line)), rdf.NQuads, &rdf.ReadOptions{Version: rdf.RDF12}) {
		if err != nil {
			return false, err
		}
		return s.any(ctx, string(l.Subject)+" "+string(l.Predicate)+" ?o")
	}
	return false, errors.New("no line to ask for")
}
