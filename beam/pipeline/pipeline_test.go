package pipeline_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/memfs"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/trialweave/trialweave/beam/pipeline"
	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/study"
	"github.com/trialweave/trialweave/void"
)

func TestMain(m *testing.M) {
	flag.Parse()
	beam.Init()
	os.Exit(m.Run())
}

// studies are the synthetic ones of the main module, one a line, and n times
// over under other numbers.
func studies(t testing.TB, n int) [][]byte {
	t.Helper()
	files, err := filepath.Glob("../../testdata/studies/NCT*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var out [][]byte
	for i := range n {
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text = bytes.ReplaceAll(text, []byte("\n"), nil)
			out = append(out, bytes.Replace(text, []byte("NCT99"), fmt.Appendf(nil, "NCT%02d", 99-i), 1))
		}
	}
	return out
}

func save(t testing.TB, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func gzipped(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(text)
	w.Close()
	return b.Bytes()
}

func zstandard(t testing.TB, text []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(text, nil)
}

func zipped(t testing.TB, studies [][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, s := range studies {
		w, err := z.Create(fmt.Sprintf("%d.json", i))
		if err != nil {
			t.Fatal(err)
		}
		w.Write(s)
	}
	z.Close()
	return b.Bytes()
}

func joined(studies [][]byte) []byte { return append(bytes.Join(studies, []byte("\n")), '\n') }

// page is a page of the /studies endpoint.
func page(studies [][]byte) []byte {
	return slices.Concat([]byte(`{"studies":[`), bytes.Join(studies, []byte(",")), []byte(`]}`))
}

// run runs the pipeline on Prism.
func run(t testing.TB, o pipeline.Options) (pipeline.Result, error) {
	t.Helper()
	return runOn(t, "prism", o)
}

func runOn(t testing.TB, runner string, o pipeline.Options) (pipeline.Result, error) {
	t.Helper()
	p, s := beam.NewPipelineWithRoot()
	if err := pipeline.Build(s, o); err != nil {
		t.Fatal(err)
	}
	if err := pipeline.Begin(context.Background(), o.Output); err != nil {
		t.Fatal(err)
	}
	job, err := beam.Run(context.Background(), runner, p)
	if err != nil {
		return pipeline.Result{}, err
	}
	r, err := pipeline.ReadResult(context.Background(), o.Output)
	if m := pipeline.Metrics(job); err == nil && (m["studies"] != r.Studies || m["quads"] != r.Quads || m["rejected"] != r.Rejected || m["bytes_written"] != r.Bytes) {
		t.Errorf("metrics %v of %d studies, %d quads, %d rejected, %d bytes", m, r.Studies, r.Quads, r.Rejected, r.Bytes)
	}
	return r, err
}

// quads are the lines of all parts, sorted, each once; repeated says how many
// came more than once.
func quads(t testing.TB, folder string, r pipeline.Result) (lines []string, repeated int) {
	t.Helper()
	fs, err := filesystem.New(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range r.Parts {
		packed, err := filesystem.Read(t.Context(), fs, folder+"/"+m.File)
		if err != nil {
			t.Fatal(err)
		}
		var plain io.Reader
		if strings.HasSuffix(m.File, ".zst") {
			plain, err = zstd.NewReader(bytes.NewReader(packed))
		} else {
			plain, err = gzip.NewReader(bytes.NewReader(packed))
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(plain)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.SplitAfter(strings.TrimSuffix(string(text), "\n"), "\n")...)
	}
	n := len(lines)
	lines = sorted(lines)
	return lines, n - len(lines)
}

func sorted(lines []string) []string {
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\n")
	}
	slices.Sort(lines)
	return slices.DeleteFunc(slices.Compact(lines), func(l string) bool { return l == "" })
}

// converted is what trialweave convert makes of the same files.
func converted(t testing.TB, o *mapping.Options, paths ...string) ([]string, convert.Summary) {
	t.Helper()
	in, err := study.Open(paths, nil)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := mapping.NewEngine(o)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	sink, err := convert.NewSink(&out, rdf.NQuads, nil)
	if err != nil {
		t.Fatal(err)
	}
	options := &convert.Options{Validated: true}
	if o != nil && o.History {
		options.HistoryGraph = o.HistoryGraph()
	}
	summary, err := convert.Run(t.Context(), in, func() convert.Converter { return engine.NewConverter() }, sink, options)
	if err != nil {
		t.Fatal(err)
	}
	return sorted(strings.SplitAfter(out.String(), "\n")), summary
}

// same compares lines.
func same(t testing.TB, want, got []string) {
	t.Helper()
	if slices.Equal(want, got) {
		return
	}
	t.Errorf("%d quads, expected %d", len(got), len(want))
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			t.Fatalf("line %d:\n got %s\nwant %s", i, got[i], want[i])
		}
	}
}

