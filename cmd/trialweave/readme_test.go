package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

// TestReadme runs the commands of README.md that are shown with their output.
// A line of three dots stands for any lines.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../..")
	ran := 0
	for _, block := range strings.Split(string(text), "```console\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		command, want, _ := strings.Cut(block, "\n")
		args, ours := strings.CutPrefix(command, "$ go run ./cmd/trialweave ")
		if !ours {
			continue
		}
		ran++
		var out, errs bytes.Buffer
		std := &streams{in: strings.NewReader(""), out: &out, err: &errs, engine: newEngine}
		if status := run(context.Background(), strings.Fields(args), std); status != 0 {
			t.Errorf("%s: exit %d: %s", command, status, &errs)
		}
		compareShown(t, command, want, out.String())
	}
	if ran == 0 {
		t.Error("README.md shows no command with its output")
	}
}

// compareShown checks that the shown pieces stand in the output, in order.
func compareShown(t *testing.T, command, want, got string) {
	t.Helper()
	for i, piece := range strings.Split(want, "...\n") {
		_, rest, found := strings.Cut(got, piece)
		if !found || i == 0 && !strings.HasPrefix(got, piece) {
			t.Errorf("%s: the output lacks\n%s", command, piece)
			return
		}
		got = rest
	}
}
