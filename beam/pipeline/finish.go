package pipeline

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shard"
	"github.com/trialweave/trialweave/void"
)

// The files of a run that are not parts.
const (
	// ResultFile is written when everything else is there.
	ResultFile = "manifest.json"
	// StatisticsFile describes the dataset in VoID.
	StatisticsFile = "void.ttl"
	// UnknownFile lists what the model does not know, where there is any: path
	// or code, where it stood, the code, and how often.
	UnknownFile = "unknown.tsv"
)

// Result is what a run came to.
type Result struct {
	Studies  int64 `json:"studies"`
	Quads    int64 `json:"quads"`
	Rejected int64 `json:"rejected"`
	Bytes    int64 `json:"bytes"` // of parts, compressed
	// Unknown is how many paths and codes the model does not know.
	Unknown int              `json:"unknown"`
	Parts   []shard.Manifest `json:"parts"`
}

// ReadResult reads that of a run that is complete.
func ReadResult(ctx context.Context, folder string) (Result, error) {
	var r Result
	path := join(folder, ResultFile)
	files, err := fileSystem(ctx, path)
	if err != nil {
		return r, err
	}
	defer files.Close()
	text, err := filesystem.Read(ctx, files, path)
	if err != nil {
		return r, fmt.Errorf("%s: cannot be read: %w", path, err)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("%s: not the manifest of a run: %w", path, err)
	}
	return r, nil
}

// Metrics are those of a run by name: studies, quads, rejected, bytes_read (of
// records, unpacked), bytes_written (of parts), and the milliseconds of shards,
// added up, that went by in the first pass over them (scan_ms), converting
// (convert_ms) and writing (write_ms). An engine that keeps no metrics has none.
func Metrics(r beam.PipelineResult) map[string]int64 {
	out := map[string]int64{}
	if r == nil {
		return out
	}
	for _, c := range r.Metrics().AllMetrics().Counters() {
		if c.Namespace() == namespace {
			out[c.Name()] += c.Result()
		}
	}
	return out
}

// Begin removes what a former run has left and this one may not replace: its
// result, so that one is there only when this run is complete, its rejects and
// what it did not know. Parts stay until they are replaced.
func Begin(ctx context.Context, folder string) error {
	files, err := fileSystem(ctx, folder)
	if err != nil {
		return err
	}
	defer files.Close()
	r, ok := files.(filesystem.Remover)
	if !ok {
		return nil
	}
	for _, name := range [...]string{ResultFile, UnknownFile, "rejects-*.ndjson"} {
		there, err := files.List(ctx, join(folder, name))
		if err != nil {
			return fmt.Errorf("%s: cannot be listed: %w", join(folder, name), err)
		}
		for _, path := range there {
			if err := r.Remove(ctx, path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("%s: cannot be removed: %w", path, err)
			}
		}
	}
	return nil
}

// rejectsFn writes the rejected records of a shard, as trialweave convert
// --rejects does.
type rejectsFn struct{ Output string }

// ProcessElement gets all rejected records of a shard.
func (f *rejectsFn) ProcessElement(ctx context.Context, number int, next func(*reject) bool, done func(int, int)) error {
	var all []reject
	for r := (reject{}); next(&r); r = (reject{}) {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b reject) int { return cmp.Compare(a.N, b.N) })
	var text []byte
	for _, r := range all {
		text = append(text, r.Line...)
	}
	done(0, len(all))
	return write(ctx, f.Output, fmt.Sprintf("rejects-%05d.ndjson", number), text)
}

// tallies are the counts of parts, as they travel.
type tallies struct{ Classes, Properties, Graphs, Unknown map[string]int64 }

func travelling(n *void.Counts) tallies {
	return tallies{plain(n.Classes), plain(n.Properties), plain(n.Graphs), map[string]int64{}}
}

// unknown adds what the model does not know, by its line of UnknownFile.
func (t *tallies) unknown(s *convert.Summary) {
	for _, u := range s.Unknown {
		t.Unknown["path\t"+u.Path+"\t"] += u.Count
	}
	for _, u := range s.UnknownCodes {
		t.Unknown["code\t"+u.Path+"\t"+u.Example] += u.Count
	}
}

func plain(t void.Tally) map[string]int64 {
	out := make(map[string]int64, len(t))
	for name := range t {
		out[name] = t.N(name)
	}
	return out
}

// sumFn combines the counts of parts, first on each worker.
type sumFn struct{}

// CreateAccumulator makes the counts of nothing.
func (sumFn) CreateAccumulator() tallies {
	return tallies{map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}}
}

// MergeAccumulators adds the second to the first.
func (sumFn) MergeAccumulators(a, b tallies) tallies {
	for _, t := range [...]struct{ to, from map[string]int64 }{
		{a.Classes, b.Classes}, {a.Properties, b.Properties}, {a.Graphs, b.Graphs}, {a.Unknown, b.Unknown},
	} {
		for name, n := range t.from {
			t.to[name] += n
		}
	}
	return a
}

// voidFn describes the dataset.
type voidFn struct{ Output string }

// ProcessElement gets the counts of all parts.
func (f *voidFn) ProcessElement(ctx context.Context, _ int, all tallies, done func(int, int)) error {
	n := void.New()
	for name, count := range all.Classes {
		n.Classes.Add(name, count)
	}
	for name, count := range all.Properties {
		n.Properties.Add(name, count)
	}
	for name, count := range all.Graphs {
		n.Graphs.Add(name, count)
		n.Quads += count
	}
	var text strings.Builder
	err := n.Turtle(&text, []rdf.Prefix{
		{Name: "void", IRI: "http://rdfs.org/ns/void#"}, {Name: "ctg", IRI: model.NSRegistry},
		{Name: "xsd", IRI: "http://www.w3.org/2001/XMLSchema#"},
	})
	if err != nil {
		return err
	}
	done(0, len(all.Unknown))
	if err := write(ctx, f.Output, StatisticsFile, []byte(text.String())); err != nil || len(all.Unknown) == 0 {
		return err
	}
	text.Reset()
	for _, line := range slices.Sorted(maps.Keys(all.Unknown)) {
		fmt.Fprintf(&text, "%s\t%d\n", line, all.Unknown[line])
	}
	return write(ctx, f.Output, UnknownFile, []byte(text.String()))
}

// resultFn says that everything is there.
type resultFn struct{ Output string }

// ProcessElement gets the manifests of all parts.
func (f *resultFn) ProcessElement(ctx context.Context, _ int, manifests func(*[]byte) bool, _, unknown func(*int) bool) error {
	var r Result
	unknown(&r.Unknown)
	for text := []byte(nil); manifests(&text); text = nil {
		m, err := shard.Parse(join(f.Output, ResultFile), text)
		if err != nil {
			return err
		}
		r.Studies, r.Quads, r.Rejected, r.Bytes = r.Studies+m.Studies, r.Quads+m.Quads, r.Rejected+m.Rejected, r.Bytes+m.Bytes
		r.Parts = append(r.Parts, m)
	}
	slices.SortFunc(r.Parts, func(a, b shard.Manifest) int { return cmp.Compare(a.Shard, b.Shard) })
	for i, m := range r.Parts {
		if m.Shard != i || m.Shards != len(r.Parts) {
			return fmt.Errorf("%s: part %d of %d where %d was expected, of %d", f.Output, m.Shard, m.Shards, i, len(r.Parts))
		}
	}
	text, err := json.MarshalIndent(&r, "", " ")
	if err != nil {
		return err
	}
	return write(ctx, f.Output, ResultFile, append(text, '\n'))
}
