package lint_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
)

const governance = "../../shared/data/governance"

func governanceFS(t *testing.T) fs.FS {
	t.Helper()
	if _, err := os.Stat(governance); err != nil {
		t.Skip("../shared is absent: Spectral's recorded answers were not compared")
	}
	return os.DirFS(governance)
}

// spectralResult is an answer of Spectral.
type spectralResult struct {
	Code     string
	Path     []any
	Severity int
	Source   string
	Range    struct {
		Start, End struct{ Line, Character int }
	}
}

func (s spectralResult) key() string {
	var steps []string
	for _, p := range s.Path {
		steps = append(steps, fmt.Sprint(p))
	}
	return fmt.Sprintf("%s %d %d:%d-%d:%d %s", s.Code, s.Severity, s.Range.Start.Line+1, s.Range.Start.Character+1, s.Range.End.Line+1, s.Range.End.Character+1, strings.Join(steps, "/"))
}

func findingKey(f report.Finding) string {
	return fmt.Sprintf("%s %d %d:%d-%d:%d %s", f.Rule, f.Severity, f.Range.Start.Line, f.Range.Start.Column, f.Range.End.Line, f.Range.End.Column, strings.Join(f.Path, "/"))
}

// own are the checks that Spectral does not have.
func own(f report.Finding) bool {
	return slices.ContainsFunc(lint.Checks(), func(c lint.Check) bool { return c.ID == f.Rule })
}

func lintFile(t *testing.T, files fs.FS, file string, rulesets fs.FS, ruleset string) *report.Report {
	t.Helper()
	corpus, err := lint.Load(files, []string{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := lint.Run(context.Background(), corpus, &lint.Options{
		Rulesets: []lint.RulesetUse{{Ruleset: ruleset}}, RulesetFiles: rulesets,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func keys(r *report.Report) []string {
	var out []string
	for _, f := range r.Findings {
		if !own(f) {
			out = append(out, findingKey(f))
		}
	}
	slices.Sort(out)
	return out
}

func recorded(t *testing.T, files fs.FS, name string) []spectralResult {
	t.Helper()
	text, err := fs.ReadFile(files, name)
	if err != nil {
		t.Fatal(err)
	}
	var out []spectralResult
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func spectralKeys(all []spectralResult) []string {
	var out []string
	for _, s := range all {
		out = append(out, s.key())
	}
	slices.Sort(out)
	return out
}

const seedRules = "clinical-trials-gov/rules/clinical-trials-gov-rules.yml"

// nineOnly is the seed's ruleset without what it extends.
func nineOnly(t *testing.T, files fs.FS) fs.FS {
	t.Helper()
	text, err := fs.ReadFile(files, seedRules)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cut := strings.Replace(string(text), "extends:\n  - spectral:oas\n", "", 1)
	if err := os.WriteFile(filepath.Join(dir, "nine.yml"), []byte(cut), 0o644); err != nil {
		t.Fatal(err)
	}
	return os.DirFS(dir)
}

// TestParityClinicalTrials compares the answers on the repository that the
// rules were written for, and on the official description.
func TestParityClinicalTrials(t *testing.T) {
	files := governanceFS(t)
	answers, _ := fs.Glob(files, "spectral/clinical-trials-gov/*.json")
	for _, answer := range answers {
		t.Run(path.Base(answer), func(t *testing.T) {
			want := recorded(t, files, answer)
			rulesets, ruleset := files, seedRules
			if strings.HasPrefix(path.Base(answer), "nine-") {
				rulesets, ruleset = nineOnly(t, files), "nine.yml"
			}
			r := lintFile(t, files, want[0].Source, rulesets, ruleset)
			if diff := cmp.Diff(spectralKeys(want), keys(r)); diff != "" {
				t.Errorf("differs from Spectral (-spectral +ours):\n%s", diff)
			}
			if len(r.Unchecked) > 0 {
				t.Errorf("unchecked: %v", r.Unchecked)
			}
			t.Logf("%d findings, all as recorded", len(want))
		})
	}
}

// TestParityNineRules compares the answers on the fixtures for each rule.
func TestParityNineRules(t *testing.T) {
	files := governanceFS(t)
	want := map[string][]string{}
	for _, s := range recorded(t, files, "spectral/nine-rules.spectral-6.16.3.json") {
		want[s.Source] = append(want[s.Source], s.key())
	}
	rulesets := nineOnly(t, files)
	fixtures, _ := fs.Glob(files, "spectral/nine-rules/*.json")
	for _, fixture := range fixtures {
		slices.Sort(want[path.Base(fixture)])
		got := keys(lintFile(t, files, fixture, rulesets, "nine.yml"))
		if diff := cmp.Diff(want[path.Base(fixture)], got); diff != "" {
			t.Errorf("%s differs from Spectral (-spectral +ours):\n%s", fixture, diff)
		}
	}
}
