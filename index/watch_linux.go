package index

import (
	"os"
	"syscall"
)

// changeTime returns when a file was changed last, which no program can set, in
// nanoseconds, and its size.
func changeTime(f *os.File) (at, size int64, err error) {
	var s syscall.Stat_t
	if err := syscall.Fstat(int(f.Fd()), &s); err != nil {
		return 0, 0, err
	}
	return s.Ctim.Nano(), s.Size, nil
}
