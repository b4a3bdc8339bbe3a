//go:build unix

package script

import (
	"syscall"
	"time"
)

// timeUsed is the time of processors that the process has taken.
func timeUsed() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return sinceStart()
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
