package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPage runs the commands that docs/reference/triallint.md shows: one with its output, one
// that finds nothing.
func TestPage(t *testing.T) {
	text, err := os.ReadFile("../../docs/reference/triallint.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## A first look\n")
	section, _, _ = strings.Cut(section, "\n## ")
	t.Chdir("../..")
	if !strings.Contains(section, "```\ngo run ./cmd/triallint .\n```") {
		t.Error("docs/reference/triallint.md does not show how this repository is linted")
	}
	if out, status := lintHere(t, "."); status != exitClean || !strings.HasPrefix(out, "no findings in ") {
		t.Errorf("triallint . exits with %d:\n%s", status, out)
	}
	_, block, _ := strings.Cut(section, "```console\n$ go run ./cmd/triallint ")
	block, _, _ = strings.Cut(block, "```")
	args, want, _ := strings.Cut(block, "\n")
	got, status := lintHere(t, strings.Fields(args)...)
	if diff := cmp.Diff(want, got); diff != "" || status != exitFailed {
		t.Errorf("triallint %s exits with %d and differs (-page +now):\n%s", args, status, diff)
	}
}

func lintHere(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var out, complaints bytes.Buffer
	status := run(context.Background(), args, &streams{in: &bytes.Buffer{}, out: &out, err: &complaints})
	if complaints.Len() > 0 {
		t.Errorf("triallint %s complains: %s", strings.Join(args, " "), &complaints)
	}
	return out.String(), status
}
