package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestBroken holds what the README shows.
func TestBroken(t *testing.T) {
	golden := "testdata/broken.golden"
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../../testdata/governance/broken")
	var out, complaints bytes.Buffer
	status := run(context.Background(), nil, &streams{in: &bytes.Buffer{}, out: &out, err: &complaints})
	if status != exitFailed || complaints.Len() > 0 {
		t.Errorf("exit status %d, %s", status, &complaints)
	}
	t.Chdir(here)
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("differs from %s (-want +got):\n%s", golden, diff)
	}
}
