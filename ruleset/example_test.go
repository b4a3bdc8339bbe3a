package ruleset_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
)

func Example() {
	files := fstest.MapFS{
		"rules.yml": {Data: []byte(`
rules:
  title-in-capitals:
    given: $.info.title
    severity: error
    message: "{{path}} {{error}}"
    then: {function: pattern, functionOptions: {match: "^[A-Z]"}}
`)},
		"api.yml": {Data: []byte("openapi: 3.1.0\ninfo:\n  title: studies\n")},
	}
	set, err := rules.Load(files, "rules.yml")
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, err := ruleset.ParseFile(files, "api.yml")
	if err != nil {
		fmt.Println(err)
		return
	}
	ruleset.NewReferences(files).Follow(doc)
	for _, rule := range set.Enabled() {
		compiled, err := ruleset.Compile(rule)
		if err != nil {
			fmt.Println(err)
			return
		}
		result, err := compiled.Run(context.Background(), doc)
		for _, f := range result.Findings {
			fmt.Printf("%s:%d:%d %s %s %s\n", f.File, f.Range.Start.Line, f.Range.Start.Column, f.Severity, f.Rule, f.Message)
		}
		if err != nil {
			fmt.Println(err)
		}
	}
	// Output: api.yml:3:10 error title-in-capitals #/info/title "studies" does not match the pattern /^[A-Z]/
}
