package model

import (
	"bytes"
	"encoding/json"
	"slices"
	"sort"
)

// termDef is one entry of a JSON-LD context: a name and its definition, which
// is a string or a list of members.
type termDef struct {
	name    string
	iri     string
	coerce  string
	scoped  []termDef
	version bool
}

// BuildContext makes the bundled JSON-LD 1.1 context from the tables: the
// prefixes, then a term for each class with the terms of its members as a
// type-scoped context (JSON-LD 1.1, section 4.1.6).
//
// A scoped context that has nests says that it propagates. The members of a nest
// are those of the node around it (JSON-LD 1.1 API, section 5.1.2, steps 13 and
// 14), so the node's context is in force there, whatever it says; but several
// widely used processors take a nest for a node of its own, where a type-scoped
// context that does not propagate is no longer in force, and lose its members.
// All nodes below have contexts of their own, whose terms win.
func (m *Model) BuildContext() []byte {
	defs := []termDef{{name: "@version", version: true}}
	for _, p := range Prefixes() {
		defs = append(defs, termDef{name: p.Name, iri: p.IRI})
	}
	for _, c := range m.Classes {
		defs = append(defs, termDef{name: c.Name, iri: "ctg:" + c.Name, scoped: m.members(c.Name)})
	}
	defs = append(defs, termDef{name: "Geometry", iri: "geo:Geometry", scoped: m.members("Geometry")})
	var b bytes.Buffer
	b.WriteString("{\n  \"@context\": ")
	writeDefs(&b, defs, "  ")
	b.WriteString("\n}\n")
	return b.Bytes()
}

// Members returns the terms of a class in the bundled context: term, compact
// IRI and datatype, sorted by name.
func (m *Model) members(class string) []termDef {
	seen := map[string]termDef{}
	add := func(term, iri, typ string) {
		seen[term] = termDef{name: term, iri: iri, coerce: coercion(typ)}
	}
	for _, f := range m.Fields {
		switch {
		case f.Kind == Down:
			if f.Subject() == class {
				add(f.Term, f.Property, "string")
			}
		case f.Subject() != class && !(f.Kind == Date && f.Class == class):
		case f.Property == "":
			add(f.Term, "@nest", "")
		default:
			add(f.Term, f.Property, fieldType(f))
			for _, d := range f.Derived() {
				add(d.Term, d.Property, d.Type)
			}
		}
	}
	for _, c := range m.Computed {
		for _, k := range c.Classes {
			if k == class || k == "*" && m.anywhere(c.ID, class) {
				add(c.Term, c.Property, c.Type)
			}
		}
	}
	out := make([]termDef, 0, len(seen))
	for _, d := range seen {
		out = append(out, d)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out
}

// anywhere reports whether nodes of a class can have what is given to nodes of
// every class: an order where they stand in a list of the record, notes on
// empty members where they are objects of the record, and notes on unmapped
// values also where they stand for a place.
func (m *Model) anywhere(id, class string) bool {
	if class == m.Root.Class {
		return id != "order"
	}
	for _, f := range m.Fields {
		if f.Class != class {
			continue
		}
		if f.Kind == Nodes || f.Kind == Node && id != "order" || f.Kind == Nests && id == "unmapped" {
			return true
		}
	}
	return false
}

// fieldType is the type that the context coerces a field to. What depends on
// the value is written as a value object and is not coerced.
func fieldType(f *Field) string {
	switch f.Kind {
	case Date, DateTime:
		return string(f.Kind)
	case GroupRef:
		return "iri"
	}
	return ""
}

func coercion(typ string) string {
	switch typ {
	case "iri":
		return "@id"
	case "date", "duration", "decimal", "integer":
		return "xsd:" + typ
	case "datetime":
		return "xsd:dateTime"
	case "wkt":
		return "geo:wktLiteral"
	}
	return ""
}

func writeDefs(b *bytes.Buffer, defs []termDef, indent string) {
	b.WriteString("{")
	if slices.ContainsFunc(defs, func(d termDef) bool { return d.iri == "@nest" }) {
		b.WriteString("\n" + indent + `  "@propagate": true,`)
	}
	for i, d := range defs {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n" + indent + "  " + quote(d.name) + ": ")
		writeDef(b, d, indent+"  ")
	}
	b.WriteString("\n" + indent + "}")
}

func writeDef(b *bytes.Buffer, d termDef, indent string) {
	switch {
	case d.version:
		b.WriteString("1.1")
	case d.scoped != nil:
		b.WriteString("{ \"@id\": " + quote(d.iri) + ", \"@context\": ")
		writeDefs(b, d.scoped, indent)
		b.WriteString(" }")
	case d.coerce != "":
		b.WriteString("{ \"@id\": " + quote(d.iri) + ", \"@type\": " + quote(d.coerce) + " }")
	default:
		b.WriteString(quote(d.iri))
	}
}

func quote(s string) string {
	q, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(q)
}
