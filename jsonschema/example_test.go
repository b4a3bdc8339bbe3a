package jsonschema_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/yamltree"
)

// A schema and a value are parsed, the schema is compiled, and the errors name
// places of the value.
func ExampleCompiler() {
	schema, err := yamltree.Parse("schema.json", []byte(`{
		"required": ["nctId"],
		"properties": {"nctId": {"type": "string", "pattern": "^NCT[0-9]{8}$"}}
	}`), nil)
	if err != nil {
		log.Fatal(err)
	}
	value, err := yamltree.Parse("value.yml", []byte("nctId: 12\n"), nil)
	if err != nil {
		log.Fatal(err)
	}
	resolver, resource := jsonschema.NewAlone(schema.Root, jsonschema.Draft2020)
	compiler := jsonschema.Compiler{Draft: jsonschema.Draft2020, Resolver: resolver}
	errs, err := compiler.Schema(schema.Root, resource).Validate(value.Root, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range errs {
		fmt.Println(strings.Join(e.Path, "."), e.Text(nil))
	}
	// Output: nctId is a number, expected a string
}
