package ruleset

import (
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/yamltree"
)

// schemaCheck is a JSON Schema that values are judged by.
type schemaCheck struct {
	schema *jsonschema.Schema
	// all asks for all errors, and not just for the first.
	all bool
	// atProperty places an unknown property at itself, as Spectral does by the
	// schema of OpenAPI; by other schemas it is at the object that has it.
	atProperty bool
	// written tells that the value is a text in another notation than JSON, of
	// which the schema may ask for another type.
	written bool
}

// dialect maps the dialects of the schema function to drafts.
func dialect(name string) (jsonschema.Draft, error) {
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
	return 0, fmt.Errorf("unknown dialect %q", name)
}

// Metaschemas are the schemas that the schemas of rules and examples must be
// valid by.
var Metaschemas = sync.OnceValue(func() *jsonschema.Metaschemas { return jsonschema.NewMetaschemas(nil) })

func prepareSchema(options *yamltree.Node) (judge, error) {
	name := options.Lookup("dialect").TextValue()
	draft, err := dialect(name)
	if err != nil {
		return nil, err
	}
	schema := options.Lookup("schema")
	if schema != nil && schema.Kind != yamltree.Mapping {
		return nil, fmt.Errorf("its schema is %s, expected an object", wording.Article(schema.Kind.String()))
	}
	if named, known := jsonschema.DraftOf(schema.Lookup("$schema").TextValue()); known && (name == "" || name == "auto") {
		draft = named
	}
	check, err := aloneSchema(schema, draft)
	if err != nil {
		return nil, fmt.Errorf("its schema cannot be compiled: %w", err)
	}
	check.all = truthy(options.Lookup("allErrors"))
	return func(in input) ([]outcome, error) {
		if in.value == nil {
			return wrong("%s must exist", named(in)), nil
		}
		return check.judge(in, in.value, in.path)
	}, nil
}

// aloneSchema compiles a schema that refers to nothing but itself.
func aloneSchema(n *yamltree.Node, draft jsonschema.Draft) (*schemaCheck, error) {
	if fault := schemaFault(n, draft); fault != "" {
		return nil, fmt.Errorf("%s", fault)
	}
	resolver, root := jsonschema.NewAlone(n, draft)
	compiler := &jsonschema.Compiler{Draft: draft, Resolver: resolver, Siblings: true}
	s := compiler.Schema(n, root)
	if ref, broken := s.Broken(); broken {
		return nil, fmt.Errorf("the reference %q leads nowhere", ref)
	}
	return &schemaCheck{schema: s}, nil
}

// schemaFault says the first thing that is wrong with a schema; nothing where
// it is valid.
func schemaFault(n *yamltree.Node, draft jsonschema.Draft) string {
	errs, err := Metaschemas().Draft(draft).Validate(n, nil)
	switch {
	case err != nil:
		return err.Error()
	case len(errs) == 0:
		return ""
	}
	SortErrors(errs)
	return SchemaMessage(errs[0].Path, errs[0])
}

// SortErrors puts errors into the order of the values they are about, those of
// a value before those within it.
func SortErrors(errs []jsonschema.Error) {
	slices.SortStableFunc(errs, func(a, b jsonschema.Error) int {
		if d := len(a.Path) - len(b.Path); d != 0 {
			return d
		}
		return slices.Compare(a.Path, b.Path)
	})
}

// judge validates a value that stands at a path.
func (s *schemaCheck) judge(in input, value *yamltree.Node, at []string) ([]outcome, error) {
	errs, err := s.schema.Validate(value, &jsonschema.Options{First: !s.all, For: in.doc, Steps: in.steps})
	if err != nil {
		return nil, err
	}
	SortErrors(errs)
	if s.written && len(errs) > 0 && errs[0].OfType() && len(errs[0].Path) == 0 {
		return nil, nil
	}
	var out []outcome
	for _, e := range errs {
		path := slices.Concat(at, e.Path)
		message := SchemaMessage(path, e)
		if s.atProperty && e.Keyword == "additionalProperties" {
			path = append(path, e.Names[0])
		}
		out = append(out, outcome{message, path})
	}
	return out, nil
}

// SchemaMessage names the value that an error is about, and says the error.
func SchemaMessage(path []string, e jsonschema.Error) string {
	name := "the value"
	switch {
	case len(path) > 0 && e.Item:
		name = "item " + path[len(path)-1]
	case len(path) > 0:
		name = strconv.Quote(path[len(path)-1])
	}
	return name + " " + e.Text(func(name string, names []string) string {
		meant, _ := nearest.Of(name, names)
		return meant
	})
}
