package convert

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"

	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/study"
)

// pipeline is one run: a reader that numbers batches, and workers that take
// them in any order, convert them and write them when it is their turn. A
// worker whose turn has not come parks what it made and goes on; whoever has
// the turn also writes what is parked behind it. So nobody waits for a writer,
// and the usual output goes out of the buffer it was made in, while the
// processor's caches still hold it.
type pipeline struct {
	in      Input
	sink    Sink
	pieces  PieceSink // the sink, if it is one
	options Options
	summary Summary

	free  *jobs     // to be reused; their number bounds what is in flight
	work  chan *job // to the workers
	room  *room
	outs  outputs
	turns turns
	fail  context.CancelCauseFunc
	seeds [2]maphash.Seed

	seen    lineSet
	studies study.Seen
	unknown map[string]int         // path to place in summary.Unknown
	codes   map[[2]string]int      // path and code to place in summary.UnknownCodes
	invalid map[jsonld.Invalid]int // to place in summary.Invalid
	history history
	fresh   []byte
	line    []byte
}

// job is a batch on its way.
type job struct {
	number  int
	batch   study.Batch
	results []result
	used    int
}

// result is what one record became.
type result struct {
	out      *jsonld.Output
	hashes   []lineHash // of the lines of out.Shared
	at       source.Position
	bytes    int
	rejected *source.Error
	raw      []byte // of a rejected record
	version  study.Version
}

// jobsPerWorker is enough for the others to go on while one works at a study
// that is a hundred times longer than most: with 4 of them, eight workers would do
// no more than four times the work of one, with these seven times.
const jobsPerWorker = 16

func newPipeline(in Input, sink Sink, o Options) *pipeline {
	n := o.Workers * jobsPerWorker
	p := &pipeline{
		in: in, sink: sink, options: o,
		free: newJobs(n), work: make(chan *job, n),
		room: newRoom(o.MaxInFlight), turns: turns{parked: make([]*job, n)}, unknown: map[string]int{}, codes: map[[2]string]int{}, invalid: map[jsonld.Invalid]int{},
		seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
	}
	p.pieces, p.outs.pieces = sink.(PieceSink)
	return p
}

// run starts every goroutine of the run and waits for all of them.
func (p *pipeline) run(ctx context.Context, converter func() Converter) error {
	ctx, p.fail = context.WithCancelCause(ctx)
	defer p.fail(nil)
	var all sync.WaitGroup
	var readErr error
	all.Go(func() {
		readErr = p.read(ctx)
		close(p.work)
	})
	for range p.options.Workers {
		all.Go(func() { p.convert(ctx, converter()) })
	}
	// A failure to write cancels the reader, which may be waiting for room; a
	// failed reader cancels nothing, so what it read before is written.
	all.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if readErr != nil {
		return readErr
	}
	return p.in.Finish()
}

// read hands batches to the workers and, in the same order, to the writer.
func (p *pipeline) read(ctx context.Context) error {
	stop := context.AfterFunc(ctx, p.room.close)
	defer stop()
	number := 0
	for batch, err := range p.in.Batches(ctx) {
		if err != nil {
			return err
		}
		if !p.room.enter(int64(batch.Size())) {
			return context.Cause(ctx)
		}
		j := p.free.take(ctx)
		if j == nil {
			return context.Cause(ctx)
		}
		batch.CopyTo(&j.batch)
		j.number = number
		number++
		p.work <- j // which has room for every job there is
	}
	return nil
}

func (p *pipeline) convert(ctx context.Context, c Converter) {
	unpacker := p.in.NewUnpacker()
	for j := range p.work {
		j.used = 0
		for record := range unpacker.Records(&j.batch) {
			if record.Err != nil && errors.Is(record.Err, study.ErrDamaged) {
				p.fail(record.Err)
			}
			if ctx.Err() != nil {
				break
			}
			if record.Err != nil || p.options.Keep == nil || p.options.Keep(record) {
				p.one(c, record, j.next())
			}
		}
		p.finish(ctx, j)
	}
}

// next makes the room for another result, in memory that a former one had.
func (j *job) next() *result {
	if j.used == len(j.results) {
		j.results = append(j.results, result{})
	}
	r := &j.results[j.used]
	j.used++
	*r = result{hashes: r.hashes[:0], raw: r.raw[:0]}
	return r
}

func (p *pipeline) one(c Converter, record study.Record, r *result) {
	r.at, r.bytes = record.Position, len(record.JSON)
	r.rejected = record.Err
	if r.rejected == nil {
		r.out = p.outs.get(len(record.JSON))
		r.out.Form = record.Form
		r.rejected = p.try(c, record.JSON, r.out)
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
func (p *pipeline) try(c Converter, json []byte, out *jsonld.Output) (fault *source.Error) {
	defer func() {
		if r := recover(); r != nil {
			fault = &source.Error{
				Problem: fmt.Sprintf("the converter failed: %v", r), Expected: "no failure",
				Hint: "this is a fault of trialweave; please report it with the record",
			}
		}
	}()
	if !p.options.Validated {
		if _, err := study.Validate(json); err != nil {
			return err
		}
	}
	err := c.Convert(json, out)
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
