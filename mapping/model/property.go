package model

import (
	"slices"
	"strings"
)

// Property is a property of the model with all that the tables say of it.
type Property struct {
	// Name is the compact IRI.
	Name string
	// Classes have it; "*" stands for every class.
	Classes []string
	// Ranges are datatypes (xsd:date), classes (ctg:ArmGroup) or "iri".
	Ranges []string
	// Paths are the fields of a record that it comes from.
	Paths []string
	// Definitions are the registry's pages on these fields.
	Definitions []string
	Comment     string
	// Computed says that the record does not state it itself.
	Computed bool
}

// Object reports whether the values are nodes.
func (p *Property) Object() bool {
	return slices.ContainsFunc(p.Ranges, isNode)
}

// mixed reports whether the values are both nodes and literals.
func (p *Property) mixed() bool {
	return p.Object() && slices.ContainsFunc(p.Ranges, func(r string) bool { return !isNode(r) })
}

func isNode(r string) bool {
	return r == "iri" || !strings.HasPrefix(r, "xsd:") && r != "geo:wktLiteral"
}

// Properties returns every property of the model, sorted by name.
func (m *Model) Properties() []*Property {
	byName := map[string]*Property{}
	get := func(name string) *Property {
		if byName[name] == nil {
			byName[name] = &Property{Name: name}
		}
		return byName[name]
	}
	for _, f := range m.Fields {
		if f.Property != "" {
			get(f.Property).addField(f)
			for _, d := range f.Derived() {
				get(d.Property).addDerived(f, d)
			}
		}
	}
	for _, c := range slices.Concat(m.Computed, m.Statements) {
		get(c.Property).addComputed(c)
	}
	out := make([]*Property, 0, len(byName))
	for _, p := range byName {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *Property) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (p *Property) addField(f *Field) {
	p.Classes = appendNew(p.Classes, f.carrier())
	for _, r := range f.Ranges() {
		p.Ranges = appendNew(p.Ranges, r)
	}
	p.Paths = append(p.Paths, f.Path)
	if f.Definition != "" {
		p.Definitions = appendNew(p.Definitions, registryPage(f.Definition))
	}
	if p.Comment == "" {
		p.Comment = f.Comment()
	}
}

// carrier is the class of the nodes that have the property of the field.
func (f *Field) carrier() string {
	if f.Kind == Node || f.Kind == Nodes {
		return f.above()
	}
	return f.Subject()
}

func (f *Field) above() string {
	for p := f.Parent; p != nil; p = p.Parent {
		if p.Kind == Node || p.Kind == Nodes {
			return p.Class
		}
	}
	return "Study"
}

func (p *Property) addDerived(f *Field, d Derived) {
	p.Classes = appendNew(p.Classes, f.Subject())
	p.Ranges = appendNew(p.Ranges, rangeOf(d.Type))
	p.Paths = append(p.Paths, f.Path)
	p.Computed = true
	p.Comment = d.Comment()
}

func (p *Property) addComputed(c Computed) {
	for _, k := range c.Classes {
		p.Classes = appendNew(p.Classes, k)
	}
	p.Ranges = appendNew(p.Ranges, rangeOf(c.Type))
	p.Computed = p.Computed || len(p.Paths) == 0
	if p.Comment == "" {
		p.Comment = c.Comment
	}
}

// Comment says what the property holds.
func (d Derived) Comment() string { return derivedComments[d.Role] }

// derivedComments say what the derived properties hold, by role.
var derivedComments = map[string]string{
	"min":      "The first day that the date can mean.",
	"max":      "The last day that the date can mean.",
	"duration": "The same length of time as a duration of ISO 8601.",
	"years":    "The same length of time in years of 365.25 days, with four places.",
	"num":      "The number that the text is, where it is one beyond doubt.",
	"operator": "How the number relates to the value: =, <, >, <= or >=.",
	"concept":  "The concept of the code.",
	"order":    "The place of each value of the list in the sorted set of its values.",
}

// Comment says what the property of the field holds.
func (f *Field) Comment() string {
	switch {
	case f.Title != "":
		return f.Title + ", as the registry serves it."
	case f.Kind == Node || f.Kind == Nodes:
		return "The " + words(f.Class) + " of the record, or each of them."
	case f.Kind == GroupRef:
		return "The group that the value is of."
	}
	return "The value of " + f.Key + ", as the registry serves it."
}

// Ranges returns the datatypes (xsd:date) or the class (ctg:ArmGroup) that values of
// the field can have, or "iri".
func (f *Field) Ranges() []string {
	switch f.Kind {
	case Node, Nodes:
		return []string{"ctg:" + f.Class}
	case Boolean:
		return []string{"xsd:boolean"}
	case Integer:
		return []string{"xsd:integer"}
	case Decimal:
		return []string{"xsd:decimal"}
	case Date:
		return []string{"xsd:date"}
	case DateTime:
		return []string{"xsd:dateTime"}
	case PartialDate:
		return []string{"xsd:date", "xsd:gYearMonth", "xsd:gYear"}
	case GroupRef:
		return []string{"iri"}
	}
	return []string{"xsd:string"}
}

func rangeOf(typ string) string {
	switch typ {
	case "iri", "node":
		return "iri"
	case "wkt":
		return "geo:wktLiteral"
	}
	return "xsd:" + typ
}

func registryPage(path string) string {
	if strings.HasPrefix(path, "/") {
		return "https://clinicaltrials.gov" + path
	}
	return path
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
