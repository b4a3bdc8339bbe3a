package openapi_test

import (
	"errors"
	"testing"

	"github.com/trialweave/trialweave/openapi"
)

// TestSchemasAreLinkedByNeed: without the package that links them, the schemas of
// documents are asked for in vain, and the error says what to do.
func TestSchemasAreLinkedByNeed(t *testing.T) {
	if _, err := openapi.DocumentSchema("3.1"); !errors.Is(err, openapi.ErrNoSchemas) {
		t.Errorf("DocumentSchema says %v", err)
	}
}
