//go:build unix

package output

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"github.com/gofrs/flock"
)

// gone reports whether no process has this number.
func gone(pid int) bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// hold locks a temporary file until release, or the end of this process, so that
// nobody takes it for one that was left. It is not ours where another process has
// taken it for that already. What a file system without locks has is ours.
func hold(f *os.File) (release func(), ours bool) {
	lock := flock.New(f.Name(), flock.SetFlag(os.O_RDWR))
	release = func() { _ = lock.Close() } // it gives up the lock, whatever it returns
	locked, err := lock.TryLock()
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && !locked:
		release()
		return nil, false
	case err != nil:
		return release, true
	}
	here, err := os.Stat(f.Name())
	own, e := f.Stat()
	if err != nil || e != nil || !os.SameFile(here, own) { // removed before it was locked
		release()
		return nil, false
	}
	return release, true
}

// removeUnheld removes a temporary file that no process holds.
func removeUnheld(name string) {
	lock := flock.New(name, flock.SetFlag(os.O_RDWR))
	if locked, err := lock.TryLock(); err == nil && locked {
		os.Remove(name)
	}
	_ = lock.Close() // as in hold
}
