// Package network bounds how long servers may take: to be connected to, and to
// send or take the next byte. The whole of an answer may take as long as it needs.
package network

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// The limits where nothing else is said.
const (
	DefaultConnect = 30 * time.Second
	DefaultIdle    = 5 * time.Minute
)

// Limits says how long a server may take. The zero value means the defaults.
type Limits struct {
	// Connect is how long it may take to find a server and to connect to it.
	// Default: DefaultConnect.
	Connect time.Duration
	// Idle is how long a server that was asked may send nothing, or take nothing
	// of what is sent. Default: DefaultIdle.
	Idle time.Duration
}

// WithDefaults returns the limits with nothing left at zero.
func (l Limits) WithDefaults() Limits {
	if l.Connect <= 0 {
		l.Connect = DefaultConnect
	}
	if l.Idle <= 0 {
		l.Idle = DefaultIdle
	}
	return l
}

// SilentError says that a server neither sent nor took anything for too long.
type SilentError struct{ After time.Duration }

func (e *SilentError) Error() string { return fmt.Sprintf("the server sent nothing for %v", e.After) }

// Timeout reports that it is a timeout, as a net.Error does.
func (e *SilentError) Timeout() bool { return true }

// Temporary reports that the next request may succeed, as a net.Error does.
func (e *SilentError) Temporary() bool { return true }

// Dial connects to a server within the limits.
func (l Limits) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	l = l.WithDefaults()
	c, err := (&net.Dialer{Timeout: l.Connect}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c, idle: l.Idle}, nil
}

// Transport returns a transport like http.DefaultTransport, within the limits.
func (l Limits) Transport() http.RoundTripper {
	l = l.WithDefaults()
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok { // somebody replaced it
		t = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	}
	t = t.Clone()
	t.DialContext, t.TLSHandshakeTimeout = l.Dial, l.Connect
	return transport{t}
}

// transport says of a silent server that it is silent, and not how package http
// came to know.
type transport struct{ next *http.Transport }

// RoundTrip makes a request.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.next.RoundTrip(r)
	if silent, ok := errors.AsType[*SilentError](err); ok {
		err = silent
	}
	return response, err
}

// conn is a connection whose reads and writes end when nothing happens. What is
// written is followed by an answer: the time for a read that waits already
// begins anew with it. The owner's deadlines, by which drivers cancel, apply if
// they are earlier.
type conn struct {
	net.Conn
	idle time.Duration

	mu                    sync.Mutex
	readUntil, writeUntil time.Time // the owner's, or zero
}

// Read reads what comes within the limit.
func (c *conn) Read(p []byte) (int, error) {
	if err := c.extend(c.Conn.SetReadDeadline, &c.readUntil); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(p)
	return n, c.explain(err, &c.readUntil)
}

// maxWrite is the most bytes that are to be taken within the limit.
const maxWrite = 1 << 16

// Write writes in parts, for each of which the limit begins anew.
func (c *conn) Write(p []byte) (n int, err error) {
	for first := true; err == nil && (first || n < len(p)); first = false {
		if err = c.extend(c.Conn.SetWriteDeadline, &c.writeUntil); err == nil {
			err = c.extend(c.Conn.SetReadDeadline, &c.readUntil)
		}
		if err != nil {
			return n, err
		}
		var m int
		m, err = c.Conn.Write(p[n:min(len(p), n+maxWrite)])
		n += m
	}
	return n, c.explain(err, &c.writeUntil)
}

// extend sets the deadline to that of the limit, or the owner's if it is earlier.
func (c *conn) extend(set func(time.Time) error, owner *time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	until := time.Now().Add(c.idle)
	if !owner.IsZero() && owner.Before(until) {
		until = *owner
	}
	return set(until)
}

// explain makes the end of the limit an error of its own.
func (c *conn) explain(err error, owner *time.Time) error {
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !owner.IsZero() && !time.Now().Before(*owner) {
		return err
	}
	return &SilentError{c.idle}
}

// SetDeadline sets the owner's deadlines.
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetReadDeadline sets the owner's deadline of reads.
func (c *conn) SetReadDeadline(t time.Time) error {
	return c.own(c.Conn.SetReadDeadline, &c.readUntil, t)
}

// SetWriteDeadline sets the owner's deadline of writes.
func (c *conn) SetWriteDeadline(t time.Time) error {
	return c.own(c.Conn.SetWriteDeadline, &c.writeUntil, t)
}

// own keeps a deadline of the owner; one that is taken back leaves that of the
// limit, which a read or write that waits may need.
func (c *conn) own(set func(time.Time) error, kept *time.Time, t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	*kept = t
	if until := time.Now().Add(c.idle); t.IsZero() || until.Before(t) {
		t = until
	}
	return set(t)
}
