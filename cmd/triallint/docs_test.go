package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/trialweave/trialweave/change"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/payload"
)

// TestDocumentedChecks holds that the page for users lists the checks as they
// are.
func TestDocumentedChecks(t *testing.T) {
	const page, head = "../../docs/reference/triallint.md", "| id | severity | what must hold |\n|---|---|---|\n"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(text), head)
	_, after, _ := strings.Cut(rest, "\n\n")
	var table strings.Builder
	for _, c := range lint.Checks() {
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", c.ID, c.Severity, c.Description)
	}
	want := before + head + table.String() + "\n" + after
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(text) {
		t.Errorf("%s does not list the checks as they are; go test -run Documented -update rewrites it", page)
	}
}

// TestOtherDocumentedChecks holds that the page lists the checks of records and
// of versions.
func TestOtherDocumentedChecks(t *testing.T) {
	text, err := os.ReadFile("../../docs/reference/triallint.md")
	if err != nil {
		t.Fatal(err)
	}
	all := payload.Checks()
	for _, c := range change.Checks() {
		all = append(all, payload.Check(c))
	}
	for _, c := range all {
		if row := fmt.Sprintf("| `%s` | %s | %s |\n", c.ID, c.Severity, c.Description); !strings.Contains(string(text), row) {
			t.Errorf("docs/reference/triallint.md lacks the row %s", row)
		}
		if c.Why == "" || c.Fix == "" {
			t.Errorf("%s does not say why, or what to do", c.ID)
		}
	}
}

// TestCommandsPage holds that the page of the commands is that of their help.
func TestCommandsPage(t *testing.T) {
	var out, errs bytes.Buffer
	std := &streams{in: strings.NewReader(""), out: &out, err: &errs}
	if status := run(context.Background(), []string{"man", "--format", "markdown"}, std); status != 0 {
		t.Fatalf("exit %d: %s", status, &errs)
	}
	compareOrUpdate(t, "../../docs/reference/commands-triallint.md", out.String())
}

// TestConfigPage holds that the JSON Schema of .trialweave.yml has the flags of the
// command, and takes the values that they take.
func TestConfigPage(t *testing.T) {
	const file = "../../docs/reference/trialweave.schema.json"
	var out, errs bytes.Buffer
	std := &streams{in: strings.NewReader(""), out: &out, err: &errs}
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
	properties["triallint"] = json.RawMessage(out.Bytes())
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
		`{"triallint": {"color": "never", "lint": {"fail-on": "warn"}, "rules": {"prove": {"min-coverage": 90}}}}`: true,
		`{"triallint": {"color": "blue"}}`: false, `{"triallint": {"lint": {"write-baseline": "x"}}}`: false, `{"trailint": {}}`: false,
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
