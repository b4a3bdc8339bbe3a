package convert_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/study"
)

// titles says two things of a study, one of them in the shared graph.
type titles struct{}

func (titles) Convert(json []byte, out *mapping.Output) error {
	id, fault := study.Validate(json)
	if fault != nil {
		return fault
	}
	if bytes.Contains(json, []byte("panic")) {
		panic("oh")
	}
	out.Shared = fmt.Appendf(out.Shared, "<urn:registry> <urn:p> \"shared\" <urn:shared> .\n")
	out.Record = fmt.Appendf(out.Record, "<urn:%s> <urn:length> \"%d\" <urn:%s#record> .\n", id, len(json), id)
	out.Quads++
	out.Unknown = append(out.Unknown, mapping.Unknown{Path: "a.b", Example: "1"})
	return nil
}

func synthetic(n int) string {
	return fmt.Sprintf(`{"protocolSection":{"identificationModule":{"nctId":"NCT%08d","briefTitle":"%s"}}}`, 99990000+n, strings.Repeat("x", n%97))
}

func corpus(n int) string {
	var b strings.Builder
	for i := range n {
		if i%10 == 3 {
			b.WriteString("{broken\n")
		}
		b.WriteString(synthetic(i) + "\n")
	}
	return b.String()
}

func run(t *testing.T, input string, format rdf.Format, o *convert.Options) (string, convert.Summary, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in.ndjson")
	if err := os.WriteFile(path, []byte(input), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := study.Open([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	sink, err := convert.NewSink(&out, format, nil)
	if err != nil {
		t.Fatal(err)
	}
	summary, err := convert.Run(t.Context(), in, func() convert.Converter { return titles{} }, sink, o)
	return out.String(), summary, err
}

func TestSameBytesForAnyWorkers(t *testing.T) {
	for _, format := range []rdf.Format{rdf.NQuads, rdf.NTriples, rdf.Turtle, rdf.TriG} {
		var first string
		for _, workers := range []int{1, 2, 5} {
			var rejects bytes.Buffer
			out, s, err := run(t, corpus(500), format, &convert.Options{Workers: workers, Rejects: &rejects, MaxInFlight: 2000})
			if err != nil || s.Studies != 500 || s.Rejected != 50 || s.Quads != 501 || s.Unknown[0].Count != 500 {
				t.Fatalf("%v: %+v, %v", format, s, err)
			}
			out += rejects.String()
			if first == "" {
				first = out
			}
			if n := strings.Count(out, `"shared"`); n != 1 {
				t.Errorf("%v: the shared line comes %d times", format, n)
			}
			// The folder of the input differs from run to run, its name does not.
			if len(out) != len(first) {
				t.Errorf("%v: output differs with %d workers", format, workers)
			}
		}
	}
}

// waiting converts the first study only once the other worker has converted twenty
// after it.
type waiting struct {
	others *atomic.Int32
	enough chan struct{}
}

func (w waiting) Convert(json []byte, out *mapping.Output) error {
	if bytes.Contains(json, []byte("NCT99990000")) {
		select {
		case <-w.enough:
		case <-time.After(10 * time.Second):
			return errors.New("the other worker waits for this one")
		}
	} else if w.others.Add(1) == 20 {
		close(w.enough)
	}
	return titles{}.Convert(json, out)
}

// TestLongStudy: while a worker has one that takes long, the others go on.
func TestLongStudy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.ndjson")
	if err := os.WriteFile(path, []byte(corpus(100)), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := study.Open([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	sink, _ := convert.NewSink(&out, rdf.NQuads, nil)
	w := waiting{&atomic.Int32{}, make(chan struct{})}
	s, err := convert.Run(t.Context(), in, func() convert.Converter { return w }, sink, &convert.Options{Workers: 2})
	if err != nil || s.Studies != 100 || s.Rejected != 10 {
		t.Errorf("%+v, %v", s, err)
	}
	if !strings.Contains(out.String()[:200], "NCT99990000") {
		t.Errorf("the first study does not come first: %.200s", out.String())
	}
}

func TestKeep(t *testing.T) {
	_, s, err := run(t, corpus(50), rdf.NQuads, &convert.Options{Keep: func(r study.Record) bool { return !bytes.Contains(r.JSON, []byte("NCT99990007")) }})
	if err != nil || s.Studies != 49 || s.Rejected != 5 {
		t.Errorf("%+v, %v", s, err)
	}
}

func ExampleAppendRevisions() {
	versions := []string{"https://clinicaltrials.gov/study/NCT1#record-2024-01-02", "https://clinicaltrials.gov/study/NCT1#record-2023-01-02"}
	fmt.Print(string(convert.AppendRevisions(nil, versions, "urn:history")))
	// Output:
	// <https://clinicaltrials.gov/study/NCT1#record-2024-01-02> <http://www.w3.org/ns/prov#wasRevisionOf> <https://clinicaltrials.gov/study/NCT1#record-2023-01-02> <urn:history> .
}

func TestPanicRejectsTheRecord(t *testing.T) {
	var got *source.Error
	_, s, err := run(t, strings.Replace(corpus(3), "xx", "panic", 1), rdf.NQuads, &convert.Options{
		OnReject: func(e *source.Error) error { got = e; return nil },
	})
	if err != nil || s.Rejected != 1 || s.Studies != 2 || !strings.Contains(got.Problem, "oh") {
		t.Errorf("%+v, %v, %v", s, got, err)
	}
}

func TestStop(t *testing.T) {
	stop := errors.New("stop")
	_, _, err := run(t, corpus(5000), rdf.NQuads, &convert.Options{OnReject: func(*source.Error) error { return stop }})
	if !errors.Is(err, stop) {
		t.Error(err)
	}
}

type full struct{}

func (full) WriteStudy([]byte, ...[]byte) error { return errors.New("disk full") }
func (full) Close() error                       { return nil }

func TestWriterFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.ndjson")
	os.WriteFile(path, []byte(corpus(5000)), 0o600)
	in, _ := study.Open([]string{path}, nil)
	_, err := convert.Run(context.Background(), in, func() convert.Converter { return titles{} }, full{}, nil)
	var failed *convert.WriteError
	if !errors.As(err, &failed) {
		t.Error(err)
	}
}

func ExampleRun() {
	path := filepath.Join(os.TempDir(), "trialweave-example.json")
	os.WriteFile(path, []byte(synthetic(1)), 0o600)
	defer os.Remove(path)
	in, _ := study.Open([]string{path}, nil)
	sink, _ := convert.NewSink(os.Stdout, rdf.NQuads, nil)
	summary, err := convert.Run(context.Background(), in, func() convert.Converter { return titles{} }, sink, nil)
	fmt.Println(summary.Studies, summary.Quads, err)
	// Output:
	// <urn:registry> <urn:p> "shared" <urn:shared> .
	// <urn:NCT99990001> <urn:length> "85" <urn:NCT99990001#record> .
	// 1 2 <nil>
}
