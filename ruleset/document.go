package ruleset

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/yamltree"
)

// Kind is what a document is.
type Kind string

// The kinds of documents, told by content.
const (
	OpenAPI      Kind = "openapi"
	APIsJSON     Kind = "apis.json"
	Capabilities Kind = "capabilities"
	Ruleset      Kind = "ruleset"
	Context      Kind = "json-ld-context"
	Overlay      Kind = "overlay"
	JSONSchema   Kind = "json-schema"
	Arazzo       Kind = "arazzo"
	AsyncAPI     Kind = "asyncapi"
	Other        Kind = "other"
)

// Document is one file, parsed.
type Document struct {
	File string
	Kind Kind
	// Named tells that the file was asked for by name.
	Named bool

	Tree     *yamltree.Document
	Resolved *yamltree.Node
	// Sealed tells that all nodes of both are.
	Sealed   bool
	Refs     *References
	resource *jsonschema.Resource
}

// Line returns a line of the document, from 1.
func (d *Document) Line(number int) string { return d.Tree.Line(number) }

// Size is the length of the text in bytes.
func (d *Document) Size() int { return len(d.Tree.Text) }

// kindOf tells what a document is by what it holds.
func kindOf(root *yamltree.Node) Kind {
	has := func(key string) bool { return root.Index(key) >= 0 }
	switch {
	case root.Kind != yamltree.Mapping:
		return Other
	case has("openapi"), has("swagger"):
		return OpenAPI
	case isOverlay(root):
		return Overlay
	case isAPIIndex(root):
		return APIsJSON
	case has("naftiko"), has("ikanos"), isCapabilityList(root.Lookup("capabilities")):
		return Capabilities
	case isRuleset(root):
		return Ruleset
	case has("@context"):
		return Context
	case has("arazzo"):
		return Arazzo
	case has("asyncapi"):
		return AsyncAPI
	case has("$schema") && !strings.Contains(root.Lookup("$schema").Text, "apis.json"), has("$defs"):
		return JSONSchema
	}
	return Other
}

// KindOf tells what a file is; its error is a *source.Error.
func KindOf(name string, text []byte) (Kind, error) {
	doc, err := yamltree.Parse(name, text, nil)
	if err != nil {
		return Other, err
	}
	return kindOf(doc.Root), nil
}

// isAPIIndex asks for a list of APIs, and for something else that indexes have:
// of the keys that APIs.json requires, those that other documents do not have
// beside it.
func isAPIIndex(root *yamltree.Node) bool {
	apis := root.Lookup("apis")
	if apis == nil {
		return false
	}
	for _, key := range []string{"aid", "specificationVersion", "common", "maintainers", "url"} {
		if root.Index(key) >= 0 {
			return true
		}
	}
	return apis.Kind == yamltree.Sequence && slices.ContainsFunc(apis.Items, func(api *yamltree.Node) bool {
		return api.Index("properties") >= 0 || api.Index("baseURL") >= 0 || api.Index("humanURL") >= 0
	})
}

// isOverlay asks for a version, and for something else that overlays have.
func isOverlay(root *yamltree.Node) bool {
	version := root.Lookup("overlay")
	return version != nil && (root.Index("actions") >= 0 || version.IsScalar() && (root.Index("info") >= 0 || root.Index("extends") >= 0))
}

func isCapabilityList(n *yamltree.Node) bool {
	return n != nil && n.Kind == yamltree.Sequence && len(n.Items) > 0 && n.Items[0].Kind == yamltree.Mapping
}

// isRuleset asks for rules that look like rules: some other documents have a
// list of prose under the same key.
func isRuleset(root *yamltree.Node) bool {
	if root.Lookup("extends") != nil && root.Lookup("extends").Kind != yamltree.Mapping {
		return true
	}
	rules := root.Lookup("rules")
	if rules == nil || rules.Kind != yamltree.Mapping {
		return false
	}
	for _, rule := range rules.Items {
		if rule.Lookup("given") != nil || rule.Lookup("then") != nil {
			return true
		}
	}
	return len(rules.Items) == 0
}

