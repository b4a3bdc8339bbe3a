package model

import (
	"fmt"
	"strings"
	"testing"
)

func TestEveryTermOfAClassMeansOneThing(t *testing.T) {
	m := Default()
	seen := map[string]string{}
	for _, f := range m.Fields {
		if f.Kind == Down {
			continue
		}
		key := f.Subject() + "." + f.Term
		meaning := f.Property
		if meaning == "" {
			meaning = "@nest"
		}
		if old, ok := seen[key]; ok && old != meaning {
			t.Errorf("%s means %s and %s", key, old, meaning)
		}
		seen[key] = meaning
		for _, d := range f.Derived() {
			key := f.Subject() + "." + d.Term
			if old, ok := seen[key]; ok && old != d.Property {
				t.Errorf("%s means %s and %s", key, old, d.Property)
			}
			seen[key] = d.Property
		}
	}
	for _, c := range m.Computed {
		for _, class := range c.Classes {
			key := class + "." + c.Term
			if old, ok := seen[key]; ok && old != c.Property {
				t.Errorf("%s means %s and %s", key, old, c.Property)
			}
		}
	}
}

// TestNoTermReachesANodeOfAnotherClass: scoped contexts with nests propagate, so
// their terms are in force in the nodes below. What stands there under a name
// that the context does not know, the titles and units that further nodes carry,
// must be unknown to the classes around it too.
func TestNoTermReachesANodeOfAnotherClass(t *testing.T) {
	m, looked := Default(), 0
	for _, f := range m.Fields {
		if f.Kind != Down {
			continue
		}
		for around := f.Parent; around != nil; around = around.Parent {
			if around != m.Root && around.Kind != Node && around.Kind != Nodes {
				continue // a place, which has no node around its title
			}
			for _, d := range m.members(around.Class) {
				looked++
				if d.name == f.Term {
					t.Errorf("%s: its term %s means %s around it, in %s", f.Path, f.Term, d.iri, around.Class)
				}
			}
		}
	}
	if looked == 0 {
		t.Error("nothing was looked at")
	}
}

// TestEveryPropertyOfAClassComesFromOneTerm is what makes a record restorable:
// one property of a class, one field.
func TestEveryPropertyOfAClassComesFromOneTerm(t *testing.T) {
	seen := map[string]string{}
	for _, f := range Default().Fields {
		if f.Property == "" || f.Kind == Down {
			continue
		}
		key := f.Subject() + " " + f.Property
		if old, ok := seen[key]; ok && old != f.Term {
			t.Errorf("%s comes from %s and %s", key, old, f.Term)
		}
		seen[key] = f.Term
	}
}

func TestTables(t *testing.T) {
	m := Default()
	leaves := 0
	classes := map[string]bool{}
	for _, c := range m.Classes {
		classes[c.Name] = true
	}
	for _, f := range m.Fields {
		if f.Leaf() {
			leaves++
		}
		if f.Class != "" && !classes[f.Class] {
			t.Errorf("%s: class %s is not in classes.tsv", f.Path, f.Class)
		}
		if f.Leaf() && f.Property == "" {
			t.Errorf("%s has no property", f.Path)
		}
		if (f.Kind == Node || f.Kind == Nodes || f.Kind == Nests || f.Kind == GroupRef) && f.Node == "" {
			t.Errorf("%s has no IRI pattern", f.Path)
		}
		if f.Kind == Enum && m.concepts(f.Enum) == 0 {
			t.Errorf("%s: scheme %s is not in enums.tsv", f.Path, f.Enum)
		}
	}
	// The field tree has 342 leaves. geoPoint, one of them, has two members in
	// the OpenAPI description, which also knows minBmi and maxBmi. Twelve are
	// of classic XML alone, and four of CSV downloads.
	if want := 342 - 1 + 4 + 12 + 4; leaves != want {
		t.Errorf("%d leaves, expected %d", leaves, want)
	}
}

func (m *Model) concepts(scheme string) int {
	n := 0
	for _, c := range m.Concepts {
		if c.Scheme == scheme {
			n++
		}
	}
	return n
}

func ExampleSnake() {
	fmt.Println(Snake("isFdaRegulatedDrug"), Snake("fdaaa801Violation"))
	// Output: is_fda_regulated_drug fdaaa801_violation
}

