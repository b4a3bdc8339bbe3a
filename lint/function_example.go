package lint

import (
	"errors"
	"fmt"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"

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
	return judgeExamples(in, schema, mediaExamples(in), relaxation(in.path)), nil
}

// relaxation tells which properties an example at a path may leave out
// although they are required: those that a request never sends, or a response
// never returns.
func relaxation(path []string) string {
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
		} else if v.Kind == yamltree.Mapping && v.Index("externalValue") < 0 {
			out = append(out, example{v.Lookup("value"), append(at, "value")})
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
	return judgeExamples(in, in.value, examples, ""), nil
}

func judgeExamples(in input, schema *yamltree.Node, examples []example, relaxed string) []outcome {
	if len(examples) == 0 {
		return nil
	}
	check, err := exampleSchema(in, schema, relaxed)
	if err != nil {
		return brokenSchema(err, examples)
	}
	var out []outcome
	for _, e := range examples {
		if e.value == nil {
			out = append(out, outcome{"the example has no value", e.path})
			continue
		}
		out = append(out, check.judge(e.value, e.path)...)
	}
	return out
}

// brokenSchema reports a schema that is no schema, once an example. One that
// cannot be compiled for another reason, a reference that leads nowhere, is
// reported by itself.
func brokenSchema(err error, examples []example) []outcome {
	var invalid *jsonschema.SchemaValidationError
	if !errors.As(err, &invalid) {
		return nil
	}
	var out []outcome
	for _, e := range examples {
		out = append(out, outcome{"the example cannot be checked: its schema is invalid: " + firstLeaf(invalid.Err), e.path})
	}
	return out
}

// firstLeaf says the first thing that is wrong with a schema.
func firstLeaf(err error) string {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return err.Error()
	}
	leaf := invalidLeaves(invalid, nil)[0]
	return schemaMessage(leaf.InstanceLocation, leaf)
}

// exampleSchema compiles a schema of an OpenAPI document inside the document,
// so that references that lead back into themselves are followed too.
func exampleSchema(in input, schema *yamltree.Node, relaxed string) (*schemaCheck, error) {
	draft := jsonschema.Draft4
	if in.formats["oas3_1"] || in.formats["oas3_2"] {
		draft = jsonschema.Draft2020
	}
	value := plainValue(schema)
	rewriteSchema(value, relaxed, 0)
	if !hasRef(value) {
		return compileSchema(value, "", draft)
	}
	root := map[string]any{"x-schema": value}
	for _, key := range []string{"components", "definitions"} {
		if n := in.doc.tree.Root.Lookup(key); n != nil {
			root[key] = plainValue(n)
		}
	}
	return compileSchema(root, "#/x-schema", draft)
}

// hasRef reports whether a reference is left in a schema.
func hasRef(v any) bool {
	switch s := v.(type) {
	case []any:
		return slices.ContainsFunc(s, hasRef)
	case map[string]any:
		for key, item := range s {
			if _, text := item.(string); key == "$ref" && text || hasRef(item) {
				return true
			}
		}
	}
	return false
}

// rewriteSchema writes what OpenAPI has beside JSON Schema in terms of the
// latter: nullable, and properties that only one direction carries.
func rewriteSchema(v any, relaxed string, depth int) {
	if depth > 200 {
		return
	}
	switch s := v.(type) {
	case []any:
		for _, item := range s {
			rewriteSchema(item, relaxed, depth+1)
		}
	case map[string]any:
		rewriteObject(s, relaxed)
		for _, item := range s {
			rewriteSchema(item, relaxed, depth+1)
		}
	}
}

func rewriteObject(s map[string]any, relaxed string) {
	if t, ok := s["type"].(string); ok && (s["nullable"] == true || s["x-nullable"] == true) {
		s["type"] = []any{t, "null"}
	}
	if _, ok := s["required"].(bool); ok {
		delete(s, "required")
	}
	for _, key := range []string{"id", "$id", "example", "examples"} {
		if _, ok := s[key].(string); ok {
			delete(s, key)
		}
	}
	if properties, ok := s["properties"].(map[string]any); ok && relaxed != "" {
		relaxRequired(s, properties, relaxed)
	}
}

func relaxRequired(s, properties map[string]any, relaxed string) {
	required, ok := s["required"].([]any)
	if !ok {
		return
	}
	required = slices.DeleteFunc(slices.Clone(required), func(name any) bool {
		property, _ := properties[fmt.Sprint(name)].(map[string]any)
		return property[relaxed] == true
	})
	s["required"] = required
	if len(required) == 0 {
		delete(s, "required")
	}
}
