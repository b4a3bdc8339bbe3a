package sparql

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"
)

// admission lets queries run, so many at a time, short ones first. A query begins
// in a slot for short ones. The longer it has run, the lower its level: at the end
// of each level it gives its slot to who waits at a higher one. Past shortTime it
// goes on in a slot for long queries, of which there are few. So a query that ends
// within the first level waits for no more than that of others, however many long
// ones there are.
type admission struct {
	queue int   // how many may wait for a slot of either kind
	most  int64 // bytes of all queries together; 0 is no limit

	lock    sync.Mutex
	free    [2]int // slots: for short queries, and for long ones
	waits   [len(levelEnds)][]*lane
	lanes   map[*lane]struct{}
	bytes   int64
	running int
}

// shortTime is how long a query may run in a slot for short ones.
const shortTime = 100 * time.Millisecond

// levelEnds says until when a query is at each level, by the time that it had a
// slot. Those of the last run one after the other.
var levelEnds = [...]time.Duration{2 * time.Millisecond, 5 * time.Millisecond, 12 * time.Millisecond, 30 * time.Millisecond, shortTime, time.Second, 10 * time.Second, 1 << 62}

// firstLong is the first level in slots for long queries.
const firstLong = 5

// turnTime is how long a query keeps its slot while one of a higher level waits, and
// patience how long it does while a client takes what it is sent.
const (
	turnTime = 3 * time.Millisecond
	patience = 2 * time.Millisecond
)

func newAdmission(o HandlerOptions) *admission {
	slots := o.Slots
	if slots <= 0 {
		slots = runtime.GOMAXPROCS(0)
	}
	queue := o.Queue
	if queue <= 0 {
		queue = 1000
	}
	return &admission{free: [2]int{2 * slots, slots}, queue: queue, most: int64(o.Bytes), lanes: map[*lane]struct{}{}}
}

// pool is the kind of slots of a level.
func pool(level int) int {
	if level < firstLong {
		return 0
	}
	return 1
}

// ofPool are the levels of a kind of slots.
func ofPool(kind int) (from, to int) {
	if kind == 0 {
		return 0, firstLong
	}
	return firstLong, len(levelEnds)
}

// waiting counts those who wait for a kind of slots. The lock is held.
func (a *admission) waiting(kind int) (n int) {
	from, to := ofPool(kind)
	for _, w := range a.waits[from:to] {
		n += len(w)
	}
	return n
}

// give hands a slot to the first who waits at the highest level, or keeps it. The
// lock is held.
func (a *admission) give(kind int) {
	a.running--
	from, to := ofPool(kind)
	for level := from; level < to; level++ {
		if w := a.waits[level]; len(w) > 0 {
			next := w[0]
			a.waits[level] = slices.Delete(w, 0, 1)
			a.running++
			next.holds = true
			next.turn <- struct{}{}
			return
		}
	}
	a.free[kind]++
}

// arrive gives a request its lane, in which it holds no slot yet. The caller leaves
// it.
func (a *admission) arrive(ctx context.Context) (context.Context, *lane) {
	ctx, cancel := context.WithCancelCause(ctx)
	l := &lane{of: a, ctx: ctx, cancel: cancel, turn: make(chan struct{}, 1)}
	a.lock.Lock()
	a.lanes[l] = struct{}{}
	a.lock.Unlock()
	return ctx, l
}

// gauges are what metrics show.
func (a *admission) gauges() (running, waiting, bytes int64) {
	a.lock.Lock()
	defer a.lock.Unlock()
	return int64(a.running), int64(a.waiting(0) + a.waiting(1)), a.bytes
}

// share notes that a lane holds more or less. When all queries together hold too
// much, the one that holds the most is ended.
func (a *admission) share(l *lane, bytes int64) {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.bytes += bytes - l.shared
	l.shared = bytes
	if a.bytes <= a.most {
		return
	}
	largest := l
	for other := range a.lanes {
		if other.shared > largest.shared {
			largest = other
		}
	}
	largest.cancel(limitReached(BoundSharedMemory, "of %d bytes of memory that all queries share, of which it held %d", a.most, largest.shared))
}

// full is the error of those who cannot wait, as too many do.
func (a *admission) full(kind int) error {
	if kind == 0 {
		return &httpError{http.StatusServiceUnavailable, fmt.Sprintf("%d queries are waiting already; try again later", a.queue), BoundQueue}
	}
	return &httpError{http.StatusServiceUnavailable, fmt.Sprintf("%d queries that take long are waiting already; try again later", a.queue), BoundQueue}
}