// TestEveryForm cuts files of every form into many shards.
func TestEveryForm(t *testing.T) {
	all := studies(t, 3)
	dir := t.TempDir()
	n := len(all) / 6
	broken := append(slices.Clone(all[:n]), []byte(`{"protocolSection":`), []byte(`{"x":1}`))
	save(t, dir+"/a.zip", zipped(t, all[n:2*n]))
	save(t, dir+"/b.ndjson", joined(broken))
	save(t, dir+"/c.ndjson.gz", gzipped(t, joined(all[2*n:3*n])))
	save(t, dir+"/d.ndjson.zst", zstandard(t, joined(all[3*n:4*n])))
	save(t, dir+"/e.json", page(all[4*n:5*n]))
	save(t, dir+"/f.json", all[5*n])
	save(t, dir+"/g.json.gz", gzipped(t, page(all[5*n+1:len(all)-3])))
	save(t, dir+"/h.zip", zipped(t, [][]byte{joined(all[len(all)-3:])}))
	want, summary := converted(t, nil, dir)
	if summary.Rejected != 2 {
		t.Fatalf("%+v", summary)
	}
	for _, o := range []pipeline.Options{{}, {ShardSize: 3000, SharedParts: 3, Compression: "zst"}, {ShardSize: 10000, Workers: 4}} {
		o.Inputs, o.Output = []string{dir + "/*", dir + "/a.zip"}, t.TempDir()
		r, err := run(t, o)
		if err != nil {
			t.Fatal(err)
		}
		got, repeated := quads(t, o.Output, r)
		same(t, want, got)
		if repeated > 0 || r.Quads != int64(len(want)) || r.Quads != summary.Quads || r.Studies != summary.Studies || r.Rejected != 2 {
			t.Errorf("%d lines come again; %d studies, %d quads, %d rejected; %+v", repeated, r.Studies, r.Quads, r.Rejected, summary)
		}
		if o.ShardSize == 3000 && len(r.Parts) < 20 {
			t.Errorf("%d parts, expected many", len(r.Parts))
		}
		if unknown := len(summary.Unknown) + len(summary.UnknownCodes); r.Unknown != unknown || unknown == 0 {
			t.Errorf("%d unknown paths and codes, expected %d", r.Unknown, unknown)
		}
		if text, err := os.ReadFile(o.Output + "/" + pipeline.UnknownFile); err != nil || bytes.Count(text, []byte("\n")) != r.Unknown {
			t.Errorf("%s, %v", text, err)
		}
		rejected(t, o.Output, dir+"/b.ndjson")
		described(t, o.Output, want)
	}
}

// rejected looks at the rejects of a run.
func rejected(t *testing.T, folder, file string) {
	t.Helper()
	paths, err := filepath.Glob(folder + "/rejects-*.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Split(strings.TrimSpace(string(text)), "\n")...)
	}
	if len(lines) != 2 || !strings.Contains(lines[0], file) || !strings.Contains(lines[1], `no \"protocolSection\"`) {
		t.Errorf("rejects %q", lines)
	}
}

// described holds the statistics against those of the quads.
func described(t *testing.T, folder string, lines []string) {
	t.Helper()
	n := void.New()
	if err := n.AddLines([]byte(strings.Join(lines, "\n") + "\n")); err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := n.Turtle(&want, nil); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(folder + "/" + pipeline.StatisticsFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	same(t, statements(t, &want), statements(t, f))
}

func statements(t *testing.T, r io.Reader) []string {
	t.Helper()
	var out []string
	for q, err := range rdf.Read(r, rdf.Turtle, nil) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(q))
	}
	return sorted(out)
}

// dated is a study of a day.
func dated(study []byte, day, title string) []byte {
	if !bytes.Contains(study, []byte(`"lastUpdatePostDateStruct"`)) {
		panic("the study has no day")
	}
	from := bytes.Index(study, []byte(`"lastUpdatePostDateStruct"`))
	at := from + bytes.Index(study[from:], []byte(`"date"`))
	start := at + len(`"date"`) + bytes.IndexByte(study[at+len(`"date"`):], '"') + 1
	end := start + bytes.IndexByte(study[start:], '"')
	out := slices.Concat(study[:start], []byte(day), study[end:])
	return bytes.Replace(out, []byte(`"briefTitle"`), []byte(`"acronym":"`+title+`","briefTitle"`), 1)
}

