// Package output writes files that appear only when they are finished, and
// compresses them on several goroutines.
package output

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

// File is a file in the making. Commit or Abort ends it.
type File struct {
	path string
	temp *os.File // nil for a stream
	free func()   // ends that temp is held
	pipe *os.File // what cannot be replaced: a device, a named pipe
	pack *packer  // nil where nothing is compressed
	to   io.Writer
}

// Create starts the file that path names; "-" and "" are the stream. A name
// that ends in .gz or .zst is compressed, by up to workers goroutines. Until
// Commit the bytes are in a temporary file in the same folder, that of the
// file that a symbolic link leads to. A device or a named pipe is written to
// as it is: a rename would put a file in its place.
func Create(path string, stream io.Writer, workers int) (*File, error) {
	if path == "-" || path == "" {
		return &File{to: stream}, nil
	}
	path = followed(path)
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		pipe, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, fmt.Errorf("%s: cannot be written: %w", path, cause(err))
		}
		return &File{path: path, pipe: pipe, to: pipe}, nil
	}
	temp, free, err := createPart(path)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be written: %w", path, cause(err))
	}
	unfinished.Store(temp.Name(), true)
	f := &File{path: path, temp: temp, free: free, to: temp}
	switch {
	case strings.HasSuffix(path, ".gz"):
		f.pack = newPacker(temp, workers, newGzip)
	case strings.HasSuffix(path, ".zst"):
		f.pack = newPacker(temp, workers, newZstd)
	}
	return f, nil
}

func cause(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	return err
}

// Write adds bytes.
func (f *File) Write(p []byte) (int, error) {
	if f.pack != nil {
		return f.pack.Write(p)
	}
	return f.to.Write(p)
}

// Commit finishes the file and gives it its name. A file that was there before
// is replaced and keeps its permissions; a new one can be read by everyone the
// umask lets. The bytes are on the disk before the name is, so that a power cut
// leaves the old file or the whole new one.
func (f *File) Commit() error {
	if f.pack != nil {
		if err := f.pack.close(); err != nil {
			f.pack = nil
			f.Abort()
			return err
		}
		f.pack = nil
	}
	if f.pipe != nil {
		err := f.pipe.Close()
		f.pipe = nil
		return err
	}
	if f.temp == nil {
		return nil
	}
	err := f.keepMode()
	if err == nil && !unsynced.Load() {
		err = f.temp.Sync()
	}
	if e := f.temp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.temp.Name(), f.path)
	}
	switch {
	case err != nil:
		os.Remove(f.temp.Name())
	case !unsynced.Load():
		_ = syncNames(filepath.Dir(f.path)) // it never fails
	}
	unfinished.Delete(f.temp.Name())
	f.free()
	f.temp = nil
	return err
}

// keepMode gives the file the permissions of the one that it replaces.
func (f *File) keepMode() error {
	info, err := os.Stat(f.path)
	if err != nil {
		return nil //nolint:nilerr // there is none, and the umask has been applied
	}
	return f.temp.Chmod(info.Mode().Perm())
}

// Abort leaves nothing behind; after Commit it does nothing.
func (f *File) Abort() {
	if f.pack != nil {
		_ = f.pack.close() // what it wrote goes away
		f.pack = nil
	}
	if f.pipe != nil {
		f.pipe.Close()
		f.pipe = nil
	}
	if f.temp != nil {
		f.temp.Close()
		os.Remove(f.temp.Name())
		unfinished.Delete(f.temp.Name())
		f.free()
		f.temp = nil
	}
}

// unsynced has files get their names before they are on the disk.
var unsynced atomic.Bool

// SkipSync has all files of this process get their names before they are on the
// disk, which is faster, and leaves empty ones if the power is cut then.
func SkipSync() { unsynced.Store(true) }

// unfinished holds the names of the temporary files of this process.
var unfinished sync.Map

// atAbort holds what else AbortAll does.
var atAbort sync.Map

// AtAbort has AbortAll call a function, until forget is called.
func AtAbort(do func()) (forget func()) {
	key := new(byte)
	atAbort.Store(key, do)
	return func() { atAbort.Delete(key) }
}

// AbortAll removes the temporary files of all files in the making. It is for a
// process that is about to exit: their writers may still be at work.
func AbortAll() {
	atAbort.Range(func(_, do any) bool {
		do.(func())()
		return true
	})
	unfinished.Range(func(name, _ any) bool {
		os.Remove(name.(string))
		return true
	})
}
