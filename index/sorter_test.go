package index

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSorter holds that quads are sorted in each order as by comparing them, each
// once: small numbers and large ones, few rows of a subject and many.
func TestSorter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, most := range []uint32{3, 40, 1 << 15, 1<<16 + 3, 1 << 31} {
		for _, n := range []int{0, 1, 2, 500, 5000} {
			var quads []row
			for range n {
				quads = append(quads, row{1 + random.Uint32N(most), 1 + random.Uint32N(9), 1 + random.Uint32N(most), random.Uint32N(3)})
			}
			given := slices.Clone(quads)
			new(sorter).all(quads, func(which int, rows []row) {
				var want []row
				for _, r := range given {
					want = append(want, orders[which].row(Quad{ID(r[0]), ID(r[1]), ID(r[2]), ID(r[3])}))
				}
				slices.SortFunc(want, compareRows)
				if want = slices.Compact(want); !slices.Equal(rows, want) {
					t.Errorf("%d quads of numbers up to %d are not sorted by %s", n, most, orders[which].name)
				}
			})
		}
	}
}

// TestSubjectSet holds that a set has what was added to it, and nothing else.
func TestSubjectSet(t *testing.T) {
	var s subjectSet
	numbers := []uint32{1, 63, 64, setPage, 5*setPage - 1, 1<<31 + 7}
	for _, n := range numbers {
		s.add(n)
	}
	for _, n := range numbers {
		for _, near := range []uint32{n - 1, n, n + 1} {
			if s.has(near) != slices.Contains(numbers, near) {
				t.Errorf("the set says of %d: %t", near, s.has(near))
			}
		}
	}
}
