package lint_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCapabilityUse holds what is right although it looks wrong at first, and
// what is wrong although it looks right.
func TestCapabilityUse(t *testing.T) {
	const shared = "components:\n  parameters:\n    A: {name: a, in: query, schema: {type: string}}\n"
	api := func(operation string) string {
		return "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /things/{id}:\n    parameters:\n    - {name: id, in: path, required: true, schema: {type: string}}\n    " + operation + "\n" + shared
	}
	const get = "get: {parameters: [{$ref: '#/components/parameters/A'}, {$ref: 'shared.yml#/components/parameters/A'}], responses: {'200': {description: ok, content: {application/json: {schema: {allOf: [{$ref: '#/components/schemas/S'}, {properties: {b: {}}}]}}, text/csv: {schema: {type: string}}}}, '404': {description: no}}}"
	for name, tt := range map[string]struct {
		api, capability string
		want            []string
	}{
		"of the path, by reference, of another file": {api(get) + "  schemas: {S: {properties: {c: {}}}}\n", "inputs: [id, a, other], outputs: [b, c]", nil},
		"a misspelt input": {api(get) + "  schemas: {S: {}}\n", "inputs: [id, a, othre], outputs: [b]", []string{
			`capability-input GET /things/{id} has no parameter "othre"; did you mean "other"?`,
			"capability-parameter GET /things/{id} has 1 parameter that the capability does not offer: other",
		}},
		"no inputs at all":         {api(get) + "  schemas: {S: {}}\n", "outputs: [b.c]", nil},
		"a body":                   {api("get: {requestBody: {content: {application/json: {schema: {properties: {q: {}}}}}}, responses: {default: {description: d}}}"), "inputs: [id, q], outputs: [x]", []string{`capability-output-undescribed the response of GET /things/{id} describes no properties, so the output "x" cannot be checked`}},
		"a body of any kind":       {api("get: {requestBody: {content: {application/json: {schema: {type: object}}}}, responses: {}}"), "inputs: [id, q], outputs: [x]", nil},
		"items of a list":          {api("get: {responses: {'200': {description: ok, content: {application/json: {schema: {type: array, items: {properties: {b: {}}}}}}}}}"), "inputs: [id], outputs: [b]", nil},
		"a text":                   {api("get: {responses: {'200': {description: ok, content: {application/json: {schema: {type: string}}}}}}"), "inputs: [id], outputs: [b]", []string{`capability-output the response of GET /things/{id} is not an object, so it has no property "b"`}},
		"only errors have it":      {api("get: {responses: {'200': {description: ok, content: {application/json: {schema: {properties: {a: {}}}}}}, '400': {description: no, content: {application/json: {schema: {properties: {b: {}}}}}}}}"), "inputs: [id], outputs: [b]", []string{`capability-output the response of GET /things/{id} has no property "b"; there are a`}},
		"switched on, and offered": {api("get: {parameters: [{name: countTotal, in: query}], responses: {'200': {description: ok, content: {application/json: {schema: {properties: {totalCount: {}}}}}}}}"), "inputs: [id, countTotal], outputs: [totalCount]", nil},
		"headers need no input":    {api("get: {parameters: [{name: X-Key, in: header, required: true}], responses: {}}"), "inputs: [id]", nil},
		"an operation not covered": {api(get+"\n    put: {responses: {}}") + "  schemas: {S: {}}\n", "inputs: [id, a, other]", []string{"capability-coverage no capability covers PUT /things/{id}"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := lintTree(t, map[string]string{
				"api.yml": tt.api, "shared.yml": "openapi: 3.1.0\ninfo: {title: x, version: '2'}\n" + "components: {parameters: {A: {name: other, in: query}}}\n",
				"capabilities/c.yml": "provider: p\ncapabilities:\n- {id: a, operationRef: 'api.yml#/paths/~1things~1%7Bid%7D/get', " + tt.capability + "}\n",
			})
			if diff := cmp.Diff(tt.want, said(r, "capability-")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestCapabilityCalls holds what is compared in a Naftiko file.
func TestCapabilityCalls(t *testing.T) {
	const api = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\nservers: [{url: 'https://a.example/v1/'}]\npaths: {'/things/{id}': {get: {parameters: [{name: id, in: path, required: true}, {name: limit, in: query}], responses: {'200': {description: ok, content: {application/json: {schema: {properties: {b: {}}}}}}}}}}\n"
	const head = "naftiko: 1.0.0-alpha2\ncapability:\n  consumes:\n  - {namespace: n, type: http, baseUri: 'https://A.example/v1', resources: [{name: r, path: '/things/{nr}', operations: [{name: o, method: GET, inputParameters: ["
	for inputs, want := range map[string][]string{
		"{name: id, in: path}, {name: limit, in: query}":            nil,
		"{name: Authorization, in: header}, {name: body, in: body}": nil,
		"{name: limt, in: query}":                                   {`capability-input GET /things/{id} has no parameter "limt"; did you mean "limit"?`},
	} {
		r := lintTree(t, map[string]string{"api.yml": api, "c.yml": head + inputs + "], outputParameters: [{name: result, type: object, value: $.}]}]}]}\n"})
		if diff := cmp.Diff(want, said(r, "capability-")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", inputs, diff)
		}
	}
}

func TestCapabilityRefs(t *testing.T) {
	const api = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/studies: {get: {responses: {}}}, '/studies/{id}': {get: {responses: {}}}}\n"
	for ref, want := range map[string][]string{
		"api.yml#/paths/~1studies/get":               nil,
		"../api.yml#/paths/~1studies/get":            nil,
		"api.yml#/paths/~1Studies/get":               {`capability-ref "api.yml#/paths/~1Studies/get" leads nowhere: api.yml has no operation at #/paths/~1Studies/get; did you mean "api.yml#/paths/~1studies/get"?`},
		"api.yml#/paths/~1studies~1%7BnctId%7D/get":  {`capability-ref "api.yml#/paths/~1studies~1%7BnctId%7D/get" leads nowhere: api.yml has no operation at #/paths/~1studies~1{nctId}/get; did you mean "api.yml#/paths/~1studies~1{id}/get"?`},
		"api.yml#/paths//studies/get":                {`capability-ref "api.yml#/paths//studies/get" leads nowhere: api.yml has no operation at #/paths//studies/get; did you mean "api.yml#/paths/~1studies/get"?`},
		"api.yml#/paths/~1studies":                   {`capability-ref "api.yml#/paths/~1studies" leads nowhere: #/paths/~1studies of api.yml is not an operation`},
		"api.yml#/paths/~1nothing~1like~1this/patch": {`capability-ref "api.yml#/paths/~1nothing~1like~1this/patch" leads nowhere: api.yml has no operation at #/paths/~1nothing~1like~1this/patch`},
		"apis.yml#/paths/~1studies/get":              {`capability-ref "apis.yml#/paths/~1studies/get" leads nowhere: there is no file "apis.yml"; did you mean "../api.yml#/paths/~1studies/get"?`},
		"other.yml#/paths/~1other/get":               {`capability-ref "other.yml#/paths/~1other/get" leads nowhere: there is no file "other.yml"`},
		"none.yml#/paths/~1studies/get":              {`capability-ref "none.yml#/paths/~1studies/get" leads nowhere: "none.yml" is not a readable OpenAPI description`},
		"https://example.org/api.yml#/paths/~1a/get": {`unchecked 3:25: "https://example.org/api.yml#/paths/~1a/get" is a remote reference, which is not followed`},
	} {
		r := lintTree(t, map[string]string{"api.yml": api, "capabilities/c.yml": "provider: p\ncapabilities:\n- {id: a, operationRef: '" + ref + "'}\n"})
		if diff := cmp.Diff(want, append(said(r, "capability-ref"), []string(nil)...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", ref, diff)
		}
	}
}

func TestIndexes(t *testing.T) {
	const api = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n"
	const head = "aid: x\nspecificationVersion: '0.23'\napis:\n"
	for name, tt := range map[string]struct {
		index string
		want  []string
	}{
		"right":       {head + "- {aid: 'x:a', properties: [{type: OpenAPI, url: openapi/a.yml}]}\n", nil},
		"other case":  {head + "- {aid: 'x:a', properties: [{type: OpenAPI, url: OpenAPI/a.yml}]}\n", []string{`index-link there is no file "OpenAPI/a.yml" (OpenAPI); did you mean "openapi/a.yml"?`, "index-orphan nothing refers to this document (openapi): apis.yml does not name it"}},
		"other name":  {head + "- {aid: 'x:a', properties: [{type: OpenAPI, url: openapi/aa.yml}]}\n", []string{`index-link there is no file "openapi/aa.yml" (OpenAPI)`, "index-orphan nothing refers to this document (openapi): apis.yml does not name it"}},
		"same aid":    {head + "- {aid: 'x:a', properties: [{type: OpenAPI, url: openapi/a.yml}]}\n- {aid: 'x:a'}\n", []string{`index-aid the aid "x:a" is already used by another API`}},
		"no aids":     {head + "- {name: a, properties: [{type: OpenAPI, url: openapi/a.yml}]}\n- {name: b}\n", nil},
		"elsewhere":   {head + "- {aid: 'x:a', properties: [{type: OpenAPI, url: openapi/a.yml}, {type: Documentation, url: 'https://example.org/'}]}\n", nil},
		"white space": {head + "- {aid: 'x:a', properties: [{type: OpenAPI, url: 'openapi/a.yml '}]}\n", []string{`index-link the link "openapi/a.yml " has white space around it`}},
	} {
		t.Run(name, func(t *testing.T) {
			r := lintTree(t, map[string]string{"apis.yml": tt.index, "openapi/a.yml": api, "none.yml": "rules: {}\n", ".hidden.yml": api})
			var got []string
			for _, line := range said(r, "index-") {
				if line != "index-orphan nothing refers to this document (ruleset): apis.yml does not name it" {
					got = append(got, line)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
