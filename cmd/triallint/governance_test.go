package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/report/formats"
)

// lintJSON lints a folder from within it and returns the report.
func lintJSON(t *testing.T, dir string, args ...string) *report.Report {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	defer t.Chdir(here)
	var out, complaints bytes.Buffer
	run(context.Background(), append(args, "--format", "json"), &streams{in: &bytes.Buffer{}, out: &out, err: &complaints})
	if complaints.Len() > 0 {
		t.Fatal(complaints.String())
	}
	r, err := formats.ReadJSON(&out)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// compareGolden compares with a recorded file, or records it.
func compareGolden(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("differs from %s (-want +got):\n%s", golden, diff)
	}
}

// lines writes the findings of the checks, one a line.
func lines(r *report.Report, keep func(report.Finding) bool) string {
	var b strings.Builder
	for _, f := range r.Findings {
		if keep(f) {
			fmt.Fprintf(&b, "%s:%d:%d %s %s: %s\n", f.File, f.Range.Start.Line, f.Range.Start.Column, f.Severity, f.Rule, f.Message)
		}
	}
	for _, u := range r.Unchecked {
		fmt.Fprintf(&b, "not checked: %s %s %s\n", u.File, u.Rule, u.Why)
	}
	return b.String()
}

func isCheck(f report.Finding) bool {
	return slices.ContainsFunc(lint.Checks(), func(c lint.Check) bool { return c.ID == f.Rule })
}

// TestCrossed holds what is found in a repository whose artefacts do not agree:
// all checks that compare artefacts with each other.
func TestCrossed(t *testing.T) {
	r := lintJSON(t, "../../testdata/governance/crossed", "--ruleset", "trialweave:clinical-trials-gov")
	compareGolden(t, "testdata/crossed.golden", lines(r, isCheck))
	for _, c := range lint.Checks() {
		family, _, _ := strings.Cut(c.ID, "-")
		across := slices.Contains([]string{"capability", "api", "official", "index"}, family) || slices.Contains([]string{"context-property", "context-type", "context-coverage"}, c.ID)
		if across && c.ID != "capability-shape" && c.ID != "index-type" && !slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Rule == c.ID }) {
			t.Errorf("%s finds nothing", c.ID)
		}
	}
}

// TestClinicalTrialsGov holds every finding on the repository that the project
// serves first.
func TestClinicalTrialsGov(t *testing.T) {
	dir := "../../../shared/data/governance/clinical-trials-gov"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("../shared is absent: the repository of ClinicalTrials.gov was not linted")
	}
	r := lintJSON(t, dir)
	compareGolden(t, "testdata/clinical-trials-gov.golden", lines(r, func(report.Finding) bool { return true }))
}

// TestContextCoversTheSchema holds that the bundled context has a term for each
// property of a study, and that one term less, or one property more, is noticed.
func TestContextCoversTheSchema(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	ours, context := read("openapi/clinical-trials-gov-data-api-v2-openapi.yml"), read("jsonld/context.jsonld")
	apis := map[string]string{"bundled": ours}
	if text, err := os.ReadFile("../../../shared/data/oas/ctg-oas-v2-2.0.5.yaml"); err == nil {
		apis["official"] = string(text)
	} else {
		t.Log("../shared is absent: coverage was measured by the bundled description only")
	}
	for name, api := range apis {
		t.Run(name, func(t *testing.T) {
			if got := uncovered(t, api, context); got != nil {
				t.Errorf("the bundled context lacks: %q", got)
			}
			less := strings.Replace(context, `"briefTitle": "schema:name",`, "", 1)
			if got := uncovered(t, api, less); len(got) != 1 || less == context || !strings.Contains(got[0], "briefTitle") {
				t.Errorf("a term less is not noticed: %q", got)
			}
			more := withProperty(api)
			if got := uncovered(t, more, context); len(got) != 1 || more == api || !strings.Contains(got[0], "aNewProperty") {
				t.Errorf("a property more is not noticed: %q", got)
			}
		})
	}
}

// withProperty adds a property to a schema deep within that of a study.
func withProperty(api string) string {
	at := strings.Index(api, "\n    IdentificationModule:")
	i := at + strings.Index(api[at:], "properties:\n") + len("properties:\n")
	return api[:i] + "        aNewProperty: {type: string}\n" + api[i:]
}

// uncovered is what the coverage check says of a description and a context for
// annotated studies.
func uncovered(t *testing.T, api, contextText string) (out []string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"api.yml": api, "context.jsonld": contextText, ".triallint.yml": "annotated: [context.jsonld]\n", "none.yml": "rules: {}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range lintJSON(t, dir, "--ruleset", "none.yml").Findings {
		if f.Rule == "context-coverage" {
			out = append(out, f.Message)
		}
	}
	return out
}
