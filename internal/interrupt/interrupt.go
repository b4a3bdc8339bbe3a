// Package interrupt ends commands on signals: see [Run].
package interrupt

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Run runs a command and returns its exit status. SIGINT and SIGTERM cancel its
// context. A command that does not return within the grace period after that,
// because it waits for a pipe or a server or is in the middle of a long
// computation, is abandoned: Run returns the status of abandon, which removes
// what the command would have removed. A second signal kills the process.
//
// main calls it before it reads its arguments. A signal that comes earlier, while
// packages are initialized, ends the process as signals do: nothing is open then.
func Run(grace time.Duration, command func(context.Context) int, abandon func() int) int {
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
		return abandon()
	}
}
