package capabilities_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/trialweave/trialweave/capabilities"
	"github.com/trialweave/trialweave/source"
)

func ExampleParse() {
	file, err := capabilities.Parse("c.yml", []byte(`
provider: example
capabilities:
  - id: example.get
    api: example:api
    operationRef: openapi/a.yml#/paths/~1studies~1{nctId}/get
    inputs: [nctId]
    outputs: [study]
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range file.Capabilities {
		name, pointer, escaped := c.OperationRef.Split()
		fmt.Println(file.Form, c.ID, name, pointer, escaped)
		fmt.Println(c.Outputs[0].Value, c.Outputs[0].At)
	}
	// Output:
	// simple example.get openapi/a.yml /paths/~1studies~1{nctId}/get false
	// study c.yml:8:15 #/capabilities/0/outputs/0
}

func TestForms(t *testing.T) {
	consumes := "consumes: [{baseUri: https://e.org, resources: [{path: /a, operations: [{name: op, method: GET, inputParameters: [{name: q}]}]}]}]"
	for text, want := range map[string]string{
		"provider: p\ncapabilities: [{id: a}]":                  "simple a 0  ",
		"capabilities: [{id: a, inputs: [x, {name: y}]}]":       "bare a 2  ",
		"naftiko: 1.0.0-alpha2\ncapability: {" + consumes + "}": "naftiko op 1 get /a",
		"ikanos: 1.0.0-beta4\n" + consumes:                      "ikanos op 1 get /a",
	} {
		f, err := capabilities.Parse("c.yml", []byte(text))
		if err != nil || len(f.Capabilities) != 1 {
			t.Errorf("%q: %+v %v", text, f, err)
			continue
		}
		c := f.Capabilities[0]
		if got := fmt.Sprint(f.Form, " ", c.ID, " ", len(c.Inputs), " ", c.Method, " ", c.Path); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, text := range []string{"", "a: 1", "[", "- a"} {
		_, err := capabilities.Parse("c.yml", []byte(text))
		var at *source.Error
		if !errors.As(err, &at) || at.Line == 0 {
			t.Errorf("%q: error %v, want one with a line", text, err)
		}
	}
}

func TestPublicFiles(t *testing.T) {
	files, _ := filepath.Glob("../../shared/data/governance/siblings/*/capabilities/*.y*ml")
	if len(files) == 0 {
		t.Skip("../shared is absent: public capabilities were not read")
	}
	operations := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := capabilities.Parse(name, text)
		if err != nil {
			t.Error(err)
			continue
		}
		if len(f.Capabilities) == 0 {
			t.Errorf("%s (%s): no capabilities", name, f.Form)
		}
		operations += len(f.Capabilities)
	}
	t.Logf("%d capabilities in %d files", operations, len(files))
}

func FuzzParse(f *testing.F) {
	f.Add("provider: p\ncapabilities: [{id: a, operationRef: 'x#/y%7B'}]")
	f.Fuzz(func(_ *testing.T, text string) {
		file, err := capabilities.Parse("c.yml", []byte(text))
		if err != nil {
			return
		}
		for _, c := range file.Capabilities {
			if c.OperationRef != nil {
				c.OperationRef.Split()
			}
		}
	})
}
