package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

func checkTagParent() Check {
	return Check{
		ID: "tag-parent", Severity: report.Error,
		Description: "The parent of a tag is another tag of the document, and no tag is above itself (OpenAPI 3.2).",
		Why:         "Tools that show the tags as a tree lose those whose parent does not exist, or that are above each other.",
		Fix:         "Name a tag of the document as the parent, or remove the parent.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Documents {
				if d.Kind == ruleset.OpenAPI && slices.Contains(ruleset.OpenAPIVersions(d.Tree.Root), "oas3_2") {
					out = append(out, tagParents(d)...)
				}
			}
			return out
		},
	}
}

func tagParents(d *ruleset.Document) (out []finding) {
	parents, names := map[string]string{}, []string{}
	tags := d.Resolved.Lookup("tags")
	if tags == nil {
		return nil
	}
	for _, tag := range tags.Items {
		name := yamltree.TextOf(tag, "name")
		names = append(names, name)
		if parent := yamltree.TextOf(tag, "parent"); parent != "" {
			parents[name] = parent
		}
	}
	for i, tag := range tags.Items {
		name, parent := yamltree.TextOf(tag, "name"), yamltree.TextOf(tag, "parent")
		where, _ := d.Refs.Locate(d, []string{"tags", strconv.Itoa(i), "parent"})
		f := finding{place: where.Doc.Place(where.Path)}
		switch {
		case parent == "":
			continue
		case !slices.Contains(names, parent):
			f.message = fmt.Sprintf("tag %q has the parent %q, which is not defined in the tags of the document", name, parent)
			if meant := suggestion(parent, names); meant != "" {
				f.message += nearest.DidYouMean(meant)
			}
		default:
			way := ancestors(name, parents)
			if way[len(way)-1] != name {
				continue
			}
			f.message = fmt.Sprintf("tag %q is above itself: %s", name, strings.Join(way, " -> "))
		}
		out = append(out, f)
	}
	return out
}

// ancestors are a tag, its parent and so on, up to the first that occurs twice.
func ancestors(name string, parents map[string]string) []string {
	way, seen := []string{name}, map[string]bool{name: true}
	for {
		parent, ok := parents[way[len(way)-1]]
		if !ok {
			return way
		}
		way = append(way, parent)
		if seen[parent] {
			return way
		}
		seen[parent] = true
	}
}
