package formats

import (
	"cmp"
	"io"
	"net/url"
	"path"
	"strings"
	"unicode"

	"github.com/trialweave/trialweave/report"
)

// The parts of SARIF 2.1.0 (OASIS, section 3) that a report needs.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool            `json:"tool"`
		Automation  sarifAutomation      `json:"automationDetails"`
		ColumnKind  string               `json:"columnKind"`
		Bases       map[string]sarifBase `json:"originalUriBaseIds,omitempty"`
		Artifacts   []sarifArtifact      `json:"artifacts"`
		Results     []sarifResult        `json:"results"`
		Invocations []sarifInvocation    `json:"invocations"`
	}
	sarifAutomation struct {
		ID         string         `json:"id"`
		Properties map[string]any `json:"properties,omitempty"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name            string      `json:"name"`
		FullName        string      `json:"fullName"`
		Version         string      `json:"version"`
		SemanticVersion string      `json:"semanticVersion,omitempty"`
		InformationURI  string      `json:"informationUri"`
		Rules           []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID        string      `json:"id"`
		Name      string      `json:"name"`
		Short     *sarifText  `json:"shortDescription"`
		Full      *sarifText  `json:"fullDescription"`
		Help      *sarifText  `json:"help,omitempty"`
		HelpURI   string      `json:"helpUri,omitempty"`
		Default   sarifConfig `json:"defaultConfiguration"`
		Qualifier sarifOrigin `json:"properties"`
	}
	sarifOrigin struct {
		DefinedIn string `json:"definedIn"`
	}
	sarifConfig struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifArtifact struct {
		Location sarifURI `json:"location"`
	}
	sarifURI struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifBase struct {
		Description sarifText `json:"description"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		ID       int            `json:"id,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifURI    `json:"artifactLocation"`
		Region   sarifRegion `json:"region"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sourceRoot  = "%SRCROOT%"
	toolURI     = "https://github.com/trialweave/trialweave"
)

func writeSARIF(w io.Writer, r *report.Report, o Options) error {
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: o.Tool, FullName: strings.TrimSpace(o.Tool + " " + o.Version), Version: o.Version, InformationURI: toolURI, Rules: []sarifRule{}}},
		Automation:  sarifAutomation{cmp.Or(o.Automation.ID, o.Tool+"/"), o.Automation.Properties},
		ColumnKind:  "utf16CodeUnits",
		Bases:       map[string]sarifBase{sourceRoot: {sarifText{Text: "The root of the repository."}}},
		Artifacts:   []sarifArtifact{},
		Results:     []sarifResult{},
		Invocations: []sarifInvocation{sarifInvocationOf(r)},
	}
	if o.Version[0] >= '0' && o.Version[0] <= '9' {
		run.Tool.Driver.SemanticVersion = o.Version
	}
	for _, d := range r.Documents {
		run.Artifacts = append(run.Artifacts, sarifArtifact{fileURI(d.File)})
	}
	index := map[string]int{}
	for _, rule := range sarifRules(r) {
		index[rule.ID] = len(index)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(rule))
	}
	for _, f := range r.Findings {
		run.Results = append(run.Results, sarifResultOf(f, index[f.Rule]))
	}
	return encodeJSON(w, sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

// sarifRules are the rules that took part, and those that only findings name.
func sarifRules(r *report.Report) []report.Rule {
	rules := r.Rules
	known := map[string]bool{}
	for _, rule := range rules {
		known[rule.ID] = true
	}
	for _, f := range r.Findings {
		if !known[f.Rule] {
			known[f.Rule] = true
			rules = append(rules[:len(rules):len(rules)], report.Rule{ID: f.Rule, Severity: f.Severity})
		}
	}
	return rules
}

func sarifRuleOf(rule report.Rule) sarifRule {
	out := sarifRule{ID: rule.ID, Name: sarifName(rule.ID), Default: sarifConfig{sarifLevel(rule.Severity)}, Qualifier: sarifOrigin{rule.From}}
	what := rule.Description
	if what == "" {
		what = "The rule " + rule.ID + "."
	}
	full := what
	if rule.Why != "" {
		full += " " + rule.Why
	}
	out.Short, out.Full = &sarifText{Text: what}, &sarifText{Text: full}
	help := full
	out.HelpURI = helpURL(rule)
	if rule.Help != "" && !strings.HasPrefix(rule.Help, "https://") {
		help += " More: " + rule.Help
	}
	out.Help = &sarifText{Text: help, Markdown: sarifMarkdown(rule)}
	return out
}

// sarifName is the name of a rule as SARIF wants it: an identifier in Pascal
// case that is not its id.
func sarifName(id string) string {
	var b strings.Builder
	up := true
	for _, r := range id {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			up = true
			continue
		case up:
			r = unicode.ToUpper(r)
		}
		up = false
		b.WriteRune(r)
	}
	return b.String()
}

