package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
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
	if e.rule.Pack != "" {
		return "what it asks for holds there"
	}
	c, err := ruleset.Compile(e.rule, e.functions)
	if err != nil {
		return err.Error()
	}
	looked, reason := false, ""
	for _, d := range e.corpus.Documents {
		if d.File != file && !e.corpus.holds(d, file) {
			continue
		}
		if !c.AppliesTo(ruleset.Formats(d.Tree.Root)) {
			if !looked {
				reason = fmt.Sprintf("%s is of none of the formats %s", d.File, strings.Join(e.Formats, ", "))
			}
			continue
		}
		looked, reason = true, ""
		onLine := func(at ruleset.Location) bool {
			r, _ := at.Doc.Tree.RangeAt(at.Path...)
			return at.Doc.File == file && r.Start.Line <= line && line <= r.End.Line
		}
		if c.Selects(d, onLine) {
			return "the rule passes there"
		}
	}
	if reason != "" {
		return reason
	}
	return "its paths select nothing there"
}

// holds reports whether a file is a piece of a document.
func (c *Corpus) holds(d *ruleset.Document, file string) bool {
	return slices.ContainsFunc(c.reached(d), func(piece *ruleset.Document) bool { return piece.File == file })
}

// reached are a document and the files that its references lead to.
func (c *Corpus) reached(d *ruleset.Document) []*ruleset.Document {
	var out []*ruleset.Document
	seen := map[*ruleset.Document]bool{d: true}
	for pending := []*ruleset.Document{d}; len(pending) > 0; {
		d := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		out = append(out, d)
		for _, l := range c.refs.Links {
			if l.From.Doc == d && !seen[l.To.Doc] {
				seen[l.To.Doc] = true
				pending = append(pending, l.To.Doc)
			}
		}
	}
	return out
}
