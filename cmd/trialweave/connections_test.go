package main

import (
	"errors"
	"net"
	"net/http"
	"os"
	"testing"
	"time"
)

// TestConnections: where there are too many connections, the one that has been
// idle the longest is closed, and the others stay.
func TestConnections(t *testing.T) {
	all := newConnections(2)
	var conns, peers []net.Conn
	for range 3 {
		here, there := net.Pipe()
		defer here.Close()
		defer there.Close()
		conns, peers = append(conns, here), append(peers, there)
	}
	all.note(conns[0], http.StateNew)
	all.note(conns[0], http.StateActive)
	all.note(conns[1], http.StateNew)
	time.Sleep(2 * time.Millisecond)
	all.note(conns[2], http.StateNew)
	for i, closed := range []bool{false, true, false} {
		_ = peers[i].SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		_, err := peers[i].Read(make([]byte, 1))
		if got := !errors.Is(err, os.ErrDeadlineExceeded); got != closed {
			t.Errorf("connection %d: closed %v, expected %v: %v", i, got, closed, err)
		}
	}
}

// TestWriteToOneWhoDoesNotRead: a write to somebody who reads nothing fails in
// time.
func TestWriteToOneWhoDoesNotRead(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := impatient{listener, 100 * time.Millisecond}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for chunk := make([]byte, 1<<20); err == nil; {
		_, err = conn.Write(chunk)
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
}
