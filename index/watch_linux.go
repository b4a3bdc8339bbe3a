package index

import (
	"os"
	"syscall"
)

// statOf says when a file was changed last, which no program can set, and written to,
// in nanoseconds, and its size.
func statOf(f *os.File) (fileStat, error) {
	var s syscall.Stat_t
	if err := syscall.Fstat(int(f.Fd()), &s); err != nil {
		return fileStat{}, err
	}
	return fileStat{changed: s.Ctim.Nano(), written: s.Mtim.Nano(), size: s.Size}, nil
}
