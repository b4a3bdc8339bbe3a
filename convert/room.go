package convert

import "sync"

// room bounds the bytes that are in flight.
type room struct {
	mu     sync.Mutex
	change sync.Cond
	used   int64
	most   int64
	closed bool
}

func newRoom(most int64) *room {
	r := &room{most: most}
	r.change.L = &r.mu
	return r
}

// enter waits until there is room for n bytes, or nobody else is in; it
// returns false once the room is closed.
func (r *room) enter(n int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.used > 0 && r.used+n > r.most && !r.closed {
		r.change.Wait()
	}
	r.used += n
	return !r.closed
}

func (r *room) leave(n int64) {
	r.mu.Lock()
	r.used -= n
	r.mu.Unlock()
	r.change.Signal()
}

func (r *room) close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.change.Signal()
}
