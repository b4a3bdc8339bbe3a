package main

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// TestGrowLimit holds that the limit of memory grows with what is alive, and is what it
// was afterwards.
func TestGrowLimit(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "")
	const limit = 64 << 20 // before
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(limit))
	undo := growLimit(2)
	held := make([]byte, 2*queryMemory)
	for deadline := time.Now().Add(10 * time.Second); debug.SetMemoryLimit(-1) < int64(len(held))*5/4; {
		if time.Now().After(deadline) {
			t.Fatalf("the limit is %d with %d bytes alive", debug.SetMemoryLimit(-1), len(held))
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	runtime.KeepAlive(held)
	undo()
	runtime.GC()
	time.Sleep(10 * time.Millisecond)
	if now := debug.SetMemoryLimit(-1); now != limit {
		t.Errorf("the limit is %d afterwards, expected %d", now, limit)
	}
}
