package lint

import (
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/trialweave/trialweave/internal/jsonpath"
)

// schemaRegexp makes patterns in schemas mean what they mean in JavaScript,
// with the flag u, as JSON Schema has it.
type schemaRegexp struct{ re *jsonpath.Regexp }

func compileSchemaRegexp(pattern string) (jsonschema.Regexp, error) {
	re, err := jsonpath.CompileRegexp(pattern, "u")
	if err != nil {
		return nil, err
	}
	return schemaRegexp{re}, nil
}

func (r schemaRegexp) MatchString(s string) bool {
	ok, err := r.re.MatchString(s)
	return ok && err == nil
}

func (r schemaRegexp) String() string { return r.re.String() }
