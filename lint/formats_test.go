package lint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/report"
)

// TestNewerVersions holds that a document of a version that is not known never
// passes in silence: the table in docs/reference/triallint.md has those that are.
func TestNewerVersions(t *testing.T) {
	for name, text := range map[string]string{
		"openapi.yml":  "openapi: 3.3.0\ninfo: {title: t, version: '1'}\npaths: {}\n",
		"openapi4.yml": "openapi: 4.0.0\ninfo: {title: t, version: '1'}\n",
		"overlay.yml":  "overlay: 1.3.0\ninfo: {title: t, version: '1'}\nactions: [{target: $}]\n",
		"overlay2.yml": "overlay: 2.0.0\ninfo: {title: t, version: '1'}\nactions: [{target: $}]\n",
		"apis.yml":     "specificationVersion: '0.24'\nname: n\napis: []\n",
		"apis1.yml":    "specificationVersion: '1.0'\nname: n\napis: []\n",
		"ikanos.yml":   "ikanos: 1.0.0-beta8\ncapability: {}\n",
		"naftiko.yml":  "naftiko: 1.0.0-beta1\ncapability: {}\n",
		"arazzo.yml":   "arazzo: 1.1.0\ninfo: {title: t, version: '1'}\n",
		"async.yml":    "asyncapi: 3.1.0\ninfo: {title: t, version: '1'}\n",
		"ctx.jsonld":   "{\"@context\": {\"@version\": 1.2}}\n",
	} {
		r := lintTree(t, map[string]string{name: text})
		said := slices.ContainsFunc(r.Unchecked, func(u report.Unchecked) bool { return u.File == name }) ||
			slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.File == name && f.Severity <= report.Warn })
		if !said {
			t.Errorf("%s passes in silence: %v", name, r.Findings)
		}
	}
}

// TestKnownVersions holds that documents of the newest versions that are known
// pass.
func TestKnownVersions(t *testing.T) {
	for name, text := range map[string]string{
		"overlay.yml": "overlay: 1.2.0\ninfo: {title: t, version: '1'}\nextends: openapi.yml\nactions: [{target: $.info, update: {a: 1}}]\n",
		"apis.yml":    "specificationVersion: '0.23'\nname: n\napis: []\n",
		"ikanos.yml":  "ikanos: 1.0.0-beta7\ncapability: {consumes: []}\n",
		"naftiko.yml": "naftiko: 1.0.0-alpha2\ncapability: {consumes: []}\n",
		"ctx.jsonld":  "{\"@context\": {\"@version\": 1.1}}\n",
	} {
		r := lintTree(t, map[string]string{name: text, "openapi.yml": "openapi: 3.2.0\ninfo: {title: t, version: '1'}\npaths: {}\n"})
		for _, f := range r.Findings {
			if f.File == name && f.Rule != "index-orphan" {
				t.Errorf("%s: %s", name, f.Message)
			}
		}
		if len(r.Unchecked) > 0 {
			t.Errorf("%s: not checked: %v", name, r.Unchecked)
		}
	}
}

