package ruleset

import (
	"testing"

	_ "github.com/trialweave/trialweave/openapi/schemas" // which are compiled
)

// TestDocumentSchemas holds that the schema of each version can be compiled,
// with all that it refers to.
func TestDocumentSchemas(t *testing.T) {
	for _, version := range []string{"2.0", "3.0", "3.1", "3.2"} {
		if _, err := DocumentSchema(version); err != nil {
			t.Error(err)
		}
	}
}
