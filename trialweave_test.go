package trialweave_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/trialweave/trialweave"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/sparql"
)

var inputs = []string{"testdata/studies"}

// TestQuadsAreWhatConvertWrites compares the two, over all fixtures.
func TestQuadsAreWhatConvertWrites(t *testing.T) {
	var written bytes.Buffer
	summary, err := trialweave.Convert(t.Context(), &written, inputs, nil)
	if err != nil {
		t.Fatal(err)
	}
	var lines []byte
	for q, err := range trialweave.Quads(t.Context(), inputs, nil) {
		if err != nil {
			t.Fatal(err)
		}
		lines = rdf.AppendQuad(lines, q)
	}
	if !bytes.Equal(lines, written.Bytes()) || summary.Studies < 10 {
		t.Errorf("%d bytes are yielded, %d written, of %d studies", len(lines), written.Len(), summary.Studies)
	}
}

// TestEverySyntaxIsReadBack writes in each syntax and reads it again.
func TestEverySyntaxIsReadBack(t *testing.T) {
	for name, format := range map[string]rdf.Format{"studies.nq": rdf.NQuads, "studies.trig": rdf.TriG} {
		path := filepath.Join(t.TempDir(), name)
		var out bytes.Buffer
		if _, err := trialweave.Convert(t.Context(), &out, []string{"testdata/sample.json"}, &trialweave.Options{Format: format}); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		want := count(t, trialweave.Quads(t.Context(), []string{"testdata/sample.json"}, nil))
		if got := count(t, trialweave.Quads(t.Context(), []string{path}, nil)); got != want {
			t.Errorf("%s: %d quads, expected %d", format, got, want)
		}
	}
}

func count(t *testing.T, quads iter.Seq2[rdf.Quad, error]) (n int) {
	t.Helper()
	for _, err := range quads {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// TestRejectedRecords holds that a record that is rejected is never passed over
// in silence.
func TestRejectedRecords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "studies.ndjson")
	good, err := os.ReadFile("testdata/sample.json")
	if err != nil {
		t.Fatal(err)
	}
	good = bytes.ReplaceAll(good, []byte("\n"), nil)
	if err := os.WriteFile(path, []byte(`{"protocolSection":{"identificationModule":{"nctId":"N1"}}}`+"\n"+string(good)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	last := func(o *trialweave.Options) (quads int, fault error) {
		for _, err := range trialweave.Quads(t.Context(), []string{path}, o) {
			if err != nil {
				return quads, err
			}
			quads++
		}
		return quads, nil
	}
	var at *source.Error
	if n, err := last(nil); !errors.As(err, &at) || at.File != path || n > 0 {
		t.Errorf("%v after %d quads, expected the fault of the first record", err, n)
	}
	var rejected []*source.Error
	o := &trialweave.Options{OnReject: func(e *source.Error) error { rejected = append(rejected, e); return nil }}
	if n, err := last(o); err != nil || n == 0 || len(rejected) != 1 {
		t.Errorf("%v, %d quads, %d rejected, expected the quads of the second record", err, n, len(rejected))
	}
}

// TestLeavingEarly holds that a loop that ends early leaves no goroutine behind.
func TestLeavingEarly(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		for range trialweave.Quads(t.Context(), inputs, nil) {
			break
		}
		for range trialweave.Validate(t.Context(), inputs, nil) {
			break
		}
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, before %d", runtime.NumGoroutine(), before)
}

func TestContextEnds(t *testing.T) {
	stopped := errors.New("stopped by the test")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	for _, err := range trialweave.Quads(ctx, inputs, nil) {
		if !errors.Is(err, stopped) {
			t.Errorf("%v, expected the cause of the context", err)
		}
	}
	if _, err := trialweave.Convert(ctx, &bytes.Buffer{}, inputs, nil); !errors.Is(err, stopped) {
		t.Errorf("%v, expected the cause of the context", err)
	}
}

// TestValidateOfRDF holds that studies and their quads have the same findings.
func TestValidateOfRDF(t *testing.T) {
	path := filepath.Join(t.TempDir(), "studies.nq")
	var out bytes.Buffer
	if _, err := trialweave.Convert(t.Context(), &out, inputs, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	results := func(input string) (out []string) {
		for f, err := range trialweave.Validate(t.Context(), []string{input}, nil) {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, fmt.Sprint(f.Study, f.Focus, f.Path, f.Constraint()))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	if studies, quads := results(inputs[0]), results(path); !slices.Equal(studies, quads) || len(quads) == 0 {
		t.Errorf("%d findings on the studies, %d on their quads", len(studies), len(quads))
	}
}

func TestIndex(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "i")
	if err := trialweave.Build(t.Context(), dir, inputs, nil); err != nil {
		t.Fatal(err)
	}
	x, err := trialweave.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	answer, err := x.Query(t.Context(), "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", nil)
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range answer.Rows {
		if err != nil || row[0].Value != fmt.Sprint(x.Len()) {
			t.Errorf("%v, %v, expected %d", row, err, x.Len())
		}
	}
	if answer, err := x.Query(t.Context(), "ASK { ?s a ctg:NoSuchClass }", nil); err != nil || answer.Yes {
		t.Errorf("%v, %v", answer, err)
	}
	if answer, err := x.Query(t.Context(), "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 7", nil); err != nil || count(t, answer.Quads) != 7 {
		t.Errorf("%v, %v", answer, err)
	}
	var fault *sparql.Error
	if _, err := x.Query(t.Context(), "SELECT * { ?s ?p }", nil); !errors.As(err, &fault) {
		t.Errorf("%v, expected a fault of the query", err)
	}
	if _, err := trialweave.Open(t.TempDir()); err == nil {
		t.Error("an empty folder is opened as an index")
	}
}
