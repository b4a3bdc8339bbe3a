package model

import (
	"fmt"
	"strings"
)

// BuildShapes makes the SHACL shapes, as Turtle: one for each class, from the
// tables, and the rules of quality-shapes.ttl after them. Every property shape
// has a name, by which reports and tests call it. A violation is what the
// registry guarantees not to happen; a code that is on no list is a warning,
// since lists grow.
func (m *Model) BuildShapes() []byte {
	t := newTurtle(append(Prefixes(), shPrefix, Prefix{"tws", NSShapes})...)
	for _, c := range m.Classes {
		shapes := m.shapesOf(c.Name)
		if len(shapes) == 0 {
			continue
		}
		pairs := [][2]string{{"a", "sh:NodeShape"}, {"sh:targetClass", "ctg:" + c.Name}, {"sh:nodeKind", "sh:IRI"}}
		for _, p := range shapes {
			pairs = append(pairs, [2]string{"sh:property", p.name})
		}
		t.subject("tws:"+c.Name, pairs...)
		t.b.WriteByte('\n')
		for _, p := range shapes {
			fmt.Fprintf(&t.b, "%s a sh:PropertyShape ; sh:path %s %s .\n", p.name, p.path, strings.TrimSpace(p.says))
		}
	}
	return append(t.bytes(), bundled("quality-shapes.ttl")...)
}

// propertyShape is a property shape on its way into the document.
type propertyShape struct{ name, path, says string }

// shapesOf returns the property shapes of a class.
func (m *Model) shapesOf(class string) []propertyShape {
	var out []propertyShape
	seen := map[string]bool{}
	add := func(path, suffix, says string) {
		if seen[path+suffix] {
			return
		}
		seen[path+suffix] = true
		prefix, local, _ := strings.Cut(path, ":")
		name := "tws:" + class + "-" + local + suffix
		if seen[name] {
			name = "tws:" + class + "-" + prefix + "-" + local + suffix
		}
		seen[name] = true
		out = append(out, propertyShape{name, path, says})
	}
	for _, f := range m.Fields {
		if f.Property == "" || f.carrier() != class {
			continue
		}
		add(f.Property, "", f.constraint())
		if f.Kind == Enum {
			add(f.Property, "-codes", "; sh:in ( "+m.codes(f.Enum)+" ) ; sh:severity sh:Warning")
		}
		for _, d := range f.Derived() {
			add(d.Property, "", derivedConstraint(f, d))
		}
	}
	for _, c := range m.Computed {
		for _, k := range c.Classes {
			if k == class {
				add(c.Property, "", typeConstraint(rangeOf(c.Type)))
			}
		}
	}
	return out
}

// constraint is what a property shape says of a field.
func (f *Field) constraint() string {
	var b strings.Builder
	if f.Kind != Nodes && !f.List && f.Kind != GroupRef {
		b.WriteString("; sh:maxCount 1 ")
	}
	r := f.Ranges()
	switch {
	case f.Kind == Node || f.Kind == Nodes:
		fmt.Fprintf(&b, "; sh:class %s ; sh:nodeKind sh:IRI ", r[0])
	case len(r) > 1:
		b.WriteString("; sh:or ( ")
		for _, d := range r {
			fmt.Fprintf(&b, "[ sh:datatype %s ] ", d)
		}
		b.WriteString(") ")
	default:
		b.WriteString(typeConstraint(r[0]))
	}
	return b.String()
}

func typeConstraint(r string) string {
	if r == "iri" {
		return "; sh:nodeKind sh:IRI "
	}
	return "; sh:datatype " + r + " "
}

func derivedConstraint(f *Field, d Derived) string {
	c := typeConstraint(rangeOf(d.Type))
	if !f.List || d.Role == "order" {
		c += "; sh:maxCount 1 "
	}
	return c
}

func (m *Model) codes(scheme string) string {
	var out []string
	for _, c := range m.Concepts {
		if c.Scheme == scheme {
			out = append(out, literal(c.Code))
		}
	}
	return strings.Join(out, " ")
}
