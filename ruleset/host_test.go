package ruleset_test

import (
	"context"
	"fmt"
	"strings"
	"testing/fstest"

	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// A program registers functions of its own, which rulesets then name like those
// of Spectral.
func ExampleRegistered() {
	shouting := ruleset.Function{Name: "shouting", Prepare: func(options *yamltree.Node) (ruleset.Judge, error) {
		most := int(options.Lookup("most").Number)
		return func(_ context.Context, v ruleset.Value) ([]ruleset.Outcome, error) {
			text, ok := v.Node.StringValue()
			if n := strings.Count(text, "!"); ok && n > most {
				return []ruleset.Outcome{{Message: fmt.Sprintf("{{property}} has %d exclamation marks", n)}}, nil
			}
			return nil, nil
		}, nil
	}}
	files := fstest.MapFS{
		"rules.yml":   {Data: []byte("rules:\n  calm:\n    message: \"{{error}}\"\n    given: $.info\n    then: {field: title, function: shouting, functionOptions: {most: 1}}\n")},
		"openapi.yml": {Data: []byte("openapi: 3.1.0\ninfo: {title: Pets!!!, version: \"1\"}\npaths: {}\n")},
	}
	set, err := rules.Load(files, "rules.yml")
	if err != nil {
		fmt.Println(err)
		return
	}
	rule, err := ruleset.Compile(set.Rules["calm"], ruleset.Registered(shouting))
	if err != nil {
		fmt.Println(err)
		return
	}
	document, err := ruleset.ParseFile(files, "openapi.yml")
	if err != nil {
		fmt.Println(err)
		return
	}
	ruleset.NewReferences(files).Follow(document)
	result, err := rule.Run(context.Background(), document)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range result.Findings {
		fmt.Printf("%d:%d %s\n", f.Range.Start.Line, f.Range.Start.Column, f.Message)
	}
	// Output:
	// 2:15 title has 3 exclamation marks
}
