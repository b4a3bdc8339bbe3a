package model

import (
	"strings"
	"unicode"
)

// Namespaces of the model.
const (
	NSRegistry = "https://clinicaltrials.gov/ns/"
	NSTool     = "https://w3id.org/trialweave/ns#"
	NSSchema   = "https://schema.org/"
	NSXSD      = "http://www.w3.org/2001/XMLSchema#"
	NSMesh     = "http://id.nlm.nih.gov/mesh/"
	NSCountry  = "http://publications.europa.eu/resource/authority/country/"
	// DefaultBase is where the nodes live that are not fragments of a study.
	DefaultBase = "https://w3id.org/trialweave/"
	// NSShapes is where the SHACL shapes have their names.
	NSShapes = DefaultBase + "shapes/"
	// StudyBase is the registry's own page of a study, less the number.
	StudyBase = "https://clinicaltrials.gov/study/"
)

// Prefix is a prefix and the namespace that it stands for.
type Prefix struct{ Name, IRI string }

// Prefixes returns the prefixes of the bundled context, in its order.
func Prefixes() []Prefix {
	return []Prefix{
		{"ctg", NSRegistry},
		{"tw", NSTool},
		{"schema", NSSchema},
		{"xsd", NSXSD},
		{"dcterms", "http://purl.org/dc/terms/"},
		{"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
		{"foaf", "http://xmlns.com/foaf/0.1/"},
		{"prov", "http://www.w3.org/ns/prov#"},
		{"geo", "http://www.opengis.net/ont/geosparql#"},
		{"wgs", "http://www.w3.org/2003/01/geo/wgs84_pos#"},
		{"mesh", NSMesh},
	}
}

// Expand turns a compact IRI of the tables into an IRI.
func Expand(compact string) string {
	name, local, ok := strings.Cut(compact, ":")
	if !ok {
		return compact
	}
	for _, p := range Prefixes() {
		if p.Name == name {
			return p.IRI + local
		}
	}
	return compact
}

// Snake turns the name of a field into the local name of its term, by the
// naming rule of the seed context: an underscore before each capital that
// follows a small letter or a digit, all in small letters.
func Snake(name string) string {
	var b strings.Builder
	prev := rune(0)
	for _, r := range name {
		if unicode.IsUpper(r) && (unicode.IsLower(prev) || unicode.IsDigit(prev)) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
		prev = r
	}
	return b.String()
}

// Derived is a property that comes with each field of a kind: the bounds of a
// partial date, the number in a string, the concept of a code.
type Derived struct {
	// Role says which: min, max, duration, years, num, operator, concept, order.
	Role string
	// Term and Property are those of the field with an ending.
	Term, Property string
	// Type is iri, string or a datatype.
	Type string
}

// Local returns the local name of the field's property.
func (f *Field) Local() string {
	_, local, _ := strings.Cut(f.Property, ":")
	return local
}

// Derived returns what comes with the field, whether asked for or not.
func (f *Field) Derived() []Derived {
	local := f.Local()
	if f.List {
		local = f.Local()
		out := []Derived{{"order", "orderOf" + upperFirst(f.Term), "tw:order_of_" + local, "string"}}
		if f.Kind == Enum {
			out = append(out, Derived{"concept", f.Term + "Concept", "tw:" + local + "_concept", "iri"})
		}
		return out
	}
	switch f.Kind {
	case PartialDate:
		return []Derived{{"min", f.Term + "Min", "tw:" + local + "_min", "date"}, {"max", f.Term + "Max", "tw:" + local + "_max", "date"}}
	case Age:
		return []Derived{{"duration", f.Term + "Duration", "tw:" + local, "duration"}, {"years", f.Term + "Years", "tw:" + local + "_years", "decimal"}}
	case NumText:
		return []Derived{{"num", f.Term + "Num", "tw:" + local + "_num", "decimal"}}
	case PValue:
		return []Derived{{"num", f.Term + "Num", "tw:" + local + "_num", "decimal"}, {"operator", f.Term + "Operator", "tw:" + local + "_operator", "string"}}
	case Enum:
		return []Derived{{"concept", f.Term + "Concept", "tw:" + local + "_concept", "iri"}}
	}
	return nil
}

// Role returns the derived property of that role; it panics where there is none.
func (f *Field) Role(role string) Derived {
	for _, d := range f.Derived() {
		if d.Role == role {
			return d
		}
	}
	panic("no " + role + " of " + f.Path)
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// NormalID returns the normal form of an NCT number, "NCT" and eight digits,
// of any spelling that the registry's API accepts:
// ^[Nn][Cc][Tt]0*[1-9]\d{0,7}$ (OpenAPI description 2.0.5).
func NormalID(id string) (string, bool) {
	if len(id) < 4 || !strings.EqualFold(id[:3], "NCT") {
		return "", false
	}
	digits := strings.TrimLeft(id[3:], "0")
	if len(digits) < 1 || len(digits) > 8 || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	if len(id) == 11 && id[:3] == "NCT" {
		return id, true
	}
	return "NCT" + strings.Repeat("0", 8-len(digits)) + digits, true
}
