//go:build !novacuum

package vacuum

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/daveshanley/vacuum/model"
	"github.com/daveshanley/vacuum/motor"
	"github.com/daveshanley/vacuum/rulesets"

	"github.com/trialweave/trialweave/lint"
)

// oas is the name of vacuum's pack of rules for OpenAPI.
const oas = "vacuum:oas"

// Engine runs vacuum's own rules. The zero value is ready to use.
type Engine struct {
	// Timeout bounds the time of one rule on one document; default 5s.
	Timeout time.Duration
}

var _ lint.Engine = Engine{}

// Packs returns the names of the rule packs.
func (Engine) Packs() []string { return []string{oas} }

// Run runs a pack on an OpenAPI description. Its error is the failure of
// vacuum to read or to process the description.
func (e Engine) Run(ctx context.Context, pack string, all bool, in lint.EngineInput) (out lint.EngineOutput, err error) {
	if pack != oas {
		return out, fmt.Errorf("unknown rule pack %q, expected %q", pack, oas)
	}
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
	var panicked error
	set := ruleSet(all)
	result := motor.ApplyRulesToRuleSet(&motor.RuleSetExecution{
		RuleSet: set, SpecFileName: in.File, Spec: in.Text, RolodexFS: in.Files, SilenceLogs: true, Logger: quietLogger(), Timeout: limit,
		PanicFunction: func(p any) { panicked = fmt.Errorf("vacuum failed: %v", p) },
	})
	defer result.ReleaseOwnedResources()
	for _, rule := range set.Rules {
		out.Rules = append(out.Rules, lint.EngineRule{ID: rule.Id, Severity: rule.Severity, Description: strings.TrimSpace(rule.Description)})
	}
	if len(result.Errors) > 0 {
		return out, fmt.Errorf("vacuum: %w", result.Errors[0])
	}
	for _, r := range result.Results {
		out.Findings = append(out.Findings, findingOf(r))
	}
	return out, panicked
}

func ruleSet(all bool) *rulesets.RuleSet {
	sets := rulesets.BuildDefaultRuleSetsWithLogger(quietLogger())
	if all {
		return sets.GenerateOpenAPIDefaultRuleSet()
	}
	return sets.GenerateOpenAPIRecommendedRuleSet()
}

func quietLogger() *slog.Logger {
	return slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError + 1}))
}

// findingOf converts a result. Its path is left out: vacuum's paths are not
// reliable.
func findingOf(r model.RuleFunctionResult) lint.EngineFinding {
	f := lint.EngineFinding{Rule: r.RuleId, Severity: r.RuleSeverity, Message: r.Message, Line: 1, Column: 1}
	if r.Rule != nil && f.Severity == "" {
		f.Severity = r.Rule.Severity
	}
	if r.StartNode != nil && r.StartNode.Line > 0 {
		f.Line, f.Column = r.StartNode.Line, max(r.StartNode.Column, 1)
	}
	return f
}
