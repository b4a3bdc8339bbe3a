package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/trialweave/trialweave/internal/commandline"
	whole "github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/proof"
	"github.com/trialweave/trialweave/report"
)

// rulesProveCmd proves rulesets.
type rulesProveCmd struct {
	Paths       []string `arg:"" optional:"" name:"PATH" help:"Files or folders that documents are made from; default: this folder."`
	Ruleset     []string `help:"Ruleset to prove: a file, or a bundled one by name. Default: what a run would use." placeholder:"FILE"`
	Format      string   `help:"text or json." enum:"text,json" default:"text"`
	Write       string   `help:"Write the documents into a folder, one folder a rule, as fixtures for rules mutate." placeholder:"DIR"`
	MinCoverage float64  `help:"Least share of rules that are proven, in percent; below it the exit status is 1." placeholder:"N"`
	Inherited   bool     `help:"Prove the rules of bundled rulesets that are inherited, too."`
	allowing
}

// provenRule is a rule in the JSON form.
type provenRule struct {
	Rule    string        `json:"rule"`
	From    string        `json:"from"`
	Verdict proof.Verdict `json:"verdict"`
	// Why says for what reason a rule is not proven.
	Why     string          `json:"why,omitempty"`
	FiresOn json.RawMessage `json:"firesOn"`
	QuietOn json.RawMessage `json:"quietOn"`
	Notes   []provenNote    `json:"notes"`
}

type provenNote struct {
	Kind proof.NoteKind `json:"kind"`
	Rule string         `json:"rule"`
	Why  string         `json:"why"`
}

// Run proves the rules and prints what was found out.
func (c *rulesProveCmd) Run(ctx context.Context, std *streams) error {
	p, err := openProving(ctx, c.Paths, c.Ruleset, &c.allowing)
	if err != nil {
		return err
	}
	defer c.allowing.close()
	p.opts.Inherited = c.Inherited
	line := commandline.NewProgress(std.err, std.watched, "rules")
	p.opts.Done = func(done, rules int) { line.Set(int64(done), int64(done), int64(rules)) }
	result, err := proof.Prove(ctx, p.corpus, p.opts)
	line.Clear()
	if err != nil {
		return err
	}
	p.workspace.showUnchecked(std, result.Unchecked)
	if c.Write != "" {
		if err := writeFixtures(c.Write, result.Fixtures(ctx)); err != nil {
			return err
		}
	}
	if err := printProofs(std.out, p.workspace, result, c.Format); err != nil {
		return err
	}
	switch {
	case len(result.Unchecked) > 0:
		return errUnchecked
	case result.Coverage() < c.MinCoverage:
		std.note("%.0f %% of the rules are proven, fewer than --min-coverage %g", result.Coverage(), c.MinCoverage)
		return errFindings
	}
	return nil
}

// proving is what rules are proven, and tried, with.
type proving struct {
	workspace *workspace
	corpus    *lint.Corpus
	opts      *proof.Options
}

// openProving reads documents, and starts what is allowed, which the caller closes.
func openProving(ctx context.Context, paths, rulesets []string, a *allowing) (*proving, error) {
	w, corpus, err := openReaching(ctx, "", paths, rulesets, &a.reaching)
	if err != nil {
		return nil, err
	}
	if err := a.open(); err != nil {
		return nil, err
	}
	return &proving{w, corpus, &proof.Options{Rulesets: w.rulesets, RulesetFiles: w.rulesetFiles, Functions: a.run()}}, nil
}

// showUnchecked says what could not be done.
func (w *workspace) showUnchecked(std *streams, unchecked []report.Unchecked) {
	r := &report.Report{Unchecked: unchecked}
	w.show(r, nil)
	for _, u := range r.Unchecked {
		if u.Rule != "" {
			std.note("%s: %s: %s", u.File, u.Rule, u.Why)
			continue
		}
		std.note("%s: %s", u.File, u.Why)
	}
}

func printProofs(w io.Writer, ws *workspace, result *proof.Result, format string) error {
	if format == "json" {
		return writeJSON(w, jsonProofs(ws, result))
	}
	counts := map[proof.Verdict]int{}
	for _, p := range result.Proofs {
		counts[p.Verdict]++
		fmt.Fprintf(w, "%-8s  %s  (%s)\n", p.Verdict, p.Rule, ws.shown(p.From))
		if p.Why != "" {
			fmt.Fprintf(w, "          %s\n", p.Why)
		}
		for _, n := range p.Notes {
			about := string(n.Kind)
			if n.Rule != "" {
				about += " " + n.Rule
			}
			fmt.Fprintf(w, "          %s: %s\n", about, n.Why)
		}
	}
	_, err := fmt.Fprintf(w, "\n%d of %d rules proven, %d vacuous, %d unproven\n", counts[proof.Proven], len(result.Proofs), counts[proof.Vacuous], counts[proof.Unproven])
	return err
}

func jsonProofs(ws *workspace, result *proof.Result) []provenRule {
	out := []provenRule{}
	for _, p := range result.Proofs {
		rule := provenRule{Rule: p.Rule, From: ws.shown(p.From), Verdict: p.Verdict, Why: p.Why, FiresOn: document(p.Fires), QuietOn: document(p.Quiet), Notes: []provenNote{}}
		for _, n := range p.Notes {
			rule.Notes = append(rule.Notes, provenNote{n.Kind, n.Rule, n.Why})
		}
		out = append(out, rule)
	}
	return out
}

// writeFixtures writes fixtures into a folder, the index last. A folder that
// has something else in it is left alone.
func writeFixtures(dir string, fixtures []proof.Fixture) error {
	if err := clearFixtures(dir); err != nil {
		return err
	}
	for _, f := range fixtures {
		name := filepath.Join(dir, filepath.FromSlash(f.File))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := writeWhole(name, f.Text()); err != nil {
			return err
		}
	}
	index, err := proof.WriteIndex(fixtures)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return writeWhole(filepath.Join(dir, proof.FixtureIndex), index)
}

// clearFixtures removes the fixtures that an earlier run wrote, by their
// index.
func clearFixtures(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	old, err := proof.ReadFixtures(os.DirFS(dir))
	if err != nil {
		return fmt.Errorf("%s is neither empty nor a folder of fixtures: %w\nhint: name a new folder", dir, err)
	}
	for _, f := range old {
		if err := os.Remove(filepath.Join(dir, filepath.FromSlash(f.File))); err != nil {
			return err
		}
		_ = os.Remove(filepath.Join(dir, filepath.FromSlash(path.Dir(f.File)))) // where it was the last one
	}
	return nil
}

// writeWhole gives a file its name when all of it is written.
func writeWhole(name string, text []byte) error {
	f, err := whole.Create(name, nil, 1)
	if err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		f.Abort()
		return err
	}
	return f.Commit()
}

func document(w *proof.Witness) json.RawMessage {
	if w == nil {
		return json.RawMessage("null")
	}
	return w.JSON()
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
