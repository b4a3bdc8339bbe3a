package lint

import (
	"fmt"
	"slices"

	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

func checkKeyType() Check {
	return Check{
		ID: "key-type", Severity: report.Warn, structural: true,
		Description: "The keys of a mapping are strings.",
		Why:         "JSON has no other keys: a response that is keyed 200 instead of \"200\" is lost by readers that keep numbers and strings apart.",
		Fix:         "Put the key into quotes.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Texts() {
				k := keyFinder{doc: d}
				k.visit(d.Tree.Root)
				out = append(out, k.out...)
			}
			return out
		},
	}
}

// keyFinder looks for keys that are not strings.
type keyFinder struct {
	doc  *ruleset.Document
	path []string
	out  []finding
}

func (k *keyFinder) visit(n *yamltree.Node) {
	for i, item := range n.Items {
		odd := n.Kind == yamltree.Mapping && n.Keys[i].Kind != yamltree.String && !n.Keys[i].Merged
		if !odd && item.IsScalar() {
			continue
		}
		k.path = append(k.path, n.StepName(i))
		if odd {
			place := report.Place{File: k.doc.File, Range: ruleset.ReportRange(n.Keys[i].Range), Path: slices.Clone(k.path)}
			k.out = append(k.out, finding{place: place, message: fmt.Sprintf("the key %q is %s, expected a string", n.Keys[i].Name, wording.Article(n.Keys[i].Kind.String()))})
		}
		k.visit(item)
		k.path = k.path[:len(k.path)-1]
	}
}
