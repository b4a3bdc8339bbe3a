package store_test

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

// fake is a triple store for tests: the four kinds as far as a loader sees them,
// and the two plain protocols. Its log has every request that wrote.
type fake struct {
	*httptest.Server
	kind   store.Kind
	mu     sync.Mutex
	graphs map[string]map[string]bool // "" is the default graph
	log    []string
	// fault may answer in place of the store, or change the body.
	fault func(w http.ResponseWriter, r *http.Request, body []byte) (changed []byte, done bool)
	// auth reports whether the request comes from somebody known.
	auth func(w http.ResponseWriter, r *http.Request) bool
	// requests counts all of them.
	requests int
	union    bool
}

func newFake(t testing.TB, kind store.Kind) *fake {
	f := &fake{kind: kind, graphs: map[string]map[string]bool{}}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

func (f *fake) target() store.Target {
	path := map[store.Kind]string{store.RDF4J: "/repositories/x", store.Fuseki: "/ds", store.GSP: "/store", store.Update: "/sparql"}[f.kind]
	return store.Target{Kind: f.kind, Address: f.URL + path}
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests++
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away
	}
	if f.auth != nil && !f.auth(w, r) {
		return
	}
	if f.fault != nil {
		changed, done := f.fault(w, r, body)
		if done {
			return
		}
		body = changed
	}
	switch f.kind {
	case store.Oxigraph:
		w.Header().Set("Server", "Oxigraph/0.0.0")
	case store.Virtuoso:
		w.Header().Set("Server", "Virtuoso/07.20")
	case store.Fuseki:
		w.Header().Set("Fuseki-Request-Id", "1")
	}
	f.answer(w, r, body)
}

func (f *fake) answer(w http.ResponseWriter, r *http.Request, body []byte) {
	contentType := r.Header.Get("Content-Type")
	switch {
	case r.Method == http.MethodPost && contentType == "application/x-www-form-urlencoded":
		form, _ := url.ParseQuery(string(body))
		f.query(w, r, form.Get("query"))
	case r.Method == http.MethodPost && strings.HasPrefix(contentType, "application/sparql-update"):
		f.log = append(f.log, "update "+string(body))
		f.reply(w, f.update(string(body)))
	case strings.HasSuffix(r.URL.Path, "/size"):
		n := 0
		for _, graph := range r.URL.Query()["context"] {
			n += len(f.graphs[strings.Trim(graph, "<>")])
		}
		fmt.Fprint(w, n)
	case r.Method == http.MethodPost && contentType == "application/n-quads":
		f.log = append(f.log, "quads "+string(body))
		f.reply(w, f.add(body, rdf.NQuads, nil))
	case r.URL.RawQuery == "":
		w.WriteHeader(http.StatusNotFound)
	default:
		f.graph(w, r, body)
	}
}

func (f *fake) reply(w http.ResponseWriter, err error) {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Error(w, "syntax error: "+err.Error(), http.StatusBadRequest)
}

// graph is the Graph Store Protocol.
func (f *fake) graph(w http.ResponseWriter, r *http.Request, body []byte) {
	name := ""
	for _, parameter := range []string{"graph", "graph-uri", "context"} {
		if v := r.URL.Query().Get(parameter); v != "" && v != "null" {
			name = strings.Trim(v, "<>")
		}
	}
	switch r.Method {
	case http.MethodGet:
		if f.graphs[name] == nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		for _, line := range slices.Sorted(maps.Keys(f.graphs[name])) {
			fmt.Fprint(w, line)
		}
	case http.MethodDelete:
		f.log = append(f.log, "delete "+name)
		delete(f.graphs, name)
	case http.MethodPut, http.MethodPost:
		f.log = append(f.log, strings.ToLower(r.Method)+" "+name)
		if r.Method == http.MethodPut && f.kind == store.Virtuoso {
			delete(f.graphs, name) // bad data destroys what was there
		}
		keep := f.graphs[name]
		if r.Method == http.MethodPut {
			delete(f.graphs, name)
		}
		err := f.add(body, rdf.NTriples, &name)
		if err != nil {
			f.graphs[name] = keep
		}
		f.reply(w, err)
	}
}

// add adds quads, all of a document or none.
func (f *fake) add(body []byte, format rdf.Format, graph *string) error {
	type one struct{ graph, line string }
	var all []one
	for q, err := range rdf.Read(bytes.NewReader(body), format, nil) {
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
		if f.graphs[o.graph] == nil {
			f.graphs[o.graph] = map[string]bool{}
		}
		f.graphs[o.graph][o.line] = true
	}
	return nil
}

