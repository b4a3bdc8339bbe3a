package trialweave

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/trialweave/trialweave/convert"
)

// scope is what labels of blank nodes of an input begin with.
func scope(i int) string { return fmt.Sprintf("i%d_", i+1) }

// errStopped ends a run whose values nobody takes any more.
var errStopped = errors.New("stopped")

// stream yields what run sends, on the goroutine that asks for it. Run has ended
// when the loop over the values has.
func stream[T any](ctx context.Context, run func(ctx context.Context, send func(T) error) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ctx, cancel := context.WithCancelCause(ctx)
		values := make(chan T, 4)
		var err error
		go func() {
			defer close(values)
			err = run(ctx, func(v T) error {
				select {
				case values <- v:
					return nil
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			})
		}()
		defer func() {
			cancel(errStopped)
			for range values { // until run has ended
			}
		}()
		for v := range values {
			if !yield(v, nil) {
				return
			}
		}
		if err != nil {
			var none T
			yield(none, unwrapped(err))
		}
	}
}

// unwrapped is an error of a run that writes nowhere: what handed its values on
// is not what failed.
func unwrapped(err error) error {
	if write, ok := errors.AsType[*convert.WriteError](err); ok {
		return write.Err
	}
	return err
}
