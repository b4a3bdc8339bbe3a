//go:build unix

package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// TestSignalWhileBlocked holds that a command that waits for a pipe ends within
// a second of a signal, and leaves no half file.
func TestSignalWhileBlocked(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out.nq")
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for i, args := range [][]string{
		{"convert", pipe, "-o", out}, {"convert", sample, "-o", pipe}, {"annotate", pipe, "-o", out}, {"query", "ASK {}", pipe}, {"format", pipe, "--from", "ntriples", "-o", out},
		{"stats", pipe}, {"index", pipe, "-o", filepath.Join(dir, "index")}, {"validate", pipe}, {"restore", pipe, "-o", out}, {"plan", pipe, "--shards", "2", "-o", out}, {"convert", "-", "-o", out},
	} {
		signals := []os.Signal{syscall.SIGTERM, syscall.SIGINT}
		if !portion.Full() {
			signals = signals[i%2 : i%2+1]
		}
		for _, signal := range signals {
			status, said, took := signalled(t, program, args, signal)
			if took > 1500*time.Millisecond {
				t.Errorf("%v: it ended %s after %v", args, took, signal)
			}
			if status != exitFailed {
				t.Errorf("%v: exit %d, %s", args, status, said)
			}
		}
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	hidden, _ := filepath.Glob(filepath.Join(dir, ".*"))
	for _, name := range append(files, hidden...) {
		if base := filepath.Base(name); base != "pipe" && base != "index" {
			t.Errorf("%s is left", base)
		}
	}
}

// signalled starts a command, signals it when it has begun to wait, and returns how
// it ended and how long that took. main handles signals before it does anything
// else; a process that gets one while it is still being loaded has nothing open
// and ends as signals end processes. Then the command is tried again with more
// time: on a busy machine loading takes long.
func signalled(t *testing.T, program string, args []string, signal os.Signal) (status int, said string, took time.Duration) {
	t.Helper()
	for wait := 300 * time.Millisecond; ; wait *= 3 {
		command := exec.Command(program, args...)
		command.Env = append(os.Environ(), "TRIALWEAVE_TEST_MAIN=1")
		if args[1] == "-" {
			stdin, err := command.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer stdin.Close()
		}
		var text bytes.Buffer
		command.Stderr = &text
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(wait)
		start := time.Now()
		_ = command.Process.Signal(signal)
		_ = command.Wait()
		took = time.Since(start)
		if ended, ok := command.ProcessState.Sys().(syscall.WaitStatus); ok && ended.Signaled() && wait < 5*time.Second {
			continue
		}
		return command.ProcessState.ExitCode(), text.String(), took
	}
}

// TestSilentServers has each command that asks a server ask one that takes the
// connection and says nothing: it gives up within the limit that is given.
func TestSilentServers(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, c) }()
		}
	}()
	host := listener.Addr().String()
	dir := t.TempDir()
	out, state := filepath.Join(dir, "out"), filepath.Join(dir, "state")
	const idle = "the server sent nothing for 300ms"
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"convert", "postgres://u@" + host + "/aact", "-o", out, "--connect-timeout", "300ms"}, "cannot be read"},
		{[]string{"convert", "postgres://u@" + host + "/aact?sslmode=disable&connect_timeout=600", "-o", out, "--connect-timeout", "300ms"}, "cannot be read"},
		{[]string{"convert", "postgres://u@" + host + "/aact?connect_timeout=1", "-o", out}, "cannot be read"},
		{[]string{"convert", "postgres://u@" + host + "/aact", "-o", out, "--idle-timeout", "300ms"}, idle},
		{[]string{"stats", "postgres://u@" + host + "/aact", "--idle-timeout", "300ms"}, idle},
		{[]string{"plan", "postgres://u@" + host + "/aact", "--shards", "2", "-o", out, "--connect-timeout", "300ms"}, "cannot be read"},
		{[]string{"query", "ASK {}", "--endpoint", "http://" + host, "--idle-timeout", "300ms"}, idle},
		{[]string{"query", "ASK {}", "--endpoint", "https://" + host, "--connect-timeout", "300ms"}, "handshake timeout"},
		{[]string{"query", "ASK { SERVICE <http://" + host + "/> { ?s ?p ?o } }", sample, "--service", "http://" + host + "/", "--idle-timeout", "300ms"}, idle},
		{[]string{"fetch", "--base-url", "http://" + host, "--retries", "1", "-o", out, "--idle-timeout", "300ms"}, idle},
		{[]string{"load", "update:http://" + host, sample, "--state", state, "--idle-timeout", "300ms"}, idle},
		{[]string{"sync", "fuseki:http://" + host + "/d", sample, "--state", state, "--idle-timeout", "300ms"}, idle},
	} {
		t.Run(strings.Join(c.args[:2], " "), func(t *testing.T) {
			t.Parallel()
			var said bytes.Buffer
			start := time.Now()
			status := run(t.Context(), c.args, &streams{in: strings.NewReader(""), out: io.Discard, err: &said, engine: newEngine})
			if took := time.Since(start); status != exitFailed || took > 30*time.Second || !strings.Contains(said.String(), c.want) {
				t.Errorf("exit %d after %v, %q; expected %q", status, took, &said, c.want)
			}
		})
	}
}
