package jsonschema_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/jsonschema"
)

func validate(t *testing.T, draft jsonschema.Draft, schema, value string, o *jsonschema.Options) ([]string, error) {
	t.Helper()
	root := parse(t, schema)
	resolver, resource := jsonschema.NewAlone(root, draft)
	s := (&jsonschema.Compiler{Draft: draft, Resolver: resolver}).Schema(root, resource)
	errs, err := s.Validate(parse(t, value), o)
	var out []string
	for _, e := range errs {
		out = append(out, strings.Join(e.Path, "/")+" "+e.Text(nil))
	}
	return out, err
}

// TestAlternatives holds that the errors of the branch that fits best are
// reported, or what all branches ask for.
func TestAlternatives(t *testing.T) {
	for name, tt := range map[string]struct{ schema, value, want string }{
		"types": {
			`{"anyOf": [{"type": "string"}, {"type": "array"}]}`, `1`,
			` is a number, expected an array or a string`,
		},
		"values": {
			`{"oneOf": [{"properties": {"kind": {"const": "cat"}}}, {"properties": {"kind": {"enum": ["dog", "cow"]}}}]}`, `{"kind": "cta"}`,
			`kind is "cta", expected one of "cat", "dog", "cow"`,
		},
		"the kind that a property tells": {
			`{"oneOf": [{"properties": {"kind": {"const": "cat"}, "age": {"type": "integer"}}}, {"properties": {"kind": {"const": "dog"}, "age": {"type": "string"}}}]}`,
			`{"kind": "dog", "age": 1}`, `age is a number, expected a string`,
		},
		"no reference": {
			`{"oneOf": [{"required": ["$ref"]}, {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}}]}`, `{"a": 1, "b": 2}`,
			`a is a number, expected a string|b is a number, expected a string`,
		},
		"a reference": {
			`{"oneOf": [{"required": ["$ref"], "properties": {"$ref": {"type": "string"}}}, {"additionalProperties": false}]}`, `{"$ref": 1}`,
			`$ref is a number, expected a string`,
		},
		"one must be there": {
			`{"anyOf": [{"required": ["paths"]}, {"required": ["webhooks"]}]}`, `{}`,
			` has none of the properties "paths", "webhooks"`,
		},
		"only one may be there": {
			`{"oneOf": [{"required": ["schema"]}, {"required": ["content"]}]}`, `{"schema": 1, "content": 2}`,
			` has the properties "schema", "content" together, expected one of them`,
		},
		"deep": {
			`{"$ref": "#/definitions/s", "definitions": {"r": {"required": ["$ref"]}, "s": {"additionalProperties": false, "properties": {
				"type": {"enum": ["object", "string"]}, "properties": {"additionalProperties": {"oneOf": [{"$ref": "#/definitions/s"}, {"$ref": "#/definitions/r"}]}}}}}}`,
			`{"properties": {"a": {"properties": {"b": {"type": "strng"}}}}}`,
			`properties/a/properties/b/type is "strng", expected one of "object", "string"`,
		},
		"keys": {`{"propertyNames": {"pattern": "^a"}}`, `{"b": 1}`, ` has the invalid key "b", which does not match the pattern "^a"`},
	} {
		got, err := validate(t, jsonschema.Draft2020, tt.schema, tt.value, nil)
		if text := strings.Join(got, "|"); err != nil || text != tt.want {
			t.Errorf("%s: %q, %v, want %q", name, text, err, tt.want)
		}
	}
}

// TestLattices holds that schemas and values that share much are looked at
// once: the number of paths through them is beyond counting.
func TestLattices(t *testing.T) {
	const deep, wide = 60, 5
	for _, keyword := range []string{"allOf", "anyOf", "oneOf", "properties", "unevaluated"} {
		var schema strings.Builder
		schema.WriteString("{")
		if keyword == "unevaluated" {
			keyword = "allOf"
			schema.WriteString(`"unevaluatedProperties": false, `)
		}
		schema.WriteString(`"$ref": "#/$defs/s0", "$defs": {`)
		for i := range deep {
			fmt.Fprintf(&schema, `"s%d": `, i)
			part := fmt.Sprintf(`{"$ref": "#/$defs/s%d"}`, i+1)
			if keyword == "properties" {
				fmt.Fprintf(&schema, `{"properties": {"a": %s, "b": %s}},`, part, part)
				continue
			}
			fmt.Fprintf(&schema, `{"%s": [%s]},`, keyword, strings.TrimSuffix(strings.Repeat(part+",", wide), ","))
		}
		fmt.Fprintf(&schema, `"s%d": {"required": ["z"], "type": "object"}}}`, deep)
		for _, value := range []string{`{"z": 1}`, `{"y": 1}`, `1`} {
			if _, err := validate(t, jsonschema.Draft2020, schema.String(), value, &jsonschema.Options{Steps: steps(20_000)}); err != nil {
				t.Errorf("%s of %s: %v", keyword, value, err)
			}
		}
	}
}

func steps(n int) *int { return &n }

// TestSteps holds that a validation ends.
func TestSteps(t *testing.T) {
	_, err := validate(t, jsonschema.Draft2020, `{"items": {"type": "integer"}}`, "["+strings.Repeat("1,", 5000)+"1]", &jsonschema.Options{Steps: steps(1000)})
	if !errors.Is(err, jsonschema.ErrSteps) {
		t.Errorf("error %v, want that of too many steps", err)
	}
	for _, loop := range []string{`{"$ref": "#"}`, `{"allOf": [{"$ref": "#"}, {"$ref": "#"}]}`, `{"anyOf": [{"$ref": "#"}, {"not": {"$ref": "#"}}], "unevaluatedProperties": {"$ref": "#"}}`} {
		for _, value := range []string{`1`, `{"a": {"b": 1}}`} {
			if _, err := validate(t, jsonschema.Draft2020, loop, value, nil); err != nil {
				t.Errorf("%s of %s: %v", loop, value, err)
			}
		}
	}
}

// TestIdentifiers holds that references are resolved as section 8.2 of JSON
// Schema 2020-12 has it.
func TestIdentifiers(t *testing.T) {
	const schema = `{"$id": "https://a.test/root.json", "$ref": "%s", "$defs": {
		"x": {"$id": "sub/x.json", "$defs": {"n": {"$anchor": "num", "type": "number"}}, "type": "string"},
		"y": {"$anchor": "yes", "type": "boolean"},
		"z": {"enum": [{"$anchor": "data", "$id": "data.json"}]}}}`
	for ref, want := range map[string]string{
		"sub/x.json": "string", "https://a.test/sub/x.json": "string", "sub/x.json#num": "number", "sub/x.json#/$defs/n": "number",
		"#/$defs/x/$defs/n": "number", "#yes": "boolean", "root.json#yes": "boolean",
		"#num": "", "#data": "", "data.json": "", "x.json": "", "#/$defs/w": "",
	} {
		root := parse(t, fmt.Sprintf(schema, ref))
		resolver, resource := jsonschema.NewAlone(root, jsonschema.Draft2020)
		target, ok := resolver.Resolve(resource, ref)
		if ok != (want != "") || ok && target.Node.Lookup("type").Text != want {
			t.Errorf("%s means %+v (%v), want the %s", ref, target.Node, ok, want)
		}
	}
}
