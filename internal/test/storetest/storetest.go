// Package storetest is a triple store in memory, for tests: the four kinds as far
// as a loader sees them, and the two plain protocols, with faults on demand.
package storetest

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
	"github.com/trialweave/trialweave/store"
)

// Store is a triple store on loopback.
type Store struct {
	*httptest.Server
	Kind   store.Kind
	mu     sync.Mutex
	Graphs map[string]map[string]bool // lines by the name of the graph, "" being the default graph
	// Log has every request that wrote.
	Log []string
	// Fault may answer in place of the store, or change the body.
	Fault func(w http.ResponseWriter, r *http.Request, body []byte) (changed []byte, done bool)
	// Auth reports whether the request comes from somebody known.
	Auth func(w http.ResponseWriter, r *http.Request) bool
	// Union has the default graph be all graphs together.
	Union bool
}

// New starts an empty store, which ends with the test.
func New(t testing.TB, kind store.Kind) *Store {
	t.Helper()
	f := &Store{Kind: kind, Graphs: map[string]map[string]bool{}}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

// Target is the address that a loader is given.
func (f *Store) Target() store.Target {
	path := map[store.Kind]string{store.RDF4J: "/repositories/x", store.Fuseki: "/ds", store.GSP: "/store", store.Update: "/sparql"}[f.Kind]
	return store.Target{Kind: f.Kind, Address: f.URL + path}
}

func (f *Store) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away
	}
	if f.Auth != nil && !f.Auth(w, r) {
		return
	}
	if f.Fault != nil {
		changed, done := f.Fault(w, r, body)
		if done {
			return
		}
		body = changed
	}
	switch f.Kind {
	case store.Oxigraph:
		w.Header().Set("Server", "Oxigraph/0.0.0")
	case store.Virtuoso:
		w.Header().Set("Server", "Virtuoso/07.20")
	case store.Fuseki:
		w.Header().Set("Fuseki-Request-Id", "1")
	}
	f.answer(w, r, body)
}

func (f *Store) answer(w http.ResponseWriter, r *http.Request, body []byte) {
	contentType := r.Header.Get("Content-Type")
	switch {
	case r.Method == http.MethodPost && contentType == "application/x-www-form-urlencoded":
		form, _ := url.ParseQuery(string(body))
		f.query(w, r, form.Get("query"))
	case r.Method == http.MethodPost && strings.HasPrefix(contentType, "application/sparql-update"):
		f.Log = append(f.Log, "update "+string(body))
		f.reply(w, f.update(string(body)))
	case strings.HasSuffix(r.URL.Path, "/size"):
		n := 0
		for _, graph := range r.URL.Query()["context"] {
			n += len(f.Graphs[strings.Trim(graph, "<>")])
		}
		fmt.Fprint(w, n)
	case r.Method == http.MethodPost && contentType == "application/n-quads":
		f.Log = append(f.Log, "quads "+string(body))
		f.reply(w, f.add(body, rdf.NQuads, nil))
	case r.URL.RawQuery == "":
		w.WriteHeader(http.StatusNotFound)
	default:
		f.graph(w, r, body)
	}
}

func (f *Store) reply(w http.ResponseWriter, err error) {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Error(w, "syntax error: "+err.Error(), http.StatusBadRequest)
}

// graph is the Graph Store Protocol.
func (f *Store) graph(w http.ResponseWriter, r *http.Request, body []byte) {
	name := ""
	for _, parameter := range []string{"graph", "graph-uri", "context"} {
		if v := r.URL.Query().Get(parameter); v != "" && v != "null" {
			name = strings.Trim(v, "<>")
		}
	}
	switch r.Method {
	case http.MethodGet:
		if f.Graphs[name] == nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		for _, line := range slices.Sorted(maps.Keys(f.Graphs[name])) {
			fmt.Fprint(w, line)
		}
	case http.MethodDelete:
		f.Log = append(f.Log, "delete "+name)
		delete(f.Graphs, name)
	case http.MethodPut, http.MethodPost:
		f.Log = append(f.Log, strings.ToLower(r.Method)+" "+name)
		if r.Method == http.MethodPut && f.Kind == store.Virtuoso {
			delete(f.Graphs, name) // bad data destroys what was there
		}
		keep := f.Graphs[name]
		if r.Method == http.MethodPut {
			delete(f.Graphs, name)
		}
		err := f.add(body, rdf.NTriples, &name)
		if err != nil {
			f.Graphs[name] = keep
		}
		f.reply(w, err)
	}
}

