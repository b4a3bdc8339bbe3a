package lint

import (
	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/report"
)

// runEngine runs a set of rules that only the engine has.
func (r *runner) runEngine(name, mode string, d *Document) {
	switch {
	case name != "vacuum:oas":
		r.unchecked(name, d.File, "the engine has no set of this name; it has vacuum:oas")
		return
	case mode == "off" || d.Kind != OpenAPI:
		return
	}
	found, known, err := runVacuumOAS(d.File, d.tree.Text, r.corpus.files, mode == "all", r.opts.Timeout)
	if err != nil {
		r.unchecked(name, d.File, err.Error())
	}
	for _, rule := range known {
		severity, _ := report.ParseSeverity(rule.severity)
		r.report.Rules = append(r.report.Rules, report.Rule{ID: rule.id, Description: rule.description, Severity: severity, From: name})
	}
	for _, f := range found {
		severity, err := report.ParseSeverity(f.severity)
		if err != nil {
			severity = report.Warn
		}
		path := pathAt(d.tree.Root, yamltree.Mark{Line: f.line, Column: f.column})
		place := d.place(path)
		place.Range.Start = report.Mark{Line: f.line, Column: f.column}
		r.report.Findings = append(r.report.Findings, report.Finding{Rule: f.rule, Severity: severity, Message: f.message, Place: place})
	}
}

// pathAt is the path of the value that a place of the text belongs to:
// vacuum's own paths are not reliable.
func pathAt(n *yamltree.Node, at yamltree.Mark) []string {
	for i, item := range n.Items {
		start := item.Range.Start
		if n.Kind == yamltree.Mapping {
			start = n.Keys[i].Range.Start
		}
		if !at.Before(start) && (at.Before(item.Range.End) || at == item.Range.Start) {
			return append(step(nil, n, i), pathAt(item, at)...)
		}
	}
	return nil
}
