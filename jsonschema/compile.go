package jsonschema

import (
	"cmp"
	"math"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/yamltree"
)

// compile reads the keywords of a schema. A keyword whose value is not what
// it should be asks for nothing: that the schema is valid is for its
// metaschema to say.
func (s *Schema) compile() {
	n, k := s.node, &s.k
	if n.Kind == yamltree.Bool {
		verdict := n.Text == "true"
		k.constant = &verdict
		return
	}
	if n.Kind != yamltree.Mapping {
		return
	}
	draft := s.compiler.Draft
	refers := s.reference(draft)
	alone := len(n.Keys) == 1 || draft <= Draft7 && !s.compiler.Siblings
	if refers && alone { // what stands beside a reference is ignored
		k.pure = k.ref != nil && k.dynamic == ""
		return
	}
	s.compileTypes()
	s.compileNumbers(draft)
	s.compileStrings()
	s.compileArrays(draft)
	s.compileObjects(draft)
	s.compileLogic(draft)
}

// reference compiles what a schema refers to.
func (s *Schema) reference(draft Draft) bool {
	found := false
	keys := []string{"$ref"}
	switch {
	case draft == Draft2019:
		keys = append(keys, "$recursiveRef")
	case draft >= Draft2020:
		keys = append(keys, "$dynamicRef")
	}
	for _, key := range keys {
		ref, ok := s.node.Lookup(key).StringValue()
		if !ok || s.compiler.Resolver == nil {
			continue
		}
		found = true
		target, ok := s.compiler.Resolver.Resolve(s.resource, ref)
		if !ok {
			s.k.broken = ref
			continue
		}
		referred := target.Schema
		if referred == nil {
			referred = s.compiler.schema(target.Node, target.Resource, s.strict)
		}
		if s.k.ref == nil {
			s.k.ref = referred
		} else { // both a static and a dynamic reference
			s.k.allOf = append(s.k.allOf, referred)
		}
		switch {
		case key == "$dynamicRef":
			s.k.dynamic = target.Dynamic
		case key == "$recursiveRef" && isTrue(target.Node.Lookup("$recursiveAnchor")):
			s.k.dynamic = recursive
		}
	}
	return found
}

func (s *Schema) sub(key string) *Schema { return s.subschema(s.node.Lookup(key), s.strict) }

// subschema compiles a value that is a schema; nil for others.
func (s *Schema) subschema(n *yamltree.Node, strict bool) *Schema {
	if n == nil || n.Kind != yamltree.Mapping && n.Kind != yamltree.Bool {
		return nil
	}
	return s.compiler.schema(n, s.resource, strict)
}

func (s *Schema) list(key string) []*Schema {
	n := s.node.Lookup(key)
	if n == nil || n.Kind != yamltree.Sequence {
		return nil
	}
	var out []*Schema
	for _, item := range n.Items {
		if sub := s.subschema(item, s.strict); sub != nil {
			out = append(out, sub)
		}
	}
	return out
}

func (s *Schema) number(key string) *float64 {
	n := s.node.Lookup(key)
	if n == nil || n.Kind != yamltree.Number {
		return nil
	}
	return &n.Number
}

func (s *Schema) count(key string) *int {
	f := s.number(key)
	if f == nil || !isWhole(*f) || *f < 0 {
		return nil
	}
	n := int(math.Min(*f, math.MaxInt32))
	return &n
}

func isTrue(n *yamltree.Node) bool { return n != nil && n.Kind == yamltree.Bool && n.Text == "true" }

func isWhole(f float64) bool { return f == math.Trunc(f) && !math.IsInf(f, 0) }

func (s *Schema) compileTypes() {
	k := &s.k
	if t := s.node.Lookup("type"); t != nil {
		k.hasType = true
		k.types = typeNamed(t.Text)
		for _, item := range t.Items {
			k.types |= typeNamed(item.Text)
		}
		// A type that does not exist is for the metaschema to report.
		k.hasType = k.types != 0
	}
	k.nullable = isTrue(s.node.Lookup(cmp.Or(s.compiler.Nullable, "nullable")))
	if enum := s.node.Lookup("enum"); enum != nil && enum.Kind == yamltree.Sequence {
		k.enum = append([]*yamltree.Node{}, enum.Items...)
	}
	if s.compiler.Draft >= Draft6 {
		k.constNode = s.node.Lookup("const")
	}
}

func (s *Schema) compileNumbers(draft Draft) {
	k := &s.k
	k.multipleOf = s.number("multipleOf")
	k.maximum, k.minimum = s.number("maximum"), s.number("minimum")
	k.below, k.above = s.number("exclusiveMaximum"), s.number("exclusiveMinimum")
	if draft == Draft4 {
		if isTrue(s.node.Lookup("exclusiveMaximum")) {
			k.below, k.maximum = k.maximum, nil
		}
		if isTrue(s.node.Lookup("exclusiveMinimum")) {
			k.above, k.minimum = k.minimum, nil
		}
	}
}

func (s *Schema) compileStrings() {
	k := &s.k
	k.maxLength, k.minLength = s.count("maxLength"), s.count("minLength")
	if text, ok := s.node.Lookup("pattern").StringValue(); ok {
		k.pattern, _ = jsonpath.CompileRegexp(text, "u") // one that is invalid matches everything
	}
	k.format, _ = s.node.Lookup("format").StringValue()
}

