package apisjson_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/trialweave/trialweave/apisjson"
	"github.com/trialweave/trialweave/source"
)

const sample = `aid: example
apis:
  - aid: example:api
    name: API
    tags: [a, b]
    properties:
      - {type: OpenAPI, url: " openapi/a.yml#/paths"}
      - {type: Documentation, url: https://example.org}
common:
  - {type: JSONLD, url: ../context.jsonld}
`

func ExampleParse() {
	index, err := apisjson.Parse("dir/apis.yml", []byte(sample))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, link := range index.Links() {
		fmt.Printf("%s %q %s\n", link.Type, link.File, link.At)
	}
	// Output:
	// OpenAPI "dir/openapi/a.yml" dir/apis.yml:7:30 #/apis/0/properties/0/url
	// Documentation "" dir/apis.yml:8:36 #/apis/0/properties/1/url
	// JSONLD "context.jsonld" dir/apis.yml:10:25 #/common/0/url
}

func TestParseErrors(t *testing.T) {
	for _, text := range []string{"", "a: 1", "[", "- a"} {
		_, err := apisjson.Parse("apis.yml", []byte(text))
		var at *source.Error
		if !errors.As(err, &at) || at.Line == 0 {
			t.Errorf("%q: error %v, want one with a line", text, err)
		}
	}
}

func TestPublicIndexes(t *testing.T) {
	files, _ := filepath.Glob("../../shared/data/governance/siblings/*/apis.yml")
	if len(files) == 0 {
		t.Skip("../shared is absent: public indexes were not read")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		index, err := apisjson.Parse(file, text)
		if err != nil {
			t.Error(err)
			continue
		}
		if len(index.APIs) == 0 || len(index.Links()) == 0 || index.AID == "" {
			t.Errorf("%s: %d APIs, %d links", file, len(index.APIs), len(index.Links()))
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Fuzz(func(_ *testing.T, text string) { _, _ = apisjson.Parse("apis.yml", []byte(text)) })
}
