package model

import (
	"fmt"
	"testing"
)

func TestEveryTermOfAClassMeansOneThing(t *testing.T) {
	m := Default()
	seen := map[string]string{}
	for _, f := range m.Fields {
		if f.Kind == Down {
			continue
		}
		key := f.Subject() + "." + f.Term
		meaning := f.Property
		if meaning == "" {
			meaning = "@nest"
		}
		if old, ok := seen[key]; ok && old != meaning {
			t.Errorf("%s means %s and %s", key, old, meaning)
		}
		seen[key] = meaning
		for _, d := range f.Derived() {
			key := f.Subject() + "." + d.Term
			if old, ok := seen[key]; ok && old != d.Property {
				t.Errorf("%s means %s and %s", key, old, d.Property)
			}
			seen[key] = d.Property
		}
	}
	for _, c := range m.Computed {
		for _, class := range c.Classes {
			key := class + "." + c.Term
			if old, ok := seen[key]; ok && old != c.Property {
				t.Errorf("%s means %s and %s", key, old, c.Property)
			}
		}
	}
}

// TestNoTermReachesANodeOfAnotherClass: scoped contexts with nests propagate, so
// their terms are in force in the nodes below. What stands there under a name
// that the context does not know, the titles and units that further nodes carry,
// must be unknown to the classes around it too.
func TestNoTermReachesANodeOfAnotherClass(t *testing.T) {
	m, looked := Default(), 0
	for _, f := range m.Fields {
		if f.Kind != Down {
			continue
		}
		for around := f.Parent; around != nil; around = around.Parent {
			if around != m.Root && around.Kind != Node && around.Kind != Nodes {
				continue // a place, which has no node around its title
			}
			for _, d := range m.members(around.Class) {
				looked++
				if d.name == f.Term {
					t.Errorf("%s: its term %s means %s around it, in %s", f.Path, f.Term, d.iri, around.Class)
				}
			}
		}
	}
	if looked == 0 {
		t.Error("nothing was looked at")
	}
}

// TestEveryPropertyOfAClassComesFromOneTerm is what makes a record restorable:
// one property of a class, one field.
func TestEveryPropertyOfAClassComesFromOneTerm(t *testing.T) {
	seen := map[string]string{}
	for _, f := range Default().Fields {
		if f.Property == "" || f.Kind == Down {
			continue
		}
		key := f.Subject() + " " + f.Property
		if old, ok := seen[key]; ok && old != f.Term {
			t.Errorf("%s comes from %s and %s", key, old, f.Term)
		}
		seen[key] = f.Term
	}
}

func TestTables(t *testing.T) {
	m := Default()
	leaves := 0
	classes := map[string]bool{}
	for _, c := range m.Classes {
		classes[c.Name] = true
	}
	for _, f := range m.Fields {
		if f.Leaf() {
			leaves++
		}
		if f.Class != "" && !classes[f.Class] {
			t.Errorf("%s: class %s is not in classes.tsv", f.Path, f.Class)
		}
		if f.Leaf() && f.Property == "" {
			t.Errorf("%s has no property", f.Path)
		}
		if (f.Kind == Node || f.Kind == Nodes || f.Kind == Nests || f.Kind == GroupRef) && f.Node == "" {
			t.Errorf("%s has no IRI pattern", f.Path)
		}
		if f.Kind == Enum && m.concepts(f.Enum) == 0 {
			t.Errorf("%s: scheme %s is not in enums.tsv", f.Path, f.Enum)
		}
	}
	// The field tree has 342 leaves. geoPoint, one of them, has two members in
	// the OpenAPI description, which also knows minBmi and maxBmi. Twelve are
	// of classic XML alone.
	if leaves != 342-1+4+12 {
		t.Errorf("%d leaves, expected 357", leaves)
	}
}

func (m *Model) concepts(scheme string) int {
	n := 0
	for _, c := range m.Concepts {
		if c.Scheme == scheme {
			n++
		}
	}
	return n
}

func ExampleSnake() {
	fmt.Println(Snake("isFdaRegulatedDrug"), Snake("fdaaa801Violation"))
	// Output: is_fda_regulated_drug fdaaa801_violation
}
