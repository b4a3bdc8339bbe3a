package jsonschema

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/yamltree"
)

//go:embed metaschemas.yml
var metaschemasText []byte

// DraftOf returns the draft that the value of $schema names; ok is false for
// one that is unknown.
func DraftOf(uri string) (Draft, bool) {
	switch uri = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(uri, "https://"), "http://"), "#"); uri {
	case "json-schema.org/draft-04/schema":
		return Draft4, true
	case "json-schema.org/draft-06/schema":
		return Draft6, true
	case "json-schema.org/draft-07/schema":
		return Draft7, true
	case "json-schema.org/draft/2019-09/schema":
		return Draft2019, true
	case "json-schema.org/draft/2020-12/schema", "json-schema.org/schema":
		return Draft2020, true
	}
	return Draft2020, false
}

// Metaschemas are the schemas that schemas of each draft are judged by. They
// follow a $schema that a schema has to the draft that it names.
type Metaschemas struct {
	drafts   [Draft2020 + 1]*Schema
	anything *Schema
	// roots holds the draft of each metaschema.
	roots map[*yamltree.Node]Draft
}

// NewMetaschemas makes the metaschemas. The properties of extra, where it is
// not nil, are those that a schema of draft 2020-12 has in addition.
func NewMetaschemas(extra *yamltree.Node) *Metaschemas {
	m := &Metaschemas{roots: map[*yamltree.Node]Draft{}}
	compiler := func() *Compiler { return &Compiler{Draft: Draft2020, Resolver: metaResolver{}, Replace: m.replace} }
	source := metaschemaSource()
	for draft := range m.drafts {
		root := metaschema(source, Draft(draft))
		if Draft(draft) == Draft2020 && extra != nil {
			properties := root.Lookup("properties")
			properties.Keys = append(properties.Keys, extra.Keys...)
			properties.Items = append(properties.Items, extra.Items...)
		}
		m.roots[root] = Draft(draft)
		m.drafts[draft] = compiler().Schema(root, &Resource{Node: root})
	}
	always := &yamltree.Node{Kind: yamltree.Bool, Text: "true"}
	m.anything = compiler().Schema(always, &Resource{Node: always})
	return m
}

// Draft returns the schema that schemas of a draft are judged by.
func (m *Metaschemas) Draft(d Draft) *Schema { return m.drafts[d] }

var standard = sync.OnceValue(func() *Metaschemas { return NewMetaschemas(nil) })

// target returns what a fragment means in the metaschema of a draft.
func (m *Metaschemas) target(d Draft, fragment string) (Target, bool) {
	root := m.drafts[d]
	p, ok := root.resource.Find(fragment)
	if !ok {
		return Target{}, false
	}
	return Target{Node: p.Node, Resource: root.resource, Schema: root.compiler.Schema(p.Node, root.resource)}, true
}

// Anything returns a schema that holds for every value.
func (m *Metaschemas) Anything() *Schema { return m.anything }

var metaschemaSource = sync.OnceValue(func() *yamltree.Node {
	doc, err := yamltree.Parse("metaschemas.yml", metaschemasText, nil)
	if err != nil {
		panic(err) // it is part of the program, and a test reads it
	}
	return doc.Root
})

// metaschema puts the metaschema of a draft together.
func metaschema(source *yamltree.Node, draft Draft) *yamltree.Node {
	properties := &yamltree.Node{Kind: yamltree.Mapping}
	for _, k := range source.Lookup("keywords").Items {
		from, to := k.Lookup("from"), k.Lookup("to")
		if from != nil && int(draft) < int(from.Number) || to != nil && int(draft) > int(to.Number) {
			continue
		}
		properties.Keys = append(properties.Keys, yamltree.Key{Name: k.Lookup("name").Text})
		properties.Items = append(properties.Items, k.Lookup("schema"))
	}
	kinds := &yamltree.Node{Kind: yamltree.Sequence, Items: []*yamltree.Node{{Kind: yamltree.String, Text: "object"}}}
	if draft > Draft4 {
		kinds.Items = append(kinds.Items, &yamltree.Node{Kind: yamltree.String, Text: "boolean"})
	}
	return &yamltree.Node{
		Kind:  yamltree.Mapping,
		Keys:  []yamltree.Key{{Name: "type"}, {Name: "properties"}, {Name: "$defs"}, {Name: "definitions"}},
		Items: []*yamltree.Node{kinds, properties, source.Lookup("definitions"), source.Lookup("definitions")},
	}
}

// replace follows $schema, and lets pass what stands beside a reference where
// that is ignored.
func (m *Metaschemas) replace(schema, value *yamltree.Node, _ *Options) *Schema {
	draft, ok := m.roots[schema]
	if !ok {
		return nil
	}
	if value.Kind == yamltree.Mapping && value.Index("$schema") >= 0 {
		named, known := DraftOf(value.Lookup("$schema").Text)
		switch {
		case !known:
			return m.anything
		case named != draft:
			return m.drafts[named]
		}
	}
	if ref := value.Lookup("$ref"); draft <= Draft7 && ref != nil && ref.Kind == yamltree.String {
		return m.anything
	}
	return nil
}

// metaResolver resolves the references of the metaschemas, which lead to their
// root or to one of their definitions.
type metaResolver struct{}

func (metaResolver) Within(_ *yamltree.Node, outer *Resource) *Resource { return outer }

func (metaResolver) Resolve(from *Resource, ref string) (Target, bool) {
	p, ok := from.Find(strings.TrimPrefix(ref, "#"))
	return Target{Node: p.Node, Resource: from}, ok
}
