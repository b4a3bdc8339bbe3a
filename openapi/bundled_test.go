package openapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/trialweave/trialweave/openapi"
)

var update = flag.Bool("update", false, "write the bundled description in JSON")

const bundledJSON = "clinical-trials-gov-data-api-v2-openapi.json"

// TestBundledJSON: the bundled description is the same in YAML and in JSON.
func TestBundledJSON(t *testing.T) {
	var root yaml.Node
	if err := yaml.Unmarshal(openapi.Bundled(), &root); err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	writeJSON(t, &want, root.Content[0])
	want.WriteByte('\n')
	if *update {
		if err := os.WriteFile(bundledJSON, want.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(bundledJSON)
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(got) || !bytes.Equal(got, want.Bytes()) {
		t.Error("it differs: go test ./openapi -run BundledJSON -update writes it")
	}
	a, errA := openapi.Parse("yaml", openapi.Bundled())
	b, errB := openapi.BundledDescription()
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if x, y := plain(t, a), plain(t, b); x != y {
		t.Errorf("YAML says\n%s\nJSON says\n%s", x, y)
	}
}

// plain writes what a description says, without its positions.
func plain(t *testing.T, d *openapi.Description) string {
	t.Helper()
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	var strip func(v any)
	strip = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			delete(v, "At")
			for _, x := range v {
				strip(x)
			}
		case []any:
			for _, x := range v {
				strip(x)
			}
		}
	}
	strip(v)
	if text, err = json.MarshalIndent(v, "", " "); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// writeJSON writes a node of YAML with its keys in their order.
func writeJSON(t *testing.T, b *bytes.Buffer, n *yaml.Node) {
	t.Helper()
	text := func(s string) {
		quoted, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(quoted)
	}
	switch n.Kind {
	case yaml.MappingNode:
		b.WriteByte('{')
		for i := 0; i < len(n.Content); i += 2 {
			if i > 0 {
				b.WriteByte(',')
			}
			text(n.Content[i].Value)
			b.WriteByte(':')
			writeJSON(t, b, n.Content[i+1])
		}
		b.WriteByte('}')
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, item := range n.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(t, b, item)
		}
		b.WriteByte(']')
	case yaml.ScalarNode:
		switch n.Tag {
		case "!!int", "!!float", "!!bool", "!!null":
			b.WriteString(n.Value)
		default:
			text(n.Value)
		}
	default:
		t.Fatalf("line %d: an alias", n.Line)
	}
}
