//go:build !linux

package index

import "os"

// changeTime returns when a file was written last, in nanoseconds, and its size.
func changeTime(f *os.File) (at, size int64, err error) {
	info, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	return info.ModTime().UnixNano(), info.Size(), nil
}
