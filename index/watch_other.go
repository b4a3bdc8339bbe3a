//go:build !linux

package index

import "os"

// statOf says when a file was written to last, in nanoseconds, and its size.
func statOf(f *os.File) (fileStat, error) {
	info, err := f.Stat()
	if err != nil {
		return fileStat{}, err
	}
	at := info.ModTime().UnixNano()
	return fileStat{changed: at, written: at, size: info.Size()}, nil
}