var version3 = regexp.MustCompile(`^3\.([0-9]+)(\.[0-9]*)?$`)

var (
	arazzoVersion   = regexp.MustCompile(`^1\.0(\.[0-9]*)?$`)
	asyncAPIVersion = regexp.MustCompile(`^([23])\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$`)
)

var leadingDigits = regexp.MustCompile(`^\s*([0-9]+)`)

// majorVersion is the number that a version begins with.
func majorVersion(v *yamltree.Node) string {
	m := leadingDigits.FindStringSubmatch(Describe(v))
	if m == nil {
		return ""
	}
	return m[1]
}

// Formats are the formats of the document.
func (d *Document) Formats() map[string]bool { return Formats(d.Tree.Root) }

// Formats are the names of the formats that a document has, in the spellings
// that rulesets use, and our own for the other kinds of documents.
func Formats(root *yamltree.Node) map[string]bool {
	out := map[string]bool{}
	add := func(names ...string) {
		for _, name := range names {
			out[name] = true
		}
	}
	if v := root.Lookup("swagger"); v != nil && majorVersion(v) == "2" {
		add("oas2", "oas2.0", "oas2_0")
	}
	if v := root.Lookup("openapi"); v != nil && majorVersion(v) == "3" {
		add("oas3")
		if m := version3.FindStringSubmatch(Describe(v)); m != nil {
			add("oas3."+m[1], "oas3_"+m[1])
		}
	}
	if v := root.Lookup("arazzo"); v != nil && arazzoVersion.MatchString(Describe(v)) {
		add("arazzo1_0", "arazzo1.0")
	}
	if v := root.Lookup("asyncapi"); v != nil {
		add("asyncapi", "aas")
		if m := asyncAPIVersion.FindStringSubmatch(Describe(v)); m != nil {
			add("aas"+m[1], "asyncapi"+m[1], "aas"+m[1]+"_"+m[2], "asyncapi"+m[1]+"_"+m[2])
		}
	}
	addSchemaFormats(root, add)
	add(string(kindOf(root)))
	return out
}

func addSchemaFormats(root *yamltree.Node, add func(...string)) {
	if schema, ok := root.Lookup("$schema").StringValue(); ok && strings.Contains(schema, "json-schema.org") {
		add("json-schema", "json-schema-loose")
		for _, draft := range []string{"draft4", "draft6", "draft7"} {
			if strings.Contains(schema, strings.Replace(draft, "draft", "draft-0", 1)) {
				add("json-schema-" + draft)
			}
		}
		for _, draft := range []string{"2019-09", "2020-12"} {
			if strings.Contains(schema, draft) {
				add("json-schema-"+draft, "json-schema-draft"+draft)
			}
		}
		return
	}
	for _, key := range []string{"type", "$ref", "allOf", "anyOf", "oneOf", "not", "enum", "properties", "items"} {
		if root.Index(key) >= 0 {
			add("json-schema-loose")
			return
		}
	}
}

// knownFormat reports whether a ruleset may name a format.
func knownFormat(name string) bool {
	switch name {
	case "oas2", "oas2.0", "oas2_0", "oas3", "oas3.0", "oas3_0", "oas3.1", "oas3_1", "oas3.2", "oas3_2",
		"arazzo1_0", "arazzo1.0", "asyncapi", "aas", "asyncapi2", "aas2", "aas3", "asyncapi3",
		"json-schema", "json-schema-loose", "json-schema-draft4", "json-schema-draft6", "json-schema-draft7",
		"json-schema-draft2019-09", "json-schema-2019-09", "json-schema-draft2020-12", "json-schema-2020-12",
		string(APIsJSON), string(Capabilities), string(Context), string(Overlay), string(Ruleset), string(OpenAPI):
		return true
	}
	return strings.HasPrefix(name, "aas2_") || strings.HasPrefix(name, "aas3_") || strings.HasPrefix(name, "asyncapi2_")
}

