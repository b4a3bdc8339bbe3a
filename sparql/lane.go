package sparql

import (
	"context"
	"runtime"
	"slices"
	"time"
)

// lane is the place of one query. All but what admission changes is of the
// goroutine of the query.
type lane struct {
	of     *admission
	ctx    context.Context
	cancel context.CancelCauseFunc
	turn   chan struct{} // gets a value when a slot is handed over
	level  int
	ran    time.Duration // with a slot, before since
	began  time.Duration // ran when it got the slot
	since  time.Time
	timer  *time.Timer // of rest

	bytes, beside int64 // of the evaluation, and of what is held beside it
	limit         int64 // of both together; 0 is none
	failures      int   // of expressions

	// Under the lock of admission: whether it holds a slot, waits for a client, and
	// how many bytes the others know of.
	holds   bool
	resting bool
	shared  int64
}

// begin waits for the first slot.
func (l *lane) begin() error {
	if !l.wait(false) {
		return context.Cause(l.ctx)
	}
	return nil
}

// leave gives everything back.
func (l *lane) leave() {
	a := l.of
	if l.timer != nil {
		l.timer.Stop()
	}
	a.lock.Lock()
	a.bytes -= l.shared
	l.shared = 0
	delete(a.lanes, l)
	if l.holds {
		l.holds = false
		a.give(pool(l.level))
	}
	a.lock.Unlock()
	l.cancel(nil)
}

// wait waits for a slot of its level, first or last of those there, and reports
// whether it has one. Where it has none its context is over.
func (l *lane) wait(first bool) bool {
	if l.ctx.Err() != nil {
		return false
	}
	a, kind := l.of, pool(l.level)
	a.lock.Lock()
	switch {
	case a.free[kind] > 0:
		a.free[kind]--
		a.running++
		l.holds = true
		a.lock.Unlock()
		l.begins()
		return true
	case !first && a.waiting(kind) >= a.queue:
		a.lock.Unlock()
		l.cancel(a.full(kind))
		return false
	case first:
		a.waits[l.level] = slices.Insert(a.waits[l.level], 0, l)
	default:
		a.waits[l.level] = append(a.waits[l.level], l)
	}
	a.lock.Unlock()
	select {
	case <-l.turn:
		l.begins()
		return true
	case <-l.ctx.Done():
	}
	a.lock.Lock()
	defer a.lock.Unlock()
	if l.holds { // it was handed over just now
		<-l.turn
		l.holds = false
		a.give(kind)
	}
	a.waits[l.level] = slices.DeleteFunc(a.waits[l.level], func(other *lane) bool { return other == l })
	return false
}

// begins notes that it has a slot.
func (l *lane) begins() { l.since, l.began = time.Now(), l.ran }

// mostBetween is how much of the time between two looks counts: where there is more,
// the processors were busy with others.
const mostBetween = 10 * time.Millisecond

// look counts the time until now.
func (l *lane) look() {
	now := time.Now()
	l.ran += min(now.Sub(l.since), mostBetween)
	l.since = now
}

// pass is called now and then while the query runs. It ends the slice of the query
// where others are to run first.
func (l *lane) pass() {
	if !l.holds { // a client took its time
		l.wait(false)
		return
	}
	l.look()
	was := l.level
	for l.ran >= levelEnds[l.level] {
		l.level++
	}
	if was >= firstLong {
		runtime.Gosched() // so that short ones need not wait for the processor
	}
	switch {
	case pool(was) != pool(l.level):
		l.part(was)
		l.wait(false)
	case (l.level != was || l.ran-l.began >= turnTime) && l.isAfter():
		l.part(was)
		l.wait(l.level == was)
	}
}

// part gives the slot of a level back.
func (l *lane) part(level int) {
	l.of.lock.Lock()
	l.holds = false
	l.of.give(pool(level))
	l.of.lock.Unlock()
}

// isAfter reports whether one waits that is to run before this query. Long ones do
// not take turns where what they hold would fill the memory of all.
func (l *lane) isAfter() bool {
	a := l.of
	a.lock.Lock()
	defer a.lock.Unlock()
	kind := pool(l.level)
	if kind == 1 && a.most > 0 && a.bytes > a.most/2 {
		return false
	}
	from, _ := ofPool(kind)
	for _, w := range a.waits[from:l.level] {
		if len(w) > 0 {
			return true
		}
	}
	return false
}

// rest calls do, which waits for a client. Where that takes a while, as the client
// reads slowly or not at all, the slot is given back, and another one waited for if the
// query goes on.
func (l *lane) rest(do func()) {
	a := l.of
	a.lock.Lock()
	holds := l.holds
	l.resting = holds
	a.lock.Unlock()
	if !holds {
		do()
		return
	}
	if l.timer == nil {
		l.timer = time.AfterFunc(patience, l.rested)
	} else {
		l.timer.Reset(patience)
	}
	l.look()
	do()
	l.timer.Stop()
	l.since = time.Now()
	a.lock.Lock()
	l.resting = false
	a.lock.Unlock()
}

// rested gives the slot back while the query waits for a client.
func (l *lane) rested() {
	a := l.of
	a.lock.Lock()
	defer a.lock.Unlock()
	if l.resting && l.holds {
		l.resting, l.holds = false, false
		a.give(pool(l.level))
	}
}

// reportStep is how many bytes a query may use more or less before the others
// learn of it.
const reportStep = 64 << 10

// use says how many bytes the evaluation of the query holds.
func (l *lane) use(bytes int) {
	l.bytes = int64(bytes)
	l.report()
}

// hold counts bytes that are held beside the evaluation, until the end: the text of
// the query, what was read of it, and what was written and is not sent. It ends the
// query where they are too many.
func (l *lane) hold(bytes int) {
	if err := l.charge(bytes); err != nil {
		panic(stop{err})
	}
}

// charge is hold for who ends the query itself.
func (l *lane) charge(bytes int) error {
	l.beside += int64(bytes)
	l.report()
	if l.limit > 0 && l.bytes+l.beside > l.limit {
		return limitReached(BoundMemory, "of %d bytes of memory", l.limit)
	}
	return nil
}

func (l *lane) report() {
	total := l.bytes + l.beside
	if l.of.most == 0 || total != 0 && total < l.shared+reportStep && total > l.shared-reportStep {
		return
	}
	l.of.share(l, total)
}
