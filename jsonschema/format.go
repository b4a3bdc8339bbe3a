package jsonschema

import (
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/trialweave/trialweave/internal/jsonpath"
)

// formats holds, by name, the judge of each format that was asked for.
var formats sync.Map

// validFormat reports whether a text is in a format; every text is in one that
// is unknown.
func validFormat(name, text string) bool {
	if name == "regex" {
		return jsonpath.ValidRegexp(text)
	}
	judge, ok := formats.Load(name)
	if !ok {
		judge, _ = formats.LoadOrStore(name, formatSchema(name))
	}
	s := judge.(*jsonschema.Schema)
	return s == nil || s.Validate(text) == nil
}

// formatSchema makes a schema that asks for nothing but a format: the formats
// that the package knows can be reached in no other way.
func formatSchema(name string) *jsonschema.Schema {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	const url = "mem:///format.json"
	if err := c.AddResource(url, map[string]any{"format": name}); err != nil {
		return nil
	}
	s, err := c.Compile(url)
	if err != nil {
		return nil
	}
	return s
}
