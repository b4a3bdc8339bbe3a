package rdf

import (
	"encoding/xml"
	"slices"
	"strings"
)

// literal reads the content of a property element as an XML literal: exclusive
// canonical XML with comments (RDF 1.1 XML Syntax, section 7.2.17), which
// declares a namespace where a name first uses it.
func (r *xmlReader) literal(property *xmlElement) string {
	var b strings.Builder
	open := []*xmlElement{}
	declared := []map[string]string{{}}
	for {
		switch token := r.next().(type) {
		case nil:
			return ""
		case xml.StartElement:
			outer := property.scope
			if len(open) > 0 {
				outer = open[len(open)-1].scope
			}
			e := r.tokens.element(token, outer)
			open = append(open, e)
			declared = append(declared, writeStart(&b, e, declared[len(declared)-1]))
		case xml.EndElement:
			if len(open) == 0 {
				return b.String()
			}
			b.WriteString("</" + qualified(token.Name) + ">")
			open, declared = open[:len(open)-1], declared[:len(declared)-1]
		case xml.CharData:
			_, _ = literalText().WriteString(&b, string(token)) // a builder takes everything
		case xml.Comment:
			b.WriteString("<!--" + string(token) + "-->")
		case xml.ProcInst:
			b.WriteString("<?" + strings.TrimSpace(token.Target+" "+string(token.Inst)) + "?>")
		}
	}
}

func literalText() *strings.Replacer {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
}

func literalAttribute() *strings.Replacer {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
}

// writeStart writes a start tag with the declarations that it needs beyond
// those of the tags around it, and returns what holds inside.
func writeStart(b *strings.Builder, e *xmlElement, declared map[string]string) map[string]string {
	inside := make(map[string]string, len(declared))
	for prefix, space := range declared {
		inside[prefix] = space
	}
	needed := map[string]string{e.prefix: e.space}
	for _, a := range e.attributes {
		if a.prefix != "" && a.prefix != "xml" {
			needed[a.prefix] = a.space
		}
	}
	b.WriteString("<" + qualified(xml.Name{Space: e.prefix, Local: e.local}))
	for _, prefix := range sortedKeys(needed) {
		if space := needed[prefix]; inside[prefix] != space {
			inside[prefix] = space
			b.WriteString(" " + strings.TrimSuffix("xmlns:"+prefix, ":") + `="` + literalAttribute().Replace(space) + `"`)
		}
	}
	writeAttributes(b, e.attributes)
	b.WriteByte('>')
	return inside
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func writeAttributes(b *strings.Builder, attributes []xmlAttribute) {
	slices.SortFunc(attributes, func(x, y xmlAttribute) int {
		if x.space != y.space {
			return strings.Compare(x.space, y.space)
		}
		return strings.Compare(x.local, y.local)
	})
	for _, a := range attributes {
		b.WriteString(" " + qualified(xml.Name{Space: a.prefix, Local: a.local}) + `="` + literalAttribute().Replace(a.value) + `"`)
	}
}
