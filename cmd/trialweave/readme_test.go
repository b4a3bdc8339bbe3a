package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
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
	compareOrUpdate(t, "../../docs/reference/commands-trialweave.md", out.String())
}

// TestConfigPage holds that the JSON Schema of .trialweave.yml has the flags of the
// command, and takes the values that they take.
func TestConfigPage(t *testing.T) {
	const file = "../../docs/reference/trialweave.schema.json"
	var out, errs bytes.Buffer
	std := &streams{in: strings.NewReader(""), out: &out, err: &errs, engine: newEngine}
	if status := run(context.Background(), []string{"man", "--format", "schema"}, std); status != 0 {
		t.Fatalf("exit %d: %s", status, &errs)
	}
	schema := map[string]any{}
	if text, err := os.ReadFile(file); err == nil {
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatal(err)
		}
	}
	properties, ok := schema["properties"].(map[string]any)
	if !ok {
		properties = map[string]any{}
	}
	properties["trialweave"] = json.RawMessage(out.Bytes())
	schema = map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Defaults of flags of trialweave and triallint",
		"type": "object", "additionalProperties": false, "properties": properties,
	}
	want, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	compareOrUpdate(t, file, string(want)+"\n")
	compiler := jsonschema.NewCompiler()
	compiled, err := compiler.Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	for text, valid := range map[string]bool{
		`{"trialweave": {"quiet": true, "convert": {"no": ["contacts"], "workers": 4, "format": "turtle"}, "index": {"build": {"text": "on"}}}}`: true,
		`{"trialweave": {"convert": {"workers": "four"}}}`: false, `{"trialweave": {"convert": {"format": "word"}}}`: false,
		`{"trialweave": {"convrt": {}}}`: false, `{"trialweave": {"convert": {"output": "x"}}}`: false,
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(value); (err == nil) != valid {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// compareOrUpdate compares a page with what it has to be, and with -update writes it.
func compareOrUpdate(t *testing.T, page, want string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(page), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is not up to date; go test -run Page -update rewrites it (-want +got):\n%.3000s", page, diff)
	}
}

var update = flag.Bool("update", false, "rewrite the pages that are made from what the command says")
