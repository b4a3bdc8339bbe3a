package index

import (
	"math/bits"
	"testing"
)

func TestNewest(t *testing.T) {
	for _, c := range []struct {
		quads []int
		want  int
	}{
		{nil, 0},
		{[]int{100, 10, 10, 10}, 4},
		{[]int{1000, 10, 10, 10, 10}, 1},
		{[]int{100, 10, 10, 10, 10}, 0},
		{[]int{10_000, 1000, 200, 10, 10}, 3},
		{[]int{100_000, 10_000, 1000, 100, 10}, 5},
		{[]int{100_000, 10_000, 1000, 0, 0}, 3},
		{[]int{0, 0, 0, 0, 0}, 0},
	} {
		if got := newest(c.quads); got != c.want {
			t.Errorf("%v: from %d, expected %d", c.quads, got, c.want)
		}
	}
}

// TestNewestBudget updates an index 3,000 times with as much each time: the segments
// stay few, and no quad is written again more often than some times the logarithm.
func TestNewestBudget(t *testing.T) {
	const base, day, days = 40_000, 100, 3000
	quads, written := []int{base}, 0
	for range days {
		quads = append(quads, day)
		if from := newest(quads); from < len(quads) {
			sum := 0
			for _, q := range quads[from:] {
				sum += q
			}
			quads, written = append(quads[:from], sum), written+sum
		}
		if len(quads) > MostSegments+bits.Len(base/day)/2 {
			t.Fatalf("%d segments: %v", len(quads), quads)
		}
	}
	each := float64(written) / float64(base+day*days)
	t.Logf("each quad written again %.1f times; segments %v", each, quads)
	if each > 3*float64(bits.Len((base+day*days)/day)) {
		t.Errorf("each quad is written again %.1f times", each)
	}
}
