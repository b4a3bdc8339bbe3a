//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
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
	for _, args := range [][]string{
		{"convert", pipe, "-o", out}, {"convert", sample, "-o", pipe}, {"annotate", pipe, "-o", out}, {"query", "ASK {}", pipe}, {"format", pipe, "--from", "ntriples", "-o", out},
		{"stats", pipe}, {"index", pipe, "-o", filepath.Join(dir, "index")}, {"validate", pipe}, {"restore", pipe, "-o", out}, {"plan", pipe, "--shards", "2", "-o", out}, {"convert", "-", "-o", out},
	} {
		for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGINT} {
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
