package change_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/trialweave/trialweave/change"
	"github.com/trialweave/trialweave/report"
)

// TestContracts holds of which kinds each change of the table is.
func TestContracts(t *testing.T) {
	for _, tt := range changes(t) {
		t.Run(tt.Name, func(t *testing.T) {
			old, now := tt.versions(t)
			found, err := change.Descriptions(change.File{Name: "old.yml", Text: []byte(old)}, change.File{Name: "new.yml", Text: []byte(now)})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range found {
				if f.Rule != "change-compatible" {
					got = append(got, strings.TrimPrefix(f.Rule, "change-"))
				}
				if f.Range.Start.Line == 0 {
					t.Errorf("%s is nowhere", f.Message)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(tt.Want, strings.Join(slices.Compact(got), " ")); diff != "" {
				t.Errorf("(-want +got):\n%s\n%v", diff, found)
			}
		})
	}
}

// TestDocumentedDisagreements holds that the page for users lists each change
// on which oasdiff has another verdict, with what becomes of a client.
func TestDocumentedDisagreements(t *testing.T) {
	page, err := os.ReadFile("../docs/reference/triallint-diff.md")
	if err != nil {
		t.Fatal(err)
	}
	cell := strings.NewReplacer("\n", "⏎", "|", "\\|")
	all, others := changes(t), 0
	for _, c := range all {
		if c.Oasdiff == "" {
			continue
		}
		others++
		row := fmt.Sprintf("| %s: `%s` becomes `%s` | %s | %s |\n", c.Name, cell.Replace(c.Old), cell.Replace(c.Now), c.Oasdiff, c.Client)
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/reference/triallint-diff.md lacks the row\n%s", row)
		}
	}
	if counts := fmt.Sprintf("Of the %d changes of [changes.yml](../../change/testdata/changes.yml), oasdiff 1.38.0 has the same verdict, breaking or not, on %d", len(all), len(all)-others); !strings.Contains(string(page), counts) {
		t.Errorf("docs/reference/triallint-diff.md does not say: %s", counts)
	}
}

// row is a change of testdata/changes.yml.
type row struct{ Name, Of, Old, Now, Want, Oasdiff, Client, text string }

func changes(t *testing.T) []row {
	text, err := os.ReadFile("testdata/changes.yml")
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Descriptions map[string]string
		Changes      []row
	}
	if err := yaml.Unmarshal(text, &table); err != nil {
		t.Fatal(err)
	}
	for i := range table.Changes {
		table.Changes[i].text = table.Descriptions[table.Changes[i].Of]
	}
	return table.Changes
}

// versions are the two versions of the description.
func (r row) versions(t *testing.T) (old, now string) {
	if strings.Contains(r.text, "SCHEMA") {
		return strings.Replace(r.text, "SCHEMA", r.Old, 1), strings.Replace(r.text, "SCHEMA", r.Now, 1)
	}
	if strings.Count(r.text, r.Old) != 1 {
		t.Fatalf("%q is there %d times", r.Old, strings.Count(r.text, r.Old))
	}
	return r.text, strings.Replace(r.text, r.Old, r.Now, 1)
}

