// Command generate writes the table of the parameters of the registry's API,
// made from the bundled OpenAPI description, into the package registry. It is
// run by go generate.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

const description = "../openapi/clinical-trials-gov-data-api-v2-openapi.yml"

func main() {
	if err := generate(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func generate() error {
	text, err := os.ReadFile(description)
	if err != nil {
		return err
	}
	doc, err := yamltree.Parse(description, text, nil)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("// Code generated from the OpenAPI description by registry/generate; DO NOT EDIT.\n\npackage registry\n\n")
	fmt.Fprintf(&b, "// DefaultBase is the address of the API that the description names.\nconst DefaultBase = %q\n\n", doc.Root.At("servers", "0", "url").Text)
	table(&b, doc, "searchParameters", "/studies", "the search for studies")
	table(&b, doc, "studyParameters", "/studies/{nctId}", "the look-up of one study")
	out, err := format.Source(b.Bytes())
	if err != nil {
		return err
	}
	return os.WriteFile("parameters_gen.go", out, 0o644) //nolint:gosec // a file of the repository
}

func table(b *bytes.Buffer, doc *yamltree.Document, name, path, what string) {
	fmt.Fprintf(b, "// %s are the parameters of %s.\nvar %s = [...]Parameter{\n", name, what, name)
	for _, p := range doc.Root.At("paths", path, "get", "parameters").Items {
		if p.At("in").Text == "query" {
			parameter(b, doc, p)
		}
	}
	b.WriteString("}\n\n")
}

func parameter(b *bytes.Buffer, doc *yamltree.Document, p *yamltree.Node) {
	schema := resolve(doc, p.At("schema"))
	list := text(schema, "type") == "array"
	fmt.Fprintf(b, "{Name: %q, Description: %q", p.At("name").Text, text(p, "description"))
	if list {
		b.WriteString(", List: true")
		number(b, "MinItems", schema.At("minItems"))
		number(b, "MaxItems", schema.At("maxItems"))
		schema = resolve(doc, schema.At("items"))
	}
	fmt.Fprintf(b, ", Type: %q", text(schema, "type"))
	if pattern := text(schema, "pattern"); pattern != "" {
		fmt.Fprintf(b, ", Pattern: %q", pattern)
	}
	number(b, "Minimum", schema.At("minimum"))
	if enum := schema.At("enum"); enum != nil {
		b.WriteString(", Enum: []string{")
		for _, v := range enum.Items {
			b.WriteString(strconv.Quote(v.Text) + ", ")
		}
		b.WriteString("}")
	}
	if example := example(p.At("example")); example != "" {
		fmt.Fprintf(b, ", Example: %q", example)
	}
	b.WriteString("},\n")
}

func example(n *yamltree.Node) string {
	if n == nil || n.IsScalar() {
		return text(n)
	}
	var all []string
	for _, item := range n.Items {
		all = append(all, item.Text)
	}
	return strings.Join(all, "|")
}

func number(b *bytes.Buffer, field string, n *yamltree.Node) {
	if n != nil && n.Text != "0" {
		fmt.Fprintf(b, ", %s: %s", field, n.Text)
	}
}

func text(n *yamltree.Node, path ...string) string {
	if n != nil {
		n = n.At(path...)
	}
	if n == nil {
		return ""
	}
	return n.Text
}

// resolve follows a reference within the description.
func resolve(doc *yamltree.Document, n *yamltree.Node) *yamltree.Node {
	ref := text(n, "$ref")
	if ref == "" {
		return n
	}
	path, err := yamltree.ParsePointer(strings.TrimPrefix(ref, "#"))
	if err != nil {
		return n
	}
	return resolve(doc, doc.Root.At(path...))
}
