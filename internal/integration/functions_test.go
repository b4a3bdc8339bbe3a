//go:build integration

package integration

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestFunctionsInJavaScript holds that functions with the features of those of
// published rulesets find what the real Spectral has them find.
func TestFunctionsInJavaScript(t *testing.T) {
	archive, err := txtar.ParseFile(filepath.Join("testdata", "functions.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	rules := map[string]bool{}
	for _, f := range archive.Files {
		save(t, filepath.Join(dir, f.Name), f.Data)
	}
	bin := triallint(t)
	for _, description := range []string{"openapi.yml", "split/openapi.yml"} {
		t.Run(description, func(t *testing.T) {
			want := lintedBySpectral(t, spectral(t), dir, description)
			got := lintedByUs(t, bin, dir, description)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("differs from Spectral (-spectral +ours):\n%s", diff)
			}
			for _, finding := range want {
				rules[strings.Fields(finding)[0]] = true
			}
		})
	}
	if len(rules) < 10 {
		t.Errorf("%d functions find something, want 10", len(rules))
	}
}

// output runs a command that exits with 1 where it finds something.
func output(t *testing.T, dir string, args ...string) []byte {
	t.Helper()
	c := exec.CommandContext(t.Context(), args[0], args[1:]...)
	c.Dir = dir
	out, err := c.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("%s: %v\n%s\n%s", args, err, out, exit.Stderr)
	}
	return out
}

func lintedBySpectral(t *testing.T, program, dir, description string) (out []string) {
	t.Helper()
	var found []struct {
		Code, Message, Source string
		Path                  []string
		Range                 struct{ Start struct{ Line, Character int } }
	}
	if err := json.Unmarshal(output(t, dir, program, "lint", description, "--ruleset", "rules.yml", "--format", "json", "--quiet"), &found); err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		source, err := filepath.Rel(dir, f.Source)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %s:%d:%d #/%s %s", f.Code, source, f.Range.Start.Line+1, f.Range.Start.Character+1, strings.Join(f.Path, "/"), f.Message))
	}
	slices.Sort(out)
	return out
}

func lintedByUs(t *testing.T, program, dir, description string) (out []string) {
	t.Helper()
	var r struct {
		Findings []struct {
			Rule, Message, File string
			Path                []string
			Range               struct{ Start struct{ Line, Column int } }
		}
		Unchecked []any
	}
	if err := json.Unmarshal(output(t, dir, program, "--allow-functions", "--ruleset", "rules.yml", "--format", "json", "--no-config", description), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Unchecked) > 0 {
		t.Errorf("not checked: %v", r.Unchecked)
	}
	for _, f := range r.Findings {
		if strings.HasPrefix(f.Rule, "fn-") {
			out = append(out, fmt.Sprintf("%s %s:%d:%d #/%s %s", f.Rule, f.File, f.Range.Start.Line, f.Range.Start.Column, strings.Join(f.Path, "/"), f.Message))
		}
	}
	slices.Sort(out)
	return out
}