// TestCountryNames holds that names of countries are known in every spelling
// that deliveries have, and that other words are not.
func TestCountryNames(t *testing.T) {
	m := Default()
	for name, want := range map[string]string{
		"Trinidad and Tobago": "TTO", "Trinidad & Tobago": "TTO", "Côte d’Ivoire": "CIV", "Cote d'Ivoire": "CIV", "CÔTE D'IVOIRE": "CIV",
		"The Bahamas": "BHS", "Eswatini": "SWZ", "Democratic Republic of the Congo": "COD", "Congo": "COG", "Saint Lucia": "LCA", "St. Lucia": "LCA",
		"Kosovo": "1A0", "The Gambia": "GMB", "Timor-Leste": "TLS", "Viet Nam": "VNM", "Cabo Verde": "CPV", "Samoa": "WSM", "American Samoa": "ASM",
		"Federated States of Micronesia": "FSM", "Palestinian Territory, occupied": "PSE", "Holy See": "VAT", "Türkiye": "TUR", "Turkiye": "TUR", "Macao": "MAC",
		"United Republic of Tanzania": "TZA", "Reunion": "REU", "Réunion": "REU", "Netherlands Antilles": "ANT", "Curaçao": "CUW", "Curacao": "CUW",
		"united states": "USA", "Korea, Republic of": "KOR", "Guinea Bissau": "GNB", "US": "USA", "Bahamas (the)": "BHS", "Korea (the Republic of)": "KOR",
		"Taiwan (Province of China)": "TWN", "Virgin Islands (British)": "VGB", "Tanzania, the United Republic of": "TZA", "Congo, Republic of the": "COG",
		"China, Hong Kong Special Administrative Region": "HKG", "United States Virgin Islands": "VIR", "Netherlands, Kingdom of the": "NLD",
		"DRC": "COD", "D.R. Congo": "COD", "DPRK": "PRK", "R.O.K.": "KOR", "PRC": "CHN", "FYROM": "MKD", "F.Y.R.O.M.": "MKD", "Hong Kong SAR": "HKG", "Hong Kong S.A.R.": "HKG", "Macau SAR": "MAC",
		"Chinese Taipei": "TWN", "Taipei, Chinese": "TWN", "West Bank": "PSE", "Gaza Strip": "PSE", "Burma (Myanmar)": "MMR", "Myanmar [Burma]": "MMR", "Burma/Myanmar": "MMR", "Czech Republic (Czechia)": "CZE",
		"Swaziland (Eswatini)": "SWZ", "Ivory Coast (Côte d’Ivoire)": "CIV", "Macedonia (FYROM)": "MKD", "Macedonia, FYR": "MKD", "Congo, Dem. Rep.": "COD", "Congo, Rep.": "COG", "Egypt, Arab Rep.": "EGY",
		"Egypt (Arab Republic of)": "EGY", "Yemen, Rep.": "YEM", "Korea, Dem. People's Rep.": "PRK", "Iran, Islamic Rep.": "IRN", "Germany, Federal Republic of": "DEU", "China, People's Republic of": "CHN",
		"Philippines, the": "PHL", "Gambia (The)": "GMB", "St. Kitts and Nevis": "KNA", "S. Korea": "KOR", "W. Sahara": "ESH", "Rhodesia": "ZWE", "Kampuchea": "KHM", "Siam": "THA", "Southern Rhodesia": "ZWE",
		"New Hebrides": "VUT", "West Germany": "DEU", "Tanganyika": "TZA", "Libyan Arab Republic": "LBY", "Viet-Nam, Democratic Republic of": "VNM", "China (Mainland)": "CHN", "Venezuela, RB": "VEN", "Lao P.D.R.": "LAO",
		"St Vincent and the Grenadines": "VCT", "Congo (the)": "COG", "Congo (the Democratic Republic of the)": "COD",
	} {
		if got := m.CountryIRI(name); got != NSCountry+want {
			t.Errorf("%s: %q, want %s", name, got, want)
		}
	}
	for _, name := range []string{"Former Serbia and Montenegro", "Serbia and Montenegro", "Czechoslovakia", "Former Yugoslavia"} {
		if iri, known := m.CountryNamed(name); iri != "" || !known {
			t.Errorf("%s: %q, %v", name, iri, known)
		}
	}
	for _, name := range []string{
		"", "Atlantis", "the", "Berlin", "Paris, France", "Georgia, United States", "Virgin Islands, United States", "France (Germany)", "France/Germany", "Jordan, Korea", "France (Paris)", "Republic of", ", the",
		"(France)", "France (", "[", "/", "Hong Kong, China", "Republic, Korea of, the", strings.Repeat("Republic of ", 20) + "Korea",
	} {
		if iri, known := m.CountryNamed(name); iri != "" || known {
			t.Errorf("%q: %q, %v", name, iri, known)
		}
	}
	byFold := map[string]string{}
	for _, c := range m.Countries {
		if before, ok := byFold[foldCountry(c.Name)]; ok && before != c.Alpha3 {
			t.Errorf("%s is both %s and %s", c.Name, before, c.Alpha3)
		}
		byFold[foldCountry(c.Name)] = c.Alpha3
	}
}
