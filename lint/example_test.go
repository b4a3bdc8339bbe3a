package lint_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/trialweave/trialweave/lint"
)

// exampleTree is a small repository with a capability that refers to nothing.
func exampleTree() fstest.MapFS {
	return fstest.MapFS{
		"api.yml":   {Data: []byte("openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/studies: {get: {responses: {}}}}\n")},
		"can.yml":   {Data: []byte("provider: p\ncapabilities:\n- id: find\n  operationRef: apis.yml#/paths/~1studies/get\n")},
		"rules.yml": {Data: []byte("rules:\n  no-contact: {given: $.info, then: {field: contact, function: truthy}}\n")},
	}
}

func ExampleRun() {
	corpus, err := lint.Load(exampleTree(), []string{"."}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := lint.Run(context.Background(), corpus, &lint.Options{Rulesets: []lint.RulesetUse{{Ruleset: "rules.yml"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range r.Findings {
		fmt.Printf("%s:%d %s %s\n", f.File, f.Range.Start.Line, f.Severity, f.Rule)
	}
	// Output:
	// api.yml:2 warn no-contact
	// can.yml:4 error capability-ref
}

func ExampleFixes() {
	corpus, err := lint.Load(exampleTree(), []string{"."}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s", lint.Fixes(corpus).Patch(func(file string) string { return file }))
	// Output:
	// --- a/can.yml
	// +++ b/can.yml
	// @@ -1,4 +1,4 @@
	//  provider: p
	//  capabilities:
	//  - id: find
	// -  operationRef: apis.yml#/paths/~1studies/get
	// +  operationRef: api.yml#/paths/~1studies/get
}
