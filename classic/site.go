package classic

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/mapping/model"
)

// siteReader reads sites. It remembers what their last parts are, which come again
// and again.
type siteReader struct{ endings map[string]ending }

// cell reads the sites of a download. A site is one text: facility, city,
// state, postal code and country with commas between them and within them, and
// any but the country may be missing. What a part is for certain becomes a field
// of the location; where the rest cannot be told apart, the whole text is kept.
// City and state are certain where three parts or more end with the name of a
// state: of two, "Research Site, Quebec", the second may be the city, unless both
// are the same, "New York, New York".
func (r *siteReader) cell(root *node, cell string) {
	var seen []string
	var countries *node
	for text := range strings.SplitSeq(cell, "|") {
		if text = strings.Trim(text, ", \t\r\n"); text == "" {
			continue
		}
		s := r.parse(text)
		n := root.again("location")
		place := n.again("facility")
		place.put("name", s.facility)
		if s.city != "" || s.country != "" || s.zip != "" {
			address := place.again("address")
			address.put("city", s.city)
			address.put("state", s.state)
			address.put("zip", s.zip)
			address.put("country", s.country)
		}
		if s.mixed {
			n.put("site_text", text)
		}
		if s.country != "" && !slices.Contains(seen, s.country) {
			seen = append(seen, s.country)
			if countries == nil {
				countries = root.enter([]string{"location_countries"})
			}
			countries.put("country", s.country)
		}
	}
}

// site is what a text says of a site for certain; mixed says that it says more.
type site struct {
	facility, city, state, zip, country string
	mixed                               bool
}

func (r *siteReader) parse(text string) site {
	var s site
	var rest string
	s.country, rest = r.splitCountry(text)
	if before, last := cutLast(rest); isPostalCode(last) {
		s.zip, rest = last, before
	}
	before, last := cutLast(rest)
	switch {
	case rest == "":
	case s.country == "":
		s.mixed = true
	case hasState(s.country, last):
		facility, city := cutLast(before)
		if facility == "" && city != last || isAbbreviation(city) {
			s.mixed = true
			break
		}
		s.facility, s.city, s.state = facility, city, last
	default:
		s.mixed = true
	}
	return s
}

// isAbbreviation reports whether a part is the rest of a name with a comma and not
// a city: "D.C.", "Inc." or "LLC".
func isAbbreviation(part string) bool {
	return strings.HasSuffix(part, ".") || len(part) <= len("LLC") && strings.ToUpper(part) == part
}

// cutLast cuts off what stands behind the last comma; all of a text without one.
func cutLast(text string) (before, last string) {
	if i := strings.LastIndex(text, ", "); i >= 0 {
		return text[:i], text[i+len(", "):]
	}
	return "", text
}

// mostCommas is more than any name of a country has.
const mostCommas = 4

// splitCountry returns the longest name of a country that a site ends with,
// else what stands behind its last comma, and what stands before it.
func (r *siteReader) splitCountry(text string) (country, rest string) {
	before, last := cutLast(text)
	e := r.ending(last)
	if e.country {
		country = last
	}
	rest = before
	for n := 0; e.tail && rest != "" && n < mostCommas; n++ {
		rest, _ = cutLast(rest)
		name := strings.TrimPrefix(text[len(rest):], ", ")
		if _, known := model.Default().CountryNamed(name); known {
			country = name
		}
	}
	switch {
	case country != "":
		return country, strings.TrimSuffix(text[:len(text)-len(country)], ", ")
	case before == "":
		return "", text
	}
	return last, before
}

// ending is what the last part of a site may be: a country, or the end of the
// name of one that has commas.
type ending struct{ country, tail bool }

func (r *siteReader) ending(last string) ending {
	e, met := r.endings[last]
	if met {
		return e
	}
	m := model.Default()
	_, e.country = m.CountryNamed(last)
	for i := 0; i < len(m.Countries) && !e.tail && tails()[firstWord(last)]; i++ {
		if head, _ := cutLast(m.Countries[i].Name); head != "" {
			_, e.tail = m.CountryNamed(head + ", " + last)
		}
	}
	if r.endings == nil {
		r.endings = map[string]ending{}
	}
	if len(r.endings) < mostEndings {
		r.endings[strings.Clone(last)] = e
	}
	return e
}

const mostEndings = 1 << 12

// tails are the first words behind the last comma of names of countries.
var tails = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, c := range model.Default().Countries {
		if head, tail := cutLast(c.Name); head != "" {
			out[firstWord(tail)] = true
		}
	}
	return out
})

// firstWord is that of a text, in small letters.
func firstWord(text string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	return strings.ToLower(word)
}

// postalCodes are the forms of postal codes that no name of a place has.
var postalCodes = regexp.MustCompile(`^(?:(?:[A-Z]{1,3}[- ]?)?\d{3,7}(?:[- ]\d{2,5})?(?: [A-Z]{2})?|\d{2}-\d{3}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]\d{4}[A-Z]{3})$`)

func isPostalCode(part string) bool {
	return strings.IndexFunc(part, func(r rune) bool { return r >= '0' && r <= '9' }) >= 0 && postalCodes.MatchString(part)
}

// states are those of the countries whose sites always name one.
var states = map[string]string{
	"USA": "|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|District of Columbia|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|",
	"CAN": "|Alberta|British Columbia|Manitoba|New Brunswick|Newfoundland and Labrador|Newfoundland|Northwest Territories|Nova Scotia|Nunavut|Ontario|Prince Edward Island|Quebec|Québec|Saskatchewan|Yukon|",
	"AUS": "|Australian Capital Territory|New South Wales|Northern Territory|Queensland|South Australia|Tasmania|Victoria|Western Australia|",
}

// hasState reports whether a country has a state of this name, as far as its
// states are known.
func hasState(country, name string) bool {
	iri := model.Default().CountryIRI(country)
	return strings.Contains(states[strings.TrimPrefix(iri, model.NSCountry)], "|"+name+"|")
}

// outcomesCell reads the outcomes of one kind. An outcome is one text: title,
// description and time frame with commas between them and within them. One
// without a comma is its title; of another the text is kept.
func outcomesCell(root *node, element, cell string) {
	for _, text := range items(cell) {
		n := root.again(element)
		if strings.Contains(text, ", ") {
			n.put("outcome_text", text)
		} else {
			n.put("measure", text)
		}
	}
}
