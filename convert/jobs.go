package convert

import (
	"context"
	"sync"
)

// jobs are those that are not on their way. The one that came back last goes
// first, since the processor's caches still hold its memory, and since what is
// never needed then takes none.
type jobs struct {
	slots chan struct{} // one for each job that is free
	mu    sync.Mutex
	free  []*job
}

func newJobs(n int) *jobs {
	q := &jobs{slots: make(chan struct{}, n)}
	for range n {
		q.put(&job{})
	}
	return q
}

// take waits for a job that is free; it returns nil once ctx is done.
func (q *jobs) take(ctx context.Context) *job {
	select {
	case <-q.slots:
	case <-ctx.Done():
		return nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	last := len(q.free) - 1
	j := q.free[last]
	q.free = q.free[:last]
	return j
}

func (q *jobs) put(j *job) {
	q.mu.Lock()
	q.free = append(q.free, j)
	q.mu.Unlock()
	q.slots <- struct{}{}
}
