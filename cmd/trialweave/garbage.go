package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// relaxGC has the garbage collector run less often, for what lives little more
// than a query, and returns what undoes it. The limit of memory stays.
func relaxGC() (undo func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(400)
	return func() { debug.SetGCPercent(before) }
}

// queryMemory is the limit of memory of a process that holds little, and queryRoom what
// one that holds more has beside a part as much again.
const queryMemory, queryRoom = 160 << 20, 32 << 20

// growLimit lets the limit of memory grow with what is alive, by a part of that, and
// returns what undoes it. Above its limit the garbage collector takes half of the time
// and frees nothing.
func growLimit(part int64) (undo func()) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	var mu sync.Mutex
	over, before := false, debug.SetMemoryLimit(queryMemory)
	afterGC(func() bool {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			debug.SetMemoryLimit(max(queryMemory, queryRoom+alive()*(part+1)/part))
		}
		return !over
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
		debug.SetMemoryLimit(before)
	}
}

// afterGC calls a function after each run of the garbage collector until it returns
// false.
func afterGC(do func() bool) {
	type sentinel [64]byte // smaller ones may share a place with others
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		if do() {
			afterGC(do)
		}
	})
}

// alive is how many bytes the last run of the garbage collector found in use.
func alive() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(sample[0].Value.Uint64())
}
