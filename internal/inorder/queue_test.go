package inorder_test

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/inorder"
)

func ExampleQueue() {
	q := inorder.NewQueue(2, func() func(*int) { return func(n *int) { *n *= *n } }, func(n *int) { fmt.Println(*n) })
	defer q.Close()
	for n := range 4 {
		q.Add(&n)
	}
	q.Flush()
	// Output:
	// 0
	// 1
	// 4
	// 9
}

// TestQueue has values worked on in any sequence, and handed on in that in which they
// came, a few at a time; those that are not flushed are dropped.
func TestQueue(t *testing.T) {
	for workers := 1; workers <= 5; workers++ {
		var working atomic.Int32
		next := 0
		q := inorder.NewQueue(workers, func() func(int) {
			return func(int) {
				if n := working.Add(1); int(n) > workers {
					t.Errorf("%d at a time, expected %d at most", n, workers)
				}
				time.Sleep(time.Duration(rand.IntN(200)) * time.Microsecond)
				working.Add(-1)
			}
		}, func(n int) {
			if n != next {
				t.Errorf("%d is handed on, expected %d", n, next)
			}
			next++
		})
		for n := range 300 {
			q.Add(n)
			added := n + 1
			if added-next > 2*workers {
				t.Errorf("%d are held, expected %d at most", added-next, 2*workers)
			}
			if n == 150 {
				q.Flush()
				if next != added {
					t.Errorf("%d are handed on, expected %d", next, added)
				}
			}
		}
		before := next
		q.Close()
		if next != before || working.Load() != 0 {
			t.Errorf("closed, %d are handed on and %d are worked on", next-before, working.Load())
		}
	}
}
