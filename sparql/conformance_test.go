package sparql

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/rdf"
)

// suiteTest is a test of the W3C suites of SPARQL.
type suiteTest struct {
	id, kind, query, result string
	data                    []string
	named                   []string
	services                map[string][]string // data of endpoints
}

const (
	manifestNS = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
	queryNS    = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
	resultNS   = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
)

func TestConformanceSPARQL10(t *testing.T) {
	runSuite(t, "data/w3c/rdf-tests/sparql/sparql10", expected10)
}

func TestConformanceSPARQL11(t *testing.T) {
	runSuite(t, "data/w3c/rdf-tests/sparql/sparql11", expected11)
}

func TestConformanceSPARQL12(t *testing.T) {
	runSuite(t, "data/w3c/rdf-tests/sparql/sparql12", expected12)
}

// leftOut are the folders of sparql11 that are not about queries over a graph.
var leftOut = map[string]bool{
	"entailment": true, "add": true, "basic-update": true, "clear": true, "copy": true, "delete": true,
	"delete-data": true, "delete-insert": true, "delete-where": true, "drop": true, "move": true, "update-silent": true,
	"syntax-update-1": true, "syntax-update-2": true, "protocol": true, "http-rdf-update": true, "graph-store-protocol": true,
	"service-description": true,
}

