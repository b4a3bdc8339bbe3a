package lint

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/trialweave/trialweave/internal/yamltree"
)

// schemaCheck is a compiled JSON Schema.
type schemaCheck struct {
	schema *jsonschema.Schema
	all    bool
}

const schemaURL = "mem:///schema.json"

// compileSchema compiles a schema given as a value; draft is the dialect where
// the schema names none.
func compileSchema(schema any, pointer string, draft *jsonschema.Draft) (*schemaCheck, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(draft)
	c.AssertFormat()
	c.UseLoader(noLoader{})
	c.UseRegexpEngine(compileSchemaRegexp)
	if err := c.AddResource(schemaURL, schema); err != nil {
		return nil, err
	}
	s, err := c.Compile(schemaURL + pointer)
	if err != nil {
		return nil, err
	}
	return &schemaCheck{schema: s}, nil
}

// noLoader reads nothing: a schema must not make the linter read files.
type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("%s is not read from a schema", url)
}

// dialect maps the dialects of the schema function to drafts.
func dialect(name string) (*jsonschema.Draft, error) {
	switch name {
	case "", "auto", "draft7":
		return jsonschema.Draft7, nil
	case "draft4":
		return jsonschema.Draft4, nil
	case "draft6":
		return jsonschema.Draft6, nil
	case "draft2019-09":
		return jsonschema.Draft2019, nil
	case "draft2020-12":
		return jsonschema.Draft2020, nil
	}
	return nil, fmt.Errorf("unknown dialect %q", name)
}

func prepareSchema(options *yamltree.Node) (judge, error) {
	name := ""
	if d := options.Lookup("dialect"); d != nil {
		name = d.Text
	}
	draft, err := dialect(name)
	if err != nil {
		return nil, err
	}
	check, err := compileSchema(nullable(plainValue(options.Lookup("schema"))), "", draft)
	if err != nil {
		return nil, fmt.Errorf("its schema cannot be compiled: %w", err)
	}
	check.all = truthy(options.Lookup("allErrors"))
	return func(in input) ([]outcome, error) {
		if in.value == nil {
			return wrong("%s must exist", named(in)), nil
		}
		return check.judge(in.value, in.path), nil
	}, nil
}

// judge validates a value that stands at a path.
func (s *schemaCheck) judge(value *yamltree.Node, at []string) []outcome {
	err := s.schema.Validate(plainValue(value))
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return nil
	}
	leaves := invalidLeaves(invalid, nil)
	slices.SortStableFunc(leaves, func(a, b *jsonschema.ValidationError) int {
		if d := len(a.InstanceLocation) - len(b.InstanceLocation); d != 0 {
			return d
		}
		return slices.Compare(a.InstanceLocation, b.InstanceLocation)
	})
	if !s.all {
		leaves = leaves[:1]
	}
	var out []outcome
	for _, leaf := range leaves {
		path := slices.Concat(at, leaf.InstanceLocation)
		out = append(out, outcome{schemaMessage(path, leaf), path})
	}
	return out
}

// invalidLeaves are the errors that say something: alternatives count as one.
func invalidLeaves(e *jsonschema.ValidationError, out []*jsonschema.ValidationError) []*jsonschema.ValidationError {
	switch e.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf, *kind.Not:
		return append(out, e)
	}
	if len(e.Causes) == 0 {
		return append(out, e)
	}
	for _, cause := range e.Causes {
		out = invalidLeaves(cause, out)
	}
	return out
}

func schemaMessage(path []string, e *jsonschema.ValidationError) string {
	name := "the value"
	if len(path) > 0 {
		name = strconv.Quote(path[len(path)-1])
	}
	what := e.ErrorKind.LocalizedString(message.NewPrinter(language.English))
	return name + ": " + strings.ReplaceAll(what, "'", `"`)
}

// plainValue turns a node into the value that JSON decoding would give.
func plainValue(n *yamltree.Node) any {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case yamltree.Bool:
		return n.Text == "true"
	case yamltree.Number:
		return n.Number
	case yamltree.String:
		return n.Text
	case yamltree.Sequence:
		out := make([]any, len(n.Items))
		for i, item := range n.Items {
			out[i] = plainValue(item)
		}
		return out
	case yamltree.Mapping:
		out := make(map[string]any, len(n.Items))
		for i, item := range n.Items {
			out[n.Keys[i].Name] = plainValue(item)
		}
		return out
	}
	return nil
}

// nullable gives a schema of a ruleset the meaning that it has in Spectral,
// where nullable: true beside a type adds null to it.
func nullable(schema any) any {
	switch s := schema.(type) {
	case []any:
		for i := range s {
			s[i] = nullable(s[i])
		}
	case map[string]any:
		for key, value := range s {
			if !slices.Contains([]string{"enum", "const", "default", "examples"}, key) {
				s[key] = nullable(value)
			}
		}
		if s["nullable"] != true {
			break
		}
		switch t := s["type"].(type) {
		case string:
			s["type"] = []any{t, "null"}
		case []any:
			if !slices.Contains(t, any("null")) {
				s["type"] = append(t, "null")
			}
		}
	}
	return schema
}
