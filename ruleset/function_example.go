package ruleset

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
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
	// written tells that a text stands for a value in another notation, such as
	// XML: its type is not that of the value.
	written bool
}

// isJSON reports whether values of a media type are written in JSON, as far as
// is known: a range may be anything.
func isJSON(mediaType string) bool {
	name, _, _ := strings.Cut(strings.ToLower(mediaType), ";")
	name = strings.TrimSpace(name)
	return !strings.Contains(name, "/") || strings.Contains(name, "*") || strings.HasSuffix(name, "/json") || strings.HasSuffix(name, "+json")
}

// mediaTypeAt is the media type of the value at a path; empty for one that is
// no media type.
func mediaTypeAt(path []string) string {
	if n := len(path); n > 1 && path[n-2] == "content" {
		return path[n-1]
	}
	return ""
}

func judgeMediaExample(in input) ([]outcome, error) {
	schema := in.value.Lookup("schema")
	if schema == nil || schema.IsScalar() {
		return nil, nil
	}
	examples := mediaExamples(in)
	for i, e := range examples {
		mediaType := mediaTypeAt(in.path)
		if !in.formats["oas3"] {
			mediaType = e.path[len(e.path)-1]
		}
		examples[i].written = e.value != nil && e.value.Kind == yamltree.String && !isJSON(mediaType)
	}
	return judgeExamples(in, schema, examples, relaxation(in.path))
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
		return []example{{value: v, path: append(slices.Clone(in.path), "example")}}
	}
	examples := in.value.Lookup("examples")
	for i := range examples.Pairs() {
		name, v := examples.Keys[i].Name, examples.Items[i]
		at := append(slices.Clone(in.path), "examples", name)
		if !in.formats["oas3"] {
			out = append(out, example{value: v, path: at})
			continue
		}
		if v.Kind != yamltree.Mapping || v.Index("externalValue") >= 0 {
			continue
		}
		switch field := "value"; {
		case v.Index(field) >= 0:
			out = append(out, example{value: v.Lookup(field), path: append(at, field)})
		case v.Index("dataValue") >= 0: // of OpenAPI 3.2
			out = append(out, example{value: v.Lookup("dataValue"), path: append(at, "dataValue")})
		case v.Index("serializedValue") < 0:
			out = append(out, example{path: append(at, field)})
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
			examples = append(examples, example{value: v, path: append(slices.Clone(in.path), field)})
		}
	}
	return judgeExamples(in, in.value, examples, "")
}

func judgeExamples(in input, schema *yamltree.Node, examples []example, relaxed string) ([]outcome, error) {
	if len(examples) == 0 {
		return nil, nil
	}
	at, _ := in.doc.Refs.Locate(in.doc, append(slices.Clone(in.path), schemaSteps(in.value, schema)...))
	cache := in.doc.Refs.schemas(in.doc, relaxed)
	check := schemaCheck{schema: cache.compiler.Schema(at.Node, at.Doc.resource.At(at.Path))}
	fault := cache.fault(at)
	var out []outcome
	for _, e := range examples {
		switch {
		case e.value == nil:
			out = append(out, outcome{"the example has no value", e.path})
		case fault != "":
			out = append(out, outcome{"the example cannot be checked: its schema is invalid: " + fault, e.path})
		default:
			check.written = e.written
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
