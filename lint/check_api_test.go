package lint_test

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/lint"
)

func TestAPISets(t *testing.T) {
	api := func(title, version, server, path string) string {
		return "openapi: 3.1.0\ninfo: {title: " + title + ", version: '" + version + "'}\nservers: [{url: '" + server + "'}]\npaths: {" + path + ": {get: {responses: {}}}}\n"
	}
	const index = "aid: x\nspecificationVersion: '0.23'\napis:\n- {aid: 'x:a', properties: [{type: OpenAPI, url: a.yml}]}\n- {aid: 'x:b', properties: [{type: OpenAPI, url: b.yml}]}\ncommon: [{type: SpectralRules, url: none.yml}]\n"
	for name, tt := range map[string]struct {
		a, b, index string
		want        []string
	}{
		"parts of one":            {api("t", "1", "https://x.example/", "/a"), api("t", "1", "HTTPS://X.example", "/b"), index, nil},
		"another version":         {api("t", "1", "https://x.example", "/a"), api("t", "2", "https://x.example", "/b"), index, []string{`api-version the version of the API is "2", that in a.yml is "1"`}},
		"another server":          {api("The Example API a", "1", "https://x.example", "/a"), api("The Example API b", "1", "https://y.example", "/b"), index, []string{"api-servers the servers are y.example, those of a.yml are x.example"}},
		"another API":             {api("One thing", "1", "https://x.example", "/a"), api("Another", "1", "https://y.example", "/a"), index, nil},
		"twice":                   {api("t", "1", "https://x.example", "'/a/{x}'"), api("t", "1", "https://x.example", "'/a/{y}'"), index, []string{"api-operation GET /a/{y} is described in a.yml too"}},
		"twice, without an index": {api("t", "1", "https://x.example", "/a"), api("t", "1", "https://x.example", "/a"), "", []string{"api-operation GET /a is described in a.yml too"}},
		"versions, without one":   {api("t", "1", "https://x.example", "/a"), api("t", "2", "https://x.example", "/a"), "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"a.yml": tt.a, "b.yml": tt.b}
			if tt.index != "" {
				files["apis.yml"] = tt.index
			}
			if diff := cmp.Diff(tt.want, said(lintTree(t, files), "api-")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestOfficial(t *testing.T) {
	const official = `openapi: 3.1.0
info: {title: t, version: "2"}
servers: [{url: https://x.example/api}]
paths:
  /a/{id}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, pattern: '^A'}}
        - {name: f, in: query, schema: {type: string, enum: [j, c]}}
        - {name: ids, in: query, schema: {type: array, items: {type: string, pattern: '^A'}}}
      responses: {"200": {description: ok}, "404": {description: no}}
`
	head := "openapi: 3.1.0\ninfo: {title: t, version: '2'}\nservers: [{url: 'http://X.example/api/'}]\npaths:\n"
	for name, tt := range map[string]struct {
		api  string
		want []string
	}{
		"the same, said otherwise": {head + "  /a/{nr}:\n    parameters: [{name: nr, in: path, required: true, schema: {type: string}}]\n    get:\n      parameters: [{name: f, in: query, schema: {enum: [c, j]}}, {name: ids, in: query, schema: {type: string}}, {name: X-Trace, in: header}]\n      responses: {2XX: {description: ok}, default: {description: else}}\n", nil},
		"narrower and wider": {head + "  /a/{id}:\n    get:\n      parameters: [{name: id, in: path, required: true, schema: {type: string, pattern: '^B'}}, {name: f, in: query, required: true, schema: {enum: [c, x]}}, {name: idz, in: query}]\n      responses: {'200': {description: ok}}\n", []string{
			`official-constraint the parameter "f" of GET /a/{id} is required, but not required in official.yml (2)`,
			`official-constraint the parameter "f" of GET /a/{id} may be x, but not; it may not be j, but may in official.yml (2)`,
			`official-constraint the parameter "id" of GET /a/{id} has the pattern ^B, but ^A in official.yml (2)`,
			`official-parameter GET /a/{id} has 2 of the 3 parameters that it has in official.yml (2); there are also ids`,
			`official-parameter the parameter "idz" of GET /a/{id} is not in official.yml (2); did you mean "ids"?`,
			"official-response GET /a/{id} has no response 404, which it has in official.yml (2)",
		}},
		"another operation": {head + "  /b: {get: {responses: {}}}\n", []string{
			"official-operation GET /b is not in official.yml (2)",
			"official-operation no description has 1 operation of official.yml (2): GET /a/{id}",
		}},
		"another service": {"openapi: 3.1.0\ninfo: {title: t, version: '1'}\nservers: [{url: 'https://y.example'}]\npaths: {/b: {get: {responses: {}}}}\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{"api.yml": {Data: []byte(tt.api)}, "official.yml": {Data: []byte(official)}, "none.yml": {Data: []byte("rules: {}\n")}}
			corpus, err := lint.Load(files, []string{"api.yml"}, &lint.Config{Official: []string{"official.yml"}})
			if err != nil {
				t.Fatal(err)
			}
			r, err := lint.Run(context.Background(), corpus, &lint.Options{Rulesets: []lint.RulesetUse{{Ruleset: "none.yml"}}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, said(r, "official-")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
