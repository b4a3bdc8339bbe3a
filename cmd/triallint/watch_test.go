package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// shared is a buffer that a test reads while a run writes it.
type shared struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// await waits until the text holds what is wanted so many times.
func (s *shared) await(t *testing.T, want string, times int) {
	t.Helper()
	for range 1000 {
		if strings.Count(s.String(), want) >= times {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("not %d times %q in:\n%s", times, want, s)
}

// TestWatch holds that --watch lints again when a file changes, when one comes
// into a folder that was not there before, and ends on an interrupt.
func TestWatch(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a.yml", "openapi: 3.1.0\ninfo: {title: a}\ninfo: {title: a}\n")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var out, notes shared
	ended := make(chan int, 1)
	go func() {
		std := &streams{in: strings.NewReader(""), out: &out, err: &notes}
		ended <- run(ctx, []string{"--watch", "--ruleset", "trialweave:clinical-trials-gov"}, std)
	}()
	notes.await(t, "watching", 1)
	out.await(t, "occurs twice", 1)
	write("a.yml", "openapi: 3.1.0\npaths: {}\npaths: {}\npaths: {}\n")
	notes.await(t, "watching", 2)
	out.await(t, `the key "paths" occurs twice`, 2)
	write("new/b.yml", "openapi: 3.1.0\ntags: []\ntags: []\n")
	out.await(t, `the key "tags" occurs twice`, 1)
	interrupt()
	select {
	case status := <-ended:
		if status != exitClean {
			t.Errorf("exit status %d after an interrupt, want 0", status)
		}
	case <-time.After(5 * time.Second):
		t.Error("the run did not end on an interrupt")
	}
}
