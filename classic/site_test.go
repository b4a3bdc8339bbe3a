package classic

import (
	"strings"
	"testing"
)

func TestParseSite(t *testing.T) {
	for text, want := range map[string]site{
		"Mobile, Alabama, United States":                                                {country: "United States", mixed: true},
		"Research Site, Quebec, G1V 3M7, Canada":                                        {zip: "G1V 3M7", country: "Canada", mixed: true},
		"Washington, D.C., District of Columbia, United States":                         {country: "United States", mixed: true},
		"Foo, Inc., Georgia, United States":                                             {country: "United States", mixed: true},
		"Clinic, Germany":                                                               {country: "Germany", mixed: true},
		"University of Arizona, Research Center, Tucson, Arizona, 85704, United States": {facility: "University of Arizona, Research Center", city: "Tucson", state: "Arizona", zip: "85704", country: "United States"},
		"New York, New York, 10065-0012, United States":                                 {city: "New York", state: "New York", zip: "10065-0012", country: "United States"},
		"Clinic, Montréal, Quebec, H3A 1A1, Canada":                                     {facility: "Clinic", city: "Montréal", state: "Quebec", zip: "H3A 1A1", country: "Canada"},
		"Paris, France":                                   {country: "France", mixed: true},
		"Paris, 75013, France":                            {zip: "75013", country: "France", mixed: true},
		"Praha 5, Czechia":                                {country: "Czechia", mixed: true},
		"Klinik, Berlin, Germany":                         {country: "Germany", mixed: true},
		"Klinik, Berlin, 10117, Germany":                  {zip: "10117", country: "Germany", mixed: true},
		"Clinic, Port of Spain, Trinidad and Tobago":      {country: "Trinidad and Tobago", mixed: true},
		"Hospital, Seoul, Korea, Republic of":             {country: "Korea, Republic of", mixed: true},
		"Kinshasa, Congo, The Democratic Republic of the": {mixed: true, country: "Congo, The Democratic Republic of the"},
		"Somewhere, Atlantis":                             {mixed: true, country: "Atlantis"},
		"Investigational Site":                            {mixed: true},
		"Germany":                                         {country: "Germany"},
		"Alabama, United States":                          {country: "United States", mixed: true},
		"London, SW1A 1AA, United Kingdom":                {zip: "SW1A 1AA", country: "United Kingdom", mixed: true},
	} {
		if got := new(siteReader).parse(text); got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}

// TestSiteComma: a comma at the end of a site is not part of its country.
func TestSiteComma(t *testing.T) {
	in := "NCT Number,Locations\nNCT99990001,\"Clinic, Paris, France,|Clinic, Dar es Salaam, Tanzania, the United Republic of\"\n"
	table, fault := NewTable(strings.NewReader(in), 0)
	if fault != nil {
		t.Fatal(fault)
	}
	s, err := table.Next()
	if text := string(s.JSON); err != nil || !strings.Contains(text, `"country":"France"`) || !strings.Contains(text, `"country":"Tanzania, the United Republic of"`) {
		t.Errorf("%s, %v", text, err)
	}
}
