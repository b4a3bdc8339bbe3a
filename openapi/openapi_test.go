package openapi_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/capabilities"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/source"
)

func ExampleParse() {
	d, err := openapi.Parse("api.yml", []byte(`
openapi: 3.1.0
paths:
  /studies/{nctId}:
    parameters: [{$ref: "#/components/parameters/Id"}]
    get:
      operationId: fetchStudy
      responses:
        "200": {content: {application/json: {schema: {properties: {hasResults: {type: boolean}}}}}}
components:
  parameters: {Id: {name: nctId, in: path, required: true}}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range d.Operations {
		fmt.Println(o.Method, o.Path, o.Parameters[0].Name, o.Parameters[0].At)
		fmt.Println(o.Responses[0].Status, o.Responses[0].Shape, o.Responses[0].Properties())
	}
	// Output:
	// get /studies/{nctId} nctId api.yml:11:19 #/components/parameters/Id
	// 200 object [hasResults]
}

func TestParseErrors(t *testing.T) {
	for _, text := range []string{"", "a: 1", "[", "- a"} {
		_, err := openapi.Parse("a.yml", []byte(text))
		var at *source.Error
		if !errors.As(err, &at) || at.Line == 0 {
			t.Errorf("%q: error %v, want one with a line", text, err)
		}
	}
}

func TestShapes(t *testing.T) {
	for schema, want := range map[string]openapi.Shape{
		"{type: array, items: {type: object}}": openapi.List, "{type: object}": openapi.Untyped, "{type: string}": openapi.Value,
		"{allOf: [{properties: {a: {}}}]}": openapi.Object, "{}": openapi.Untyped, "{$ref: '#/nope'}": openapi.Untyped,
	} {
		d, err := openapi.Parse("a.yml", []byte("swagger: '2.0'\npaths: {/a: {get: {responses: {200: {schema: "+schema+"}}}}}"))
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Operations[0].Responses[0].Shape; got != want {
			t.Errorf("%s is %s, want %s", schema, got, want)
		}
	}
}

// TestBundledCapabilities holds that each capability we bundle names an
// operation of the description we bundle, its parameters and its properties,
// and that no operation is left out.
func TestBundledCapabilities(t *testing.T) {
	d, err := openapi.Parse("openapi.yml", openapi.Bundled())
	if err != nil {
		t.Fatal(err)
	}
	file, err := capabilities.Parse("capabilities.yml", capabilities.Bundled())
	if err != nil {
		t.Fatal(err)
	}
	covered := map[string]bool{}
	for _, c := range file.Capabilities {
		_, pointer, _ := c.OperationRef.Split()
		at, ok := d.Lookup(pointer)
		i := slices.IndexFunc(d.Operations, func(o openapi.Operation) bool { return o.At == at })
		if !ok || i < 0 {
			t.Errorf("%s: %s leads nowhere", c.ID, c.OperationRef.Value)
			continue
		}
		covered[d.Operations[i].ID] = true
		compareNames(t, c, d.Operations[i])
	}
	if len(covered) != 9 || len(d.Operations) != 9 {
		t.Errorf("%d of %d operations are covered, want 9 of 9", len(covered), len(d.Operations))
	}
}

func compareNames(t *testing.T, c capabilities.Capability, o openapi.Operation) {
	t.Helper()
	for _, in := range c.Inputs {
		if !slices.ContainsFunc(o.Parameters, func(p openapi.Parameter) bool { return p.Name == in.Value }) {
			t.Errorf("%s: %s has no parameter %q", in.At, o.ID, in.Value)
		}
	}
	if len(c.Inputs) != len(o.Parameters) {
		t.Errorf("%s: %d of %d parameters", c.ID, len(c.Inputs), len(o.Parameters))
	}
	for _, out := range c.Outputs {
		if !slices.ContainsFunc(o.Responses, func(r openapi.Response) bool { return slices.Contains(r.Properties(), out.Value) }) {
			t.Errorf("%s: %s returns no %q", out.At, o.ID, out.Value)
		}
	}
}

// TestBundledIsComplete compares our description with the registry's own:
// operations, parameters and the structure of all schemas.
func TestBundledIsComplete(t *testing.T) {
	text, err := os.ReadFile("../../shared/data/governance/nih-clinicaltrials/openapi/_original/clinicaltrials-v2.json")
	if err != nil {
		t.Skip("../shared is absent: the registry's own description was not compared")
	}
	official, err := openapi.Parse("official.json", text)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := openapi.Parse("ours.yml", openapi.Bundled())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(outline(official), outline(ours)); diff != "" {
		t.Errorf("operations differ (-official +ours):\n%s", diff)
	}
	var names struct {
		Components struct {
			Schemas map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal(text, &names); err != nil {
		t.Fatal(err)
	}
	for name := range names.Components.Schemas {
		if _, ok := ours.Lookup("/components/schemas/" + name); !ok {
			t.Errorf("schema %s is missing", name)
		}
	}
	if len(names.Components.Schemas) != 163 {
		t.Errorf("%d schemas", len(names.Components.Schemas))
	}
}

// outline lists operations, parameters and responses without their words.
func outline(d *openapi.Description) []string {
	var out []string
	for _, o := range d.Operations {
		out = append(out, fmt.Sprint(o.Method, " ", o.Path, " ", o.ID, " ", o.Tags))
		for _, p := range o.Parameters {
			out = append(out, fmt.Sprint("  ", p.Name, " ", p.In, " ", p.Required, " ", p.Pattern))
		}
		for _, r := range o.Responses {
			if o.ID == "listStudies" && r.MediaType == "text/csv" {
				continue // ours says what the parameter format promises
			}
			out = append(out, strings.TrimSpace(fmt.Sprint("  ", r.Status, " ", r.MediaType, " ", r.Properties())))
		}
	}
	return out
}

func FuzzParse(f *testing.F) {
	f.Add("openapi: 3.1.0\npaths: {/a: {get: {parameters: [{$ref: '#/x'}], responses: {200: {content: {a: {schema: {$ref: '#/paths'}}}}}}}}")
	f.Fuzz(func(_ *testing.T, text string) {
		if d, err := openapi.Parse("f", []byte(text)); err == nil {
			d.Lookup("/paths/~1a/get")
		}
	})
}
