package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// unknownNodes reports what a query names, other than terms, that neither the data nor
// the model has: studies, codes, countries, headings, and what DESCRIBE and CONSTRUCT
// are asked of.
func (d *doubting) unknownNodes() {
	named, asked := map[rdf.Term]bool{}, map[rdf.Term]bool{}
	for _, t := range d.constants {
		named[t] = true
	}
	described := d.q.Described()
	for _, t := range described {
		asked[t] = true
	}
	for _, t := range d.q.Subjects() {
		asked[t] = asked[t] || named[t]
	}
	for t := range looked(d, slices.Concat(d.constants, described)) {
		if t.Kind != rdf.IRITerm || d.has(t) || ours(t.Value) || modelProperties()[t.Value] {
			continue
		}
		meant, known := d.meantNode(t)
		_, isCountry := strings.CutPrefix(t.Value, model.NSCountry)
		switch {
		case meant != "":
			d.add(fmt.Sprintf("%s is not in the data; did you mean %s?", prefixed(t), meant))
		case known && !asked[t]:
		case isCountry, strings.HasPrefix(t.Value, model.NSMesh):
			d.add(fmt.Sprintf("%s is not in the data", prefixed(t)))
		case asked[t], strings.HasPrefix(t.Value, model.StudyBase), strings.HasPrefix(t.Value, model.DefaultBase):
			d.add(fmt.Sprintf("%s is not in the data: nothing is said of it", prefixed(t)))
		}
	}
}

var (
	studyNumber = regexp.MustCompile(`(?i)nct0*[1-9]\d{0,7}`)
	meshNumber  = regexp.MustCompile(`^[A-Z]\d{6,9}(?:[A-Z]\d{6})?$`)
)

// meantNode is the node that an IRI was probably meant to name, and whether the IRI may
// be right all the same, of something that the data happens to lack.
func (d *doubting) meantNode(t rdf.Term) (meant string, known bool) {
	if id, ok := model.NormalID(studyNumber.FindString(t.Value)); ok {
		_, part, _ := strings.Cut(t.Value, "#")
		for _, iri := range []string{model.StudyBase + id + "#" + part, model.StudyBase + id} {
			if study := rdf.IRI(strings.TrimSuffix(iri, "#")); study != t && has(d.x, study) {
				return "<" + study.Value + ">", true
			}
		}
		return "", false
	}
	m := model.Default()
	if code, ok := strings.CutPrefix(t.Value, model.DefaultBase+"concept/"); ok {
		scheme, code, _ := strings.Cut(code, "/")
		if m.Concept(scheme, code) != nil {
			return "", true
		}
		if near := d.meantCode(scheme, code); near != "" {
			return "<" + model.DefaultBase + "concept/" + scheme + "/" + near + ">", false
		}
		return "", false
	}
	if scheme, ok := strings.CutPrefix(t.Value, model.DefaultBase+"notation/"); ok { // a datatype
		return "", slices.ContainsFunc(m.Concepts, func(c model.Concept) bool { return c.Scheme == scheme })
	}
	if name, ok := strings.CutPrefix(t.Value, model.NSCountry); ok {
		if slices.ContainsFunc(m.Countries, func(c model.Country) bool { return c.Alpha3 == name }) {
			return "", true
		}
		return d.meantCountry(strings.NewReplacer("_", " ", "%20", " ", "-", " ").Replace(name)), false
	}
	if name, ok := strings.CutPrefix(t.Value, model.NSMesh); ok {
		return meantHeading(name, d.x), meshNumber.MatchString(name)
	}
	return "", !strings.HasPrefix(t.Value, model.DefaultBase)
}

// meantCountry is the country with a name or code.
func (d *doubting) meantCountry(name string) string {
	if !d.mayAsk(name) {
		return ""
	}
	m := model.Default()
	if iri := m.CountryIRI(name); iri != "" {
		return "<" + iri + ">"
	}
	var names []string
	for _, c := range m.Countries {
		if strings.EqualFold(c.Alpha2, name) || strings.EqualFold(c.Alpha3, name) {
			return "<" + model.NSCountry + c.Alpha3 + ">"
		}
		names = append(names, c.Name)
	}
	if near := model.Nearest(name, names); near != "" && m.CountryIRI(near) != "" {
		return "<" + m.CountryIRI(near) + ">"
	}
	return ""
}

// mostLabels is how many things with a label are looked at.
const mostLabels = 1000

// meantHeading is the heading of MeSH that the data has under a name.
func meantHeading(name string, x *index.Index) (meant string) {
	name = strings.NewReplacer("_", " ", "%20", " ").Replace(name)
	texts := []string{name, strings.ToLower(name)}
	if name != "" {
		texts = append(texts, strings.ToUpper(name[:1])+strings.ToLower(name[1:]))
	}
	for _, text := range texts {
		for _, label := range []rdf.Term{rdf.String(text), rdf.LangString(text, "en")} {
			id, ok := x.Lookup(label)
			if !ok {
				continue
			}
			n := 0
			x.Match(index.Quad{index.Object: id}, index.Union, func(q index.Quad) bool {
				if subject := x.Term(q[index.Subject]); strings.HasPrefix(subject.Value, model.NSMesh) {
					meant = compact(mapping.Prefixes(), subject)
				}
				n++
				return meant == "" && n < mostLabels
			})
			if meant != "" {
				return meant
			}
		}
	}
	return ""
}

// misused reports functions that are asked for as properties, and words that are asked
// of what is no literal.
func (d *doubting) misused() {
	for m := range looked(d, d.mentions) {
		if sparql.IsFunction(m.Property.Value) {
			name := prefixed(m.Property)
			d.add(fmt.Sprintf("%s is a function and not a property: as a property it matches nothing; write %s(…) in BIND, FILTER or SELECT", name, name))
		}
	}
	for name := range looked(d, d.q.MatchedThings()) {
		d.add(fmt.Sprintf("tw:matches is asked of ?%s, which is the subject of a pattern and so no literal: it matches nothing; write ?%s schema:name ?text . ?text tw:matches …, or another property", name, name))
	}
}

// isAlike reports whether a sample shows what all values of a property are: it has all
// of them, or the model says that they are alike.
func (d *doubting) isAlike(property rdf.Term) bool {
	p, ok := d.x.Lookup(property)
	return ok && (modelProperties()[property.Value] || d.x.Estimate(index.Quad{index.Predicate: p}, index.Union) < sampled)
}

// followedLiterals reports literals of which triples are asked for.
func (d *doubting) followedLiterals() {
	for f := range looked(d, d.q.Followed()) {
		if !f.Value.IsZero() {
			d.add(f.Text + " is a literal and the subject of a pattern, which matches nothing")
			continue
		}
		values := d.valuesOf(f.Property)
		if _, isThing := values["IRI"]; isThing || len(values) == 0 || !d.isAlike(f.Property) {
			continue
		}
		text := fmt.Sprintf("the values of %s are literals (%s), of which there are no triples", prefixed(f.Property), kinds(values))
		if f.Text != "" {
			text = f.Text + " is the subject of a pattern, and " + text
		}
		d.add(text + d.askForConcept(f.Property))
	}
}

// illTyped reports constants that their datatype does not have.
func (d *doubting) illTyped() {
	for t := range looked(d, d.constants) {
		if sparql.IllTyped(t) && !d.has(t) {
			d.add(fmt.Sprintf("%s is not a value of %s: it equals nothing but itself and has no order", prefixed(t), prefixed(rdf.IRI(t.Datatype))))
		}
	}
}
