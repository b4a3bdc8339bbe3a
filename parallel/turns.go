package parallel

import (
	"context"
	"sync"
)

// turns says whose turn it is.
type turns[T any] struct {
	mu     sync.Mutex
	next   int
	parked []*job[T] // by number, modulo their count
}

// mine reports whether it is the turn of a job; if not, the job is parked.
func (t *turns[T]) mine(j *job[T]) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if j.number == t.next {
		return true
	}
	t.parked[j.number%len(t.parked)] = j
	return false
}

// pass ends the turn of a job and returns the one whose turn it is, if it is
// there already.
func (t *turns[T]) pass(j *job[T]) *job[T] {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next = j.number + 1
	place := &t.parked[t.next%len(t.parked)]
	next := *place
	*place = nil
	return next
}

// jobs are those that are not on their way. The one that came back last goes
// first, since the processor's caches still hold its memory, and since what is
// never needed then takes none.
type jobs[T any] struct {
	slots chan struct{} // one for each job that is free
	mu    sync.Mutex
	free  []*job[T]
}

func newJobs[T any](n int) *jobs[T] {
	q := &jobs[T]{slots: make(chan struct{}, n)}
	for range n {
		q.put(&job[T]{})
	}
	return q
}

// take waits for a job that is free; it returns nil once ctx is done.
func (q *jobs[T]) take(ctx context.Context) *job[T] {
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

func (q *jobs[T]) put(j *job[T]) {
	q.mu.Lock()
	q.free = append(q.free, j)
	q.mu.Unlock()
	q.slots <- struct{}{}
}

// budget bounds the bytes that are in flight.
type budget struct {
	mu     sync.Mutex
	change sync.Cond
	used   int64
	most   int64
	closed bool
}

func newBudget(most int64) *budget {
	b := &budget{most: most}
	b.change.L = &b.mu
	return b
}

// enter waits until n bytes are within the budget, or nobody else has any; it
// returns false once the budget is closed.
func (b *budget) enter(n int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.used > 0 && b.used+n > b.most && !b.closed {
		b.change.Wait()
	}
	b.used += n
	return !b.closed
}

func (b *budget) leave(n int64) {
	b.mu.Lock()
	b.used -= n
	b.mu.Unlock()
	b.change.Signal()
}

func (b *budget) close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.change.Signal()
}
