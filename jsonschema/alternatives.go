package jsonschema

import (
	"slices"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

// alternatives judges the value by schemas of which one must hold.
func (f *frame) alternatives(keyword string, branches []*Schema) {
	if len(branches) == 0 || f.done() {
		return
	}
	var held []*Schema
	for _, s := range branches {
		if !f.holds(s) {
			continue
		}
		held = append(held, s)
		if keyword == "anyOf" && f.ev == nil {
			return
		}
	}
	switch {
	case f.left < 0:
		f.ok = false
	case len(held) == 0 && !f.collect:
		f.ok = false
	case len(held) == 0:
		f.ok = false
		if !f.first || len(f.errs) == 0 {
			f.errs = append(f.errs, f.descend(keyword, branches)...)
		}
	case len(held) > 1 && keyword == "oneOf":
		f.fail(f.several(keyword, held))
	}
}

// attempt is a branch that does not hold, with the reasons.
type attempt struct {
	schema *Schema
	errs   []Error
}

// descend explains why no branch holds: by the errors of the branch that fits
// best, or by what all of them have in common.
func (f *frame) descend(keyword string, branches []*Schema) []Error {
	var attempts []attempt
	for _, s := range branches {
		attempts = append(attempts, attempt{s, f.trial(s, f.n)})
	}
	attempts = f.plausible(attempts)
	e, common := f.common(attempts)
	switch {
	case common:
		e.Keyword = keyword
		return []Error{f.below(e)}
	case len(attempts) == 0:
		return []Error{f.below(Error{Keyword: keyword, value: f.n, says: "is not allowed here"})}
	}
	best := slices.MinFunc(attempts, func(a, b attempt) int { return slices.Compare(f.misfit(a), f.misfit(b)) })
	var out []Error
	for _, e := range best.errs {
		out = append(out, f.below(e))
	}
	if f.first && len(out) > 1 {
		out = out[:1]
	}
	return out
}

// below places an error of a branch, whose path begins at the value.
func (f *frame) below(e Error) Error {
	if len(e.Path) == 0 {
		e.Item = f.at.item
	}
	e.Path = append(f.at.path(), e.Path...)
	return e
}

// trial returns the errors that a value has by a schema.
func (f *frame) trial(s *Schema, n *yamltree.Node) []Error {
	key := judged{s, n, f.at.scope}
	errs, known := f.trials[key]
	if known {
		return errs
	}
	f.trials[key] = nil
	inner := newValidation(f.work)
	inner.check(s, n, place{scope: f.at.scope}, nil, true)
	f.trials[key] = inner.errs
	return inner.errs
}

// plausible leaves out the branch for references where the value is not one,
// and the others where it is, and then those for another type.
func (f *frame) plausible(attempts []attempt) []attempt {
	isReference := f.n.Index("$ref") >= 0
	keep := func(wanted func(attempt) bool) {
		if slices.ContainsFunc(attempts, wanted) {
			attempts = slices.DeleteFunc(attempts, func(a attempt) bool { return !wanted(a) })
		}
	}
	keep(func(a attempt) bool { return a.schema.requires("$ref") == isReference })
	keep(func(a attempt) bool {
		return !a.hasAtRoot("type") && !slices.ContainsFunc(a.errs, func(e Error) bool { return len(e.Path) == 0 && e.allowed != nil && !e.among(f.n.Kind) })
	})
	keep(func(a attempt) bool { return !a.hasAtRoot("type") })
	return attempts
}

// requires reports whether a schema, or one that it refers to, requires a
// property.
func (s *Schema) requires(name string) bool {
	for range maxChain {
		k := s.words()
		if slices.Contains(k.required, name) {
			return true
		}
		if k.ref == nil {
			return false
		}
		s = k.ref
	}
	return false
}

func (a attempt) hasAtRoot(keyword string) bool {
	return slices.ContainsFunc(a.errs, func(e Error) bool { return len(e.Path) == 0 && e.Keyword == keyword })
}

// misfit measures how far a branch is from fitting: first by the values that
// tell kinds of objects apart, then by the properties that an object lacks or
// should not have, then by the number of errors.
func (f *frame) misfit(a attempt) []int {
	kinds, shape := 0, 0
	for _, e := range a.errs {
		switch {
		case e.distinguishes():
			kinds++
		case len(e.Names) > 0 && len(e.Path) <= 1:
			shape++
		}
	}
	return []int{kinds, shape, len(a.errs)}
}

// distinguishes reports whether the value, or a property of it, is not one of
// few that are allowed.
func (e Error) distinguishes() bool {
	return len(e.Path) <= 1 && e.allowed != nil
}

// common is what all branches have against the value.
func (f *frame) common(attempts []attempt) (Error, bool) {
	if len(attempts) < 2 {
		return Error{}, false
	}
	first := attempts[0].errs
	for _, e := range first {
		merged, ok := e, true
		for _, a := range attempts[1:] {
			i := slices.IndexFunc(a.errs, e.sameAs)
			if ok = i >= 0; !ok {
				break
			}
			merged = merged.with(a.errs[i])
		}
		if ok {
			return merged, true
		}
	}
	return f.commonlyMissing(attempts)
}

// sameAs reports whether two branches object to the same, so that what they
// allow can be listed together.
func (e Error) sameAs(other Error) bool {
	if !slices.Equal(e.Path, other.Path) {
		return false
	}
	return e.expected != 0 && other.expected != 0 && len(e.Path) == 0 || e.distinguishes() && other.distinguishes()
}

func (e Error) with(other Error) Error {
	e.expected |= other.expected
	e.allowed = append(slices.Clone(e.allowed), other.allowed...)
	return e
}

// commonlyMissing lists the properties of which one must be there.
func (f *frame) commonlyMissing(attempts []attempt) (Error, bool) {
	var names []string
	for _, a := range attempts {
		for _, e := range a.errs {
			if len(e.Path) > 0 || e.Keyword != "required" {
				return Error{}, false
			}
		}
		if len(a.errs) == 0 {
			return Error{}, false
		}
		names = append(names, a.errs[0].Names[0])
	}
	return Error{Names: names, value: f.n, says: "has none of the properties " + quoted(names)}, true
}

// several says that more than one of some schemas hold. Where a property that is
// not there would decide, that is what is wrong.
func (f *frame) several(keyword string, held []*Schema) Error {
	if name := f.deciding(held); name != "" {
		return Error{Keyword: "required", Names: []string{name}, says: "has no property " + quoted([]string{name})}
	}
	var names []string
	for _, s := range held {
		names = append(names, s.words().required...)
	}
	if len(names) == len(held) && len(slices.Compact(slices.Sorted(slices.Values(names)))) == len(names) {
		return Error{Keyword: keyword, says: "has the properties " + quoted(names) + " together, expected one of them"}
	}
	return Error{Keyword: keyword, says: "fits several of the kinds of values of which it must be one"}
}

// deciding is the property that the value does not have and that each of some
// schemas has other values for.
func (f *frame) deciding(schemas []*Schema) string {
	if f.n.Kind != yamltree.Mapping {
		return ""
	}
	for _, name := range schemas[0].end().words().names {
		if f.n.Index(name) < 0 && !slices.ContainsFunc(schemas, func(s *Schema) bool { return !s.end().tells(name) }) {
			return name
		}
	}
	return ""
}

// tells reports whether the schema says which values a property has.
func (s *Schema) tells(name string) bool {
	property := s.words().properties[name]
	if property == nil {
		return false
	}
	k := property.end().words()
	return k.enum != nil || k.constNode != nil || k.pattern != nil || k.not != nil
}

// describeNot says that a schema holds that must not.
func (f *frame) describeNot() Error {
	e := Error{Keyword: "not", says: "is of a kind that is not allowed here"}
	k := f.k.not.words()
	var together []string
	for _, s := range f.k.not.conjuncts() {
		if kind := s.words().contains; kind != nil && kind.kindOfItem() != "" {
			together = append(together, "items "+kind.kindOfItem())
		}
	}
	switch {
	case len(together) > 1 && len(together) == len(k.allOf):
		e.says = "has " + strings.Join(together, " and ") + ", which cannot stand together"
	case len(k.required) == 1:
		e.says = "has the property " + quoted(k.required) + ", which is not allowed here"
	case len(k.required) > 1:
		e.says = "has the properties " + quoted(k.required) + " together, which is not allowed"
	case k.enum != nil:
		e.says = "is " + text(f.n) + ", which is not allowed here"
	case k.constNode != nil:
		e.says = "is " + text(f.n) + ", which is not allowed here"
	}
	return e
}

// kindOfItem names the items that a schema is for by the value that a property
// of them must have; empty where there is none.
func (s *Schema) kindOfItem() string {
	k := s.words()
	for _, name := range k.names {
		if c := k.properties[name].words().constNode; c != nil {
			return "that have " + text(c) + " as " + quoted([]string{name})
		}
	}
	return ""
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = text(&yamltree.Node{Kind: yamltree.String, Text: name})
	}
	return strings.Join(out, ", ")
}
