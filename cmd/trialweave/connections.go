package main

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// connections bounds how many there are: where there are too many, the one that
// has been idle the longest is closed.
type connections struct {
	most int
	lock sync.Mutex
	// idle has those that wait for a request, since when; busy the others.
	idle map[net.Conn]time.Time
	busy map[net.Conn]struct{}
}

func newConnections(most int) *connections {
	return &connections{most: most, idle: map[net.Conn]time.Time{}, busy: map[net.Conn]struct{}{}}
}

// note records a change in the state of a connection; it is the server's ConnState
// callback.
func (c *connections) note(conn net.Conn, state http.ConnState) {
	c.lock.Lock()
	defer c.lock.Unlock()
	switch state {
	case http.StateNew, http.StateIdle:
		delete(c.busy, conn)
		c.idle[conn] = time.Now()
	case http.StateActive:
		delete(c.idle, conn)
		c.busy[conn] = struct{}{}
	case http.StateHijacked, http.StateClosed:
		delete(c.idle, conn)
		delete(c.busy, conn)
	}
	if state == http.StateNew && len(c.idle)+len(c.busy) > c.most {
		c.closeOne(conn)
	}
}

// closeOne closes the connection that has been idle the longest; the new one
// where no other is idle.
func (c *connections) closeOne(fresh net.Conn) {
	oldest := fresh
	for conn, since := range c.idle {
		if since.Before(c.idle[oldest]) {
			oldest = conn
		}
	}
	delete(c.idle, oldest)
	_ = oldest.Close() // it is gone in any case
}

// impatient is a listener whose connections end where the other side reads
// nothing for a while, so that it does not keep a query running.
type impatient struct {
	net.Listener
	timeout time.Duration
}

// Accept waits for a connection.
func (l impatient) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &impatientConn{conn, l.timeout}, nil
}

type impatientConn struct {
	net.Conn
	timeout time.Duration
}

// Write fails where the other side takes nothing for as long as the timeout.
func (c *impatientConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}
