package ruleset

import (
	"slices"
	"sync"

	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/yamltree"
)

// Fault is a reason why a document is not valid.
type Fault struct {
	Path    []string
	Message string
}

// SchemaFaults lists why a document is invalid by the schema of its kind: an OpenAPI
// description by that of its version, a JSON Schema, which any document may be asked
// for, by that of its dialect. There is none for other kinds.
func (d *Document) SchemaFaults(as Kind) []Fault {
	switch as {
	case OpenAPI:
		return openAPIFaults(d)
	case JSONSchema:
		return schemaFaults(d.Tree.Root)
	}
	return nil
}

// documentJudge is the function oasDocumentSchema.
var documentJudge = sync.OnceValue(func() judge {
	j, err := prepareDocumentSchema(nil)
	if err != nil {
		panic(err) // it has no options
	}
	return j
})

// openAPIFaults says why a description is invalid by the schema of its version.
func openAPIFaults(d *Document) (out []Fault) {
	if len(OpenAPIVersions(d.Tree.Root)) == 0 {
		return []Fault{{Message: "unknown version of OpenAPI"}}
	}
	outcomes, err := documentJudge()(input{value: d.Tree.Root, doc: d, formats: Formats(d.Tree.Root)})
	if err != nil {
		return []Fault{{Message: err.Error()}}
	}
	for _, o := range outcomes {
		out = append(out, Fault{o.path, o.message})
	}
	return out
}

// schemaFaults says why a JSON Schema is invalid.
func schemaFaults(root *yamltree.Node) []Fault {
	draft, known := jsonschema.DraftOf(root.Lookup("$schema").TextValue())
	if !known {
		draft = jsonschema.Draft2020
	}
	if fault := schemaFault(root, draft); fault != "" {
		return []Fault{{Message: fault}}
	}
	return nil
}

// JudgesValidity reports whether a rule asks just what Validator does: that
// the document is valid.
func JudgesValidity(rule *rules.Rule) bool {
	return slices.ContainsFunc(rule.Then, func(then rules.Then) bool { return then.Function == "oasDocumentSchema" })
}
