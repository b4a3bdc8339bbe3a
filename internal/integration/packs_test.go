//go:build integration

package integration

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/tools"
)

// besideSpectral are a pack of vacuum and a set of Spectral for the same documents,
// with what only one of them has to say of the planted faults.
var besideSpectral = []struct {
	pack, set, packages, document string
	// rename takes a rule of either to one name.
	rename func(string) string
	// theirs are rules that only Spectral reports, ours those that only vacuum does.
	theirs, ours []string
}{
	{
		pack: "vacuum:owasp", set: "@stoplight/spectral-owasp-ruleset", packages: "@stoplight/spectral-owasp-ruleset@2.0.1", document: "owasp.yaml",
		rename: func(rule string) string {
			name := regexp.MustCompile(`^owasp[:-](api\d+:2023-)?`).ReplaceAllString(rule, "")
			if other, ok := map[string]string{
				"integer-limit-legacy": "integer-limit", "rate-limit-responses-429": "define-error-responses-429", "no-server-http": "security-hosts-https-oas3",
				"read-restricted": "protection-global-safe", "write-restricted": "protection-global-unsafe",
			}[name]; ok {
				return other
			}
			return name
		},
		theirs: []string{"array-limit", "inventory-access", "string-limit"},
		ours:   []string{"protection-global-unsafe-strict"},
	},
	{
		pack: "vacuum:asyncapi", set: "spectral:asyncapi", document: "events.yaml",
		rename: func(rule string) string { return strings.TrimSuffix(rule, "-schema") },
		theirs: []string{"asyncapi-3-document-resolved", "asyncapi-3-headers-schema-type-object", "asyncapi-latest-version"},
		ours:   []string{"asyncapi-channel-parameters", "asyncapi-content-type", "asyncapi-operation-messages"},
	},
}

// TestPacksBesideSpectral holds which rules find planted faults in a pack of vacuum
// and in Spectral's set for the same documents.
func TestPacksBesideSpectral(t *testing.T) {
	if !portion.Full() {
		t.Skip("part of make soak: TRIALWEAVE_FULL installs Spectral's packages of rulesets")
	}
	ours := triallint(t)
	theirs := spectral(t)
	for _, c := range besideSpectral {
		t.Run(c.pack, func(t *testing.T) {
			dir := t.TempDir()
			if c.packages != "" {
				tools.Run(t, dir, "npm", "install", "--no-audit", "--no-fund", "--prefix", dir, c.packages)
			}
			save(t, filepath.Join(dir, "rules.yaml"), []byte("extends: [\""+c.set+"\"]\n"))
			save(t, filepath.Join(dir, "api.yaml"), load(t, "testdata/packs/"+c.document))
			var found struct{ Findings []struct{ Rule string } }
			decode(t, tools.Run(t, dir, ours, "api.yaml", "--ruleset", c.pack, "--format", "json", "--fail-on", "never"), &found)
			var listed []struct{ Code string }
			decode(t, tools.Run(t, dir, "sh", "-c", theirs+" lint -r rules.yaml api.yaml -f json -o out.json >/dev/null 2>&1; cat out.json"), &listed)
			here, there := map[string]bool{}, map[string]bool{}
			for _, f := range found.Findings {
				here[c.rename(f.Rule)] = true
			}
			for _, f := range listed {
				there[c.rename(f.Code)] = true
			}
			onlyThere, onlyHere := without(there, here), without(here, there)
			if !slices.Equal(onlyThere, c.theirs) || !slices.Equal(onlyHere, c.ours) {
				t.Errorf("only in Spectral %q, expected %q; only in vacuum %q, expected %q", onlyThere, c.theirs, onlyHere, c.ours)
			}
			t.Logf("%d rules of both", len(here)-len(onlyHere))
		})
	}
}

// without are the sorted members of a set that another lacks.
func without(a, b map[string]bool) (out []string) {
	for name := range a {
		if !b[name] {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v\n%.500s", err, text)
	}
}
