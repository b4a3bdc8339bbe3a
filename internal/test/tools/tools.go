// Package tools runs what tests need that is not Go: commands, which are
// installed below one folder of the checkout, and servers on loopback.
package tools

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Dir is where tools are installed and big files are written: the folder that
// TRIALWEAVE_BUILD names, or else build/integration of the repository.
func Dir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("TRIALWEAVE_BUILD")
	if dir == "" {
		dir = filepath.Join(Root(t), "build", "integration")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // as public as the checkout
		t.Fatal(err)
	}
	return dir
}

// Root is the checkout: the nearest folder above the test that holds the ci
// script. The test may be of either module.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, ".ci", "run")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no .ci/run above the test, expected it to stand in the repository")
		}
		dir = filepath.Dir(dir)
	}
}

// Run runs a command in a folder and returns what it prints. A tool that is
// missing, fails or does not end is a failure of the test: nothing is skipped.
func Run(t testing.TB, dir string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), longest(t)) // that of the test has ended when it cleans up
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // what the test says
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = dir, &out, &errs, 10*time.Second
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v%s\n%.4000s\n%.4000s", strings.Join(args, " "), err, circumstances(ctx, dir), out.String(), errs.String())
	}
	return out.String()
}

// longest is how long one command may take: ten minutes, or a quarter of the
// time that is left where a test may take hours.
func longest(t testing.TB) time.Duration {
	limit := 10 * time.Minute
	if d, ok := t.(interface{ Deadline() (time.Time, bool) }); ok {
		if end, ok := d.Deadline(); ok {
			limit = max(limit, time.Until(end)/4)
		}
	}
	return limit
}

// circumstances says why a command that is fine elsewhere may have failed here:
// some loaders wait forever when the disk is full.
func circumstances(ctx context.Context, dir string) string {
	var out string
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		out = ", ended after its time"
	}
	for _, folder := range []string{dir, os.TempDir()} {
		if free, err := Free(folder); err == nil && free < 1<<30 {
			out += fmt.Sprintf("; %s has %d MB left", folder, free>>20)
		}
	}
	return out
}

// installing holds a lock for each proof: tests that run in parallel and need
// the same tool install it once.
var installing sync.Map

// Installed makes what a file of the folder shows to be there already.
func Installed(t testing.TB, proof string, install func()) {
	t.Helper()
	lock, _ := installing.LoadOrStore(proof, &sync.Mutex{})
	lock.(*sync.Mutex).Lock()         //nolint:forcetypeassert // nothing else is stored
	defer lock.(*sync.Mutex).Unlock() //nolint:forcetypeassert // nothing else is stored
	if _, err := os.Stat(proof); err == nil {
		return
	}
	install()
	if _, err := os.Stat(proof); err != nil {
		t.Fatalf("installed, and not there: %v", err)
	}
}

// Maven copies an artifact, GROUP:NAME:VERSION:TYPE, into a folder and returns
// its path.
func Maven(t testing.TB, artifact, dir string) string {
	t.Helper()
	part := strings.Split(artifact, ":")
	path := filepath.Join(dir, part[1]+"-"+part[2]+"."+part[3])
	Installed(t, path, func() {
		Run(t, Dir(t), "mvn", "-q", "-B", "dependency:copy", "-Dartifact="+artifact, "-DoutputDirectory="+dir)
	})
	return path
}

// Port is a port of loopback that nobody listens at.
func Port(t testing.TB) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err = errors.Join(err, l.Close()); err != nil {
		t.Fatal(err)
	}
	return port
}
