package ruleset

import (
	"context"
	"fmt"
	"slices"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/report"
)

// Look is one value that a rule judged.
type Look struct {
	// Then counts the entries of the rule's then, from 0.
	Then int
	// Path is the path of the selected value as the rule sees it, references
	// followed.
	Path []string
	// Given is where the value that the paths select is written, Target where
	// the value that was judged is, or the nearest place above it that exists;
	// Missing are the steps from there that do not exist. A value that is
	// written in another document has no Given.
	Given, Target, Missing []string
	// Key tells that the key at Target was judged, and not its value.
	Key bool
	// Findings are what the rule found there.
	Findings []report.Finding
}

// Looks tries the rule on a document and says what it looked at. Its errors are
// those of Run.
func (c *Compiled) Looks(ctx context.Context, d *Document) (looks []Look, err error) {
	failed := guarded(func() error {
		looks, err = c.looks(ctx, d)
		return err
	})
	return looks, failed
}

func (c *Compiled) looks(ctx context.Context, d *Document) ([]Look, error) {
	ctx, done := context.WithCancel(ctx) // the run ends here, for functions of hosts
	defer done()
	r := c.on(ctx, d)
	root := d.Tree.Root
	if c.Rule.Resolved {
		root = d.Resolved
	}
	var looks []Look
	for _, given := range c.pathsFor(r.formats) {
		r.keys = selectsKeys(given)
		err := given.Select(root, d.limitsFor(c.Rule), func(m jsonpath.Match) bool {
			looks = append(looks, r.looksAt(m, r.keys)...)
			return r.err == nil && ctx.Err() == nil
		})
		if err != nil {
			return nil, fmt.Errorf("given %s: %w", given, err)
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	return looks, ctx.Err()
}

// looksAt judges what is selected at one place.
func (r *run) looksAt(m jsonpath.Match, key bool) []Look {
	path := slices.Clone(m.Path)
	given, _ := r.written(path)
	var looks []Look
	for i, then := range r.rule.then {
		for _, t := range targets(then, m.Value) {
			before := len(r.findings)
			at := append(path[:len(path):len(path)], t.path...)
			r.judge(then, t, at)
			look := Look{Then: i, Path: path, Findings: r.findings[before:len(r.findings):len(r.findings)], Key: key || then.field == "@key" && len(t.path) > 0}
			if given != nil {
				look.Given = given
				look.Target, look.Missing = r.written(at)
			}
			looks = append(looks, look)
		}
	}
	return looks
}

// written finds where a path that the rule sees is written in the document;
// nil where that is another document.
func (r *run) written(path []string) (at, missing []string) {
	if !r.rule.Rule.Resolved {
		_, n := r.doc.Tree.RangeAt(path...)
		return append([]string{}, path[:n]...), path[n:]
	}
	return r.doc.Written(path)
}

// Selects reports whether the rule looks at a value of the document whose place
// satisfies a condition.
func (c *Compiled) Selects(d *Document, at func(Location) bool) bool {
	root := d.Tree.Root
	if c.Rule.Resolved {
		root = d.Resolved
	}
	found := false
	for _, given := range c.pathsFor(Formats(d.Tree.Root)) {
		_ = given.Select(root, d.limitsFor(c.Rule), func(m jsonpath.Match) bool {
			where := Location{d, m.Path, nil}
			if c.Rule.Resolved {
				where, _ = d.Refs.Locate(d, m.Path)
			}
			found = at(where)
			return !found
		})
		if found {
			return true
		}
	}
	return false
}
