package lint

import (
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/daveshanley/vacuum/model"
	"github.com/daveshanley/vacuum/motor"
	"github.com/daveshanley/vacuum/rulesets"
	"go.yaml.in/yaml/v4"
)

// This file is the only one that knows vacuum. Its motor runs every rule, on
// a goroutine of its own and under a time limit; what a rule means is said by
// a function of ours that is registered in it, because vacuum's own reading of
// given, field and function differs from Spectral's in silence.

// task is a rule with a document, ready to be run.
type task struct {
	id  string
	run func() error
}

// taskResult is how a task ended.
type taskResult struct {
	done bool
	err  error
}

// evaluator is the function that vacuum calls for each of our rules.
type evaluator struct {
	lock  sync.Mutex
	tasks map[string]*taskState
}

type taskState struct {
	task
	result taskResult
}

// RunRule runs the task of the rule that vacuum hands over. The findings are
// kept by the task: vacuum would recompute their paths, unreliably.
func (e *evaluator) RunRule(_ []*yaml.Node, c model.RuleFunctionContext) []model.RuleFunctionResult {
	state := e.tasks[c.Rule.Id]
	err := guarded(state.run)
	e.lock.Lock()
	defer e.lock.Unlock()
	state.result = taskResult{true, err}
	return nil
}

// guarded runs f; a panic becomes its error.
func guarded(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("it failed: %v", r)
		}
	}()
	return f()
}

func (*evaluator) GetSchema() model.RuleFunctionSchema {
	return model.RuleFunctionSchema{Name: evaluatorName}
}

func (*evaluator) GetCategory() string { return "custom" }

const evaluatorName = "trialweave"

// runTasks runs the tasks of one document through vacuum's motor. A task that
// has no result when it returns was stopped by the time limit.
func runTasks(file string, tasks []task, limit time.Duration) map[string]taskResult {
	e := &evaluator{tasks: map[string]*taskState{}}
	set := &rulesets.RuleSet{Rules: map[string]*model.Rule{}}
	for _, t := range tasks {
		e.tasks[t.id] = &taskState{task: t}
		set.Rules[t.id] = &model.Rule{Id: t.id, Given: "$", Severity: model.SeverityError, Then: model.RuleAction{Function: evaluatorName}}
	}
	result := motor.ApplyRulesToRuleSet(&motor.RuleSetExecution{
		RuleSet: set, SpecFileName: file, Spec: []byte(motorDocument),
		CustomFunctions:   map[string]model.RuleFunction{evaluatorName: e},
		SkipDocumentCheck: true, SkipResolve: true, SkipCircularCheck: true, SkipSchemaErrors: true, TurboMode: true,
		SilenceLogs: true, Logger: quietLogger(), PanicFunction: func(any) {}, Timeout: limit,
	})
	defer result.ReleaseOwnedResources()
	return e.results()
}

// motorDocument is what vacuum reads in place of the document: our functions
// hold the parsed document already, within its budget, and vacuum's second
// reading of it would only cost time, memory and its own hazards.
const motorDocument = "openapi: 3.0.3\ninfo: {title: t, version: \"1\"}\npaths: {}\n"

func (e *evaluator) results() map[string]taskResult {
	e.lock.Lock()
	defer e.lock.Unlock()
	out := map[string]taskResult{}
	for id, state := range e.tasks {
		out[id] = state.result
	}
	return out
}

func quietLogger() *slog.Logger {
	return slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError + 1}))
}

// vacuumFinding is a finding of vacuum's own rules.
type vacuumFinding struct {
	rule, severity, message string
	line, column            int
}

// vacuumRule describes a rule of vacuum's own.
type vacuumRule struct{ id, severity, description string }

// runVacuumOAS runs vacuum's own OpenAPI rules on a document; all tells
// whether those that are not recommended run too.
func runVacuumOAS(file string, text []byte, files fs.FS, all bool, limit time.Duration) (out []vacuumFinding, known []vacuumRule, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("vacuum failed: %v", r)
		}
	}()
	var panicked error
	set := vacuumSet(all)
	result := motor.ApplyRulesToRuleSet(&motor.RuleSetExecution{
		RuleSet: set, SpecFileName: file, Spec: text, RolodexFS: files, SilenceLogs: true, Logger: quietLogger(), Timeout: limit,
		PanicFunction: func(p any) { panicked = fmt.Errorf("vacuum failed: %v", p) },
	})
	defer result.ReleaseOwnedResources()
	for _, rule := range set.Rules {
		known = append(known, vacuumRule{rule.Id, rule.Severity, strings.TrimSpace(rule.Description)})
	}
	if len(result.Errors) > 0 {
		return nil, known, fmt.Errorf("vacuum: %w", result.Errors[0])
	}
	for _, r := range result.Results {
		out = append(out, vacuumFindingOf(r))
	}
	return out, known, panicked
}

func vacuumSet(all bool) *rulesets.RuleSet {
	sets := rulesets.BuildDefaultRuleSetsWithLogger(quietLogger())
	if all {
		return sets.GenerateOpenAPIDefaultRuleSet()
	}
	return sets.GenerateOpenAPIRecommendedRuleSet()
}

func vacuumFindingOf(r model.RuleFunctionResult) vacuumFinding {
	f := vacuumFinding{rule: r.RuleId, severity: r.RuleSeverity, message: r.Message, line: 1, column: 1}
	if r.Rule != nil && f.severity == "" {
		f.severity = r.Rule.Severity
	}
	if r.StartNode != nil && r.StartNode.Line > 0 {
		f.line, f.column = r.StartNode.Line, max(r.StartNode.Column, 1)
	}
	return f
}
