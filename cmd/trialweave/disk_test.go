//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// bigInput writes so many studies that each output of them is larger than the
// limit of TestDiskFull.
func bigInput(t *testing.T, name string, from int) string {
	t.Helper()
	var b bytes.Buffer
	for i := range 1500 {
		fmt.Fprintf(&b, "{\"protocolSection\":{\"identificationModule\":{\"nctId\":\"NCT%08d\",\"briefTitle\":\"Study %x\"}}}\n", from+i, (from+i)*7919)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// command runs the command as a process of its own, by a shell that may limit it.
func command(t *testing.T, before string, args ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", append([]string{"-c", before + ` exec "$0" "$@"`, program}, args...)...)
	cmd.Env = append(os.Environ(), "TRIALWEAVE_TEST_MAIN=1")
	return cmd
}

// TestDiskFull lets no file grow beyond a limit, as a disk does that is full: the
// command fails and says which file, the output that was there is as it was, and
// no temporary file stays.
func TestDiskFull(t *testing.T) {
	input := bigInput(t, filepath.Join(t.TempDir(), "in.ndjson"), 88000000)
	const before = "what was there before\n"
	for _, args := range [][]string{
		{"convert", input, "-o", "out.nq"}, {"convert", input, "-o", "out.ttl"}, {"annotate", input, "-o", "out.ndjson"}, {"index", "build", input, "-o", "index"},
		{"query", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", input, "--format", "ntriples", "-o", "out.nt"}, {"query", "SELECT * { ?s ?p ?o }", input, "--format", "csv", "-o", "out.csv"},
	} {
		dir := t.TempDir()
		out := filepath.Join(dir, args[len(args)-1])
		args[len(args)-1] = out
		isFile := filepath.Ext(out) != ""
		if isFile {
			if err := os.WriteFile(out, []byte(before), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		said, err := command(t, "ulimit -f 64;", args...).CombinedOutput()
		if err == nil || !strings.Contains(string(said), "cannot be written") || !strings.Contains(string(said), dir) {
			t.Errorf("%v: %v, %s; expected that the file cannot be written", args, err, said)
		}
		left, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		if isFile {
			if text, err := os.ReadFile(out); string(text) != before || len(left) != 1 {
				t.Errorf("%v: %.40q, %v, %v are left", args, text, err, left)
			}
		} else if _, err := os.Stat(filepath.Join(out, "manifest")); err == nil {
			t.Errorf("%v: an index is left", args)
		}
	}
}

// TestTwoWriters has processes write one output at once: it is the whole one of one
// of them.
func TestTwoWriters(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.nq")
	whole := map[string]bool{}
	var inputs []string
	for i := range 2 {
		input := bigInput(t, filepath.Join(t.TempDir(), "in.ndjson"), 88000000+i*5000)
		alone := filepath.Join(t.TempDir(), "out.nq")
		if said, err := command(t, "", "convert", input, "-o", alone).CombinedOutput(); err != nil {
			t.Fatalf("%v, %s", err, said)
		}
		text, err := os.ReadFile(alone)
		if err != nil {
			t.Fatal(err)
		}
		whole[string(text)] = true
		inputs = append(inputs, input)
	}
	for range portion.Count(1, 3) {
		var running []*exec.Cmd
		for i := range 4 {
			cmd := command(t, "", "convert", inputs[i%2], "-o", out)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			running = append(running, cmd)
		}
		for _, cmd := range running {
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
		}
		if text, err := os.ReadFile(out); err != nil || !whole[string(text)] {
			t.Errorf("%d bytes, %v: what is there is of no one process", len(text), err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
			t.Errorf("%v, %v: more than the output is left", left, err)
		}
	}
}
