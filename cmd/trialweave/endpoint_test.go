package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// TestStatsAndDescribeOfAnEndpoint holds that a service, whatever its default graph
// is, has the counts and the study that the index behind it has.
func TestStatsAndDescribeOfAnEndpoint(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	printed(t, "index ../../testdata/studies -o "+dir+" --quiet")
	x, err := index.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for _, strict := range []bool{false, true} {
		server := httptest.NewServer(sparql.Handler(x, &sparql.Options{StrictDefault: strict}, nil))
		if got, want := printed(t, "stats --format tsv --endpoint "+server.URL), printed(t, "stats --format tsv "+dir); got != want {
			t.Errorf("counts of the service, strict %t:\n%.2000s\nthose of the index:\n%.2000s", strict, got, want)
		}
		got := statements(t, printed(t, "describe --format turtle --endpoint "+server.URL+" NCT99990001 NCT99990003"))
		if want := statements(t, printed(t, "describe --format turtle NCT99990001 NCT99990003 "+dir)); !slices.Equal(got, want) || len(got) < 50 {
			t.Errorf("strict %t: %d statements of the service, %d of the index", strict, len(got), len(want))
		}
		if got, want := printed(t, "describe --format table --endpoint "+server.URL+" NCT99990001"), printed(t, "describe --format table NCT99990001 "+dir); strings.Count(got, "\n") != strings.Count(want, "\n") {
			t.Errorf("the tables differ:\n%s\n%s", got, want)
		}
		server.Close()
	}
}

// statements are the sorted triples of a document in Turtle.
func statements(t *testing.T, turtle string) []string {
	t.Helper()
	var out []string
	for q, err := range rdf.Read(strings.NewReader(turtle), rdf.Turtle, nil) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, q.Subject.String()+q.Predicate.String()+q.Object.String())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestEndpointFaults holds what is said of services that warn, refuse or answer
// something else.
func TestEndpointFaults(t *testing.T) {
	answer := `{"head":{"vars":["n"]},"results":{"bindings":[]}}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/warns":
			w.Header().Add("Trialweave-Warning", "ctg:x is not a term of the model")
			w.Header().Add("Trialweave-Warning", "?y is bound by no pattern, caf%C3%A9")
			_, _ = io.WriteString(w, answer)
		case "/counts":
			_, _ = io.WriteString(w, `{"head":{"vars":["g","n"]},"results":{"bindings":[{"n":{"type":"literal","value":"many"}}]}}`)
		case "/triples":
			_, _ = io.WriteString(w, `{"head":{"vars":["s","p","o"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://e/"}}]}}`)
		case "/empty":
			_, _ = io.WriteString(w, answer)
		default:
			http.Error(w, "no such thing", http.StatusNotFound)
		}
	}))
	defer server.Close()
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"query --endpoint URL/warns ASK{}", 0, "trialweave: warning: ctg:x is not a term of the model\ntrialweave: warning: ?y is bound by no pattern, café\n"},
		{"query --strict-terms --endpoint URL/warns ASK{}", 2, "ctg:x is not a term of the model"},
		{"stats --endpoint URL/counts", 2, `answered the count "many", expected a whole number`},
		{"stats --endpoint URL/gone", 2, "answered 404 Not Found: no such thing"},
		{"stats --endpoint localhost", 2, "expected the address of a SPARQL service"},
		{"stats --endpoint URL/counts ../../testdata/studies", 2, "inputs beside --endpoint, expected one of them"},
		{"stats", 2, "there is no input\nhint: name files of studies or RDF, or give --endpoint"},
		{"describe NCT99990001 --endpoint URL/triples", 2, "answered a row without a triple"},
		{"describe NCT99990001 --endpoint URL/empty", 2, "NCT99990001 is not in " + server.URL + "/empty"},
		{"describe --endpoint URL/empty NCT99990001 ../../testdata/studies", 2, "inputs beside --endpoint"},
	} {
		var errs bytes.Buffer
		std := &streams{in: strings.NewReader(""), out: io.Discard, err: &errs, engine: newEngine}
		if status := run(t.Context(), strings.Fields(strings.ReplaceAll(c.args, "URL", server.URL)), std); status != c.status || !strings.Contains(errs.String(), c.want) {
			t.Errorf("%s: exit %d, %s, expected %d with %q", c.args, status, &errs, c.status, c.want)
		}
	}
}
