package openapi

import (
	_ "embed"
	"errors"
	"fmt"
	"sync/atomic"
)

// ErrNoSchemas says that a program asks for the schemas of OpenAPI documents and does not
// link them.
var ErrNoSchemas = errors.New("the JSON Schemas of OpenAPI documents are not linked into this program: import github.com/trialweave/trialweave/openapi/schemas")

// registered are the schemas of documents that are linked, by version.
var registered atomic.Pointer[map[string]string]

// RegisterSchemas makes the JSON Schemas of documents known, by version of OpenAPI: "2.0",
// "3.0", "3.1" and "3.2". The package openapi/schemas calls it; who has other texts of them
// may do so instead, before the first document is judged.
func RegisterSchemas(texts map[string]string) { registered.Store(&texts) }

// DocumentSchema returns the JSON Schema of the documents of a version of
// OpenAPI: "2.0", "3.0", "3.1" or "3.2". Its error is ErrNoSchemas where none are linked.
func DocumentSchema(version string) ([]byte, error) {
	texts := registered.Load()
	if texts == nil {
		return nil, ErrNoSchemas
	}
	text, ok := (*texts)[version]
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
