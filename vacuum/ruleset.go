//go:build !novacuum && !lean

package vacuum

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/daveshanley/vacuum/rulesets"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/rules"
)

var _ lint.RulesetEngine = Engine{}

// Name is the name of the engine.
func (Engine) Name() string { return "vacuum" }

// Ruleset reads a ruleset as vacuum does: a file, or a name that vacuum has
// rules under, or that of a bundled ruleset. What vacuum passes over in silence
// is among its failures.
func (e Engine) Ruleset(files fs.FS, name string) (*lint.EngineRuleset, error) {
	r := &reader{files: files, definitions: map[string]any{}, aliases: map[string]any{}, named: map[string]string{}}
	set, err := r.read(name)
	if err != nil {
		return nil, err
	}
	r.judge(set)
	out := &lint.EngineRuleset{Failures: r.failures, Notes: r.notes}
	for _, id := range slices.Sorted(maps.Keys(set.Rules)) {
		rule := set.Rules[id]
		out.Rules = append(out.Rules, lint.EngineRule{ID: rule.Id, Severity: severityOf(rule.Severity).String(), Description: strings.TrimSpace(rule.Description)})
	}
	for _, rule := range readingRules() {
		out.Rules = append(out.Rules, lint.EngineRule{ID: rule.Id, Severity: rule.Severity, Description: rule.Description})
	}
	out.Run = func(ctx context.Context, in lint.EngineInput) (lint.EngineOutput, error) {
		return e.execute(ctx, set, in)
	}
	return out, nil
}

// failure is a rule, or a part of a ruleset, that does not run.
type failure = lint.EngineFailure

// reader reads a ruleset and the files that it extends. vacuum's own loader
// would read any file of the system, from the folder that it runs in.
type reader struct {
	files    fs.FS
	failures []failure
	notes    []string

	// definitions and aliases are those of all files: the ones of the file that
	// extends come first.
	definitions, aliases map[string]any
	// named are the sets of vacuum's that are extended, with their modes.
	named map[string]string
	seen  []string
}

func (r *reader) fail(rule, format string, args ...any) {
	r.failures = append(r.failures, failure{Rule: rule, Why: fmt.Sprintf(format, args...)})
}

// read makes the ruleset of vacuum's that a name means.
func (r *reader) read(name string) (set *rulesets.RuleSet, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("vacuum cannot read the ruleset: %v", p)
		}
	}()
	own := &rulesets.RuleSet{}
	if slices.Contains(setNames(), name) {
		r.extend("", name, "recommended")
	} else if own, err = r.file(name); err != nil {
		return nil, err
	}
	var log journal
	given := &rulesets.RuleSet{
		Description: own.Description, DocumentationURI: own.DocumentationURI, Formats: own.Formats, Rules: own.Rules,
		RuleDefinitions: r.definitions, Extends: r.extends(),
	}
	if len(r.aliases) > 0 {
		given.Aliases = r.aliases
		if _, err := rulesets.ParseAliases(r.aliases); err != nil {
			return nil, fmt.Errorf("vacuum cannot read the aliases: %w", err)
		}
	}
	set = rulesets.BuildDefaultRuleSetsWithLogger(log.logger()).GenerateRuleSetFromSuppliedRuleSet(given)
	r.failures = append(r.failures, log.failures()...)
	return set, nil
}

// extends lists the sets of vacuum's as a ruleset names them.
func (r *reader) extends() []any {
	var out []any
	for _, name := range slices.Sorted(maps.Keys(r.named)) {
		out = append(out, []any{name, r.named[name]})
	}
	return out
}

// file reads a file, and what it extends after it.
func (r *reader) file(name string) (*rulesets.RuleSet, error) {
	text, ok := rules.Text(name)
	if !ok {
		var err error
		if text, err = fs.ReadFile(r.files, name); err != nil {
			return nil, errors.New("cannot be read")
		}
	}
	set, err := rulesets.CreateRuleSetFromData(text)
	if err != nil {
		return nil, errors.New(message("vacuum refuses the ruleset: " + err.Error()))
	}
	r.seen = append(r.seen, name)
	for id, value := range set.RuleDefinitions {
		r.definitions[id] = merged(r.definitions[id], value)
	}
	for id, value := range set.Aliases {
		if _, ok := r.aliases[id]; !ok {
			r.aliases[id] = value
		}
	}
	r.ignored(name, text)
	extends := set.GetExtendsValue()
	for _, to := range slices.Sorted(maps.Keys(extends)) {
		r.extend(name, to, extends[to])
	}
	return set, nil
}

// merged is a definition of a file that extends, over that of one that it
// extends: true takes the other one, a severity changes it.
func merged(over, under any) any {
	switch value := over.(type) {
	case nil:
		return under
	case bool:
		if _, concrete := under.(map[string]any); value && concrete {
			return under
		}
	case string:
		if concrete, ok := under.(map[string]any); ok && value != rulesets.VacuumOff {
			changed := maps.Clone(concrete)
			changed["severity"] = value
			return changed
		}
	}
	return over
}

// setNames are the names that vacuum has rules under.
func setNames() []string {
	return []string{"spectral:oas", "spectral:asyncapi", "spectral:owasp", "vacuum:oas", "vacuum:owasp", "vacuum:asyncapi", "vacuum:json-schema", "vacuum:all"}
}

// extend takes what a file extends.
func (r *reader) extend(from, to, mode string) {
	switch ext := path.Ext(to); {
	case slices.Contains(setNames(), to):
		r.extendSet(to, mode)
	case strings.HasPrefix(to, "http:"), strings.HasPrefix(to, "https:"):
		r.fail(to, "remote rulesets are not read")
	case ext == ".yml" || ext == ".yaml" || ext == ".json":
		file := path.Join(path.Dir(from), to)
		if slices.Contains(r.seen, file) {
			return
		}
		if _, err := r.file(file); err != nil {
			r.fail(to, "cannot be extended: %v", err)
		}
	default:
		r.fail(to, "vacuum does not know what is extended here, and passes over it")
	}
}

// extendSet takes a set of vacuum's.
func (r *reader) extendSet(name, mode string) {
	if before, ok := r.named[name]; ok && before != "" {
		return // the file that extends says how
	}
	if mode == name { // without a mode
		mode = rulesets.VacuumRecommended
		if strings.HasSuffix(name, ":owasp") {
			r.fail(name, "vacuum takes its rules only with a mode: [[%s, recommended]]", name)
			return
		}
	}
	if strings.HasPrefix(name, "spectral:") && mode != rulesets.VacuumOff {
		r.notes = append(r.notes, fmt.Sprintf("%s are vacuum's own rules here, and not Spectral's", name))
	}
	r.named[name] = mode
}
