package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/rules"
)

func sortedIDs(m map[string]*rules.Rule) []string { return slices.Sorted(maps.Keys(m)) }

// WhyNot says why the rule has no finding at a line of a file: it is off, it is
// for other formats, it looks at other places, or it passes.
func (e Explanation) WhyNot(file string, line int) string {
	if e.rule == nil {
		return "what it asks for holds there"
	}
	if !e.Enabled {
		return "the rule is switched off"
	}
	c, err := compile(e.rule)
	if err != nil {
		return err.Error()
	}
	looked, reason := false, ""
	for _, d := range e.corpus.Documents {
		if d.File != file && !e.corpus.holds(d, file) {
			continue
		}
		if !c.applies(formats(d.tree.Root)) {
			if !looked {
				reason = fmt.Sprintf("%s is of none of the formats %s", d.File, strings.Join(e.Formats, ", "))
			}
			continue
		}
		looked, reason = true, ""
		if e.selects(c, d, file, line) {
			return "the rule passes there"
		}
	}
	if reason != "" {
		return reason
	}
	return "its paths select nothing there"
}

// selects reports whether the rule looks at a line of a file, as part of a
// document.
func (e Explanation) selects(c *compiledRule, d *Document, file string, line int) bool {
	root := d.tree.Root
	if e.rule.Resolved {
		root = d.resolved
	}
	found := false
	for _, given := range c.pathsFor(formats(d.tree.Root)) {
		_ = given.Select(root, d.limitsFor(e.rule), func(m jsonpath.Match) bool {
			at, _ := d.refs.locate(d, m.Path)
			if !e.rule.Resolved {
				at = location{d, m.Path, nil}
			}
			r, _ := at.doc.tree.RangeAt(at.path...)
			found = at.doc.File == file && r.Start.Line <= line && line <= r.End.Line
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

// holds reports whether a file is a piece of a document.
func (c *Corpus) holds(d *Document, file string) bool {
	seen := map[*Document]bool{}
	for pending := []*Document{d}; len(pending) > 0; {
		d := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if seen[d] {
			continue
		}
		seen[d] = true
		if d.File == file {
			return true
		}
		for _, l := range c.refs.links {
			if l.from.doc == d && l.to.doc != d {
				pending = append(pending, l.to.doc)
			}
		}
	}
	return false
}
