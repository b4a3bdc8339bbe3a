package change_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/change"
	"github.com/trialweave/trialweave/report"
)

const shop = `openapi: 3.0.3
info: {title: Shop, version: "1"}
servers: [{url: https://shop.example/v1}]
paths:
  /orders/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: getOrder
      parameters:
        - {name: sort, in: query, schema: {type: string, enum: [up, down]}}
        - {name: size, in: query, schema: {type: integer, maximum: 100}}
      responses:
        "200": {description: d, headers: {X-A: {schema: {type: string}}}, content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}, text/csv: {schema: {type: string}}}}
        "404": {description: d}
    post:
      operationId: setOrder
      security: [{key: []}]
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Draft"}}}}
      responses: {"204": {description: d}}
components:
  schemas:
    Order:
      type: object
      required: [id]
      properties: {id: {type: string}, state: {type: string, enum: [a, b]}, sum: {type: number}, at: {type: string, format: date}, of: {type: array, items: {type: object, properties: {deep: {type: integer, minimum: 1}}}}}
    Draft:
      type: object
      required: [name]
      properties: {name: {type: string, maxLength: 10}, kind: {type: string, enum: [a, b], nullable: true}, note: {type: string}}
  securitySchemes: {key: {type: apiKey, in: header, name: K}}
`

