package classic

import (
	"regexp"
	"strings"

	"github.com/trialweave/trialweave/jsonld/model"
)

// sitesCell reads the sites of a download. A site is one text: facility, city,
// state, postal code and country with commas between them and within them, and
// any but the country may be missing. What a part is for certain becomes a field
// of the location; where the rest cannot be told apart, the whole text is kept.
func sitesCell(root *node, _, cell string) {
	seen := map[string]bool{}
	for _, text := range items(cell) {
		s := parseSite(text)
		n := root.again("location")
		place := n.again("facility")
		place.put("name", s.facility)
		address := place.again("address")
		address.put("city", s.city)
		address.put("state", s.state)
		address.put("zip", s.zip)
		address.put("country", s.country)
		if s.mixed {
			n.put("site_text", text)
		}
		if s.country != "" && !seen[s.country] {
			seen[s.country] = true
			root.enter([]string{"location_countries"}).put("country", s.country)
		}
	}
}

// site is what a text says of a site for certain; mixed says that it says more.
type site struct {
	facility, city, state, zip, country string
	mixed                               bool
}

func parseSite(text string) site {
	var s site
	var rest []string
	s.country, rest = splitCountry(text)
	if n := len(rest); n > 0 && isPostalCode(rest[n-1]) {
		s.zip, rest = rest[n-1], rest[:n-1]
	}
	n := len(rest)
	switch {
	case n == 0:
	case s.country == "":
		s.mixed = true
	case n > 1 && hasState(s.country, rest[n-1]):
		s.state, s.city, s.facility = rest[n-1], rest[n-2], strings.Join(rest[:n-2], ", ")
	case n == 1 && !hasState(s.country, rest[0]):
		s.city = rest[0]
	default:
		s.mixed = true
	}
	return s
}

// splitCountry returns the longest name of a country that a site ends with,
// else what stands behind its last comma, and the parts before it.
func splitCountry(text string) (country string, rest []string) {
	parts := strings.Split(text, ", ")
	name := text
	for i := range parts {
		if i > 0 {
			name = name[len(parts[i-1])+len(", "):]
		}
		if _, known := model.Default().CountryNamed(name); known {
			return name, parts[:i]
		}
	}
	last := len(parts) - 1
	if last == 0 {
		return "", parts
	}
	return parts[last], parts[:last]
}

// postalCodes are the forms of postal codes that no name of a place has.
var postalCodes = regexp.MustCompile(`^(?:(?:[A-Z]{1,3}[- ]?)?\d{3,7}(?:[- ]\d{2,5})?(?: [A-Z]{2})?|\d{2}-\d{3}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]\d{4}[A-Z]{3})$`)

func isPostalCode(part string) bool { return postalCodes.MatchString(part) }

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
