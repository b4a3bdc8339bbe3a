//go:build linux

package script

import "syscall"

// limitMemory has the system refuse memory beyond so many bytes: a single request
// for much more is not seen by who looks now and then.
func limitMemory(most uint64) {
	_ = syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: most, Max: most}) // the guard looks, too
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
	_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{}) // nothing is written to files
}
