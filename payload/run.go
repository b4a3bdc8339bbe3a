package payload

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/study"
)

// Input is a source of records, as *study.Input is one.
type Input interface {
	Batches(ctx context.Context) iter.Seq2[*study.Batch, error]
	NewUnpacker() *study.Unpacker
}

// unread is a record that is no JSON.
type unread struct {
	order int64
	err   *source.Error
}

// job is a batch on its way to a worker.
type job struct {
	number int64
	batch  study.Batch
}

const (
	jobsPerWorker = 4
	// perBatch is more records than a batch has.
	perBatch = 1 << 32
)

// run reads batches and hands them to workers, each of which counts for
// itself; at the end the counts are added up. Records are numbered by batch and
// place in it, so that the first example of anything is the same in every run.
func (s *Schema) run(ctx context.Context, in Input, o Options) (*counts, error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	work, free := make(chan *job, o.Workers*jobsPerWorker), make(chan *job, o.Workers*jobsPerWorker)
	for range cap(free) {
		free <- &job{}
	}
	walkers := make([]*walker, o.Workers)
	var all sync.WaitGroup
	for i := range walkers {
		walkers[i] = newWalker(s)
		if o.Context != nil {
			walkers[i].trial = newTrial(o.Context)
		}
		all.Go(func() {
			unpacker := in.NewUnpacker()
			for j := range work {
				if ctx.Err() == nil {
					if err := walkers[i].batch(unpacker, j); err != nil {
						fail(err)
					}
				}
				free <- j
			}
		})
	}
	err := read(ctx, in, work, free, o.Done)
	close(work)
	all.Wait()
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	if err != nil {
		return nil, err
	}
	total := newCounts(s)
	for _, w := range walkers {
		total.merge(w.counts)
		switch {
		case w.trial == nil:
		case total.trial == nil:
			total.trial = w.trial
		default:
			total.trial.merge(w.trial)
		}
	}
	slices.SortFunc(total.unread, func(a, b unread) int { return cmp.Compare(a.order, b.order) })
	return total, nil
}

func read(ctx context.Context, in Input, work chan<- *job, free <-chan *job, done func(int64)) error {
	number := int64(0)
	for batch, err := range in.Batches(ctx) {
		if err != nil {
			return err
		}
		select {
		case j := <-free:
			batch.CopyTo(&j.batch)
			j.number = number
			number++
			if done != nil {
				done(number)
			}
			work <- j // which has room for every job there is
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return ctx.Err()
}

// batch validates the records of a batch. Its error is that of an input that
// is damaged.
func (w *walker) batch(unpacker *study.Unpacker, j *job) error {
	i := int64(0)
	for record := range unpacker.Records(&j.batch) {
		if record.Err != nil && errors.Is(record.Err, study.ErrDamaged) {
			return record.Err
		}
		at := origin{order: j.number*perBatch + i, file: record.File, offset: record.Offset}
		i++
		w.counts.summary.Records++
		w.counts.summary.Bytes += int64(len(record.JSON))
		if err := w.judge(record, at); err != nil {
			w.counts.summary.Unreadable++
			if len(w.counts.unread) < mostDetails { // the first of all are among the first of each
				w.counts.unread = append(w.counts.unread, unread{at.order, err})
			}
		}
	}
	return nil
}

// judge validates a record, or says why it cannot be.
func (w *walker) judge(record study.Record, at origin) (fault *source.Error) {
	if record.Err != nil {
		return record.Err
	}
	defer func() {
		if r := recover(); r != nil {
			fault = &source.Error{Position: record.Position, Problem: fmt.Sprintf("the validator failed: %v", r), Hint: "this is a fault of triallint; please report it with the record"}
		}
	}()
	if w.record(record.JSON, at) {
		if w.steps > maxSteps {
			return &source.Error{Position: record.Position, Problem: "the alternatives of the schema are too many for this record"}
		}
		if w.trial != nil {
			w.trial.record(record.JSON, at)
		}
		return nil
	}
	return unreadable(record)
}

// unreadable says what is wrong with a record that is no JSON.
func unreadable(record study.Record) *source.Error {
	_, err := study.Validate(record.JSON)
	if err == nil {
		err = &source.Error{Problem: "the record cannot be read", Expected: "JSON (RFC 8259)"}
	}
	at := *err
	at.File = record.File
	at.Offset = max(at.Offset, 0) + record.Offset
	return &at
}
