package pages

import (
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestSchema holds that the JSON Schema of .trialweave.yml takes the values that
// the flags of both commands take, and no others.
func TestSchema(t *testing.T) {
	compiled, err := jsonschema.NewCompiler().Compile("../../../docs/reference/trialweave.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for text, ok := range map[string]bool{
		`{"trialweave": {"quiet": true, "convert": {"no": ["contacts"], "workers": 4, "format": "turtle"}, "index": {"build": {"text": "on"}}}}`: true,
		`{"trialweave": {"convert": {"workers": "four"}}}`:                                                         false,
		`{"trialweave": {"convert": {"format": "word"}}}`:                                                          false,
		`{"trialweave": {"convrt": {}}}`:                                                                           false,
		`{"trialweave": {"convert": {"output": "x"}}}`:                                                             false,
		`{"triallint": {"color": "never", "lint": {"fail-on": "warn"}, "rules": {"prove": {"min-coverage": 90}}}}`: true,
		`{"triallint": {"color": "blue"}}`:                                                                         false,
		`{"triallint": {"lint": {"write-baseline": "x"}}}`:                                                         false,
		`{"trailint": {}}`: false,
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(value); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}