// sarifMarkdown is the help of a rule with its reason and what to do.
func sarifMarkdown(rule report.Rule) string {
	var parts []string
	for _, part := range []struct{ title, text string }{{"", rule.Description}, {"**Why:** ", rule.Why}, {"**What to do:** ", rule.Fix}} {
		if part.text != "" {
			parts = append(parts, part.title+part.text)
		}
	}
	for _, example := range []struct{ title, text string }{{"**Bad:**", rule.Bad}, {"**Good:**", rule.Good}} {
		if example.text != "" {
			parts = append(parts, example.title+"\n\n```yaml\n"+strings.TrimRight(example.text, "\n")+"\n```")
		}
	}
	if rule.Help != "" && !strings.HasPrefix(rule.Help, "https://") {
		parts = append(parts, "`"+rule.Help+"`")
	}
	return strings.Join(parts, "\n\n")
}

func sarifResultOf(f report.Finding, rule int) sarifResult {
	out := sarifResult{
		RuleID: f.Rule, RuleIndex: rule, Level: sarifLevel(f.Severity), Message: sarifText{Text: f.Full()},
		Locations:    []sarifLocation{sarifLocationOf(f.Place)},
		Fingerprints: map[string]string{"triallint/v1": Fingerprint(f)},
	}
	for _, related := range f.Related {
		if related.File == "" {
			continue // it is part of the message
		}
		l := sarifLocationOf(related.Place)
		l.ID, l.Message = len(out.Related)+1, &sarifText{Text: related.Message}
		out.Related = append(out.Related, l)
	}
	return out
}

func sarifLocationOf(p report.Place) sarifLocation {
	l := sarifLocation{Physical: sarifPhysical{fileURI(p.File), sarifRegionOf(p.Range)}}
	if len(p.Path) > 0 {
		l.Logical = []sarifLogical{{p.Pointer()}}
	}
	return l
}

func sarifRegionOf(r report.Range) sarifRegion {
	start := report.Mark{Line: max(r.Start.Line, 1), Column: max(r.Start.Column, 1)}
	end := r.End
	if end.Compare(start) < 0 {
		end = start
	}
	return sarifRegion{start.Line, start.Column, end.Line, end.Column}
}

func sarifLevel(s report.Severity) string {
	return []string{"error", "warning", "note", "note"}[min(int(s), 3)]
}

func sarifInvocationOf(r *report.Report) sarifInvocation {
	out := sarifInvocation{ExecutionSuccessful: !r.Incomplete()}
	for _, u := range r.Unchecked {
		level := "error"
		if u.Aside {
			level = "note"
		}
		n := sarifNotification{Level: level, Message: sarifText{Text: strings.TrimSpace(u.Rule + " not checked: " + u.Why)}}
		if u.File != "" {
			n.Locations = []sarifLocation{sarifLocationOf(report.Place{File: u.File})}
		}
		out.Notifications = append(out.Notifications, n)
	}
	return out
}

func fileURI(file string) sarifURI {
	if path.IsAbs(file) || strings.Contains(file, ":") {
		return sarifURI{URI: (&url.URL{Path: file}).String()}
	}
	return sarifURI{URI: (&url.URL{Path: file}).String(), Base: sourceRoot}
}