// withDay finds a study that has a day and no acronym.
func withDay(t *testing.T, all [][]byte) []byte {
	t.Helper()
	for _, s := range all {
		if bytes.Contains(s, []byte(`"lastUpdatePostDateStruct"`)) && bytes.Contains(s, []byte(`"briefTitle"`)) && !bytes.Contains(s, []byte(`"acronym"`)) {
			return s
		}
	}
	t.Fatal("no study has a day")
	return nil
}

func TestVersions(t *testing.T) {
	s := withDay(t, studies(t, 1))
	dir := t.TempDir()
	old, middle, latest := dated(s, "2020-02-03", "OLD"), dated(s, "2021-02-03", "MIDDLE"), dated(s, "2022-02-03", "LATEST")
	broken := bytes.Replace(dated(s, "2023-02-03", "BROKEN"), []byte(`}`), []byte(`}}`), 1)
	save(t, dir+"/a.ndjson", joined([][]byte{latest, old, broken, old}))
	save(t, dir+"/b.zip", zipped(t, [][]byte{middle, latest}))
	save(t, dir+"/latest.json", latest)

	o := pipeline.Options{Inputs: []string{dir + "/a.ndjson", dir + "/b.zip"}, Output: t.TempDir(), ShardSize: 100}
	r, err := run(t, o)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := converted(t, nil, dir+"/latest.json")
	got, _ := quads(t, o.Output, r)
	same(t, want, got)

	o.Model.History, o.Output = true, t.TempDir()
	if r, err = run(t, o); err != nil {
		t.Fatal(err)
	}
	want, summary := converted(t, &o.Model, dir+"/a.ndjson", dir+"/b.zip")
	got, _ = quads(t, o.Output, r)
	same(t, want, got)
	if r.Studies != 3 || summary.Studies != 3 || summary.Revisions != 2 || r.Rejected != summary.Rejected {
		t.Errorf("%d studies, %d rejected; %+v", r.Studies, r.Rejected, summary)
	}
}

// TestOtherFileSystems reads and writes where nothing can be read from the
// middle on.
func TestOtherFileSystems(t *testing.T) {
	all := studies(t, 2)
	ctx := t.Context()
	fs, err := filesystem.New(ctx, "memfs://in/a.zip")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string][]byte{"a.zip": zipped(t, all[:9]), "b.ndjson": joined(all[9:])} {
		save(t, dir+"/"+name, text)
		if err := filesystem.Write(ctx, fs, "memfs://in/"+name, text); err != nil {
			t.Fatal(err)
		}
	}
	o := pipeline.Options{Inputs: []string{"memfs://in/*"}, Output: "memfs://out", ShardSize: 5000}
	r, err := run(t, o)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := converted(t, nil, dir)
	got, _ := quads(t, o.Output, r)
	same(t, want, got)
}

// failing is the local file system, but for one write that fails half way.
type failing struct {
	filesystem.Interface
	filesystem.Remover
	filesystem.Renamer
}

const scheme = "failing"

// writes counts down to the write of a part that fails.
var writes atomic.Int64

func init() { //nolint:gochecknoinits // where file systems are registered
	filesystem.Register(scheme, func(ctx context.Context) filesystem.Interface {
		fs := local.New(ctx)
		return failing{fs, fs.(filesystem.Remover), fs.(filesystem.Renamer)}
	})
}

func here(path string) string { return strings.TrimPrefix(path, scheme+"://") }

func (f failing) List(ctx context.Context, glob string) ([]string, error) {
	return f.Interface.List(ctx, here(glob))
}

func (f failing) OpenRead(ctx context.Context, path string) (io.ReadCloser, error) {
	return f.Interface.OpenRead(ctx, here(path))
}

func (f failing) Remove(ctx context.Context, path string) error {
	return f.Remover.Remove(ctx, here(path))
}

func (f failing) Rename(ctx context.Context, from, to string) error {
	return f.Renamer.Rename(ctx, here(from), here(to))
}

func (f failing) OpenWrite(ctx context.Context, path string) (io.WriteCloser, error) {
	w, err := f.Interface.OpenWrite(ctx, here(path))
	if err == nil && strings.Contains(path, ".nq.") && writes.Add(-1) == 0 {
		return half{w}, nil
	}
	return w, err
}

// half writes half of what it gets.
type half struct{ io.WriteCloser }

var errHalf = errors.New("the disk is gone")

