package ruleset

import (
	"fmt"
	"regexp"
	"slices"
	"sync"

	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/yamltree"
)

// prepareDocumentSchema makes the function that validates a whole document
// against the JSON Schema of its version of OpenAPI.
func prepareDocumentSchema(*yamltree.Node) (judge, error) {
	return func(in input) ([]outcome, error) {
		if version, ok := in.value.Lookup("openapi").StringValue(); ok && version3.MatchString(version) && unknownVersion(in.formats) {
			// To judge it by the schema of another version would say much that is
			// wrong, beside the one thing that is.
			return []outcome{{fmt.Sprintf("the version %q of OpenAPI is unknown, expected 2.0 or 3.0 to 3.2; nothing else is compared with a schema", version), append(slices.Clone(in.path), "openapi")}}, nil
		}
		schema, err := DocumentSchema(DocumentVersion(in.formats))
		if err != nil {
			return nil, err
		}
		check := schemaCheck{schema: schema, all: true, atProperty: true}
		return check.judge(in, in.value, in.path)
	}, nil
}

// unknownVersion reports whether the version of a description is none that has a
// schema.
func unknownVersion(formats map[string]bool) bool {
	return !slices.ContainsFunc([]string{"oas2", "oas3_0", "oas3_1", "oas3_2"}, func(f string) bool { return formats[f] })
}

// DocumentVersion is the version of OpenAPI, such as "3.1", that a document of some
// formats has; 3.0 where they say nothing.
func DocumentVersion(formats map[string]bool) string {
	for _, v := range []string{"3_2", "3_1", "3_0"} {
		if formats["oas"+v] {
			return v[:1] + "." + v[2:]
		}
	}
	if formats["oas2"] {
		return "2.0"
	}
	return "3.0"
}

// documentSchemas holds the schema of each version that was needed.
var documentSchemas = struct {
	sync.Mutex
	versions map[string]*jsonschema.Schema
}{versions: map[string]*jsonschema.Schema{}}

// DocumentSchema is the schema of descriptions of a version of OpenAPI, compiled once.
func DocumentSchema(version string) (*jsonschema.Schema, error) {
	documentSchemas.Lock()
	defer documentSchemas.Unlock()
	if s := documentSchemas.versions[version]; s != nil {
		return s, nil
	}
	s, err := compileDocumentSchema(version)
	if err == nil {
		documentSchemas.versions[version] = s
	}
	return s, err
}

func compileDocumentSchema(version string) (*jsonschema.Schema, error) {
	text, err := openapi.DocumentSchema(version)
	if err != nil {
		return nil, err
	}
	tree, err := yamltree.Parse("schema of OpenAPI "+version, text, nil)
	if err != nil {
		return nil, err
	}
	compiler := &jsonschema.Compiler{Draft: jsonschema.Draft4}
	switch version {
	case "2.0":
		allowAlternatives(tree.Root)
	case "3.1", "3.2":
		compiler.Draft = jsonschema.Draft2020
		if compiler.Replace, err = schemaObjects(tree.Root, version); err != nil {
			return nil, err
		}
	}
	resolver, root := jsonschema.NewAlone(tree.Root, compiler.Draft)
	compiler.Resolver = resolver
	s := compiler.Schema(tree.Root, root)
	if ref, broken := s.Broken(); broken {
		return nil, fmt.Errorf("the schema of OpenAPI %s has a reference %q that leads nowhere", version, ref)
	}
	return s, nil
}

// schemaObjects judges the Schema Objects of a document by the dialect that it
// names, or that OpenAPI has: the schema of the document leaves them open.
func schemaObjects(root *yamltree.Node, version string) (func(schema, value *yamltree.Node, o *jsonschema.Options) *jsonschema.Schema, error) {
	keywords, err := yamltree.Parse("keywords of Schema Objects", openapi.SchemaKeywords(), nil)
	if err != nil {
		return nil, err
	}
	dialects := jsonschema.NewMetaschemas(keywords.Root.Lookup(version))
	object := root.At("$defs", "schema")
	return func(schema, _ *yamltree.Node, o *jsonschema.Options) *jsonschema.Schema {
		if schema != object {
			return nil
		}
		doc, _ := o.For.(*Document)
		if doc == nil {
			return dialects.Draft(jsonschema.Draft2020)
		}
		draft, known := doc.dialect()
		if !known {
			return dialects.Anything()
		}
		return dialects.Draft(draft)
	}, nil
}

// dialect is the draft of JSON Schema that the Schema Objects of a document
// are of; known is false for one that is not known.
func (d *Document) dialect() (draft jsonschema.Draft, known bool) {
	uri, named := d.Tree.Root.Lookup("jsonSchemaDialect").StringValue()
	if !named || BaseDialect.MatchString(uri) {
		return jsonschema.Draft2020, true
	}
	return jsonschema.DraftOf(uri)
}

// BaseDialect is the dialect that OpenAPI defines.
var BaseDialect = regexp.MustCompile(`^https://spec\.openapis\.org/oas/3\.[0-9]+/dialect/[^/]+$`)

// allowAlternatives lets schemas of OpenAPI 2.0 have anyOf and oneOf: two rules
// of their own judge these, and say it better.
func allowAlternatives(root *yamltree.Node) {
	properties := root.At("definitions", "schema", "properties")
	all := properties.Lookup("allOf")
	for _, name := range []string{"anyOf", "oneOf"} {
		properties.Keys = append(properties.Keys, yamltree.Key{Name: name})
		properties.Items = append(properties.Items, all)
	}
}