// add adds quads, all of a document or none.
func (f *Store) add(body []byte, format rdf.Format, graph *string) error {
	type one struct{ graph, line string }
	var all []one
	for q, err := range rdf.Read(bytes.NewReader(body), format, &rdf.ReadOptions{Version: rdf.RDF12}) {
		if err != nil {
			return err
		}
		if strings.Contains(q.Object.Value, "the store does not like this") {
			return fmt.Errorf("unliked")
		}
		name := q.Graph.Value
		if graph != nil {
			name = *graph
		}
		q.Graph = rdf.Term{}
		all = append(all, one{name, string(rdf.AppendQuad(nil, q))})
	}
	for _, o := range all {
		if f.Graphs[o.graph] == nil {
			f.Graphs[o.graph] = map[string]bool{}
		}
		f.Graphs[o.graph][o.line] = true
	}
	return nil
}

var counting = regexp.MustCompile(`^SELECT (\?g )?\(COUNT\(\*\) AS \?n\) WHERE \{ (VALUES \?g \{.*\} )?GRAPH (<[^>]*>|\?g)`)

// query answers the two questions for counts itself, since they come often.
func (f *Store) query(w http.ResponseWriter, r *http.Request, text string) {
	if m := counting.FindStringSubmatch(text); m != nil && m[1] == "" {
		fmt.Fprintf(w, "n\r\n%d\r\n", len(f.Graphs[strings.Trim(m[3], "<>")]))
		return
	} else if m != nil && m[2] != "" {
		fmt.Fprint(w, "g,n\r\n")
		for _, g := range regexp.MustCompile(`<([^>]*)>`).FindAllStringSubmatch(m[2], -1) {
			if n := len(f.Graphs[g[1]]); n > 0 {
				fmt.Fprintf(w, "%s,%d\r\n", g[1], n)
			}
		}
		return
	}
	if m := proving.FindStringSubmatch(text); m != nil {
		fmt.Fprint(w, "s,p,o\r\n")
		if f.Graphs[m[1]][m[2]+" .\n"] {
			fmt.Fprint(w, "s,p,o\r\n")
		}
		return
	}
	f.evaluate(w, r, text)
}

var proving = regexp.MustCompile(`^SELECT \* WHERE \{ GRAPH <([^>]*)> \{ (.*proof.*) \. \?s \?p \?o \} \} LIMIT 1$`)

func (f *Store) evaluate(w http.ResponseWriter, r *http.Request, text string) {
	b := index.NewBuilder()
	for name, lines := range f.Graphs {
		all := strings.Join(slices.Collect(maps.Keys(lines)), "")
		for q, err := range rdf.Read(strings.NewReader(all), rdf.NTriples, &rdf.ReadOptions{Version: rdf.RDF12}) {
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			if name != "" {
				q.Graph = rdf.IRI(name)
			}
			b.Add(q)
		}
	}
	q, err := sparql.Parse(text, "")
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	x, options := b.Build(), &sparql.Options{StrictDefault: !f.Union}
	switch q.Form {
	case sparql.Ask:
		answer, _ := q.Ask(r.Context(), x, options)
		_ = sparql.WriteAnswer(w, sparql.JSON, answer)
	case sparql.Construct:
		out, _ := rdf.NewWriter(w, rdf.NTriples, nil)
		for quad, err := range q.Quads(r.Context(), x, options) {
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			_ = out.Write(quad)
		}
		_ = out.Close()
	default:
		out, _ := sparql.NewResultWriter(w, sparql.CSV, q.Variables)
		for row, err := range q.Rows(r.Context(), x, options) {
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			_ = out.Row(row)
		}
		_ = out.Close()
	}
}

var (
	dropping = regexp.MustCompile(`^DROP SILENT GRAPH <([^>]*)>$`)
	moving   = regexp.MustCompile(`^MOVE GRAPH <([^>]*)> TO <([^>]*)>$`)
	adding   = regexp.MustCompile(`^ADD GRAPH <([^>]*)> TO DEFAULT$`)
)

