package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/pages"
)

// TestPages runs the commands of README.md and of docs that are shown with their
// output. A line of three dots stands for any lines.
func TestPages(t *testing.T) {
	t.Chdir("../..")
	pages, err := filepath.Glob("docs/*/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "README.md") {
		if ran := runShown(t, page); ran == 0 && page == "README.md" {
			t.Error("README.md shows no command with its output")
		}
	}
}

// runShown runs the commands of a page, and returns how many there were.
func runShown(t *testing.T, page string) (ran int) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split(string(text), "```console\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		command, want, _ := strings.Cut(block, "\n")
		start, args, ours := strings.Cut(command, " ./cmd/trialweave ")
		if !ours || !strings.HasPrefix(start, "$ go run") {
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
	return ran
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

// TestCommandsPage holds that the page of the commands is that of their help.
func TestCommandsPage(t *testing.T) {
	var out, errs bytes.Buffer
	std := &streams{in: strings.NewReader(""), out: &out, err: &errs, engine: newEngine}
	if status := run(context.Background(), []string{"man", "--format", "markdown"}, std); status != 0 {
		t.Fatalf("exit %d: %s", status, &errs)
	}
	pages.Compare(t, "../../docs/reference/commands-trialweave.md", out.String(), *update)
}

// TestConfigPage holds that the JSON Schema of .trialweave.yml has the flags of the
// command.
func TestConfigPage(t *testing.T) {
	const file = "../../docs/reference/trialweave.schema.json"
	var out, errs bytes.Buffer
	std := &streams{in: strings.NewReader(""), out: &out, err: &errs, engine: newEngine}
	if status := run(context.Background(), []string{"man", "--format", "schema"}, std); status != 0 {
		t.Fatalf("exit %d: %s", status, &errs)
	}
	pages.Schema(t, file, "trialweave", out.Bytes(), *update)
}

var update = flag.Bool("update", false, "rewrite the pages that are made from what the command says")
