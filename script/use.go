package script

import (
	"fmt"
	"runtime/metrics"
	"time"
)

var started = time.Now()

func sinceStart() time.Duration { return time.Since(started) }

// memoryUsed is what the process has of the system.
func memoryUsed() uint64 {
	use := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(use)
	return use[0].Value.Uint64() - use[1].Value.Uint64()
}

// What is said of a process that passes its bounds.
func memorySpent(most int64) string {
	return fmt.Sprintf("it takes more than %d MB of memory", most>>20)
}

func timeSpent(most time.Duration) string { return fmt.Sprintf("a call takes longer than %s", most) }
