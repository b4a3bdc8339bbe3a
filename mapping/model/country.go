package model

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

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
	if strings.Count(name, ",") > m.countryCommas {
		return "", false // folding leaves commas as they are
	}
	var room [256]byte
	if folded, ok := foldPlain(room[:0], name); ok {
		iri, known = m.countryIRI[string(folded)]
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
	m.countryCommas = max(m.countryCommas, strings.Count(c.Name, ","))
	m.countryIRI[c.Name] = iri
	m.countryIRI[foldCountry(c.Name)] = iri
}

// foldPlain is foldCountry for a name in ASCII, without allocating; false where it
// is not, or too long to be of any country.
func foldPlain(dst []byte, name string) ([]byte, bool) {
	if 5*len(name) > cap(dst) { // each "&" becomes five bytes
		return nil, false
	}
	space := true
	for i := range len(name) {
		c := name[i]
		switch {
		case c >= utf8.RuneSelf:
			return nil, false
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c == '\'' || c == '`' || c == '.':
			continue
		case c == '&':
			if !space {
				dst = append(dst, ' ')
			}
			dst, space = append(dst, "and "...), true
			continue
		case c == '-' || c == ' ' || c >= '\t' && c <= '\r':
			if !space {
				dst = append(dst, ' ')
			}
			space = true
			continue
		}
		dst, space = append(dst, c), false
	}
	return bytes.TrimPrefix(bytes.TrimSuffix(dst, []byte(" ")), []byte("the ")), true
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