func (s *Schema) compileArrays(draft Draft) {
	k := &s.k
	k.maxItems, k.minItems = s.count("maxItems"), s.count("minItems")
	k.unique = isTrue(s.node.Lookup("uniqueItems"))
	items := s.node.Lookup("items")
	switch {
	case draft >= Draft2020:
		k.prefix, k.items = s.list("prefixItems"), s.sub("items")
	case items != nil && items.Kind == yamltree.Sequence:
		k.prefix, k.items = s.list("items"), s.sub("additionalItems")
	default:
		k.items = s.sub("items")
	}
	if draft >= Draft6 {
		k.contains = s.sub("contains")
	}
	if draft >= Draft2019 {
		k.minContains, k.maxContains = s.count("minContains"), s.count("maxContains")
		k.unevaluatedItems = s.sub("unevaluatedItems")
		k.collects = k.unevaluatedItems != nil
	}
}

func (s *Schema) compileObjects(draft Draft) {
	k := &s.k
	k.maxProperties, k.minProperties = s.count("maxProperties"), s.count("minProperties")
	properties := s.node.Lookup("properties")
	if properties != nil && properties.Kind == yamltree.Mapping {
		k.properties = make(map[string]*Schema, len(properties.Keys))
		for i, key := range properties.Keys {
			if sub := s.subschema(properties.Items[i], s.strict); sub != nil {
				k.properties[key.Name] = sub
				k.names = append(k.names, key.Name)
			}
		}
	}
	s.compileRequired(properties)
	if patterns := s.node.Lookup("patternProperties"); patterns != nil && patterns.Kind == yamltree.Mapping {
		for i, key := range patterns.Keys {
			re, err := jsonpath.CompileRegexp(key.Name, "u")
			if sub := s.subschema(patterns.Items[i], s.strict); err == nil && sub != nil {
				k.patterns = append(k.patterns, patternSchema{re, key.Name, sub})
			}
		}
	}
	k.additional = s.sub("additionalProperties")
	if draft >= Draft6 {
		k.propertyNames = s.sub("propertyNames")
	}
	if draft >= Draft2019 {
		k.unevaluatedProperties = s.sub("unevaluatedProperties")
		k.collects = k.collects || k.unevaluatedProperties != nil
		s.dependencies(s.node.Lookup("dependentRequired"))
		s.dependencies(s.node.Lookup("dependentSchemas"))
	} else {
		s.dependencies(s.node.Lookup("dependencies"))
	}
}

func (s *Schema) compileRequired(properties *yamltree.Node) {
	required := s.node.Lookup("required")
	if required == nil || required.Kind != yamltree.Sequence {
		return
	}
	for _, item := range required.Items {
		if item.Kind != yamltree.String {
			continue
		}
		if s.compiler.Omits != nil && !s.strict {
			if p := properties.Lookup(item.Text); p != nil && s.omits(p) {
				continue
			}
		}
		s.k.required = append(s.k.required, item.Text)
	}
}

// omits asks for a property whose schema may be a reference.
func (s *Schema) omits(property *yamltree.Node) bool {
	resource := s.resource
	for range maxChain {
		if s.compiler.Omits(property) {
			return true
		}
		ref, ok := property.Lookup("$ref").StringValue()
		if !ok || s.compiler.Resolver == nil {
			return false
		}
		target, ok := s.compiler.Resolver.Resolve(s.compiler.within(property, resource), ref)
		if !ok {
			return false
		}
		property, resource = target.Node, target.Resource
	}
	return false
}

// maxChain bounds a chain of references.
const maxChain = 100

func (s *Schema) dependencies(n *yamltree.Node) {
	if n == nil || n.Kind != yamltree.Mapping {
		return
	}
	for i, key := range n.Keys {
		if list := n.Items[i]; list.Kind == yamltree.Sequence {
			var names []string
			for _, item := range list.Items {
				names = append(names, item.Text)
			}
			if s.k.dependentRequired == nil {
				s.k.dependentRequired = map[string][]string{}
			}
			s.k.dependentRequired[key.Name] = names
			continue
		}
		if sub := s.subschema(n.Items[i], s.strict); sub != nil {
			s.k.dependentSchemas = append(s.k.dependentSchemas, namedSchema{key.Name, sub})
		}
	}
}

func (s *Schema) compileLogic(draft Draft) {
	k := &s.k
	k.not = s.subschema(s.node.Lookup("not"), true)
	k.allOf = append(k.allOf, s.list("allOf")...)
	k.anyOf, k.oneOf = s.list("anyOf"), s.list("oneOf")
	if draft >= Draft7 {
		k.condition, k.then, k.otherwise = s.sub("if"), s.sub("then"), s.sub("else")
	}
}

// Broken returns a reference that leads nowhere, of a schema or of one that it
// leads to.
func (s *Schema) Broken() (ref string, broken bool) {
	seen := map[*Schema]bool{}
	for pending := []*Schema{s}; len(pending) > 0; {
		s := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if s == nil || seen[s] {
			continue
		}
		seen[s] = true
		k := s.words()
		if k.broken != "" {
			return k.broken, true
		}
		pending = append(pending, k.parts()...)
	}
	return "", false
}

// parts are the schemas that a schema leads to.
func (k *keywords) parts() []*Schema {
	out := []*Schema{k.ref, k.items, k.contains, k.unevaluatedItems, k.propertyNames, k.additional, k.unevaluatedProperties, k.not, k.condition, k.then, k.otherwise}
	for _, list := range [][]*Schema{k.prefix, k.allOf, k.anyOf, k.oneOf} {
		out = append(out, list...)
	}
	for _, s := range k.properties {
		out = append(out, s)
	}
	for _, p := range k.patterns {
		out = append(out, p.schema)
	}
	for _, d := range k.dependentSchemas {
		out = append(out, d.schema)
	}
	return out
}
