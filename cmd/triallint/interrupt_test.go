//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe.yml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("named pipes cannot be made here: ", err)
	}
	plain := filepath.Join(dir, "a.yml")
	if err := os.WriteFile(plain, []byte("openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, args := range [][]string{
		{pipe},
		{"--ruleset", pipe, plain},
		{"--watch", pipe},
		{"--watch", plain},
		{"explain", "info-contact", "--at", pipe + ":1"},
		{"rules", "list", "--ruleset", pipe, plain},
		{"rules", "prove", "--ruleset", pipe, plain},
		{"rules", "mutate", "--ruleset", pipe, plain},
		{"payload", plain, "--openapi", pipe},
		{"diff", pipe, plain},
		{"fix", pipe},
	} {
		for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
			t.Run(fmt.Sprint(args[0], i, signal), func(t *testing.T) {
				t.Parallel()
				temp := t.TempDir()
				c := exec.Command(program, args...)
				c.Args[0] = "triallint"
				c.Env = append(os.Environ(), "TMPDIR="+temp)
				endsOn(t, c, signal)
				if left, _ := os.ReadDir(temp); len(left) > 0 {
					t.Errorf("%s is left", left[0].Name())
				}
			})
		}
	}
}

// endsOn starts a command that does not end, and ends it by a signal.
func endsOn(t *testing.T, c *exec.Cmd, signal syscall.Signal) {
	t.Helper()
	var out strings.Builder
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended:
		t.Fatalf("it ended by itself: %v\n%s", err, out.String())
	case <-time.After(time.Second):
	}
	if err := c.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(grace + 5*time.Second): // the rest is for a busy machine
		_ = c.Process.Kill()
		t.Errorf("%v does not end it", c.Args)
	}
	if c.ProcessState.ExitCode() < 0 {
		t.Errorf("it was killed, and did not end by itself: %v", c.ProcessState)
	}
}
