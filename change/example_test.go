package change_test

import (
	"fmt"

	"github.com/trialweave/trialweave/change"
	"github.com/trialweave/trialweave/report"
)

func ExampleDescriptions() {
	old := change.File{Name: "old.yml", Text: []byte("openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {responses: {}}}, /b: {get: {responses: {}}}}\n")}
	now := change.File{Name: "new.yml", Text: []byte("openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {responses: {}}}}\n")}
	found, err := change.Descriptions(old, now)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range found {
		fmt.Println(f.Severity, f.File, f.Message)
	}
	// Output: error old.yml GET /b is removed
}

func ExampleCapabilities() {
	old := change.File{Name: "old.yml", Text: []byte("provider: p\ncapabilities: [{id: a, inputs: [q]}, {id: b}]\n")}
	now := change.File{Name: "new.yml", Text: []byte("provider: p\ncapabilities: [{id: a, api: 'p:x'}, {id: c}]\n")}
	found, err := change.Capabilities(old, now)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range found {
		fmt.Println(f.Severity, f.File, f.Message)
	}
	// Output:
	// info new.yml the api of "a" is added: p:x
	// error old.yml the input "q" of "a" is removed
	// error old.yml the capability "b" is removed
	// info new.yml the capability "c" is added
}

func ExampleVerdicts() {
	at := func(rule string, path ...string) report.Finding {
		return report.Finding{Rule: rule, Severity: report.Warn, Message: "not right", Place: report.Place{File: "api.yml", Path: path}}
	}
	old := &report.Report{Findings: []report.Finding{at("a", "info"), at("b", "paths")}}
	now := &report.Report{Findings: []report.Finding{at("a", "info"), at("c", "tags")}}
	for _, f := range change.Verdicts(old, now) {
		fmt.Println(f.Path, f.Message)
	}
	// Output:
	// [tags] c finds this now (warn): not right
	// [paths] b no longer reports this (warn): not right
}
