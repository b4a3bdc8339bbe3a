package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/commandline"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/proof"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
)

// rulesCompareCmd compares what rules mean in two engines.
type rulesCompareCmd struct {
	Paths     []string `arg:"" optional:"" name:"PATH" help:"Files or folders that the rules are run on, beside the documents that are made; a ruleset among the files is the one to compare. Default: this folder."`
	Ruleset   []string `help:"Ruleset to compare: a file, or a bundled one by name. Default: what a run would use." placeholder:"FILE"`
	Format    string   `help:"text or json." enum:"text,json" default:"text"`
	Inherited bool     `help:"Compare the rules of bundled rulesets that are inherited, too."`
	allowing
}

// comparedRule is a difference in the JSON form.
type comparedRule struct {
	Rule string               `json:"rule"`
	From string               `json:"from"`
	Kind proof.DifferenceKind `json:"kind"`
	Why  string               `json:"why"`
	// File is the document at hand that shows it, or that the example is made of.
	File string `json:"file,omitempty"`
	// Example is the document, as YAML: the lines are its own.
	Example  string `json:"example,omitempty"`
	Spectral []int  `json:"spectral"`
	Vacuum   []int  `json:"vacuum"`
	Rewrite  string `json:"rewrite,omitempty"`
	Advice   string `json:"advice,omitempty"`
	Tried    int    `json:"tried"`
}

// Run compares the rules and prints what is different.
func (c *rulesCompareCmd) Run(ctx context.Context, std *streams) error {
	engine, err := rulesetEngine("vacuum", ruleTimeout)
	if err != nil {
		return err
	}
	paths, rulesets := c.split()
	p, err := openProving(ctx, paths, rulesets, &c.allowing)
	if err != nil {
		return err
	}
	defer c.allowing.close()
	p.opts.Inherited = c.Inherited
	line := commandline.NewProgress(std.err, std.watched, "rules")
	p.opts.Done = func(done, rules int) { line.Set(int64(done), int64(done), int64(rules)) }
	result, err := proof.Compare(ctx, p.corpus, p.opts, engine)
	line.Clear()
	if err != nil {
		return err
	}
	unchecked := slices.Clone(result.Unchecked)
	p.workspace.showUnchecked(std, unchecked)
	if err := printComparison(std.out, p.workspace, result, c.Format); err != nil {
		return err
	}
	switch {
	case (&report.Report{Unchecked: result.Unchecked}).Incomplete():
		return errUnchecked
	case result.Differs():
		return errFindings
	}
	return nil
}

// split takes the rulesets among the files that are named.
func (c *rulesCompareCmd) split() (paths, rulesets []string) {
	rulesets = slices.Clone(c.Ruleset)
	for _, p := range c.Paths {
		if text, err := os.ReadFile(p); err == nil {
			if kind, err := ruleset.KindOf(p, text); err == nil && kind == ruleset.Ruleset {
				rulesets = append(rulesets, p)
				continue
			}
		} else if _, missing := os.Stat(p); errors.Is(missing, os.ErrNotExist) && isBuiltin(p) {
			rulesets = append(rulesets, p)
			continue
		}
		paths = append(paths, p)
	}
	return paths, rulesets
}

func printComparison(w io.Writer, ws *workspace, result *proof.Comparison, format string) error {
	if format == "json" {
		return writeJSON(w, jsonComparison(ws, result))
	}
	different := map[string]bool{}
	for _, d := range result.Differences {
		if d.Kind != proof.Place {
			different[d.Rule] = true
		}
		fmt.Fprintf(w, "%-8s  %s  (%s)\n          %s\n", d.Kind, d.Rule, ws.shown(d.From), d.Why)
		printExample(w, ws, d)
	}
	_, err := fmt.Fprintf(w, "\n%d of %d rules mean something else in vacuum, on %s\n", len(different), result.Rules, wording.Count(result.Documents, "document"))
	return err
}

// printExample shows the document, and how the rule can be written.
func printExample(w io.Writer, ws *workspace, d proof.Difference) {
	if d.Document != nil || d.File != "" {
		of := ""
		if d.File != "" {
			of = ", of " + ws.name(d.File)
		}
		fmt.Fprintf(w, "          Spectral finds it in %s, vacuum in %s%s\n", lineList(d.Spectral), lineList(d.Engine), of)
	}
	if d.Document == nil && d.File == "" {
		fmt.Fprintln(w, "          no document was made on which Spectral finds something by it")
	}
	if d.Kind == proof.Place {
		return
	}
	if d.Document != nil {
		fmt.Fprintf(w, "          for example in\n%s\n", indentBy("            ", string(d.Document.YAML())))
	}
	switch {
	case d.Rewrite != "":
		fmt.Fprintf(w, "          both read this alike:\n%s\n", indentBy("            ", d.Rewrite))
	case d.Advice != "":
		fmt.Fprintf(w, "          %s\n", d.Advice)
	case d.Tried > 0:
		fmt.Fprintf(w, "          none of %s of writing it is read alike\n", wording.Count(d.Tried, "other way"))
	}
}

func lineList(lines []int) string {
	if len(lines) == 0 {
		return "no line"
	}
	var out []string
	for _, n := range lines[:min(len(lines), 5)] {
		out = append(out, fmt.Sprint(n))
	}
	if len(lines) > len(out) {
		out = append(out, "…")
	}
	if len(lines) == 1 {
		return "line " + out[0]
	}
	return "lines " + strings.Join(out, ", ")
}

func indentBy(by, text string) string {
	return by + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+by)
}

func jsonComparison(ws *workspace, result *proof.Comparison) []comparedRule {
	out := []comparedRule{}
	for _, d := range result.Differences {
		file := d.File
		if file != "" {
			file = ws.name(file)
		}
		rule := comparedRule{Rule: d.Rule, From: ws.shown(d.From), Kind: d.Kind, Why: d.Why, File: file, Spectral: d.Spectral, Vacuum: d.Engine, Rewrite: d.Rewrite, Advice: d.Advice, Tried: d.Tried}
		if d.Document != nil {
			rule.Example = string(d.Document.YAML())
		}
		if rule.Spectral == nil {
			rule.Spectral, rule.Vacuum = []int{}, []int{}
		}
		out = append(out, rule)
	}
	return out
}
