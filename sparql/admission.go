package sparql

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// admission lets queries in, so many at a time. A query begins in a slot for
// short ones; once it has run for a while it gives that up and goes on in one
// for long queries, of which there are few. So a short query waits for other
// short ones only, however many long ones there are.
type admission struct {
	short, long chan struct{}
	queue       int64
	waiting     atomic.Int64
	running     atomic.Int64

	most  int64 // bytes of all queries together; 0 is no limit
	bytes atomic.Int64
	lock  sync.Mutex
	lanes map[*lane]struct{}
}

// shortTime is how long a query may run in a slot for short ones.
const shortTime = 100 * time.Millisecond

func newAdmission(o HandlerOptions) *admission {
	slots := o.Slots
	if slots <= 0 {
		slots = runtime.GOMAXPROCS(0)
	}
	queue := o.Queue
	if queue <= 0 {
		queue = 1000
	}
	return &admission{
		short: make(chan struct{}, 2*slots), long: make(chan struct{}, slots), queue: int64(queue),
		most: int64(o.Bytes), lanes: map[*lane]struct{}{},
	}
}

// lane is the place of one query.
type lane struct {
	of      *admission
	slot    chan struct{}   // the one that is held
	started time.Time       // but for the time that it rested
	ended   <-chan struct{} // when the query is to end
	bytes   int64
	cancel  context.CancelCauseFunc
}

// enter waits for a slot. The caller leaves the lane.
func (a *admission) enter(ctx context.Context) (context.Context, *lane, error) {
	if a.waiting.Add(1) > a.queue {
		a.waiting.Add(-1)
		return ctx, nil, &httpError{http.StatusServiceUnavailable, fmt.Sprintf("%d queries are waiting already; try again later", a.queue)}
	}
	defer a.waiting.Add(-1)
	select {
	case a.short <- struct{}{}:
	case <-ctx.Done():
		return ctx, nil, context.Cause(ctx)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	l := &lane{of: a, slot: a.short, started: time.Now(), ended: ctx.Done(), cancel: cancel}
	a.lock.Lock()
	a.lanes[l] = struct{}{}
	a.lock.Unlock()
	a.running.Add(1)
	return ctx, l, nil
}

// leave gives the slot back.
func (l *lane) leave() {
	l.use(0)
	l.of.lock.Lock()
	delete(l.of.lanes, l)
	l.of.lock.Unlock()
	l.of.running.Add(-1)
	l.cancel(nil)
	if l.slot != nil {
		<-l.slot
	}
}

// pass is called now and then while the query runs: one that has run for long
// changes its slot, which may take until another one ends.
func (l *lane) pass(ctx context.Context) {
	if l.slot != l.of.short || time.Since(l.started) < shortTime {
		return
	}
	<-l.slot
	l.slot = nil
	select {
	case l.of.long <- struct{}{}:
		l.slot = l.of.long
	case <-ctx.Done():
	}
}

// rest gives the slot back while do waits for a client, which may read slowly or
// not at all, and then waits for one of the same kind.
func (l *lane) rest(do func()) {
	slot := l.slot
	if slot == nil {
		do()
		return
	}
	<-slot
	l.slot = nil
	began := time.Now()
	do()
	l.started = l.started.Add(time.Since(began))
	select {
	case slot <- struct{}{}:
		l.slot = slot
	case <-l.ended:
	}
}

// reportStep is how many bytes a query may use more or less before the others
// learn of it.
const reportStep = 64 << 10

// use says how many bytes the query holds. When all queries together hold too
// much, the one that holds the most is ended.
func (l *lane) use(bytes int) {
	if l.of.most == 0 || bytes != 0 && int64(bytes) < l.bytes+reportStep && int64(bytes) > l.bytes-reportStep {
		return
	}
	a := l.of
	a.lock.Lock()
	defer a.lock.Unlock()
	total := a.bytes.Add(int64(bytes) - l.bytes)
	l.bytes = int64(bytes)
	if total <= a.most {
		return
	}
	largest := l
	for other := range a.lanes {
		if other.bytes > largest.bytes {
			largest = other
		}
	}
	largest.cancel(fmt.Errorf("%w of %d bytes of memory that all queries share, of which it held %d", ErrLimit, a.most, largest.bytes))
}
