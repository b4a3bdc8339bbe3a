package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/commandline"
)

// TestCompletion checks the candidates for commands, rules and rulesets.
func TestCompletion(t *testing.T) {
	for typed, want := range map[string]string{
		"rules pr":                "prove\t",
		"explain invalid-r":       "invalid-ref\t",
		"lint --ruleset trialwe":  "trialweave:json-ld\t",
		"--fail-on change-param":  "change-parameter-removed\t",
		"lint --format=s":         "",
		"completion p":            "powershell\t",
		"explain --ruleset vacuu": "vacuum:oas\t",
	} {
		var out, errs bytes.Buffer
		status := run(context.Background(), append([]string{commandline.Asked}, strings.Split(typed, " ")...), &streams{in: &bytes.Buffer{}, out: &out, err: &errs})
		if status != exitClean || errs.Len() > 0 || !strings.Contains(out.String(), want) {
			t.Errorf("%q: status %d, %q, %q, expected %q", typed, status, out.String(), errs.String(), want)
		}
	}
}
