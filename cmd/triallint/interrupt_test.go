//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestSignalsEndCommands holds that SIGTERM and SIGINT end every command within
// a second, also while it waits for a named pipe that nobody writes to, and
// that no temporary file is left.
func TestSignalsEndCommands(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup // they wait, all at once
	for _, args := range [][]string{
		{"PIPE"},
		{"--ruleset", "PIPE", "PLAIN"},
		{"--watch", "PIPE"},
		{"--watch", "PLAIN"},
		{"explain", "info-contact", "--at", "PIPE:1"},
		{"rules", "list", "--ruleset", "PIPE", "PLAIN"},
		{"rules", "prove", "--ruleset", "PIPE", "PLAIN"},
		{"rules", "mutate", "--ruleset", "PIPE", "PLAIN"},
		{"payload", "PLAIN", "--openapi", "PIPE"},
		{"diff", "PIPE", "PLAIN"},
		{"fix", "PIPE"},
	} {
		for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
			dir, temp := t.TempDir(), t.TempDir()
			pipe, plain := filepath.Join(dir, "pipe.yml"), filepath.Join(dir, "a.yml")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Skip("named pipes cannot be made here: ", err)
			}
			if err := os.WriteFile(plain, []byte("openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			c := exec.Command(program)
			for _, arg := range args {
				c.Args = append(c.Args, strings.NewReplacer("PIPE", pipe, "PLAIN", plain).Replace(arg))
			}
			c.Args[0] = "triallint"
			c.Env = append(os.Environ(), "TMPDIR="+temp)
			all.Go(func() {
				endsOn(t, c, pipe, signal)
				if left, _ := os.ReadDir(temp); len(left) > 0 {
					t.Errorf("%v: %s is left", args, left[0].Name())
				}
			})
		}
	}
	all.Wait()
}

// endsOn starts a command that reads a pipe, or else prints something and does not
// end, and ends it by a signal.
func endsOn(t *testing.T, c *exec.Cmd, pipe string, signal syscall.Signal) {
	out := &shared{}
	c.Stdout, c.Stderr = out, out
	if err := c.Start(); err != nil {
		t.Error(err)
		return
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		// It can be opened for writing once somebody reads it.
		if f, err := os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
			defer f.Close()
			break
		}
		if out.String() != "" || time.Since(begun) > time.Minute {
			break
		}
	}
	select {
	case err := <-ended:
		t.Errorf("%v ended by itself: %v\n%s", c.Args, err, out)
		return
	case <-time.After(300 * time.Millisecond):
	}
	if err := c.Process.Signal(signal); err != nil {
		t.Error(err)
		return
	}
	select {
	case <-ended:
	case <-time.After(grace + 5*time.Second): // the rest is for a busy machine
		_ = c.Process.Kill()
		t.Errorf("%v does not end it", c.Args)
	}
	if c.ProcessState.ExitCode() < 0 {
		t.Errorf("%v was killed, and did not end by itself: %v", c.Args, c.ProcessState)
	}
}