// TestContractsOfSwagger holds the same of OpenAPI 2.0.
func TestContractsOfSwagger(t *testing.T) {
	const old = "swagger: '2.0'\ninfo: {title: t, version: '1'}\nhost: e.org\npaths: {/a: {post: {parameters: [{name: b, in: body, schema: {$ref: '#/definitions/A'}}], responses: {'200': {description: d, schema: {$ref: '#/definitions/A'}}}}}}\ndefinitions: {A: {type: object, properties: {x: {type: string, enum: [a]}}}}\n"
	found, err := change.Descriptions(change.File{Name: "old.yml", Text: []byte(old)}, change.File{Name: "new.yml", Text: []byte(strings.Replace(old, "enum: [a]", "enum: [a, b]", 1))})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found {
		got = append(got, f.Rule+" "+f.Message)
	}
	want := []string{`change-request-enum-widened POST /a: the request: "x" may be b`, `change-response-enum-widened POST /a: the response 200: "x" may be b`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestContractsInACircle holds that schemas that name each other are compared
// once.
func TestContractsInACircle(t *testing.T) {
	var schemas strings.Builder
	for i := range 60 {
		schemas.WriteString("    S" + string(rune('A'+i%26)) + strings.Repeat("x", i/26) + ": {type: object, properties: {")
		for j := range 60 {
			schemas.WriteString("p" + strings.Repeat("y", j) + ": {$ref: '#/components/schemas/S" + string(rune('A'+j%26)) + strings.Repeat("x", j/26) + "'}, ")
		}
		schemas.WriteString("z: {type: string}}}\n")
	}
	old := "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/SA'}}}}}}}}\ncomponents:\n  schemas:\n" + schemas.String()
	found, err := change.Descriptions(change.File{Name: "old.yml", Text: []byte(old)}, change.File{Name: "new.yml", Text: []byte(strings.Replace(old, "z: {type: string}", "z: {type: integer}", 1))})
	if err != nil || len(found) != 1 {
		t.Errorf("%d findings, %v", len(found), err)
	}
}

// TestContractsInFull holds the kinds of changes of whole descriptions.
func TestContractsInFull(t *testing.T) {
	schema := func(version, in string) string {
		return "openapi: " + version + "\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    post:\n      requestBody: {content: {application/json: {schema: " + in + "}}}\n      responses: {'204': {description: d}}\n"
	}
	hook := func(in string) string {
		return "openapi: 3.1.0\ninfo: {title: t, version: '1'}\nwebhooks:\n  w:\n    post:\n      requestBody: {content: {application/json: {schema: " + in + "}}}\n      responses: {'204': {description: d}}\n"
	}
	callback := func(in string) string {
		return "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    post:\n      callbacks: {c: {'{$request.body#/u}': {post: {requestBody: {content: {application/json: {schema: " + in + "}}}, responses: {'204': {description: d}}}}}}\n      responses: {'204': {description: d}}\n"
	}
	const swagger = "swagger: '2.0'\ninfo: {title: t, version: '1'}\nconsumes: [application/json]\npaths: {/a: {post: {parameters: [{name: b, in: body, schema: {type: object, properties: {x: {type: string}}}}], responses: {'204': {description: d}}}}}\n"
	const form = "swagger: '2.0'\ninfo: {title: t, version: '1'}\nconsumes: [multipart/form-data]\npaths: {/a: {post: {parameters: [{name: x, in: formData, required: true, type: string}, {name: y, in: formData, type: integer}], responses: {'204': {description: d}}}}}\n"
	through := func(kind string) string {
		return "  /b:\n    get:\n      parameters: [{$ref: '#/components/parameters/P'}]\n      responses: {'204': {description: d}}\ncomponents: {parameters: {P: {name: p, in: query, schema: {type: " + kind + "}}}}\n"
	}
	for name, tt := range map[string]struct{ old, now, want string }{
		"further properties of a schema": {schema("3.0.3", "{type: object}"), schema("3.0.3", "{type: object, additionalProperties: {type: integer}}"), "request-limit-narrowed"},
		"another schema of them":         {schema("3.0.3", "{additionalProperties: {type: string}}"), schema("3.0.3", "{additionalProperties: {type: integer}}"), "request-type-narrowed"},
		"a multiple":                     {schema("3.0.3", "{type: integer}"), schema("3.0.3", "{type: integer, multipleOf: 4}"), "request-limit-narrowed"},
		"a condition in a part":          {schema("3.1.0", "{allOf: [{type: string}]}"), schema("3.1.0", "{allOf: [{type: string, not: {const: a}}]}"), "request-other"},
		"the same in another order":      {schema("3.1.0", "{not: {type: string, minLength: 1}}"), schema("3.1.0", "{not: {minLength: 1.0, type: string}}"), ""},
		"an excluded limit":              {schema("3.0.3", "{type: integer, minimum: 1}"), schema("3.0.3", "{type: integer, minimum: 1, exclusiveMinimum: true}"), "request-limit-narrowed"},
		"a property that is only read":   {schema("3.0.3", "{type: object}"), schema("3.0.3", "{type: object, required: [id], properties: {id: {type: string, readOnly: true}}}"), ""},
		"a webhook sends more":           {hook("{type: string, enum: [a]}"), hook("{type: string, enum: [a, b]}"), "response-enum-widened"},
		"a webhook sends less":           {hook("{type: string, enum: [a, b]}"), hook("{type: string, enum: [a]}"), "response-enum-narrowed"},
		"a webhook goes":                 {hook("{type: string}"), strings.Replace(hook("{type: string}"), "  w:", "  v:", 1), "operation-removed"},
		"a webhook of before":            {strings.Replace(hook("{type: string}"), "webhooks", "x-webhooks", 1), strings.Replace(hook("{type: integer}"), "webhooks", "x-webhooks", 1), "response-type-widened"},
		"2.0 is written as 3.0":          {swagger, schema("3.0.3", "{type: object, properties: {x: {type: string}}}"), ""},
		"2.0 is written as 3.1":          {swagger, schema("3.1.0", "{type: object, properties: {x: {type: integer}}}"), "request-type-narrowed"},
		"a form is written as 3.0":       {form, strings.Replace(schema("3.0.3", "{type: object, required: [x], properties: {x: {type: string}, y: {type: integer}}}"), "application/json", "multipart/form-data", 1), "request-body-optional"},
		"a reference through another":    {schema("3.0.3", "{$ref: '#/paths/~1b/get/parameters/0/schema'}") + through("string"), schema("3.0.3", "{$ref: '#/paths/~1b/get/parameters/0/schema'}") + through("integer"), "request-type-narrowed"},
		"a callback sends more":          {callback("{type: string}"), callback("{type: [string, integer]}"), "response-type-widened"},
		"another method goes":            {"openapi: 3.2.0\ninfo: {title: t, version: '1'}\npaths: {/a: {additionalOperations: {COPY: {responses: {}}}}}\n", "openapi: 3.2.0\ninfo: {title: t, version: '1'}\npaths: {/a: {}}\n", "operation-removed"},
		"a media type of all goes":       {"swagger: '2.0'\ninfo: {title: t, version: '1'}\nconsumes: [a/b, c/d]\npaths: {/a: {post: {parameters: [{name: b, in: body, schema: {}}], responses: {}}}}\n", "swagger: '2.0'\ninfo: {title: t, version: '1'}\nconsumes: [a/b]\npaths: {/a: {post: {parameters: [{name: b, in: body, schema: {}}], responses: {}}}}\n", "request-media-type-removed"},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := change.Descriptions(change.File{Name: "old.yml", Text: []byte(tt.old)}, change.File{Name: "new.yml", Text: []byte(tt.now)})
			if err != nil {
				t.Fatal(err)
			}
			var kinds []string
			for _, f := range found {
				if f.Rule != "change-compatible" && f.Rule != "change-operation-added" {
					kinds = append(kinds, strings.TrimPrefix(f.Rule, "change-"))
				}
			}
			slices.Sort(kinds)
			if got := strings.Join(slices.Compact(kinds), " "); got != tt.want {
				t.Errorf("%q, expected %q", got, tt.want)
			}
		})
	}
}

// TestSharedParts: parts of allOf that share others, so that there are 30^40 ways
// into them, are compared once.
func TestSharedParts(t *testing.T) {
	description := func(leaf string) string {
		var b strings.Builder
		b.WriteString("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    post:\n      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/S0'}}}}\n      responses: {'204': {description: d}}\ncomponents:\n  schemas:\n")
		for i := range 40 {
			b.WriteString("    S" + strconv.Itoa(i) + ": {allOf: [")
			for range 30 {
				b.WriteString("{$ref: '#/components/schemas/S" + strconv.Itoa(i+1) + "'}, ")
			}
			b.WriteString("{}]}\n")
		}
		return b.String() + "    S40: {" + leaf + "}\n"
	}
	found, err := change.Descriptions(change.File{Name: "old.yml", Text: []byte(description("type: integer"))}, change.File{Name: "new.yml", Text: []byte(description("type: integer, not: {const: 2}"))})
	if err != nil || !slices.ContainsFunc(found, func(f report.Finding) bool { return f.Rule == "change-request-other" }) {
		t.Errorf("%v, %v", found, err)
	}
}
