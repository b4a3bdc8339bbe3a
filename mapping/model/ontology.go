package model

import (
	"slices"
	"strings"
)

// OntologyIRI names the ontology.
const OntologyIRI = "https://w3id.org/trialweave/ns"

const disclaimer = "Terms under https://clinicaltrials.gov/ns/ name what the registry states; the registry neither operates nor endorses them. Terms under https://w3id.org/trialweave/ns# name what trialweave computes."

// BuildOntology makes the ontology of the ctg: and tw: terms, as Turtle: a
// class or property each, with label, comment, domain, range, the paths of a
// record that it comes from, and the registry's own definitions.
func (m *Model) BuildOntology() []byte {
	t := newTurtle(append(Prefixes(), owlPrefix, skosPrefix)...)
	t.subject(iri(OntologyIRI),
		[2]string{"a", "owl:Ontology"},
		[2]string{"owl:versionIRI", iri(OntologyIRI + "/1.0.0")},
		[2]string{"dcterms:title", english("Terms for studies of ClinicalTrials.gov as linked data")},
		[2]string{"dcterms:license", iri("https://www.apache.org/licenses/LICENSE-2.0")},
		[2]string{"rdfs:comment", english(disclaimer)})
	for _, name := range []string{"dcterms:title", "dcterms:license", "dcterms:source", "skos:note", "schema:domainIncludes", "schema:rangeIncludes"} {
		t.subject(name, [2]string{"a", "owl:AnnotationProperty"})
	}
	for _, name := range m.otherDatatypes() {
		t.subject(name, [2]string{"a", "rdfs:Datatype"})
	}
	for _, c := range m.Classes {
		t.subject("ctg:"+c.Name,
			[2]string{"a", "owl:Class"},
			[2]string{"rdfs:label", english(words(c.Name))},
			[2]string{"rdfs:comment", english(c.Comment)},
			[2]string{"rdfs:isDefinedBy", iri(OntologyIRI)})
	}
	for _, p := range m.Properties() {
		if strings.HasPrefix(p.Name, "ctg:") || strings.HasPrefix(p.Name, "tw:") {
			m.describe(t, p)
		}
	}
	return t.bytes()
}

