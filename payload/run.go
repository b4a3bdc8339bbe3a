package payload

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/trialweave/trialweave/parallel"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/study"
)

// Input is a source of records, as *study.Input is one.
type Input = parallel.Input

// unread is a record that is not JSON.
type unread struct {
	order int64
	err   *source.Error
}

// run has workers count, each for itself; at the end the counts are added up.
// Records are numbered, so that the first example of anything is the same in
// every run.
func (s *Schema) run(ctx context.Context, in Input, o Options) (*counts, error) {
	var walkers []*walker
	work := func() func(int64, study.Record, *struct{}) bool {
		w := newWalker(s)
		if o.Context != nil {
			w.trial = newTrial(o.Context)
		}
		walkers = append(walkers, w)
		return func(order int64, record study.Record, _ *struct{}) bool {
			w.take(order, record)
			return true
		}
	}
	records := int64(0)
	err := parallel.Map(ctx, in, parallel.Options{Workers: o.Workers}, work, func(*struct{}) error {
		if records++; o.Done != nil {
			o.Done(records)
		}
		return nil
	})
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

// take counts a record, and validates it.
func (w *walker) take(order int64, record study.Record) {
	w.counts.summary.Records++
	w.counts.summary.Bytes += int64(len(record.JSON))
	at := origin{order: order, file: record.File, offset: record.Offset}
	if err := w.judge(record, at); err != nil {
		w.counts.summary.Unreadable++
		if len(w.counts.unread) < mostDetails { // the first of all are among the first of each
			w.counts.unread = append(w.counts.unread, unread{order, err})
		}
	}
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
	return w.schema.unreadable(record)
}

// unreadable says what is wrong with a record that is not JSON.
func (s *Schema) unreadable(record study.Record) *source.Error {
	err := study.ValidateJSON(record.JSON)
	if err == nil && s.ofStudies {
		_, err = study.Validate(record.JSON)
	}
	if err == nil {
		err = &source.Error{Problem: "the record cannot be read", Expected: "JSON (RFC 8259)"}
	}
	at := *err
	at.File = record.File
	at.Offset = max(at.Offset, 0) + record.Offset
	return &at
}
