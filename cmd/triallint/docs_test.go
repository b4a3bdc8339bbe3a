package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
