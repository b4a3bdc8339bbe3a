package lint_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/rules"
)

// TestMessagesSayWhatIsWrong holds that no bundled rule reports its
// description, which says how things should be.
func TestMessagesSayWhatIsWrong(t *testing.T) {
	seen := 0
	for _, name := range rules.Builtin() {
		set, err := rules.Load(fstest.MapFS{}, name)
		if err != nil {
			t.Fatal(err)
		}
		for id, rule := range set.Rules {
			seen++
			if rule.Message == "" || strings.Contains(rule.Message, "{{description}}") || strings.EqualFold(strings.TrimSuffix(rule.Message, "."), strings.TrimSuffix(rule.Description, ".")) {
				t.Errorf("%s of %s has the message %q", id, name, rule.Message)
			}
		}
	}
	if seen < 90 {
		t.Errorf("only %d rules were looked at", seen)
	}
}

// TestMessagesOfSpectralsRules holds what some rules of spectral:oas say.
func TestMessagesOfSpectralsRules(t *testing.T) {
	const document = `openapi: 3.0.3
info: {title: t, version: "1"}
servers: [{url: "https://e.org/{a}/"}]
paths:
  /products/:
    get: {operationId: a, responses: {"400": {description: d}}}
  /b/{id}:
    post: {operationId: a, tags: [x], responses: {"200": {description: d}}}
components:
  examples: {cat: {summary: s}}
`
	r := lintText(t, "extends: [[spectral:oas, all]]\n", document)
	said := map[string]string{}
	for _, f := range r.Findings {
		if _, again := said[f.Rule]; !again {
			said[f.Rule] = f.Message
		}
	}
	want := map[string]string{
		"info-contact":                         "Info has no contact",
		"operation-tags":                       "GET /products/ has no tags",
		"operation-success-response":           "GET /products/ has no 2xx or 3xx response",
		"operation-operationId-unique":         `operationId "a" is already used by GET /products/`,
		"operation-tag-defined":                `tag "x" is not defined in the tags of the document`,
		"path-keys-no-trailing-slash":          `Path "/products/" ends in a slash`,
		"path-params":                          `POST /b/{id} declares no path parameter "id"`,
		"oas3-server-trailing-slash":           `Server URL "https://e.org/{a}/" ends in a slash`,
		"oas3-server-variables":                `server URL uses the undeclared variable "a"`,
		"oas3-examples-value-or-externalValue": `Example "cat" has none of externalValue, value; exactly one is required`,
		"oas3-unused-component":                `Component "cat" is not used`,
	}
	got := map[string]string{}
	for rule := range want {
		got[rule] = said[rule]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("messages differ (-want +got):\n%s", diff)
	}
}