func (h half) Write(b []byte) (int, error) {
	n, _ := h.WriteCloser.Write(b[:len(b)/2])
	return n, errHalf
}

// TestFailedRunLeavesNoPartHalf fails in the middle. Prism gives a job up with
// its first failed bundle, so what is run again here is the job; the parts
// that the first run wrote are then written again as they were.
func TestFailedRunLeavesNoPartHalf(t *testing.T) {
	all := studies(t, 3)
	dir := t.TempDir()
	save(t, dir+"/a.ndjson", joined(all))
	out := t.TempDir()
	o := pipeline.Options{Inputs: []string{dir + "/a.ndjson"}, Output: scheme + "://" + out, ShardSize: 20000}
	writes.Store(5)
	if _, err := run(t, o); err == nil || !strings.Contains(err.Error(), "the disk is gone") || !strings.Contains(err.Error(), "part-0") {
		t.Fatalf("%v, expected the failure of a part, by name", err)
	}
	if _, err := os.Stat(out + "/" + pipeline.ResultFile); err == nil {
		t.Error("the failed run has a result")
	}
	before := contents(t, out)
	if len(before) == 0 {
		t.Error("the failed run wrote no part before")
	}
	save(t, out+"/rejects-00099.ndjson", nil)
	r, err := run(t, o)
	if err != nil {
		t.Fatal(err)
	}
	after := contents(t, out)
	if _, there := after["rejects-00099.ndjson"]; there {
		t.Error("rejects of a former run are there")
	}
	for name, text := range before {
		if after[name] != text {
			t.Errorf("%s is another one than before", name)
		}
	}
	want, _ := converted(t, nil, dir)
	got, _ := quads(t, out, r)
	same(t, want, got)
}

// contents are the files of a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(f.Name(), ".part") {
			t.Errorf("%s was left behind", f.Name())
		}
		out[f.Name()] = string(text)
	}
	return out
}

// TestFaultsAreNamed looks at what is said when nothing can be done.
func TestFaultsAreNamed(t *testing.T) {
	dir := t.TempDir()
	save(t, dir+"/a.zip", []byte("PK\x03\x04 and nothing"))
	for _, c := range []struct{ input, want string }{
		{dir + "/none*", "none*: no such file, expected a file or a pattern"},
		{dir + "/a.zip", "a.zip"},
		{dir, "is a folder, expected files"},
		{"ftp://x", "no such file system"},
	} {
		_, err := run(t, pipeline.Options{Inputs: []string{c.input}, Output: t.TempDir()})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, expected %q", c.input, err, c.want)
		}
	}
	_, s := beam.NewPipelineWithRoot()
	for _, o := range []pipeline.Options{
		{}, {Inputs: []string{"x"}}, {Inputs: []string{"x"}, Output: "y", Compression: "lz4"},
		{Inputs: []string{"x"}, Output: "y", ShardSize: -1}, {Inputs: []string{"x"}, Output: "y", Model: mapping.Options{Without: []string{"all"}}},
	} {
		if err := pipeline.Build(s, o); err == nil {
			t.Errorf("%+v is built", o)
		}
	}
}

func ExampleBuild() {
	out, err := os.MkdirTemp("", "trialweave")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(out)
	ctx := context.Background()
	p, s := beam.NewPipelineWithRoot()
	if err := pipeline.Build(s, pipeline.Options{Inputs: []string{"../../testdata/studies/NCT9999000*.json"}, Output: out}); err != nil {
		fmt.Println(err)
	}
	if _, err := beam.Run(ctx, "prism", p); err != nil {
		fmt.Println(err)
	}
	result, err := pipeline.ReadResult(ctx, out)
	fmt.Println(result.Studies, len(result.Parts), result.Rejected, err)
	// Output: 9 2 0 <nil>
}

// BenchmarkPrism converts TRIALWEAVE_BENCH_INPUT, or the real studies, on
// Prism. With -cpuprofile it says where the time goes.
func BenchmarkPrism(b *testing.B) {
	input := os.Getenv("TRIALWEAVE_BENCH_INPUT")
	if input == "" {
		input = "../../../shared/data/ctg-studies-visible.json.zip"
	}
	if _, err := os.Stat(input); err != nil {
		b.Skipf("no input: %v", err)
	}
	for b.Loop() {
		r, err := run(b, pipeline.Options{Inputs: []string{input}, Output: b.TempDir(), Workers: runtime.GOMAXPROCS(0)})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(r.Quads)/float64(b.Elapsed().Seconds()), "quads/s")
	}
}
