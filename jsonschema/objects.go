package jsonschema

import (
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/yamltree"
)

// objects judges the properties of an object.
func (f *frame) objects() {
	if f.n.Kind != yamltree.Mapping {
		return
	}
	k, n := f.k, len(f.n.Items)
	if k.maxProperties != nil && n > *k.maxProperties {
		f.fail(Error{Keyword: "maxProperties", says: "has " + wording.Count(n, "property") + ", expected at most " + strconv.Itoa(*k.maxProperties)})
	}
	if k.minProperties != nil && n < *k.minProperties {
		f.fail(Error{Keyword: "minProperties", says: "has " + wording.Count(n, "property") + ", expected at least " + strconv.Itoa(*k.minProperties)})
	}
	f.requires()
	f.depends()
	if k.propertyNames != nil {
		f.names()
	}
	if k.properties != nil || k.patterns != nil || k.additional != nil {
		f.members()
	}
}

func (f *frame) requires() {
	for _, name := range f.k.required {
		if f.done() {
			return
		}
		if f.n.Index(name) < 0 {
			f.fail(Error{Keyword: "required", Names: []string{name}, says: "has no property " + strconv.Quote(name)})
		}
	}
}

func (f *frame) depends() {
	for _, key := range f.n.Keys {
		for _, name := range f.k.dependentRequired[key.Name] {
			if f.n.Index(name) < 0 && !f.done() {
				f.fail(Error{Keyword: "dependentRequired", Names: []string{name}, says: "has no property " + strconv.Quote(name) + ", which " + strconv.Quote(key.Name) + " requires"})
			}
		}
	}
	for _, d := range f.k.dependentSchemas {
		if f.n.Index(d.name) >= 0 {
			f.apply(d.schema)
		}
	}
}

// names judges the names of the properties.
func (f *frame) names() {
	for _, key := range f.n.Keys {
		if f.done() {
			return
		}
		name := &yamltree.Node{Kind: yamltree.String, Text: key.Name}
		errs := f.trial(f.k.propertyNames, name)
		if len(errs) > 0 {
			f.fail(Error{Keyword: "propertyNames", Names: []string{key.Name}, says: "has the invalid key " + strconv.Quote(key.Name) + strings.TrimPrefix(errs[0].Text(nil), "is "+text(name))})
		}
	}
}

// members judges the values of the properties: in the order of Ajv, those
// that nothing is said about by name come first.
func (f *frame) members() {
	k := f.k
	counts := counting(f.n)
	if k.additional != nil {
		f.additional(counts)
	}
	for i, key := range f.n.Keys {
		if f.done() {
			return
		}
		if !counts(i) {
			f.ev.mark(i)
			continue
		}
		if s := k.properties[key.Name]; s != nil {
			f.ev.mark(i)
			f.child(s, f.n.Items[i], key.Name)
		}
		for _, p := range k.patterns {
			if ok, err := p.pattern.MatchString(key.Name); ok && err == nil {
				f.ev.mark(i)
				f.child(p.schema, f.n.Items[i], key.Name)
			}
		}
	}
}

// counting tells which members of an object count: of duplicate keys the last.
func counting(n *yamltree.Node) func(i int) bool {
	const many = 20
	if len(n.Keys) < many {
		return func(i int) bool { return n.Index(n.Keys[i].Name) == i }
	}
	last := make(map[string]int, len(n.Keys))
	for i, key := range n.Keys {
		last[key.Name] = i
	}
	return func(i int) bool { return last[n.Keys[i].Name] == i }
}

func (f *frame) additional(counts func(int) bool) {
	s := f.k.additional
	constant := s.words().constant
	for i, key := range f.n.Keys {
		if f.done() {
			return
		}
		if f.known(key.Name) {
			continue
		}
		f.ev.mark(i)
		switch {
		case constant == nil && counts(i):
			f.child(s, f.n.Items[i], key.Name)
		case constant != nil && !*constant:
			f.fail(f.unknownProperty("additionalProperties", key.Name))
		}
	}
}

func (f *frame) known(name string) bool {
	if f.k.properties[name] != nil {
		return true
	}
	for _, p := range f.k.patterns {
		if ok, err := p.pattern.MatchString(name); ok && err == nil {
			return true
		}
	}
	return false
}

// unknownProperty is the error of a property that is not expected. What is not
// an additional property stands at the property, what is not evaluated at the
// object: that is where JavaScript validators see it.
func (f *frame) unknownProperty(keyword, name string) Error {
	e := Error{Keyword: keyword, Names: []string{name}, says: "has an unknown property " + strconv.Quote(name)}
	e.allowedNames = f.expectedNames(f.s, map[*Schema]bool{})
	return e
}

// expectedNames lists the properties that a schema names, with those that it
// refers to and is composed of, and that the value does not have.
func (f *frame) expectedNames(s *Schema, seen map[*Schema]bool) []string {
	if s == nil || seen[s] || len(seen) > maxChain {
		return nil
	}
	seen[s] = true
	k := s.words()
	var out []string
	for _, name := range k.names {
		if f.n.Index(name) < 0 {
			out = append(out, name)
		}
	}
	parts := append([]*Schema{k.ref}, k.allOf...)
	for _, d := range k.dependentSchemas {
		if f.n.Index(d.name) >= 0 {
			parts = append(parts, d.schema)
		}
	}
	for _, part := range parts {
		out = append(out, f.expectedNames(part, seen)...)
	}
	return out
}
