//go:build integration && unix

package integration

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
)

// allowed is how long a command may take to end after a signal, with what a busy
// machine needs beside it.
const allowed = 1500 * time.Millisecond

// signalled is a command that is ended at random moments. DIR is its folder, in
// which out is what it writes.
type signalled struct {
	name  string
	args  []string
	stdin bool // a pipe that nobody writes to
	// ends is false of what waits without end, by itself.
	ends bool
}

// signals ends ten commands at random moments by SIGTERM, SIGINT and SIGKILL:
// they end within a second, with their output as a whole or not at all, and the
// next run leaves nothing of the killed ones.
func (f *faults) signals(t *testing.T) {
	// Where SIGINT is ignored, as behind nohup, commands would inherit that.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	t.Cleanup(func() { signal.Stop(interrupts) })
	silent := silentServer(t)
	over := make(chan bool)
	registry := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	t.Cleanup(registry.Close)
	t.Cleanup(func() { close(over) })
	dir := t.TempDir()
	save(t, filepath.Join(dir, "many.ndjson"), append(bytes.Join(ownStudies(t, 500), []byte("\n")), '\n'))
	if got := f.run(t, "convert", dir+"/many.ndjson", "-o", dir+"/many.nq"); got.status != 0 {
		t.Fatal(got.err)
	}
	for _, c := range []signalled{
		{name: "convert to .zst", args: []string{"convert", "IN/many.ndjson", "-o", "DIR/out.nq.zst"}, ends: true},
		{name: "convert with --rejects", args: []string{"convert", "IN/many.ndjson", "-o", "DIR/out.nq", "--rejects", "DIR/out.rejects"}, ends: true},
		{name: "index", args: []string{"index", "IN/many.nq", "-o", "DIR/out"}, ends: true},
		{name: "annotate", args: []string{"annotate", "IN/many.ndjson", "-o", "DIR/out.gz"}, ends: true},
		{name: "format", args: []string{"format", "IN/many.nq", "-o", "DIR/out.trig"}, ends: true},
		{name: "restore", args: []string{"restore", "IN/many.nq", "-o", "DIR/out.ndjson"}, ends: true},
		{name: "convert, reading a pipe", args: []string{"convert", "DIR/pipe", "-o", "DIR/out.nq"}},
		{name: "convert, writing a pipe", args: []string{"convert", "IN/many.ndjson", "-o", "DIR/pipe"}},
		{name: "query, reading a pipe", args: []string{"query", "SELECT * { ?s ?p ?o }", "DIR/pipe", "-o", "DIR/out.csv", "--format", "csv"}},
		{name: "validate, reading standard input", args: []string{"validate", "-", "-o", "DIR/out.txt"}, stdin: true},
		{name: "sync, a store that says nothing", args: []string{"sync", "update:" + registry.URL, "IN/many.ndjson", "--state", "DIR/state"}},
		{name: "fetch, a registry that says nothing", args: []string{"fetch", "--base-url", registry.URL, "-o", "DIR/out.ndjson"}},
		{name: "query, an endpoint that says nothing", args: []string{"query", "ASK {}", "--endpoint", registry.URL}},
		{name: "convert, a database that says nothing", args: []string{"convert", "postgres://u@" + silent + "/aact", "-o", "DIR/out.nq"}},
	} {
		a, dice := f.row(t, "signals: %s", c.name), rand.New(rand.NewPCG(f.dice.Uint64(), 0))
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f.signal(t, a, dice, dir, c)
		})
	}
}

// silentServer takes connections and says nothing.
func silentServer(t *testing.T) string {
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
			go func() { _, _ = io.Copy(io.Discard, c) }()
		}
	}()
	return l.Addr().String()
}

