package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/trialweave/trialweave/index"
	testrecord "github.com/trialweave/trialweave/internal/test/record"
	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// studyFiles are the synthetic studies, by number.
func studyFiles(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "testdata", "studies", "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatal("there are no studies", err)
	}
	out := map[string][]byte{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(name), ".json")] = data
	}
	return out
}

// realFiles are the real studies at hand; without them the test is skipped.
func realFiles(t *testing.T, step int) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for f, err := range testrecord.Archive(filepath.Join(tools.Root(t), "..", "shared", "data", "ctg-studies-visible.json.zip"), testrecord.Sample(step)) {
		if errors.Is(err, fs.ErrNotExist) {
			t.Skipf("no real studies: %v", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		out[f.ID] = f.Text
	}
	return out
}

// store makes a store of studies, with the model.
func store(t testing.TB, studies map[string][]byte, options *mapping.Options) *index.Index {
	t.Helper()
	engine, err := mapping.NewEngine(options)
	if err != nil {
		t.Fatal(err)
	}
	b, converter, out := index.NewBuilder(), engine.NewConverter(), &mapping.Output{}
	add := func(r io.Reader, f rdf.Format, graph string) {
		for q, err := range rdf.Read(r, f, nil) {
			if err != nil {
				t.Fatal(err)
			}
			if graph != "" {
				q.Graph = rdf.IRI(graph)
			}
			b.Add(q)
		}
	}
	for id, study := range studies {
		out.Reset()
		if err := converter.Convert(study, out); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		add(bytes.NewReader(out.Shared), rdf.NQuads, "")
		add(bytes.NewReader(out.Record), rdf.NQuads, "")
	}
	for _, data := range [][]byte{model.Ontology(), model.Enums(), model.CountryNames()} {
		add(bytes.NewReader(data), rdf.Turtle, model.DefaultBase+"graph/model")
	}
	return b.Build()
}

// testSite is a site of the synthetic studies, with its search.
func testSite(t testing.TB) *Site {
	t.Helper()
	s := New(store(t, studyFiles(t), nil), nil)
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// get asks a site for a path.
func get(t testing.TB, s http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept", "text/html")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// parsed is a page, taken apart.
func parsed(t testing.TB, s http.Handler, path string) *html.Node {
	t.Helper()
	w := get(t, s, path)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d: %s", path, w.Code, w.Body)
	}
	n, err := html.Parse(w.Body)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return n
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// textOf is the text below a node; blocks are lines.
func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.Data == "p" && b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(textOf(c))
	}
	return b.String()
}

// walk calls visit with every element, with the ones around it.
func walk(n *html.Node, around []*html.Node, visit func(n *html.Node, around []*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n, around)
		around = append(around[:len(around):len(around)], n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, around, visit)
	}
}

// recordLeaves lists the leaves of a record by pointer, and the fields of the
// model by the pointer, without the code that makes pages.
func recordLeaves(t testing.TB, study []byte) (values map[string]any, fields map[string]*model.Field) {
	t.Helper()
	var root any
	d := json.NewDecoder(bytes.NewReader(study))
	d.UseNumber()
	if err := d.Decode(&root); err != nil {
		t.Fatal(err)
	}
	values, fields = map[string]any{}, map[string]*model.Field{}
	var visit func(v any, pointer string, f *model.Field)
	visit = func(v any, pointer string, f *model.Field) {
		switch v := v.(type) {
		case map[string]any:
			for key, m := range v {
				var child *model.Field
				if f != nil {
					child = f.Child(key)
				}
				visit(m, pointer+"/"+source.EscapePointer(key), child)
			}
		case []any:
			for i, m := range v {
				visit(m, pointer+"/"+strconv.Itoa(i), f)
			}
		case nil:
		default:
			values[pointer], fields[pointer] = v, f
		}
	}
	visit(root, "", model.Default().Root)
	return values, fields
}
