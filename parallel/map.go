// Package parallel runs a function over the records of an input on several
// goroutines, and hands on what it made of them in the order of the input.
//
// [Map] is the one entry point. Its memory is bounded, and what it hands on is
// the same whatever the number of workers.
package parallel

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"sync"

	"github.com/trialweave/trialweave/study"
)

// Input is what Map reads; *study.Input is one.
type Input interface {
	Batches(context.Context) iter.Seq2[*study.Batch, error]
	NewUnpacker() *study.Unpacker
}

// Options say how to run; the zero value means the defaults.
type Options struct {
	// Workers is how many goroutines work. Default: one for each processor.
	Workers int
	// MaxInFlight is the most bytes of unpacked input that are being worked on
	// at a time, though one batch is let through whatever its size. Default:
	// 1 MiB for each worker.
	MaxInFlight int64
}

// WithDefaults returns the options that hold where some are left out.
func (o Options) WithDefaults() Options {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.MaxInFlight <= 0 {
		o.MaxInFlight = int64(o.Workers) << 20
	}
	return o
}

// Map reads every record of the input. Work is called once for each goroutine,
// one call after the other; the function that it returns makes a value of a
// record, and reports whether there is one to hand on. A value may be one that
// was handed on before, to be filled anew. Order numbers the records as they
// come, with gaps.
//
// Yield gets the values in the order of the input, one call after the other, on
// whatever goroutine; its error ends the run, as do a damaged input, that of
// reading (*source.Error), and the end of ctx, whose cause is then the error.
// What was read before an input fails is still handed on.
func Map[T any](ctx context.Context, in Input, o Options, work func() func(order int64, record study.Record, value *T) bool, yield func(*T) error) error {
	o = o.WithDefaults()
	n := o.Workers * jobsPerWorker
	m := &mapping[T]{
		in: in, yield: yield,
		free: newJobs[T](n), work: make(chan *job[T], n),
		budget: newBudget(o.MaxInFlight), turns: turns[T]{parked: make([]*job[T], n)},
	}
	ctx, m.fail = context.WithCancelCause(ctx)
	defer m.fail(nil)
	workers := make([]func(int64, study.Record, *T) bool, o.Workers)
	for i := range workers {
		workers[i] = work()
	}
	var all sync.WaitGroup
	var readErr error
	all.Go(func() {
		readErr = m.read(ctx)
		close(m.work)
	})
	for _, worker := range workers {
		all.Go(func() { m.run(ctx, worker) })
	}
	// A failure to write cancels the reader, which may be waiting for its turn; a
	// failed reader cancels nothing, so what it read before is handed on.
	all.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return readErr
}

// mapping is one run: a reader that numbers batches, and workers that take them
// in any order, and hand on what they made when it is their turn. A worker
// whose turn has not come parks what it made and goes on; whoever has the turn
// also hands on what is parked behind it. So nobody waits for a writer, and the
// usual value is handed on while the processor's caches still hold it.
type mapping[T any] struct {
	in     Input
	yield  func(*T) error
	free   *jobs[T]     // to be used again; their number bounds what is in flight
	work   chan *job[T] // to the workers
	budget *budget
	turns  turns[T]
	fail   context.CancelCauseFunc
}

// job is a batch on its way.
type job[T any] struct {
	number int
	batch  study.Batch
	values []T
	used   int
}

const (
	// jobsPerWorker is enough for the others to go on while one works at a study
	// that is a hundred times longer than most: with 4 of them, eight workers
	// would do no more than four times the work of one, with these seven times.
	jobsPerWorker = 16
	// perBatch is more records than a batch has.
	perBatch = 1 << 32
)

// read hands batches to the workers.
func (m *mapping[T]) read(ctx context.Context) error {
	stop := context.AfterFunc(ctx, m.budget.close)
	defer stop()
	number := 0
	for batch, err := range m.in.Batches(ctx) {
		if err != nil {
			return err
		}
		if !m.budget.enter(int64(batch.Size())) {
			return context.Cause(ctx)
		}
		j := m.free.take(ctx)
		if j == nil {
			return context.Cause(ctx)
		}
		batch.CopyTo(&j.batch)
		j.number = number
		number++
		m.work <- j // which has room for every job there is
	}
	return nil
}

func (m *mapping[T]) run(ctx context.Context, worker func(int64, study.Record, *T) bool) {
	unpacker := m.in.NewUnpacker()
	for j := range m.work {
		j.used = 0
		order := int64(j.number) * perBatch
		for record := range unpacker.Records(&j.batch) {
			if record.Err != nil && errors.Is(record.Err, study.ErrDamaged) {
				m.fail(record.Err)
			}
			if ctx.Err() != nil {
				break
			}
			if j.used == len(j.values) {
				j.values = append(j.values, *new(T))
			}
			if worker(order, record, &j.values[j.used]) {
				j.used++
			}
			order++
		}
		m.finish(ctx, j)
	}
}

// finish hands on a job if its turn has come, and those that waited for it.
// After a failure nothing is handed on any more.
func (m *mapping[T]) finish(ctx context.Context, j *job[T]) {
	if !m.turns.mine(j) {
		return
	}
	for j != nil {
		if ctx.Err() == nil {
			m.hand(j)
		}
		next := m.turns.pass(j)
		m.budget.leave(int64(j.batch.Size()))
		j.trim()
		m.free.put(j)
		j = next
	}
}

func (m *mapping[T]) hand(j *job[T]) {
	for i := range j.used {
		if err := m.yield(&j.values[i]); err != nil {
			m.fail(err)
			return
		}
	}
}

// trim drops memory that one big record, or a batch of many, left behind.
func (j *job[T]) trim() {
	const most = 256 << 10
	if j.batch.Size() > most {
		j.batch = study.Batch{}
	}
	if len(j.values) > 1 {
		clear(j.values[1:])
	}
}