func (f *faults) signal(t *testing.T, a *attempts, dice *rand.Rand, in string, c signalled) {
	t.Helper()
	dir := t.TempDir()
	if !c.ends {
		if err := syscall.Mkfifo(dir+"/pipe", 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var args []string
	for _, arg := range c.args {
		args = append(args, strings.NewReplacer("DIR", dir, "IN", in).Replace(arg))
	}
	want, whole := "", 700*time.Millisecond
	again := func() {
		start := time.Now()
		if got := f.run(t, args...); got.status != 0 {
			t.Fatalf("%v: status %d, %s", args, got.status, got.err)
		}
		whole = time.Since(start)
	}
	if c.ends {
		again()
		want = digest(t, dir)
	}
	for i := range f.share(100) {
		if err := removeOutput(dir); err != nil {
			t.Fatal(err)
		}
		a.try(f.endAt(t, dir, args, c, want, i, time.Duration(dice.Float64()*1.2*float64(whole))))
	}
	if c.ends {
		again()
		if got := digest(t, dir); got != want {
			t.Errorf("%v: what the next run leaves is not what the first left: %s, expected %s", args, got, want)
		}
	}
}

// endAt starts a command, ends it after a while, and says what was lost.
func (f *faults) endAt(t *testing.T, dir string, args []string, c signalled, want string, i int, after time.Duration) string {
	t.Helper()
	cmd := exec.Command(f.program, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if c.stdin {
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	sent := []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGKILL}[i%3]
	time.Sleep(after)
	start := time.Now()
	_ = cmd.Process.Signal(sent)
	hung := time.AfterFunc(most, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait()
	hung.Stop()
	took, status := time.Since(start), cmd.ProcessState.ExitCode()
	// On a busy machine it takes a while until a command listens for signals.
	killed := sent == syscall.SIGKILL || after < 100*time.Millisecond
	switch {
	case took > allowed:
		return fmt.Sprintf("it ended %v after %v", took, sent)
	case status == 0 && c.ends:
		if got := digest(t, dir); got != want {
			return "it ended with status 0, and left " + got
		}
	case status != 2 && !(status == -1 && (killed || after < 500*time.Millisecond)):
		return fmt.Sprintf("status %d after %v at %v: %s", status, sent, after, &said)
	default:
		return partOf(t, dir, want, cmd.Process.Pid, status == -1)
	}
	return ""
}

// partOf says what is left in a folder that is neither the whole output nor a
// temporary file: of a process that was killed, or of an earlier one, which goes when
// the next one writes.
func partOf(t *testing.T, dir, want string, process int, killed bool) string {
	t.Helper()
	visible, _ := filepath.Glob(filepath.Join(dir, "out*"))
	for _, name := range visible {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			if _, err := os.Stat(filepath.Join(name, "manifest")); err != nil {
				continue // no index yet
			}
		}
		if !strings.Contains(want, summed(t, name)) {
			return filepath.Base(name) + " is there, and not whole"
		}
	}
	if hidden, _ := filepath.Glob(filepath.Join(dir, fmt.Sprintf(".*-%d-*.part", process))); len(hidden) > 0 && !killed {
		return filepath.Base(hidden[0]) + " is left"
	}
	return ""
}

// removeOutput removes what has a name, and leaves temporary files to the next
// run. A part of an index is its, too.
func removeOutput(dir string) error {
	visible, err := filepath.Glob(filepath.Join(dir, "out.*"))
	for _, name := range visible {
		if err == nil {
			err = os.Remove(name)
		}
	}
	return err
}

// digest sums up all files of a folder, also those whose names begin with a
// dot, and counts those of an index.
func digest(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		out = append(out, summed(t, name))
		if e.IsDir() {
			out = append(out, fmt.Sprintf("(%d files)", len(allFiles(t, name))))
		}
	}
	return strings.Join(out, " ")
}

// summed is a file by name and content, or an index by name and quads.
func summed(t *testing.T, name string) string {
	t.Helper()
	if index.In(name) {
		x, err := index.Open(name)
		if err == nil {
			err = errors.Join(x.Verify())
		}
		if err != nil {
			return err.Error()
		}
		n := x.Len()
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%s:%d", filepath.Base(name), n)
	}
	data := load(t, name)
	return fmt.Sprintf("%s:%d:%x", filepath.Base(name), len(data), sha256.Sum256(data))
}
