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
// the apostrophe, "&" for "and", and a leading "the". A name that is not in the
// table may be another form of one that is: "Congo, Dem. Rep.", "Egypt (Arab
// Republic of)", "Burma (Myanmar)", "Philippines, the".
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
	if folded, ok := foldPlain(room[:0], name); !ok {
		iri, known = m.countryIRI[foldCountry(name)]
	} else if iri, known = m.countryIRI[string(folded)]; !known && !mayBeForm(folded) {
		return "", false
	}
	if known || len(name) > longestCountry {
		return iri, known
	}
	return m.countryByForm(name)
}

// longestCountry is more than the longest name of a country.
const longestCountry = 100

// mayBeForm reports whether a folded name may be another form of one in the table:
// those have several words.
func mayBeForm(folded []byte) bool { return bytes.ContainsAny(folded, " ,([/") }

// countryByForm finds a name of a country by its other forms: with abbreviations, and
// of two parts that name one country, or of which one names its form of government.
func (m *Model) countryByForm(name string) (iri string, known bool) {
	names, full := m.countryFull(), inFull(foldCountry(name))
	if iri, known = names[full]; known {
		return iri, known
	}
	head, tail, mark := parts(full)
	switch {
	case mark == 0 || head == "" || tail == "":
		return "", false
	case tail == "the":
		iri, known = names[head]
		return iri, known
	}
	of, isCountry := names[tail]
	if isCountry {
		iri, known = names[head]
		if mark == ',' || iri != of { // a place in a country, or two countries
			return "", false
		}
		return iri, known
	}
	if mark == '/' {
		return "", false
	}
	tail = strings.TrimPrefix(tail, "the ")
	for _, between := range [...]string{" ", " of ", " of the "} {
		if iri, known = names[tail+between+head]; known {
			return iri, known
		}
	}
	return "", false
}

// parts takes a name apart: "a, b", "a (b)", "a [b]" or "a/b".
func parts(name string) (head, tail string, mark byte) {
	at := strings.IndexAny(name, ",([/")
	if at < 0 {
		return name, "", 0
	}
	mark = name[at]
	head, tail = strings.TrimSpace(name[:at]), name[at+1:]
	switch mark {
	case '(':
		tail = strings.TrimSuffix(tail, ")")
	case '[':
		tail = strings.TrimSuffix(tail, "]")
	}
	return head, strings.TrimPrefix(strings.TrimSpace(tail), "the "), mark
}

// inFull writes the abbreviations in a folded name out.
func inFull(folded string) string {
	words := strings.Fields(folded)
	for i, word := range words {
		bare := strings.Trim(word, ",()[]")
		if full, ok := abbreviations[bare]; ok {
			words[i] = strings.Replace(word, bare, full, 1)
		}
	}
	return strings.Join(words, " ")
}

// abbreviations are those of words in names of countries.
var abbreviations = map[string]string{
	"st": "saint", "ste": "sainte", "rep": "republic", "repub": "republic", "dem": "democratic", "is": "islands", "isl": "islands", "isls": "islands",
	"sts": "states", "terr": "territory", "terrs": "territories", "pdr": "peoples democratic republic", "s": "south", "n": "north", "w": "western",
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

func (m *Model) countriesInFull() map[string]string {
	out := make(map[string]string, len(m.Countries))
	for _, c := range m.Countries {
		out[inFull(foldCountry(c.Name))] = m.countryIRI[c.Name]
	}
	return out
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
