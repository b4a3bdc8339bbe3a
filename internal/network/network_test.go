package network_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/network"
)

// accepting takes connections and calls serve with each.
func accepting(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(c)
		}
	}()
	return l.Addr().String()
}

func silent(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

const short = 200 * time.Millisecond

func within(t *testing.T, least time.Duration, do func() error) error {
	t.Helper()
	start := time.Now()
	err := do()
	if took := time.Since(start); took < least || took > least+10*time.Second {
		t.Errorf("it took %v, expected %v", took, least)
	}
	return err
}

func isSilent(err error) bool {
	_, ok := errors.AsType[*network.SilentError](err)
	return ok
}

func get(t *testing.T, client *http.Client, method, address, body string) (string, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}

// TestSilentHTTP asks servers that say nothing before an answer, in the middle of
// one, and in the handshake.
func TestSilentHTTP(t *testing.T) {
	client := &http.Client{Transport: network.Limits{Connect: short, Idle: 2 * short}.Transport()}
	half := accepting(t, func(c net.Conn) {
		_, _ = io.ReadFull(c, make([]byte, 20))
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome")
		silent(c)
	})
	for _, address := range []string{accepting(t, silent), half} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			err := within(t, 2*short, func() error { _, err := get(t, client, method, "http://"+address, "a"); return err })
			if !isSilent(err) {
				t.Errorf("%s: %v, expected that it is silent", method, err)
			}
			if strings.Contains(err.Error(), "net/http") {
				t.Errorf("%v: it says how package http works", err)
			}
		}
	}
	err := within(t, short, func() error {
		_, err := get(t, client, http.MethodGet, "https://"+accepting(t, silent), "")
		return err
	})
	if fault, ok := errors.AsType[net.Error](err); !ok || !fault.Timeout() {
		t.Errorf("handshake: %v, expected a timeout", err)
	}
}

// TestSlowButNotSilent has answers, bodies and pauses that take longer than the
// limit, with something that happens all the time.
func TestSlowButNotSilent(t *testing.T) {
	const limit = 500 * time.Millisecond
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			t.Error(err)
		}
		for range 8 {
			_, _ = io.WriteString(w, "a")
			_ = http.NewResponseController(w).Flush()
			time.Sleep(limit / 4)
		}
	}))
	defer server.Close()
	client := &http.Client{Transport: network.Limits{Idle: limit}.Transport()}
	for range 3 {
		// The next request uses the same connection, whose read waits already.
		got, err := get(t, client, http.MethodPost, server.URL, strings.Repeat("body", 1<<18))
		if err != nil || got != "aaaaaaaa" {
			t.Errorf("%q, %v", got, err)
		}
		time.Sleep(limit * 3 / 4)
	}
}

// TestWriteToOneWhoTakesNothing fills the buffers of a connection.
func TestWriteToOneWhoTakesNothing(t *testing.T) {
	c, err := network.Limits{Idle: short}.Dial(t.Context(), "tcp", accepting(t, func(c net.Conn) { <-t.Context().Done(); _ = c.Close() }))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(make([]byte, 64<<20)); !isSilent(err) {
		t.Errorf("%v, expected that it is silent", err)
	}
}

// TestOwnersDeadline has drivers cancel by a deadline that is over: neither a
// read that waits nor one that begins afterwards may extend it.
func TestOwnersDeadline(t *testing.T) {
	c, err := network.Limits{}.Dial(t.Context(), "tcp", accepting(t, silent))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	time.AfterFunc(short, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	for range 2 {
		err := within(t, 0, func() error { _, err := c.Read(make([]byte, 1)); return err })
		if !errors.Is(err, os.ErrDeadlineExceeded) || isSilent(err) {
			t.Errorf("read: %v, expected the owner's deadline", err)
		}
	}
	if _, err := c.Write([]byte("a")); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("write: %v, expected the owner's deadline", err)
	}
	if err := c.SetDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte("a")); err != nil {
		t.Error(err)
	}
}
