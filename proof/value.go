package proof

import (
	"slices"
	"strings"

	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/yamltree"
)

// Values that are tried in the place of another: one of each kind that any
// function tells apart, and those that the options of the function speak of.

// plainValues has the falsy values of JavaScript first.
func plainValues() []*yamltree.Node {
	return []*yamltree.Node{
		null(), boolean(false), number(0), text(""), list(), object(),
		text("x"), text("Some Words, of 1st-Class?"), number(7), boolean(true), list(text("x")), member(object(), "x", text("x")),
	}
}

// wantedValues are values that the options of a function make interesting.
func wantedValues(then rules.Then) []*yamltree.Node {
	var out []*yamltree.Node
	switch then.Function {
	case "pattern":
		for _, option := range []string{"match", "notMatch"} {
			if p := then.Options.Lookup(option); p != nil {
				out = append(out, texts(spoiled(words(p.Text)))...)
			}
		}
	case "casing":
		out = texts([]string{"twowords", "twoWords", "TwoWords", "two-words", "TWO-WORDS", "two_words", "TWO_WORDS", "word1", "two words"})
	case "enumeration":
		if values := then.Options.Lookup("values"); values != nil {
			out = append(out, values.Items[:min(len(values.Items), 40)]...)
		}
	case "length":
		out = lengths(then.Options)
	case "schema":
		if schema := then.Options.Lookup("schema"); schema != nil {
			out = instances(schema, 0)
		}
	case "xor", "or":
		out = owners(then.Options.Lookup("properties"))
	case "alphabetical":
		out = orders(then.Options.Lookup("keyedBy"))
	}
	return out
}

func texts(words []string) []*yamltree.Node {
	var out []*yamltree.Node
	for _, w := range words {
		out = append(out, text(w))
	}
	return out
}

// spoiled are words and what becomes of them when an end is cut off or added
// to, or their case changes.
func spoiled(words []string) []string {
	out := slices.Clone(words)
	for _, w := range words {
		out = append(out, w+"x", "x"+w, w+"/", strings.ToUpper(w), strings.ToLower(w), w+w)
		if len(w) > 1 {
			out = append(out, w[1:], w[:len(w)-1])
		}
	}
	return out
}

func lengths(options *yamltree.Node) []*yamltree.Node {
	var out []*yamltree.Node
	for _, option := range []string{"min", "max"} {
		bound := options.Lookup(option)
		if bound == nil {
			continue
		}
		for n := int(bound.Number) - 1; n <= int(bound.Number)+1; n++ {
			if n < 0 || n > 10_000 {
				continue
			}
			out = append(out, text(strings.Repeat("x", n)), number(n), list(texts(slices.Repeat([]string{"x"}, n))...))
		}
	}
	return out
}

// owners are mappings that have each one, none, and all of some keys.
func owners(names *yamltree.Node) []*yamltree.Node {
	out := []*yamltree.Node{object()}
	if names == nil {
		return out
	}
	all := object()
	for _, name := range names.Items {
		out = append(out, member(object(), name.Text, text("x")))
		all = member(all, name.Text, text("x"))
	}
	return append(out, all)
}

func orders(keyedBy *yamltree.Node) []*yamltree.Node {
	a, b := text("a"), text("b")
	if keyedBy != nil {
		a, b = member(object(), keyedBy.Text, a), member(object(), keyedBy.Text, b)
	}
	return []*yamltree.Node{list(a, b), list(b, a)}
}

// instances are values that a JSON Schema accepts, and values that each of its
// keywords refuses, as far as simple ones can be made.
func instances(schema *yamltree.Node, depth int) []*yamltree.Node {
	if schema.Kind != yamltree.Mapping || depth > 4 {
		return nil
	}
	var out []*yamltree.Node
	for i, key := range schema.Keys {
		out = append(out, keywordInstances(key.Name, schema.Items[i], depth)...)
	}
	return append(out, composed(schema, depth))
}

