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

// WhyNot says why the rule has no finding at a line of the documents that were
// loaded: it is off, it is for other formats, it looks at other places, or it
// is content.
func (e Explanation) WhyNot(line int) string {
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
	selected, reason := 0, ""
	for _, d := range e.corpus.Documents {
		if !c.applies(formats(d.tree.Root)) {
			reason = fmt.Sprintf("%s is of none of the formats %s", d.File, strings.Join(e.Formats, ", "))
			continue
		}
		for _, given := range c.pathsFor(formats(d.tree.Root)) {
			_ = given.Select(d.resolved, d.limits(), func(m jsonpath.Match) bool {
				r, _ := d.tree.RangeAt(m.Path...)
				if r.Start.Line <= line && line <= r.End.Line {
					selected++
				}
				return true
			})
		}
	}
	switch {
	case selected > 0:
		return "the rule passes there"
	case reason != "":
		return reason
	}
	return "its paths select nothing there"
}
