package lint

import (
	"fmt"

	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// foreignDialects are the dialects of JSON Schema that documents name and that
// are not known: schemas of such a dialect are not checked.
func (c *Corpus) foreignDialects() []report.Unchecked {
	var out []report.Unchecked
	for _, d := range c.Texts() {
		if d.Kind == ruleset.OpenAPI && d.Draft() == jsonschema.Draft4 && d.Tree.Root.Lookup("jsonSchemaDialect") == nil {
			continue // before 3.1, schemas have no dialect
		}
		eachDialect(d, d.Tree.Root, nil, jsonschema.InObject, func(path []string, uri string) {
			at := d.Place(path).Range.Start
			out = append(out, report.Unchecked{File: d.File, Why: fmt.Sprintf("%d:%d: schemas of the dialect %q are not checked; known are OpenAPI's, and JSON Schema's drafts 4, 6, 7, 2019-09 and 2020-12", at.Line, at.Column, uri)})
		})
	}
	return out
}

// dialectKeys are the keys that name dialects.
var dialectKeys = yamltree.KeyBit("$schema") | yamltree.KeyBit("jsonSchemaDialect")

// eachDialect visits the dialects that are named and not known.
func eachDialect(d *ruleset.Document, n *yamltree.Node, path []string, in jsonschema.Position, visit func([]string, string)) {
	if n.IsScalar() || in == jsonschema.InData || d.Sealed && n.Below()&dialectKeys == 0 {
		return
	}
	for i, item := range n.Items {
		name := n.StepName(i)
		at := append(path[:len(path):len(path)], name)
		named := in == jsonschema.InObject && (name == "$schema" && (d.Kind == ruleset.OpenAPI || d.Kind == ruleset.JSONSchema) || name == "jsonSchemaDialect" && len(path) == 0 && d.Kind == ruleset.OpenAPI)
		if uri, ok := item.StringValue(); ok && named && !ruleset.BaseDialect.MatchString(uri) {
			if _, known := jsonschema.DraftOf(uri); !known {
				visit(at, uri)
			}
		}
		eachDialect(d, item, at, in.Next(n, name, item), visit)
	}
}
