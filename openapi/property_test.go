package openapi_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/openapi"
)

func TestProperties(t *testing.T) {
	d, err := openapi.Parse("api.yml", []byte(`openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a:
    get:
      responses:
        "200":
          content:
            application/fhir+json: {schema: {type: object}}
            application/json: {schema: {type: array, items: {$ref: "#/components/schemas/A"}}}
        "404": {content: {application/json: {schema: {properties: {error: {}}}}}}
components:
  schemas:
    A:
      properties:
        name: {type: string, format: date}
        self: {$ref: "#/components/schemas/A"}
        open: {type: object}
        map: {type: object, additionalProperties: {properties: {value: {type: [integer, "null"]}}}}
      allOf: [{properties: {more: {type: array, items: {$ref: "#/components/schemas/B"}}}}]
    B: {oneOf: [{properties: {x: {enum: [1]}}}, {properties: {x: {}, y: {type: number}}}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range d.Answers() {
		whole := d.Properties(s, func(p openapi.Property) {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s %v", strings.Join(p.Path, "."), p.Type, p.Format, p.Open)))
		})
		if !whole {
			t.Error("the walk was cut off")
		}
	}
	want := []string{
		"name string date false", "self   false", "open object  true", "map object  false", "map.value integer  false",
		"more   false", "more.x   false", "more.y number  false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s, ok := d.Record("self"); !ok || s.Name != "A" {
		t.Errorf("the schema with self is %v %v", s.Name, ok)
	}
	if d.Inline("/components/schemas/A") != nil {
		t.Error("what leads back into itself was inlined")
	}
	if n := d.Inline("/components/schemas/A/properties/map"); n == nil || n.At("additionalProperties", "properties", "value") == nil {
		t.Error("a schema was not inlined")
	}
	if n := d.Reached(func(o openapi.Operation) bool { return o.Path == "/a" }); n != 2 {
		t.Errorf("/a leads to %d schemas, want 2", n)
	}
}

// TestBundledServer holds that the bundled description is of the server that it
// is known by.
func TestBundledServer(t *testing.T) {
	d, err := openapi.Parse("bundled", openapi.Bundled())
	if err != nil || !slices.Contains(d.Servers, openapi.BundledServer) {
		t.Error(err, d.Servers)
	}
	if s, ok := d.Record("protocolSection"); !ok || s.Name != "Study" {
		t.Errorf("the schema of a study is %q", s.Name)
	}
}