// TestIndexes023 holds what an index of APIs.json 0.23 may have.
func TestIndexes023(t *testing.T) {
	const head = "specificationVersion: '0.23'\nname: n\n"
	for name, tt := range map[string]struct {
		index string
		want  []string
	}{
		"collections at the top": {head + "apis: []\nrules: [{type: SpectralRules, url: r.yml}, {type: Rules, url: vanished-rules.yml}]\nworkflows: [{type: Arazzo, url: w.yml}]\nprompts: [{type: Prompt, url: p.md}]\n",
			[]string{`index-link there is no file "p.md" (Prompt)`, `index-link there is no file "vanished-rules.yml" (Rules)`, `index-link there is no file "w.yml" (Arazzo)`}},
		"collections of an API": {head + "apis: [{name: a, rules: [{type: GovernanceRules, url: r.yml}], workflows: [{type: Arazzo, url: w.yml}]}]\n", []string{`index-link there is no file "w.yml" (Arazzo)`}},
		"other indexes":         {head + "apis: []\ninclude: [{name: i, url: included/everything.yml}]\nnetwork: [{name: n, url: r.yml}]\noverlays: [{url: o.yml}]\n", []string{`index-link there is no file "included/everything.yml" (include)`, `index-link there is no file "o.yml" (overlays)`, `index-type the index calls "r.yml" network, but by its content it is ruleset`}},
		"escapes in an address": {head + "apis: [{name: a, properties: [{type: JSONSchema, url: 'a%20b.json?raw=true#/x'}]}]\n", nil},
		"no list":               {head + "apis: [{name: a, properties: {type: OpenAPI, url: gone.yml}}]\n", []string{`index-link there is no file "gone.yml" (OpenAPI)`, "index-shape properties is an object, expected a list"}},
		"no day":                {head + "apis: []\ncreated: '2026-02-30'\nmodified: 2026\n", []string{`index-shape created is "2026-02-30", which is not a date such as 2026-08-19`, "index-shape modified is a number, expected a date as text"}},
		"no addresses":          {head + "apis: [{name: a, humanURL: somewhere, baseURL: '/v1', properties: [{type: Website, url: 'htp://a b'}, {type: Blog, url: 'https:///x'}]}]\n", []string{`index-shape baseURL is "/v1", which is not a URL with http or https`, `index-shape humanURL is "somewhere", which is not a URL with http or https`, `index-shape url is "htp://a b", which is not a URL`, `index-shape url is "https:///x", which is not a URL`}},
		"types":                 {head + "apis: [{name: a, properties: [{type: Opanapi, url: r.yml}, {type: X-mine, url: r.yml}, {type: API Documentation, url: r.yml}]}]\n", []string{`index-property-type "Opanapi" is not a type of properties; did you mean "OpenAPI"?`}},
		"required keys alone":   {"name: n\ndescription: about it\nurl: https://e.org/apis.yml\nmaintainers: [{FN: n}]\ntags: []\napis: [{name: a, properties: [{type: Documentation, url: gone.md}]}]\n", []string{`index-link there is no file "gone.md" (Documentation)`}},
	} {
		t.Run(name, func(t *testing.T) {
			r := lintTree(t, map[string]string{"apis.yml": tt.index, "r.yml": "rules: {r: {given: $, then: {function: truthy}}}\n", "a b.json": "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"}"})
			got := slices.DeleteFunc(said(r, "index-"), func(s string) bool { return strings.HasPrefix(s, "index-orphan") })
			if len(got) == 0 {
				got = nil
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestIkanosByName holds that the mappings of Ikanos since 1.0.0-alpha3 are read
// as the lists before.
func TestIkanosByName(t *testing.T) {
	const api = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\nservers: [{url: 'https://e.org'}]\npaths: {/a: {get: {parameters: [{name: status, in: query}], responses: {}}}}\n"
	for name, tt := range map[string]struct {
		file string
		want []string
	}{
		"by name": {"ikanos: 1.0.0-beta4\ncapability:\n  consumes:\n  - namespace: n\n    type: http\n    baseUri: https://e.org\n    resources:\n      r: {path: /a, operations: {op: {method: GET, inputParameters: {statuz: {in: query}, token: {in: header}}}}}\n",
			[]string{`capability-input GET /a has no parameter "statuz"; did you mean "status"?`}},
		"a list":         {"ikanos: 1.0.0-alpha2\nconsumes:\n- {namespace: n, type: http, baseUri: 'https://e.org', resources: [{name: r, path: /a, operations: [{name: op, method: GET, inputParameters: [{name: statuz, in: query}]}]}]}\n", []string{`capability-input GET /a has no parameter "statuz"; did you mean "status"?`}},
		"an MCP server":  {"ikanos: 1.0.0-beta7\nconsumes: [{namespace: n, type: mcp, transport: http}]\n", nil},
		"from a file":    {"ikanos: 1.0.0-beta7\nconsumes: [{from: ./b.yml, import: n}]\n", nil},
		"without a path": {"ikanos: 1.0.0-beta7\nconsumes: [{namespace: n, type: http, baseUri: 'https://e.org', resources: {r: {operations: {}}}}]\n", []string{`capability-shape "path" is missing`}},
		"a text":         {"ikanos: 1.0.0-beta7\nconsumes: [{namespace: n, type: http, baseUri: 'https://e.org', resources: r}]\n", []string{"capability-shape resources is a string, expected a mapping by name, or a list"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := lintTree(t, map[string]string{"cap.yml": tt.file, "api.yml": api})
			if diff := cmp.Diff(tt.want, said(r, "capability-")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, f := range r.Findings {
				if f.Rule == "capability-input" && name == "by name" && f.Range.Start.Line != 8 {
					t.Errorf("%s is at %d:%d", f.Message, f.Range.Start.Line, f.Range.Start.Column)
				}
			}
		})
	}
}
