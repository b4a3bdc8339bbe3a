//go:build !lean

package diff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/openapi/diff"
)

func TestDescriptions(t *testing.T) {
	const old = `openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /a:
    get:
      parameters:
        - {name: q, in: query, schema: {type: string}}
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/A"}}}}}
components:
  schemas:
    A: {type: object, properties: {b: {type: string}, self: {$ref: "#/components/schemas/A"}}}
    Gone: {type: string}
`
	const now = `openapi: 3.0.3
info: {title: t, version: "2"}
paths:
  /a:
    get:
      parameters:
        - {name: q, in: query, required: true, schema: {type: string}}
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/A"}}}}}
components:
  schemas:
    A: {type: object, properties: {b: {type: integer}, self: {$ref: "#/components/schemas/A"}}}
    New: {type: string}
`
	changes, err := diff.Descriptions("old.yml", []byte(old), "new.yml", []byte(now))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range changes {
		got = append(got, fmt.Sprintf("%v %s %q %q %s | %s", c.Breaking, c.Property, c.Old, c.New, c.Before, c.After))
	}
	want := []string{
		`true schemas "Gone" "" old.yml:12:5 #/components/schemas/Gone | new.yml`,
		`false version "1" "2" old.yml:2:27 #/info/version | new.yml:2:27 #/info/version`,
		`true required "" "true" old.yml | new.yml:7:42 #/paths/~1a/get/parameters/0/required`,
		`true type "string" "integer" old.yml:11:36 #/components/schemas/A/properties/b | new.yml:11:36 #/components/schemas/A/properties/b`,
		`false schemas "" "New" old.yml | new.yml:12:5 #/components/schemas/New`,
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
	if same, err := diff.Descriptions("old.yml", []byte(old), "new.yml", []byte(old)); err != nil || len(same) > 0 {
		t.Errorf("no change is %v %v", same, err)
	}
	if _, err := diff.Descriptions("old.yml", []byte(old), "new.yml", []byte("swagger: '2.0'\ninfo: {title: t, version: '1'}\npaths: {}\n")); err == nil {
		t.Error("descriptions of OpenAPI 2 and 3 were compared")
	}
}

// TestDescriptionsOfCircles: schemas that refer to each other in a circle, which values
// can end, do not keep two versions from being compared.
func TestDescriptionsOfCircles(t *testing.T) {
	old := `openapi: 3.0.0
info: {title: t, version: "1"}
paths: {}
components:
  schemas:
    T: {type: object, required: [id], properties: {id: {type: string}, revs: {type: object, required: [data], properties: {data: {type: array, items: {$ref: "#/components/schemas/R"}}}}}}
    R: {type: object, required: [id], properties: {id: {type: string}, t: {anyOf: [{$ref: "#/components/schemas/T"}]}}}
`
	changes, err := diff.Descriptions("old.yml", []byte(old), "new.yml", []byte(strings.Replace(old, `version: "1"`, `version: "2"`, 1)))
	if err != nil || len(changes) != 1 || changes[0].Property != "version" {
		t.Errorf("%v, %v", changes, err)
	}
}