func runSuite(t *testing.T, name string, expected map[string]string) {
	root := w3c.Dir(t, name)
	folders, err := filepath.Glob(filepath.Join(root, "*", "manifest.ttl"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no manifests in %s: %v", root, err)
	}
	passed, total := 0, 0
	seen := map[string]bool{}
	for _, manifest := range folders {
		dir := filepath.Dir(manifest)
		folder := filepath.Base(dir)
		if leftOut[folder] {
			continue
		}
		for _, test := range readManifest(t, manifest) {
			id := folder + "/" + test.id
			seen[id] = true
			total++
			err := runOne(test)
			reason, known := expected[id]
			switch {
			case err == nil && known:
				t.Errorf("%s passes, though it should fail: %s", id, reason)
			case err == nil:
				passed++
			case known:
				t.Logf("%s fails, as expected: %s", id, reason)
			default:
				t.Errorf("%s: %v", id, err)
			}
		}
	}
	for id := range expected {
		if !seen[id] {
			t.Errorf("there is no test %s", id)
		}
	}
	t.Logf("conformance: %s %d/%d", filepath.Base(name), passed, total)
}

// readManifest reads the query tests of a manifest.
func readManifest(t *testing.T, name string) []suiteTest {
	graph := map[rdf.Term]map[string][]rdf.Term{}
	for _, q := range readFile(t, name) {
		if graph[q.Subject] == nil {
			graph[q.Subject] = map[string][]rdf.Term{}
		}
		graph[q.Subject][q.Predicate.Value] = append(graph[q.Subject][q.Predicate.Value], q.Object)
	}
	one := func(s rdf.Term, p string) rdf.Term {
		if v := graph[s][p]; len(v) > 0 {
			return v[0]
		}
		return rdf.Term{}
	}
	path := func(iri string) string { return strings.TrimPrefix(iri, "file://") }
	var out []suiteTest
	for _, properties := range graph {
		for _, cell := range properties[manifestNS+"entries"] {
			for ; !cell.IsZero() && cell.Value != rdf.RDFNil; cell = one(cell, rdf.RDFRest) {
				entry := one(cell, rdf.RDFFirst)
				action := one(entry, manifestNS+"action")
				test := suiteTest{id: entry.Value[strings.LastIndexAny(entry.Value, "#/")+1:]}
				test.kind = one(entry, rdf.RDFType).Value
				test.kind = test.kind[strings.LastIndexByte(test.kind, '#')+1:]
				test.result = path(one(entry, manifestNS+"result").Value)
				test.query = path(action.Value)
				if q := one(action, queryNS+"query"); !q.IsZero() {
					test.query = path(q.Value)
				}
				for _, d := range graph[action][queryNS+"data"] {
					test.data = append(test.data, path(d.Value))
				}
				for _, d := range graph[action][queryNS+"graphData"] {
					test.named = append(test.named, path(d.Value))
				}
				for _, s := range graph[action][queryNS+"serviceData"] {
					if test.services == nil {
						test.services = map[string][]string{}
					}
					test.services[one(s, queryNS+"endpoint").Value] = []string{path(one(s, queryNS+"data").Value)}
				}
				if strings.Contains(test.kind, "Update") {
					continue
				}
				out = append(out, test)
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].id < out[j].id })
	return out
}

func readFile(t testing.TB, name string) []rdf.Quad {
	quads, err := loadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return quads
}

func loadFile(name string) ([]rdf.Quad, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	format := rdf.FormatByFile(name)
	if format == rdf.UnknownFormat {
		format = rdf.Turtle
	}
	var out []rdf.Quad
	for q, err := range rdf.Read(f, format, &rdf.ReadOptions{File: name, Base: "file://" + name, Version: rdf.RDF12}) {
		if err != nil {
			return nil, err
		}
		out = append(out, q)
	}
	return out, nil
}

func runOne(test suiteTest) (err error) {
	data, err := os.ReadFile(test.query)
	if err != nil {
		return err
	}
	q, err := Parse(string(data), "file://"+test.query)
	switch {
	case strings.Contains(test.kind, "Negative"):
		if err == nil {
			return errors.New("the query is refused by the standard, and was read")
		}
		return nil
	case err != nil:
		return err
	case strings.Contains(test.kind, "Syntax"):
		return nil
	}
	x, err := buildIndex(q, test)
	if err != nil {
		return err
	}
	opts := &Options{StrictDefault: true}
	if err := serve(test, opts); err != nil {
		return err
	}
	list, err := listed(x)
	if err != nil {
		return err
	}
	want, err := readResult(test.result)
	if err != nil {
		return err
	}
	for _, store := range []Store{x, list} {
		got, err := answer(q, store, opts)
		if err != nil {
			return err
		}
		if strings.HasSuffix(test.result, ".csv") {
			got = plainTexts(got)
		}
		if err := sameResults(got, want); err != nil {
			return fmt.Errorf("over %T: %w", store, err)
		}
	}
	return nil
}

func buildIndex(q *Query, test suiteTest) (*index.Index, error) {
	b := index.NewBuilder()
	add := func(file string, graph rdf.Term, label string) error {
		quads, err := loadFile(file)
		for _, quad := range quads {
			quad.Subject, quad.Object = apartBlank(quad.Subject, label), apartBlank(quad.Object, label)
			if !graph.IsZero() {
				quad.Graph = graph
			}
			b.Add(quad)
		}
		return err
	}
	if q.dataset && len(test.data)+len(test.named) == 0 {
		for _, g := range append(append([]rdf.Term{}, q.from...), q.fromNamed...) {
			if err := add(strings.TrimPrefix(g.Value, "file://"), g, fmt.Sprint(g.Value)); err != nil {
				return nil, err
			}
		}
		return b.Build(), nil
	}
	for i, file := range test.data {
		if err := add(file, rdf.Term{}, fmt.Sprint("d", i)); err != nil {
			return nil, err
		}
	}
	for i, file := range test.named {
		if err := add(file, rdf.IRI("file://"+file), fmt.Sprint("g", i)); err != nil {
			return nil, err
		}
	}
	return b.Build(), nil
}

// hosts are handlers by address, in place of a network.
type hosts map[string]http.Handler

func (h hosts) RoundTrip(r *http.Request) (*http.Response, error) {
	handler := h[r.URL.String()]
	if handler == nil {
		return nil, fmt.Errorf("there is no host %s", r.URL)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Result(), nil
}

// serve sets up the services of a test, which may ask each other.
func serve(test suiteTest, opts *Options) error {
	network := hosts{}
	opts.Transport = network
	for endpoint := range test.services {
		opts.Services = append(opts.Services, endpoint)
	}
	for endpoint, data := range test.services {
		x, err := buildIndex(&Query{}, suiteTest{data: data})
		if err != nil {
			return err
		}
		network[endpoint] = Handler(x, opts, nil)
	}
	return nil
}

func apartBlank(t rdf.Term, label string) rdf.Term {
	return t.Relabel(func(old string) string { return label + old })
}

// results is an answer as a graph: a node for each solution.
type results []rdf.Quad

func answer(q *Query, x Store, opts *Options) (results, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var out results
	switch q.Form {
	case Ask:
		ok, err := q.Ask(ctx, x, opts)
		return results{askResult(ok)}, err
	case Select:
		n := 0
		for terms, err := range q.Rows(ctx, x, opts) {
			if err != nil {
				return nil, err
			}
			out.addRow(n, q.Variables, terms)
			n++
		}
		return out, nil
	}
	for quad, err := range q.Quads(ctx, x, opts) {
		if err != nil {
			return nil, err
		}
		out = append(out, quad)
	}
	return out, nil
}

func askResult(ok bool) rdf.Quad {
	return rdf.Quad{Subject: rdf.IRI("urn:ask"), Predicate: rdf.IRI("urn:is"), Object: boolean(ok).term}
}

func (r *results) addRow(n int, variables []string, terms []rdf.Term) {
	node := rdf.Blank(fmt.Sprintf("row%d", n))
	*r = append(*r, rdf.Quad{Subject: node, Predicate: rdf.IRI("urn:row"), Object: rdf.String("")})
	for i, v := range variables {
		if !terms[i].IsZero() {
			*r = append(*r, rdf.Quad{Subject: node, Predicate: rdf.IRI("urn:var:" + v), Object: terms[i]})
		}
	}
}

func sameResults(got, want results) error {
	for _, list := range []results{got, want} {
		for i := range list {
			list[i].Object = canonicalValue(list[i].Object)
			list[i].Graph = rdf.Term{}
		}
	}
	return w3c.SameGraphs(got, want)
}

// canonicalValue brings numbers into one spelling.
func canonicalValue(t rdf.Term) rdf.Term {
	v := valueOf(t)
	switch {
	case v.kind == kindInteger && t.Datatype == xsd+"integer", v.kind == kindDecimal:
		return exactValue(v.exact, v.kind).term
	case v.kind == kindDouble || v.kind == kindFloat:
		return floatValue(v.float, v.kind).term
	}
	if t.Language != "" {
		t.Language = strings.ToLower(t.Language)
	}
	return t
}

func plainTexts(r results) results {
	for i := range r {
		if r[i].Object.Kind != rdf.BlankTerm {
			r[i].Object = rdf.String(r[i].Object.Value)
		}
	}
	return r
}

func readResult(name string) (results, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	switch filepath.Ext(name) {
	case ".srx":
		return readXML(data)
	case ".srj":
		return readJSON(data)
	case ".csv":
		return readCSV(string(data))
	case ".tsv":
		return readTSV(string(data))
	}
	quads, err := loadFile(name)
	if err != nil {
		return nil, err
	}
	return readResultGraph(quads), nil
}

// readResultGraph reads the vocabulary of result sets, or leaves a graph as it is.
func readResultGraph(quads []rdf.Quad) results {
	byNode := map[rdf.Term]map[string][]rdf.Term{}
	var set rdf.Term
	for _, q := range quads {
		if byNode[q.Subject] == nil {
			byNode[q.Subject] = map[string][]rdf.Term{}
		}
		byNode[q.Subject][q.Predicate.Value] = append(byNode[q.Subject][q.Predicate.Value], q.Object)
		if q.Object.Value == resultNS+"ResultSet" {
			set = q.Subject
		}
	}
	if set.IsZero() {
		return quads
	}
	if b := byNode[set][resultNS+"boolean"]; len(b) > 0 {
		return results{askResult(b[0].Value == "true")}
	}
	var out results
	for n, solution := range byNode[set][resultNS+"solution"] {
		var names []string
		var terms []rdf.Term
		for _, b := range byNode[solution][resultNS+"binding"] {
			names = append(names, byNode[b][resultNS+"variable"][0].Value)
			terms = append(terms, byNode[b][resultNS+"value"][0])
		}
		out.addRow(n, names, terms)
	}
	return out
}

// xmlResult is a term of the XML format.
type xmlResult struct {
	URI     *string `xml:"uri"`
	BNode   *string `xml:"bnode"`
	Literal *struct {
		Datatype  string `xml:"datatype,attr"`
		Lang      string `xml:"lang,attr"`
		Direction string `xml:"dir,attr"`
		Text      string `xml:",chardata"`
	} `xml:"literal"`
	Triple *struct {
		Subject   xmlResult `xml:"subject"`
		Predicate xmlResult `xml:"predicate"`
		Object    xmlResult `xml:"object"`
	} `xml:"triple"`
}

func (x xmlResult) term() rdf.Term {
	switch {
	case x.URI != nil:
		return rdf.IRI(*x.URI)
	case x.BNode != nil:
		return rdf.Blank("x" + *x.BNode)
	case x.Triple != nil:
		return rdf.Triple(x.Triple.Subject.term(), x.Triple.Predicate.term(), x.Triple.Object.term())
	}
	return literalTerm(x.Literal.Text, x.Literal.Datatype, x.Literal.Lang, x.Literal.Direction)
}

func readXML(data []byte) (results, error) {
	var doc struct {
		Boolean *bool `xml:"boolean"`
		Results struct {
			Result []struct {
				Binding []struct {
					Name string `xml:"name,attr"`
					xmlResult
				} `xml:"binding"`
			} `xml:"result"`
		} `xml:"results"`
	}
	if err := xml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if doc.Boolean != nil {
		return results{askResult(*doc.Boolean)}, nil
	}
	var out results
	for n, r := range doc.Results.Result {
		var names []string
		var terms []rdf.Term
		for _, b := range r.Binding {
			names = append(names, b.Name)
			terms = append(terms, b.term())
		}
		out.addRow(n, names, terms)
	}
	return out, nil
}

func literalTerm(text, datatype, lang, direction string) rdf.Term {
	switch {
	case lang != "":
		d, _ := directionOf(direction)
		return rdf.DirLangString(text, lang, d)
	case datatype != "":
		return rdf.Typed(text, datatype)
	}
	return rdf.String(text)
}

// jsonResult is a term of the JSON format.
type jsonResult struct {
	Type      string          `json:"type"`
	Value     json.RawMessage `json:"value"`
	Datatype  string          `json:"datatype"`
	Lang      string          `json:"xml:lang"`
	Direction string          `json:"its:dir"`
}

func (x jsonResult) term() (rdf.Term, error) {
	if x.Type == "triple" {
		var parts struct{ Subject, Predicate, Object jsonResult }
		if err := json.Unmarshal(x.Value, &parts); err != nil {
			return rdf.Term{}, err
		}
		s, err := parts.Subject.term()
		p, errP := parts.Predicate.term()
		o, errO := parts.Object.term()
		return rdf.Triple(s, p, o), errors.Join(err, errP, errO)
	}
	var text string
	err := json.Unmarshal(x.Value, &text)
	switch x.Type {
	case "uri":
		return rdf.IRI(text), err
	case "bnode":
		return rdf.Blank("x" + text), err
	}
	return literalTerm(text, x.Datatype, x.Lang, x.Direction), err
}

func readJSON(data []byte) (results, error) {
	var doc struct {
		Boolean *bool `json:"boolean"`
		Results struct {
			Bindings []map[string]jsonResult `json:"bindings"`
		} `json:"results"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if doc.Boolean != nil {
		return results{askResult(*doc.Boolean)}, nil
	}
	var out results
	for n, b := range doc.Results.Bindings {
		var names []string
		var terms []rdf.Term
		for name, v := range b {
			term, err := v.term()
			if err != nil {
				return nil, err
			}
			names, terms = append(names, name), append(terms, term)
		}
		out.addRow(n, names, terms)
	}
	return out, nil
}

func readCSV(data string) (results, error) {
	records, err := csv.NewReader(strings.NewReader(data)).ReadAll()
	if err != nil {
		return nil, err
	}
	var out results
	for n, r := range records[1:] {
		terms := make([]rdf.Term, len(r))
		for i, cell := range r {
			if label, blank := strings.CutPrefix(cell, "_:"); blank {
				terms[i] = rdf.Blank("x" + label)
			} else if cell != "" {
				terms[i] = rdf.String(cell)
			}
		}
		out.addRow(n, records[0], terms)
	}
	return plainTexts(out), nil
}

func readTSV(data string) (results, error) {
	lines := strings.Split(strings.TrimRight(data, "\r\n"), "\n")
	names := strings.Split(strings.ReplaceAll(strings.TrimRight(lines[0], "\r"), "?", ""), "\t")
	var out results
	for n, line := range lines[1:] {
		cells := strings.Split(strings.TrimRight(line, "\r"), "\t")
		terms := make([]rdf.Term, len(names))
		for i, cell := range cells {
			if cell == "" {
				continue
			}
			p := &parser{lexer: lexer{text: cell}, query: &Query{}, prefixes: map[string]string{}}
			p.advance()
			if p.tok.kind == tokBlank {
				terms[i] = rdf.Blank("x" + p.tok.text)
				continue
			}
			terms[i], _ = p.term()
		}
		out.addRow(n, names, terms)
	}
	return out, nil
}

// What fails of the suites, and why.
var (
	expected10 = map[string]string{}
	expected11 = map[string]string{}
	expected12 = map[string]string{}
)
