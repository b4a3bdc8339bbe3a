package sparql

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sort"

	"github.com/trialweave/trialweave/index"
)

// predicateTable is all triples of a predicate by their subjects. Where the objects of
// many subjects are asked for, reading all of them once takes less than looking at each
// subject: the store has those of a predicate together, and subjects far apart.
type predicateTable struct {
	predicate index.ID
	quads     int      // of the predicate, about
	asked     int      // for the objects of a subject
	fewest    int      // lookups after which it is read
	refused   bool     // it takes too much memory
	pairs     []uint64 // subject and object, in order; nil as long as it was not read
	last      int      // the place that was found last
}

const (
	// tableAfter is how many lookups there are before a table is read, as a share of
	// its quads and at least, and tableShare the share that is expected then. A large
	// table is not in the caches of the processor, while the subjects of a predicate
	// of which there are so many tend to be near one another: there have to be as
	// many lookups as it has quads.
	tableAfter, fewestLookups = 64, 64
	tableShare                = 4
	largeTable                = 1 << 19
	// largestTable is the most quads of a table, which may have a share of the memory
	// of a query.
	largestTable  = 1 << 23
	bytesOfPair   = 8
	memoryOfTable = 8
)

// tableOf returns the table of a predicate.
func (e *evaluator) tableOf(predicate index.ID) *predicateTable {
	t := e.tables[predicate]
	if t == nil {
		t = &predicateTable{predicate: predicate, quads: e.store.Predicate(predicate).Quads}
		if t.fewest = max(fewestLookups, t.quads/tableAfter); t.quads > largeTable {
			t.fewest = t.quads
		}
		t.refused = t.quads > largestTable || e.opts.Limits.Bytes > 0 && t.quads > e.opts.Limits.Bytes/memoryOfTable/bytesOfPair
		e.tables[predicate] = t
	}
	return t
}

// lookup is quads of a pattern with a predicate, of which so many are expected to be
// asked for.
func (e *evaluator) lookup(t *predicateTable, q index.Quad, expected int, yield func(index.Quad) bool) bool {
	if q[index.Subject] == 0 || e.active.scope != index.Union || t.refused {
		return e.quads(q, yield)
	}
	if t.pairs == nil {
		if t.asked++; t.asked < t.fewest || max(t.asked, expected) < t.quads/tableShare {
			return e.quads(q, yield)
		}
		e.readTable(t)
	}
	return t.match(q, yield)
}

func (e *evaluator) readTable(t *predicateTable) {
	e.keep(2 * bytesOfPair * t.quads) // with the room to sort
	pairs := make([]uint64, 0, t.quads)
	e.store.Match(index.Quad{index.Predicate: t.predicate}, index.Union, func(q index.Quad) bool {
		e.tick()
		pairs = append(pairs, uint64(q[index.Subject])<<32|uint64(q[index.Object]))
		return true
	})
	t.pairs = sortedPairs(pairs, e.terms)
	e.kept -= bytesOfPair * t.quads
}

// sortedPairs sorts pairs of numbers that are no more than most.
func sortedPairs(pairs []uint64, most int) []uint64 {
	const digit = 13
	size := bits.Len(uint(most))
	other := make([]uint64, len(pairs))
	begins := []int{0, 32}
	if slices.IsSortedFunc(pairs, func(a, b uint64) int { return cmp.Compare(uint32(a), uint32(b)) }) {
		begins = begins[1:]
	}
	for _, from := range begins {
		for shift := from; shift < from+size; shift += digit {
			var counts [1<<digit + 1]int
			for _, p := range pairs {
				counts[p>>shift&(1<<digit-1)+1]++
			}
			for i := range 1 << digit {
				counts[i+1] += counts[i]
			}
			for _, p := range pairs {
				at := &counts[p>>shift&(1<<digit-1)]
				other[*at] = p
				*at++
			}
			pairs, other = other, pairs
		}
	}
	return pairs
}

// match calls yield with the quads that fit, in order, until it returns false.
func (t *predicateTable) match(q index.Quad, yield func(index.Quad) bool) bool {
	first := uint64(q[index.Subject])<<32 | uint64(q[index.Object])
	last := first
	if q[index.Object] == 0 {
		last |= math.MaxUint32
	}
	for i := t.find(first); i < len(t.pairs) && t.pairs[i] <= last; i++ {
		q[index.Object] = index.ID(t.pairs[i])
		if !yield(q) {
			return false
		}
	}
	return true
}

// find returns the place of the first pair that is not less than one. It is looked for
// from the place that was found last.
func (t *predicateTable) find(pair uint64) int {
	from, step := t.last, 1
	if from == len(t.pairs) || t.pairs[from] >= pair {
		if from == 0 || t.pairs[from-1] < pair {
			return from
		}
		from = 0
	}
	to := from
	for to < len(t.pairs) && t.pairs[to] < pair {
		from, to, step = to+1, to+step, 2*step
	}
	to = min(to, len(t.pairs))
	t.last = from + sort.Search(to-from, func(i int) bool { return t.pairs[from+i] >= pair })
	return t.last
}
