package main

import (
	"context"
	"errors"
	"io"
	"sync"
)

// interruptible is a reader whose Read returns when ctx is done, even where
// the reader below waits for input that never comes. The goroutine that waits
// there then lasts as long as the process.
type interruptible struct {
	r     io.Reader
	start sync.Once
	pipe  *io.PipeReader
	to    *io.PipeWriter
}

func newInterruptible(ctx context.Context, r io.Reader) *interruptible {
	i := &interruptible{r: r}
	i.pipe, i.to = io.Pipe()
	context.AfterFunc(ctx, func() { _ = i.pipe.CloseWithError(context.Cause(ctx)) }) // never fails
	return i
}

// Read reads what there is.
func (i *interruptible) Read(p []byte) (int, error) {
	i.start.Do(func() {
		go func() {
			_, err := io.CopyBuffer(onlyWriter{i.to}, i.r, make([]byte, 256<<10))
			_ = i.to.CloseWithError(err) // never fails
		}()
	})
	n, err := i.pipe.Read(p)
	if errors.Is(err, io.ErrClosedPipe) {
		err = context.Canceled
	}
	return n, err
}

// onlyWriter hides other methods from io.CopyBuffer, which would leave the
// buffer unused.
type onlyWriter struct{ io.Writer }
