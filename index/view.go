package index

import (
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// View calls read, which may call the methods of the index, and returns its
// error. A fault of the files is an error as well, a *CorruptionError that names
// the file: a page that is not as it was written, a file that was cut or that
// its disk does not give any more, and one that was written to meanwhile, which
// is seen when read has returned. What read found may be wrong if View
// returns an error.
//
// Only the goroutine of the call is protected. One View may run within another.
func (x *Index) View(read func() error) (err error) {
	panics := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(panics)
	defer x.recoverFault(&err)
	x.recheck()
	before := x.changes()
	err = read()
	x.recheck()
	if x.changes() != before {
		return &CorruptionError{x.changed(), -1, "it was overwritten while it was read", "the file as it was written"}
	}
	return err
}

func (x *Index) recheck() {
	for _, f := range x.watched {
		f.recheck()
	}
}

// recoverFault makes errors of the panics of files, and of faults of the memory
// that they are mapped into.
func (x *Index) recoverFault(err *error) {
	fault := recover()
	if fault == nil {
		return
	}
	if mapped, ok := fault.(interface{ Addr() uintptr }); ok {
		for _, f := range x.watched {
			if at := mapped.Addr() - uintptr(unsafe.Pointer(unsafe.SliceData(f.data))); at < uintptr(len(f.data)) {
				fault = &CorruptionError{f.name, int64(at), "the page cannot be read", "a file that is as long as it was, on a disk that works"}
			}
		}
	}
	switch fault := fault.(type) {
	case *CorruptionError:
		*err = fault
	case failure:
		*err = fault.err
	default:
		panic(fault)
	}
}

// changes counts how often the files were seen to be written to.
func (x *Index) changes() (n uint32) {
	for _, f := range x.watched {
		n += f.changes.Load()
	}
	return n
}

// changed names the file that was written to last.
func (x *Index) changed() string {
	name, last := "", int64(0)
	for _, f := range x.watched {
		if at := f.watch.written.Load(); name == "" || at > last {
			name, last = f.name, at
		}
	}
	return name
}

// watch is what is known of a file that is mapped, and not held in memory.
type watch struct {
	file    *os.File
	mu      sync.Mutex
	at      atomic.Int64 // the time of change up to which its pages were checked
	written atomic.Int64 // the time of the last write that was counted
}

// fileStat is what the system says of a file. Another name for it, or one less, moves
// the time of change and not that of the last write.
type fileStat struct{ changed, written, size int64 }

// unsettled is how long after a change another one may have the same time.
const unsettled = 100 * time.Millisecond

// settled reports whether a later change of a file has a later time, too.
func settled(changed int64) bool {
	return time.Since(time.Unix(0, changed)).Abs() > unsettled
}

// recheck looks again at a file of which the time of change moved. That it was written
// to counts as a change before anything else, so that nobody goes on with what was read
// meanwhile, even if the file is now as it was. A page that is not counts as not read.
func (f *file) recheck() {
	stat, err := statOf(f.watch.file)
	if err == nil && stat.changed == f.watch.at.Load() {
		return
	}
	f.watch.mu.Lock()
	defer f.watch.mu.Unlock()
	if err == nil && stat.changed == f.watch.at.Load() { // another goroutine has checked it
		return
	}
	if err != nil || f.watch.written.Swap(stat.written) != stat.written {
		f.changes.Add(1)
	}
	switch {
	case err != nil:
		f.damaged(-1, err.Error(), "a file that can be read")
	case stat.size != int64(len(f.data)):
		f.damaged(-1, fmt.Sprintf("it has %d bytes", stat.size), fmt.Sprintf("the %d that were written", len(f.data)))
	}
	f.scans.Add(1)
	if castagnoli(f.checks) != f.sum {
		f.damaged(-1, "the checksum of its checksums is wrong", "the ones that were written")
	}
	for page := int64(0); page<<pageBits < f.end(); page++ {
		if bit := uint64(1) << (page % 64); f.seen[page/64].Load()&bit != 0 && !f.intact(page) {
			f.seen[page/64].And(^bit)
			f.changes.Add(1)
		}
	}
	if settled(stat.changed) {
		f.watch.at.Store(stat.changed)
	}
}
