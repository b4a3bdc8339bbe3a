package openapi

import (
	_ "embed"
	"fmt"

	"github.com/pb33f/libopenapi/datamodel"
)

// DocumentSchema returns the JSON Schema of the documents of a version of
// OpenAPI: "2.0", "3.0", "3.1" or "3.2".
func DocumentSchema(version string) ([]byte, error) {
	schemas := map[string]string{
		"2.0": datamodel.OpenAPI2SchemaData,
		"3.0": datamodel.OpenAPI3SchemaData,
		"3.1": datamodel.OpenAPI31SchemaData,
		"3.2": datamodel.OpenAPI32SchemaData,
	}
	text, ok := schemas[version]
	if !ok {
		return nil, fmt.Errorf("there is no schema of OpenAPI %q, expected 2.0, 3.0, 3.1 or 3.2", version)
	}
	return []byte(text), nil
}

//go:embed schema-keywords.yml
var schemaKeywords []byte

// SchemaKeywords returns the keywords that Schema Objects of OpenAPI 3.1 and
// later have beside those of JSON Schema 2020-12: a YAML mapping of versions
// to the properties of a schema.
func SchemaKeywords() []byte { return append([]byte(nil), schemaKeywords...) }