// update carries out the updates that a loader sends, all operations or none.
func (f *Store) update(text string) (err error) {
	before := f.dumpMaps()
	defer func() {
		if err != nil {
			f.Graphs = before
		}
	}()
	for len(text) > 0 {
		operation := text
		text = ""
		if at := strings.Index(operation, ";\n"); at >= 0 && !strings.HasPrefix(operation, "INSERT") && !strings.HasPrefix(operation, "DELETE") {
			operation, text = operation[:at], operation[at+2:]
		}
		if err := f.operation(operation); err != nil {
			return err
		}
	}
	return nil
}

func (f *Store) operation(text string) error {
	if m := dropping.FindStringSubmatch(text); m != nil {
		delete(f.Graphs, m[1])
		return nil
	}
	if m := moving.FindStringSubmatch(text); m != nil {
		if f.Graphs[m[1]] == nil {
			return fmt.Errorf("no graph %s", m[1])
		}
		f.Graphs[m[2]] = f.Graphs[m[1]]
		delete(f.Graphs, m[1])
		return nil
	}
	if m := adding.FindStringSubmatch(text); m != nil {
		if f.Graphs[""] == nil {
			f.Graphs[""] = map[string]bool{}
		}
		maps.Copy(f.Graphs[""], f.Graphs[m[1]])
		return nil
	}
	data, deleting := strings.CutPrefix(text, "DELETE DATA {\n")
	if !deleting {
		var found bool
		if data, found = strings.CutPrefix(text, "INSERT DATA {\n"); !found {
			return fmt.Errorf("unknown operation %.60q", text)
		}
	}
	data, closed := strings.CutSuffix(data, "}")
	if !closed {
		return fmt.Errorf("the end is missing")
	}
	if !deleting {
		return f.add([]byte(data), rdf.TriG, nil)
	}
	for q, err := range rdf.Read(strings.NewReader(data), rdf.TriG, &rdf.ReadOptions{Version: rdf.RDF12}) {
		if err != nil {
			return err
		}
		name := q.Graph.Value
		q.Graph = rdf.Term{}
		delete(f.Graphs[name], string(rdf.AppendQuad(nil, q)))
	}
	return nil
}

func (f *Store) dumpMaps() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for name, lines := range f.Graphs {
		out[name] = maps.Clone(lines)
	}
	return out
}

// Dump is all that the store holds, as sorted N-Quads.
func (f *Store) Dump() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []string
	for name, lines := range f.Graphs {
		for line := range lines {
			if name != "" {
				line = strings.TrimSuffix(line, ".\n") + "<" + name + "> .\n"
			}
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return out
}

// DigestAuth lets in who answers the challenge (RFC 7616) as dba with secret.
func DigestAuth(w http.ResponseWriter, r *http.Request) bool {
	sum := func(s string) string { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }
	field := func(name string) string {
		m := regexp.MustCompile(name + `="?([^",]*)"?`).FindStringSubmatch(r.Header.Get("Authorization"))
		if m == nil {
			return ""
		}
		return m[1]
	}
	a1, a2 := sum("dba:SPARQL:secret"), sum(r.Method+":"+r.URL.RequestURI())
	want := sum(strings.Join([]string{a1, field("nonce"), field("nc"), field("cnonce"), field("qop"), a2}, ":"))
	uri, _ := url.QueryUnescape(field("uri"))
	if got := field("response"); got == want && uri != "" {
		return true
	}
	w.Header().Set("WWW-Authenticate", `Digest realm="SPARQL", domain="/sparql-auth", nonce="a679ee2c", opaque="5ebe2294", stale="false", qop="auth", algorithm="MD5"`)
	w.WriteHeader(http.StatusUnauthorized)
	return false
}

// BasicAuth lets in dba with secret (RFC 7617).
func BasicAuth(w http.ResponseWriter, r *http.Request) bool {
	if user, password, ok := r.BasicAuth(); ok && user == "dba" && password == "secret" {
		return true
	}
	w.Header().Set("WWW-Authenticate", `Basic realm="store"`)
	w.WriteHeader(http.StatusUnauthorized)
	return false
}

// BearerAuth lets in who has the token (RFC 6750).
func BearerAuth(w http.ResponseWriter, r *http.Request) bool {
	if r.Header.Get("Authorization") == "Bearer secret" {
		return true
	}
	w.Header().Set("WWW-Authenticate", "Bearer")
	w.WriteHeader(http.StatusUnauthorized)
	return false
}
