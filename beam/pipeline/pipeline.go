// Package pipeline converts studies on Apache Beam: the same converters as
// those of trialweave convert, on an engine that shuffles and retries.
//
// The first call to make is Build, which adds the conversion to a pipeline; a
// runner such as Prism, Flink, Spark or Dataflow then carries it out:
//
//	p, s := beam.NewPipelineWithRoot()
//	err := pipeline.Build(s, pipeline.Options{Inputs: []string{"data/*.zip"}, Output: "parts"})
//	err = pipeline.Begin(ctx, "parts")
//	job, err := beam.Run(ctx, "prism", p)
//	result, err := pipeline.ReadResult(ctx, "parts")
//
// # What happens
//
// Files are cut into shards: entries of a ZIP, lines of NDJSON, several small
// files. What cannot be cut is read by one worker, and what it read is shuffled
// to others. A first pass over the shards finds which records are versions of
// one study. A second one converts what is kept and writes, for each shard, a
// part with the graphs of its studies. Only lines of the shared graph, which
// repeat from study to study, are shuffled; they go into parts of their own,
// sorted. So the bytes of all parts depend on the input and the options alone,
// and a bundle that is run again writes what it wrote before.
//
// A part appears whole, with a manifest that trialweave merge reads. When all
// is there, ResultFile says so.
package pipeline

import (
	"errors"
	"fmt"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/trialweave/trialweave/mapping"
)

// Options says what to convert, into what.
type Options struct {
	// Inputs are files or glob patterns, of any file system that is registered
	// with Beam.
	Inputs []string
	// Output is the folder for the parts, of any such file system. What is
	// there of a former run is replaced.
	Output string
	// Model says what a study becomes. With History each version of a study is
	// written; else the latest.
	Model mapping.Options
	// Compression is how parts are packed: gz or zst. Default: gz.
	Compression string
	// ShardSize is about how many bytes of input, as they are stored, make a
	// shard. Default: 32 MiB.
	ShardSize int64
	// SharedParts is how many parts the shared graph gets. Default: 1; a part
	// is sorted in memory.
	SharedParts int
	// Workers is how many goroutines convert a shard. Default: 1, since engines
	// run several bundles at a time.
	Workers int
}

const (
	gz, zst          = "gz", "zst"
	defaultShardSize = 32 << 20
)

// withDefaults also refuses what cannot be.
func (o Options) withDefaults() (Options, error) {
	if o.Compression == "" {
		o.Compression = gz
	}
	if o.ShardSize == 0 {
		o.ShardSize = defaultShardSize
	}
	if o.SharedParts == 0 {
		o.SharedParts = 1
	}
	if o.Workers == 0 {
		o.Workers = 1
	}
	switch {
	case len(o.Inputs) == 0:
		return o, errors.New("no input, expected files or patterns such as data/*.zip")
	case o.Output == "":
		return o, errors.New("no output, expected a folder for the parts")
	case o.Compression != gz && o.Compression != zst:
		return o, fmt.Errorf("compression %q, expected gz or zst", o.Compression)
	case o.ShardSize < 0 || o.SharedParts < 0 || o.Workers < 0:
		return o, errors.New("a size or number is negative, expected 1 or more")
	}
	_, err := mapping.NewEngine(&o.Model)
	return o, err
}

// Build adds the conversion to a pipeline. The error is of the options.
func Build(s beam.Scope, options Options) error {
	o, err := options.withDefaults()
	if err != nil {
		return err
	}
	s = s.Scope("trialweave")
	shards, blocks, layout := divide(s.Scope("divide"), &o)
	dropped := superseded(s.Scope("versions"), &o, shards, blocks)

	cs := s.Scope("convert")
	work := beam.CoGroupByKey(cs, shards, blocks, dropped)
	manifests, shared, rejects, counts, versions := beam.ParDo5(cs, &convertFn{Options: o}, work)

	ss := s.Scope("shared")
	if o.Model.History {
		revisions := beam.ParDo(ss, &revisionsFn{Options: o}, beam.GroupByKey(ss, versions))
		shared = beam.Flatten(ss, shared, revisions)
	}
	sharedManifests, sharedCounts := beam.ParDo2(ss, &sharedFn{Options: o}, beam.CoGroupByKey(ss, layout, shared))

	fs := s.Scope("finish")
	rejected := beam.ParDo(fs, &rejectsFn{Output: o.Output}, beam.GroupByKey(fs, rejects))
	sum := beam.CombinePerKey(fs, &sumFn{}, beam.Flatten(fs, counts, sharedCounts))
	described := beam.ParDo(fs, &voidFn{Output: o.Output}, sum)
	beam.ParDo0(fs, &resultFn{Output: o.Output},
		beam.CoGroupByKey(fs, beam.Flatten(fs, manifests, sharedManifests), rejected, described))
	return nil
}
