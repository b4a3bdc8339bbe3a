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
			command := exec.Command(program, args...)
			command.Env = append(os.Environ(), "TRIALWEAVE_TEST_MAIN=1")
			if args[1] == "-" {
				stdin, err := command.StdinPipe()
				if err != nil {
					t.Fatal(err)
				}
				defer stdin.Close()
			}
			var said bytes.Buffer
			command.Stderr = &said
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(300 * time.Millisecond) // until it listens for signals
			start := time.Now()
			_ = command.Process.Signal(signal)
			err := command.Wait()
			if took := time.Since(start); took > 1500*time.Millisecond {
				t.Errorf("%v: it ended %s after %v", args, took, signal)
			}
			if command.ProcessState.ExitCode() != exitFailed {
				t.Errorf("%v: %v, %s", args, err, &said)
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
