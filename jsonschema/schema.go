// Package jsonschema validates trees of YAML and JSON against JSON Schema of
// the drafts 4, 6, 7, 2019-09 and 2020-12.
//
// A schema is compiled where it stands: references are followed, not written
// out, each schema is compiled once, when a value first needs it, and each
// pair of a schema and a value is judged once. The time of a validation is
// bounded by a number of steps.
package jsonschema

import (
	"sync"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/yamltree"
)

// Draft is a version of JSON Schema.
type Draft int

// The drafts, in their order.
const (
	Draft4 Draft = iota
	Draft6
	Draft7
	Draft2019
	Draft2020
)

// Resolver finds what references mean.
type Resolver interface {
	// Resolve returns what a reference means that stands in a resource; ok is
	// false where it leads nowhere.
	Resolve(from *Resource, ref string) (target Target, ok bool)
	// Within returns the resource that the value of a schema is part of, where
	// the schema that it stands in is part of another one.
	Within(n *yamltree.Node, outer *Resource) *Resource
}

// Target is what a reference leads to.
type Target struct {
	Node     *yamltree.Node
	Resource *Resource
	// Dynamic is the name of the dynamic anchor by which Node was found.
	Dynamic string
	// Schema is the target, where another compiler compiles it.
	Schema *Schema
}

// Compiler compiles the schemas of one document and of those that it refers
// to. It is safe for use by several goroutines.
type Compiler struct {
	// Draft is the draft that schemas are of.
	Draft Draft
	// Resolver finds what references mean; a schema with one that it does not
	// find accepts everything at that place.
	Resolver Resolver
	// Omits reports whether a property may be left out although it is
	// required; nil means that none may.
	Omits func(property *yamltree.Node) bool
	// Siblings makes what stands beside a reference count in the drafts before
	// 2019-09 too, as the validators of JavaScript have it.
	Siblings bool
	// Nullable is the keyword that allows null beside the types of a schema;
	// default "nullable".
	Nullable string
	// Replace returns the schema that judges a value in place of a schema; nil
	// keeps it.
	Replace func(schema, value *yamltree.Node, o *Options) *Schema

	lock    sync.Mutex
	schemas map[schemaKey]*Schema
}

type schemaKey struct {
	node   *yamltree.Node
	strict bool
}

// Schema is a schema that values are judged by.
type Schema struct {
	node     *yamltree.Node
	resource *Resource
	compiler *Compiler
	// strict keeps required properties required: a schema below "not".
	strict bool
	once   sync.Once
	k      keywords
	// different are the conjuncts, once all was asked for them.
	all       sync.Once
	different []*Schema
}

// Node returns the schema as it is written.
func (s *Schema) Node() *yamltree.Node { return s.node }

// Part returns the schema that stands at a path below this one, in the same
// resource; nil where there is none.
func (s *Schema) Part(path ...string) *Schema {
	n := s.node.At(path...)
	if n == nil {
		return nil
	}
	return s.compiler.schema(n, s.resource, s.strict)
}

// keywords is what a schema asks for.
type keywords struct {
	// constant is the verdict of a schema that is true or false.
	constant *bool
	ref      *Schema
	// pure tells that the schema is the reference alone.
	pure bool
	// broken is a reference that leads nowhere.
	broken string
	// dynamic is the name of the anchor that a dynamic reference looks for.
	dynamic string

	types     typeSet
	hasType   bool
	nullable  bool
	enum      []*yamltree.Node
	constNode *yamltree.Node

	maximum, minimum, above, below, multipleOf *float64

	maxLength, minLength *int
	pattern              *jsonpath.Regexp
	format               string

	maxItems, minItems       *int
	unique                   bool
	prefix                   []*Schema
	items                    *Schema
	contains                 *Schema
	minContains, maxContains *int
	unevaluatedItems         *Schema

	maxProperties, minProperties *int
	required                     []string
	dependentRequired            map[string][]string
	dependentSchemas             []namedSchema
	propertyNames                *Schema
	properties                   map[string]*Schema
	names                        []string
	patterns                     []patternSchema
	additional                   *Schema
	unevaluatedProperties        *Schema

	not, condition, then, otherwise *Schema
	allOf, anyOf, oneOf             []*Schema

	// collects tells that a verdict depends on what was evaluated here.
	collects bool
}

type namedSchema struct {
	name   string
	schema *Schema
}

type patternSchema struct {
	pattern *jsonpath.Regexp
	text    string
	schema  *Schema
}

// Schema returns the schema that a node is, in a resource.
func (c *Compiler) Schema(n *yamltree.Node, in *Resource) *Schema { return c.schema(n, in, false) }

func (c *Compiler) schema(n *yamltree.Node, in *Resource, strict bool) *Schema {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.schemas == nil {
		c.schemas = map[schemaKey]*Schema{}
	}
	key := schemaKey{n, strict && c.Omits != nil}
	if s := c.schemas[key]; s != nil {
		return s
	}
	s := &Schema{node: n, resource: c.within(n, in), compiler: c, strict: key.strict}
	c.schemas[key] = s
	return s
}

func (c *Compiler) within(n *yamltree.Node, outer *Resource) *Resource {
	if c.Resolver == nil {
		return outer
	}
	return c.Resolver.Within(n, outer)
}

func (s *Schema) words() *keywords {
	s.once.Do(s.compile)
	return &s.k
}

// conjuncts are the different schemas of allOf. What is nothing but a reference
// within the resource stands for what it leads to, so that of many references
// each schema is asked once.
func (s *Schema) conjuncts() []*Schema {
	k := s.words()
	if s.compiler.Replace != nil || len(k.allOf) < 2 {
		return k.allOf
	}
	s.all.Do(func() {
		seen := map[*Schema]bool{}
		for _, part := range k.allOf {
			part = part.end()
			if !seen[part] {
				seen[part] = true
				s.different = append(s.different, part)
			}
		}
	})
	return s.different
}

// end follows references within the resource as long as there is nothing
// beside them.
func (s *Schema) end() *Schema {
	at := s
	for range maxChain {
		k := at.words()
		if !k.pure || k.ref.resource != s.resource {
			return at
		}
		at = k.ref
	}
	return s
}

type typeSet uint8

const (
	typeNull typeSet = 1 << iota
	typeBoolean
	typeInteger
	typeNumber
	typeString
	typeArray
	typeObject
)

func typeNamed(name string) typeSet {
	switch name {
	case "null":
		return typeNull
	case "boolean":
		return typeBoolean
	case "integer":
		return typeInteger
	case "number":
		return typeNumber | typeInteger
	case "string":
		return typeString
	case "array":
		return typeArray
	case "object":
		return typeObject
	}
	return 0
}

// names lists the types of a set.
func (t typeSet) names() []string {
	var out []string
	for _, name := range []string{"object", "array", "string", "number", "integer", "boolean", "null"} {
		switch set := typeNamed(name); {
		case name == "integer" && t&typeNumber != 0:
		case t&set == set:
			out = append(out, name)
		}
	}
	return out
}

func typeOf(n *yamltree.Node) typeSet {
	switch n.Kind {
	case yamltree.Null:
		return typeNull
	case yamltree.Bool:
		return typeBoolean
	case yamltree.Number:
		if isWhole(n.Number) {
			return typeInteger
		}
		return typeNumber
	case yamltree.String:
		return typeString
	case yamltree.Sequence:
		return typeArray
	}
	return typeObject
}
