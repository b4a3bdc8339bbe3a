// Package pages holds pages and files of docs to what they are made from.
package pages

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Compare compares a page with what it has to be, or writes it.
func Compare(t testing.TB, page, want string, update bool) {
	t.Helper()
	if update {
		if err := os.MkdirAll(filepath.Dir(page), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is not up to date; go test -run Page -update rewrites it (-want +got):\n%.3000s", page, diff)
	}
}

// Schema holds that the JSON Schema of .trialweave.yml in a file has the part of a
// command, or writes it there. What the schema takes is held by the test of this
// package: a library that compiles schemas would start with each process of a test.
func Schema(t testing.TB, file, command string, part []byte, update bool) {
	t.Helper()
	var schema struct {
		Schema     string                     `json:"$schema"`
		Additional bool                       `json:"additionalProperties"`
		Properties map[string]json.RawMessage `json:"properties"`
		Title      string                     `json:"title"`
		Type       string                     `json:"type"`
	}
	if text, err := os.ReadFile(file); err == nil {
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatal(err)
		}
	}
	if schema.Properties == nil {
		schema.Properties = map[string]json.RawMessage{}
	}
	schema.Schema, schema.Title, schema.Type = "https://json-schema.org/draft/2020-12/schema", "Defaults of flags of trialweave and triallint", "object"
	schema.Properties[command] = part
	want, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	Compare(t, file, string(want)+"\n", update)
}
