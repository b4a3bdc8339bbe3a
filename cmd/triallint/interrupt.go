package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	files "github.com/trialweave/trialweave/internal/output"
)

var errInterrupted = errors.New("ended by a signal before everything was done")

// grace is the time that a command has to end by itself after a signal.
const grace = 500 * time.Millisecond

// interruptible runs a command until it returns, or until a signal ends it:
// its context is canceled, and where it does not return within the grace
// period, because it is waiting for a named pipe or is in the middle of a long
// computation, it is abandoned and its temporary files are removed. A second
// signal kills the process at once.
func interruptible(std *streams, command func(context.Context) int) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	status := make(chan int, 1)
	go func() { status <- command(ctx) }()
	select {
	case s := <-status:
		return s
	case <-signals:
	}
	signal.Reset(os.Interrupt, syscall.SIGTERM)
	cancel()
	select {
	case s := <-status:
		return s
	case <-time.After(grace):
	}
	files.AbortAll()
	scratch.remove()
	return std.fail(errInterrupted)
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
