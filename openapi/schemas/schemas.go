// Package schemas links the JSON Schemas of OpenAPI documents into a program, as
// libopenapi carries them: import it for its effect, as one does time/tzdata. The
// packages ruleset and openapi do without it, so that who has no use for these
// schemas does not link libopenapi.
package schemas

import (
	"github.com/pb33f/libopenapi/datamodel"

	"github.com/trialweave/trialweave/openapi"
)

func init() { //nolint:gochecknoinits // importing the package is what links the schemas
	openapi.RegisterSchemas(map[string]string{
		"2.0": datamodel.OpenAPI2SchemaData,
		"3.0": datamodel.OpenAPI3SchemaData,
		"3.1": datamodel.OpenAPI31SchemaData,
		"3.2": datamodel.OpenAPI32SchemaData,
	})
}
