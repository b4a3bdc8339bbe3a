package convert

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/parallel"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/study"
)

// pipeline is one run: workers convert records, and what they made of them is
// counted and written in the order of the input.
type pipeline[T any] struct {
	yield   func(*Study[T]) error
	options Options
	summary Summary

	outs  outputs
	seeds [2]maphash.Seed

	seen    lineSet
	studies study.Seen
	unknown map[string]int          // path to place in summary.Unknown
	codes   map[[2]string]int       // path and code to place in summary.UnknownCodes
	invalid map[mapping.Invalid]int // to place in summary.Invalid
	history history
	now     Study[T] // what is handed on
	fresh   []byte
	line    []byte
}

// result is what one record became.
type result[T any] struct {
	out      *mapping.Output
	value    T
	hashes   []lineHash // of the lines of out.Shared
	at       source.Position
	bytes    int
	rejected *source.Error
	raw      []byte // of a rejected record
	version  study.Version
}

func newPipeline[T any](yield func(*Study[T]) error, o Options) *pipeline[T] {
	return &pipeline[T]{
		yield: yield, options: o, outs: outputs{pieces: o.Pieces},
		unknown: map[string]int{}, codes: map[[2]string]int{}, invalid: map[mapping.Invalid]int{},
		seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
	}
}

// run converts the records of an input.
func (p *pipeline[T]) run(ctx context.Context, in Input, converter func() func([]byte, *mapping.Output, *T) error) error {
	work := func() func(int64, study.Record, *result[T]) bool {
		c := converter()
		return func(_ int64, record study.Record, r *result[T]) bool {
			if record.Err == nil && p.options.Keep != nil && !p.options.Keep(record) {
				return false
			}
			*r = result[T]{hashes: r.hashes[:0], raw: r.raw[:0], value: r.value}
			p.one(c, record, r)
			return true
		}
	}
	return parallel.Map(ctx, in, parallel.Options{Workers: p.options.Workers, MaxInFlight: p.options.MaxInFlight}, work, p.hand)
}

// hand writes what a record became, and takes the memory back.
func (p *pipeline[T]) hand(r *result[T]) error {
	err := p.put(r)
	p.outs.put(r.out)
	r.out = nil
	const most = 256 << 10
	if cap(r.raw) > most {
		r.raw = nil
	}
	return err
}

func (p *pipeline[T]) one(c func([]byte, *mapping.Output, *T) error, record study.Record, r *result[T]) {
	r.at, r.bytes = record.Position, len(record.JSON)
	r.rejected = record.Err
	if r.rejected == nil {
		r.out = p.outs.get(len(record.JSON))
		r.out.Form = record.Form
		r.rejected = p.try(c, record.JSON, r)
		if r.rejected != nil {
			e := *r.rejected
			e.File = record.File
			e.Offset = max(e.Offset, 0) + record.Offset
			if record.Made { // places in the JSON are none of the input
				e.Offset = record.Offset
			}
			r.rejected = &e
		}
	}
	if r.rejected != nil {
		r.raw = append(r.raw, record.JSON...)
		return
	}
	if r.version = (study.Version{Number: r.out.Number, Date: r.out.Updated}); r.version.Number == 0 {
		r.version = study.VersionOf(record.JSON)
	}
	for rest := r.out.Shared; len(rest) > 0; {
		var line []byte
		line, rest = cutLine(rest)
		r.hashes = append(r.hashes, lineHash{maphash.Bytes(p.seeds[0], line), maphash.Bytes(p.seeds[1], line)})
	}
}

// cutLine returns the first line, its end included, and the rest.
func cutLine(b []byte) (line, rest []byte) {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i+1], b[i+1:]
	}
	return b, nil
}

// try validates and converts; a converter that panics has rejected the record.
func (p *pipeline[T]) try(c func([]byte, *mapping.Output, *T) error, json []byte, r *result[T]) (fault *source.Error) {
	defer func() {
		if failure := recover(); failure != nil {
			fault = &source.Error{
				Problem: fmt.Sprintf("the converter failed: %v", failure), Expected: "no failure",
				Hint: "this is a fault of trialweave; please report it with the record",
			}
		}
	}()
	if !p.options.Validated {
		if _, err := study.Validate(json); err != nil {
			return err
		}
	}
	err := c(json, r.out, &r.value)
	if err == nil {
		return nil
	}
	if p.options.Validated {
		if _, err := study.Validate(json); err != nil {
			return err
		}
	}
	if errors.As(err, &fault) {
		return fault
	}
	return &source.Error{Problem: "the record cannot be converted", Err: err}
}
