package lint

import (
	"fmt"
	"sync"

	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/openapi"
)

// prepareDocumentSchema makes the function that validates a whole document
// against the JSON Schema of its version of OpenAPI. A schema is compiled
// when the first document needs it.
func prepareDocumentSchema(*yamltree.Node) (judge, error) {
	var lock sync.Mutex
	compiled := map[string]*schemaCheck{}
	schema := func(version string) (*schemaCheck, error) {
		lock.Lock()
		defer lock.Unlock()
		if check := compiled[version]; check != nil {
			return check, nil
		}
		check, err := documentSchema(version)
		if err == nil {
			compiled[version] = check
		}
		return check, err
	}
	return func(in input) ([]outcome, error) {
		check, err := schema(documentVersion(in.formats))
		if err != nil {
			return nil, err
		}
		return check.judge(in.value, in.path), nil
	}, nil
}

func documentVersion(formats map[string]bool) string {
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

func documentSchema(version string) (*schemaCheck, error) {
	text, err := openapi.DocumentSchema(version)
	if err != nil {
		return nil, err
	}
	tree, err := yamltree.Parse("schema of OpenAPI "+version, text, nil)
	if err != nil {
		return nil, err
	}
	draft, _ := dialect("draft4")
	value := plainValue(tree.Root)
	if version == "2.0" {
		allowAlternatives(value)
	}
	check, err := compileSchema(value, "", draft)
	if err != nil {
		return nil, fmt.Errorf("the schema of OpenAPI %s cannot be compiled: %w", version, err)
	}
	check.all = true
	return check, nil
}

// allowAlternatives lets schemas of OpenAPI 2.0 have anyOf and oneOf: two rules
// of their own judge these, and say it better.
func allowAlternatives(v any) {
	root, _ := v.(map[string]any)
	definitions, _ := root["definitions"].(map[string]any)
	schema, _ := definitions["schema"].(map[string]any)
	if properties, ok := schema["properties"].(map[string]any); ok {
		properties["anyOf"], properties["oneOf"] = map[string]any{}, map[string]any{}
	}
}
