//go:build !novacuum && !lean

package vacuum

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/daveshanley/vacuum/jsonschema"
	"github.com/daveshanley/vacuum/model"
	"github.com/daveshanley/vacuum/motor"
	"github.com/daveshanley/vacuum/rulesets"
	"go.yaml.in/yaml/v4"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
)

// root is the folder that vacuum sees the files of a run in. Its name has no
// dot, by which vacuum would take it for a file.
const root = "/triallint:"

// Engine runs vacuum's own rules. The zero value is ready to use.
type Engine struct {
	// Timeout bounds the time of one rule on one document; default 5s.
	Timeout time.Duration
}

var _ lint.Engine = Engine{}

// Run runs rules of the packs on a document. Its error is the failure of
// vacuum to read or to process the document.
func (e Engine) Run(ctx context.Context, run []*rules.Rule, in lint.EngineInput) (lint.EngineOutput, error) {
	known := allRules()
	set := &rulesets.RuleSet{Rules: map[string]*model.Rule{}}
	for _, rule := range run {
		if own := known[rule.ID]; own != nil {
			set.Rules[rule.ID] = own
		}
	}
	return e.execute(ctx, set, in)
}

// execute runs a ruleset of vacuum's on a document.
func (e Engine) execute(ctx context.Context, set *rulesets.RuleSet, in lint.EngineInput) (out lint.EngineOutput, err error) {
	if err := ctx.Err(); err != nil {
		return out, err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("vacuum failed: %v", r)
		}
	}()
	limit := e.Timeout
	if limit == 0 {
		limit = 5 * time.Second
	}
	log := journal{examples: comparingExamples(set)}
	execution := &motor.RuleSetExecution{
		RuleSet: set, SpecFileName: path.Join(root, in.File), Base: root, Spec: in.Texts[in.File], RolodexFS: texts(in.Texts), SilenceLogs: true, Logger: log.logger(),
		Timeout: limit, NodeLookupTimeout: limit, PanicFunction: log.panicked,
	}
	if in.Kind != ruleset.OpenAPI && in.Kind != ruleset.AsyncAPI {
		execution.SkipDocumentCheck = true
		execution.SpecFormat = schemaFormat(in.Texts[in.File])
	}
	result := motor.ApplyRulesToRuleSet(execution)
	defer result.ReleaseOwnedResources()
	out.Failures = log.failures()
	for _, failed := range result.Errors {
		var lookup *motor.RuleLookupError
		if !errors.As(failed, &lookup) {
			return out, fmt.Errorf("vacuum: %w", failed)
		}
		out.Failures = append(out.Failures, lint.EngineFailure{Rule: lookup.RuleId, Why: message(fmt.Sprintf("vacuum cannot run the path %s: %v", lookup.Given, lookup.Err))})
	}
	for i := range result.Results {
		if err := take(&out, &result.Results[i], in.File); err != nil {
			return out, err
		}
	}
	return out, log.err()
}

// comparingExamples are the rules of a ruleset that compare examples with
// schemas.
func comparingExamples(set *rulesets.RuleSet) []string {
	var out []string
	for id, rule := range set.Rules {
		if strings.Contains(fmt.Sprint(rule.Then), "oasExampleSchema") {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// schemaFormat is vacuum's name for the dialect of a schema.
func schemaFormat(text []byte) string {
	var root yaml.Node
	if yaml.Unmarshal(text, &root) != nil {
		return ""
	}
	return jsonschema.DetectDialect(&root).Format
}

// message is a message of vacuum's without the folder that the command runs
// in, which a schema is named by.
func message(text string) string {
	if here, err := os.Getwd(); err == nil {
		text = strings.ReplaceAll(text, "file://"+filepath.ToSlash(here)+"/", "")
	}
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, root+"/", "")), " ")
	return strings.TrimPrefix(text, ": ") // where the rule has no description
}

// take converts a result. Its path is left out: vacuum's paths are not
// reliable.
func take(out *lint.EngineOutput, r *model.RuleFunctionResult, file string) error {
	f := lint.EngineFinding{Rule: r.RuleId, Severity: r.RuleSeverity, Message: message(r.Message), Line: 1, Column: 1}
	if r.Rule != nil && f.Severity == "" {
		f.Severity = r.Rule.Severity
	}
	if r.Rule != nil && f.Rule == "" {
		f.Rule = r.Rule.Id
	}
	switch {
	case f.Rule == "index-failure", f.Rule == "build-index":
		return fmt.Errorf("vacuum: %s", r.Message)
	case r.Rule != nil && r.StartNode != nil && r.StartNode.Line == 0 && r.Path == fmt.Sprint(r.Rule.Given):
		out.Failures = append(out.Failures, lint.EngineFailure{Rule: f.Rule, Why: "vacuum cannot run the rule: " + r.Message})
		return nil
	}
	if r.StartNode != nil && r.StartNode.Line > 0 {
		f.Line, f.Column = r.StartNode.Line, max(r.StartNode.Column, 1)
	}
	if r.Origin != nil {
		if r.Origin.Line > 0 { // as vacuum's own reports have it: what is reached through a reference has its place there
			f.Line, f.Column = r.Origin.Line, max(r.Origin.Column, 1)
		}
		f.File = strings.TrimPrefix(r.Origin.AbsoluteLocation, root+"/")
	}
	if f.File == file {
		f.File = ""
	}
	out.Findings = append(out.Findings, f)
	return nil
}
