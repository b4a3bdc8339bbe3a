package pipeline

import (
	"cmp"
	"context"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/trialweave/trialweave/study"
)

// version is a record that can be converted, and where it is.
type version struct {
	Day   string // of the last update post
	Key   string // of the shard
	Shard int
	N     int // in the shard
	Place place
}

// place is where a record is.
type place struct {
	File   string
	Offset int64
}

// superseded finds the records to leave out, by shard: all but the latest
// version of a study, or, where versions are kept, those of a version that was
// there before. Of two of the same day the first in the input stays.
func superseded(s beam.Scope, o *Options, shards, blocks beam.PCollection) beam.PCollection {
	seen := beam.ParDo(s, &scanFn{History: o.Model.History}, beam.CoGroupByKey(s, shards, blocks))
	return beam.ParDo(s, supersede, beam.GroupByKey(s, seen))
}

// scanFn reads the id and the day of each record of a shard.
type scanFn struct {
	History bool

	files files
	spent beam.Counter
}

// Setup makes the counter.
func (f *scanFn) Setup() { f.spent = counter("scan_ms") }

// ProcessElement emits the valid records by what makes them versions of one
// another.
func (f *scanFn) ProcessElement(ctx context.Context, key string, shards func(*work) bool, blocks func(*block) bool, emit func(string, version)) error {
	started := time.Now()
	w, err := one(key, shards)
	if err != nil {
		return err
	}
	in, err := f.files.input(ctx, &w, blocks)
	if err != nil {
		return err
	}
	unpack := in.NewUnpacker()
	n := 0
	for batch, err := range in.Batches(ctx) {
		if err != nil {
			return err
		}
		for r := range unpack.Records(batch) {
			n++
			if id, v, ok := f.version(r); ok {
				v.Key, v.Shard, v.N = key, w.Shard, n
				emit(id, v)
			}
		}
	}
	f.spent.Inc(ctx, time.Since(started).Milliseconds())
	return nil
}

func (f *scanFn) version(r study.Record) (string, version, bool) {
	if r.Err != nil {
		return "", version{}, false
	}
	id, fault := study.Validate(r.JSON)
	if fault != nil {
		return "", version{}, false
	}
	day := study.LastPosted(r.JSON)
	if f.History {
		id += " " + day
	}
	return id, version{Day: day, Place: placeOf(r)}, true
}

func placeOf(r study.Record) place { return place{r.File, r.Offset} }

// Teardown removes what was copied here.
func (f *scanFn) Teardown() { f.files.close() }

// supersede keeps one record of those that are versions of one another.
func supersede(_ string, next func(*version) bool, drop func(string, place)) {
	var kept, v version
	if !next(&kept) {
		return
	}
	for next(&v) {
		if v.before(&kept) {
			v, kept = kept, v
		}
		drop(v.Key, v.Place)
		v = version{}
	}
}

// before says whether a record is kept rather than another one.
func (v *version) before(other *version) bool {
	return cmp.Or(cmp.Compare(other.Day, v.Day), cmp.Compare(v.Shard, other.Shard), cmp.Compare(v.N, other.N)) < 0
}
