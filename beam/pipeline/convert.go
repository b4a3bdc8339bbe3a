package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/shard"
	"github.com/trialweave/trialweave/study"
	"github.com/trialweave/trialweave/void"
)

// reject is a record that was rejected: a line of a rejects file.
type reject struct {
	N    int // in the shard
	Line []byte
}

// convertFn converts a shard and writes its part.
type convertFn struct {
	Options Options

	engine *mapping.Engine
	files  files
	meters meters
}

// meters are the metrics of a conversion.
type meters struct {
	studies, quads, rejected, read, written, convert, write beam.Counter
}

// namespace is that of our metrics.
const namespace = "trialweave"

// counter makes a metric of ours.
func counter(name string) beam.Counter { return beam.NewCounter(namespace, name) }

// Setup compiles the model, once for each worker's copy of the step.
func (f *convertFn) Setup() error {
	f.meters = meters{
		studies: counter("studies"), quads: counter("quads"), rejected: counter("rejected"),
		read: counter("bytes_read"), written: counter("bytes_written"),
		convert: counter("convert_ms"), write: counter("write_ms"),
	}
	var err error
	f.engine, err = mapping.NewEngine(&f.Options.Model)
	return err
}

// Teardown removes what was copied here.
func (f *convertFn) Teardown() { f.files.close() }

// ProcessElement converts what is kept of a shard. It emits the manifest of
// the part, the lines of the shared graph by the part that they go to,
// rejected records by shard, counts, and versions by study.
func (f *convertFn) ProcessElement(ctx context.Context, key string, shards func(*work) bool, blocks func(*block) bool, dropped func(*place) bool,
	manifests func(int, []byte), shared func(int, []byte), rejects func(int, reject), counts func(int, tallies), versions func(string, string),
) error {
	w, in, err := f.files.input(ctx, key, shards, blocks)
	if err != nil {
		return err
	}
	leftOut := map[place]bool{}
	for p := (place{}); dropped(&p); p = (place{}) {
		leftOut[p] = true
	}
	m := f.Options.manifest(&w)
	out, err := create(ctx, f.Options.Output, m.File, f.Options.Compression)
	if err != nil {
		return err
	}
	defer out.abort(ctx)
	sink := &partSink{out: out, counts: void.New(), shared: newSpread(f.Options.SharedParts, shared)}
	if f.Options.Model.History {
		sink.versions = versions
	}
	summary, err := f.run(ctx, in, sink, leftOut, func(r reject) { rejects(w.Shard, r) })
	if err != nil {
		return err
	}
	m.Studies, m.Rejected, m.Quads = summary.Studies, summary.Rejected, sink.counts.Quads
	text, err := out.publish(ctx, &m)
	if err != nil {
		return err
	}
	n := travelling(sink.counts)
	n.unknown(&summary)
	counts(0, n)
	manifests(0, text)
	f.meters.studies.Inc(ctx, m.Studies)
	f.meters.rejected.Inc(ctx, m.Rejected)
	f.meters.quads.Inc(ctx, m.Quads)
	f.meters.read.Inc(ctx, summary.BytesIn)
	f.meters.written.Inc(ctx, m.Bytes)
	f.meters.write.Inc(ctx, sink.spent.Milliseconds())
	return nil
}

// run converts; what it rejects it hands on.
func (f *convertFn) run(ctx context.Context, in convert.Input, sink *partSink, leftOut map[place]bool, rejects func(reject)) (convert.Summary, error) {
	started := time.Now()
	lines := &rejectLines{emit: rejects}
	summary, err := convert.Run(ctx, in, func() convert.Converter { return f.engine.NewConverter() }, sink, &convert.Options{
		Workers: f.Options.Workers, Validated: f.engine.Compiled(), Rejects: lines,
		Keep: func(r study.Record) bool { return len(leftOut) == 0 || !leftOut[placeOf(r)] },
	})
	f.meters.convert.Inc(ctx, (time.Since(started) - sink.spent).Milliseconds())
	var failed *convert.WriteError
	if errors.As(err, &failed) {
		return summary, failed.Err
	}
	return summary, err
}

