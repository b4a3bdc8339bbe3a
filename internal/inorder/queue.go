// Package inorder has values worked on by several goroutines, and handed on in the sequence
// in which they came.
package inorder

import "sync"

// Queue runs a function over values on several goroutines, and hands them on in the
// sequence in which they came. Its methods belong to one goroutine, on which values
// are handed on, too.
type Queue[T any] struct {
	work    chan *queued[T]
	workers sync.WaitGroup
	hand    func(T)
	most    int          // values that are held
	held    []*queued[T] // which they are
}

type queued[T any] struct {
	value T
	done  chan struct{} // is closed when the function has returned
}

// NewQueue starts the goroutines, for each of which work is called once. Twice as many
// values are held at a time.
func NewQueue[T any](workers int, work func() func(T), hand func(T)) *Queue[T] {
	q := &Queue[T]{work: make(chan *queued[T]), hand: hand, most: 2 * workers}
	for range workers {
		do := work()
		q.workers.Go(func() {
			for v := range q.work {
				do(v.value)
				close(v.done)
			}
		})
	}
	return q
}

// Add adds a value. Where too many are held, the first is handed on before.
func (q *Queue[T]) Add(value T) {
	v := &queued[T]{value, make(chan struct{})}
	q.work <- v
	q.held = append(q.held, v)
	q.handOn(q.most)
}

// Flush hands on all values.
func (q *Queue[T]) Flush() { q.handOn(0) }

func (q *Queue[T]) handOn(most int) {
	for len(q.held) > most {
		v := q.held[0]
		q.held = q.held[1:]
		<-v.done
		q.hand(v.value)
	}
}

// Close ends the goroutines, and waits for them. What was not handed on is dropped.
func (q *Queue[T]) Close() {
	close(q.work)
	q.workers.Wait()
}
