package pipeline

import (
	"cmp"
	"context"
	"hash/fnv"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/trialweave/trialweave/study"
)

// version is a record that can be converted, and where it is.
type version struct {
	Study string // with the day, where versions are kept
	Day   string // of the last update post
	N     int    // in the shard
	Place place
}

// sightings are records of a shard.
type sightings struct {
	Key      string // of the shard
	Shard    int
	Versions []version
}

// place is where a record is.
type place struct {
	File   string
	Offset int64
}

// idGroups is among how many keys ids are dealt out, so that few elements
// travel: of 20 million records, a group has some 20 MB.
const idGroups = 128

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

// ProcessElement emits the valid records, versions of one another under one
// key.
func (f *scanFn) ProcessElement(ctx context.Context, key string, shards func(*work) bool, blocks func(*block) bool, emit func(int, sightings)) error {
	started := time.Now()
	w, in, err := f.files.input(ctx, key, shards, blocks)
	if err != nil {
		return err
	}
	unpack := in.NewUnpacker()
	var groups [idGroups][]version
	n := 0
	for batch, err := range in.Batches(ctx) {
		if err != nil {
			return err
		}
		for r := range unpack.Records(batch) {
			n++
			if v, ok := f.version(r); ok {
				v.N = n
				group := groupOf(v.Study)
				groups[group] = append(groups[group], v)
			}
		}
	}
	for group, versions := range groups {
		if len(versions) > 0 {
			emit(group, sightings{key, w.Shard, versions})
		}
	}
	f.spent.Inc(ctx, time.Since(started).Milliseconds())
	return nil
}

// groupOf deals studies out.
func groupOf(study string) int {
	h := fnv.New32a()
	h.Write([]byte(study))
	return int(h.Sum32() % idGroups)
}

func (f *scanFn) version(r study.Record) (v version, ok bool) {
	if r.Err != nil {
		return v, false
	}
	id, fault := study.Validate(r.JSON)
	if fault != nil {
		return v, false
	}
	v = version{Study: id, Day: study.VersionDate(r.JSON), Place: placeOf(r)}
	if f.History {
		v.Study += " " + v.Day
	}
	return v, true
}

func placeOf(r study.Record) place { return place{r.File, r.Offset} }

// Teardown removes what was copied here.
func (f *scanFn) Teardown() { f.files.close() }

// supersede keeps one record of those that are versions of one another.
func supersede(_ int, next func(*sightings) bool, drop func(string, place)) {
	kept := map[string]sighting{}
	for all := (sightings{}); next(&all); all = (sightings{}) {
		for _, v := range all.Versions {
			this := sighting{all.Key, all.Shard, v}
			other, known := kept[v.Study]
			if known && this.before(&other) {
				this, other = other, this
			}
			if known {
				drop(this.key, this.Place)
				this = other
			}
			kept[v.Study] = this
		}
	}
}

// sighting is a record of some shard.
type sighting struct {
	key   string
	shard int
	version
}

// before reports whether a record is kept rather than another one.
func (v *sighting) before(other *sighting) bool {
	return cmp.Or(cmp.Compare(other.Day, v.Day), cmp.Compare(v.shard, other.shard), cmp.Compare(v.N, other.N)) < 0
}
