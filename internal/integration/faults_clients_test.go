//go:build integration && unix

package integration

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
)

// The bounds of serve on a connection, with what a busy machine needs beside them.
const (
	headersWithin = 15 * time.Second
	bodyWithin    = 40 * time.Second
	idleWithin    = 75 * time.Second
)

// clients lets 20 bad clients loose, five of each of four kinds, beside one that
// asks and asks. In the whole run they are waited for until serve disconnects them.
func (f *faults) clients(t *testing.T) {
	s := f.serve(t, f.manyQuads(t), "--no-pages")
	path := askedOfAll()[1]
	_, want, err := s.get(t.Context(), path, "text/csv")
	if err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(s.address, "http://")
	ctx, done := context.WithCancel(t.Context())
	defer done()
	closed := make(chan string, 20)
	kinds := []struct {
		name, sends string
		drip        bool // a byte more each second
		within      time.Duration
	}{
		{"slow headers", "GET /sparql HTTP/1.1\r\nHost: " + host + "\r\nX-", true, headersWithin},
		{"half a body", "POST /sparql HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/sparql-query\r\nContent-Length: 1000\r\n\r\nASK {", true, bodyWithin},
		{"an answer that nobody reads", strings.Repeat("GET /sparql?query="+url.QueryEscape("SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 300000")+" HTTP/1.1\r\nHost: "+host+"\r\n\r\n", 3), false, 2 * idleWithin},
		{"idle", "", false, idleWithin},
	}
	for i := range 20 {
		kind := kinds[i%len(kinds)]
		go func() { closed <- kind.name + misbehave(ctx, host, kind.sends, kind.drip, kind.within) }()
	}
	good := f.row(t, "requests of a good client beside 20 bad ones")
	wait := 4 * time.Second
	if f.percent >= 100 {
		wait = 2*idleWithin + 5*time.Second
	}
	slowest := time.Duration(0)
	for begin := time.Now(); time.Since(begin) < wait; time.Sleep(20 * time.Millisecond) {
		start := time.Now()
		_, got, err := s.get(ctx, path, "text/csv")
		took := time.Since(start)
		slowest = max(slowest, took)
		switch {
		case err != nil || got != want:
			good.try(fmt.Sprintf("%v, %.100q", err, got))
		case took > 3*time.Second:
			good.try(fmt.Sprintf("it took %v", took))
		default:
			good.try("")
		}
	}
	good.note = fmt.Sprintf("slowest answer %d ms", slowest.Milliseconds())
	if f.percent >= 100 {
		bad := f.row(t, "bad clients: slow headers, half bodies, never reading, idle")
		for range 20 {
			name, lost, _ := strings.Cut(<-closed, ": ")
			if lost != "" {
				lost = name + ": " + lost
			}
			bad.try(lost)
		}
		bad.note = "all disconnected"
	}
	done()
	f.terminate(t, s)
}

// misbehave connects and says the least; the result is empty if the server
// disconnects in time.
func misbehave(ctx context.Context, host, sends string, drip bool, within time.Duration) string {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", host)
	if err != nil {
		return ": " + err.Error()
	}
	defer conn.Close()
	begin := time.Now()
	_, _ = io.WriteString(conn, sends) // what comes of it is seen below
	for ctx.Err() == nil {
		if !drip && sends != "" { // reads nothing: the end is seen by writing
			time.Sleep(200 * time.Millisecond)
			if _, err := conn.Write([]byte("GET / HTTP/1.1\r\n")); err != nil {
				return ""
			}
		} else {
			if drip {
				_, _ = conn.Write([]byte("x"))
			}
			_ = conn.SetReadDeadline(time.Now().Add(time.Second))
			if _, err := conn.Read(make([]byte, 4096)); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
				return ""
			}
		}
		if time.Since(begin) > within {
			return fmt.Sprintf(": still connected after %v", within)
		}
	}
	return ""
}

// requests sends what is no HTTP, or nearly, and asks something good behind it.
func (f *faults) requests(t *testing.T) {
	s := f.serve(t, f.manyQuads(t), "--no-pages")
	host := strings.TrimPrefix(s.address, "http://")
	path := askedOfAll()[0]
	_, want, err := s.get(t.Context(), path, "text/csv")
	if err != nil {
		t.Fatal(err)
	}
	a := f.row(t, "malformed and hostile requests")
	for _, request := range oddRequests(host) {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, request) // it may close before all is written
		_ = conn.SetReadDeadline(time.Now().Add(15 * time.Second))
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		lost := ""
		if err == nil {
			if response.StatusCode < 300 {
				lost = fmt.Sprintf("%.60q is answered with %d", request, response.StatusCode)
			}
			response.Body.Close()
		} else if errors.Is(err, os.ErrDeadlineExceeded) {
			lost = fmt.Sprintf("%.60q gets no answer", request)
		}
		conn.Close()
		if _, got, err := s.get(t.Context(), path, "text/csv"); err != nil || got != want || s.dead() {
			lost = fmt.Sprintf("after %.60q: %v, %.100q", request, err, got)
		}
		a.try(lost)
	}
	f.terminate(t, s)
}

// oddRequests are requests that have to be refused.
func oddRequests(host string) []string {
	get := func(path string) string { return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n" }
	post := func(kind, length, body string) string {
		return "POST /sparql HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: " + kind + "\r\n" + length + "\r\n\r\n" + body
	}
	const form, query = "application/x-www-form-urlencoded", "application/sparql-query"
	return []string{
		"\x00\x01\x02\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
		"GET /sparql HTTP/1.1\r\nHost: other.example\r\n\r\n", "GET /sparql HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: " + host + "\r\nX: " + strings.Repeat("a", 2<<20) + "\r\n\r\n",
		"PUT /sparql HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0\r\n\r\n", "DELETE /data?default HTTP/1.1\r\nHost: " + host + "\r\n\r\n", "TRACE / HTTP/1.1\r\nHost: " + host + "\r\n\r\n",
		get("/../../../etc/passwd"), get("/%2e%2e/%2e%2e/etc/passwd"), get("/sparql?query=%zz"), get("/sparql?query=SELECT"), get("/sparql?query=%00"), get("/data?graph=%0d%0aX:%20y"), get("/data"), get("/data?graph=file:///etc/passwd"),
		get("/sparql?query=" + url.QueryEscape("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")), get("/sparql?query=" + url.QueryEscape("LOAD <file:///etc/passwd>")), get("/sparql?query=" + url.QueryEscape("ASK {}") + "&default-graph-uri=%20"),
		post(query, "Content-Length: -1", ""), post(query, "Content-Length: 5\r\nContent-Length: 6", "ASK {}"), post(query, "Transfer-Encoding: chunked", "zz\r\n"), post(query, "Content-Length: 3000000", strings.Repeat("#", 3000000)),
		post(form, "Content-Length: 3000000", "query="+strings.Repeat("a", 3000000-6)), post(form, "Content-Length: 9", "update=x&"), post("application/sparql-update", "Content-Length: 8", "CLEAR ALL"), post("text/plain", "Content-Length: 6", "ASK {}"),
		post(query, "Content-Encoding: gzip\r\nContent-Length: 6", "ASK {}"),
	}
}
