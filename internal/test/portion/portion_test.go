package portion

import (
	"slices"
	"testing"
)

func TestOf(t *testing.T) {
	list := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	t.Setenv("TRIALWEAVE_FULL", "")
	for n, want := range map[int][]int{0: {}, 1: {0}, 2: {0, 9}, 4: {0, 3, 6, 9}, 10: list, 11: list} {
		if got := Of(list, n); !slices.Equal(got, want) {
			t.Errorf("%d of %v: %v, expected %v", n, list, got, want)
		}
	}
	t.Setenv("TRIALWEAVE_FULL", "1")
	if got := Of(list, 2); !slices.Equal(got, list) {
		t.Errorf("in full: %v", got)
	}
}
