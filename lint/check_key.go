package lint

import (
	"fmt"
	"slices"

	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/report"
)

func checkKeyType() Check {
	return Check{
		ID: "key-type", Severity: report.Warn,
		Description: "The keys of a mapping are strings.",
		Why:         "JSON has no other keys: a response that is keyed 200 instead of \"200\" is lost by readers that keep numbers and strings apart.",
		Fix:         "Put the key into quotes.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Texts() {
				out = append(out, keyFindings(d, d.tree.Root, nil)...)
			}
			return out
		},
	}
}

func keyFindings(d *Document, n *yamltree.Node, path []string) (out []finding) {
	for i, item := range n.Items {
		at := step(path, n, i)
		if n.Kind == yamltree.Mapping && n.Keys[i].Kind != yamltree.String && !n.Keys[i].Merged {
			place := report.Place{File: d.File, Range: reportRange(n.Keys[i].Range), Path: slices.Clone(at)}
			out = append(out, finding{place: place, message: fmt.Sprintf("the key %q is %s, expected a string", n.Keys[i].Name, article(n.Keys[i].Kind.String()))})
		}
		if !item.IsScalar() {
			out = append(out, keyFindings(d, item, at)...)
		}
	}
	return out
}
