package lint

import (
	"fmt"
	"slices"

	"github.com/trialweave/trialweave/internal/yamltree"
)

// prepareExample makes the function that validates examples and defaults
// against the schema beside them: type "media" for a media type, parameter or
// header with a schema, type "schema" for a schema itself.
func prepareExample(options *yamltree.Node) (judge, error) {
	switch options.Lookup("type").Text {
	case "media":
		return judgeMediaExample, nil
	case "schema":
		return judgeSchemaExample, nil
	}
	return nil, fmt.Errorf("unknown type %q, expected media or schema", options.Lookup("type").Text)
}

type example struct {
	value *yamltree.Node
	path  []string
}

func judgeMediaExample(in input) ([]outcome, error) {
	schema := in.value.Lookup("schema")
	if schema == nil || schema.IsScalar() {
		return nil, nil
	}
	return judgeExamples(in, schema, mediaExamples(in), relaxation(in.path))
}

// relaxation tells which properties an example at a path may leave out
// although they are required: those that a request never sends, or a response
// never returns.
func relaxation(path []string) string {
	if len(path) > 4 && path[0] == "paths" && path[2] == "additionalOperations" {
		path = slices.Concat(path[:2], path[3:])
	}
	at := func(i int, name string) bool { return i < len(path) && path[i] == name }
	switch {
	case at(0, "components") && at(1, "requestBodies"), at(0, "paths") && at(3, "requestBody"):
		return "readOnly"
	case at(0, "components") && at(1, "responses"), at(0, "responses"), at(0, "paths") && at(3, "responses"):
		return "writeOnly"
	}
	return ""
}

func mediaExamples(in input) []example {
	var out []example
	if v := in.value.Lookup("example"); v != nil && in.formats["oas3"] {
		return []example{{v, append(slices.Clone(in.path), "example")}}
	}
	examples := in.value.Lookup("examples")
	for i := range optionKeys(examples) {
		name, v := examples.Keys[i].Name, examples.Items[i]
		at := append(slices.Clone(in.path), "examples", name)
		if !in.formats["oas3"] {
			out = append(out, example{v, at})
			continue
		}
		if v.Kind != yamltree.Mapping || v.Index("externalValue") >= 0 {
			continue
		}
		switch field := "value"; {
		case v.Index(field) >= 0:
			out = append(out, example{v.Lookup(field), append(at, field)})
		case v.Index("dataValue") >= 0: // of OpenAPI 3.2
			out = append(out, example{v.Lookup("dataValue"), append(at, "dataValue")})
		case v.Index("serializedValue") < 0:
			out = append(out, example{nil, append(at, field)})
		}
	}
	return out
}

func judgeSchemaExample(in input) ([]outcome, error) {
	fields := []string{"example", "default"}
	if in.formats["oas2"] {
		fields = []string{"example", "x-example", "default"}
	}
	var examples []example
	for _, field := range fields {
		if v := in.value.Lookup(field); v != nil {
			examples = append(examples, example{v, append(slices.Clone(in.path), field)})
		}
	}
	return judgeExamples(in, in.value, examples, "")
}

func judgeExamples(in input, schema *yamltree.Node, examples []example, relaxed string) ([]outcome, error) {
	if len(examples) == 0 {
		return nil, nil
	}
	at, _ := in.doc.refs.locate(in.doc, append(slices.Clone(in.path), schemaSteps(in.value, schema)...))
	cache := in.doc.refs.schemas(in.doc, relaxed)
	check := schemaCheck{schema: cache.compiler.Schema(at.node, at.doc.resource.At(at.path))}
	fault := cache.fault(at)
	var out []outcome
	for _, e := range examples {
		switch {
		case e.value == nil:
			out = append(out, outcome{"the example has no value", e.path})
		case fault != "":
			out = append(out, outcome{"the example cannot be checked: its schema is invalid: " + fault, e.path})
		default:
			found, err := check.judge(in, e.value, e.path)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
	}
	return out, nil
}

// schemaSteps lead from a value that has a schema to the schema.
func schemaSteps(value, schema *yamltree.Node) []string {
	if value == schema {
		return nil
	}
	return []string{"schema"}
}
