//go:build !novacuum && !lean

package vacuum_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/vacuum"
)

const description = `openapi: 3.0.3
info: {title: t, version: "1", contact: {name: n}}
servers: [{url: https://api.example.org}]
paths:
  /things:
    get:
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: '../parts/thing.yml'}}}}
`

const part = `type: object
properties:
  id: {type: integer}
`

func run(t *testing.T, ruleset string) *report.Report {
	t.Helper()
	files := fstest.MapFS{"api/doc.yml": {Data: []byte(description)}, "parts/thing.yml": {Data: []byte(part)}, "rules.yml": {Data: []byte("extends: vacuum:oas\n")}}
	corpus, err := lint.Load(files, []string{"api/doc.yml"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := lint.Run(context.Background(), corpus, &lint.Options{
		Rulesets: []lint.RulesetUse{{Ruleset: ruleset}}, Engines: []lint.Engine{vacuum.Engine{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestPack holds that vacuum:oas runs by name and through extends, and that
// the paths of its findings exist.
func TestPack(t *testing.T) {
	for _, ruleset := range []string{"vacuum:oas", "rules.yml"} {
		r := run(t, ruleset)
		if len(r.Unchecked) > 0 {
			t.Errorf("%s: unchecked %v", ruleset, r.Unchecked)
		}
		if !slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Rule == "operation-description" }) {
			t.Errorf("%s: no operation-description in %v", ruleset, r.Findings)
		}
		for _, f := range r.Findings {
			if len(f.Path) > 0 && f.Path[0] == "contact" {
				t.Errorf("%s: %s has vacuum's path %v", ruleset, f.Rule, f.Path)
			}
		}
	}
}

// TestPackInOtherFiles holds that references to other files are followed, from
// the folder of the file that they are in, and that findings name their file.
func TestPackInOtherFiles(t *testing.T) {
	r := run(t, "vacuum:owasp")
	if !slices.ContainsFunc(r.Findings, func(f report.Finding) bool {
		return f.Rule == "owasp-integer-limit" && f.File == "parts/thing.yml" && f.Range.Start.Line == 3 && slices.Equal(f.Path, []string{"properties", "id", "type"})
	}) {
		t.Errorf("no owasp-integer-limit at line 3 of parts/thing.yml in %v", r.Findings)
	}
	if slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Rule == "resolving-references" }) {
		t.Errorf("a reference is not found: %v", r.Findings)
	}
}

// TestPackIsTheSameEachTime holds that the findings do not depend on the order
// in which vacuum happens to run its rules.
func TestPackIsTheSameEachTime(t *testing.T) {
	first := fmt.Sprint(run(t, "vacuum:owasp").Findings)
	for range 5 {
		if again := fmt.Sprint(run(t, "vacuum:owasp").Findings); again != first {
			t.Fatalf("%s\nand then\n%s", first, again)
		}
	}
}

// TestUnknownPack holds that a pack that the engine does not have is reported
// with the names of those that it has.
func TestUnknownPack(t *testing.T) {
	r := run(t, "vacuum:nope")
	if !slices.ContainsFunc(r.Unchecked, func(u report.Unchecked) bool {
		return u.Rule == "vacuum:nope" && strings.Contains(u.Why, "vacuum:oas")
	}) {
		t.Errorf("unchecked %v", r.Unchecked)
	}
}