// manifest is that of a part, but for what it holds.
func (o *Options) manifest(w *work) shard.Manifest {
	text, err := json.Marshal(&o.Model)
	if err != nil {
		text = []byte(err.Error())
	}
	return shard.Manifest{
		Format: shard.Format, Plan: w.Plan, Options: string(text), Shared: o.Model.SharedGraph(),
		Shard: w.Shard, Shards: w.Shards, File: shard.Name(w.Shard, w.Shards) + ".nq." + o.Compression,
	}
}

// publish finishes a part, then writes its manifest and returns that.
func (o *output) publish(ctx context.Context, m *shard.Manifest) ([]byte, error) {
	folder := o.folder
	sum, err := o.commit(ctx)
	if err != nil {
		return nil, err
	}
	m.SHA256, m.Bytes = sum, o.size
	text, err := m.Text()
	if err != nil {
		return nil, err
	}
	return text, write(ctx, folder, m.Name(), text)
}

// partSink writes the graphs of studies to a part, and hands on the lines of
// the shared graph. What the engine does with them may panic; that is an error
// of the run, since we are on a goroutine of our own.
type partSink struct {
	out      *output
	counts   *void.Counts
	shared   *spread
	versions func(string, string) // nil where versions are not kept
	spent    time.Duration        // writing
}

// WriteStudy takes a study.
func (s *partSink) WriteStudy(shared []byte, pieces ...[]byte) (err error) {
	defer recovered(&err)
	record := convert.Whole(pieces)
	if err := s.counts.AddLines(record); err != nil {
		return err
	}
	s.shared.add(shared)
	if s.versions != nil {
		graph := graphOf(record)
		id, _, _ := strings.Cut(graph, "#")
		s.versions(id, graph)
	}
	started := time.Now()
	_, err = s.out.Write(record)
	s.spent += time.Since(started)
	return err
}

// Close hands on what is left.
func (s *partSink) Close() (err error) {
	defer recovered(&err)
	s.shared.flush()
	return nil
}

// recovered turns a panic into an error.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the engine failed: %v", r)
	}
}

// graphOf is the IRI of the graph that lines are in.
func graphOf(lines []byte) string {
	line, _, _ := bytes.Cut(lines, []byte("\n"))
	from := bytes.LastIndexByte(line, '<')
	return strings.TrimSuffix(string(line[from+1:]), "> .")
}

// spread deals lines out to the parts of the shared graph, many at a time; a
// line always goes to the same part.
type spread struct {
	lines [][]byte
	emit  func(int, []byte)
}

// sharedBlock is how many bytes of lines travel together.
const sharedBlock = 256 << 10

func newSpread(parts int, emit func(int, []byte)) *spread {
	return &spread{lines: make([][]byte, parts), emit: emit}
}

func (s *spread) add(lines []byte) {
	for len(lines) > 0 {
		end := bytes.IndexByte(lines, '\n') + 1
		h := fnv.New64a()
		h.Write(lines[:end])
		to := int(h.Sum64() % uint64(len(s.lines)))
		s.lines[to] = append(s.lines[to], lines[:end]...)
		lines = lines[end:]
		if len(s.lines[to]) >= sharedBlock {
			s.hand(to)
		}
	}
}

func (s *spread) hand(to int) {
	s.emit(to, s.lines[to])
	s.lines[to] = nil // the engine may keep it
}

func (s *spread) flush() {
	for to, lines := range s.lines {
		if len(lines) > 0 {
			s.hand(to)
		}
	}
}

// rejectLines numbers the lines of a rejects file.
type rejectLines struct {
	n    int
	emit func(reject)
}

// Write takes one line.
func (l *rejectLines) Write(line []byte) (n int, err error) {
	defer recovered(&err)
	l.n++
	l.emit(reject{l.n, bytes.Clone(line)})
	return len(line), nil
}
