package yamltree_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/yamltree"
)

// plain is the value that decoding JSON gives.
func plain(n *yamltree.Node) any {
	switch n.Kind {
	case yamltree.Null:
		return nil
	case yamltree.Bool:
		return n.Text == "true"
	case yamltree.Number:
		return n.Number
	case yamltree.String:
		return n.Text
	case yamltree.Sequence:
		out := []any{}
		for _, item := range n.Items {
			out = append(out, plain(item))
		}
		return out
	}
	out := map[string]any{}
	for i, key := range n.Keys {
		out[key.Name] = plain(n.Items[i])
	}
	return out
}

// TestJSON holds that JSON is read as encoding/json reads it, and that every
// place is the same as in the same text read as YAML.
func TestJSON(t *testing.T) {
	for _, text := range []string{
		`{"a": "\ud83d\ude80 x", "b": [1, -2.5e3, true, null, {}, []], "c": {"d": "\/\"\\\n\u00e9"}}`,
		"[\n\t1,\r\n  \"é\U0001F680\", {\"\U0001F680\": \"\U0001F680\", \"k\": 2}\n]",
		`{"a": 1, "a": 2, "lone": "\ud83d", "pair": "\ud83dx"}`,
		"{\"a\": \"x\u2028y\",\n \"b\": 1}",
		` [] `, `{"": ""}`,
	} {
		doc, err := yamltree.Parse("a.json", []byte(text), nil)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var want any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		if got := plain(doc.Root); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %#v, want %#v", text, got, want)
		}
		// A comment makes it YAML that is not JSON.
		other, err := yamltree.Parse("a.yaml", []byte(text+"\n# comment\n"), nil)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		samePlaces(t, text, doc.Root, other.Root)
	}
}

func samePlaces(t *testing.T, text string, a, b *yamltree.Node) {
	t.Helper()
	if a.Range != b.Range || a.Kind != b.Kind || a.Text != b.Text || len(a.Items) != len(b.Items) {
		t.Fatalf("%s: as JSON %+v, as YAML %+v", text, a, b)
	}
	for i := range a.Items {
		if a.Kind == yamltree.Mapping && a.Keys[i] != b.Keys[i] {
			t.Errorf("%s: as JSON %+v, as YAML %+v", text, a.Keys[i], b.Keys[i])
		}
		samePlaces(t, text, a.Items[i], b.Items[i])
	}
}

// TestYAMLOfToday holds what YAML 1.2 and JSON have that YAML 1.1 has not.
func TestYAMLOfToday(t *testing.T) {
	for text, want := range map[string]string{
		"%YAML 1.2\n---\na: 1\n...\n":                         "map[a:1]",
		"a: \"x \\ud83d\\ude80\"\nb: '\\ud83d'\nc: \\\\ud83d": `map[a:x 🚀 b:\ud83d c:\\ud83d]`,
		"a: \"\\\\ud83d\"":                                    `map[a:\ud83d]`,
		"&k x-v: 1\nx-w: *k\n":                                "map[x-v:1 x-w:x-v]",
		"x: &k y\n*k : 1\n":                                   "map[x:y y:1]",
	} {
		doc, err := yamltree.Parse("a.yaml", []byte(text), nil)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := fmt.Sprint(plain(doc.Root)); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

// TestColumns holds that columns count UTF-16 units, and that lines end where
// JavaScript ends them.
func TestColumns(t *testing.T) {
	doc, err := yamltree.Parse("a.yaml", []byte("a: {b: \"\U0001F680\", c: 1}\nd: x\u2028y\ne: 2\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]yamltree.Mark{"a/c": {1, 17}, "e": {3, 4}} {
		if r, _ := doc.RangeAt(strings.Split(path, "/")...); r.Start != want {
			t.Errorf("%s is at %v, want %v", path, r.Start, want)
		}
	}
}

// TestSyntaxErrors holds that errors have their places, several in a file.
func TestSyntaxErrors(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a.json", "{\n\t\"a\": {\"t\": \"a\" \"v\": 1},\n\t\"b\": [1, 2,],\n\t\"c\": 'a',\n\t\"d\": \"\\q\",\n\t\"e\": 01\n}", "2:17 3:13 4:7 5:8 6:8"},
		{"a.json", `{"a": 1`, "1:8"},
		{"a.json", `{"a": 1} x`, "1:10"},
		{"a.json", "{\"a\": \"\U0001F680\" 1}", "1:12"},
		{"a.yaml", "a: 1\nb: *none\nc: [1\nd: 2\n", "2:4"},
		{"a.yaml", "a:\n\tb: 1\n", "2:1"},
		{"a.yaml", "a: 'x\n", "2:1"},
	} {
		_, err := yamltree.Parse(tt.name, []byte(tt.text), nil)
		var syntax *yamltree.SyntaxErrors
		if !errors.As(err, &syntax) {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		var places []string
		for _, e := range syntax.Errors {
			places = append(places, fmt.Sprintf("%d:%d", e.Line, e.Column))
		}
		if got := strings.Join(places, " "); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%q: errors at %s, want %s", tt.text, got, tt.want)
		}
	}
}

// TestNamedJSON holds that what JSON does not have is reported in files that are
// named so, each fault where it stands, and that they are read all the same.
func TestNamedJSON(t *testing.T) {
	text := "{\n  \"a\": 1, # c\n  'b': {\"c\": 'd',},\n  \"e\": 01, f: [1 2], // g\n  \"h\": \"x\ty\",\n \"k\": 1 /* i\n j */ ,\n}\n"
	want := []string{"2:11 ", "3:3 ", "3:14 ", "3:18 ", "4:9 ", "4:12 ", "4:18 ", "4:22 ", "5:10 ", "6:9 ", "8:1 "}
	for _, name := range []string{"a.json", "a.JSONLD"} {
		if _, err := yamltree.Parse(name, []byte(text), nil); err == nil {
			t.Errorf("%s is read, though it is neither JSON nor YAML", name)
		} else if got := places(err); !reflect.DeepEqual(got, want) {
			t.Errorf("%s has faults at %q, want %q: %v", name, got, want, err)
		}
	}
	doc, err := yamltree.Parse("a.json", []byte("{'a': 1,\n}"), nil)
	if err != nil || len(doc.NotJSON) != 2 || doc.Root.Lookup("a") == nil {
		t.Errorf("YAML in a.json: %v, %+v", err, doc)
	}
	doc, err = yamltree.Parse("a.yaml", []byte("{'a': 1,\n}"), nil)
	if err != nil || doc.NotJSON != nil {
		t.Errorf("YAML in a.yaml: %v, %+v", err, doc)
	}
}

// places are the places of the errors of a text.
func places(err error) (out []string) {
	var all *yamltree.SyntaxErrors
	if errors.As(err, &all) {
		for _, e := range all.Errors {
			out = append(out, fmt.Sprintf("%d:%d ", e.Line, e.Column))
		}
	}
	return out
}
