package lint_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/rules"
)

// TestSpectralItself runs the real Spectral, where SPECTRAL names it, on every
// description at hand: by all of its own rules, and by the rulesets of the
// other repositories; and compares finding by finding.
func TestSpectralItself(t *testing.T) {
	program := os.Getenv("SPECTRAL")
	if program == "" {
		t.Skip("SPECTRAL is not set to the path of Spectral's command: nothing was compared with it")
	}
	files := governanceFS(t)
	all := filepath.Join(t.TempDir(), "all.yml")
	if err := os.WriteFile(all, []byte("extends: [[spectral:oas, all]]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	descriptions := globs(files, "clinical-trials-gov/openapi/*.yml", "nih-clinicaltrials/openapi/*.yml",
		"nih-clinicaltrials/openapi/_original/*.json", "siblings/*/openapi/*.yml", "siblings/*/_head/openapi/*.yml", "spectral/nine-rules/*.json")
	for _, file := range descriptions {
		compareWithSpectral(t, program, files, file, filepath.Dir(all), "all.yml")
	}
	seed := "clinical-trials-gov/openapi/clinical-trials-gov-openapi.yml"
	for _, ruleset := range globs(files, "siblings/*/rules/*.yml", "siblings/*/_head/rules/*.yml", "nih-clinicaltrials/rules/*.yml", "clinical-trials-gov/rules/*.yml") {
		compareWithSpectral(t, program, files, seed, governance, ruleset)
	}
}

func globs(files fs.FS, patterns ...string) []string {
	var out []string
	for _, p := range patterns {
		found, _ := fs.Glob(files, p)
		out = append(out, found...)
	}
	return out
}

func compareWithSpectral(t *testing.T, program string, files fs.FS, file, dir, ruleset string) {
	t.Helper()
	root, err := filepath.Abs(governance)
	if err != nil {
		t.Fatal(err)
	}
	rulesetFile, err := filepath.Abs(filepath.Join(dir, ruleset))
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "lint", filepath.Join(root, file), "--ruleset", rulesetFile, "--format", "json")
	var out bytes.Buffer
	c.Stdout = &out
	err = c.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 2 {
		expectRefusal(t, files, file, os.DirFS(dir), ruleset)
		return
	}
	var want []spectralResult
	text := out.String()
	if err := json.Unmarshal([]byte(text[:strings.LastIndexByte(text, ']')+1]), &want); err != nil {
		t.Errorf("%s: %v", file, err)
		return
	}
	want = slices.DeleteFunc(want, func(s spectralResult) bool { return s.Code == "parser" || s.Code == "invalid-ref" })
	got := keys(lintFile(t, files, file, os.DirFS(dir), ruleset))
	if diff := cmp.Diff(starts(spectralKeys(want)), starts(got)); diff != "" {
		t.Errorf("%s by %s differs from Spectral (-spectral +ours):\n%s", file, ruleset, diff)
	}
}

// starts drops the end of the ranges: where Spectral's parser ends a block of
// text differs from line to line.
func starts(keys []string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		before, after, _ := strings.Cut(k, "-")
		for !strings.Contains(before, ":") {
			var more string
			more, after, _ = strings.Cut(after, "-")
			before += "-" + more
		}
		_, path, _ := strings.Cut(after, " ")
		out[i] = before + " " + path
	}
	return out
}

// expectRefusal holds that a ruleset that Spectral refuses is never taken
// without a word, and is refused by a strict run.
func expectRefusal(t *testing.T, files fs.FS, file string, rulesets fs.FS, ruleset string) {
	t.Helper()
	r := lintFile(t, files, file, rulesets, ruleset)
	if len(r.Unchecked) == 0 && !fires(r, "ruleset-fault") {
		t.Errorf("%s: Spectral refuses it, ours says nothing", ruleset)
	}
	corpus, err := lint.Load(files, []string{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	strict, err := lint.Run(context.Background(), corpus, &lint.Options{
		Rulesets: []lint.RulesetUse{{Ruleset: ruleset}}, RulesetFiles: rulesets, Strict: true,
	})
	var refused *lint.RefusedError
	if !errors.As(err, &refused) && (strict == nil || len(strict.Unchecked) == 0) {
		t.Errorf("%s: a strict run takes it", ruleset)
	}
}

// TestSpectralItselfOnOurRulesets runs the real Spectral on the good and bad
// examples of our rulesets, by the same files, and compares finding by
// finding.
func TestSpectralItselfOnOurRulesets(t *testing.T) {
	program := os.Getenv("SPECTRAL")
	if program == "" {
		t.Skip("SPECTRAL is not set to the path of Spectral's command: nothing was compared with it")
	}
	for _, name := range []string{"apis-json", "capabilities", "json-ld", "overlay"} {
		set, err := rules.Load(fstest.MapFS{}, "trialweave:"+name)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		args := []string{"lint", "--ruleset", "../rules/" + name + "-rules.yml", "--format", "json", "--fail-severity", "error"}
		var files []string
		for _, rule := range set.Enabled() {
			for kind, text := range map[string]string{"good": rule.Good, "bad": rule.Bad} {
				file := rule.ID + "." + kind + ".yml"
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
				files = append(files, file)
				args = append(args, filepath.Join(dir, file))
			}
		}
		compareExamples(t, exec.Command(program, args...), dir, files, name)
	}
}

func compareExamples(t *testing.T, spectral *exec.Cmd, dir string, files []string, name string) {
	t.Helper()
	out, err := spectral.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() == 2) {
		t.Errorf("%s: %v\n%s", name, err, out)
		return
	}
	var all []spectralResult
	if err := json.Unmarshal(out[:bytes.LastIndexByte(out, ']')+1], &all); err != nil {
		t.Fatal(err)
	}
	if len(all) < len(files)/2 {
		t.Errorf("%s: Spectral has %d findings on %d examples", name, len(all), len(files))
	}
	for _, file := range files {
		var want []spectralResult
		for _, s := range all {
			if filepath.Base(s.Source) == file && s.Code != "unrecognized-format" {
				want = append(want, s)
			}
		}
		got := keys(lintFile(t, os.DirFS(dir), file, os.DirFS("../rules"), name+"-rules.yml"))
		if diff := cmp.Diff(starts(spectralKeys(want)), starts(got)); diff != "" {
			t.Errorf("%s by %s differs from Spectral (-spectral +ours):\n%s", file, name, diff)
		}
	}
}