// otherDatatypes are the datatypes of XML Schema that are ranges and that OWL 2 does
// not have, so that OWL 2 DL requires their declaration (OWL 2 Structural
// Specification, sections 4 and 5.8.1).
func (m *Model) otherDatatypes() []string {
	var out []string
	for _, p := range m.Properties() {
		for _, r := range p.Ranges {
			switch r {
			case "xsd:date", "xsd:duration", "xsd:gYear", "xsd:gYearMonth", "xsd:time":
				out = append(out, r)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// kindOf is the class of a property. One whose values are both nodes and literals
// can be neither an object property nor a datatype property in OWL 2 DL, so it is an
// annotation property.
func kindOf(p *Property) string {
	switch {
	case p.mixed():
		return "owl:AnnotationProperty"
	case p.Object():
		return "owl:ObjectProperty"
	}
	return "owl:DatatypeProperty"
}

func (m *Model) describe(t *turtle, p *Property) {
	_, local, _ := strings.Cut(p.Name, ":")
	t.subject(p.Name,
		[2]string{"a", kindOf(p)},
		[2]string{"rdfs:label", english(words(local))},
		[2]string{"rdfs:comment", english(p.Comment)},
		domain(p), ranges(p),
		[2]string{"skos:note", english(sources(p))},
		[2]string{"dcterms:source", joined(p.Definitions, iri)},
		[2]string{"rdfs:isDefinedBy", iri(OntologyIRI)})
}

// domain is an rdfs:domain where there is one class. Several would mean that
// a subject is of all of them, so they are listed as schema:domainIncludes.
func domain(p *Property) [2]string {
	switch {
	case len(p.Classes) == 1 && p.Classes[0] == "*":
		return [2]string{}
	case len(p.Classes) == 1:
		return [2]string{"rdfs:domain", className(p.Classes[0])}
	}
	return [2]string{"schema:domainIncludes", joined(p.Classes, className)}
}

// ranges leaves out that a value is an IRI: that says nothing in RDF. Where literals
// are among IRIs, their datatype is not the range of all values.
func ranges(p *Property) [2]string {
	var named []string
	for _, r := range p.Ranges {
		if r != "iri" {
			named = append(named, r)
		}
	}
	switch {
	case len(named) == 0:
		return [2]string{}
	case len(named) == 1 && !p.mixed():
		return [2]string{"rdfs:range", named[0]}
	}
	return [2]string{"schema:rangeIncludes", strings.Join(named, " , ")}
}

func sources(p *Property) string {
	switch {
	case len(p.Paths) == 0:
		return ""
	case p.Computed:
		return "Computed from " + strings.Join(p.Paths, ", ") + "."
	}
	return "From " + strings.Join(p.Paths, ", ") + "."
}

func className(c string) string {
	if c == "Geometry" {
		return "geo:Geometry"
	}
	return "ctg:" + c
}

func joined(list []string, write func(string) string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = write(s)
	}
	return strings.Join(out, " , ")
}

// BuildEnums makes the SKOS concept schemes of all codes, as Turtle. The
// notation of a concept is the code that a record has, with a datatype of the
// scheme (SKOS reference, section 6.5.1): NA is a code of several. Its label is the
// registry's own; alternative labels are the words of older records.
func (m *Model) BuildEnums(base string) []byte {
	t := newTurtle(skosPrefix)
	scheme := ""
	concept := func(c Concept) string { return iri(base + "concept/" + c.Scheme + "/" + c.Code) }
	for i, c := range m.Concepts {
		if c.Scheme != scheme {
			scheme = c.Scheme
			var top []string
			for _, other := range m.Concepts[i:] {
				if other.Scheme == scheme {
					top = append(top, concept(other))
				}
			}
			t.subject(iri(base+"scheme/"+scheme),
				[2]string{"a", "skos:ConceptScheme"},
				[2]string{"skos:prefLabel", english(words(scheme))},
				[2]string{"skos:hasTopConcept", strings.Join(top, " , ")})
		}
		t.subject(iri(base+"concept/"+scheme+"/"+c.Code),
			[2]string{"a", "skos:Concept"},
			[2]string{"skos:inScheme", iri(base + "scheme/" + scheme)},
			[2]string{"skos:topConceptOf", iri(base + "scheme/" + scheme)},
			[2]string{"skos:notation", notation(base, scheme, c.Code)},
			[2]string{"skos:prefLabel", english(c.Label)},
			[2]string{"skos:altLabel", joined(c.Alternatives, english)})
	}
	return t.bytes()
}

// BuildCountries lists the names that the registry uses for countries, past
// and present, with the countries of the EU authority list, as Turtle.
func (m *Model) BuildCountries() []byte {
	t := newTurtle(skosPrefix)
	names := map[string][]Country{}
	var order []string
	for _, c := range m.Countries {
		if c.Alpha3 == "" {
			continue
		}
		if names[c.Alpha3] == nil {
			order = append(order, c.Alpha3)
		}
		names[c.Alpha3] = append(names[c.Alpha3], c)
	}
	for _, code := range order {
		list := names[code]
		var labels []string
		for _, c := range list {
			labels = append(labels, c.Name)
		}
		t.subject(iri(NSCountry+code),
			[2]string{"skos:prefLabel", english(labels[0])},
			[2]string{"skos:altLabel", joined(labels[1:], english)},
			[2]string{"skos:notation", notation(DefaultBase, "alpha-3", code) + " , " + notation(DefaultBase, "alpha-2", list[0].Alpha2)})
	}
	return t.bytes()
}

// notation is a code with the datatype of its scheme; alpha-2 and alpha-3 are those
// of ISO 3166-1.
func notation(base, scheme, code string) string {
	return literal(code) + "^^" + iri(base+"notation/"+scheme)
}