// Draft is the draft of JSON Schema that the schemas of the document are of.
func (d *Document) Draft() jsonschema.Draft {
	root := d.Tree.Root
	key := "$schema"
	if d.Kind == OpenAPI {
		if v := OpenAPIVersions(root); len(v) == 0 || v[0] < "oas3_1" {
			return jsonschema.Draft4
		}
		key = "jsonSchemaDialect"
	}
	draft, _ := jsonschema.DraftOf(root.Lookup(key).TextValue())
	return draft
}

// hasIdentifiers reports whether schemas in the document may have identifiers
// or anchors. Those of OpenAPI before 3.1 have none.
func (d *Document) hasIdentifiers() bool {
	if d.Kind == OpenAPI && d.Draft() == jsonschema.Draft4 && d.Tree.Root.Lookup("jsonSchemaDialect") == nil {
		return false
	}
	if d.Tree.Text == nil {
		return true // it was not read, but made
	}
	names := []string{"$id", "$anchor", "$dynamicAnchor"}
	if d.Draft() == jsonschema.Draft4 {
		names = []string{"id"}
	}
	return slices.ContainsFunc(names, func(name string) bool { return bytes.Contains(d.Tree.Text, []byte(name)) })
}

// LooksLikeDocument tells by the name whether a file is worth reading.
func LooksLikeDocument(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml", ".json", ".jsonld":
		return true
	}
	return false
}

// Trees is a tree of files that keeps what it parsed.
type Trees interface {
	fs.FS
	// Tree parses a file, or returns what an earlier call made of the same text.
	Tree(name string) (*yamltree.Document, error)
}

// ParseFile reads one file of a tree of files, which may be Trees.
func ParseFile(fsys fs.FS, name string) (*Document, error) {
	tree, err := parseTree(fsys, name)
	if err != nil {
		return nil, err
	}
	return &Document{File: name, Kind: kindOf(tree.Root), Tree: tree, Sealed: true}, nil
}

// parseText makes a document of a text that was fetched.
func parseText(name string, text []byte) (*Document, error) {
	tree, err := yamltree.Parse(name, text, nil)
	if err != nil {
		return nil, err
	}
	return &Document{File: name, Kind: kindOf(tree.Root), Tree: tree, Sealed: true}, nil
}

func parseTree(fsys fs.FS, name string) (*yamltree.Document, error) {
	if trees, ok := fsys.(Trees); ok {
		return trees.Tree(name)
	}
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	return yamltree.Parse(name, text, nil)
}

// ReportRange is a range as reports have it.
func ReportRange(r yamltree.Range) report.Range {
	return report.Range{Start: report.Mark(r.Start), End: report.Mark(r.End)}
}

// Place makes the place of a path in the document.
func (d *Document) Place(p []string) report.Place {
	r, _ := d.Tree.RangeAt(p...)
	return report.Place{File: d.File, Range: ReportRange(r), Path: p}
}

// PointerPlace makes the place of a JSON pointer in the document.
func (d *Document) PointerPlace(pointer string) report.Place {
	path, err := yamltree.ParsePointer(pointer)
	if err != nil {
		path = nil
	}
	return d.Place(path)
}

// KeyPlace makes the place of the key that a path ends in.
func (d *Document) KeyPlace(p []string) report.Place {
	if r, ok := d.Tree.KeyRangeAt(p...); ok {
		return report.Place{File: d.File, Range: ReportRange(r), Path: p}
	}
	return d.Place(p)
}

// OpenAPIVersions are the formats of OpenAPI that a document has by its
// version.
func OpenAPIVersions(root *yamltree.Node) []string {
	var out []string
	all := Formats(root)
	for _, v := range []string{"oas2", "oas3_0", "oas3_1", "oas3_2"} {
		if all[v] {
			out = append(out, v)
		}
	}
	return out
}
