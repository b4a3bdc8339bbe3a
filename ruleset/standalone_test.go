package ruleset_test

import (
	"testing"
	"testing/fstest"

	"github.com/trialweave/trialweave/ruleset"
)

// TestStandalone holds that a document takes in what it refers to in another
// file, be it something that refers to nothing in turn or not.
func TestStandalone(t *testing.T) {
	files := fstest.MapFS{
		"a.yml": {Data: []byte("openapi: 3.0.3\npaths: {/a: {$ref: 'b.yml#/plain'}, /b: {$ref: 'b.yml#/more'}}\n")},
		"b.yml": {Data: []byte("plain: {summary: plain}\nmore: {get: {$ref: '#/plain'}}\n")},
	}
	d, err := ruleset.ParseFile(files, "a.yml")
	if err != nil {
		t.Fatal(err)
	}
	refs := ruleset.NewReferences(files)
	refs.Add(d)
	refs.Follow(d)
	for _, path := range [][]string{{"paths", "/a", "summary"}, {"paths", "/b", "get", "summary"}} {
		if got := d.Standalone().At(path...).TextValue(); got != "plain" {
			t.Errorf("%v is %q, want %q", path, got, "plain")
		}
	}
}
