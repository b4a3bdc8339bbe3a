//go:build unix

package index

import (
	"os"
	"syscall"
)

// mapping says that what mapped returns changes with the file.
const mapping = true

// mapped returns the bytes of a file as it is now, and what gives them back.
func mapped(f *os.File, size int64) ([]byte, func() error, error) {
	if size == 0 {
		return nil, func() error { return nil }, nil
	}
	data, err := syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, nil, err
	}
	return data, func() error { return syscall.Munmap(data) }, nil
}