// TestContracts holds which kind each change is of, in each direction.
func TestContracts(t *testing.T) {
	for name, tt := range map[string]struct {
		old, now string
		want     string
	}{
		"a path parameter is renamed":  {"/orders/{id}:\n    parameters:\n      - {name: id,", "/orders/{nr}:\n    parameters:\n      - {name: nr,", ""},
		"an operation goes":            {"    post:\n", "    x-post:\n", "operation-removed"},
		"an operation comes":           {"    post:\n", "    put: {responses: {}}\n    post:\n", "operation-added"},
		"another operationId":          {"operationId: getOrder", "operationId: readOrder", "operation-id"},
		"an operation is deprecated":   {"operationId: getOrder", "operationId: getOrder\n      deprecated: true", "operation-deprecated"},
		"another server":               {"shop.example/v1", "shop.example/v2", "server-removed"},
		"credentials for all":          {"paths:\n", "security: [{key: []}]\npaths:\n", "security-added"},
		"credentials for one":          {"operationId: getOrder", "operationId: getOrder\n      security: [{key: []}]", "security-added"},
		"credentials or none":          {"operationId: getOrder", "operationId: getOrder\n      security: [{key: []}, {}]", ""},
		"no credentials":               {"      security: [{key: []}]\n", "", "security-removed"},
		"credentials elsewhere":        {"in: header, name: K", "in: query, name: K", "security-scheme"},
		"a parameter goes":             {"        - {name: size, in: query, schema: {type: integer, maximum: 100}}\n", "", "parameter-removed"},
		"a parameter comes":            {"{name: size,", "{name: page, in: query, schema: {type: integer}}\n        - {name: size,", "parameter-added"},
		"a required one comes":         {"{name: size,", "{name: page, in: query, required: true, schema: {type: integer}}\n        - {name: size,", "parameter-required"},
		"a parameter is required":      {"{name: size,", "{name: size, required: true,", "parameter-required"},
		"a parameter is text":          {"{type: integer, maximum: 100}", "{type: string}", "request-limit-widened request-type-widened"},
		"a parameter is a number":      {"{type: string, enum: [up, down]}", "{type: integer, enum: [up, down]}", "request-type-narrowed"},
		"a higher limit":               {"maximum: 100", "maximum: 200", "request-limit-widened"},
		"a lower limit":                {"maximum: 100", "maximum: 50", "request-limit-narrowed"},
		"fewer values":                 {"enum: [up, down]", "enum: [up]", "request-enum-narrowed"},
		"more values":                  {"enum: [up, down]", "enum: [up, down, none]", "request-enum-widened"},
		"a pattern":                    {"{type: string, enum: [up, down]}", "{type: string, enum: [up, down], pattern: '^[ud]'}", "request-limit-narrowed"},
		"another way to write it":      {"{name: sort, in: query,", "{name: sort, in: query, style: form,", ""},
		"a body is required":           {"requestBody: {content", "requestBody: {required: true, content", "request-body-required"},
		"a body goes":                  {"      requestBody: {content: {application/json: {schema: {$ref: \"#/components/schemas/Draft\"}}}}\n", "", "request-body-removed"},
		"another media type":           {"requestBody: {content: {application/json", "requestBody: {content: {application/xml", "request-media-type-added request-media-type-removed"},
		"a property is asked for":      {"required: [name]", "required: [name, note]", "request-property-required"},
		"a new one is asked for":       {"required: [name]\n      properties: {", "required: [name, nw]\n      properties: {nw: {type: string}, ", "request-property-required"},
		"a property is not asked for":  {"      required: [name]\n", "", "request-property-optional"},
		"a property is not taken":      {", note: {type: string}", "", "request-property-removed"},
		"nothing else is taken":        {"required: [name]", "additionalProperties: false\n      required: [name]", "request-closed"},
		"null is not taken":            {", nullable: true", "", "request-null-removed"},
		"a shorter text is taken":      {"maxLength: 10", "maxLength: 5", "request-limit-narrowed"},
		"a format is asked for":        {"maxLength: 10", "maxLength: 10, format: uuid", "request-format-narrowed"},
		"a default":                    {"note: {type: string}", "note: {type: string, default: n}", "request-default"},
		"success goes":                 {`"200": {`, `"201": {`, "response-added response-removed"},
		"an error goes":                {"        \"404\": {description: d}\n", "", "response-error-removed"},
		"a media type goes":            {", text/csv: {schema: {type: string}}", "", "response-media-type-removed"},
		"a header goes":                {"headers: {X-A: {schema: {type: string}}}, ", "", "response-header-gone"},
		"a property always there goes": {"{id: {type: string}, state", "{state", "response-property-removed"},
		"an optional property goes":    {", sum: {type: number}", "", "response-property-gone"},
		"a property may lack":          {"      required: [id]\n", "", "response-property-optional"},
		"a property is always there":   {"required: [id]", "required: [id, sum]", "response-property-required"},
		"a number is whole":            {"sum: {type: number}", "sum: {type: integer}", "response-type-narrowed"},
		"a number is text":             {"sum: {type: number}", "sum: {type: string}", "response-type-widened"},
		"a value more is read":         {"state: {type: string, enum: [a, b]}", "state: {type: string, enum: [a, b, c]}", "response-enum-widened"},
		"a value fewer is read":        {"state: {type: string, enum: [a, b]}", "state: {type: string, enum: [a]}", "response-enum-narrowed"},
		"null is read":                 {"id: {type: string}, state", "id: {type: string, nullable: true}, state", "response-null-added"},
		"another format is read":       {"format: date", "format: date-time", "response-format-narrowed response-format-widened"},
		"a limit is wider, deep down":  {"minimum: 1", "minimum: 0", "response-limit-widened"},
		"composed of itself":           {"    Order:\n", "    Order: {allOf: [{$ref: '#/components/schemas/Order0'}]}\n    Order0:\n", ""},
		"null in the way of 3.1":       {"{type: string, enum: [a, b], nullable: true}", "{type: [string, 'null'], enum: [a, b]}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if strings.Count(shop, tt.old) != 1 {
				t.Fatalf("%q is there %d times", tt.old, strings.Count(shop, tt.old))
			}
			found, err := change.Descriptions(change.File{Name: "old.yml", Text: []byte(shop)}, change.File{Name: "new.yml", Text: []byte(strings.Replace(shop, tt.old, tt.now, 1))})
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
			if diff := cmp.Diff(tt.want, strings.Join(slices.Compact(got), " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
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
	for name, tt := range map[string]struct{ old, now, want string }{
		"further properties of a schema": {schema("3.0.3", "{type: object}"), schema("3.0.3", "{type: object, additionalProperties: {type: integer}}"), "request-limit-narrowed"},
		"another schema of them":         {schema("3.0.3", "{additionalProperties: {type: string}}"), schema("3.0.3", "{additionalProperties: {type: integer}}"), "request-type-narrowed"},
		"a multiple":                     {schema("3.0.3", "{type: integer}"), schema("3.0.3", "{type: integer, multipleOf: 4}"), "request-other"},
		"a condition in a part":          {schema("3.1.0", "{allOf: [{type: string}]}"), schema("3.1.0", "{allOf: [{type: string, not: {const: a}}]}"), "request-other"},
		"the same in another order":      {schema("3.1.0", "{not: {type: string, minLength: 1}}"), schema("3.1.0", "{not: {minLength: 1.0, type: string}}"), ""},
		"an excluded limit":              {schema("3.0.3", "{type: integer, minimum: 1}"), schema("3.0.3", "{type: integer, minimum: 1, exclusiveMinimum: true}"), "request-limit-narrowed"},
		"a property that is only read":   {schema("3.0.3", "{type: object}"), schema("3.0.3", "{type: object, required: [id], properties: {id: {type: string, readOnly: true}}}"), ""},
		"a webhook sends more":           {hook("{type: string, enum: [a]}"), hook("{type: string, enum: [a, b]}"), "response-enum-widened"},
		"a webhook sends less":           {hook("{type: string, enum: [a, b]}"), hook("{type: string, enum: [a]}"), "response-enum-narrowed"},
		"a webhook goes":                 {hook("{type: string}"), strings.Replace(hook("{type: string}"), "  w:", "  v:", 1), "operation-removed"},
		"a callback sends more":          {callback("{type: string}"), callback("{type: [string, integer]}"), "response-type-widened"},
		"another method goes":            {"openapi: 3.2.0\ninfo: {title: t, version: '1'}\npaths: {/a: {additionalOperations: {COPY: {responses: {}}}}}\n", "openapi: 3.2.0\ninfo: {title: t, version: '1'}\npaths: {/a: {}}\n", "operation-removed"},
		"a media type of all goes":       {"swagger: '2.0'\ninfo: {title: t, version: '1'}\nconsumes: [a/b, c/d]\npaths: {/a: {get: {responses: {}}}}\n", "swagger: '2.0'\ninfo: {title: t, version: '1'}\nconsumes: [a/b]\npaths: {/a: {get: {responses: {}}}}\n", "request-media-type-removed"},
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
	found, err := change.Descriptions(change.File{Name: "old.yml", Text: []byte(description("type: integer"))}, change.File{Name: "new.yml", Text: []byte(description("type: integer, multipleOf: 2"))})
	if err != nil || !slices.ContainsFunc(found, func(f report.Finding) bool { return f.Rule == "change-request-other" }) {
		t.Errorf("%v, %v", found, err)
	}
}
