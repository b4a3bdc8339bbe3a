//go:build unix

package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// TestSignalWhileBlocked holds that a command that waits for a pipe ends within
// a second of a signal, and leaves no half file. The commands wait all at once, each
// in a folder of its own.
func TestSignalWhileBlocked(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i, args := range [][]string{
		{"convert", "PIPE", "-o", "OUT"}, {"convert", sample, "-o", "PIPE"}, {"annotate", "PIPE", "-o", "OUT"}, {"query", "ASK {}", "PIPE"}, {"format", "PIPE", "--from", "ntriples", "-o", "OUT"},
		{"stats", "PIPE"}, {"index", "PIPE", "-o", "INDEX"}, {"validate", "PIPE"}, {"restore", "PIPE", "-o", "OUT"}, {"plan", "PIPE", "--shards", "2", "-o", "OUT"}, {"convert", "-", "-o", "OUT"},
	} {
		signals := []os.Signal{syscall.SIGTERM, syscall.SIGINT}
		if !portion.Full() {
			signals = signals[i%2 : i%2+1]
		}
		for _, signal := range signals {
			dir := t.TempDir()
			pipe := filepath.Join(dir, "pipe")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Fatal(err)
			}
			args := slices.Clone(args)
			for i, arg := range args {
				switch arg {
				case "PIPE":
					args[i] = pipe
				case "OUT":
					args[i] = filepath.Join(dir, "out.nq")
				case "INDEX":
					args[i] = filepath.Join(dir, "index")
				}
			}
			all.Go(func() { endsWhileBlocked(t, program, args, signal, dir) })
		}
	}
	all.Wait()
}

// endsWhileBlocked signals a command that waits for a pipe in a folder, and looks at
// how it ends and what it leaves there.
func endsWhileBlocked(t *testing.T, program string, args []string, signal os.Signal, dir string) {
	status, said, took, err := signalled(program, args, signal)
	if err != nil {
		t.Errorf("%v: %v", args, err)
		return
	}
	if took > 1500*time.Millisecond {
		t.Errorf("%v: it ended %s after %v", args, took, signal)
	}
	if status != exitFailed {
		t.Errorf("%v: exit %d, %s", args, status, said)
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Error(err)
	}
	for _, file := range left {
		if base := file.Name(); base != "pipe" {
			t.Errorf("%v: %s is left", args, base)
		}
	}
}

// signalled starts a command, signals it when it has begun to wait, and returns how
// it ended and how long that took. main handles signals before it does anything
// else; a process that gets one while it is still being loaded has nothing open
// and ends as signals end processes. Then the command is tried again with more
// time: on a busy machine loading takes long.
func signalled(program string, args []string, signal os.Signal) (status int, said string, took time.Duration, err error) {
	for wait := 300 * time.Millisecond; ; wait *= 3 {
		command := exec.Command(program, args...)
		command.Env = append(os.Environ(), "TRIALWEAVE_TEST_MAIN=1")
		if args[1] == "-" {
			stdin, err := command.StdinPipe()
			if err != nil {
				return 0, "", 0, err
			}
			defer stdin.Close()
		}
		var text bytes.Buffer
		command.Stderr = &text
		if err := command.Start(); err != nil {
			return 0, "", 0, err
		}
		time.Sleep(wait)
		start := time.Now()
		_ = command.Process.Signal(signal)
		_ = command.Wait()
		took = time.Since(start)
		if ended, ok := command.ProcessState.Sys().(syscall.WaitStatus); ok && ended.Signaled() && wait < 5*time.Second {
			continue
		}
		return command.ProcessState.ExitCode(), text.String(), took, nil
	}
}

// TestSilentServers has each command that asks a server ask one that takes the
// connection and says nothing: it gives up within the limit that is given.
func TestSilentServers(t *testing.T) {
	t.Parallel()
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
	const idle = "the server sent nothing for 300ms"
	var all sync.WaitGroup // they wait, all at once
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"convert", "postgres://u@" + host + "/aact", "-o", "OUT", "--connect-timeout", "300ms"}, "cannot be read"},
		{[]string{"convert", "postgres://u@" + host + "/aact?sslmode=disable&connect_timeout=600", "-o", "OUT", "--connect-timeout", "300ms"}, "cannot be read"},
		{[]string{"convert", "postgres://u@" + host + "/aact?connect_timeout=1", "-o", "OUT"}, "cannot be read"},
		{[]string{"convert", "postgres://u@" + host + "/aact", "-o", "OUT", "--idle-timeout", "300ms"}, idle},
		{[]string{"stats", "postgres://u@" + host + "/aact", "--idle-timeout", "300ms"}, idle},
		{[]string{"plan", "postgres://u@" + host + "/aact", "--shards", "2", "-o", "OUT", "--connect-timeout", "300ms"}, "cannot be read"},
		{[]string{"query", "ASK {}", "--endpoint", "http://" + host, "--idle-timeout", "300ms"}, idle},
		{[]string{"query", "ASK {}", "--endpoint", "https://" + host, "--connect-timeout", "300ms"}, "handshake timeout"},
		{[]string{"query", "ASK { SERVICE <http://" + host + "/> { ?s ?p ?o } }", sample, "--service", "http://" + host + "/", "--idle-timeout", "300ms"}, idle},
		{[]string{"fetch", "--base-url", "http://" + host, "--retries", "1", "-o", "OUT", "--idle-timeout", "300ms"}, idle},
		{[]string{"load", "update:http://" + host, sample, "--state", "STATE", "--idle-timeout", "300ms"}, idle},
		{[]string{"sync", "fuseki:http://" + host + "/d", sample, "--state", "STATE", "--idle-timeout", "300ms"}, idle},
	} {
		if lean && strings.HasPrefix(c.args[1], "postgres:") {
			c.want = "PostgreSQL is not in this build"
		}
		dir := t.TempDir()
		for i, arg := range c.args {
			if arg == "OUT" || arg == "STATE" {
				c.args[i] = filepath.Join(dir, arg)
			}
		}
		all.Go(func() {
			var said bytes.Buffer
			start := time.Now()
			status := run(t.Context(), c.args, &streams{in: strings.NewReader(""), out: io.Discard, err: &said, engine: newEngine, pause: time.Millisecond})
			if took := time.Since(start); status != exitFailed || took > 30*time.Second || !strings.Contains(said.String(), c.want) {
				t.Errorf("%v: exit %d after %v, %q; expected %q", c.args, status, took, &said, c.want)
			}
		})
	}
	all.Wait()
}
