// Package convert runs studies through a converter on several goroutines and
// writes what they become in the order of the input.
//
// [Run] writes them to a sink. [Each] hands them on with whatever else a caller
// makes of each study. What they hand on is the same for the same input, whatever
// the number of workers; their memory is bounded, but for a set of 16 bytes for
// each different line of the shared graph.
package convert

import (
	"context"
	"io"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/parallel"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/study"
)

// Converter turns one study into N-Quads. A worker owns one; it need not be
// safe for concurrent use.
type Converter interface {
	// Convert appends to out what one v2 study becomes. The error is a
	// *source.Error whose offset counts from the record's start.
	Convert(json []byte, out *mapping.Output) error
}

// Sink takes what studies become, in the order of the input.
type Sink interface {
	// WriteStudy takes the lines of the shared graph that are new in this run,
	// and the lines of the study's own graph: what the converter made, so
	// canonical N-Quads of those of package jsonld, valid only during the call.
	// The latter are one piece, or with Options.Pieces several, each of whole
	// lines; the final call, which has what concerns all studies, has no record.
	WriteStudy(shared []byte, record ...[]byte) error
	// Close finishes the document; whatever lies below stays open.
	Close() error
}

// Study is what a record became, with what else was made of it.
type Study[T any] struct {
	// Position is where the record begins.
	Position source.Position
	// Shared and Record are as a Sink takes them.
	Shared []byte
	Record [][]byte
	// Value is what the converter made beside the lines; nil where there is no
	// record.
	Value *T
}

// Options says how to run; nil and the zero value mean the defaults.
type Options struct {
	// Workers is how many goroutines convert. Default: one for each processor.
	Workers int
	// MaxInFlight is the most bytes of unpacked input that are being worked on
	// at a time, though one record is let through whatever its size.
	// Its lines are some ten times longer. Default: 1 MiB for each worker.
	MaxInFlight int64
	// Rejects receives each rejected record as a line of NDJSON that is itself
	// a form of input (study.AppendRejected). Default: none.
	Rejects io.Writer
	// OnReject is told each rejected record, in order; an error that it
	// returns ends the run. Default: none.
	OnReject func(*source.Error) error
	// HistoryGraph is the graph that says which version of a record was made of
	// which, where the converter gives each a graph of its own
	// (mapping.Options.History). Default: none, and versions are not compared.
	HistoryGraph string
	// OnRecord is told each record, rejected or not, in order, with the bytes
	// that it had. Default: none.
	OnRecord func(bytes int)
	// Keep reports whether a record that could be read is to be converted; it may
	// be asked by several goroutines. What it leaves out is neither counted nor
	// told to OnRecord. Default: every record is.
	Keep func(study.Record) bool
	// Pieces says that the converter may leave the lines of a study in several
	// buffers. Default: in one.
	Pieces bool
	// Validated says that the converter itself rejects whatever study.Validate
	// does; what is wrong with it, that then says. Default: Run validates first.
	Validated bool
}

func (o *Options) orDefaults() Options {
	if o == nil {
		return Options{}
	}
	return *o
}

// Summary is what a run came to.
type Summary struct {
	Studies  int64 // written
	Rejected int64
	Quads    int64
	// Revisions is how many versions were made of another one that was there.
	Revisions int64
	// Repeated counts records of a version that was there before; the first one
	// is written.
	Repeated int64
	// Differing says how many of these say something else than the one that was
	// written, though they are of the same day.
	Differing int64
	// LeftOut are the first hundred of these.
	LeftOut []LeftOut
	// Again counts records of a study that was there before, where versions have
	// no graphs of their own: the first one is written. Later says how many of them
	// are of a later version than that.
	Again, Later int64
	// OtherDates counts, by path, the versions that are identified by a date other
	// than that of the last update post.
	OtherDates map[string]int64
	BytesIn    int64 // of records, unpacked
	BytesOut   int64 // of N-Quads, before the sink's own syntax
	// CommaNumbers counts the values that got no number because of a comma.
	CommaNumbers int64
	// Mixed counts the values that hold several fields that cannot be told
	// apart: sites and outcomes of a CSV download.
	Mixed int64
	// Unknown lists the paths that the model does not know, in the order in
	// which they first came.
	Unknown []UnknownPath
	// UnknownCodes lists the codes that their schemes do not have, each with
	// its path, in the order in which they first came.
	UnknownCodes []UnknownPath
	// Invalid lists the values that are not what their fields hold, in the
	// order in which they first came.
	Invalid []InvalidValue
}

// LeftOut is a record that is left out although it says something else than the
// one of its day that has the graph.
type LeftOut struct {
	// Graph is the IRI that both would have.
	Graph string
	// Position is where the one stands that is left out.
	source.Position
}

// mostLeftOut is how many records a summary has that are left out.
const mostLeftOut = 100

// InvalidValue is a value that is not what its field holds.
type InvalidValue struct {
	mapping.Invalid
	Count int64
}

// UnknownPath is a path, or a code at a path, that the model does not know.
type UnknownPath struct {
	mapping.Unknown
	Count int64
}

// WriteError is the failure of the sink or of the rejects writer, as opposed
// to one of the input.
type WriteError struct{ Err error }

func (e *WriteError) Error() string { return "writing: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *WriteError) Unwrap() error { return e.Err }

// Input is what Run reads; *study.Input is one.
type Input interface {
	parallel.Input
	// Finish returns an error where the batches held no record.
	Finish() error
}

// Run converts every study of the input. It makes a converter for each worker.
// Rejected records are counted and do not end the run. The error is of what
// does: the input's (*source.Error), a *WriteError, what OnReject returned, or
// the cause of ctx; what was written before it stays written, and the sink is
// closed only where there is none.
func Run(ctx context.Context, in Input, converter func() Converter, sink Sink, options *Options) (Summary, error) {
	lines := func() func([]byte, *mapping.Output, *struct{}) error {
		c := converter()
		return func(json []byte, out *mapping.Output, _ *struct{}) error { return c.Convert(json, out) }
	}
	summary, err := Each(ctx, in, lines, func(s *Study[struct{}]) error { return sink.WriteStudy(s.Shared, s.Record...) }, options)
	return summary, closed(sink, err)
}

// Each is Run for a converter that makes a value of each study beside the lines,
// or in place of them. The value may be one that was handed on before, to be
// filled anew. An error that yield returns ends the run, as a *WriteError.
func Each[T any](ctx context.Context, in Input, converter func() func(json []byte, out *mapping.Output, value *T) error, yield func(*Study[T]) error, options *Options) (Summary, error) {
	p := newPipeline(yield, options.orDefaults())
	err := p.run(ctx, in, converter)
	if err == nil {
		err = in.Finish()
	}
	if err == nil && p.options.HistoryGraph != "" {
		err = p.revisions()
	}
	return p.summary, err
}
