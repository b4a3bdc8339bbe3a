package model

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// CountryIRI returns the IRI of a country in the EU authority list by a name
// of it, or "". Names are compared without regard to case, diacritics, forms of
// the apostrophe, "&" for "and", and a leading "the".
func (m *Model) CountryIRI(name string) string {
	iri, _ := m.CountryNamed(name)
	return iri
}

// CountryNamed is CountryIRI, and reports whether the name is known: that of a
// former country may have no IRI.
func (m *Model) CountryNamed(name string) (iri string, known bool) {
	if iri, known = m.countryIRI[name]; known || name == "" {
		return iri, known
	}
	iri, known = m.countryIRI[foldCountry(name)]
	return iri, known
}

func (m *Model) addCountry(c Country) {
	m.Countries = append(m.Countries, c)
	iri := ""
	if c.Alpha3 != "" {
		iri = NSCountry + c.Alpha3
	}
	m.countryIRI[c.Name] = iri
	m.countryIRI[foldCountry(c.Name)] = iri
}

// foldCountry brings a name into the form in which names are compared.
func foldCountry(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case unicode.Is(unicode.Mn, r), strings.ContainsRune("'’‘`´ʻʼ.", r):
		case r == 'ı':
			b.WriteByte('i')
		case r == '&':
			b.WriteString(" and ")
		case r == '-' || r == '–' || r == '‐' || unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return strings.TrimPrefix(strings.Join(strings.Fields(b.String()), " "), "the ")
}
