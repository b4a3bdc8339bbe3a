package lint_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/trialweave/trialweave/lint"
)

// TestWhereUnknownPropertiesAre holds the lines at which Spectral 6.16.3 reports a
// property that a schema does not allow: that of the object by the function
// schema and in examples, that of the property by the schema of OpenAPI.
func TestWhereUnknownPropertiesAre(t *testing.T) {
	files := fstest.MapFS{
		"r.yaml": {Data: []byte("extends: spectral:oas\nrules:\n  own: {given: $.info, severity: error, then: {function: schema, functionOptions: {schema: {properties: {title: {}, version: {}}, additionalProperties: false}}}}\n")},
		"d.yaml": {Data: []byte(`openapi: 3.0.3
info:
  title: a
  version: "1"
  extra: 1
paths:
  /a:
    get:
      responses:
        "200":
          description: x
          content:
            application/json:
              schema:
                type: object
                properties: {a: {type: object, additionalProperties: false}}
              example:
                a:
                  nested: 1
`)},
	}
	corpus, err := lint.Load(files, []string{"d.yaml"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := lint.Run(t.Context(), corpus, &lint.Options{Rulesets: []lint.RulesetUse{{Ruleset: "r.yaml"}}, RulesetFiles: files})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.Findings {
		if slices.Contains([]string{"own", "oas3-schema", "oas3-valid-media-example"}, f.Rule) {
			got = append(got, fmt.Sprintf("%d %s", f.Range.Start.Line, f.Rule))
		}
	}
	slices.Sort(got)
	if want := []string{"18 oas3-valid-media-example", "2 own", "5 oas3-schema"}; !slices.Equal(got, want) {
		t.Errorf("%q, expected %q", got, want)
	}
}
