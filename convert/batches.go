package convert

import (
	"context"
	"fmt"
	"io"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
)

// BatchSink is a Sink that takes quads with numbers in place of terms.
type BatchSink interface {
	// WriteBatches takes what WriteStudy takes as lines, in two batches that are
	// valid only during the call; record is nil in the final call.
	WriteBatches(shared, record *rdf.Batch) error
	// Close finishes the document; whatever lies below stays open.
	Close() error
}

// RunBatches is Run for a sink that takes batches.
func RunBatches(ctx context.Context, in Input, converter func() Converter, sink BatchSink, options *Options) (Summary, error) {
	batches := func() func([]byte, *mapping.Output, *struct{}) error {
		c := Batched(converter())
		return func(json []byte, out *mapping.Output, _ *struct{}) error { return c.Convert(json, out) }
	}
	var shared rdf.Batch
	summary, err := Each(ctx, in, batches, func(s *Study[struct{}]) error {
		shared.Reset(nil)
		if err := shared.AddLines(s.Shared); err != nil {
			return ownLines(err)
		}
		return sink.WriteBatches(&shared, s.Batch)
	}, options)
	return summary, closed(sink, err)
}

// closed closes a sink that took all there was.
func closed(sink io.Closer, err error) error {
	if err != nil {
		return err
	}
	if err := sink.Close(); err != nil {
		return &WriteError{err}
	}
	return nil
}

// Batched returns a converter that has each study's own graph in a batch, too: that
// of the other one, or one that is made of its lines.
func Batched(c Converter) Converter { return batched{c} }

type batched struct{ Converter }

func (b batched) Convert(json []byte, out *mapping.Output) error {
	if out.Batch == nil {
		out.Batch = new(rdf.Batch)
	}
	if err := b.Converter.Convert(json, out); err != nil {
		return err
	}
	return ownLines(out.Complete())
}

// ownLines is an error in lines that a converter made.
func ownLines(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the converter's own N-Quads: %w", err)
}

// NewBatchSink makes a sink that writes batches in a syntax of rdf; nil options are the
// defaults. Jelly takes most of them.
func NewBatchSink(w io.Writer, format rdf.Format, options *rdf.WriteOptions) (BatchSink, error) {
	out, err := rdf.NewWriter(w, format, options)
	if err != nil {
		return nil, err
	}
	return batchSink{out}, nil
}

type batchSink struct{ out *rdf.Writer }

func (s batchSink) WriteBatches(shared, record *rdf.Batch) error {
	if err := s.out.WriteBatch(shared); err != nil || record == nil {
		return err
	}
	return s.out.WriteBatch(record)
}

func (s batchSink) Close() error { return s.out.Close() }

// lineBatches is a Sink that makes batches of lines.
type lineBatches struct {
	BatchSink
	shared, record rdf.Batch
}

func (s *lineBatches) WriteStudy(shared []byte, record ...[]byte) error {
	s.shared.Reset(nil)
	s.record.Reset(nil)
	if err := s.shared.AddLines(shared); err != nil {
		return ownLines(err)
	}
	for _, lines := range record {
		if err := s.record.AddLines(lines); err != nil {
			return ownLines(err)
		}
	}
	return s.WriteBatches(&s.shared, &s.record)
}
