//go:build !novacuum

package vacuum_test

import (
	"context"
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
        "200": {description: ok, content: {application/json: {schema: {type: object}}}}
`

func run(t *testing.T, ruleset string) *report.Report {
	t.Helper()
	files := fstest.MapFS{"doc.yml": {Data: []byte(description)}, "rules.yml": {Data: []byte("extends: vacuum:oas\n")}}
	corpus, err := lint.Load(files, []string{"doc.yml"}, nil)
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
