package payload_test

import (
	"strings"
	"testing"
)

// TestManyUnreadable holds that a thousand broken records are named, and the
// rest counted, the same by any number of workers.
func TestManyUnreadable(t *testing.T) {
	records := strings.Repeat(`{"a":1,"a":2}`+"\n", 1500)
	for _, workers := range []int{1, 3} {
		r := judge(t, "A: {type: object, properties: {a: {}}}", records, workers)
		if len(r.Unchecked) != 1001 {
			t.Fatalf("%d workers: %d are not checked", workers, len(r.Unchecked))
		}
		last := ""
		for _, u := range r.Unchecked {
			if strings.HasPrefix(u.Why, "and ") {
				last = u.Why
			}
		}
		if last != "and 500 records more" {
			t.Errorf("%d workers: %q", workers, last)
		}
	}
}
