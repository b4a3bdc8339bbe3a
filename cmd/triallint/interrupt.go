package main

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/trialweave/trialweave/internal/interrupt"
	files "github.com/trialweave/trialweave/internal/output"
)

var errInterrupted = errors.New("ended by a signal before everything was done")

// grace is the time that a command has to end by itself after a signal.
const grace = 500 * time.Millisecond

// interruptible runs a command as interrupt.Run does; of an abandoned one the
// temporary files are removed.
func interruptible(std *streams, command func(context.Context) int) int {
	return interrupt.Run(grace, command, func() int {
		files.AbortAll()
		scratch.remove()
		return std.fail(errInterrupted)
	})
}

// scratch are the temporary folders of the process.
var scratch folders

type folders struct{ names sync.Map }

// add makes a temporary folder; the caller removes it.
func (f *folders) add() (dir string, remove func(), err error) {
	if dir, err = os.MkdirTemp("", "triallint"); err != nil {
		return "", nil, err
	}
	f.names.Store(dir, true)
	return dir, func() {
		_ = os.RemoveAll(dir)
		f.names.Delete(dir)
	}, nil
}

// remove removes the folders that are left.
func (f *folders) remove() {
	f.names.Range(func(dir, _ any) bool {
		_ = os.RemoveAll(dir.(string))
		return true
	})
}