var counting = regexp.MustCompile(`^SELECT (\?g )?\(COUNT\(\*\) AS \?n\) WHERE \{ (VALUES \?g \{.*\} )?GRAPH (<[^>]*>|\?g)`)

// query answers the two questions for counts itself, since they come often.
func (f *fake) query(w http.ResponseWriter, r *http.Request, text string) {
	if m := counting.FindStringSubmatch(text); m != nil && m[1] == "" {
		fmt.Fprintf(w, "n\r\n%d\r\n", len(f.graphs[strings.Trim(m[3], "<>")]))
		return
	} else if m != nil && m[2] != "" {
		fmt.Fprint(w, "g,n\r\n")
		for _, g := range regexp.MustCompile(`<([^>]*)>`).FindAllStringSubmatch(m[2], -1) {
			if n := len(f.graphs[g[1]]); n > 0 {
				fmt.Fprintf(w, "%s,%d\r\n", g[1], n)
			}
		}
		return
	}
	if m := proving.FindStringSubmatch(text); m != nil {
		fmt.Fprint(w, "s,p,o\r\n")
		if f.graphs[m[1]][m[2]+" .\n"] {
			fmt.Fprint(w, "s,p,o\r\n")
		}
		return
	}
	f.evaluate(w, r, text)
}

var proving = regexp.MustCompile(`^SELECT \* WHERE \{ GRAPH <([^>]*)> \{ (.*proof.*) \. \?s \?p \?o \} \} LIMIT 1$`)

func (f *fake) evaluate(w http.ResponseWriter, r *http.Request, text string) {
	b := index.NewBuilder()
	for name, lines := range f.graphs {
		all := strings.Join(slices.Collect(maps.Keys(lines)), "")
		for q := range rdf.Read(strings.NewReader(all), rdf.NTriples, nil) {
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
	x, options := b.Build(), &sparql.Options{StrictDefault: !f.union}
	switch q.Form {
	case sparql.Ask:
		answer, _ := q.Ask(r.Context(), x, options)
		_ = sparql.WriteAnswer(w, sparql.JSON, answer)
	case sparql.Construct:
		out, _ := rdf.NewWriter(w, rdf.NTriples, nil)
		for quad := range q.Quads(r.Context(), x, options) {
			_ = out.Write(quad)
		}
		_ = out.Close()
	default:
		out, _ := sparql.NewResultWriter(w, sparql.CSV, q.Variables)
		for row := range q.Rows(r.Context(), x, options) {
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
func (f *fake) update(text string) (err error) {
	before := f.dumpMaps()
	defer func() {
		if err != nil {
			f.graphs = before
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

func (f *fake) operation(text string) error {
	if m := dropping.FindStringSubmatch(text); m != nil {
		delete(f.graphs, m[1])
		return nil
	}
	if m := moving.FindStringSubmatch(text); m != nil {
		if f.graphs[m[1]] == nil {
			return fmt.Errorf("no graph %s", m[1])
		}
		f.graphs[m[2]] = f.graphs[m[1]]
		delete(f.graphs, m[1])
		return nil
	}
	if m := adding.FindStringSubmatch(text); m != nil {
		if f.graphs[""] == nil {
			f.graphs[""] = map[string]bool{}
		}
		maps.Copy(f.graphs[""], f.graphs[m[1]])
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
	for q, err := range rdf.Read(strings.NewReader(data), rdf.TriG, nil) {
		if err != nil {
			return err
		}
		name := q.Graph.Value
		q.Graph = rdf.Term{}
		delete(f.graphs[name], string(rdf.AppendQuad(nil, q)))
	}
	return nil
}

func (f *fake) dumpMaps() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for name, lines := range f.graphs {
		out[name] = maps.Clone(lines)
	}
	return out
}

// dump is all that the store holds, as sorted N-Quads.
func (f *fake) dump() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []string
	for name, lines := range f.graphs {
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

// digestAuth lets in who answers the challenge (RFC 7616) as dba with secret.
func digestAuth(w http.ResponseWriter, r *http.Request) bool {
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

// basicAuth lets in dba with secret (RFC 7617).
func basicAuth(w http.ResponseWriter, r *http.Request) bool {
	if user, password, ok := r.BasicAuth(); ok && user == "dba" && password == "secret" {
		return true
	}
	w.Header().Set("WWW-Authenticate", `Basic realm="store"`)
	w.WriteHeader(http.StatusUnauthorized)
	return false
}

// bearerAuth lets in who has the token (RFC 6750).
func bearerAuth(w http.ResponseWriter, r *http.Request) bool {
	if r.Header.Get("Authorization") == "Bearer secret" {
		return true
	}
	w.Header().Set("WWW-Authenticate", "Bearer")
	w.WriteHeader(http.StatusUnauthorized)
	return false
}
