package model

import (
	"fmt"
	"strings"
)

// BuildShapes makes the SHACL shapes, as Turtle: one for each class, from the
// tables, and the rules of quality-shapes.ttl after them. A violation is what
// the registry guarantees not to happen; a code that is on no list is a
// warning, since lists grow.
func (m *Model) BuildShapes() []byte {
	t := newTurtle(append(Prefixes(), shPrefix, Prefix{"tws", DefaultBase + "shapes/"})...)
	for _, c := range m.Classes {
		if props := m.shapeOf(c.Name); len(props) > 0 {
			pairs := [][2]string{{"a", "sh:NodeShape"}, {"sh:targetClass", "ctg:" + c.Name}, {"sh:nodeKind", "sh:IRI"}}
			for _, p := range props {
				pairs = append(pairs, [2]string{"sh:property", p})
			}
			t.subject("tws:"+c.Name, pairs...)
		}
	}
	return append(t.bytes(), bundled("quality-shapes.ttl")...)
}

// shapeOf returns the property shapes of a class.
func (m *Model) shapeOf(class string) []string {
	var out []string
	seen := map[string]bool{}
	add := func(path, rest string) {
		if !seen[path] {
			seen[path] = true
			out = append(out, "[ sh:path "+path+" "+rest+"]")
		}
	}
	for _, f := range m.Fields {
		if f.Property == "" || f.carrier() != class {
			continue
		}
		add(f.Property, f.constraint())
		if f.Kind == Enum {
			out = append(out, "[ sh:path "+f.Property+" ; sh:in ( "+m.codes(f.Enum)+" ) ; sh:severity sh:Warning ]")
		}
		for _, d := range f.Derived() {
			add(d.Property, derivedConstraint(f, d))
		}
	}
	for _, c := range m.Computed {
		for _, k := range c.Classes {
			if k == class {
				add(c.Property, typeConstraint(rangeOf(c.Type)))
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
	r := f.ranges()
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
