package convert

import (
	"context"
	"fmt"
	"io"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
)

// RunJelly is Run for a writer of Jelly, to which it hands studies without making
// lines of them; nil options of it are the defaults. Each worker encodes what it has
// converted.
func RunJelly(ctx context.Context, in Input, converter func() Converter, w io.Writer, writing *rdf.WriteOptions, options *Options) (Summary, error) {
	out, err := rdf.NewWriter(w, rdf.Jelly, writing)
	if err != nil {
		return Summary{}, err
	}
	encoding := func() func([]byte, *mapping.Output, *rdf.Encoded) error {
		c, e := NewBatcher(converter()), out.NewEncoder()
		return func(json []byte, out *mapping.Output, into *rdf.Encoded) error {
			batch, err := c.Convert(json, out)
			if err == nil {
				e.Encode(batch, into)
			}
			return err
		}
	}
	var shared rdf.Batch
	summary, err := Each(ctx, in, encoding, func(s *Study[rdf.Encoded]) error {
		vocabulary := shared.Vocabulary
		if s.Value != nil { // one vocabulary for all takes the fewest bytes
			vocabulary = s.Value.Vocabulary()
		}
		shared.Reset(vocabulary)
		if err := shared.AddLines(s.Shared); err != nil {
			return ownLines(err)
		}
		if err := out.WriteBatch(&shared); err != nil || s.Value == nil {
			return err
		}
		err := out.WriteEncoded(s.Value)
		const most = 2 << 20
		if s.Value.Len() > most { // kept no longer than needed
			*s.Value = rdf.Encoded{}
		}
		return err
	}, inPieces(options))
	return summary, closed(out, err)
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

// inPieces are options for who has no need of lines: the buffers are small.
func inPieces(o *Options) *Options {
	out := o.orDefaults()
	out.Pieces = true
	return &out
}

// Batcher converts studies into batches, one after the other. It belongs to one
// goroutine.
type Batcher struct {
	converter Converter
	batch     rdf.Batch
}

// NewBatcher makes a batcher of a converter of any kind.
func NewBatcher(c Converter) *Batcher { return &Batcher{converter: c} }

// Convert returns the graph of a study's own as a batch, which is valid until the next
// call: what the converter made, or what is made of its lines. All else is in out.
func (b *Batcher) Convert(json []byte, out *mapping.Output) (*rdf.Batch, error) {
	b.batch.Shrink()
	b.batch.Reset(nil)
	out.Batch = &b.batch
	defer func() { out.Batch = nil }()
	if err := b.converter.Convert(json, out); err != nil {
		return nil, err
	}
	return &b.batch, ownLines(out.Complete())
}

// ownLines is an error in lines that a converter made.
func ownLines(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the converter's own N-Quads: %w", err)
}

// jellySink is a Sink that makes batches of lines.
type jellySink struct {
	*rdf.Writer
	batch rdf.Batch
}

func (s *jellySink) WriteStudy(shared []byte, record ...[]byte) error {
	if err := s.write(shared); err != nil {
		return err
	}
	return s.write(record...)
}

func (s *jellySink) write(pieces ...[]byte) error {
	s.batch.Reset(nil)
	for _, lines := range pieces {
		if err := s.batch.AddLines(lines); err != nil {
			return ownLines(err)
		}
	}
	return s.WriteBatch(&s.batch)
}
