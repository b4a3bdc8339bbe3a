package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
)

// workspace is where a segment is written, and where what is sorted on the way.
type workspace struct {
	dir    string
	number int    // of the segment
	temp   string // the folder of what is sorted, "" for that of the index
	meter  *meter
}

// path returns the path of a file of the segment.
func (w *workspace) path(what string) string { return fileName(w.dir, w.number, what) }

// scratch creates a file that does not outlive the writer. In the folder of the index
// the next writer removes what one that was killed left; elsewhere the file has no
// name while it is in use, where the system allows that.
func (w *workspace) scratch(what string) (*os.File, error) {
	if w.temp == "" {
		return os.Create(w.path(what + ".runs"))
	}
	f, err := os.CreateTemp(w.temp, "trialweave-index-*."+what)
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // else it is removed when it is closed
	return f, nil
}

// discard closes a file that scratch created, and removes it.
func discard(f *os.File) error {
	path := f.Name()
	err := f.Close()
	if removed := os.Remove(path); !errors.Is(removed, fs.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}

// usable reports as an error why a folder cannot be that of what is sorted.
func usable(temp string) error {
	info, err := os.Stat(temp)
	switch {
	case err != nil:
		return fmt.Errorf("%w, expected a folder for temporary files", err)
	case !info.IsDir():
		return fmt.Errorf("%s is a file, expected a folder for temporary files", filepath.Clean(temp))
	}
	return nil
}

// meter counts rows that were written, of all that are to be. A nil meter does not.
type meter struct {
	done  atomic.Int64
	total int64
	tell  func(done, total int64)
}

// newMeter returns a meter that reports to a function, nil without one.
func newMeter(tell func(done, total int64)) *meter {
	if tell == nil {
		return nil
	}
	return &meter{tell: tell}
}

// expect sets the number of all rows.
func (m *meter) expect(total int64) {
	if m != nil {
		m.total = total
	}
}

func (m *meter) add(rows int64) {
	if m != nil {
		m.tell(m.done.Add(rows), m.total)
	}
}

// stepRows is after how many rows the steps of a loop are called.
const stepRows = 1 << 14

// step is called in a loop, at its beginning and every stepRows rows. The error is
// why to stop.
type step func() error

// steps counts the rows of a loop, which ends with the context.
func steps(ctx context.Context, m *meter) step {
	begun := false
	return func() error {
		if begun {
			m.add(stepRows)
		}
		begun = true
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return nil
	}
}