func keywordInstances(keyword string, value *yamltree.Node, depth int) []*yamltree.Node {
	var out []*yamltree.Node
	switch keyword {
	case "const":
		return []*yamltree.Node{value}
	case "enum":
		return value.Items[:min(len(value.Items), 20)]
	case "pattern":
		return texts(spoiled(words(value.Text)))
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
		return []*yamltree.Node{number(int(value.Number) - 1), number(int(value.Number)), number(int(value.Number) + 1)}
	case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
		n := min(max(int(value.Number), 0), 1000)
		for _, k := range []int{max(n-1, 0), n, n + 1} {
			out = append(out, text(strings.Repeat("x", k)), list(texts(slices.Repeat([]string{"x"}, k))...), owned(k))
		}
	case "required":
		return owners(value)
	case "properties", "patternProperties":
		for i, key := range value.Keys {
			for _, v := range append(instances(value.Items[i], depth+1), text("x"), null()) {
				for _, name := range propertyWords(keyword, key.Name) {
					out = append(out, member(object(), name, v))
				}
			}
		}
	case "items", "contains":
		for _, v := range append(instances(value, depth+1), text("x")) {
			out = append(out, list(v))
		}
	case "uniqueItems":
		return []*yamltree.Node{list(text("x"), text("x")), list(text("x"), text("y"))}
	case "allOf", "anyOf", "oneOf":
		for _, part := range value.Items {
			out = append(out, instances(part, depth+1)...)
		}
	case "not", "if", "then", "else", "additionalProperties", "propertyNames":
		out = instances(value, depth+1)
	}
	return out
}

func propertyWords(keyword, name string) []string {
	if keyword == "properties" {
		return []string{name}
	}
	return words(name)
}

func owned(n int) *yamltree.Node {
	out := object()
	for i := range n {
		out = member(out, "x"+strings.Repeat("x", i), text("x"))
	}
	return out
}

// composed is one value that satisfies all keywords at once, as far as that
// is simple: required properties by their schemas, contained items all in one
// list.
func composed(schema *yamltree.Node, depth int) *yamltree.Node {
	if depth > 4 || schema.Kind != yamltree.Mapping {
		return text("x")
	}
	for _, keyword := range []string{"const", "default", "example"} {
		if v := schema.Lookup(keyword); v != nil {
			return v
		}
	}
	if v := schema.Lookup("enum"); v != nil && len(v.Items) > 0 {
		return v.Items[0]
	}
	if v := schema.Lookup("pattern"); v != nil {
		if w := words(v.Text); len(w) > 0 {
			return text(w[0])
		}
	}
	parts := composedParts(schema, depth)
	switch kind := typeOf(schema, parts); kind {
	case "array":
		return list(parts.items...)
	case "object":
		return parts.object
	case "integer", "number":
		return number(composedNumber(schema))
	case "boolean":
		return boolean(true)
	case "null":
		return null()
	}
	n := 1
	if v := schema.Lookup("minLength"); v != nil {
		n = max(int(v.Number), 1)
	}
	return text(strings.Repeat("x", min(n, 1000)))
}

func composedNumber(schema *yamltree.Node) int {
	if v := schema.Lookup("minimum"); v != nil {
		return int(v.Number)
	}
	if v := schema.Lookup("maximum"); v != nil {
		return int(v.Number)
	}
	return 1
}

type parts struct {
	items  []*yamltree.Node
	object *yamltree.Node
}

func composedParts(schema *yamltree.Node, depth int) parts {
	p := parts{object: object()}
	properties := schema.Lookup("properties")
	if required := schema.Lookup("required"); required != nil {
		for _, name := range required.Items {
			v := text("x")
			if s := properties.Lookup(name.Text); s != nil {
				v = composed(s, depth+1)
			}
			p.object = member(p.object, name.Text, v)
		}
	}
	if contained := schema.Lookup("contains"); contained != nil {
		p.items = append(p.items, composed(contained, depth+1))
	}
	if n := schema.Lookup("minItems"); n != nil {
		for len(p.items) < min(int(n.Number), 50) {
			item := text("x")
			if s := schema.Lookup("items"); s != nil {
				item = composed(s, depth+1)
			}
			p.items = append(p.items, item)
		}
	}
	if all := schema.Lookup("allOf"); all != nil {
		for _, part := range all.Items {
			v := composed(part, depth+1)
			switch v.Kind {
			case yamltree.Sequence:
				p.items = append(p.items, v.Items...)
			case yamltree.Mapping:
				for i, key := range v.Keys {
					if p.object.Index(key.Name) < 0 {
						p.object = member(p.object, key.Name, v.Items[i])
					}
				}
			}
		}
	}
	return p
}

func typeOf(schema *yamltree.Node, p parts) string {
	t := schema.Lookup("type")
	switch {
	case t != nil && t.Kind == yamltree.String:
		return t.Text
	case t != nil && len(t.Items) > 0:
		return t.Items[0].Text
	case len(p.items) > 0 || schema.Lookup("items") != nil:
		return "array"
	case len(p.object.Items) > 0 || schema.Lookup("properties") != nil:
		return "object"
	}
	return ""
}
