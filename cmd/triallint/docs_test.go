package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/change"
	"github.com/trialweave/trialweave/internal/test/pages"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/payload"
)

// TestDocumentedChecks holds that the page for users lists the checks as they
// are.
func TestDocumentedChecks(t *testing.T) {
	const page, head = "../../docs/reference/triallint-checks.md", "| id | severity | what must hold |\n|---|---|---|\n"
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

// TestOtherDocumentedChecks holds that the pages list the checks of records and of
// versions.
func TestOtherDocumentedChecks(t *testing.T) {
	of := map[string][]payload.Check{"triallint-payload.md": payload.Checks()}
	for _, c := range change.Checks() {
		of["triallint-diff.md"] = append(of["triallint-diff.md"], payload.Check(c))
	}
	for page, checks := range of {
		text, err := os.ReadFile("../../docs/reference/" + page)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range checks {
			if row := fmt.Sprintf("| `%s` | %s | %s |\n", c.ID, c.Severity, c.Description); !strings.Contains(string(text), row) {
				t.Errorf("docs/reference/%s lacks the row %s", page, row)
			}
			if c.Why == "" || c.Fix == "" {
				t.Errorf("%s does not say why, or what to do", c.ID)
			}
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
	pages.Compare(t, "../../docs/reference/commands-triallint.md", out.String(), *update)
}

// TestConfigPage holds that the JSON Schema of .trialweave.yml has the flags of the
// command.
func TestConfigPage(t *testing.T) {
	const file = "../../docs/reference/trialweave.schema.json"
	var out, errs bytes.Buffer
	std := &streams{in: strings.NewReader(""), out: &out, err: &errs}
	if status := run(context.Background(), []string{"man", "--format", "schema"}, std); status != 0 {
		t.Fatalf("exit %d: %s", status, &errs)
	}
	pages.Schema(t, file, "triallint", out.Bytes(), *update)
}
