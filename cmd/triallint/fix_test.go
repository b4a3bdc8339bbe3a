//go:build !lean

package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	highoverlay "github.com/pb33f/libopenapi/datamodel/high/overlay"
	"github.com/pb33f/libopenapi/datamodel/low"
	lowoverlay "github.com/pb33f/libopenapi/datamodel/low/overlay"
	"github.com/pb33f/libopenapi/overlay"
	"go.yaml.in/yaml/v4"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/yamltree"
)

// TestFixesRemoveFindings applies what fix writes, with git and with an overlay
// processor that is not ours, and lints again.
func TestFixesRemoveFindings(t *testing.T) {
	repositories := []string{"../../testdata/governance/crossed"}
	if seed := "../../../shared/data/governance/clinical-trials-gov"; isFolder(seed) {
		repositories = append(repositories, seed)
	} else {
		t.Log("../shared is absent: the repository of ClinicalTrials.gov was not fixed")
	}
	for _, repository := range repositories {
		t.Run(filepath.Base(repository), func(t *testing.T) {
			dir := copyOf(t, repository)
			before := lintJSON(t, dir, "--ruleset", "none.yml")
			applyFixes(t, dir)
			after := lintJSON(t, dir, "--ruleset", "none.yml")
			for _, rule := range []string{"official-parameter", "official-response"} {
				was, is := fixable(before, rule), fixable(after, rule)
				if was > 0 && is > 0 {
					t.Errorf("%s: %d findings with one right answer, %d of them left", rule, was, is)
				}
			}
			if fixable(before, "official-parameter") == 0 || len(after.Findings) >= len(before.Findings) {
				t.Errorf("%d findings before, %d after", len(before.Findings), len(after.Findings))
			}
			if again := fixOutput(t, dir); again != "" {
				t.Errorf("fixing what is fixed changes it again:\n%s", again)
			}
		})
	}
}

// fixable counts the findings of a rule that have one right answer; parameters
// that are too many have none.
func fixable(r *report.Report, rule string) int {
	n := 0
	for _, f := range r.Findings {
		right := strings.Contains(f.Message, "did you mean") || strings.Contains(f.Message, "white space") || strings.Contains(f.Message, "there are also") || rule == "official-response"
		if f.Rule == rule && right {
			n++
		}
	}
	return n
}

func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := exec.Command("chmod", "-R", "u+w", to).Run(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to, "none.yml"), []byte("rules: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// applyFixes applies the patch, and the overlays that it brings.
func applyFixes(t *testing.T, dir string) {
	t.Helper()
	git := exec.Command("git", "apply", "-")
	git.Dir, git.Stdin = dir, strings.NewReader(fixOutput(t, dir))
	if text, err := git.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s", err, text)
	}
	overlays, err := filepath.Glob(filepath.Join(dir, "overlays", "*-fixes.yml"))
	if err != nil || len(overlays) == 0 {
		t.Fatal("no overlays", err)
	}
	slices.Sort(overlays)
	for _, overlay := range overlays {
		text, err := os.ReadFile(overlay)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := yamltree.Parse(overlay, text, nil)
		if err != nil {
			t.Fatal(err)
		}
		extends, _ := doc.Root.Lookup("extends").StringValue()
		description := filepath.Join(filepath.Dir(overlay), extends)
		api, err := os.ReadFile(description)
		if err != nil {
			t.Fatal(err)
		}
		applied, err := applyOverlay(api, text)
		if err != nil || len(applied.Warnings) > 0 {
			t.Fatalf("%s: %v, warnings %v", overlay, err, applied.Warnings)
		}
		if err := os.WriteFile(description, applied.Bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(overlay); err != nil {
			t.Fatal(err)
		}
	}
}

// applyOverlay applies an overlay by libopenapi's processor.
func applyOverlay(description, text []byte) (*overlay.Result, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, err
	}
	var read lowoverlay.Overlay
	if err := low.BuildModel(root.Content[0], &read); err != nil {
		return nil, err
	}
	if err := read.Build(context.Background(), nil, root.Content[0], nil); err != nil {
		return nil, err
	}
	return overlay.Apply(description, highoverlay.NewOverlay(&read))
}
